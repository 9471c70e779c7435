"""The memorandum as data: read a charter, ask it, and be told every fault at once."""

from concord.charter.loader import CharterFaults, Fault, load, load_file
from concord.charter.schema import Charter

__all__ = ["Charter", "CharterFaults", "Fault", "load", "load_file"]

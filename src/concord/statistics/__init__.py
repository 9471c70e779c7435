"""Figures that say how sure they are. numpy in, numpy out; no clock, no database, no randomness unseeded."""

from concord.statistics.aggregate import Pooled, pooled, rolling
from concord.statistics.bands import fifths

__all__ = ["Pooled", "fifths", "pooled", "rolling"]

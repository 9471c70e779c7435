"""A made-up council: the same children from contact to leaving care, in every format, with its true figures."""

from importlib.resources import files


def read_headers() -> str:
    """The headers of the files that are written, as TOML text."""
    return files(__package__).joinpath("headers.toml").read_text("utf-8")

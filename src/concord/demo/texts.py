"""What the made-up people of the demonstration write: texts.toml, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts() -> dict[str, Any]:
    """The whole file: papers by section, and rows by kind."""
    return tomllib.loads(files(__package__).joinpath("texts.toml").read_text("utf-8"))


def written(paper: str, section: str, code: str, name: str = "") -> str:
    """What an authority (by DfE code) writes in a section of a paper; the same each time, "" where nothing."""
    variants = texts().get(paper, {}).get(section) or [""]
    text: str = variants[int(code) % len(variants)]
    return text.strip().replace("{name}", name)

"""The published cases that the statistics are held against; see docs/developers/statistics.md."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def reference(shared_data: Path) -> Callable[[str], Any]:
    """``reference(name)``: the rows of a CSV, or what a JSON holds; skipped without the shared data."""

    def read(name: str) -> Any:
        path = shared_data / "reference" / name
        if not path.is_file():
            pytest.skip(f"no reference cases at {path}: set SHARED_DATA to run this")
        with path.open(encoding="utf-8", newline="") as file:
            return json.load(file) if path.suffix == ".json" else list(csv.DictReader(file))

    return read


def number(text: str | float | None) -> float:
    """A figure of the reference, NaN where it is empty."""
    return float("nan") if text in ("", "NA", None) else float(text)

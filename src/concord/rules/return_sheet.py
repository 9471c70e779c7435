"""The shape of a return’s workbook: what the writer puts where, and what the reader expects there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogue.model import Indicator
from catalogue.periods import Period

SHEET, KEY_SHEET, DEFINITIONS, GUIDE = "Return", "Concord key", "Definitions", "How to fill this in"
SIGN = "Concord return workbook"
LAYOUT = "1"
HEADER_ROW = 6  # as Excel counts
FIRST_ROW = HEADER_ROW + 1
HEADERS: Mapping[str, str] = {
    "A": "Code",
    "B": "Indicator",
    "C": "Last time",
    "D": "Numerator",
    "E": "Denominator",
    "F": "This gives",
    "G": "If there is no figure, why",
    "H": "Explanation",
    "I": "Last numerator",
    "J": "Last denominator",
    "K": "Unit",
}
INPUTS: Mapping[str, str] = {"D": "numerator", "E": "denominator", "G": "missing", "H": "explanation"}
"""Columns that people fill in, with the field of the return that each holds."""


@dataclass(frozen=True, slots=True)
class Target:
    """The one return that a file must be for."""

    alliance: str
    alliance_name: str
    code: str
    name: str
    dataset: str
    dataset_title: str
    version: str
    period: Period
    asked: tuple[Indicator, ...]

    @property
    def keys(self) -> dict[str, str]:
        """What the hidden sheet of its workbook says."""
        return {
            "layout": LAYOUT,
            "alliance": self.alliance,
            "authority": self.code,
            "dataset": self.dataset,
            "dataset version": self.version,
            "period": self.period.key,
        }

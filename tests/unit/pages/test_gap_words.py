"""How far an authority is from others, in words."""

from __future__ import annotations

import pytest

import catalogue
from concord.pages.analysis.phrases import gap_words
from concord.rules.analysed import Gap


@pytest.mark.parametrize(
    ("indicator", "points", "children", "words"),
    [
        ("cla_rate", -0.3, -2.4, "5.9; here 0.3 lower, about 2 fewer"),
        ("cla_rate", 0.3, 1.6, "5.9; here 0.3 higher, about 2 more"),
        ("cla_rate", 0.3, 0.4, "5.9; here 0.3 higher"),
        ("cla_rate", 0.01, 3.0, "5.9; here the same"),
        ("sw_agency_pct", 4.0, None, "5.9; here 4.0 points higher"),
    ],
)
def test_gap_words(indicator: str, points: float, children: float | None, words: str) -> None:
    assert (
        gap_words(Gap("region", "London", 5.9, points, children), catalogue.indicators()[indicator]) == words
    )

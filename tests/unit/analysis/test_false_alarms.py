"""Stable regions, simulated with a seed, give no more flags than docs/developers/false-alarms.md states."""

from __future__ import annotations

import pytest
from scripts.false_alarms import Region, tally

RUNS = 20


@pytest.mark.parametrize(
    "region",
    [
        Region("chance alone", indicators=8),
        Region("two years of quarters", quarters=24, indicators=6),
        Region("small authorities", children=5_000, indicators=8),
        Region("quarters vary beside chance", noise=0.1, indicators=8),
        Region("quarters vary, half of it lasts", noise=0.1, alike=0.5, quarters=24, indicators=8),
        Region("ten authorities", authorities=10, indicators=12),
    ],
    ids=lambda r: r.name,
)
def test_hardly_any_release_of_a_stable_region_has_a_flag(region: Region) -> None:
    found = tally(region, RUNS)
    assert found.checks > 0
    assert found.with_flags <= 5  # one in ten is promised; six or more of twenty would be chance once in 90
    assert found.flags <= 8

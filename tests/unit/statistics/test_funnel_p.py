"""The p-values of funnels are fair in small groups and with few events."""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import fair_limits, funnel


@pytest.mark.parametrize("units", [10, 33, 153])
@pytest.mark.parametrize(("mean", "between"), [(20, 0.3), (250, 0.3), (250, 0.0)])
def test_rates_that_differ_by_chance_and_usual_variation(units: int, mean: float, between: float) -> None:
    chance = np.random.default_rng(units)
    groups = 60_000 // units
    children = np.round(50_000 * np.exp(0.5 * chance.normal(size=(units, groups))))
    level = np.exp(between * chance.normal(size=(units, groups)))
    p = funnel(chance.poisson(children * mean / 50_000 * level), children, "rate").p
    assert np.mean(p < 0.05) < 0.06
    assert np.mean(p < 0.001) < 0.0015


def test_none_of_thirty_does_not_shout() -> None:
    chance = np.random.default_rng(1)
    n = np.append(np.full(152, 900.0), 30.0)
    x = np.append(chance.binomial(900, 0.2, 152), 0.0)
    assert funnel(x, n).p[-1] > 0.001  # the binomial gives (1 - 0.2) ** 30 = 0.0012 on one side


@pytest.mark.parametrize(
    ("kind", "share"), [("rate", 0.002), ("rate", 0.00003), ("proportion", 0.3), ("proportion", 0.0005)]
)
def test_who_lies_outside_the_fair_limits_has_a_p_that_says_so(kind: str, share: float) -> None:
    chance = np.random.default_rng(2)
    n = chance.integers(2000, 90_000, (33, 400)).astype(float)
    level = share * np.exp(0.3 * chance.normal(size=n.shape))
    events = chance.binomial(n.astype(int), np.minimum(level, 0.9))
    found = funnel(events, n, kind)  # type: ignore[arg-type]
    for confidence in (0.95, 0.998):
        low, high = fair_limits(found.target, found.fair, found.used, n, kind, confidence)  # type: ignore[arg-type]
        outside = (found.value < low) | (found.value > high)
        assert np.array_equal(outside, found.p < 1 - confidence)
        assert outside.any() or confidence > 0.95


def test_two_events_among_twenty_children_where_a_tenth_is_expected() -> None:
    """The published limits call it out, p does not; what is drawn says what p says."""
    n = np.append(np.full(30, 4000.0), 20.0)
    found = funnel(np.append(np.full(30, 20.0), 2.0), n, "rate")
    _, upper = fair_limits(found.target, found.fair, found.used, n, "rate")
    assert found.outside95[-1]
    assert found.p[-1] > 0.05
    assert found.value[-1] <= upper[-1]


@pytest.mark.parametrize("units", [10, 33, 153])
def test_five_in_a_hundred_of_a_quiet_group_lie_outside_the_fair_limits(units: int) -> None:
    chance = np.random.default_rng(units)
    n = np.round(50_000 * np.exp(0.5 * chance.normal(size=(units, 60_000 // units))))
    x = chance.poisson(n * 0.005 * np.exp(0.3 * chance.normal(size=n.shape)))
    found = funnel(x, n, "rate")
    low, high = fair_limits(found.target, found.fair, found.used, n, "rate")
    assert np.mean((found.value < low) | (found.value > high)) < 0.06

"""The p-values of funnels are fair in small groups and with few events."""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import funnel, funnel_limits


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


@pytest.mark.parametrize(("kind", "share"), [("rate", 0.002), ("rate", 0.00003), ("proportion", 0.3)])
def test_the_curve_goes_through_the_limits_of_the_units(kind: str, share: float) -> None:
    chance = np.random.default_rng(2)
    n = chance.integers(2000, 90_000, 33).astype(float)
    found = funnel(chance.poisson(n * share).astype(float), n, kind)  # type: ignore[arg-type]
    for confidence, lower, upper in (
        (0.95, found.lower95, found.upper95),
        (0.998, found.lower998, found.upper998),
    ):
        low, high = funnel_limits(found.target, found.tau2, n, kind, confidence)  # type: ignore[arg-type]
        assert low == pytest.approx(lower)
        assert high == pytest.approx(upper)

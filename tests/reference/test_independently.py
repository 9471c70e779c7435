"""The contract's functions against scipy and statsmodels, and against formulas written out anew."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from concord.statistics import (
    control_chart,
    count_interval,
    funnel,
    proportion_interval,
    rank_interval,
    rate_interval,
    recent_trend,
)

LEVELS = [0.9, 0.95, 0.998]


@pytest.mark.parametrize("confidence", LEVELS)
def test_proportions_are_statsmodels(confidence: float) -> None:
    total = np.array([1, 2, 3, 7, 40, 312, 5_000, 2_000_000])
    events = np.array([[0] * 8, total // 3, total])
    ours = proportion_interval(events, total, confidence)
    theirs = proportion_confint(events, np.broadcast_to(total, events.shape), 1 - confidence, "wilson")
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("confidence", LEVELS)
def test_rates_of_few_events_are_statsmodels(confidence: float) -> None:
    few = np.arange(10)
    ours = rate_interval(few, 12_345, 10_000, confidence)
    theirs = confint_poisson(few, 12_345, method="exact-c", alpha=1 - confidence)
    np.testing.assert_allclose(ours, np.array(theirs) * 10_000, rtol=1e-8)


def test_a_rate_is_byars_count_over_its_exposure_from_ten() -> None:
    many = np.array([10, 11, 57, 4_000, 3_000_000])
    np.testing.assert_allclose(rate_interval(many, 5, 1), np.array(count_interval(many)) / 5)
    exact = np.array([stats.chi2.ppf(0.025, 2 * many) / 2, stats.chi2.isf(0.025, 2 * many + 2) / 2])
    np.testing.assert_allclose(count_interval(many), exact, rtol=2e-3)


@pytest.mark.parametrize("trimming", ["winsorise", "truncate"])
@pytest.mark.parametrize("trim", [0, 0.1, 0.25, 0.3])
def test_a_funnel_of_proportions_written_out(trim: float, trimming: str) -> None:
    """Spiegelhalter's steps one after another, for a group that varies more than by chance."""
    rng = np.random.default_rng(3)
    n = rng.integers(80, 900, 33)
    x = rng.binomial(n, np.clip(rng.normal(0.22, 0.06, 33), 0.02, 0.9))
    found = funnel(x, n, "proportion", trim, trimming=trimming)  # type: ignore[arg-type]
    centre = np.arcsin(np.sqrt(x.sum() / n.sum()))
    s = 0.5 / np.sqrt(n)
    z = (np.arcsin(np.sqrt(x / n)) - centre) / s
    low, high = np.quantile(z, [trim, 1 - trim])
    if trimming == "winsorise":
        kept, z_used = np.ones(33, bool), np.clip(z, low, high)
    else:  # by rank among 33, as FunnelPlotR's truncation for the SHMI
        place = stats.rankdata(z) / 34
        kept, z_used = (trim <= place) & (place < 1 - trim) | (trim == 0), z
    phi = np.mean(z_used[kept] ** 2)
    w, count = 1 / s[kept] ** 2, kept.sum()
    tau2 = max(0.0, (count * phi - (count - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    np.testing.assert_allclose([found.phi, found.tau2], [phi, tau2], rtol=1e-12)
    np.testing.assert_allclose(found.z, z)
    reach = stats.norm.ppf(0.999) * np.sqrt(s**2 + tau2)
    np.testing.assert_allclose(found.upper998, np.sin(np.minimum(centre + reach, np.pi / 2)) ** 2)
    np.testing.assert_allclose(found.lower998, np.sin(np.maximum(centre - reach, 0)) ** 2)
    assert found.outside998.tolist() == ((x / n > found.upper998) | (x / n < found.lower998)).tolist()


def test_ranks_are_as_drawn_from_the_posteriors_themselves() -> None:
    """To one place, of which ten thousand draws leave the end unsure."""
    rng = np.random.default_rng(8)
    n = rng.integers(40, 900, 33)
    x = rng.binomial(n, rng.uniform(0.02, 0.4, 33))
    for kind, best, drawn in (
        ("proportion", "high", rng.beta(x + 0.5, n - x + 0.5, (10_000, 33))),
        ("rate", "low", rng.gamma(x + 0.5, size=(10_000, 33)) / n),
    ):
        ours = rank_interval(x, n, kind, 10_000, 1, best=best)  # type: ignore[arg-type]
        places = stats.rankdata(-drawn if best == "high" else drawn, axis=1)
        theirs = np.quantile(places, [0.025, 0.975], axis=0)
        inside = (ours.lower < ours.rank) & (ours.rank < ours.upper)
        assert np.abs(ours.lower - theirs[0])[inside].max() <= 1
        assert np.abs(ours.upper - theirs[1])[inside].max() <= 1


def test_a_recent_trend_is_weighted_least_squares() -> None:
    value = np.array([40, 43, 41, 47, 52, 51.0])
    half = np.array([3, 2.5, 2, 3, 2.2, 2.4])
    found = recent_trend(value, value - half, value + half)
    s = 2 * half[1:] / 3.92
    fit = sm.WLS(value[1:], sm.add_constant(np.arange(5)), weights=1 / s**2).fit(cov_type="fixed scale")
    np.testing.assert_allclose([found.slope, found.chi2], [fit.params[1], fit.tvalues[1] ** 2], rtol=1e-9)


@pytest.mark.parametrize("points", [12, 13, 14])
@pytest.mark.parametrize(
    ("improvement", "kind"), [("up", "improvement"), ("down", "concern"), (None, "neutral")]
)
def test_limits_and_kinds_written_out(points: int, improvement: str | None, kind: str) -> None:
    values = np.array([50, 52, 49, 51, 50, 53, 48, 50, 51, 49, 52, 50, 51, 50], dtype=float)[:points]
    values[-1] = 70
    chart = control_chart(values, improvement)  # type: ignore[arg-type]
    moving = np.abs(np.diff(values))
    moving = moving[moving < 3.267 * moving.mean()]
    np.testing.assert_allclose(chart.upper, values.mean() + 2.66 * moving.mean())
    np.testing.assert_allclose(chart.lower, values.mean() - 2.66 * moving.mean())
    assert chart.rules[-1] == {"outside"}
    assert chart.kind[-1] == kind
    assert set(chart.trial.tolist()) == {points < 13}

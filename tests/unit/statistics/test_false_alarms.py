"""Stable authorities, simulated: false alarms come as often as docs/developers/statistics.md says, seeded."""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import benjamini_hochberg, control_chart, funnel, proportion_interval, rolling

SERIES = 4000


def latest_flagged(values) -> float:
    """The share of charts whose latest point fires a rule, in per cent."""
    return 100 * control_chart(values).signals[:, -1].mean()


def autocorrelated(source, rho):
    noise = source.normal(size=(SERIES, 24))
    values = noise.copy()
    for t in range(1, 24):
        values[:, t] = rho * values[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return values


@pytest.mark.parametrize(
    ("name", "draw", "stated"),
    [
        ("independent", lambda source: source.normal(size=(SERIES, 24)), 1.6),
        ("counts of five", lambda source: source.poisson(5, (SERIES, 24)), 2.2),
        ("counts of two", lambda source: source.poisson(2, (SERIES, 24)), 3.2),
        ("alike by 0.3", lambda source: autocorrelated(source, 0.3), 5.6),
        ("alike by 0.6", lambda source: autocorrelated(source, 0.6), 18.7),
        (
            "rolling years",
            lambda source: rolling(source.normal(size=(SERIES, 27)))[:, 3:],
            30,
        ),
    ],
)
def test_control_charts(name, draw, stated):
    """Within four standard errors of a share estimated from 4,000 series."""
    found = latest_flagged(draw(np.random.default_rng(11)))
    error = 100 * np.sqrt(stated / 100 * (1 - stated / 100) / SERIES)
    assert found == pytest.approx(stated, abs=4 * error + 0.05), name


def test_a_stable_region_makes_few_discoveries():
    """Authorities that differ only by chance and ordinary variation: at most the rate stated is found."""
    source = np.random.default_rng(12)
    total = source.integers(200, 3000, (153, 60))
    share = np.sin(np.arcsin(np.sqrt(0.25)) + source.normal(0, 0.06, (153, 60))) ** 2
    chart = funnel(source.binomial(total, share), total)
    assert 0.04 < np.mean(chart.p < 0.05) < 0.07  # 5 in 100 expected
    assert np.mean(chart.p < 0.002) < 0.006  # 2 in 1,000 expected
    assert 0.10 < chart.outside95.mean() < 0.14  # trimming narrows the limits: 12 in 100
    assert chart.outside998.mean() < 0.02  # and 1.5 in 100
    found = benjamini_hochberg(chart.p, 0.1)
    assert found.checks == 153 * 60
    assert found.found.sum() <= 5


def test_an_authority_that_does_differ_is_found():
    source = np.random.default_rng(13)
    total = source.integers(500, 3000, (153, 60))
    share = np.sin(np.arcsin(np.sqrt(0.25)) + source.normal(0, 0.03, (153, 60))) ** 2
    share[7, :5] = 0.45
    chart = funnel(source.binomial(total, share), total)
    assert benjamini_hochberg(chart.p, 0.1).found[7, :5].all()


def test_intervals_cover_what_they_promise():
    source = np.random.default_rng(14)
    share = source.uniform(0.05, 0.95, 20_000)
    lower, upper = proportion_interval(source.binomial(80, share), 80)
    assert np.mean((lower <= share) & (upper >= share)) == pytest.approx(0.95, abs=0.01)

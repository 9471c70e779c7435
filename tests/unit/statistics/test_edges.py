"""The contract’s functions take figures in any dress, and none, one or nothing but gaps of them, without a warning."""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import (
    control_chart,
    count_interval,
    funnel,
    neighbour_benchmark,
    proportion_interval,
    quantile_band,
    rank_interval,
    rate_interval,
    recent_trend,
    suppress,
)
from concord.statistics.neighbours import Average

pytestmark = pytest.mark.filterwarnings("error")


def test_nothing_gives_nothing() -> None:
    assert proportion_interval([], [])[0].shape == (0,)
    assert rate_interval([], [])[1].shape == (0,)
    for kind in ("proportion", "rate", "ratio"):
        assert funnel([], [], kind).p.shape == (0,)  # type: ignore[arg-type]
    assert control_chart([]).rules.shape == (0,)
    assert rank_interval([], []).rank.shape == (0,)
    assert quantile_band([], 4, "type-7").shape == (0,)
    assert suppress([]).table.shape == (0,)
    assert suppress(np.empty((0, 3)), regions=[]).table.shape == (0, 3)


def test_one_of_each() -> None:
    for kind in ("proportion", "rate"):
        one = funnel([3], [10], kind)  # type: ignore[arg-type]
        assert (float(one.tau2), float(one.target), one.outside95.tolist()) == (0.0, 0.3, [False])
        assert one.upper998.max() < 3
    assert control_chart([5]).trial.tolist() == [True]
    assert rank_interval([5], [10], "ratio", draws=1).upper.tolist() == [1.0]
    assert str(recent_trend([1], [0], [2]).direction) == "unknown"


def test_each_rate_has_its_own_multiplier() -> None:
    together = rate_interval([5, 6], [100, 200], [100, 1000])
    apart = [rate_interval(x, n, per) for x, n, per in ((5, 100, 100), (6, 200, 1000))]
    np.testing.assert_allclose(np.transpose(together), apart)


@pytest.mark.parametrize("average", ["mean", "median"])
def test_nobody_has_a_neighbour(average: Average) -> None:
    lonely = neighbour_benchmark([1, 2, 3], [[], [], []], average)
    assert np.isnan(lonely.value).all()
    assert lonely.counted.tolist() == [0, 0, 0]


def test_gaps_alone() -> None:
    gaps = [None, float("nan")]
    assert np.isnan(funnel(gaps, [10, 20]).p).all()
    assert np.isnan(control_chart([None] * 14).mean).all()
    assert np.isnan(rank_interval(gaps, [1, 1]).lower).all()
    assert np.isnan(count_interval(gaps)[0]).all()
    assert np.isnan(neighbour_benchmark(gaps, [[1], [0]]).value).all()


def test_what_a_masked_array_hides_is_missing() -> None:
    """A plain conversion would take the figure from under the mask."""
    masked = np.ma.masked_array([99, 2], mask=[True, False])
    lower, _ = proportion_interval(masked, [10, 10])
    assert np.isnan(lower).tolist() == [True, False]
    assert np.isnan(suppress(np.ma.masked_array([[99, 20], [7, 9]], mask=[[1, 0], [0, 0]])).table[0, 0])


def test_words_are_refused() -> None:
    with pytest.raises(ValueError, match="could not convert|expected numbers"):
        proportion_interval(["ten"], [20])
    with pytest.raises(ValueError, match="expected numbers"):
        control_chart([{}, 1])  # type: ignore[list-item]

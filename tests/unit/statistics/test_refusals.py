"""Bad figures are refused with the place and what was expected; missing ones stay missing."""

from __future__ import annotations

import numpy as np
import pytest

from concord import statistics as s

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: s.proportion_interval([1, 2, 9], [3, 3, 3]), "9 at 2 is more than its total"),
        (lambda: s.proportion_interval([[1, 4], [2, 5]], 3), r"4 at \(0, 1\) .* \(and 1 more\)"),
        (lambda: s.proportion_interval(5, 3), "5 given is more than its total"),
        (lambda: s.proportion_interval([-1], [3]), "-1 at 0 is below zero"),
        (lambda: s.proportion_interval([1], [-3]), "-3 at 0 is below zero: a total"),
        (lambda: s.proportion_interval([1, 2], [1, 2, 3]), r"\(2,\) events .* \(3,\) totals"),
        (lambda: s.proportion_interval(1, 3, 95), "confidence is 95: expected a fraction"),
        (lambda: s.count_interval(-2), "-2 given is below zero"),
        (lambda: s.rate_interval(1, 100, multiplier=0), "multiplier is 0"),
        (lambda: s.rate_interval([1, 2], 100, multiplier=[10, -1]), "expected numbers above zero"),
        (lambda: s.count_interval([1, INF]), "inf at 1 is no count"),
        (lambda: s.rate_interval(1, INF), "inf given is no total"),
        (lambda: s.funnel([1, 2], [4, INF]), "inf at 1 is no total"),
        (lambda: s.funnel([5], [3]), "5 at 0 is more than its total"),
        (lambda: s.funnel([1], [3], "share"), "kind is “share”: expected proportion, rate or ratio"),
        (lambda: s.funnel([1], [3], trim=0.5), "trim is 0.5"),
        (lambda: s.funnel(1, 3), "whole group"),
        (lambda: s.funnel([1], [3], target=1.2), "1.2 given is above one"),
        (lambda: s.funnel([1], [3], transform="log"), "arcsine is for proportions alone"),
        (lambda: s.funnel([1], [3], transform="probit"), "transform is “probit”"),
        (lambda: s.funnel([1], [3], trimming="trim"), "trimming is “trim”"),
        (lambda: s.control_chart([1, 2], "higher"), "improvement is “higher”: expected up, down or None"),
        (lambda: s.control_chart([1, 2], rebase=[2]), "rebase at 2: expected a place from 0 to 1"),
        (lambda: s.control_chart([1, 2], rebase=[-1]), "rebase at -1"),
        (lambda: s.control_chart([1, 2, 3], rebase=1), r"rebase is 1: expected the places .* such as \(8,\)"),
        (lambda: s.control_chart([1, 2, 3], rebase=[1.5]), "rebase at 1.5: expected a place"),
        (lambda: s.control_chart([1, INF]), "inf at 1 cannot be drawn"),
        (lambda: s.control_chart(3), r"shape \(\)"),
        (lambda: s.control_chart([1, 2], fix_after=1), "fix_after is 1"),
        (lambda: s.control_chart(np.zeros((2, 2, 2))), r"shape \(2, 2, 2\)"),
        (lambda: s.assurance(1, 3, 2, "more"), "improvement is “more”"),
        (lambda: s.recent_trend([1], [2], [1]), "a lower limit lies above its upper"),
        (lambda: s.recent_trend([1, 2], [1], [1, 2, 3]), "do not fit together"),
        (lambda: s.recent_trend(1, 1, 1), "points in time"),
        (lambda: s.recent_trend([1, 2, 3, 4, INF], [0] * 5, [9] * 5), "inf at 4 has no trend"),
        (lambda: s.rank_interval([1], [2], draws=1.5), "draws is 1.5"),
        (lambda: s.rank_interval([1], [2], seed=None), "seed is None: expected a whole number"),
        (lambda: s.rank_interval([1], [2], "count"), "kind is “count”"),
        (lambda: s.rank_interval([1], [2], draws=0), "draws is 0"),
        (lambda: s.rank_interval([[1]], [[2]]), "one indicator"),
        (lambda: s.ranks([1], "best"), "best is “best”: expected high or low"),
        (lambda: s.quantile_band([1, 2], method="type-6"), "method is “type-6”: expected rank"),
        (lambda: s.quantile_band([1, 2], 1), "groups is 1"),
        (lambda: s.quantile_band([1, 2], polarity="up"), "polarity is “up”"),
        (lambda: s.quantile_band(5), "whole group"),
        (lambda: s.ranks(5), "whole group"),
        (lambda: s.neighbour_benchmark(5, [[0]]), "whole group"),
        (lambda: s.fifths([1, 2], "good"), "polarity is “good”: expected high, low or none"),
        (lambda: s.fifths(3, "high"), "whole group"),
        (lambda: s.neighbour_benchmark([1, 2], [[1], [2]]), "2 among 2 values"),
        (lambda: s.neighbour_benchmark([1, 2], [[1.5], [0]]), "1.5 among 2 values"),
        (lambda: s.neighbour_benchmark([1, 2], [1, 0]), r"shape \(2,\)"),
        (lambda: s.neighbour_benchmark([1, 2], np.ones((2, 3), bool)), "yes or no"),
        (lambda: s.neighbour_benchmark([1, 2], [[1], [0]], "mode"), "average is “mode”"),
        (lambda: s.benjamini_hochberg([0.1, 1.2]), r"1.2 at \[1\] is no p-value"),
        (lambda: s.benjamini_hochberg([0.1], 5), "rate is 5: expected a fraction"),
        (lambda: s.pooled([1, 2], [1, 2, 3]), r"\(2,\), \(3,\)"),
        (lambda: s.rolling([1, 2], 0), "quarters is 0"),
        (lambda: s.suppress([[1, -2]]), r"-2 at \(0, 1\) is below zero"),
        (lambda: s.suppress([[1, 2.5]]), r"2.5 at \(0, 1\) is not a whole number"),
        (lambda: s.suppress([[1, INF]]), r"inf at \(0, 1\) is not a whole number"),
        (lambda: s.suppress([[1, 2]], 0), "threshold 0"),
        (lambda: s.suppress([[1, 2]], regions=["a", "b"]), "2 regions for 1 rows"),
        (lambda: s.suppress([1, 2], previous=s.suppress([1, 2, 3])), "lay like beside like"),
    ],
)
def test_refused_in_plain_words(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_nothing_of_nothing_is_no_figure():
    for limits in (s.proportion_interval([0], [0]), s.rate_interval([3, 0], [0, 0])):
        assert np.all(np.isnan(limits))
    chart = s.funnel([0, 3, NAN, 40], [0, 10, 10, NAN])
    assert np.isnan(chart.value).tolist() == [True, False, True, True]
    assert not chart.outside95.any()
    assert s.pooled([0.0, 0.0], [0.0, 0.0]).counted == 2
    assert np.isnan(s.pooled([0.0, 0.0], [0.0, 0.0]).value)


def test_a_missing_figure_stays_missing():
    assert np.isnan(s.proportion_interval([NAN, 1], [5, NAN])).all()
    assert np.isnan(s.count_interval(NAN)).all()
    assert np.isnan(s.rate_interval(NAN, 10)).all()
    assert s.fifths([1, 2, 3, 4, NAN, 5], "high").tolist() == ["bottom", "", "", "", "", "top"]
    assert np.isnan(s.rank_interval([1, NAN, 3], [5, 5, 5]).upper).tolist() == [False, True, False]
    shown = s.suppress([[40, NAN, 30, 20], [20, 12, 9, 8], [10, 10, 10, 10]]).table
    assert np.isnan(shown).sum() == np.isnan(shown[0, 1]) == 1
    found = s.benjamini_hochberg([NAN, 0.001, NAN])
    assert found.checks == 1
    assert found.found.tolist() == [False, True, False]


def test_a_group_without_figures_has_no_funnel_and_breaks_nothing():
    empty = s.funnel(np.full((4, 2), NAN), np.full((4, 2), NAN), "rate")
    assert np.isnan(empty.lower95).all()
    assert empty.used.tolist() == [0, 0]
    none = s.funnel([0, 0, 0], [10, 20, 30], "rate")
    assert none.target == 0
    assert not none.outside95.any()
    alone = s.funnel([5], [20])
    assert alone.tau2 == 0


def test_scalars_go_in_and_arrays_come_out():
    lower, upper = s.proportion_interval(3, 10)
    assert lower.shape == upper.shape == ()
    assert s.rate_interval([3, 4], 1000)[0].shape == (2,)
    assert s.proportion_interval([[1], [2]], [10, 20])[0].shape == (2, 2)

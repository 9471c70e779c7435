"""Worked examples, figures checked by hand or against the sources that the docstrings name."""

from __future__ import annotations

import numpy as np
import pytest

from concord import statistics as s

NAN = float("nan")


# --- intervals: the same behaviour as the reference cases, on the project's own figures


def test_wilson_by_hand():
    lower, upper = s.proportion_interval([20, 0, 50], [100, 50, 50])
    z = 1.959964
    expected = (2 * 20 + z * z - z * np.sqrt(z * z + 80 * 0.8)) / (2 * (100 + z * z))
    assert lower[0] == pytest.approx(expected, rel=1e-6)
    assert (lower[1], upper[2]) == (0, 1)


def test_rates_are_exact_below_ten_and_byars_from_ten():
    from scipy.stats import chi2

    lower, upper = s.rate_interval([9, 10], 1000, 1000)
    assert lower[0] == pytest.approx(chi2.ppf(0.025, 18) / 2, rel=1e-10)
    assert upper[0] == pytest.approx(chi2.ppf(0.975, 20) / 2, rel=1e-10)
    byar = s.count_interval(10)
    assert (lower[1], upper[1]) == pytest.approx((float(byar[0]), float(byar[1])))
    assert s.rate_interval(2.5, 1, 1)[0] == pytest.approx(chi2.ppf(0.025, 5) / 2)


def test_byar_has_no_lower_limit_for_one_event_at_998():
    lower, upper = s.count_interval([0, 1], 0.998)
    assert lower[0] == 0
    assert np.isnan(lower[1])
    assert np.all(upper > 1)


# --- funnels


def test_overdispersion_by_hand():
    """Four units, nothing trimmed: phi and tau2 as Spiegelhalter writes them."""
    x, n = np.array([10.0, 40, 25, 60]), np.array([100.0, 100, 150, 200])
    chart = s.funnel(x, n, trim=0)
    share = x.sum() / n.sum()
    error = 1 / (2 * np.sqrt(n))
    z = (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(share))) / error
    phi = np.mean(z**2)
    w = 1 / error**2
    tau2 = (4 * phi - 3) / (w.sum() - (w**2).sum() / w.sum())
    assert float(chart.phi) == pytest.approx(phi)
    assert float(chart.tau2) == pytest.approx(tau2)
    reach = 1.959964 * np.sqrt(error**2 + tau2)
    centre = np.arcsin(np.sqrt(share))
    np.testing.assert_allclose(chart.upper95, np.sin(np.minimum(centre + reach, np.pi / 2)) ** 2, rtol=1e-6)


def test_ratios_truncate_or_winsorise_as_asked():
    rng = np.random.default_rng(4)
    expected = rng.uniform(50, 500, 60)
    observed = rng.poisson(expected * rng.gamma(20, 1 / 20, 60))
    shmi, cqc = (
        s.funnel(observed, expected, "ratio"),
        s.funnel(observed, expected, "ratio", trimming="winsorise"),
    )
    assert shmi.used < 60
    assert cqc.used == 60
    assert shmi.target == cqc.target == 1
    # logarithms and roots tell nearly the same story when counts are large
    np.testing.assert_allclose(shmi.upper95, cqc.upper95, rtol=0.1)


def test_plain_funnels_flag_most_authorities_and_overdispersed_ones_a_few():
    """Why a plain funnel must not ship: authorities differ by more than chance."""
    rng = np.random.default_rng(9)
    children = rng.integers(8_000, 120_000, 153)
    looked_after = rng.poisson(children * 0.007 * rng.gamma(9, 1 / 9, 153))
    plain = s.funnel(looked_after, children, "rate", overdispersion=False)
    wide = s.funnel(looked_after, children, "rate")
    assert plain.outside998.mean() > 0.5
    assert wide.outside998.mean() < 0.06
    assert wide.phi > 10


def test_nobody_expects_three_so_none_is_no_alarm():
    """A unit with no event where three are expected is not outside: chance does that 1 time in 20."""
    chart = s.funnel([0] + [200] * 20, [30] + [2000] * 20, "rate", target=0.1)
    assert not chart.outside95[0]
    assert chart.lower95[0] == 0
    assert chart.p[0] > 0.09


# --- control charts


def test_the_kinds_of_a_run():
    values = [10, 12, 9, 11, 10, 12, 9, 11, 10, 9, 11, 12, 14, 15, 14, 16, 15, 14, 16, 15]
    up, down, neither = (s.control_chart(values, way) for way in ("up", "down", None))
    assert "shift" in up.rules[-1]
    assert (up.kind[-1], down.kind[-1], neither.kind[-1]) == ("improvement", "concern", "neutral")
    assert up.direction[-1] == neither.direction[-1] == 1
    assert up.signals[-1]


def test_a_trend_counts_both_its_ends_and_a_tie_breaks_it():
    rising = s.control_chart([5, 4, 1, 2, 3, 4, 5, 6, 7, 6, 5, 6])
    assert ["trend" in fired for fired in rising.rules] == [False] * 2 + [True] * 7 + [False] * 3
    tied = s.control_chart([5, 4, 1, 2, 3, 4, 4, 5, 6, 7, 6, 5])
    assert not any("trend" in fired for fired in tied.rules)


def test_where_one_trend_turns_into_another_the_later_has_the_point():
    peak = s.control_chart([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    inner = [i for i in range(13) if "outside" not in peak.rules[i]]
    assert peak.direction[6] in (-1, 1)
    assert all("trend" in peak.rules[i] for i in inner)
    assert control_direction(peak, 6) == (1 if "outside" in peak.rules[6] else -1)


def control_direction(chart, place):
    return int(chart.direction[place])


def test_thirteen_points_make_an_end_of_trial():
    values = [3, 4, 5, 4, 3, 5, 4, 3, 4, 5, 3, 4]
    assert s.control_chart(values).trial.all()
    assert not s.control_chart([*values, 4]).trial.any()
    assert s.control_chart([*values, NAN]).trial.all()
    assert not s.control_chart([*values, 40]).trial.any()


def test_limits_that_say_nothing_signal_nothing():
    """One step in an otherwise constant series: as in the reference every point is outside, none a signal."""
    chart = s.control_chart([0] * 19 + [3])
    assert all("outside" in fired for fired in chart.rules)
    assert chart.flat.all()
    assert not chart.signals.any()
    assert not s.control_chart([0] * 19 + [3], screen_outliers=False).flat.any()


def test_assurance_by_the_limits():
    assert s.assurance([1, 1, 5], [3, 5, 7], [4, 4, 4], "up").tolist() == ["fails", "varies", "passes"]
    assert s.assurance([1, 1, 5], [3, 5, 7], [4, 4, 4], "down").tolist() == ["passes", "varies", "fails"]
    assert s.assurance(1, 3, 4, None) == ""
    assert s.assurance(NAN, NAN, 4, "up") == ""


# --- groups


def test_a_fifth_of_london_and_of_the_east_midlands():
    for members, each in ((33, 7), (10, 2), (9, 2), (5, 1)):
        words = s.fifths(np.arange(members), "low").tolist()
        assert words[:each] == ["top"] * each
        assert words[-each:] == ["bottom"] * each
        assert words[each:-each] == [""] * (members - 2 * each)
    assert not any(s.fifths([1, 2, 3, 4], "high"))


def test_a_tie_across_the_edge_belongs_where_its_middle_does():
    hundred = [100.0] * 20 + list(range(13))
    words = s.fifths(hundred, "high").tolist()
    assert "top" not in words  # 20 of 33 at 100 per cent are no top fifth
    assert words.count("bottom") == 7
    assert set(s.fifths([7] * 10, "low").tolist()) == {""}


def test_a_place_of_exactly_four_fifths_is_in_the_top_fifth():
    assert s.fifths([0, 1, 2, 3, 4, 5, 6, 7, 7, 8], "high").tolist()[-3:] == ["top"] * 3


def test_neutral_is_only_high_or_low():
    assert set(s.fifths(range(10), "none").tolist()) == {"", "highest", "lowest"}


def test_the_two_rules_for_quarters_are_not_the_same():
    values = np.arange(1.0, 11)
    assert s.quantile_band(values, 4, "rank").tolist() == [1, 1, 1, 2, 2, 3, 3, 3, 4, 4]
    assert "".join(s.quantile_band(values, 4, "type-7")) == "DDDCCBBAAA"
    assert "".join(s.quantile_band(values, 4, "type-7", "low")) == "AAABBCCDDD"


def test_neighbours_name_their_average():
    values = [10.0, 20, 60, NAN]
    places = [[1, 2, 3], [0, 2, -1], [0, 1, 3], [0, 1, 2]]
    median, mean = (s.neighbour_benchmark(values, places, average) for average in ("median", "mean"))
    assert median.value.tolist() == [40, 35, 15, 20]
    assert mean.value.tolist() == [40, 35, 15, 30]
    assert mean.counted.tolist() == [2, 2, 2, 3]
    assert (median.average, mean.average) == ("median", "mean")
    assert np.isnan(s.neighbour_benchmark(values, places, at_least=3).value).tolist() == [True] * 3 + [False]
    members = np.array([[False, True, True, True]] * 4)
    assert s.neighbour_benchmark(values, members).value[0] == 40


def test_rank_intervals_are_the_same_for_the_same_seed_and_wider_for_fewer_children():
    x, n = np.array([20, 25, 30, 35]), np.array([100, 100, 100, 100])
    first, again = s.rank_interval(x, n, seed=5), s.rank_interval(x, n, seed=5)
    assert first.lower.tolist() == again.lower.tolist()
    assert first.rank.tolist() == [4, 3, 2, 1]
    many = s.rank_interval(x * 100, n * 100, seed=5)
    assert np.all(many.upper - many.lower == 0)
    assert np.all(first.upper - first.lower > 0)
    assert s.rank_interval(x, n, seed=5, best="low").rank.tolist() == [1, 2, 3, 4]


def test_a_rank_interval_reaches_as_far_as_its_confidence():
    """The first of two is first in 92 of 100 draws: sure at 80 per cent, not at 95."""
    x, n = [60, 50], [100, 100]
    assert s.rank_interval(x, n).upper.tolist() == [2, 2]
    assert s.rank_interval(x, n, confidence=0.8).upper.tolist() == [1, 2]


def test_adjusted_p_values_never_fall_as_p_rises():
    found = s.benjamini_hochberg([0.03, 0.001, 0.031], 0.04)
    assert found.adjusted == pytest.approx([0.031, 0.003, 0.031])
    assert found.found.all()


# --- trends


def test_a_trend_needs_five_points_and_outlives_the_loss_of_one():
    steady = np.array([10.0, 12, 14, 16, 18])
    assert str(s.recent_trend(steady, steady - 1, steady + 1).direction) == "up"
    assert str(s.recent_trend(steady[:4], steady[:4] - 1, steady[:4] + 1).direction) == "unknown"
    jump = np.array([10.0, 10, 10, 10, 18])
    rest = s.recent_trend(jump, jump - 1, jump + 1)
    assert rest.chi2 > 9.5496
    assert str(rest.direction) == "none"  # without the last point there is no slope
    gap = np.array([3.0, 10, NAN, 12, 14, 16, 18])
    assert str(s.recent_trend(gap, gap - 1, gap + 1).direction) == "up"


def test_a_trend_of_a_proportion_from_its_counts():
    trend = s.recent_trend_proportion([[40, 60, 80, 100, 120], [50, 50, 50, 50, 50]], [[400] * 5] * 2)
    assert trend.direction.tolist() == ["up", "none"]
    assert str(s.recent_trend_proportion([0] * 5, [30] * 5).direction) == "none"
    assert str(s.recent_trend_proportion([0, NAN, 1, 2, 1], [30] * 5).direction) == "unknown"


# --- sums and suppression


def test_a_region_is_a_sum_over_a_sum():
    whole = s.pooled([10, 400, NAN], [100, 1000, 500], multiplier=100)
    assert float(whole.value) == pytest.approx(100 * 410 / 1100)
    assert (whole.counted, whole.missing) == (2, 1)
    north = s.pooled([10, 400, NAN], [100, 1000, 500], where=[True, False, True])
    assert (float(north.value), north.counted, north.missing) == (pytest.approx(0.1), 1, 1)
    assert float(s.pooled([3.0, 4.0]).value) == 7
    assert np.isnan(s.pooled([NAN], [3.0]).value)


def test_a_small_count_takes_the_next_smallest_with_it():
    result = s.suppress([3, 8, 20, 9])
    assert np.isnan(result.table).tolist() == [True, True, False, False]
    assert result.column_totals.tolist() == [40]


def test_a_small_total_is_hidden_too():
    result = s.suppress([[2, 1, 0], [20, 30, 40]])
    assert np.isnan(result.row_totals).tolist() == [True, True]
    assert result.table[0, 2] == 0
    assert result.exposed_totals == 0


def test_regions_and_their_totals():
    result = s.suppress([3, 8, 20, 9, 30, 40], regions=["n", "n", "s", "s", "s", "s"])
    assert result.regions == ("n", "s")
    assert np.isnan(result.table).tolist() == [True, True] + [False] * 4
    assert result.region_totals.ravel().tolist() == [11, 99]
    lone = s.suppress([3, 8, 20], regions=["n", "s", "s"])  # a region of one is its authority
    assert np.isnan(lone.region_totals).ravel().tolist() == [True, True]
    assert lone.column_totals.tolist() == [31]


def test_the_total_of_all_is_the_last_to_go():
    result = s.suppress([3, 90], regions=["n", "s"])
    assert np.isnan(result.region_totals).all()
    assert result.column_totals.tolist() == [93]


def test_a_correction_keeps_hidden_what_was_hidden():
    before = s.suppress([3, 8, 20, 9])
    # alone, the second release would hide 7 with 3; the first has shown it
    after = s.suppress([3, 8, 20, 9 - 2], previous=before)
    assert np.isnan(after.table).tolist() == [True, True, False, False]
    assert np.isnan(s.suppress([3, 8, 20, 7]).table).tolist() == [True, False, False, True]


def test_what_an_earlier_release_gave_away_is_said():
    before = s.suppress([3, 8, 20], threshold=2)
    after = s.suppress([3, 8, 20], threshold=5, previous=before)
    assert after.exposed.tolist() == [True, False, False]
    assert np.isnan(after.table[0])

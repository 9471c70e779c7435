"""What must hold of the statistics whatever the figures are."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, settings
from hypothesis import given as given_
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from concord.statistics import (
    benjamini_hochberg,
    control_chart,
    count_interval,
    fair_limits,
    fifths,
    funnel,
    neighbour_benchmark,
    percentiles,
    pooled,
    proportion_interval,
    quantile_band,
    rank_interval,
    ranks,
    rate_interval,
    recent_trend,
    rolling,
)
from concord.statistics.distributions import gamma_quantile


def given(*strategies):
    """As hypothesis has it, without its deadline: other work on the machine must fail no test."""
    return lambda test: settings(deadline=None)(given_(*strategies)(test))


counts = st.integers(0, 5000)
levels = st.sampled_from([0.5, 0.8, 0.95, 0.998])


@st.composite
def parts_and_totals(draw, fewest=1, most=40):
    """Events and totals of a group, with some missing and some of nothing."""
    size = draw(st.integers(fewest, most))
    total = draw(arrays(float, size, elements=st.integers(0, 3000).map(float)))
    share = draw(arrays(float, size, elements=st.floats(0, 1)))
    missing = draw(arrays(bool, size, elements=st.booleans().filter(bool) | st.just(False)))
    return np.where(missing & (share > 0.9), np.nan, np.floor(total * share)), total


@st.composite
def series(draw, fewest=0, most=40):
    """Values in time, whole numbers and missing ones, so that ties and gaps are common."""
    size = draw(st.integers(fewest, most))
    values = draw(arrays(float, size, elements=st.integers(-50, 50).map(float)))
    gaps = draw(st.sets(st.integers(0, max(size - 1, 0)), max_size=3))
    values[[gap for gap in gaps if gap < size]] = np.nan
    return values


# --- intervals


@given(counts, counts, levels)
def test_a_proportions_interval_holds_the_proportion(x, more, confidence):
    n = x + more
    assume(n > 0)
    lower, upper = proportion_interval(x, n, confidence)
    assert 0 <= lower <= x / n <= upper <= 1
    # none and all mirror each other
    mirrored = proportion_interval(more, n, confidence)
    assert float(lower) == pytest.approx(1 - float(mirrored[1]), abs=1e-12)


@given(counts, st.integers(1, 10**6), levels)
def test_a_rates_interval_holds_the_rate_and_narrows_with_confidence(x, n, confidence):
    lower, upper = rate_interval(x, n, 10_000, confidence)
    assert 0 <= lower <= 1e4 * x / n <= upper
    wider = rate_interval(x, n, 10_000, 0.999)
    assert wider[0] <= lower
    assert wider[1] >= upper


@given(st.integers(0, 400), levels)
def test_limits_rise_with_the_count(x, confidence):
    """Also across the change from exact limits to Byar's, at ten events."""
    lower, upper = rate_interval([x, x + 1], 100, 100, confidence)
    assert lower[0] < lower[1]
    assert upper[0] < upper[1]
    byar = count_interval([x, x + 1], confidence)
    assert byar[1][0] < byar[1][1]


@given(st.floats(0.01, 3000), st.sampled_from([0.001, 0.025, 0.5, 0.975, 0.999]))
def test_gamma_quantiles_are_scipys(shape, probability):
    from scipy.stats import gamma

    expected = gamma.ppf(probability, shape)
    assume(expected > 1e-290)
    assert float(gamma_quantile(probability, shape)) == pytest.approx(expected, rel=1e-7)


# --- funnels


@given(parts_and_totals(2), st.randoms(), st.sampled_from(["proportion", "rate"]), st.booleans())
def test_a_funnel_does_not_care_for_order(figures, random, kind, overdispersion):
    x, n = figures
    order = list(range(len(x)))
    random.shuffle(order)
    first = funnel(x, n, kind, overdispersion=overdispersion)
    second = funnel(x[order], n[order], kind, overdispersion=overdispersion)
    for name in ("z", "lower95", "upper95", "lower998", "upper998", "p"):
        np.testing.assert_allclose(getattr(first, name)[order], getattr(second, name), rtol=1e-7, atol=1e-9)
    assert float(first.tau2) == pytest.approx(float(second.tau2), rel=1e-6, abs=1e-12)


@given(parts_and_totals(2), st.sampled_from(["proportion", "rate", "ratio"]), st.booleans())
def test_funnel_limits_hold_the_target_and_nest(figures, kind, overdispersion):
    x, n = figures
    chart = funnel(x, n, kind, overdispersion=overdispersion)
    drawn = ~np.isnan(chart.lower95)
    assume(drawn.any())
    target, low, high = float(chart.target), chart.lower95[drawn], chart.upper95[drawn]
    assert np.all(low <= target + 1e-9)
    assert np.all(high >= target - 1e-9)
    assert np.all(chart.lower998[drawn] <= low + 1e-12)
    assert np.all(chart.upper998[drawn] >= high - 1e-12)
    assert np.all(chart.outside95 | ~chart.outside998)
    assert chart.tau2 >= 0
    assert not np.any(chart.outside95[np.isnan(chart.value)])


@given(parts_and_totals(3))
def test_overdispersion_never_narrows_limits(figures):
    x, n = figures
    wide, narrow = funnel(x, n, "rate"), funnel(x, n, "rate", overdispersion=False, transform="log-counts")
    drawn = ~np.isnan(wide.lower95)
    assert np.all(wide.lower95[drawn] <= narrow.lower95[drawn] + 1e-12)
    assert np.all(wide.upper95[drawn] >= narrow.upper95[drawn] - 1e-12)


@given(parts_and_totals(2, 12))
def test_indicators_side_by_side_are_as_indicators_alone(figures):
    x, n = figures
    together = funnel(np.column_stack([x, x]), np.column_stack([n, n + 1]))
    for column, total in enumerate((n, n + 1)):
        alone = funnel(x, total)
        np.testing.assert_allclose(together.upper998[:, column], alone.upper998, rtol=1e-12)
        assert float(together.phi[column]) == pytest.approx(float(alone.phi), nan_ok=True)


@given(st.integers(0, 30), st.integers(1, 40), st.integers(20, 60))
def test_a_few_events_do_not_shout(x, expected, others):
    """A unit of which fewer than ten events are expected is outside only if chance alone makes that rare."""
    from scipy.stats import poisson

    rest = np.full(others, 1000.0)
    chart = funnel(np.append(rest, x), np.append(rest * 10, expected), "rate")
    mean = expected * float(chart.target)
    assume(mean < 10)
    tail = min(poisson.cdf(x, mean), poisson.sf(x - 1, mean))
    if chart.outside95[-1]:
        assert tail <= 0.025 + 1e-12
    assert chart.p[-1] >= min(1, 2 * tail) - 1e-9


@given(parts_and_totals(2), st.sampled_from(["proportion", "rate"]), st.booleans())
def test_a_unit_is_outside_the_fair_limits_exactly_if_its_p_says_so(figures, kind, overdispersion):
    """Up to figures that lie on a limit: within a billionth of it."""
    x, n = figures
    chart = funnel(x, n, kind, overdispersion=overdispersion)
    for confidence in (0.95, 0.998):
        low, high = fair_limits(chart.target, chart.fair, chart.used, n, kind, confidence)
        close = np.isclose(chart.value, low, rtol=1e-9) | np.isclose(chart.value, high, rtol=1e-9)
        judged = ~np.isnan(chart.p) & ~close
        outside = (chart.value < low) | (chart.value > high)
        assert np.array_equal(outside[judged], chart.p[judged] < 1 - confidence)
        assert np.all(low[judged] <= float(chart.target) + 1e-12)
        assert np.all(high[judged] >= float(chart.target) - 1e-12)


@given(parts_and_totals(3, 12), st.sampled_from(["proportion", "rate"]))
def test_figures_in_any_dress_give_the_same(figures, kind):
    """Lists, whole numbers, None, what a masked array hides: all are the figures that they are."""
    x, n = figures
    plain = funnel(x, n, kind)
    whole = [None if math.isnan(v) else int(v) for v in x]
    masked = np.ma.masked_array(np.nan_to_num(x, nan=7.0), mask=np.isnan(x))
    for dressed in (funnel(whole, n.astype(int).tolist(), kind), funnel(masked, n.astype(np.int32), kind)):
        np.testing.assert_array_equal(dressed.p, plain.p)
        np.testing.assert_array_equal(dressed.upper998, plain.upper998)
    bounds = [proportion_interval(given, n) for given in (x, whole, masked)]
    for one in bounds[1:]:
        np.testing.assert_array_equal(one, bounds[0])
    charts = [control_chart(given, "down") for given in (x, whole, masked)]
    for chart in charts[1:]:
        np.testing.assert_array_equal(chart.upper, charts[0].upper)
        assert chart.rules.tolist() == charts[0].rules.tolist()


# --- control charts


@given(series(), st.integers(-1000, 1000), st.sampled_from([0.25, 1, 8]))
def test_a_chart_does_not_care_for_origin_and_unit(values, shift, scale):
    first, second = control_chart(values, "up"), control_chart(values * scale + shift, "up")
    assert first.rules.tolist() == second.rules.tolist()
    assert first.kind.tolist() == second.kind.tolist()
    np.testing.assert_allclose(first.upper * scale + shift, second.upper, atol=1e-6)


@given(series())
def test_upside_down_the_other_way_is_better(values):
    up, down = control_chart(values, "up"), control_chart(-values, "down")
    assert up.rules.tolist() == down.rules.tolist()
    assert up.kind.tolist() == down.kind.tolist()
    swapped = {"improvement": "concern", "concern": "improvement", "": ""}
    assert control_chart(values, "down").kind.tolist() == [swapped[kind] for kind in up.kind]
    assert set(control_chart(values).kind.tolist()) <= {"", "neutral"}


@given(series(14))
@example(np.arange(20.0))
def test_limits_and_means_do_not_care_for_the_direction_of_time(values):
    forward, backward = control_chart(values), control_chart(values[::-1])
    np.testing.assert_allclose(forward.upper, backward.upper, rtol=1e-9, atol=1e-9)
    outside = [["outside" in fired for fired in chart.rules] for chart in (forward, backward)]
    assert outside[0] == outside[1][::-1]
    assert ["shift" in fired for fired in forward.rules] == ["shift" in fired for fired in backward.rules][
        ::-1
    ]


@given(series(2), series(2))
def test_segments_know_nothing_of_each_other(before, after):
    whole = control_chart(np.concatenate([before, after]), rebase=[len(before)])
    parts = [control_chart(before), control_chart(after)]
    np.testing.assert_allclose(whole.lower, np.concatenate([part.lower for part in parts]), rtol=1e-12)
    assert whole.rules.tolist() == parts[0].rules.tolist() + parts[1].rules.tolist()
    assert whole.trial.tolist() == parts[0].trial.tolist() + parts[1].trial.tolist()


@given(st.lists(series(15, 15), min_size=1, max_size=5))
def test_charts_together_are_as_charts_alone(many):
    together = control_chart(np.array(many), "down")
    for row, values in enumerate(many):
        alone = control_chart(values, "down")
        assert together.rules[row].tolist() == alone.rules.tolist()
        assert together.kind[row].tolist() == alone.kind.tolist()
        np.testing.assert_array_equal(together.lower[row], alone.lower)


@given(series())
def test_missing_points_and_flat_limits_signal_nothing(values):
    chart = control_chart(values)
    missing = np.isnan(values)
    assert all(fired == frozenset() for fired in chart.rules[missing])
    assert not np.any(chart.signals & (missing | chart.flat | chart.trial))
    assert np.all((chart.kind != "") == [bool(fired) for fired in chart.rules])


@given(st.floats(-1e6, 1e6), st.integers(1, 30))
def test_a_constant_series_has_no_limits(value, points):
    chart = control_chart([value] * points)
    assert np.all(np.isnan(chart.lower))
    assert chart.mean[0] == pytest.approx(value)
    assert not np.any(chart.kind != "")


# --- trends


@given(arrays(float, 5, elements=st.floats(-100, 100)), st.floats(0.1, 20))
def test_a_trend_turns_with_its_figures(values, width):
    up = recent_trend(values, values - width, values + width)
    down = recent_trend(-values, -values - width, -values + width)
    assert {str(up.direction), str(down.direction)} in ({"none"}, {"up", "down"})
    if up.significant:
        for dropped in range(5):  # it outlives the loss of any one point
            kept = np.arange(5) != dropped
            without = np.polyfit(np.arange(5)[kept], values[kept], 1)[0]
            assert without * np.sign(up.slope) > -1e-9


@given(arrays(float, (3, 9), elements=st.integers(0, 50).map(float)))
def test_only_the_last_five_points_count(values):
    whole = recent_trend(values, values - 1, values + 1)
    last = recent_trend(values[:, -5:], values[:, -5:] - 1, values[:, -5:] + 1)
    assert whole.direction.tolist() == last.direction.tolist()


# --- groups


@given(arrays(float, st.integers(1, 40), elements=st.integers(0, 12).map(float) | st.just(math.nan)))
def test_fifths_mirror_and_never_pass_a_fifth_of_places(values):
    high, low = fifths(values, "high"), fifths(values, "low")
    swapped = {"top": "bottom", "bottom": "top", "": ""}
    assert low.tolist() == [swapped[word] for word in high]
    assert fifths(-values, "low").tolist() == high.tolist()
    assert not set(fifths(values, "none")) & {"top", "bottom"}
    counted = np.sum(~np.isnan(values))
    # with ties a fifth may hold more than a fifth, but then its middle lies within the fifth
    assert np.sum(high == "top") <= 0.4 * counted + 1
    if counted >= 5 and len(set(values[~np.isnan(values)])) == counted:
        assert np.sum(high == "top") == np.sum(high == "bottom") == round(counted / 5 + 1e-9)


@given(
    arrays(float, st.integers(1, 30), elements=st.integers(0, 20).map(float) | st.just(math.nan)),
    st.integers(2, 10),
    st.sampled_from(["rank", "type-7"]),
    st.sampled_from(["high", "low"]),
)
def test_bands_follow_the_values(values, groups, method, polarity):
    bands = quantile_band(values, groups, method, polarity)
    shown = [(value, band) for value, band in zip(values, bands, strict=True) if not math.isnan(value)]
    if len(shown) < groups:
        assert all(band == "" or band != band for _, band in shown)
        return
    better_first = sorted(shown, key=lambda pair: pair[0], reverse=polarity == "high")
    order = [band for _, band in better_first]
    assert order == sorted(order, reverse=method == "rank")
    by_value = dict(shown)
    assert all(by_value[value] == band for value, band in shown)


@given(arrays(float, st.integers(1, 40), elements=st.floats(-1e6, 1e6)), st.floats(0, 1))
def test_percentiles_are_numpys(values, share):
    assert percentiles(values, [share])[0] == pytest.approx(np.quantile(values, share), rel=1e-9, abs=1e-6)


@given(arrays(float, st.integers(1, 30), elements=st.integers(0, 9).map(float)))
def test_ranks_are_scipys(values):
    from scipy.stats import rankdata

    assert ranks(values, "low").tolist() == rankdata(values, method="min").tolist()
    assert ranks(values, "high").tolist() == rankdata(-values, method="min").tolist()


@given(parts_and_totals(1, 12), st.sampled_from(["high", "low"]))
def test_rank_intervals_hold_the_rank(figures, best):
    x, n = figures
    interval = rank_interval(x, n, draws=50, seed=3, best=best)
    there = ~np.isnan(interval.rank)
    assert np.all(there == (~np.isnan(x) & (n > 0)))
    assert np.all(interval.lower[there] <= interval.rank[there])
    assert np.all(interval.upper[there] >= interval.rank[there])
    assert np.all(interval.lower[there] >= 1)
    assert np.all(interval.upper[there] <= there.sum())


@given(
    arrays(float, (6, 4), elements=st.floats(0, 100) | st.just(math.nan)), st.sampled_from(["mean", "median"])
)
def test_neighbours_are_numpys(values, average):
    places = np.array([[(i + step) % 6 for step in (1, 2, 3)] for i in range(6)])
    ours = neighbour_benchmark(values, places, average)
    for unit in range(6):
        for column in range(4):
            theirs = [v for v in values[places[unit], column] if not math.isnan(v)]
            expected = getattr(np, average)(theirs) if theirs else math.nan
            assert ours.value[unit, column] == pytest.approx(expected, nan_ok=True)
            assert ours.counted[unit, column] == len(theirs)


@given(arrays(float, st.integers(1, 40), elements=st.floats(0, 1)), st.sampled_from([0.01, 0.1, 0.3]))
def test_false_discoveries_are_statsmodels(p, rate):
    from statsmodels.stats.multitest import multipletests

    _, adjusted, _, _ = multipletests(p, rate, "fdr_bh")
    ours = benjamini_hochberg(p, rate)
    np.testing.assert_allclose(ours.adjusted, adjusted, rtol=1e-12)
    assert ours.found.tolist() == (adjusted <= rate).tolist()


# --- sums


@given(parts_and_totals())
def test_a_pooled_figure_lies_among_its_parts(figures):
    x, n = figures
    whole = pooled(x, n)
    there = ~np.isnan(x)
    assert whole.counted == there.sum()
    assert whole.missing == len(x) - there.sum()
    if np.sum(n[there]) > 0:
        shares = x[there & (n > 0)] / n[there & (n > 0)]
        assert shares.min() - 1e-12 <= whole.value <= shares.max() + 1e-12
    else:
        assert math.isnan(whole.value)


@given(series(1), st.integers(1, 6))
def test_rolling_sums_are_sums_of_what_they_say(values, quarters):
    sums = rolling(values, quarters)
    for i in range(len(values)):
        expected = values[i - quarters + 1 : i + 1].sum() if i + 1 >= quarters else math.nan
        assert sums[i] == pytest.approx(expected, nan_ok=True)

"""Against NHSRplotthedots 0.2.2 (R): limits to 1e-12, every rule, kind and warning the same.

Where nhspy-plotthedots differs it is wrong and is not followed: it makes a shift of seven points that lie on
the mean, and lets one missing quarter take every limit away.
"""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import assurance, control, control_chart

IMPROVEMENT = {"increase": "up", "decrease": "down", "neutral": None}
KIND = {
    "common_cause": "",
    "special_cause_improvement": "improvement",
    "special_cause_concern": "concern",
    "special_cause_neutral_high": "neutral",
    "special_cause_neutral_low": "neutral",
}
RULE = (("Trend", "trend"), ("2 in 3", "two_of_three"), ("7 Points", "shift"))


def rule(special_cause: str) -> str:
    """The rule by which the reference names a point, in our words."""
    if special_cause.endswith((" UCL", " LCL")):
        return "outside"
    return next((ours for theirs, ours in RULE if theirs in special_cause), "")


def drawn(series):
    values = np.array([np.nan if value is None else value for value in series["value"]])
    settings = series["params"]
    return control_chart(
        values,
        IMPROVEMENT[settings["improvement_direction"]],
        settings["screen_outliers"],
        [int(place) + 1 for place in np.flatnonzero(np.diff(series["rebase_group"]))],
        fix_after=settings["fix_after_n_points"],
    )


def test_every_series(reference):
    for series in reference("spc_series.json")["series"]:
        ours, name = drawn(series), series["id"]
        for mine, theirs in (("mean", "mean"), ("lower", "lpl"), ("upper", "upl")):
            expected = np.array([np.nan if v is None else v for v in series[theirs]], dtype=float)
            np.testing.assert_allclose(getattr(ours, mine), expected, rtol=1e-12, atol=1e-12, err_msg=name)
        there = [value is not None for value in series["value"]]
        for i in np.flatnonzero(there):
            expected_rule = rule(series["special_cause_type"][i])
            first = next((r for r in ("outside", "trend", "two_of_three", "shift") if r in ours.rules[i]), "")
            assert first == expected_rule, (name, i)
            assert ours.kind[i] == KIND[series["point_type"][i]], (name, i)
        assert ours.trial.tolist() == series["short_group_warning"], name


def test_figures_that_the_package_prints(reference):
    by_id = {series["id"]: series for series in reference("spc_series.json")["series"]}
    for name, (mean, low, high) in {
        "snap_r1_rnorm20": (0.1416238, -3.01138, 3.294627),
        "deviations_screened": (1.94, -0.72, 4.6),
        "deviations_excel": (1.94, -3.06, 6.95),
    }.items():
        ours = drawn(by_id[name])
        assert (ours.mean[0], ours.lower[0], ours.upper[0]) == pytest.approx((mean, low, high), abs=0.006)


def test_single_rules(reference):
    """The rules one by one. The reference finds the ends of runs first and spreads them; we mark runs whole."""
    tried = set()
    for case in reference("spc_rules.json"):
        given, expected = case["input"], case["expected"]
        tried.add(case["rule"])
        side = np.array([given.get("side", [])], dtype=float)
        close = np.array([given.get("close", [])], dtype=bool)
        near = control._two_of_three(close, side == 1) | control._two_of_three(close, side == -1)
        match case["rule"]:
            case "assurance":
                words = {"consistent_fail": "fails", "consistent_pass": "passes", "inconsistent": "varies"}
                verdict = assurance(
                    given["lpl"], given["upl"], given["target"], IMPROVEMENT[given["improvement_direction"]]
                )
                assert str(verdict) == words.get(expected, "")
            case "seven_point_trend":
                steps = np.sign(np.diff([given["y"]], axis=1))
                assert set(control._trend(steps)[0]) == ({0} if not any(expected) else {expected[-1]})
            case "seven_point_one_side_mean":
                runs = control._runs(side == 1, 7)[0]
                ends = [bool(runs[i]) and i >= 6 for i in range(len(runs))]
                assert ends == [bool(e) for e in expected]
            case "part_of_seven_trend":
                last = next((i for i, mark in enumerate(given["v"]) if mark), None)
                in_run = np.array(
                    [[last is not None and last - 7 < i <= last for i in range(len(given["v"]))]]
                )
                assert control._runs(in_run, 7)[0].tolist() == [bool(e) for e in expected]
            case "two_in_three":
                assert near[0].tolist() == [bool(e) for e in expected]
            case "part_of_two_in_three":
                assert (near & close)[0].tolist() == [bool(e) for e in expected]
            case "special_cause_flag":
                outside = np.array([given["outside"]], dtype=bool)
                assert (outside | (near & close))[0].tolist() == [bool(e) for e in expected]
            case other:
                pytest.fail(f"no test for {other}")
    assert len(tried) > 5


def test_seven_points_on_the_mean_are_no_shift():
    """What nhspy-plotthedots' own test asserts wrongly."""
    chart = control_chart([5, 7, 3] + [5] * 8 + [3, 7, 5])
    assert not any("shift" in fired for fired in chart.rules)


def test_a_missing_quarter_leaves_the_limits_standing():
    """What nhspy-plotthedots loses."""
    values = [10.0, 12, 11, 9, np.nan, 10, 13, 9, 10, 11, 12, 10, 9, 11]
    chart = control_chart(values)
    moving = [2, 1, 2, 3, 4, 1, 1, 1, 2, 1, 2]  # none across the gap
    assert chart.upper[0] - chart.mean[0] == pytest.approx(2.66 * np.mean(moving))
    assert chart.rules[4] == frozenset()

"""Against FunnelPlotR 0.6.0 and PHEindicatormethods 2.1.0.

Where a peer is known to be wrong the test does not follow it: FunnelPlotR's limits for ratios of counts (its
“RC”) come from the population instead of the events and are far too narrow, and its limits for the CQC
method stay on the scale of square roots; there only z, phi and tau2 are compared. FunnelPlotR rounds tau2
for the SHMI on its way to the plot, so limits there agree to 1e-5 and not to 1e-7.
"""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import funnel

from .conftest import number

KINDS = {"PR": "proportion", "SR": "ratio", "RC": "rate"}
LIMITS = ("lower95", "upper95", "lower998", "upper998")


def cases(reference):
    found = [case for case in reference("funnel_overdispersion.json")["cases"] if "numerator" in case]
    assert found
    return found


def drawn(case, **settings):
    method = "winsorise" if (case["data_type"], case["sr_method"]) == ("SR", "CQC") else None
    return funnel(
        case["numerator"], case["denominator"], KINDS[case["data_type"]], case["trim_by"],
        trimming=method, **settings,
    )  # fmt: skip


def test_z_phi_and_tau2(reference):
    for case in cases(reference):
        ours = drawn(case)
        np.testing.assert_allclose(ours.z, case["z"], rtol=1e-9, atol=1e-9, err_msg=case["id"])
        assert ours.phi == pytest.approx(case["phi"], rel=1e-12), case["id"]
        assert ours.tau2 == pytest.approx(case["tau2"], rel=1e-12), case["id"]
        assert ours.used == case["n_used"], case["id"]


def test_limits_with_overdispersion(reference):
    compared = [case for case in cases(reference) if case["data_type"] == "PR" or case["sr_method"] == "SHMI"]
    for case in [case for case in compared if case["data_type"] != "RC"]:
        ours = drawn(case)
        theirs = [case["limits"][name] for name in ("OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL")]
        for name, limit in zip(LIMITS, theirs, strict=True):
            np.testing.assert_allclose(
                getattr(ours, name) * case["multiplier"], limit, rtol=1e-5, err_msg=case["id"]
            )
        np.testing.assert_array_equal(ours.outside998, np.array(case["limits"]["outlier"]) == 1)


def test_plain_limits(reference):
    """Theirs are on the scale of arcsines; OHID's, and ours unless asked, are plain normal limits."""
    for case in [case for case in cases(reference) if case["data_type"] != "RC"]:
        scale = "arcsine" if case["data_type"] == "PR" else None
        ours = drawn(case, overdispersion=False, transform=scale)
        theirs = [case["limits"][name] for name in ("LCL95", "UCL95", "LCL99", "UCL99")]
        for name, limit in zip(LIMITS, theirs, strict=True):
            np.testing.assert_allclose(
                getattr(ours, name) * case["multiplier"], limit, rtol=1e-5, err_msg=case["id"]
            )


def test_poisson_limits_printed_by_the_package(reference):
    case = next(c for c in reference("funnel_overdispersion.json")["cases"] if "number_seq" in c)
    ours = funnel(case["number_seq"], case["number_seq"], "ratio", overdispersion=False)
    for name, theirs in zip(LIMITS, ("ll95", "ul95", "ll998", "ul998"), strict=True):
        np.testing.assert_allclose(getattr(ours, name), case[theirs], atol=5e-7)  # printed to seven figures


def classes(ours) -> list[str]:
    side = np.where(ours.value > ours.target, "High", "Low")
    inner = np.where(ours.outside95, np.char.add(side, " (0.025)"), "Not significant")
    return np.where(ours.outside998, np.char.add(side, " (0.001)"), inner).tolist()


def test_ohid_classes_of_proportions(reference):
    rows = reference("funnel_prop_inputs.csv")
    x, n = (np.array([number(row[name]) for row in rows]) for name in ("numerator", "denominator"))
    assert classes(funnel(x, n, overdispersion=False)) == [row["significance"] for row in rows]


def test_ohid_classes_of_ratios(reference):
    rows = reference("funnel_ratio_inputs.csv")
    x, n = (np.array([number(row[name]) for row in rows]) for name in ("obs", "expected"))
    assert classes(funnel(x, n, "ratio", overdispersion=False)) == [row["significance"] for row in rows]


def test_ohid_limits_of_proportions(reference):
    """Their table has its percentages to six decimals."""
    rows = reference("funnel_prop_outputs.csv")
    n = np.array([number(row["Population"]) for row in rows])
    ours = funnel(np.zeros_like(n), n, overdispersion=False, target=number(rows[0]["Baseline"]) / 100)
    theirs = ("Lower2s0025limit", "Upper2s0025limit", "Lower3s0001limit", "Upper3s0001limit")
    for name, column in zip(LIMITS, theirs, strict=True):
        np.testing.assert_allclose(
            getattr(ours, name) * 100, [number(row[column]) for row in rows], atol=2e-6
        )


def test_ohid_ratio_limits_are_their_own_exact_intervals(reference):
    """Their chart's limits at an expected count are where its exact interval meets an observed count.

    Their bisection stops early: agreement to 1e-4. Ours decides who is outside in the same way, so a unit
    just within, or just beyond, their limit is classed as they class it.
    """
    rows = reference("funnel_ratio_outputs.csv")
    observed = np.array([number(row["Observed_events"]) for row in rows])
    for column, high in (("lower_2s_exp_events", False), ("upper_2s_exp_events", True)):
        expected = np.array([number(row[column]) for row in rows])
        few = observed < 10  # above, their classes use Byar's limits and their chart the exact ones
        for nudge, beyond in ((1 + 2e-4, not high), (1 - 2e-4, high)):
            ours = funnel(observed[few], expected[few] * nudge, "ratio", overdispersion=False)
            assert ours.outside95.tolist() == [beyond] * few.sum()

"""Against PHEindicatormethods (quantiles), the DfE's interactive tool (bands, ranks) and Fingertips (trends).

Fingertips' published directions of trends contradict its figures in 179 of the 200 significant rows as stored
by the DfE; only whether a trend is significant is theirs, the direction is recomputed.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from concord.statistics import (
    funnel,
    percentiles,
    quantile_band,
    ranks,
    recent_trend,
    recent_trend_proportion,
)

from .conftest import number

GROUPS = {"Quartile": 4, "Septile": 7, "Decile": 10}


def test_ohid_quantiles(reference):
    """Groups that are here whole; where the file holds a part of a group the ranks cannot be made again."""
    together = defaultdict(list)
    for row in reference("quantiles.csv"):
        if row["Test"] == "Gooddata":
            parent = row["ParentCode"] if row["GroupSet"] == "IndSexReg" else ""
            together[row["IndSexRef"], row["QuantileNm"], row["GroupSet"], parent].append(row)
    compared = 0
    for key, rows in together.items():
        values = [number(row["Value"]) for row in rows]
        if {int(row["RowsInGrp"]) for row in rows if row["RowsInGrp"]} != {np.sum(~np.isnan(values))}:
            continue
        polarity = "low" if rows[0]["Polarity"] == "RAG - Low is good" else "high"
        bands = quantile_band(values, GROUPS[key[1]], "rank", polarity)
        np.testing.assert_array_equal(bands, [number(row["QuantileInGrp"]) for row in rows], err_msg=str(key))
        compared += len(rows)
    assert compared > 400


def test_bands_and_ranks_of_the_interactive_tool(reference):
    measures = defaultdict(list)
    for row in reference("lait_quartile_rank.csv"):
        measures[row["measure_short"], row["period"]].append(row)
    for key, rows in measures.items():
        values = [number(row["v"]) for row in rows]
        polarity = rows[0]["Polarity"].lower()
        bands = quantile_band(values, 4, "type-7", polarity)
        assert bands.tolist() == [row["quartile_band"] for row in rows], key
        np.testing.assert_array_equal(ranks(values, polarity), [number(row["rank"]) for row in rows])
        edges = [number(rows[0][name]) for name in ("q25", "q50", "q75")]
        np.testing.assert_allclose(percentiles(values, [0.25, 0.5, 0.75]), edges, rtol=1e-9)


def test_recent_trends(reference):
    rows = reference("fingertips_recent_trend.csv")
    value, lower, upper = (
        np.array([[number(row[f"{name}{i}"]) for i in range(1, 6)] for row in rows])
        for name in ("value", "lower95_", "upper95_")
    )
    ours = recent_trend(value, lower, upper)
    assert ours.direction.tolist() == [row["computed_direction"] for row in rows]
    np.testing.assert_allclose(ours.chi2, [number(row["chi2"]) for row in rows], rtol=1e-9)
    published = [not row["published_recent_trend"].startswith("No significant") for row in rows]
    assert ours.significant.tolist() == published


def test_comparers(reference):
    for case in reference("fingertips_comparers.json"):
        match case["kind"]:
            case "recent_trend_rate" | "recent_trend_proportion":
                trend(case)
            case "spc_for_proportions":
                # a limit for the denominator about the comparator, as in our funnel on the scale of Wilson
                classed(case, "proportion", case["denominator"], case["comparator"] / case["unit"])
            case "spc_for_dsr_poisson":
                classed(case, "rate", case["denominator"], case["comparator"] / case["unit"])
            case "quintile_bounds" | "quartile_bounds":
                shares = np.linspace(0, 1, len(case["expected"]))
                np.testing.assert_allclose(percentiles(np.arange(1, 51), shares), case["expected"])
            case other:
                pytest.fail(f"no test for {other}")


def trend(case):
    points = {name: [point[name] for point in case["points"]] for name in case["points"][0]}
    if case["kind"] == "recent_trend_rate" or "marker" in case["expected"]:
        ours = recent_trend(points["value"], points["lower95"], points["upper95"])
    else:
        ours = recent_trend_proportion(points["count"], points["denominator"])
    assert bool(ours.significant) == case["expected"]["significant"]
    if "chi2_2dp" in case["expected"]:
        # they round the half up, and print to two decimals
        assert float(ours.chi2) == pytest.approx(case["expected"]["chi2_2dp"], abs=0.00501)
    if "marker" in case["expected"]:
        assert str(ours.direction) == "unknown"
        assert float(ours.chi2) == 0


def classed(case, kind, denominator, target):
    """Fingertips looks whether the value lies beyond the limits, OHID's R package at the unit's own interval.

    For few events the two differ (7 where 13.1 are expected lies just beyond the limit, with an interval that
    reaches 14.4); our limits are the former, our ``outside`` the latter.
    """
    count = round(case["value"] / case["unit"] * denominator)
    ours = funnel([count], [denominator], kind, overdispersion=False, target=target)
    value = ours.value[0]
    for level, low, high in (
        ("95", ours.lower95[0], ours.upper95[0]),
        ("99.8", ours.lower998[0], ours.upper998[0]),
    ):
        # in every case low is good
        verdict = "Better" if value < low else "Worse" if value > high else "Same"
        assert verdict == case["expected"][level], (case, level)

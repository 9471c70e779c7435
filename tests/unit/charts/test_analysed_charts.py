"""The charts of an analysed indicator: what is drawn, and what is never drawn."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

import catalogue
from catalogue.reference import hexes
from concord.outputs.charts import analysed, funnels, maps, png, rugs, svg
from concord.outputs.charts.maps import Cell
from concord.rules.analysed import Analysed, Place, Point, Row

PERIODS = tuple(f"{y}-{y % 100 + 1}Q{q}" for y in (2022, 2023, 2024, 2025) for q in (1, 2, 3, 4))
FLOW = catalogue.indicators()["cla_start_rate"]


def series(missing: int = -1) -> tuple[Analysed, Row]:
    points = tuple(
        Point(
            p,
            None if n == missing else 5.0 + n % 3,
            None if n == missing else 20 + 4 * (n % 3),
            40000,
            6,
            2,
            10,
        )
        for n, p in enumerate(PERIODS)
    )
    row = Row(code="202", name="Camden", value=5.0, points=points, trial=False)
    group = Place("region", "London", 6.0, None, None, 1)
    return Analysed(indicator=FLOW.id, period=PERIODS[-1], periods=PERIODS, rows=(row,), group=group), row


def fields(spec: dict[str, Any]) -> set[str]:
    """The fields that a chart’s layers draw up its side."""
    return {layer["encoding"]["y"]["field"] for layer in spec["layer"]}


def values(spec: dict[str, Any]) -> list[Any]:
    layer = next(x for x in spec["layer"] if x["encoding"]["y"]["field"] == "value")
    return [row["value"] for row in layer["data"]["values"]]


def test_limits_are_drawn_on_quarters_and_never_on_twelve_months() -> None:
    it, row = series()
    assert {"mean", "lower", "upper"} <= fields(analysed.trend(it, FLOW, row) or {})
    rolling = analysed.trend(it, FLOW, row, "rolling")
    assert rolling is not None
    assert fields(rolling) == {"value"}
    assert "the last twelve months" in str(rolling)
    assert len(values(rolling)) == len(PERIODS) - 3
    assert values(rolling)[0] == pytest.approx((20 + 24 + 28 + 20) / 40000 * 10000)


def test_times_four_scales_points_and_limits_and_says_so() -> None:
    it, row = series()
    plain, yearly = analysed.trend(it, FLOW, row), analysed.trend(it, FLOW, row, "yearly")
    assert plain is not None
    assert yearly is not None
    assert values(yearly) == [4 * v for v in values(plain)]
    assert yearly["layer"][0]["data"]["values"][0]["upper"] == 40
    assert "the quarter, times four" in str(yearly)


def test_a_missing_quarter_takes_four_rolling_points_with_it() -> None:
    it, row = series(missing=6)
    spec = analysed.trend(it, FLOW, row, "rolling")
    assert spec is not None
    assert sum(v is None for v in values(spec)) == 4


def test_names_of_a_crowded_funnel_do_not_meet() -> None:
    points = [
        funnels.Point(f"Long name {n}", 1000 + 6 * n, 90 + n / 50, 20, 60, 10, 70, True) for n in range(4)
    ] + [funnels.Point("Far", 3000, 40, 30, 50, 25, 55, False)]
    rows = [funnels._row(p) for p in points]
    sides = funnels._sides(rows, [r for r in rows if r["outside"]])
    assert len({*sides}) > 1
    spec = funnels.funnel(points, 40, title="t", unit="u", size="s", region="r", description="d")
    assert svg(spec).count("Long name") == 4
    for a, b in combinations([funnels._box(0, 0, "x", side, 6.5) for side in funnels.SIDES], 2):
        assert not funnels._meet(a, b)


def test_a_funnel_leaves_out_those_too_few_to_compare_and_says_whom() -> None:
    rows = tuple(
        Row(code=str(n), name=f"Town {n}", value=5.0 + n, denominator=4000.0 * n, lower95=3, upper95=9, lower998=2,
            upper998=11, small=n == 1)
        for n in range(1, 8)
    )  # fmt: skip
    group = Place("region", "London", 6.0, None, None, 7)
    it = Analysed(indicator=FLOW.id, period="2025-26Q4", periods=PERIODS, rows=rows, group=group, target=6.0)
    spec = analysed.funnel(it, FLOW, "7", "London")
    assert analysed.undrawn(it, "7") == ("Town 1",)
    assert "Town 1'" not in str(spec)
    assert "Town 2'" in str(spec)
    assert analysed.undrawn(it, "1") == ()  # whose page it is stands in it
    assert "Town 1'" in str(analysed.funnel(it, FLOW, "1", "London"))


def test_the_rug_gives_each_cell_its_letter_and_neutral_a_frame() -> None:
    cells = [rugs.Cell("Barnet", "Re-referrals", "D", False), rugs.Cell("Barnet", "Looked after", "A", True),
             rugs.Cell("Brent", "Re-referrals", "", False)]  # fmt: skip
    spec = rugs.rug(
        cells, ["Barnet", "Brent"], ["Re-referrals", "Looked after"], title="Rug", description="Two."
    )
    letters = spec["layer"][0]["data"]["values"]
    assert [(r["letter"], r["fill"]) for r in letters] == [("D", "D"), ("A", "neutral"), ("·", "none")]
    assert png(spec).startswith(b"\x89PNG")
    drawn = svg(spec)
    assert "Barnet" in drawn
    assert "Looked after" in drawn


def test_the_map_gives_each_authority_its_letter_and_neutral_no_rust() -> None:
    cells = [Cell(h.authority, h.q, h.r, "ABCD"[n % 4] if n else "") for n, h in enumerate(hexes().values())]
    for neutral in (False, True):
        spec = maps.hexmap(cells, title="Map", description="Of England", neutral=neutral)
        drawn = svg(spec)
        assert drawn.count("<text") == 153
        assert (maps.POLAR["D"] in drawn) != neutral
        assert " style=" not in drawn
    assert png(spec).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="authorities"):
        maps.hexmap([], title="", description="", neutral=True)

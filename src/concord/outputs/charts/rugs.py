"""The tartan rug as a picture: every authority by every indicator, each with the letter of its quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concord.outputs.charts.draw import INK, QUIET, Spec, chart, values
from concord.outputs.charts.maps import POLAR

WIDE, HIGH = 38, 20  # pixels of a cell
NEUTRAL, NONE = "neutral", "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """An authority’s quarter of the group on one indicator: A to D, or “” where there is none."""

    authority: str
    indicator: str
    band: str
    neutral: bool


def rug(
    cells: Sequence[Cell],
    authorities: Sequence[str],
    indicators: Sequence[str],
    *,
    title: str,
    description: str,
) -> Spec:
    """Letters on green to rust; those of neutral indicators in a dashed frame. Rows and columns in the order given."""
    rows = [
        {
            "authority": c.authority,
            "indicator": c.indicator,
            "letter": c.band or "·",
            "fill": NONE if not c.band else NEUTRAL if c.neutral else c.band,
        }
        for c in cells
    ]
    words = {"labelFontSize": 12, "labelLimit": 240, "grid": False, "ticks": False, "domain": False}
    where = {
        "x": {"field": "indicator", "type": "nominal", "title": None, "sort": list(indicators),
              "axis": words | {"orient": "top", "labelAngle": -50}},
        "y": {"field": "authority", "type": "nominal", "title": None, "sort": list(authorities), "axis": words},
    }  # fmt: skip
    colours = POLAR | {NEUTRAL: "#ffffff", NONE: "#ffffff"}
    fill = {"field": "fill", "type": "nominal", "legend": None,
            "scale": {"domain": list(colours), "range": list(colours.values())}}  # fmt: skip
    dark = {"test": {"field": "fill", "oneOf": ["A", "D"]}, "value": "#ffffff"}
    framed = [r for r in rows if r["fill"] == NEUTRAL]
    return chart(
        title,
        description,
        [
            {"data": values(rows), "mark": {"type": "rect", "width": WIDE - 4, "height": HIGH - 3},
             "encoding": where | {"color": fill}},
            {"data": values(framed),
             "mark": {"type": "rect", "width": WIDE - 4, "height": HIGH - 3, "fill": None, "stroke": QUIET,
                      "strokeDash": [3, 2]},
             "encoding": where},
            {"data": values(rows),
             "mark": {"type": "text", "fontWeight": "bold", "fontSize": 12, "baseline": "middle"},
             "encoding": where | {"text": {"field": "letter", "type": "nominal"},
                                  "color": {"condition": dark, "value": INK}}},
        ],
        width={"step": WIDE},
        height={"step": HIGH},
    )  # fmt: skip

"""England as equal hexagons, one an authority: a small borough is seen as well as a large county."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from concord.outputs.charts.draw import INK, QUIET, RUST, Spec, chart, values

STEP = 36  # pixels from one hexagon to the next
POLAR = {"A": "#1b7048", "B": "#cfe6d8", "C": "#fdf0dc", "D": RUST}
NEUTRAL = {"A": "#0f4c54", "B": "#3f7780", "C": "#b3d0d2", "D": "#eef5f4"}
NONE = "–"
HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"


@dataclass(frozen=True, slots=True)
class Cell:
    """An authority’s place (column, row from the south-west) and its band: A to D, or “” where there is none."""

    name: str
    q: int
    r: int
    band: str
    own: bool = False


def hexmap(cells: Sequence[Cell], *, title: str, description: str, neutral: bool) -> Spec:
    """Each authority’s quarter of England by letter and colour: green to rust, or shades of one where neutral.

    Raises ValueError where there is nothing to draw.
    """
    if not cells:
        raise ValueError("a map needs authorities")
    colours = (NEUTRAL if neutral else POLAR) | {NONE: "#ffffff"}
    rows = [
        {"x": c.q + (c.r % 2) / 2, "y": c.r, "band": c.band or NONE, "own": c.own, "name": c.name}
        for c in cells
    ]
    across = [float(str(r["x"])) for r in rows]
    up = [c.r for c in cells]
    where = {
        "x": _place("x", min(across), max(across)),
        "y": _place("y", min(up), max(up)),
    }
    domain = list(colours)
    radius = STEP / math.sqrt(3)
    dark = ["A", "D"] if not neutral else ["A", "B"]
    return chart(
        title,
        description,
        [
            _hexagons(rows, where, radius, {"domain": domain, "range": [colours[d] for d in domain]}),
            {
                "data": values([r for r in rows if r["own"]]),
                "mark": {"type": "point", "shape": HEXAGON, "size": _size(radius), "filled": False,
                         "stroke": INK, "strokeWidth": 3, "opacity": 1},
                "encoding": where,
            },
            {
                "data": values(rows),
                "mark": {"type": "text", "fontWeight": "bold", "fontSize": 13, "baseline": "middle"},
                "encoding": where
                | {
                    "text": {"field": "band", "type": "nominal"},
                    "color": {
                        "condition": {"test": {"field": "band", "oneOf": dark}, "value": "#ffffff"},
                        "value": INK,
                    },
                },
            },
        ],
        width=round((max(across) - min(across) + 1.4) * STEP),
        height=round((max(up) - min(up) + 1.6) * STEP * 0.866),
    )  # fmt: skip


def _hexagons(rows: list[dict[str, object]], where: Spec, radius: float, scale: Spec) -> Spec:
    return {
        "data": values(rows),
        "mark": {"type": "point", "shape": HEXAGON, "size": _size(radius), "filled": True, "opacity": 1,
                 "stroke": QUIET, "strokeWidth": 0.6},
        "encoding": where | {"color": {"field": "band", "type": "nominal", "scale": scale, "legend": None}},
    }  # fmt: skip


def _size(radius: float) -> float:
    """Vega’s size of a symbol whose path reaches ``radius`` pixels from its middle."""
    return round((2 * radius * 0.97) ** 2, 1)


def _place(field: str, low: float, high: float) -> Spec:
    edge = 0.7 if field == "x" else 0.8
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [low - edge, high + edge], "nice": False, "zero": False},
    }

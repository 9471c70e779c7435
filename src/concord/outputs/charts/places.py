"""One period, many places: ranks with their intervals, an authority among its neighbours, two indicators together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concord.outputs.charts.draw import INK, QUIET, TEAL, Spec, axis, chart, values

OWN = {"scale": {"domain": [False, True], "range": ["#8fa6a8", TEAL]}, "legend": None}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place's rank among ``of``, and the ranks that chance leaves open to it."""

    name: str
    rank: int
    lower: float
    upper: float
    own: bool = False


def ranks(rows: Sequence[Ranked], *, title: str, description: str, best: str) -> Spec:
    """Each authority's rank as a dot on the interval of ranks it may as well have. ``best`` explains rank 1."""
    data = [
        {"name": r.name, "rank": r.rank, "lower": r.lower, "upper": r.upper, "own": r.own}
        for r in sorted(rows, key=lambda r: r.rank)
    ]
    y = axis("name", "", "nominal", sort=[r["name"] for r in data])
    own = {"field": "own", "type": "nominal", **OWN}
    y["axis"] = {"labelFontSize": 12, "labelLimit": 220}
    x = axis(
        "lower",
        f"Rank ({best}), and the ranks that chance leaves open",
        scale={"domainMin": 1},
        axis={"tickMinStep": 1, "format": "d"},
    )
    return chart(
        title,
        description,
        [
            {
                "data": values(data),
                "mark": {"type": "bar", "height": 5, "cornerRadius": 2},
                "encoding": {"y": y, "x": x, "x2": {"field": "upper"}, "color": own},
            },
            {
                "data": values(data),
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"y": y, "x": axis("rank", ""), "color": own},
            },
        ],
        height={"step": 17},
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A value with its interval; ``kind`` is own, neighbour, or comparator (a region, England)."""

    name: str
    value: float
    kind: str
    lower: float | None = None
    upper: float | None = None


def beside(rows: Sequence[Place], *, title: str, unit: str, description: str) -> Spec:
    """An authority, its neighbours and what they are held against, each with the interval of its value."""
    data = [
        {"name": r.name, "value": r.value, "lower": r.lower, "upper": r.upper, "kind": r.kind}
        for r in sorted(rows, key=lambda r: r.value, reverse=True)
    ]
    y = axis("name", "", "nominal", sort=[r["name"] for r in data])
    y["axis"] = {"labelFontSize": 13, "labelLimit": 240}

    def few(field: str) -> Spec:  # so that no two numbers run together
        return axis(field, unit, axis={"tickCount": 8})

    kind = {"field": "kind", "type": "nominal", "legend": None}
    kinds = ["own", "neighbour", "comparator"]
    colour = kind | {"scale": {"domain": kinds, "range": [TEAL, "#8fa6a8", INK]}}
    shape = kind | {"scale": {"domain": kinds, "range": ["circle", "circle", "diamond"]}}
    return chart(
        title,
        description,
        [
            {
                "data": values([r for r in data if r["lower"] is not None]),
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"y": y, "x": few("lower"), "x2": {"field": "upper"}, "color": colour},
            },
            {
                "data": values(data),
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"y": y, "x": few("value"), "color": colour, "shape": shape},
            },
        ],
        height={"step": 24},
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """An authority's values of two indicators."""

    name: str
    first: float
    second: float
    own: bool = False


def scatter(
    rows: Sequence[Pair],
    *,
    title: str,
    first: str,
    second: str,
    description: str,
    middle: tuple[float, float] | None,
) -> Spec:
    """Two indicators against each other, with lines at the region's figures. It shows no cause."""
    data = [{"name": r.name, "first": r.first, "second": r.second, "own": r.own} for r in rows]
    where = {"x": axis("first", first), "y": axis("second", second)}
    layers: list[Spec] = []
    if middle:
        for channel, value in (("x", middle[0]), ("y", middle[1])):
            field = {"x": axis("v", first), "y": axis("v", second)}[channel]
            layers.append(
                {
                    "data": values([{"v": value}]),
                    "mark": {"type": "rule", "color": QUIET, "strokeDash": [4, 4]},
                    "encoding": {channel: field},
                }
            )
    layers.append(
        {
            "data": values(data),
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": where | {"color": {"field": "own", "type": "nominal", **OWN}},
        }
    )
    layers.append(
        {
            "data": values(data if len(data) <= 12 else [r for r in data if r["own"]]),
            "mark": {"type": "text", "dy": -12, "fontSize": 12},
            "encoding": where | {"text": {"field": "name", "type": "nominal"}},
        }
    )
    return chart(title, description, layers, height=420)

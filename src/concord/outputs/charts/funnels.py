"""The funnel: every authority against the region, with limits that widen where there are few children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concord.outputs.charts.draw import HEIGHT, INK, LINE, QUIET, RUST, TEAL, WIDTH, Spec, axis, chart, values


@dataclass(frozen=True, slots=True)
class Point:
    """One authority: its denominator, its value, its limits, and whether it lies outside them after correction."""

    name: str
    denominator: float
    value: float
    lower95: float
    upper95: float
    lower998: float
    upper998: float
    outside: bool
    own: bool = False


def funnel(
    points: Sequence[Point],
    target: float,
    *,
    title: str,
    unit: str,
    size: str | Sequence[str],
    region: str,
    description: str,
) -> Spec:
    """``size`` names the denominator on the axis; ``unit`` the value; ``region`` the line in the middle."""
    rows = [_row(p) for p in sorted(points, key=lambda p: p.denominator)]
    x, up = axis("size", size), _up(rows, unit)
    lines = [
        _limit(rows, field, dash, x=x, y=up | {"field": field})
        for field, dash in (("l95", [5, 4]), ("u95", [5, 4]), ("l998", [1, 0]), ("u998", [1, 0]))
    ]
    others = {
        "data": values([r for r in rows if not r["own"]]),
        "mark": {"type": "point", "filled": True, "size": 62, "opacity": 1},
        "encoding": {
            "x": x,
            "y": up,
            "color": {
                "field": "outside",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": [False, True], "range": ["#9fb3b5", RUST]},
            },
            "shape": {
                "field": "outside",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": [False, True], "range": ["circle", "diamond"]},
            },
        },
    }
    middle = {
        "data": values([{"value": target}]),
        "mark": {"type": "rule", "color": QUIET},
        "encoding": {"y": up},
    }
    return chart(
        title,
        description,
        [*lines, middle, others, *_own(rows, {"x": x, "y": up}), *_named(rows, {"x": x, "y": up})],
    )


def _up(rows: list[dict[str, object]], unit: str) -> Spec:
    """The axis of the figures: as high as every figure, and as the limits of a middling authority.

    The limits of the smallest would press all others to the ground; they leave the picture at its upper edge.
    """
    up = axis("value", unit)
    return up | {"scale": up["scale"] | {"domainMax": _top(rows)}}


def _top(rows: list[dict[str, object]]) -> float:
    limits = sorted(float(str(r["u998"])) for r in rows)
    highest = max(float(str(r["value"])) for r in rows)
    return 1.08 * max(highest, limits[len(limits) // 2])


def _row(p: Point) -> dict[str, object]:
    return {
        "name": p.name,
        "size": p.denominator,
        "value": p.value,
        "l95": p.lower95,
        "u95": p.upper95,
        "l998": p.lower998,
        "u998": p.upper998,
        "outside": p.outside,
        "own": p.own,
    }


def _limit(rows: list[dict[str, object]], field: str, dash: list[int], *, x: Spec, y: Spec) -> Spec:
    return {
        "data": values(rows),
        "mark": {"type": "line", "color": LINE if dash == [5, 4] else QUIET, "strokeDash": dash, "strokeWidth": 1.3,
                 "interpolate": "monotone", "clip": True},
        "encoding": {"x": x, "y": y},
    }  # fmt: skip


def _own(rows: list[dict[str, object]], where: Spec) -> list[Spec]:
    own = [r for r in rows if r["own"]]
    return [
        {
            "data": values(own),
            "mark": {"type": "point", "filled": True, "size": 190, "color": TEAL, "shape": "circle",
                     "stroke": "white", "strokeWidth": 2, "opacity": 1},
            "encoding": where,
        },
        _label(own, where, bold=True, side=_own_side(rows)),
    ]  # fmt: skip


def _own_side(rows: list[dict[str, object]]) -> str:
    """Where the name of whose page it is stands: towards the middle at either edge, so that it does not run off."""
    sizes = [float(str(r["size"])) for r in rows]
    own = [float(str(r["size"])) for r in rows if r["own"]]
    share = (own[0] - min(sizes)) / ((max(sizes) - min(sizes)) or 1) if own else 0.5
    return "right" if share < 0.1 else "left" if share > 0.9 else "above"


def _named(rows: list[dict[str, object]], where: Spec) -> list[Spec]:
    """The names of those outside, each on the side where it meets no other name; none where they are many."""
    outside = [r for r in rows if r["outside"] and not r["own"]]
    if len(outside) > 8:
        return []
    by_side: dict[str, list[dict[str, object]]] = {}
    for row, side in zip(outside, _sides(rows, outside), strict=True):
        by_side.setdefault(side, []).append(row)
    return [_label(found, where, bold=False, side=side) for side, found in by_side.items()]


SIDES: Mapping[str, Mapping[str, object]] = {
    "above": {"align": "center", "dy": -13},
    "below": {"align": "center", "dy": 15},
    "right": {"align": "left", "dx": 11},
    "left": {"align": "right", "dx": -11},
}
"""Where a name may stand beside its point."""

Box = tuple[float, float, float, float]


def _sides(rows: list[dict[str, object]], named: list[dict[str, object]]) -> list[str]:
    """A side for each name, as far as it can be told before it is drawn (a letter is taken as 6.5 pixels wide)."""
    across = [float(str(r["size"])) for r in rows]
    up = [_top(rows), *(float(str(r[key])) for r in rows for key in ("value", "l998"))]

    def at(row: dict[str, object]) -> tuple[float, float]:
        x = (float(str(row["size"])) - min(across)) / ((max(across) - min(across)) or 1) * WIDTH
        y = (max(up) - float(str(row["value"]))) / ((max(up) - min(up)) or 1) * HEIGHT
        return x, y

    taken: list[Box] = [_box(*at(r), str(r["name"]), _own_side(rows), 8.5) for r in rows if r["own"]]
    taken += [(x - 6, y - 6, x + 6, y + 6) for x, y in (at(r) for r in named)]
    chosen = []
    for row in named:
        boxes = {side: _box(*at(row), str(row["name"]), side, 6.5) for side in SIDES}
        free = [
            side
            for side, box in boxes.items()
            if box[0] >= 0 and box[2] <= WIDTH and not any(_meet(box, other) for other in taken)
        ]
        side = free[0] if free else "above"
        taken.append(boxes[side])
        chosen.append(side)
    return chosen


def _box(x: float, y: float, name: str, side: str, letter: float) -> Box:
    wide = letter * len(name)
    left = {"left": x - 11 - wide, "right": x + 11}.get(side, x - wide / 2)
    top = {"above": y - 20, "below": y + 8}.get(side, y - 6)
    return left, top, left + wide, top + 12


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _label(rows: list[dict[str, object]], where: Spec, bold: bool, side: str = "above") -> Spec:
    text = {"text": {"field": "name", "type": "nominal"}}
    return {
        "data": values(rows),
        "mark": {"type": "text", **SIDES[side], "baseline": "middle" if side in ("left", "right") else "alphabetic",
                 "color": INK, "fontWeight": "bold" if bold else "normal", "fontSize": 15 if bold else 12},
        "encoding": where | text,
    }  # fmt: skip

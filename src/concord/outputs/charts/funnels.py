"""The funnel: every authority against the region, with limits that widen where there are few children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concord.outputs.charts.draw import INK, LINE, QUIET, RUST, TEAL, Spec, axis, chart, values


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
    points: Sequence[Point], target: float, *, title: str, unit: str, size: str, region: str, description: str
) -> Spec:
    """``size`` names the denominator on the axis; ``unit`` the value; ``region`` the line in the middle."""
    rows = [_row(p) for p in sorted(points, key=lambda p: p.denominator)]
    x, y = axis("size", size), "value"
    lines = [
        _limit(rows, field, dash, title=unit, x=x)
        for field, dash in (("l95", [5, 4]), ("u95", [5, 4]), ("l998", [1, 0]), ("u998", [1, 0]))
    ]
    others = {
        "data": values([r for r in rows if not r["own"]]),
        "mark": {"type": "point", "filled": True, "size": 62, "opacity": 1},
        "encoding": {
            "x": x,
            "y": axis(y, unit),
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
        "encoding": {"y": axis(y, unit)},
    }
    return chart(title, description, [*lines, middle, others, *_own(rows, x, unit), *_named(rows, x, unit)])


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


def _limit(rows: list[dict[str, object]], field: str, dash: list[int], *, title: str, x: Spec) -> Spec:
    return {
        "data": values(rows),
        "mark": {"type": "line", "color": LINE if dash == [5, 4] else QUIET, "strokeDash": dash, "strokeWidth": 1.3,
                 "interpolate": "monotone"},
        "encoding": {"x": x, "y": axis(field, title)},
    }  # fmt: skip


def _own(rows: list[dict[str, object]], x: Spec, unit: str) -> list[Spec]:
    own = [r for r in rows if r["own"]]
    where = {"x": x, "y": axis("value", unit)}
    return [
        {
            "data": values(own),
            "mark": {"type": "point", "filled": True, "size": 190, "color": TEAL, "shape": "circle",
                     "stroke": "white", "strokeWidth": 2, "opacity": 1},
            "encoding": where,
        },
        _label(own, where, bold=True),
    ]  # fmt: skip


def _named(rows: list[dict[str, object]], x: Spec, unit: str) -> list[Spec]:
    outside = [r for r in rows if r["outside"] and not r["own"]]
    where = {"x": x, "y": axis("value", unit)}
    return [_label(outside, where, bold=False)] if len(outside) <= 8 else []


def _label(rows: list[dict[str, object]], where: Spec, bold: bool) -> Spec:
    text = {"text": {"field": "name", "type": "nominal"}}
    return {
        "data": values(rows),
        "mark": {"type": "text", "dy": -13, "align": "center", "color": INK, "fontWeight": "bold" if bold else "normal",
                 "fontSize": 15 if bold else 12},
        "encoding": where | text,
    }  # fmt: skip

"""An authority over time: control limits, and the points that the rules point at, each with its letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from concord.outputs.charts.draw import INK, QUIET, RUST, TEAL, Spec, axis, chart, values

LETTERS = {"outside": "O", "shift": "S", "trend": "T", "two_of_three": "2"}
"""What stands beside a flagged point; the page says what each means."""


@dataclass(frozen=True, slots=True)
class Point:
    """One period. ``rules`` are those that fired; ``segment`` counts up where the definition changed."""

    period: str
    value: float | None
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    rules: tuple[str, ...] = ()
    segment: int = 0


def trend(
    points: Sequence[Point], *, title: str, unit: str, name: str, description: str, trial: bool = False
) -> Spec:
    """A line of values with its mean and limits; trial limits (fewer than 13 periods) are dashed.

    A missing period is a gap, and a change of definition breaks the line.
    """
    rows = [_row(p) for p in points]
    order = [p.period for p in points]
    step = max(1, (len(order) + 7) // 8)
    x = axis("period", "", "ordinal", sort=order)
    x["axis"] = {"labelAngle": 0, "values": order[::-step][::-1], "labelExpr": "split(datum.label, ' ')"}
    layers = []
    if any(p.mean is not None for p in points):
        layers += [
            _line(rows, "mean", QUIET, [1, 0], x, unit),
            _line(rows, "lower", QUIET, [3, 5] if trial else [7, 3], x, unit),
            _line(rows, "upper", QUIET, [3, 5] if trial else [7, 3], x, unit),
        ]
    layers += [
        _line(rows, "value", TEAL, [1, 0], x, unit, 2.5),
        _dots(rows, x, unit),
        _letters(rows, x, unit),
    ]
    layers.append(_end(rows, x, unit, name))
    return chart(title, description, layers, height=300)


def _row(p: Point) -> dict[str, object]:
    return {
        "period": p.period,
        "value": p.value,
        "mean": p.mean,
        "lower": p.lower,
        "upper": p.upper,
        "segment": p.segment,
        "flagged": bool(p.rules),
        "letters": "".join(LETTERS.get(rule, "") for rule in p.rules),
    }


def _line(
    rows: list[dict[str, object]],
    field: str,
    colour: str,
    dash: list[int],
    x: Spec,
    unit: str,
    width: float = 1.2,
) -> Spec:
    return {
        "data": values(rows),
        "mark": {"type": "line", "color": colour, "strokeDash": dash, "strokeWidth": width,
                 "invalid": "break-paths-filter-domains"},
        "encoding": {"x": x, "y": axis(field, unit), "detail": {"field": "segment", "type": "nominal"}},
    }  # fmt: skip


def _dots(rows: list[dict[str, object]], x: Spec, unit: str) -> Spec:
    by_flag = {"field": "flagged", "type": "nominal", "legend": None}
    return {
        "data": values([r for r in rows if r["value"] is not None]),
        "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        "encoding": {
            "x": x,
            "y": axis("value", unit),
            "color": by_flag | {"scale": {"domain": [False, True], "range": [TEAL, RUST]}},
            "shape": by_flag | {"scale": {"domain": [False, True], "range": ["circle", "diamond"]}},
        },
    }


def _letters(rows: list[dict[str, object]], x: Spec, unit: str) -> Spec:
    return {
        "data": values([r for r in rows if r["letters"]]),
        "mark": {"type": "text", "dy": -14, "fontWeight": "bold", "color": RUST},
        "encoding": {"x": x, "y": axis("value", unit), "text": {"field": "letters", "type": "nominal"}},
    }


def _end(rows: list[dict[str, object]], x: Spec, unit: str, name: str) -> Spec:
    last = [r for r in rows if r["value"] is not None][-1:]
    return {
        "data": values([r | {"name": name} for r in last]),
        "mark": {"type": "text", "align": "left", "dx": 12, "fontWeight": "bold", "color": INK},
        "encoding": {"x": x, "y": axis("value", unit), "text": {"field": "name", "type": "nominal"}},
    }

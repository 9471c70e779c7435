"""Everything that the pages show of an indicator, worked out of the figures of all periods at once.

Arrays are authorities by periods, the oldest period first; a missing figure is NaN. What stands out among all
indicators together is for ``rules.signals``, the sentences are for ``rules.sayings``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from catalogue.model import Indicator
from concord.rules.analysed import Analysed, Change, Gap, Limits, Place, Point, Row
from concord.rules.changed import change_of, changes_of, levels, of_the_whole, parts
from concord.rules.panel import (
    Figures,
    Floats,
    Given,
    Group,
    Unit,
    interval,
    listed,
    nan,
    number,
    ready,
    whole_numbers,
)
from concord.statistics import (
    ControlChart,
    Funnel,
    control_chart,
    fair_limits,
    fifths,
    funnel,
    neighbour_benchmark,
    pooled,
    quantile_band,
    rank_interval,
    recent_trend,
    recent_trend_proportion,
)
from concord.statistics.control import RULES
from concord.statistics.ranks import Kind

DRAWS = 10_000
LEVELS = (0.95, 0.998)  # of the limits that are drawn
CURVE = 40  # denominators at which the funnel is drawn
FEWEST_NEIGHBOURS = 3  # under so many, their middle would be one authority’s figure under another name
NOT_GIVEN = "No figure was given"
TOO_LITTLE = "Nothing to divide by"


def analyse(group: Group, given: Sequence[Given]) -> list[Analysed]:
    """The analysis of each indicator, without flags and sentences. Raises ValueError for impossible figures."""
    near = _near(group.units)
    return [_analysed(group, one, near) for one in given]


def _near(units: Sequence[Unit]) -> NDArray[np.bool_]:
    """Row by row, who are a unit’s neighbours among the units."""
    return np.array(
        [[other.code in unit.neighbours for other in units] for unit in units], dtype=bool
    ).reshape(len(units), len(units))


def _analysed(group: Group, given: Given, near: NDArray[np.bool_]) -> Analysed:
    indicator, figures = given.indicator, ready(given)
    x, n = (np.where(figures.small, np.nan, part) for part in (figures.x, figures.n))
    found = funnel(x, n, figures.kind) if figures.kind else None
    everybody = np.ones(len(group.units), dtype=bool)
    whole = _place(group.key, group.name, indicator, figures, group, everybody, given.whole)
    change, always = of_the_whole(indicator, figures.since(_broken(group)), group.periods)
    whole = msgspec.structs.replace(whole, change=change, always=always)
    places = _places(group, indicator, figures)
    rows = _Rows(group, given, figures, found, whole, places, near).all()
    now = figures.steady[:, -1]
    return Analysed(
        indicator=indicator.id,
        period=group.periods[-1],
        periods=group.periods,
        rows=tuple(rows),
        group=whole,
        places=places,
        england=given.england,
        counted=int(np.sum(~np.isnan(now))),
        target=number(found.target[-1] * indicator.multiplier) if found else None,
        phi=number(found.phi[-1]) if found else None,
        tau2=number(found.tau2[-1], 9) if found else None,
        curve=_curve(found, n[:, -1], indicator, figures.kind),
        made_of=dict(group.made_of),
        breaks=group.breaks,
        edition=group.edition,
    )


def _curve(found: Funnel | None, n: Floats, indicator: Indicator, kind: Kind | None) -> tuple[Limits, ...]:
    """The funnel from a little under the smallest denominator to a little over the largest."""
    known = n[~np.isnan(n)]
    if found is None or kind is None or len(known) < 2 or np.isnan(found.target[-1]):
        return ()
    at = np.geomspace(known.min() * 0.9, known.max() * 1.05, CURVE)
    parts = [
        limit * indicator.multiplier
        for confidence in LEVELS
        for limit in fair_limits(found.target[-1], found.fair[-1], found.used[-1], at, kind, confidence)
    ]
    lists = [listed(part) for part in (at, *parts)]
    return tuple(Limits(*line) for line in zip(*lists, strict=True) if None not in line)


def _places(group: Group, indicator: Indicator, figures: Figures) -> tuple[Place, ...]:
    found = []
    for key, name in group.places.items():
        inside = np.array([unit.place == key for unit in group.units], dtype=bool)
        if inside.any():
            found.append(_place(key, name, indicator, figures, group, inside))
    return tuple(found)


def _place(
    key: str,
    name: str,
    indicator: Indicator,
    figures: Figures,
    group: Group,
    inside: NDArray[np.bool_],
    stated: Floats | None = None,
) -> Place:
    """Sum over sum of those inside, or as it was ``stated``, and the control chart of it."""
    under = figures.n if indicator.has_denominator else None
    sums = pooled(figures.x, under, multiplier=indicator.multiplier, where=inside[:, None])
    value = sums.value if stated is None else np.where(np.isnan(stated), sums.value, stated)
    chart = control_chart(value, _improvement(indicator), rebase=_rebase(group))
    one = ControlChart(*(getattr(chart, part)[None] for part in ControlChart.__slots__))
    own = value[None], sums.numerator[None], sums.denominator[None]
    nothing = np.full(len(group.periods), np.nan)
    [points] = _series(one, own, np.isinf(nothing)[None], group, nothing)
    last = -1
    return Place(
        key,
        name,
        number(value[last]),
        number(sums.numerator[last]),
        number(sums.denominator[last]),
        int(sums.counted[last]),
        points,
    )


class _Rows:
    """The rows of one indicator in the making."""

    def __init__(
        self,
        group: Group,
        given: Given,
        figures: Figures,
        found: Funnel | None,
        whole: Place,
        places: tuple[Place, ...],
        near: NDArray[np.bool_],
    ) -> None:
        self.group, self.given, self.figures, self.whole = group, given, figures, whole
        self.indicator = given.indicator
        self.places = {place.key: place for place in places}
        self.near = neighbour_benchmark(figures.steady[:, -1], near, "median", FEWEST_NEIGHBOURS)
        self.chart = control_chart(figures.steady, _improvement(self.indicator), rebase=_rebase(group))
        self.lower, self.upper = interval(self.indicator, figures)
        self.columns = self._standing() | self._funnel(found) | self._figures()
        f, beside = figures, [nan(point.value) for point in whole.points]
        shown = np.where(f.small, f.value, self.chart.values)
        self.points = _series(self.chart, (shown, f.x, f.n), f.small, group, np.array(beside))
        # a change of definition is no change of what it counts: only what came after it is laid side by side
        f = self.lately = figures.since(_broken(group))
        self.levels = levels(self.indicator, f.x, f.n, f.value)
        self.group_levels = levels(self.indicator, *parts(whole, _broken(group)))
        self.changed = changes_of(self.indicator, f.x, f.n, f.steady, f.kind)
        self.recent = self._recent()

    def all(self) -> list[Row]:
        """One row a unit."""
        shared = {"trial": self.chart.trial[:, -1].tolist(), "recent": self.recent} | self.columns
        return [
            Row(
                code=unit.code,
                name=unit.name,
                sub_region=unit.place,
                status=self.given.status.get(unit.code, ""),
                missing=self._missing(i, unit.code),
                gaps=self._gaps(i, unit.place),
                points=self.points[i],
                change=self._change(i),
                **{name: values[i] for name, values in shared.items()},
            )
            for i, unit in enumerate(self.group.units)
        ]

    def _figures(self) -> dict[str, list[Any]]:
        f = self.figures
        return {
            "value": listed(f.value[:, -1]),
            "numerator": listed(f.x[:, -1]),
            "denominator": listed(f.n[:, -1]),
            "small": f.small[:, -1].tolist(),
            "lower": listed(self.lower[:, -1]),
            "upper": listed(self.upper[:, -1]),
        }

    def _standing(self) -> dict[str, list[Any]]:
        """Rank, fifth and quarter among the steady figures of the newest period."""
        now, best = self.figures.steady[:, -1], "low" if self.indicator.polarity == "low" else "high"
        x, n = (np.where(np.isnan(now), np.nan, part[:, -1]) for part in (self.figures.x, self.figures.n))
        bands = quantile_band(now, 4, "type-7", self.indicator.polarity)
        columns: dict[str, list[Any]] = {
            "fifth": fifths(now, self.indicator.polarity).tolist() if len(now) else [],
            "band": [str(band) for band in bands],
        }
        if self.figures.kind and not np.isnan(x).all():
            kind = self.figures.kind
            order = rank_interval(x, n, kind, DRAWS, best="low" if best == "low" else "high")
            return columns | {
                "rank": whole_numbers(order.rank),
                "rank_lower": whole_numbers(order.lower),
                "rank_upper": whole_numbers(order.upper),
            }
        signed = now if best == "low" else -now
        rank = np.where(np.isnan(now), np.nan, 1 + np.sum(signed[None] < signed[:, None], axis=1))
        return columns | {"rank": whole_numbers(rank)}

    def _funnel(self, found: Funnel | None) -> dict[str, list[Any]]:
        if found is None:
            return {}
        per, kind = self.indicator.multiplier, self.figures.kind or "rate"
        inner, outer = (
            fair_limits(found.target, found.fair, found.used, self.figures.n, kind, level) for level in LEVELS
        )
        side = np.where(found.value > found.target, 1, -1) * (found.p < 1 - LEVELS[0])
        return {
            "z": listed(found.z_adjusted[:, -1]),
            "p": listed(found.p[:, -1], 12),
            "lower95": listed(inner[0][:, -1] * per),
            "upper95": listed(inner[1][:, -1] * per),
            "lower998": listed(outer[0][:, -1] * per),
            "upper998": listed(outer[1][:, -1] * per),
            "outside": _outside(found.p[:, -1]),
            "outside_since": [self._since(row) for row in side],
        }

    def _since(self, side: NDArray[Any]) -> str:
        """The first period of the unbroken time outside on the side of today."""
        if not side[-1]:
            return ""
        other = np.flatnonzero(side != side[-1])
        return self.group.periods[int(other[-1]) + 1 if other.size else 0]

    def _change(self, i: int) -> Change | None:
        found = change_of(self.changed, i, self.group.periods, self.levels)
        if found is None:
            return None
        start, end = len(self.group.periods) - found.periods, len(self.group.periods)
        return msgspec.structs.replace(
            found,
            group_before=self.group_levels(0, 0, start),
            group_after=self.group_levels(0, end - 1 if found.shape == "drift" else start, end),
        )

    def _recent(self) -> list[str]:
        f = self.lately
        if f.kind == "proportion":
            trend = recent_trend_proportion(*(np.where(f.small, np.nan, part) for part in (f.x, f.n)))
        elif f.kind:
            trend = recent_trend(f.steady, self.lower, self.upper)
        else:
            return ["unknown"] * len(self.group.units)
        return [str(way) for way in trend.direction]

    def _missing(self, i: int, code: str) -> str:
        if not np.isnan(self.figures.value[i, -1]):
            return ""
        return self.given.missing.get(code) or (NOT_GIVEN if np.isnan(self.figures.x[i, -1]) else TOO_LITTLE)

    def _gaps(self, i: int, place: str) -> tuple[Gap, ...]:
        others: list[tuple[str, str, float | None, int]] = [
            (self.whole.key, self.whole.name, self.whole.value, self.whole.counted)
        ]
        if inside := self.places.get(place):
            others.append((self.group.place_key, inside.name, inside.value, inside.counted))
        middle, near = number(self.near.value[i]), int(self.near.counted[i])
        label = f"the middle of {near} statistical neighbours (list of {self.group.edition})"
        others.append(("neighbours", label, middle, near))
        england = self.given.england
        if england and england.comparable:
            others.append(("england", england.label, england.value, 0))
        return tuple(gap for other in others if (gap := self._gap(i, *other)))

    def _gap(self, i: int, key: str, label: str, value: float | None, counted: int) -> Gap | None:
        own = self.figures.value[i, -1]
        if value is None or np.isnan(own) or not self.indicator.has_denominator:
            return None
        x, n = self.figures.x[i, -1], self.figures.n[i, -1]
        children = (
            None if np.isnan(x) or np.isnan(n) else number(x - n * value / self.indicator.multiplier, 1)
        )
        return Gap(key, label, value, number(own - value) or 0.0, children, counted)


def _outside(p: Floats) -> list[str]:
    """Which of the drawn limits a unit lies beyond: “”, “95”, “99.8”."""
    found: list[str] = np.where(p < 1 - LEVELS[1], "99.8", np.where(p < 1 - LEVELS[0], "95", "")).tolist()
    return found


def _series(
    chart: ControlChart,
    figures: tuple[Floats, Floats, Floats],
    small: NDArray[np.bool_],
    group: Group,
    beside: Floats,
) -> list[tuple[Point, ...]]:
    """The points of each series, arrays ``(series, points)``; ``figures``: value, numerator, denominator."""
    fired = [[tuple(r for r in RULES if r in fs) if fs else () for fs in row] for row in chart.rules.tolist()]
    parts = [listed(part) for part in (*figures, chart.mean, chart.lower, chart.upper)]
    others = listed(beside)
    rows = zip(*parts, fired, chart.kind.tolist(), small.tolist(), strict=True)
    return [tuple(map(Point, group.periods, *row, others)) for row in rows]


def _improvement(indicator: Indicator) -> Any:
    return {"high": "up", "low": "down", "none": None}[indicator.polarity]


def _rebase(group: Group) -> list[int]:
    return [group.periods.index(period) for period in group.breaks if period in group.periods[1:]]


def _broken(group: Group) -> int:
    """The place of the newest change of definition; 0 without one."""
    return max(_rebase(group), default=0)

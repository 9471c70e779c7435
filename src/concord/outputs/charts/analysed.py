"""The charts of one indicator as it was analysed: its rows become specifications here."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from typing import Literal

from catalogue.model import Indicator
from catalogue.periods import Period
from concord.outputs.charts import funnels, places, trends
from concord.outputs.charts.draw import Spec
from concord.rules.analysed import Analysed, Row

Basis = Literal["quarter", "yearly", "rolling"]
BASES = {
    "quarter": "in the quarter",
    "yearly": "the quarter, times four",
    "rolling": "the last twelve months",
}
"""How a flow is counted, in words that stand on the axis. A stock has one basis: its last day."""


def unit_of(indicator: Indicator, basis: Basis = "quarter", yearly: bool = False) -> str:
    """The axis title: the unit, and for a flow over what time it is counted."""
    if yearly:
        return indicator.unit
    when = BASES[basis] if indicator.basis == "flow" else "on the last day"
    return f"{indicator.unit}, {when}"


def label(key: str) -> str:
    """A period's key for an axis: “Q1 2026-27”, or the reporting year as it is."""
    return Period.parse(key).short if "-" in key else key


def funnel(it: Analysed, indicator: Indicator, code: str, group: str, yearly: bool = False) -> Spec | None:
    """Every authority against the group, but for the ``undrawn``. None where the indicator has no funnel."""
    left_out = undrawn(it, code)
    points = [
        funnels.Point(
            r.name, r.denominator, r.value, r.lower95, r.upper95, r.lower998, r.upper998,
            outside=r.outside == "99.8", own=r.code == code,
        )
        for r in it.rows
        if r.name not in left_out and r.value is not None and r.denominator and r.lower95 is not None
        and r.upper95 is not None and r.lower998 is not None and r.upper998 is not None
    ]  # fmt: skip
    if it.target is None or len(points) < 5:
        return None
    return funnels.funnel(
        points,
        it.target,
        title=f"{indicator.name}: funnel of {group}",
        unit=unit_of(indicator, yearly=yearly),
        size=textwrap.wrap(indicator.denominator or "Size", 70),
        region=group,
        description=f"{len(points)} authorities by size, with limits that widen where there are fewer children.",
    )


def undrawn(it: Analysed, code: str) -> tuple[str, ...]:
    """The names of those that a funnel leaves out: too few to compare, they would press all others to the ground.

    Whose page it is (``code``) is always drawn.
    """
    return tuple(r.name for r in it.rows if r.small and r.value is not None and r.code != code)


def trend(
    it: Analysed, indicator: Indicator, row: Row, basis: Basis = "quarter", yearly: bool = False
) -> Spec | None:
    """One authority over time with its control limits. A rolling figure has none, as its points share quarters."""
    points = (
        rolling(it, row, indicator)
        if basis == "rolling"
        else chart_points(it, row, 4 if basis == "yearly" else 1)
    )
    if sum(p.value is not None for p in points) < 3:
        return None
    return trends.trend(
        points,
        title=f"{indicator.name}: {row.name} over time",
        unit=unit_of(indicator, basis, yearly),
        name=row.name,
        description=f"{len(points)} periods, the last {label(it.period)}.",
        trial=row.trial,
    )


def chart_points(it: Analysed, row: Row, times: int = 1) -> list[trends.Point]:
    """The points of the control chart; ``times`` 4 states a quarter's flow as a year's."""

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * times

    segment, points = 0, []
    for p in row.points:
        segment += p.period in it.breaks
        points.append(
            trends.Point(
                label(p.period),
                scaled(p.value),
                scaled(p.mean),
                scaled(p.low),
                scaled(p.high),
                p.rules,
                segment,
            )
        )
    while points and points[0].value is None:  # nothing to draw before the first figure
        points.pop(0)
    return points


def rolling(it: Analysed, row: Row, indicator: Indicator) -> list[trends.Point]:
    """Sums of four quarters over the last denominator (a rate) or over sums of four (a proportion).

    Quarters before and after a change of definition are not summed, so that the line has a gap there.
    """
    found = []
    for end in range(3, len(row.points)):
        window = row.points[end - 3 : end + 1]
        tops = [p.numerator for p in window]
        bottoms = [p.denominator for p in window]
        value = None
        if all(t is not None for t in tops) and not any(p.period in it.breaks for p in window[1:]):
            top = sum(t for t in tops if t is not None)
            if not indicator.has_denominator:
                value = top * indicator.multiplier
            elif all(b for b in bottoms):
                whole = [b for b in bottoms if b]
                bottom = whole[-1] if indicator.kind == "rate" else sum(whole)
                value = top / bottom * indicator.multiplier
        found.append(trends.Point(label(window[-1].period), value))
    return found


def ranks(it: Analysed, indicator: Indicator, code: str) -> Spec | None:
    """Every authority's rank with the ranks that chance leaves open to it."""
    rows = [
        places.Ranked(r.name, r.rank, r.rank_lower, r.rank_upper, r.code == code)
        for r in it.rows
        if r.rank is not None and r.rank_lower is not None and r.rank_upper is not None
    ]
    if len(rows) < 5 or len(rows) > 60:
        return None
    best = "1 is the highest" if indicator.polarity == "none" else "1 is the best"
    return places.ranks(
        rows, title=f"{indicator.name}: ranks", description=f"{len(rows)} authorities by rank.", best=best
    )


def beside(
    it: Analysed, indicator: Indicator, code: str, others: Collection[str], yearly: bool = False
) -> Spec | None:
    """An authority beside others of the group, the group itself, its part of it, and England where it compares."""
    own = it.row(code)
    if own is None or own.value is None:
        return None
    rows = [
        places.Place(r.name, r.value, "own" if r.code == code else "neighbour", r.lower, r.upper)
        for r in it.rows
        if r.value is not None and (r.code == code or r.code in others)
    ]
    rows += [
        places.Place(p.name, p.value, "comparator")
        for p in (it.group, *it.places)
        if p.value is not None and (p.key in (it.group.key, own.sub_region))
    ]
    if it.england and it.england.comparable:
        rows.append(places.Place(it.england.label, it.england.value, "comparator"))
    return places.beside(
        rows,
        title=f"{indicator.name}: {own.name} beside others",
        unit=unit_of(indicator, yearly=yearly),
        description=f"{own.name} and {len(rows) - 1} others, each with its 95 per cent interval.",
    )

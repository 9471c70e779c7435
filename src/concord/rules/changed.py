"""How series have changed, in the form in which it is kept: since when, and the figures before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from catalogue.model import Indicator
from concord.rules.analysed import Change, Place
from concord.rules.panel import Figures, Floats, nan
from concord.statistics import Changes, changes, changes_of_values
from concord.statistics.ranks import Kind


def parts(whole: Place, start: int) -> tuple[Floats, Floats, Floats]:
    """Numerator, denominator and value of a whole group as series of one row each, NaN before ``start``."""
    points = [[nan(part) for part in (p.numerator, p.denominator, p.value)] for p in whole.points]
    x, n, value = np.array(points, dtype=float).reshape(-1, 3).T
    for part in (x, n, value):
        part[:start] = np.nan
    return x[None], n[None], value[None]


def of_the_whole(indicator: Indicator, figures: Figures, periods: Sequence[str]) -> tuple[Change | None, int]:
    """How a group has changed against its own past, and of how many units: those with a figure in every period.

    Whoever is missing once would make the sums rise and fall with who answered. Without half of the units, and
    for values without their counts, there is nothing to say: None.
    """
    parts = (figures.x, figures.n) if indicator.has_denominator else (figures.x,)
    given = ~np.any([np.isnan(part) for part in parts], axis=0)
    ever, always = given.any(axis=1), given[:, given.any(axis=0)].all(axis=1)
    steady = ever & always
    if not steady.any() or steady.sum() < ever.sum() / 2:
        return None, 0
    x, n = (np.sum(part[steady], axis=0, keepdims=True) for part in (figures.x, figures.n))
    value = indicator.multiplier * (x / n if indicator.has_denominator else x)
    found = change_of(
        changes_of(indicator, x, n, value, figures.kind), 0, periods, levels(indicator, x, n, value)
    )
    return found, int(steady.sum())


def changes_of(
    indicator: Indicator, x: Floats, n: Floats, steady: Floats, kind: Kind | None
) -> Changes | None:
    """The changes of series of an indicator; None where there is no figure at all."""
    if np.isnan(steady).all():
        return None
    if kind:
        given = [np.where(np.isnan(steady), np.nan, part) for part in (x, n)]
        return changes(given[0], given[1], kind)
    if indicator.kind == "count" and not indicator.has_denominator:
        return changes(x, np.where(np.isnan(x), np.nan, 1.0), "rate")
    return changes_of_values(steady)


def change_of(
    found: Changes | None, i: int, periods: Sequence[str], level: Callable[[int, int, int], float | None]
) -> Change | None:
    """The change of one series, with its figures before and after."""
    if found is None or np.isnan(found.p[i]):
        return None
    start, drift, end = int(found.start[i]), bool(found.drift[i]), len(periods)
    return Change(
        shape="drift" if drift else "step",
        since=periods[start],
        periods=end - start,
        p=float(found.p[i]),
        before=level(i, 0, start),
        after=level(i, end - 1 if drift else start, end),
        group_before=None,
        group_after=None,
        up=bool(found.up[i]),
    )


def levels(
    indicator: Indicator, x: Floats, n: Floats, value: Floats
) -> Callable[[int, int, int], float | None]:
    """A function that gives the figure of several periods as one: sum over sum, or the mean without counts."""
    counted, per = ~np.isnan(x) & ~np.isnan(n), indicator.multiplier
    if not indicator.has_denominator or not counted.any():
        x, n, counted, per = value, np.ones_like(value), ~np.isnan(value), 1
    above, below = (_running(np.where(counted, part, 0)) for part in (x, n))

    def level(row: int, start: int, end: int) -> float | None:
        under = below[row][end] - below[row][start]
        return round(per * (above[row][end] - above[row][start]) / under, 4) if under > 0 else None

    return level


def _running(values: Floats) -> list[list[float]]:
    sums: list[list[float]] = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0))).tolist()
    return sums

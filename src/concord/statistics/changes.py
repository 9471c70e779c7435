"""Has a unit changed, more than chance brings and beyond what its whole group did?

One p-value a series, which many series share fairly: the rules of a control chart have none. A season and a
movement that all share are taken out, and points that resemble their neighbours are allowed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.distributions import student_p
from concord.statistics.intervals import checked
from concord.statistics.quantiles import percentiles
from concord.statistics.ranks import Kind

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST = 8  # points of a series
BACK = 8  # how many points ago a change may have begun, at most
BEFORE = 4  # points that must lie before a step
DRIFT = 4  # points that a drift takes at least
GROUP = 5  # units from which a common movement and one resemblance of neighbouring points are taken
LASTS = 0.7  # how much of what varies beside chance may last, at most, from one point to the next
PRIOR = 10  # points of its own that the group's variation counts as, beside a unit's


@dataclass(frozen=True, slots=True)
class Changes:
    """The likeliest change of each unit, arrays of shape ``(units,)``.

    ``p``: how often chance brings as much, over all the changes that were tried; NaN where none was.
    ``start``: the place of the first point after a step, or from which a drift rises or falls; -1 without p.
    ``drift``: False for a step. ``up``: whether it rose. ``alike``: how much neighbouring points resemble one
    another in this group (0 not at all, below 1). ``movement``: what the group did at each point, as a factor
    on rates, on odds for proportions (shape ``(points,)``). ``tried``: how many changes were tried a series.
    """

    p: Floats
    start: NDArray[np.int64]
    drift: Bools
    up: Bools
    alike: float
    movement: Floats
    tried: int


def changes(numerator: ArrayLike, denominator: ArrayLike, kind: Kind = "rate") -> Changes:
    """The likeliest lasting change of each unit's series, shape ``(units, points)``, the oldest point first.

    Each figure is set against the one that the unit's own level and the group's movement (the median of the
    units' movements, where there are five units or more) lead to expect, on the scale on which chance alone has
    variance one: square roots of counts, arcsines of proportions (Anscombe, Biometrika 1948). Two shapes are
    tried by generalised least squares: a step that began within the last eight points and has lasted since, with
    four points before it; and a drift that has gone on for four points at least. Errors are AR(1), with the
    resemblance of neighbouring points that is the median of the group's, corrected for few points (Kendall 1954),
    and more for units of whose variance less is chance.
    The variance is the unit's own, moderated by what is usual in the group for its number of events, which
    counts as ten points (Smyth, SAGMB 2004), and never less than chance. The smallest p of Student's t is
    corrected for the number of changes tried, which are alike, by Galwey's effective number (Genetic
    Epidemiology 2009).

    ``proportion``: part of a total. ``rate`` and ``ratio``: events over children, staff or time.

    Edge cases: missing points are left out of the series; a unit with fewer than eight points, or without the
    newest, is not checked (NaN). Raises ValueError for figures that cannot be.
    """
    x, n = checked(numerator, denominator, within=kind == "proportion")
    if x.ndim != 2:
        raise ValueError(f"numerator has shape {x.shape}: expected (units, points)")
    there = ~np.isnan(x) & (n > 0)
    x, n = np.where(there, x, np.nan), np.where(there, n, np.nan)
    y, movement = _standardised(x, n, kind)
    return _search(y, there, movement, _information(x, n, kind))


def changes_of_values(values: ArrayLike) -> Changes:
    """As ``changes``, for figures without counts: on their own scale, each unit's variance its own alone."""
    data = floats(values)
    if data.ndim != 2:
        raise ValueError(f"values has shape {data.shape}: expected (units, points)")
    there = ~np.isnan(data)
    offset = data - _row_means(data)
    movement = _median_movement(offset)
    return _search(offset - movement, there, movement, None)


def _information(x: Floats, n: Floats, kind: Kind) -> Floats:
    """How many events a point of each unit stands for: what varies by a share varies by as much more."""
    events = _row_means(x)[:, 0]
    return events * (1 - events / _row_means(n)[:, 0]) if kind == "proportion" else events


def _row_means(data: Floats) -> Floats:
    known = ~np.isnan(data)
    count = known.sum(axis=1, keepdims=True)
    total = np.sum(data, axis=1, keepdims=True, where=known)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def _standardised(x: Floats, n: Floats, kind: Kind) -> tuple[Floats, Floats]:
    """Each figure less what is expected of it, in standard deviations of chance; and the group's movement."""
    known = ~np.isnan(x)
    events = np.sum(x, axis=1, keepdims=True, where=known)
    total = np.sum(n, axis=1, keepdims=True, where=known)
    with np.errstate(invalid="ignore", divide="ignore"):
        if kind == "proportion":
            own = np.log((events + 0.5) / (total - events + 0.5))
            movement = _median_movement(np.log((x + 0.5) / (n - x + 0.5)) - own)
            share = 1 / (1 + np.exp(-own - movement))
            found = np.arcsin(np.sqrt((x + 0.375) / (n + 0.75)))
            return 2 * np.sqrt(n + 0.5) * (found - np.arcsin(np.sqrt(share))), np.exp(movement)
        own = (events + 0.5) / total
        movement = _median_movement(np.log((x + 0.5) / n / own))
        expected = n * own * np.exp(movement)
        return 2 * (np.sqrt(x + 0.375) - np.sqrt(expected + 0.375)), np.exp(movement)


def _median_movement(offset: Floats) -> Floats:
    """What most of the group did at each point, nothing where fewer than five are there."""
    counted = np.sum(~np.isnan(offset), axis=0)
    movement = np.zeros(offset.shape[1])
    enough = counted >= GROUP
    if enough.any():
        movement[enough] = percentiles(offset[:, enough], [0.5])[0]
    return movement


def _search(y: Floats, there: Bools, movement: Floats, information: Floats | None) -> Changes:
    units, points = y.shape
    p, start = np.full(units, np.nan), np.full(units, -1)
    drift, up = np.zeros(units, dtype=bool), np.zeros(units, dtype=bool)
    usable = there[:, -1] & (there.sum(axis=1) >= FEWEST) if points else np.zeros(units, dtype=bool)
    patterns = _patterns(there, usable)
    alike = _alike(y, patterns)
    usual = _usual(y, patterns, alike, information)
    lasting = _lasting(units, alike, usual)
    tried = 0
    for kept, members in patterns:
        for each in np.unique(lasting[members]).tolist():
            some = members[lasting[members] == each]
            shapes = _shapes(int(kept.sum()), each)
            least, best, rising = _best(y[np.ix_(some, kept)], shapes, None if usual is None else usual[some])
            p[some] = least
            start[some] = np.flatnonzero(kept)[shapes.start[best]]
            drift[some] = shapes.drift[best]
            up[some] = rising
            tried = max(tried, len(shapes.start))
    return Changes(p, start, drift, up, alike, movement, tried)


def _patterns(there: Bools, usable: Bools) -> list[tuple[Bools, NDArray[np.int64]]]:
    """The units by which points they have, so that each pattern is worked out once."""
    if not usable.any():
        return []
    kinds, of = np.unique(there[usable], axis=0, return_inverse=True)
    rows = np.flatnonzero(usable)
    return [(kind, rows[of.ravel() == i]) for i, kind in enumerate(kinds)]


def _alike(y: Floats, patterns: list[tuple[Bools, NDArray[np.int64]]]) -> float:
    """How much a point resembles the one before: the median of the units', from 0 to 0.95."""
    found = []
    for kept, members in patterns:
        part = y[np.ix_(members, kept)]
        part = part - part.mean(axis=1, keepdims=True)
        around = np.sum(part**2, axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            r = np.sum(part[:, 1:] * part[:, :-1], axis=1) / around
        count = kept.sum()
        found.append((count * r + 1) / (count - 3))  # a few points make it look smaller than it is
    every = np.concatenate(found) if found else np.array([])
    every = every[~np.isnan(every)]
    return float(np.clip(np.median(every), 0, 0.95)) if every.size else 0.0


def _usual(
    y: Floats, patterns: list[tuple[Bools, NDArray[np.int64]]], alike: float, information: Floats | None
) -> Floats | None:
    """The variance that is usual for each unit: chance, and the group’s median of what varies beside it.

    What varies by a share of the figure grows with the events. None where units have each their own scale.
    """
    if information is None:
        return None
    found = []
    for kept, members in patterns:
        shapes = _shapes(int(kept.sum()), round(alike, 2))
        free = kept.sum() - 1
        left = (y[np.ix_(members, kept)] @ shapes.whiten.T) @ shapes.level.T
        variance = np.sum(left**2, axis=1) / free / (1 - 2 / (9 * free)) ** 3
        found.append((variance - 1) / np.maximum(information[members], 1))
    beside = max(0.0, float(np.median(np.concatenate(found)))) if found else 0.0
    return 1 + beside * np.maximum(np.nan_to_num(information), 1)


def _lasting(units: int, alike: float, usual: Floats | None) -> Floats:
    """How much neighbouring points of each unit resemble one another, in steps of a twentieth.

    Chance forgets, what varies beside it may last: a large unit, whose figures are mostly the latter, drifts more
    than the median unit, from whom ``alike`` is. With a share s of variance beside chance that lasts by r, a sum
    over many points varies like that of an AR(1) by ``s r / (1 - r + s r)``.
    """
    each = np.full(units, alike)
    if usual is not None:
        share = 1 - 1 / usual
        typical = float(np.median(share))
        lasts = min(LASTS, alike / typical) if typical > 0 else LASTS
        each = np.maximum(each, share * lasts / (1 - lasts + share * lasts))
    steps: Floats = np.minimum(np.ceil(each * 20 - 1e-9) / 20, 0.95)
    return steps


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The changes tried on a series of so many points: what makes errors independent, and unit vectors after it."""

    whiten: Floats
    level: Floats
    vectors: Floats
    start: NDArray[np.int64]
    drift: Bools
    effective: float


@cache
def _shapes(points: int, alike: float) -> _Shapes:
    steps = range(max(BEFORE, points - BACK), points)
    drifts = range(max(0, points - BACK - 1), points - DRIFT)
    time = np.arange(points)
    raw = [time >= j for j in steps] + [np.maximum(time - j, 0) for j in drifts]
    whiten = (np.eye(points) - alike * np.eye(points, k=-1)) / np.sqrt(1 - alike**2)
    whiten[0, 0] = 1
    ones = whiten @ np.ones(points)
    level = np.eye(points) - np.outer(ones, ones) / (ones @ ones)  # takes a constant out
    vectors = level @ whiten @ np.array(raw, dtype=float).T
    vectors /= np.sqrt(np.sum(vectors**2, axis=0))
    eigen = np.maximum(np.linalg.eigvalsh(vectors.T @ vectors), 0)
    effective = float(np.sum(np.sqrt(eigen)) ** 2 / np.sum(eigen))
    start = np.array([*steps, *(j + 1 for j in drifts)])
    return _Shapes(whiten, level, vectors, start, np.arange(len(raw)) >= len(steps), effective)


def _best(y: Floats, shapes: _Shapes, usual: Floats | None) -> tuple[Floats, NDArray[np.int64], Bools]:
    """The p-value of each series, which change gives it, and whether it rises."""
    white = (y @ shapes.whiten.T) @ shapes.level.T
    along = white @ shapes.vectors
    left = np.maximum(np.sum(white**2, axis=1, keepdims=True) - along**2, 0)
    own, prior = y.shape[1] - 2, 0
    variance = left / own
    if usual is not None:
        prior = PRIOR
        variance = np.maximum((left + prior * usual[:, None]) / (own + prior), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.nan_to_num(along / np.sqrt(variance), nan=0.0, posinf=1e6, neginf=-1e6)
    best = np.argmax(np.abs(t), axis=1)
    top = np.take_along_axis(t, best[:, None], axis=1)[:, 0]
    single = student_p(top, own + prior)
    return -np.expm1(shapes.effective * np.log1p(-np.minimum(single, 1 - 1e-12))), best, top > 0

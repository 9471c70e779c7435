"""Control charts: has a series changed, beyond its own ordinary ups and downs?

XmR charts as NHS England's Making Data Count draws them, for many series at once. Not for rolling sums or
year-to-date figures: their points repeat one another, and 95 in 100 stable series would be flagged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.intervals import refuse

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Improvement = Literal["up", "down"]

TRIAL_BELOW = 13
RUN = 7
LIMIT = 2.66  # 3 / 1.128: three standard deviations, from the mean moving range
SCREEN = 3.267  # the upper limit of a moving range, in mean moving ranges

# In the order in which they decide a point's kind; a point carries the bits of all that fired.
RULES = ("outside", "trend", "two_of_three", "shift")
_SETS = np.array(
    [frozenset(r for i, r in enumerate(RULES) if bits >> i & 1) for bits in range(16)], dtype=object
)


@dataclass(frozen=True, slots=True)
class ControlChart:
    """One chart, or many: every array has the shape of ``values``, ``(points,)`` or ``(series, points)``.

    ``mean``, ``lower`` and ``upper`` are of the point's segment, in the unit of the values. ``rules``: the
    frozenset of the names that fired. ``kind``: ``improvement``, ``concern``, ``neutral`` (no better or
    worse), or ``""`` where no rule fired. ``direction``: 1 for high or rising, -1 for low or falling, 0.
    ``trial``: the segment has fewer than 13 points, so its limits will still move. ``flat``: the limits are
    missing or lie on the mean, because the values hardly vary, and say nothing.
    """

    values: Floats
    mean: Floats
    lower: Floats
    upper: Floats
    rules: NDArray[np.object_]
    kind: NDArray[np.str_]
    direction: NDArray[np.int8]
    trial: Bools
    flat: Bools

    @property
    def signals(self) -> Bools:
        """Points to act upon: a rule fired, on limits that are neither trial nor flat."""
        acted_on: Bools = (self.direction != 0) & ~self.trial & ~self.flat
        return acted_on


@dataclass(frozen=True, slots=True)
class _Segment:
    """The charts of one segment: what ``ControlChart`` says, with the rules as bits."""

    mean: Floats
    lower: Floats
    upper: Floats
    bits: NDArray[np.uint8]
    direction: NDArray[np.int8]
    trial: Bools
    flat: Bools


def control_chart(
    values: ArrayLike,
    improvement: Improvement | None = None,
    screen_outliers: bool = True,
    rebase: Iterable[int] = (),
    *,
    fix_after: int | None = None,
) -> ControlChart:
    """XmR control limits and the four rules, along the last axis (oldest point first).

    Limits: ``mean -+ 2.66 * mean moving range``, a moving range being the step between two neighbouring
    points; with ``screen_outliers`` those of 3.267 times their mean or more are left out of it, once.
    ``rebase``: the places (from 0) at which a new segment starts, each with its own mean, limits and runs:
    for a known cause or a changed definition, never automatically. ``fix_after``: the mean and limits come
    from the first so many points of each segment.

    Rules, marked on every point of the run: ``outside`` the limits; ``shift``, 7 or more in a row on one side
    of the mean (a point on it breaks the run); ``trend``, 7 or more each higher, or each lower, than the one
    before (a tie breaks it); ``two_of_three`` in a row, all on one side, beyond two thirds of the way to the
    limit and within it. The kind is decided by the first to fire of outside, trend, two_of_three, shift.
    ``improvement``: which way is better, ``up`` or ``down``; None, neither: ``neutral``. Source: NHS England,
    Making Data Count; the R package NHSRplotthedots 0.2.2.

    False alarms at the latest of 24 independent points are about 1.6 in 100 charts, and more where
    neighbouring points are alike: docs/developers/statistics.md has the figures.

    Edge cases: a NaN point is skipped: it has no rule, gives no moving range, and no run goes across it. A
    constant segment has a mean, no limits and no rule. Where screening leaves only steps of zero, the limits
    lie on the mean and every other point is outside, as in the reference: ``flat`` says so, and such points
    are no ``signals``. Raises ValueError on another improvement, an infinite value, and a rebase that is no
    place in the series.
    """
    if improvement not in ("up", "down", None):
        raise ValueError(f"improvement is “{improvement}”: expected up, down or None")
    if fix_after is not None and fix_after < 2:
        raise ValueError(f"fix_after is {fix_after}: limits need two points at least")
    data = floats(values)
    if data.ndim not in (1, 2):
        raise ValueError(f"values has shape {data.shape}: expected (points,) or (series, points)")
    refuse(np.isinf(data), data, "cannot be drawn: expected a number, or NaN where there is none")
    series = np.atleast_2d(data)
    bounds = _bounds(rebase, series.shape[1])
    parts = [_segment(series[:, start:end], screen_outliers, fix_after) for start, end in pairwise(bounds)]

    def whole(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in parts], axis=1).reshape(data.shape)

    direction = whole("direction")
    better = {"up": 1, "down": -1, None: 0}[improvement]
    words = ("concern", "", "improvement") if better else ("neutral", "", "neutral")
    return ControlChart(
        values=data,
        mean=whole("mean"),
        lower=whole("lower"),
        upper=whole("upper"),
        rules=_SETS[whole("bits")],
        kind=np.array(words)[direction * (better or 1) + 1],
        direction=direction,
        trial=whole("trial"),
        flat=whole("flat"),
    )


def assurance(
    lower: ArrayLike, upper: ArrayLike, target: ArrayLike, improvement: Improvement | None
) -> NDArray[np.str_]:
    """Will the process, unchanged, meet a target? ``passes``, ``fails``, ``varies``, or ``""``.

    From the limits of the last segment: a target beyond both is always met or always missed, according to
    which way is better; one between them is met by chance. Without a better way, limits or a target: ``""``.
    Source: NHS England, Making Data Count; NHSRplotthedots. All in one unit, shapes that broadcast.
    """
    if improvement not in ("up", "down", None):
        raise ValueError(f"improvement is “{improvement}”: expected up, down or None")
    low, high, aim = (floats(part) for part in (lower, upper, target))
    above, below = ("fails", "passes") if improvement == "up" else ("passes", "fails")
    verdict = np.where(aim > high, above, np.where(aim < low, below, "varies"))
    unknown = np.isnan(low) | np.isnan(high) | np.isnan(aim) | (improvement is None)
    return np.where(unknown, "", verdict)


def _bounds(rebase: Iterable[int], points: int) -> Sequence[int]:
    """Where segments start, and the end of the last."""
    if not isinstance(rebase, Iterable):
        raise ValueError(f"rebase is {rebase}: expected the places at which segments start, such as (8,)")
    starts = sorted({0, *rebase})
    for start in starts:
        if start and not (0 < start < points and start % 1 == 0):
            raise ValueError(f"rebase at {start}: expected a place from 0 to {points - 1}")
    return [*map(int, starts), points]


def _segment(y: Floats, screen: bool, fix_after: int | None) -> _Segment:
    """Limits, rules and directions of the series of one segment, shape ``(series, points)``."""
    there = ~np.isnan(y)
    mean, reach, constant = _limits(y[:, :fix_after], screen)
    # what rounding leaves of a difference is none: a point on the mean is on it
    speck = 1e-12 * np.max(np.abs(y), axis=1, where=there, initial=0)[:, None]
    offset = np.where(there, y - mean, 0)
    offset[np.abs(offset) <= speck] = 0
    side = np.sign(offset).astype(np.int8)
    distance = np.abs(offset)
    with np.errstate(invalid="ignore"):
        outside = distance > reach + speck
        close = ~outside & (distance > reach * 2 / 3 + speck)
    step = np.sign(np.diff(y, axis=1))
    trend = _trend(step)
    shift = _runs(side == 1, RUN) | _runs(side == -1, RUN)
    two_of_three = close & (_two_of_three(close, side == 1) | _two_of_three(close, side == -1))
    bits = sum(np.uint8(1 << i) * fired for i, fired in enumerate((outside, trend != 0, two_of_three, shift)))
    direction = np.where(outside, side, np.where(trend != 0, trend, np.where(two_of_three | shift, side, 0)))
    flat = constant | (reach <= speck)
    count = there.sum(axis=1, keepdims=True)

    def each(column: NDArray[Any]) -> NDArray[Any]:
        return np.broadcast_to(column, y.shape)

    return _Segment(
        mean=each(mean), lower=each(mean - reach), upper=each(mean + reach),
        bits=bits, direction=direction.astype(np.int8),
        trial=each(count < TRIAL_BELOW), flat=each(flat),
    )  # fmt: skip


def _limits(y: Floats, screen: bool) -> tuple[Floats, Floats, Bools]:
    """Mean, distance of the limits from it (NaN for a constant) and whether constant; shape ``(series, 1)``."""
    moving = np.abs(np.diff(y, axis=1))
    usable = ~np.isnan(moving)
    average = _mean(moving, usable)
    constant = ~(average > 0)
    if screen:
        with np.errstate(invalid="ignore"):
            usable &= moving < SCREEN * average
        average = _mean(moving, usable)
    return _mean(y, ~np.isnan(y)), np.where(constant, np.nan, LIMIT * average), constant


def _mean(values: Floats, counted: Bools) -> Floats:
    """Mean along the last axis of the values counted, NaN where there is none."""
    count = counted.sum(axis=1, keepdims=True)
    total = values.sum(axis=1, keepdims=True, where=counted)
    mean: Floats = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return mean


def _runs(true: Bools, length: int) -> Bools:
    """Which points belong to a run of at least so many in a row."""
    points = true.shape[1]
    member = np.zeros_like(true)
    if points < length:
        return member
    whole = true[:, : points - length + 1].copy()
    for i in range(1, length):
        whole &= true[:, i : points - length + 1 + i]
    for i in range(length):
        member[:, i : points - length + 1 + i] |= whole
    return member


def _trend(step: Floats) -> NDArray[np.int8]:
    """1 or -1 for points of a rising or falling run of seven, 0 for the others.

    A point where one run ends and another begins counts to the later one.
    """
    series, steps = step.shape
    direction = np.zeros((series, steps + 1), dtype=np.int8)
    for way in (1, -1):
        climbing = _runs(step == way, RUN - 1)
        direction[:, 1:][climbing & (direction[:, 1:] == 0)] = way
    for way in (1, -1):
        direction[:, :-1][_runs(step == way, RUN - 1)] = way
    return direction


def _two_of_three(close: Bools, on_side: Bools) -> Bools:
    """Points within three in a row, all on one side, of which two at least are close to the limit."""
    points = close.shape[1]
    member = np.zeros_like(close)
    if points < 3:
        return member
    a, b, c = (close[:, i : points - 2 + i].astype(np.int8) for i in range(3))
    together = on_side[:, :-2] & on_side[:, 1:-1] & on_side[:, 2:] & (a + b + c >= 2)
    for i in range(3):
        member[:, i : points - 2 + i] |= together
    return member

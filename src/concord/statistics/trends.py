"""Has a figure risen or fallen over its last five points, and would it without any one of them?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.intervals import checked, refuse

Floats = NDArray[np.float64]

POINTS = 5
CHI_SQUARE = 9.54953570608324  # one degree of freedom, p = 0.002
_WIDTH = 3.92  # a 95 per cent interval in standard errors, rounded as Fingertips rounds it


@dataclass(frozen=True, slots=True)
class RecentTrend:
    """``direction`` is ``up``, ``down``, ``none`` or, without five usable points, ``unknown``.

    ``significant`` says whether the direction is up or down; ``chi2`` is 0 and ``slope`` (per point, in the
    unit of the values) NaN where the trend cannot be told.
    """

    direction: NDArray[np.str_]
    significant: NDArray[np.bool_]
    chi2: Floats
    slope: Floats


def recent_trend(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> RecentTrend:
    """The recent trend of rates, means or percentages with their 95 per cent limits, oldest point first.

    Arrays of shape ``(..., points)``, in one unit; the last five points with all three figures are used, at
    their places in time. A line is fitted with weights ``1/s^2``, ``s = (upper - lower) / 3.92``; there is a
    trend if ``slope^2 / var(slope)`` exceeds 9.5495 (p < 0.002) and the slope keeps its sign when any one of
    the five points is dropped. Source: OHID Fingertips, “recent trends”.

    Edge cases: fewer than five points, or limits that do not differ, cannot be judged: ``unknown``. Raises
    ValueError if the three do not fit together or a lower limit lies above its upper.
    """
    value, low, high = _together(values, lower, upper)
    if np.any(low > high):
        raise ValueError("a lower limit lies above its upper limit")
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = np.where(high > low, (_WIDTH / (high - low)) ** 2, np.nan)
    time, value, weight, known = _last_five(value, weight)
    slope, precision = _slope(time, value, weight)
    return _judged(slope, slope**2 * precision, _steady(slope, time, value, weight), known)


def recent_trend_proportion(numerator: ArrayLike, denominator: ArrayLike) -> RecentTrend:
    """The recent trend of a proportion, from its counts, oldest point first; shape ``(..., points)``.

    The chi-square test for trend of Cochran and Armitage over the last five points with both counts and a
    denominator above zero, exceeding 9.5495 (p < 0.002), with a slope of the logits that keeps its sign when
    any one point is dropped. Source: OHID Fingertips, for indicators compared by limits for proportions.

    ``slope`` is in logits per point. Where a count is none or all, half a child is added on each side for
    the logit. Raises ValueError, with the place, for counts that cannot be.
    """
    x, n = checked(numerator, denominator, within=True)
    usable = ~np.isnan(x) & (n > 0)
    time, x, n, known = _last_five(np.where(usable, x, np.nan), np.where(usable, n, np.nan))
    edge = np.where((x == 0) | (x == n), 0.5, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        logit = np.log((x + edge) / (n - x + edge))
        events, total = x.sum(-1), n.sum(-1)
        shift = total * (x * time).sum(-1) - events * (n * time).sum(-1)
        spread = total * (n * time**2).sum(-1) - (n * time).sum(-1) ** 2
        chi2 = total * shift**2 / (events * (total - events) * spread)
    slope, _ = _slope(time, logit, np.ones_like(logit))
    return _judged(slope, np.nan_to_num(chi2), _steady(slope, time, logit, np.ones_like(logit)), known)


def _together(values: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three as arrays of one shape, with time as the last axis."""
    parts = [floats(part) for part in (values, lower, upper)]
    for part in parts:
        refuse(np.isinf(part), part, "has no trend: expected a number, or NaN where there is none")
    try:
        value, low, high = np.broadcast_arrays(*parts)
    except ValueError:
        raise ValueError(
            f"values, lower and upper do not fit together: {', '.join(str(p.shape) for p in parts)}"
        ) from None
    if value.ndim == 0:
        raise ValueError("a trend needs points in time, not a single value")
    return value, low, high


def _last_five(first: Floats, second: Floats) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    """Times and both figures of the last five points that have both, and whether there are five."""
    there = ~np.isnan(first) & ~np.isnan(second)
    points = first.shape[-1]
    if points < POINTS:
        nothing = np.full((*first.shape[:-1], POINTS), np.nan)
        return nothing, nothing, nothing, np.zeros(first.shape[:-1], dtype=bool)
    # a stable sort of “is there” moves the points with figures to the end without disturbing their order
    order = np.argsort(there, axis=-1, kind="stable")[..., -POINTS:]
    known = there.sum(axis=-1) >= POINTS
    five = [np.take_along_axis(part, order, axis=-1) for part in (first, second)]
    return order.astype(float), five[0], five[1], known


def _slope(time: Floats, value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The weighted least squares slope and its precision (one over its variance)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        total = weight.sum(-1, keepdims=True)
        since = time - (weight * time).sum(-1, keepdims=True) / total
        precision = (weight * since**2).sum(-1)
        return (weight * since * value).sum(-1) / precision, precision


def _steady(slope: Floats, time: Floats, value: Floats, weight: Floats) -> NDArray[np.bool_]:
    """Whether the slope keeps its sign when any one of the points is dropped."""
    same = np.ones(slope.shape, dtype=bool)
    for dropped in range(POINTS):
        kept = np.arange(POINTS) != dropped
        without, _ = _slope(time[..., kept], value[..., kept], weight[..., kept])
        same &= np.sign(without) == np.sign(slope)
    return same


def _judged(slope: Floats, chi2: Floats, steady: NDArray[np.bool_], known: NDArray[np.bool_]) -> RecentTrend:
    """The verdict in words."""
    significant = known & steady & (chi2 > CHI_SQUARE)
    direction = np.where(~known, "unknown", np.where(~significant, "none", np.where(slope > 0, "up", "down")))
    return RecentTrend(direction, significant, np.where(known, chi2, 0), np.where(known, slope, np.nan))

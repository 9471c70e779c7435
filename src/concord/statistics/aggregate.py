"""Figures of several authorities, or of several quarters, as one: sums over sums, and what was missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pooled:
    """One figure for many units: the sums that it was made of, and how many units they stand for.

    ``value`` is ``multiplier * numerator / denominator``, or the plain sum where there is no denominator.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    counted: NDArray[np.int64]
    missing: NDArray[np.int64]


def pooled(
    numerator: ArrayLike,
    denominator: ArrayLike | None = None,
    *,
    multiplier: float = 1,
    where: ArrayLike | None = None,
    axis: int = 0,
) -> Pooled:
    """The figure of a whole group: the sum of numerators over the sum of denominators along ``axis``.

    Never the mean of the members' percentages, which would weigh Rutland as Leicestershire. ``multiplier``
    is 100 for a percentage, 10,000 for a rate. ``where`` (boolean, broadcast against ``numerator``) says who
    belongs to the group: a sub-region, a set of neighbours, members at that date.

    Edge cases: a unit with either part NaN is left out of both sums and counted in ``missing``; nobody left,
    or a denominator of zero, gives NaN; without ``denominator`` the sums are counts and ``denominator`` is
    NaN. Raises ValueError if the two parts cannot be laid beside each other.
    """
    over, under, chosen = _together(numerator, denominator, where)
    present = chosen & ~np.isnan(over) & ~np.isnan(under)
    counted = np.sum(present, axis=axis)
    top = np.where(counted, np.sum(over, axis=axis, where=present), np.nan)
    bottom = np.where(counted, np.sum(under, axis=axis, where=present), np.nan)
    if denominator is None:
        bottom, value = np.full_like(bottom, np.nan), top * multiplier
    else:
        value = multiplier * np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    return Pooled(top, bottom, value, counted, np.sum(chosen, axis=axis) - counted)


def rolling(values: ArrayLike, quarters: int = 4) -> Floats:
    """Trailing sums along the last axis: each quarter with the ``quarters - 1`` before it.

    For “rolling twelve months”: roll the numerator and the flow denominator, then divide; a stock (children
    aged 0-17) is not rolled. The first ``quarters - 1`` places, and any window with a quarter missing, are
    NaN. Rolling figures never go on a control chart: neighbours share three quarters of four, and 95 in 100
    stable series would be flagged somewhere. Raises ValueError if ``quarters`` is less than one.
    """
    if quarters < 1:
        raise ValueError(f"quarters is {quarters}: a window has at least one quarter")
    data = floats(values)
    sums = np.full(data.shape, np.nan)
    if data.shape[-1] >= quarters:
        windows = np.lib.stride_tricks.sliding_window_view(data, quarters, axis=-1)
        sums[..., quarters - 1 :] = windows.sum(axis=-1)
    return sums


def _together(
    numerator: ArrayLike, denominator: ArrayLike | None, where: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Numerator, denominator and membership as arrays of one shape."""
    parts = (
        floats(numerator),
        floats(1.0 if denominator is None else denominator),
        np.asarray(True if where is None else where, dtype=bool),
    )
    try:
        over, under, chosen = np.broadcast_arrays(*parts)
    except ValueError:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise ValueError(
            f"numerator, denominator and where do not fit together: their shapes are {shapes}"
        ) from None
    return over, under, chosen

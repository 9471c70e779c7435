"""Many looks, few false alarms: the false discovery rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Discoveries:
    """Which of the checks stand out, their adjusted p-values, and how many checks were made."""

    found: NDArray[np.bool_]
    adjusted: Floats
    checks: int
    rate: float


def benjamini_hochberg(p_values: ArrayLike, rate: float = 0.1) -> Discoveries:
    """The checks to act on so that on average at most ``rate`` of those acted on are false alarms.

    The p-values, in order, p(1) <= ... <= p(m), are adjusted to ``min over j >= i of m p(j) / j``; found are
    those at or under ``rate``. Holds for checks that are independent or positively dependent, as one
    authority's indicators are. Any shape. Source: Benjamini and Hochberg, JRSS B 1995.

    Edge cases: NaN was no check: not counted, not found, NaN adjusted. Raises ValueError, with the place, for
    a p-value outside 0 to 1 or a rate outside (0, 1).
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate is {rate}: expected a fraction such as 0.1")
    p = floats(p_values)
    outside = (p < 0) | (p > 1)
    if outside.any():
        place = np.argwhere(outside)[0].tolist()
        raise ValueError(f"{p[outside][0]} at {place} is no p-value: expected 0 to 1")
    order = np.argsort(p, axis=None)  # NaN sorts last
    checks = int(np.sum(~np.isnan(p)))
    order = order[:checks]
    scaled = p.ravel()[order] * checks / np.arange(1, checks + 1)
    adjusted = np.full(p.shape, np.nan)
    adjusted.ravel()[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return Discoveries(adjusted <= rate, adjusted, checks, rate)

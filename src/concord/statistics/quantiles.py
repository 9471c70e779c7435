"""Quarters, fifths and tenths of a group, by the two rules in use, which are not the same."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.bands import Polarity
from concord.statistics.ranks import ranks

Floats = NDArray[np.float64]
Method = Literal["rank", "type-7"]


def quantile_band(
    values: ArrayLike, groups: int = 4, method: Method = "rank", polarity: Polarity | None = "high"
) -> Floats | NDArray[np.str_]:
    """The quantile group of each value along the first axis; ``method`` names the rule. Any unit.

    ``rank``: ``floor(k + 1 - ceil((n + 1 - rank) / (n/k)))`` for k ``groups`` of n values ranked from the worst,
    ties taking the lowest rank. Numbers 1 to k, the last the best. Source: OHID, the R package
    PHEindicatormethods (phe_quantile).

    ``type-7``: the edges are percentiles by linear interpolation (Hyndman and Fan's type 7), and a value on
    an edge belongs below it. Letters from ``A``, the best. Source: the DfE's Local Authority Interactive
    Tool (quartile bands A to D).

    ``polarity``: ``high`` or ``low`` is better; ``none`` (or None) counts from the lowest values as ``high``
    does, and the caller says “highest”, never “best”.

    Edge cases: NaN gets NaN, or ``""``; fewer values than groups have no bands; ties share a band, so that
    bands can be empty. Raises ValueError on another method or polarity, or groups not from 2 to 26.
    """
    if method not in ("rank", "type-7"):
        raise ValueError(f"method is “{method}”: expected rank (OHID) or type-7 (the DfE's interactive tool)")
    if polarity not in ("high", "low", "none", None):
        raise ValueError(f"polarity is “{polarity}”: expected high, low or none")
    if not 2 <= groups <= 26:
        raise ValueError(f"groups is {groups}: expected from 2 to 26")
    data = floats(values)
    if data.ndim == 0:
        raise ValueError("bands need the values of a whole group, not a single number")
    counted = np.sum(~np.isnan(data), axis=0)
    banded = ~np.isnan(data) & (counted >= groups)
    if method == "rank":
        with np.errstate(invalid="ignore", divide="ignore"):
            from_worst = ranks(data, best="high" if polarity == "low" else "low")
            band = np.floor(groups + 1 - np.ceil((counted + 1 - from_worst) * groups / counted))
        return np.where(banded, band, np.nan)
    edges = percentiles(data, np.arange(1, groups) / groups)
    above = np.sum(data[None] > edges[:, None], axis=0)
    letters = np.array([chr(ord("A") + place) for place in range(groups)])
    return np.where(banded, letters[above if polarity == "low" else groups - 1 - above], "")


def percentiles(values: ArrayLike, shares: ArrayLike) -> Floats:
    """Percentiles along the first axis by linear interpolation (type 7), NaN left out.

    ``values`` has shape ``(units, ...)``, ``shares`` (between 0 and 1) shape ``(k,)``; the result
    ``(k, ...)``, in the unit of the values, NaN where a column has no value. Source: Hyndman and Fan,
    American Statistician 1996.
    """
    data = np.sort(floats(values), axis=0)  # NaN sorts last
    counted = np.sum(~np.isnan(data), axis=0)
    wanted = floats(shares).reshape(-1, *[1] * (data.ndim - 1))
    if not len(data):
        return np.full((len(wanted), *data.shape[1:]), np.nan)
    place = wanted * np.maximum(counted - 1, 0)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, np.maximum(counted - 1, 0))
    below: Floats = np.take_along_axis(data, low, axis=0)
    above: Floats = np.take_along_axis(data, high, axis=0)
    between: Floats = below + (place - low) * (above - below)
    return between

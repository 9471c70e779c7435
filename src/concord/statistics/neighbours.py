"""An authority beside its statistical neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats

Floats = NDArray[np.float64]
Average = Literal["mean", "median"]


@dataclass(frozen=True, slots=True)
class NeighbourBenchmark:
    """The neighbours' average for each unit, by the average named, and how many neighbours had data."""

    value: Floats
    counted: NDArray[np.int64]
    average: Average


def neighbour_benchmark(
    values: ArrayLike, neighbours: ArrayLike, average: Average = "median", at_least: int = 1
) -> NeighbourBenchmark:
    """The mean or median of each unit's neighbours, in the unit of the values.

    ``values`` has shape ``(units,)`` or ``(units, indicators)``; ``neighbours`` is either ``(units, k)``
    places in ``values`` (-1 where a neighbour is not among them) or a boolean ``(units, units)``, row by row
    who are a unit's neighbours. Sources: the DfE's interactive tool takes the mean of the ten, its children's
    social care dashboard the median of those with data; they differ, so name the one used, and the edition
    of the list: the lists of 2021 and 2025 share about half their names.

    Edge cases: neighbours without data (NaN) are left out and ``counted`` tells how many were left in; fewer
    than ``at_least`` gives NaN. Raises ValueError on another average or a place that does not exist.
    """
    if average not in ("mean", "median"):
        raise ValueError(f"average is “{average}”: expected mean or median")
    data = floats(values)
    if data.ndim == 0:
        raise ValueError("neighbours are of a whole group, not of a single number")
    theirs = _gather(data, np.asarray(neighbours))
    present = ~np.isnan(theirs)
    counted = present.sum(axis=1)
    some = np.maximum(counted, 1)
    if average == "mean":
        value = np.sum(theirs, axis=1, where=present) / some
    else:
        # NaN sorts last, and one more column makes a middle even of no neighbours
        ordered = np.concatenate([np.sort(theirs, axis=1), np.full_like(data, np.nan)[:, None]], axis=1)
        middle = [np.expand_dims(place, 1) for place in ((some - 1) // 2, some // 2)]
        value = np.mean([np.take_along_axis(ordered, place, axis=1)[:, 0] for place in middle], axis=0)
    return NeighbourBenchmark(np.where(counted >= max(at_least, 1), value, np.nan), counted, average)


def _gather(data: Floats, neighbours: NDArray[np.generic]) -> Floats:
    """The neighbours' values, shape ``(units, k, ...)``, NaN where there is none."""
    units = len(data)
    if neighbours.dtype == bool:
        if neighbours.shape != (units, units):
            raise ValueError(f"neighbours has shape {neighbours.shape}: expected {(units, units)} yes or no")
        mask = neighbours.reshape(units, units, *[1] * (data.ndim - 1))
        return np.where(mask, data[None], np.nan)
    places = floats(neighbours)
    wrong = ~((places >= -1) & (places < units) & (places % 1 == 0))
    if places.ndim != 2 or wrong.any():
        what = f"{places[wrong][0]:g} among {units} values" if wrong.any() else f"shape {places.shape}"
        raise ValueError(f"neighbours: {what}; expected (units, k) places from 0, or -1 for none")
    theirs: Floats = np.concatenate([data, np.full((1, *data.shape[1:]), np.nan)])[places.astype(int)]
    return theirs

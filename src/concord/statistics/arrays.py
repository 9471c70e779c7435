"""Figures as they were handed in, made into arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def floats(values: ArrayLike) -> NDArray[np.float64]:
    """Numbers of any kind as an array of floats; None and what a masked array hides become NaN.

    Raises ValueError for what is no number, and for values in rows of unequal length.
    """
    try:
        if isinstance(values, np.ma.MaskedArray):
            return np.asarray(np.ma.filled(values.astype(float), np.nan))
        return np.asarray(values, dtype=float)
    except TypeError as problem:
        raise ValueError(f"expected numbers: {problem}") from None

"""The scales on which figures vary evenly, so that one spread serves all units of a funnel."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Transform = Literal["arcsine", "log", "log-counts", "square-root"]


def transformed(
    x: Floats, n: Floats, goal: Floats, scale: Transform
) -> tuple[Floats, Floats, Floats, Floats]:
    """Figure and target on the scale on which they vary evenly, with the standard errors of both.

    No event at all has no logarithm: half an event stands in, with the standard error of the target.
    """
    if scale == "arcsine":
        error = 1 / (2 * np.sqrt(n))
        return np.arcsin(np.sqrt(x / n)), np.arcsin(np.sqrt(goal)), error, error
    if scale == "square-root":
        error = 1 / (2 * np.sqrt(n))
        return np.sqrt(x / n), np.sqrt(goal), error, error
    y0 = np.where(goal > 0, np.log(goal), np.nan)
    if scale == "log":
        error = 1 / np.sqrt(n * goal)
        return np.log(np.where(x > 0, x, 0.5) / n), y0, error, error
    at_target = _error_of_counts(n * goal, n)
    error = np.where(x > 0, _error_of_counts(x, n), at_target)
    return np.log((x + 0.5) / (n + 0.5)), y0, error, at_target


def _error_of_counts(x: Floats, n: Floats) -> Floats:
    """Standard error of the logarithm of a ratio of two counts, with half an event added to each."""
    return np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2)


def about(y0: Floats, reach: Floats, scale: Transform) -> tuple[Floats, Floats]:
    """What lies ``reach`` below and above ``y0``, back in the unit of the figures."""
    low, high = y0 - reach, y0 + reach
    if scale == "arcsine":
        # past the ends of the scale the sine would fold back on itself
        return np.sin(np.maximum(low, 0)) ** 2, np.sin(np.minimum(high, np.pi / 2)) ** 2
    if scale == "square-root":
        return np.maximum(low, 0) ** 2, high**2
    return np.exp(low), np.exp(np.minimum(high, 100))  # which no figure comes near, and floats still bear

"""Quantiles of the normal, gamma and Poisson distributions, in numpy alone."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_lgamma = np.frompyfunc(math.lgamma, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)

# Above this the Cornish-Fisher quantile is right to 1e-9, relative; below, the series is quick.
_LARGE_SHAPE = 500.0


def two_sided_z(confidence: float) -> float:
    """The normal deviate that leaves ``(1 - confidence) / 2`` in each tail: 1.959964 for 0.95.

    Raises ValueError unless ``0 < confidence < 1``.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}: expected a fraction such as 0.95 or 0.998")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def gamma_quantile(probability: float, shape: ArrayLike) -> Floats:
    """Quantile of the gamma distribution with scale one, for each ``shape`` (events; any array shape).

    Twice this is the chi-square quantile on ``2 * shape`` degrees of freedom, so the exact limits of a
    Poisson count x are ``gamma_quantile(a/2, x)`` and ``gamma_quantile(1 - a/2, x + 1)`` (Garwood,
    Biometrika 1936). Shapes to 500 by Newton's method on the log scale with the series of the incomplete
    gamma function (Abramowitz and Stegun 6.5.29); above, the Cornish-Fisher expansion (ibid. 26.2.49).
    Right to 1e-9, relative.

    Edge cases: shape 0 gives 0, NaN gives NaN. Raises ValueError for a negative shape.
    """
    shapes = np.asarray(shape, dtype=float)
    if np.any(shapes < 0):
        raise ValueError("a gamma distribution has no negative shape")
    z = NormalDist().inv_cdf(probability)
    quantile = np.where(shapes == 0, 0.0, np.nan)
    large = shapes > _LARGE_SHAPE
    small = (shapes > 0) & ~large
    quantile[large] = _cornish_fisher(z, shapes[large])
    quantile[small] = _newton(probability, z, shapes[small])
    return quantile


def two_sided_p(z: ArrayLike) -> Floats:
    """How often a standard normal deviate lies as far from zero as ``z``, either way; NaN gives NaN."""
    p: Floats = np.asarray(_erfc(np.abs(np.asarray(z, dtype=float)) / math.sqrt(2)), dtype=float)
    return p


def student_p(t: ArrayLike, freedom: int) -> Floats:
    """How often Student's t on ``freedom`` degrees lies as far from zero as ``t``, either way; NaN gives NaN.

    The finite series for whole degrees (Abramowitz and Stegun 26.7.3 and 26.7.4); never under 1e-12, beyond
    which the series is rounding. Raises ValueError for less than one degree.
    """
    if freedom < 1:
        raise ValueError(f"freedom is {freedom}: expected a whole number from one")
    angle = np.arctan(np.abs(np.asarray(t, dtype=float)) / math.sqrt(freedom))
    square = np.cos(angle) ** 2
    odd = freedom % 2
    term = np.cos(angle) if odd else np.ones_like(angle)
    total = np.zeros_like(angle)
    for k in range(2 + odd, freedom + 1, 2):
        total = total + term
        term = term * square * (k - 1) / k
    within = np.sin(angle) * total
    if odd:
        within = (within + angle) * 2 / math.pi
    p: Floats = np.where(np.isnan(within), np.nan, np.clip(1 - within, 1e-12, 1))
    return p


@cache
def student_quantile(confidence: float, freedom: int) -> float:
    """The deviate that Student's t on ``freedom`` degrees passes, either way, in ``1 - confidence`` of cases.

    By halving, until two neighbouring numbers are left. Raises ValueError as ``two_sided_z`` and ``student_p``.
    """
    low, high = two_sided_z(confidence), 1e6
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if student_p(middle, freedom) > 1 - confidence else (low, middle)
    return high


def poisson_limits(mean: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """The Poisson quantiles of ``mean`` (under about 20) that leave at most ``(1 - confidence) / 2`` beyond.

    A count is beyond them when chance would bring one as low, or as high, less often than that.
    """
    tail = (1 - confidence) / 2
    upto = np.cumsum(_poisson(np.asarray(mean, dtype=float)), axis=0)
    return np.sum(upto < tail, axis=0).astype(float), np.sum(upto < 1 - tail, axis=0).astype(float)


def poisson_p(events: ArrayLike, mean: ArrayLike) -> Floats:
    """Twice the smaller tail of a Poisson ``mean`` (under about 20) from ``events`` outwards, at most 1."""
    x = np.asarray(events, dtype=float)
    share = _poisson(np.asarray(mean, dtype=float))
    count = np.arange(len(share)).reshape(-1, *[1] * x.ndim)
    below = np.sum(share, axis=0, where=count <= x)
    above = 1 - np.sum(share, axis=0, where=count < x)
    p: Floats = np.clip(2 * np.minimum(below, above), 0, 1)
    return p


def _poisson(mean: Floats) -> Floats:
    """The chances of 0 to 79 events, along a new first axis."""
    count = np.arange(1, 80).reshape(-1, *[1] * mean.ndim)
    steps = np.concatenate([np.exp(-mean)[None], mean / count])
    chances: Floats = np.cumprod(steps, axis=0)
    return chances


def _cornish_fisher(z: float, shape: Floats) -> Floats:
    """The gamma quantile as a series in ``1 / sqrt(shape)``."""
    root = np.sqrt(shape)
    return (
        shape
        + z * root
        + (z**2 - 1) / 3
        + (z**3 - 7 * z) / (36 * root)
        - (3 * z**4 + 7 * z**2 - 16) / (810 * shape)
        + (9 * z**5 + 256 * z**3 - 433 * z) / (38880 * shape * root)
    )


def _newton(probability: float, z: float, shape: Floats) -> Floats:
    """Solve P(shape, x) = probability for x, starting from Wilson and Hilferty's cube."""
    log_gamma = np.asarray(_lgamma(shape), dtype=float)
    cube = 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape))
    # P(a, x) near zero is x^a / gamma(a + 1)
    left = (math.log(probability) + log_gamma + np.log(shape)) / shape
    log_x = np.where(cube > 0.3, np.log(shape) + 3 * np.log(np.maximum(cube, 0.3)), left)
    for _ in range(60):
        x = np.exp(log_x)
        density = np.exp(shape * log_x - x - log_gamma)  # x times the density: the slope in log x
        step = (density * _series(shape, x) - probability) / np.maximum(density, 1e-300)
        step = np.clip(step, -1, 1)
        log_x = log_x - step
        if not np.any(np.abs(step) > 1e-10):  # the next step would be its square
            break
    return np.exp(log_x)


def _series(shape: Floats, x: Floats) -> Floats:
    """Sum of x^n / (a (a+1) ... (a+n)), by which the density times x becomes the distribution function."""
    term = 1 / shape
    total = term.copy()
    for n in range(1, 5000):
        term = term * x / (shape + n)
        total += term
        if not np.any(term > 1e-17 * total):
            break
    return total

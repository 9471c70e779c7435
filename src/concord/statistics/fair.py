"""How often chance and ordinary variation bring a unit as far out as it is; and limits that say the same.

The limits of a funnel as they are published come from winsorised figures and a normal distribution, and 12 in
100 units of a quiet group lie outside those at 95 per cent. These here are fair: about 5 do, whatever the
group's size and however few the events. A unit lies outside them exactly if its p-value is less than what they
leave outside, so that a picture and a list drawn from one funnel never disagree.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.distributions import (
    poisson_limits,
    poisson_p,
    student_p,
    student_quantile,
    two_sided_p,
    two_sided_z,
)
from concord.statistics.ranks import Kind
from concord.statistics.scales import Floats, Transform, about, transformed

FEW = 10  # events expected under which the Poisson distribution itself is asked as well


def fair_p(
    x: Floats, n: Floats, goal: Floats, tau2: Floats, used: NDArray[np.int64], kind: Kind, scale: Transform
) -> Floats:
    """The two-sided p-value of each unit; figures ``(units, ...)``, ``goal``, ``tau2`` and ``used`` ``(...)``.

    Student's t on the funnel's scale; for a rate also on the scale of square roots, since logarithms make much
    of few events and roots of many; where few events are expected (or, of a proportion, few without one) also
    the Poisson distribution's own: the greatest of these. NaN where there is no figure.
    """
    y, y0, _, s0 = transformed(x, n, goal, scale)
    p = _student((y - y0) / np.sqrt(s0**2 + tau2), tau2, used)
    if scale == "log-counts":
        apart = 2 * (np.sqrt(x + 0.375) - np.sqrt(n * goal + 0.375))
        p = np.maximum(p, _student(apart / np.sqrt(1 + n * goal * tau2), tau2, used))
    there = ~np.isnan(x)
    few = there & (n * goal < FEW)
    p[few] = np.maximum(p[few], poisson_p(x[few], (n * goal)[few]))
    if kind == "proportion":
        rest = there & (n * (1 - goal) < FEW)
        p[rest] = np.maximum(p[rest], poisson_p((n - x)[rest], (n * (1 - goal))[rest]))
    return p


def fair_limits(
    target: ArrayLike,
    tau2: ArrayLike,
    used: ArrayLike,
    denominator: ArrayLike,
    kind: Kind = "proportion",
    confidence: float = 0.95,
) -> tuple[Floats, Floats]:
    """The limits beyond which ``p`` is less than ``1 - confidence``, in the unit of ``target``.

    ``target``, ``tau2`` (its ``fair``) and ``used`` are a funnel's, of shape ``(...)``; ``denominator`` has shape
    ``(units, ...)``: the units' own, or any at which the curve is to be drawn. For proportions and rates.

    Edge cases: a limit below none, or above all, is none, or all; NaN or zero children give NaN, as does the
    target 0 of a rate. Raises ValueError for a ratio, whose funnel can be drawn in several ways, and for a
    confidence outside (0, 1).
    """
    if kind == "ratio":
        raise ValueError("kind is “ratio”: expected proportion or rate")
    goal, spread2, n, units = np.broadcast_arrays(
        *(floats(part) for part in (target, tau2, denominator, used))
    )
    n = np.where(n > 0, n, np.nan)
    reach = _reach(spread2, units, confidence)
    scale: Transform = "arcsine" if kind == "proportion" else "log-counts"
    with np.errstate(invalid="ignore", divide="ignore"):
        _, y0, _, s0 = transformed(n * goal, n, goal, scale)
        lower, upper = about(y0, reach * np.sqrt(s0**2 + spread2), scale)
        if scale == "log-counts":
            middle, half = np.sqrt(n * goal + 0.375), reach * np.sqrt(1 + n * goal * spread2) / 2
            # y is (x + 1/2) / (n + 1/2), the roots are of x + 3/8
            lower = np.minimum(lower * (n + 0.5) - 0.5, np.maximum(middle - half, 0) ** 2 - 0.375) / n
            upper = np.maximum(upper * (n + 0.5) - 0.5, (middle + half) ** 2 - 0.375) / n
    lower, upper = np.maximum(lower, 0), np.where(np.isnan(y0), np.nan, upper)
    few = n * goal < FEW
    least, most = poisson_limits((n * goal)[few], confidence)
    lower[few], upper[few] = np.minimum(lower[few], least / n[few]), np.maximum(upper[few], most / n[few])
    if kind == "proportion":
        rest = n * (1 - goal) < FEW
        least, most = poisson_limits((n * (1 - goal))[rest], confidence)
        lower[rest] = np.minimum(lower[rest], 1 - most / n[rest])
        upper[rest] = np.maximum(upper[rest], 1 - least / n[rest])
        lower, upper = np.maximum(lower, 0), np.minimum(upper, 1)
    return lower, upper


def _freedom(used: ArrayLike) -> NDArray[np.int64]:
    """Degrees of freedom of tau2, estimated from so many units.

    A variance of winsorised figures tells less than one of all; 0.6 of the units and 3 more keep p-values fair
    down to one in ten thousand for ten, 33 and 153 units (scripts/false_alarms.py).
    """
    return np.round(0.6 * np.asarray(used, dtype=float)).astype(np.int64) + 3


def _student(z: Floats, tau2: Floats, used: NDArray[np.int64]) -> Floats:
    """How often a unit lies as far out: by Student's t where tau2 had to be estimated."""
    freedom = np.broadcast_to(_freedom(used), z.shape)
    estimated = np.broadcast_to(tau2 > 0, z.shape)
    p = two_sided_p(z)
    for degrees in np.unique(freedom[estimated]):
        these = estimated & (freedom == degrees)
        p[these] = student_p(z[these], int(degrees))
    return p


def _reach(tau2: Floats, used: Floats, confidence: float) -> Floats:
    """How many standard errors the limits are from the target: the deviate whose p is what is left outside."""
    reach = np.full(tau2.shape, two_sided_z(confidence))
    freedom, estimated = _freedom(used), tau2 > 0
    for degrees in np.unique(freedom[estimated]):
        reach[estimated & (freedom == degrees)] = student_quantile(confidence, int(degrees))
    return reach

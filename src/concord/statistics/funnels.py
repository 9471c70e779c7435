"""Funnel plots: who differs from the rest by more than chance and ordinary variation between areas.

On real figures almost every authority lies outside plain limits, because authorities differ for reasons that
no binomial or Poisson allows for. The limits here are therefore widened by how much the group as a whole
varies (additive overdispersion), unless asked otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.distributions import gamma_quantile, poisson_limits, two_sided_z
from concord.statistics.fair import FEW, fair_p
from concord.statistics.intervals import checked, poisson_interval, refuse
from concord.statistics.quantiles import percentiles
from concord.statistics.ranks import Kind
from concord.statistics.scales import Floats, Transform, about, transformed

Bools = NDArray[np.bool_]
Trimming = Literal["winsorise", "truncate"]


@dataclass(frozen=True, slots=True)
class Funnel:
    """A funnel for each indicator: arrays per unit, shape ``(units, ...)``; per funnel, shape ``(...)``.

    Per unit: ``value`` (numerator over denominator), ``z`` (standard errors from the target, by chance
    alone), ``z_adjusted`` (the same with ``tau2``), the limits in the unit of ``value``, who lies outside
    them, and ``p``: how often chance and ordinary variation would bring a unit as far out, two-sided. Per
    funnel: ``target``, ``phi`` (how many times more the units vary than by chance), ``tau2`` (the variance
    between units, on the transformed scale), ``fair`` (the same with what trimming took from it, for ``p`` and
    ``fair_limits``; 0 without overdispersion) and ``used`` (units that phi was estimated from).
    """

    value: Floats
    target: Floats
    z: Floats
    z_adjusted: Floats
    p: Floats
    phi: Floats
    tau2: Floats
    fair: Floats
    used: NDArray[np.int64]
    lower95: Floats
    upper95: Floats
    lower998: Floats
    upper998: Floats
    outside95: Bools
    outside998: Bools


def funnel(
    numerator: ArrayLike,
    denominator: ArrayLike,
    kind: Kind = "proportion",
    trim: float = 0.1,
    overdispersion: bool = True,
    *,
    trimming: Trimming | None = None,
    transform: Transform | None = None,
    target: ArrayLike | None = None,
) -> Funnel:
    """Funnel limits at 95 and 99.8 per cent for the units along the first axis.

    ``kind``: a ``proportion`` (part of a total), a ``rate`` (events over children or time) or a ``ratio``
    (observed over expected, target 1). ``target`` is the sum over the sum unless given.

    With ``overdispersion`` (Spiegelhalter, Stat Med 2005 and QSHC 2005): y is the figure transformed, s its
    standard error, ``z = (y - y0) / s``. The z beyond the ``trim`` and ``1 - trim`` percentiles are pulled in
    to them (``winsorise``) or left out (``truncate``); ``phi = mean z^2``; if ``N phi > N - 1``, ``tau2 =
    (N phi - (N - 1)) / (sum w - sum w^2 / sum w)`` with ``w = 1/s^2``; the limits are ``y0 -+ z sqrt(s0^2 +
    tau2)``, transformed back, s0 being the standard error at the target. By default, as in FunnelPlotR:
    proportion ``arcsine`` (of the root) and winsorise; rate ``log-counts`` and winsorise; ratio ``log`` and
    truncate (NHS Digital's SHMI) or, asked to winsorise, ``square-root`` (CQC). Where fewer than ten events
    are expected the limits of rates and ratios are no narrower than the Poisson distribution's own, so that
    a small denominator does not shout. FunnelPlotR's own limits for rates of counts come from the
    population instead of the events and are far too narrow; they are not followed.

    These are the published limits, for those who want them. Trimming keeps true outliers from hiding
    themselves, but makes phi and tau2 too small for a group without any: of units that differ only by chance
    and normal variation about 12 in 100 lie outside the 95 per cent limits and 1.5 in 100 outside the 99.8. So
    act on ``p`` with ``benjamini_hochberg``, and draw ``fair_limits``: both make up for what trimming takes from
    phi (of which 0.68 is left by winsorising at a tenth), and a unit has a p under 0.05 exactly if it lies
    outside those at 95 per cent.

    Without: the plain limits, for comparison. Proportion ``p -+ z sqrt(p (1 - p) / n)``, kept within 0 and 1;
    rate and ratio the exact Poisson limits of the expected count, a unit being outside when its own interval
    (``rate_interval``) misses the target, as OHID classes them. Naming a ``transform`` gives its limits with
    tau2 = 0.

    Edge cases: a unit with NaN or a zero denominator is left out and gets NaN and False; a group whose units
    vary no more than by chance, or with a single unit, has tau2 0; with ten units phi is itself uncertain; a
    rate or ratio whose target is 0 has no limits. Raises ValueError, with the place, for figures that
    cannot be, and for unknown names.
    """
    x, n, scale, trimming = _prepared(numerator, denominator, kind, trim, trimming, transform)
    goal = _target(x, n, kind, target)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = x / n
        y, y0, s, s0 = transformed(x, n, goal, scale)
        z = (y - y0) / s
        trimmed, kept = _trimmed(z, trim, trimming)
        used = kept.sum(axis=0)
        phi = np.sum(trimmed**2, axis=0, where=kept) / used
        tau2 = _tau2(phi, s, kept)
        spread = np.sqrt(s0**2 + (tau2 if overdispersion else 0))
        z_adjusted = (y - y0) / spread
        fair = _tau2(phi / _left_by_trimming(trim, trimming), s, kept) * overdispersion
        p = fair_p(x, n, goal, fair, used, kind, scale)
    few = ~np.isnan(x) & (n * goal < FEW) & (kind != "proportion")

    def limits(confidence: float) -> tuple[Floats, Floats, Bools]:
        if not overdispersion and transform is None:
            return _plain(x, n, goal, kind, confidence)
        lower, upper = about(y0, two_sided_z(confidence) * spread, scale)
        least, most = poisson_limits((n * goal)[few], confidence)
        lower[few] = np.minimum(lower[few], least / n[few])
        upper[few] = np.maximum(upper[few], most / n[few])
        return lower, upper, (value < lower) | (value > upper)

    lower95, upper95, outside95 = limits(0.95)
    lower998, upper998, outside998 = limits(0.998)
    return Funnel(
        value, goal, z, z_adjusted, p, phi, tau2, fair, used,
        lower95, upper95, lower998, upper998, outside95, outside998,
    )  # fmt: skip


def _prepared(
    numerator: ArrayLike,
    denominator: ArrayLike,
    kind: Kind,
    trim: float,
    trimming: Trimming | None,
    transform: Transform | None,
) -> tuple[Floats, Floats, Transform, Trimming]:
    """The figures, NaN wherever either is missing, and the method in full."""
    if kind not in ("proportion", "rate", "ratio"):
        raise ValueError(f"kind is “{kind}”: expected proportion, rate or ratio")
    if trimming not in (None, "winsorise", "truncate"):
        raise ValueError(f"trimming is “{trimming}”: expected winsorise or truncate")
    if transform not in (None, "arcsine", "log", "log-counts", "square-root"):
        raise ValueError(f"transform is “{transform}”: expected arcsine, log, log-counts or square-root")
    if (transform == "arcsine") != (kind == "proportion") and transform:
        raise ValueError(f"transform “{transform}” does not suit a {kind}: arcsine is for proportions alone")
    if not 0 <= trim < 0.5:
        raise ValueError(f"trim is {trim}: expected from 0 to under 0.5")
    x, n = checked(numerator, denominator, within=kind == "proportion")
    if x.ndim == 0:
        raise ValueError("a funnel needs the figures of a whole group, not of one unit")
    if kind == "ratio":
        trimming = trimming or ("winsorise" if transform == "square-root" else "truncate")
        scale: Transform = transform or ("square-root" if trimming == "winsorise" else "log")
    else:
        trimming = trimming or "winsorise"
        scale = transform or ("arcsine" if kind == "proportion" else "log-counts")
    there = ~np.isnan(x) & (n > 0)
    return np.where(there, x, np.nan), np.where(there, n, np.nan), scale, trimming


def _target(x: Floats, n: Floats, kind: Kind, target: ArrayLike | None) -> Floats:
    """The centre line: as given, 1 for a ratio, else the sum over the sum; NaN for a group without figures."""
    if target is None and kind != "ratio":
        with np.errstate(invalid="ignore"):
            return np.asarray(np.nansum(x, axis=0) / np.nansum(n, axis=0))
    goal = np.broadcast_to(floats(1.0 if target is None else target), x.shape[1:]).copy()
    refuse(goal < 0, goal, "is below zero: a target cannot be")
    if kind == "proportion":
        refuse(goal > 1, goal, "is above one: the target of a proportion cannot be")
    return goal


def _trimmed(z: Floats, trim: float, trimming: Trimming) -> tuple[Floats, Bools]:
    """The z with its extremes pulled in, and which of the units are kept."""
    kept = ~np.isnan(z)
    if trimming == "winsorise":
        low, high = percentiles(z, [trim, 1 - trim])
        return np.clip(z, low, high), kept
    if trim > 0:
        # by average rank, as the SHMI makes its tenths: for a trim of 0.1 the outermost two are dropped
        rank = np.sum(z[None] < z[:, None], axis=1) + (np.sum(z[None] == z[:, None], axis=1) + 1) / 2
        place = rank / (kept.sum(axis=0) + 1)
        kept &= (place >= trim) & (place < 1 - trim)
    return z, kept


def _tau2(phi: Floats, s: Floats, kept: Bools) -> Floats:
    """The variance between units that makes z vary ``phi`` times as much as chance does."""
    used = kept.sum(axis=0)
    weight = 1 / s**2
    total = np.sum(weight, axis=0, where=kept)
    spare = total - np.sum(weight**2, axis=0, where=kept) / total
    excess = used * phi - (used - 1)
    # of a single unit nothing is to spare but what rounding leaves
    return np.where((used > 1) & (excess > 0) & (spare > 0), excess / spare, 0.0)


def _left_by_trimming(trim: float, trimming: Trimming) -> float:
    """The mean square that trimming leaves of standard normal deviates: 0.68 winsorised at a tenth."""
    if trim == 0:
        return 1.0
    edge = two_sided_z(1 - 2 * trim)
    inner = 1 - 2 * trim - 2 * edge * math.exp(-(edge**2) / 2) / math.sqrt(2 * math.pi)
    return inner + 2 * trim * edge**2 if trimming == "winsorise" else inner / (1 - 2 * trim)


def _plain(x: Floats, n: Floats, goal: Floats, kind: Kind, confidence: float) -> tuple[Floats, Floats, Bools]:
    """Limits of chance alone, and who lies outside them."""
    if kind == "proportion":
        reach = two_sided_z(confidence) * np.sqrt(goal * (1 - goal) / n)
        lower, upper = np.maximum(goal - reach, 0), np.minimum(goal + reach, 1)
        return lower, upper, (x / n < lower) | (x / n > upper)
    expected = n * goal
    tail = (1 - confidence) / 2
    own_lower, own_upper = poisson_interval(x, confidence)
    lower, upper = gamma_quantile(tail, expected) / n, gamma_quantile(1 - tail, expected + 1) / n
    return lower, upper, (own_lower > expected) | (own_upper < expected)

"""Ranks, and how far they can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.intervals import checked

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Best = Literal["high", "low"]
Kind = Literal["proportion", "rate", "ratio"]


@dataclass(frozen=True, slots=True)
class RankInterval:
    """The rank of each unit (1 is first) with the limits between which it plausibly lies, NaN without data."""

    rank: Floats
    lower: Floats
    upper: Floats


def ranks(values: ArrayLike, best: Best = "high") -> Floats:
    """Rank of each value along the first axis, 1 for the highest (``best="low"``: the lowest).

    Values that tie all take the best of their places and the places after them stay empty (“competition
    ranking”, the rule of the DfE's interactive tool). NaN has no rank: NaN. Raises ValueError on another
    ``best``.
    """
    if best not in ("high", "low"):
        raise ValueError(f"best is “{best}”: expected high or low")
    data = np.asarray(values, dtype=float)
    ahead = data[None] > data[:, None] if best == "high" else data[None] < data[:, None]
    return np.where(np.isnan(data), np.nan, 1 + np.sum(ahead, axis=1))


def rank_interval(
    numerator: ArrayLike,
    denominator: ArrayLike,
    kind: Kind = "proportion",
    draws: int = 10_000,
    seed: int = 0,
    *,
    best: Best = "high",
    confidence: float = 0.95,
) -> RankInterval:
    """Each unit's rank with an interval, by simulation: numerators and denominators of shape ``(units,)``.

    Every unit's true figure is drawn ``draws`` times from what its data leave plausible, ``Beta(x + 1/2, n -
    x + 1/2)`` for a proportion, ``Gamma(x + 1/2) / n`` for a rate or ratio (Jeffreys' priors); each draw
    ranks all units; the limits are the quantiles of a unit's ranks, widened to the rank of the figure itself
    where that lies beyond them. ``best`` says which end is rank 1; figures tie as in ``ranks``. Source:
    Goldstein and Spiegelhalter, JRSS A 1996. The same ``seed`` gives the same answer.

    Publish the interval, not the rank alone: re-referrals of 153 authorities have intervals 31 places wide.

    Edge cases: a unit with NaN or a denominator of zero has no rank and takes no place. Raises ValueError,
    with the place, for figures that cannot be, for another kind, and for fewer than one draw.
    """
    if kind not in ("proportion", "rate", "ratio"):
        raise ValueError(f"kind is “{kind}”: expected proportion, rate or ratio")
    if draws < 1:
        raise ValueError(f"draws is {draws}: expected one or more")
    x, n = checked(numerator, denominator, within=kind == "proportion")
    if x.ndim != 1:
        raise ValueError(f"numerator has shape {x.shape}: ranks are of one indicator, shape (units,)")
    there = ~np.isnan(x) & (n > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rank = ranks(np.where(there, x / n, np.nan), best)
    lower, upper = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    if there.any():
        plausible = _plausible(x[there], n[there], kind, draws, np.random.default_rng(seed))
        lower[there], upper[there] = _limits(plausible, best, confidence)
    return RankInterval(rank, np.minimum(lower, rank), np.maximum(upper, rank))


def _plausible(x: Floats, n: Floats, kind: Kind, draws: int, source: np.random.Generator) -> Singles:
    """Draws of the true figures, shape ``(draws, units)``; single precision is enough to rank them."""
    shape = (draws, x.size)
    events: Singles = source.standard_gamma((x + 0.5).astype(np.float32), shape, dtype=np.float32)
    if kind == "proportion":
        others: Singles = source.standard_gamma((n - x + 0.5).astype(np.float32), shape, dtype=np.float32)
        events /= events + others
        return events
    events /= n.astype(np.float32)
    return events


def _limits(plausible: Singles, best: Best, confidence: float) -> tuple[Floats, Floats]:
    """The quantiles of each unit's ranks over the draws, from a count of how often it came at each place."""
    draws, units = plausible.shape
    order = np.argsort(plausible if best == "low" else -plausible, axis=1)
    places = np.bincount((order * units + np.arange(units)).ravel(), minlength=units * units)
    reached = np.cumsum(places.reshape(units, units), axis=1) / draws
    tail = (1 - confidence) / 2
    lower = 1 + np.sum(reached < tail, axis=1)
    upper = 1 + np.sum(reached < 1 - tail - 1e-12, axis=1)
    return lower.astype(float), upper.astype(float)

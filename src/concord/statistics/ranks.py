"""Ranks, and how far they can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.intervals import checked

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Best = Literal["high", "low"]
Kind = Literal["proportion", "rate", "ratio"]

FEW = 10  # events under which a gamma is drawn exactly
BLOCK = 250  # draws at once, so that they stay in the processor's own memory


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
    data = floats(values)
    if data.ndim == 0:
        raise ValueError("ranks need the values of a whole group, not a single number")
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

    A beta is a ratio of two gammas. A gamma of ten events or more is drawn as the cube of a normal deviate
    (Wilson and Hilferty, PNAS 1931: right to a hundredth of a standard deviation), of fewer exactly.

    Publish the interval, not the rank alone: re-referrals of 153 authorities have intervals 31 places wide.

    Edge cases: a unit with NaN or a denominator of zero has no rank and takes no place. Raises ValueError,
    with the place, for figures that cannot be, for another kind, and for fewer than one draw.
    """
    if kind not in ("proportion", "rate", "ratio"):
        raise ValueError(f"kind is “{kind}”: expected proportion, rate or ratio")
    if draws < 1 or draws % 1:
        raise ValueError(f"draws is {draws}: expected a whole number from one")
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(
            f"seed is {seed}: expected a whole number from 0, so that the answer can be had again"
        )
    x, n = checked(numerator, denominator, within=kind == "proportion")
    if x.ndim != 1:
        raise ValueError(f"numerator has shape {x.shape}: ranks are of one indicator, shape (units,)")
    there = ~np.isnan(x) & (n > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rank = ranks(np.where(there, x / n, np.nan), best)
    lower, upper = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    if there.any():
        normal = _normals(draws, x.size, seed)[..., : there.sum()]
        places = _places(x[there], n[there], kind, normal, seed)
        lower[there], upper[there] = _limits(places if best == "low" else places[:, ::-1], confidence)
    return RankInterval(rank, np.minimum(lower, rank), np.maximum(upper, rank))


def _places(x: Floats, n: Floats, kind: Kind, normal: Singles, seed: int) -> NDArray[np.int64]:
    """How often each unit came at each place, the lowest first: shape ``(units, places)``.

    ``normal``: two deviates for each draw of each unit, shape ``(2, draws, units)``.

    The place of a draw is found by sorting whole numbers: the bits of a positive number, which sort as it does,
    with the unit's own number behind them.
    """
    units = x.size
    above = _Roots(x + 0.5, np.random.default_rng([seed, 1]))
    below = _Roots(n - x + 0.5, np.random.default_rng([seed, 2])) if kind == "proportion" else None
    size = np.cbrt(n).astype(np.float32)
    number, row = np.arange(units, dtype=np.uint64), np.arange(units, dtype=np.uint64) * np.uint64(units)
    found = np.zeros(units * units, dtype=np.int64)
    first, second = normal
    for start in range(0, len(first), BLOCK):
        part = slice(start, start + BLOCK)
        drawn = above.drawn(first[part])
        drawn /= below.drawn(second[part]) if below else size
        keys = drawn.view(np.uint32).astype(np.uint64)
        keys <<= np.uint64(32)
        keys |= number
        keys.sort(axis=1)
        keys &= np.uint64(0xFFFFFFFF)
        keys += row
        found += np.bincount(keys.view(np.int64).ravel(), minlength=found.size)
    return found.reshape(units, units).T


class _Roots:
    """Draws of the cube roots of gammas, one shape a unit, from normal deviates."""

    def __init__(self, shape: Floats, source: np.random.Generator) -> None:
        root = np.cbrt(shape)
        self.middle = (root * (1 - 1 / (9 * shape))).astype(np.float32)
        self.spread = (root / (3 * np.sqrt(shape))).astype(np.float32)
        self.few = np.flatnonzero(shape < FEW)
        self.shapes, self.source = shape[self.few].astype(np.float32), source

    def drawn(self, normal: Singles) -> Singles:
        """One root for each deviate, shape ``(draws, units)``; those of few events are drawn anew."""
        roots: Singles = normal * self.spread
        roots += self.middle
        if self.few.size:
            exact = self.source.standard_gamma(self.shapes, (len(normal), self.few.size), dtype=np.float32)
            roots[:, self.few] = np.cbrt(exact)
        return roots


@lru_cache(maxsize=1)
def _normals(draws: int, units: int, seed: int) -> NDArray[np.float32]:
    """Two normal deviates for each draw of each unit, the same for every indicator: shape ``(2, draws, units)``."""
    return np.random.default_rng(seed).standard_normal((2, draws, units), dtype=np.float32)


def _limits(places: NDArray[np.int64], confidence: float) -> tuple[Floats, Floats]:
    """The quantiles of each unit's ranks, from how often it came at each."""
    reached = np.cumsum(places, axis=1) / places.sum(axis=1, keepdims=True)
    tail = (1 - confidence) / 2
    lower = 1 + np.sum(reached < tail, axis=1)
    upper = 1 + np.sum(reached < 1 - tail - 1e-12, axis=1)
    return lower.astype(float), upper.astype(float)

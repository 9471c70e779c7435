"""How sure a single figure is: intervals of a proportion, a count and a rate."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.distributions import gamma_quantile, two_sided_z

Floats = NDArray[np.float64]

EXACT_BELOW = 10


def proportion_interval(
    events: ArrayLike, total: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson's score interval of a proportion: (lower, upper), each between 0 and 1.

    ``(2x + z^2 -+ z sqrt(z^2 + 4x(1 - x/n))) / (2 (n + z^2))`` for x ``events`` (children, not necessarily a
    whole number) among n ``total``; arrays of any shapes that broadcast. Source: Wilson, JASA 1927; OHID's
    technical guide to public health statistics uses it for every proportion.

    Edge cases: none or all of the children gives a lower limit of exactly 0, or an upper of exactly 1;
    nothing of nothing (0 of 0) and NaN give NaN. Raises ValueError, with the place, for events or a total
    below zero, for more events than the total, and for a confidence outside (0, 1).
    """
    x, n = checked(events, total, within=True)
    z = two_sided_z(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / n
        scale = 1 / (n + z * z)
        centre = (x + z * z / 2) * scale
        spread = np.sqrt(x * (1 - share) + z * z / 4) * scale * z
    # at none or all the share itself is the limit (and NaN for nothing of nothing), free of rounding
    lower = np.where((x == 0) | (n == 0), share, centre - spread)
    return lower, np.where((x == n) | (n == 0), share, centre + spread)


def count_interval(events: ArrayLike, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Byar's interval of a count: (lower, upper), in events.

    ``x (1 - 1/(9x) - z/(3 sqrt x))^3`` and ``(x+1) (1 - 1/(9(x+1)) + z/(3 sqrt(x+1)))^3``. Source: Breslow and
    Day 1987, II, 2.3; OHID's technical guide. For fewer than ten events ``rate_interval`` with an exposure
    and a multiplier of one is exact, and to be preferred.

    Edge cases: no events gives a lower limit of 0; where the formula falls below zero (one event at 99.8
    per cent) there is no lower limit: NaN, as PHEindicatormethods has it; NaN gives NaN. Raises ValueError,
    with the place, for a count below zero, and for a confidence outside (0, 1).
    """
    x, _ = checked(events, 1)
    return _byar(x, two_sided_z(confidence))


def rate_interval(
    events: ArrayLike, exposure: ArrayLike, multiplier: ArrayLike = 10_000, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval of a rate: (lower, upper), in events per ``multiplier`` of ``exposure``.

    The limits of the count over ``exposure`` (children, months at risk): exact Poisson limits below ten
    events, ``gamma(a/2; x)`` and ``gamma(1 - a/2; x + 1)`` (Garwood 1936), Byar's from ten. Source: OHID's
    technical guide, so that figures equal Fingertips'. Arrays of any shapes that broadcast.

    Edge cases: no events gives a lower limit of 0; no exposure and NaN give NaN; counts need not be whole.
    Raises ValueError, with the place, for a count or an exposure below zero, for a multiplier not above
    zero, and for a confidence outside (0, 1).
    """
    times = floats(multiplier)
    if not np.all(times > 0):
        raise ValueError(f"multiplier is {times}: expected numbers above zero, such as 10,000")
    x, n = checked(events, exposure)
    lower, upper = poisson_interval(x, confidence)
    per = times / np.where(n > 0, n, np.nan)
    return np.asarray(lower * per), np.asarray(upper * per)


def poisson_interval(events: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The limits of a count: exact below ten, Byar's from ten. Takes counts that are already checked."""
    lower, upper = _byar(events, two_sided_z(confidence))
    few = events < EXACT_BELOW
    if few.any():
        lower[few], upper[few] = _exact(events[few], confidence)
    return lower, upper


def _byar(x: Floats, z: float) -> tuple[Floats, Floats]:
    """Byar's limits of counts; NaN where the lower does not exist."""
    some = np.where(x > 0, x, 1)
    cube = 1 - 1 / (9 * some) - z / (3 * np.sqrt(some))
    lower = np.where(x > 0, np.where(cube >= 0, some * cube**3, np.nan), 0 * x)
    more = x + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return lower, np.asarray(upper)


def _exact(x: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Garwood's limits of counts below ten, whole ones from a table made once."""
    lows, highs = _table(confidence)
    whole = x.astype(int)
    lower, upper = lows[whole], highs[whole]
    broken = x != whole
    if broken.any():
        tail = (1 - confidence) / 2
        lower[broken] = gamma_quantile(tail, x[broken])
        upper[broken] = gamma_quantile(1 - tail, x[broken] + 1)
    return lower, upper


@cache
def _table(confidence: float) -> tuple[Floats, Floats]:
    """Garwood's limits of the counts 0 to 9."""
    tail = (1 - confidence) / 2
    whole = np.arange(EXACT_BELOW, dtype=float)
    return gamma_quantile(tail, whole), gamma_quantile(1 - tail, whole + 1)


def checked(events: ArrayLike, total: ArrayLike, within: bool = False) -> tuple[Floats, Floats]:
    """Events and totals as float arrays of one shape; ValueError that says where one of them cannot be.

    ``within`` also refuses more events than the total.
    """
    x, n = floats(events), floats(total)
    try:
        x, n = np.broadcast_arrays(x, n)
    except ValueError:
        raise ValueError(f"{x.shape} events cannot be laid beside {n.shape} totals") from None
    refuse(np.isinf(x), x, "is no count: expected a number, or NaN where there is none")
    refuse(x < 0, x, "is below zero: a count of events cannot be")
    refuse(n < 0, n, "is below zero: a total cannot be")
    refuse(np.isinf(n), n, "is no total: expected a number, or NaN where there is none")
    if within:
        refuse(x > n, x, "is more than its total: events of a proportion are part of it")
    return x, n


def refuse(bad: NDArray[np.bool_], values: Floats, why: str) -> None:
    """Raise ValueError with the first bad value, its place (from 0) and how many there are."""
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0])
        place = f"at {where[0] if len(where) == 1 else where}" if where else "given"
        more = f" (and {bad.sum() - 1} more)" if bad.sum() > 1 else ""
        raise ValueError(f"{values[where]:g} {place} {why}{more}")

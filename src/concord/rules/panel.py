"""The figures of one indicator made ready to be analysed: authorities by periods, the oldest period first.

A missing figure is NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue.model import Indicator
from concord.rules.analysed import England
from concord.statistics import proportion_interval, rate_interval
from concord.statistics.ranks import Kind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    """An authority that is compared. ``place``: the key of its sub-region, or of its region among all England."""

    code: str
    name: str
    place: str = ""
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Who is compared, and over which periods (keys, the oldest first, none left out).

    ``key`` and ``name`` are of the group (“region”, “London”; “england”, “England”), ``place_key`` says what the
    ``places`` in it are (sub-region, region). ``breaks``: periods from which a definition is another.
    """

    key: str
    name: str
    periods: tuple[str, ...]
    units: tuple[Unit, ...]
    place_key: str = "sub-region"
    places: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""
    breaks: tuple[str, ...] = ()
    made_of: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """The figures of one indicator. ``values``, in its unit, where they were published without their counts.

    ``missing`` and ``status`` are of the newest period, by code. ``whole``: the group’s own figure, period by
    period, where it was published and need not be summed.
    """

    indicator: Indicator
    numerator: Floats
    denominator: Floats
    values: Floats | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    england: England | None = None
    whole: Floats | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures made ready. ``steady`` has NaN where the denominator is under the indicator’s least.

    ``kind`` is how they vary; None for counts without a denominator and for values without counts.
    """

    value: Floats
    steady: Floats
    x: Floats
    n: Floats
    small: NDArray[np.bool_]
    kind: Kind | None

    def since(self, start: int) -> Figures:
        """The same with nothing before the place ``start``, which keeps its place."""

        def cut(part: Floats) -> Floats:
            return np.where(np.arange(part.shape[1]) < start, np.nan, part)

        return replace(self, value=cut(self.value), steady=cut(self.steady), x=cut(self.x), n=cut(self.n))


def ready(given: Given) -> Figures:
    """The figures in the indicator’s unit, with what they may be used for."""
    indicator = given.indicator
    x, n = given.numerator.astype(float), given.denominator.astype(float)
    if not indicator.has_denominator:
        value = x * indicator.multiplier
        return Figures(value, value, x, np.full(x.shape, np.nan), np.zeros(x.shape, dtype=bool), None)
    n = np.where(n > 0, n, np.nan)
    value = indicator.multiplier * x / n
    stated = given.values
    if stated is not None:  # as it was published, even where its counts are withheld or rounded
        value = np.where(np.isnan(stated), value, stated)
    small = n < indicator.min_denominator
    known = ~np.isnan(x) & ~np.isnan(n)
    counted = known.any()
    part = indicator.kind == "proportion" and not np.any(x > n)
    kind: Kind | None = ("proportion" if part else "rate") if counted else None
    return Figures(value, np.where(small, np.nan, value), x, n, small, kind)


def interval(indicator: Indicator, figures: Figures) -> tuple[Floats, Floats]:
    """95 per cent limits of every figure in its unit; none for means, ratios, and counts."""
    nothing = np.full(figures.x.shape, np.nan)
    if indicator.kind not in ("proportion", "rate") or figures.kind is None:
        return nothing, nothing
    if figures.kind == "proportion":
        low, high = proportion_interval(figures.x, figures.n)
        return low * indicator.multiplier, high * indicator.multiplier
    return rate_interval(figures.x, figures.n, indicator.multiplier)


def nan(value: float | None) -> float:
    """NaN for none."""
    return float("nan") if value is None else value


def number(value: Any, places: int = 4) -> float | None:
    """Rounded as it is kept; None for NaN."""
    return None if np.isnan(value) else round(float(value), places)


def listed(values: Floats, places: int = 4) -> Any:
    """As ``number``, of each, in lists as deep as the array."""
    rounded = np.round(values, places)
    return np.where(np.isnan(rounded), None, rounded).tolist()  # type: ignore[call-overload]


def whole_numbers(values: Floats) -> list[int | None]:
    """Ranks; None for NaN."""
    return [None if v != v else int(v) for v in values.tolist()]

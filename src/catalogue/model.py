"""What an indicator, a check and a dataset are: frozen structs, read from TOML by ``catalogue.loader``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

Severity = Literal["error", "query"]
Polarity = Literal["high", "low", "none"]

GROUPS = (
    "Front door",
    "Assessment and children in need",
    "Section 47 and conferences",
    "Child protection",
    "Children in care",
    "Care leavers",
    "Education",
    "Workforce",
)
"""The chapters, in the order in which a child’s way through the service is told."""

POPULATION = "population-0-17"
"""The denominator of rates per head: ONS mid-year estimate of children aged 0 to 17, which Concord supplies."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """One thing to look at in a returned figure. An ``error`` blocks; a ``query`` needs an explanation.

    A check that needs a figure which is not there (another indicator that the dataset has not, an earlier
    period, a region with fewer than five figures) does not apply. The value is
    numerator / denominator x multiplier.
    """

    severity: Severity = "query"

    @property
    def others(self) -> tuple[str, ...]:
        """Ids of the other indicators that the check reads."""
        return ()


class NumeratorAtMostDenominator(Check, frozen=True, tag="numerator-at-most-denominator"):
    """The numerator is a part of the denominator, so it cannot be the larger."""

    severity: Severity = "error"


class AtMost(Check, frozen=True, tag="at-most"):
    """The value is at most ``value``, in the indicator’s unit."""

    value: Decimal


class StockBalance(Check, frozen=True, tag="stock-balance"):
    """Numerator = last period’s numerator + numerator of ``starts`` - numerator of ``ends``.

    Passes when off by no more than ``floor`` or ``tolerance_percent`` of last period’s, the larger.
    """

    starts: str
    ends: str
    tolerance_percent: Decimal = Decimal(0)
    floor: int = 0

    @property
    def others(self) -> tuple[str, ...]:
        """The flows in and out."""
        return (self.starts, self.ends)


class LargeChange(Check, frozen=True, tag="large-change"):
    """The numerator differs from last period’s by more than ``percent`` of it and by ``floor`` or more."""

    percent: Decimal
    floor: int


class LargeMove(Check, frozen=True, tag="large-move"):
    """The value differs from last period’s by more than ``points``, in the indicator’s own unit.

    Applies only where both denominators reach the indicator’s ``min_denominator``.
    """

    points: Decimal


class RegionImplausible(Check, frozen=True, tag="region-implausible"):
    """The value is over ``times`` the region’s median, or under one ``times``-th of it.

    Applies only where the denominator reaches ``min_denominator`` and the region has five figures or more.
    """

    times: Decimal


class PartOf(Check, frozen=True, tag="part-of"):
    """The numerator is at most the numerator of the indicator ``of``."""

    of: str

    @property
    def others(self) -> tuple[str, ...]:
        """The whole."""
        return (self.of,)


class DenominatorEquals(Check, frozen=True, tag="denominator-equals"):
    """The denominator equals the numerator of the indicator ``of``."""

    of: str

    @property
    def others(self) -> tuple[str, ...]:
        """The indicator that states the same figure."""
        return (self.of,)


AnyCheck = (
    NumeratorAtMostDenominator
    | AtMost
    | StockBalance
    | LargeChange
    | LargeMove
    | RegionImplausible
    | PartOf
    | DenominatorEquals
)


class PublishedLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the same thing (or one near to it, with a note that says how it differs) is published."""

    publication: str
    measure: str
    match: Literal["same", "near"] = "same"
    note: str = ""


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An indicator’s whole definition. The period it is counted over is the return’s, a quarter or a year.

    ``denominator_from`` says who gives the denominator: ``return`` (typed in or computed beside the
    numerator), ``population-0-17`` (Concord), ``indicator:<id>`` (that indicator’s numerator), ``none``.
    Below ``min_denominator`` a value swings by chance so far that the count is shown in its place.
    """

    id: str
    name: str
    short: str
    group: str
    question: str
    numerator: str
    denominator: str
    denominator_from: str
    kind: Literal["proportion", "rate", "count", "mean", "fte", "ratio"]
    unit: str
    multiplier: int
    decimals: int
    whole: bool
    polarity: Polarity
    basis: Literal["flow", "stock"]
    definition: str
    source_return: str
    input: Literal["lists", "typed"]
    min_denominator: int
    version: str
    author: str
    checked_by: str
    reviewed: date
    next_review: date
    tags: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    checks: tuple[AnyCheck, ...] = ()
    published: tuple[PublishedLink, ...] = ()

    @property
    def has_denominator(self) -> bool:
        """False for a count or an FTE, whose value is its numerator."""
        return self.denominator_from != "none"

    @property
    def denominator_indicator(self) -> str | None:
        """Id of the indicator whose numerator is this one’s denominator, if that is where it comes from."""
        source, _, other = self.denominator_from.partition(":")
        return other if source == "indicator" else None

    def value(self, numerator: Decimal, denominator: Decimal | None = None) -> Decimal | None:
        """The figure in the indicator’s unit, unrounded; None when there is nothing to divide by."""
        if not self.has_denominator:
            return numerator * self.multiplier
        return numerator * self.multiplier / denominator if denominator else None

    def others(self) -> Iterator[str]:
        """Ids of the indicators that this one’s denominator and checks read."""
        if self.denominator_indicator:
            yield self.denominator_indicator
        for check in self.checks:
            yield from check.others


class Dataset(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A set of indicators that is returned together, in the order in which it is filled in.

    ``label`` is shown wherever the dataset is: it says how official the list is.
    """

    key: str
    title: str
    label: str
    source: str
    cadence: Literal["quarter", "year"]
    indicators: tuple[str, ...]
    version: str

"""A release as it is read: what pages and downloads are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from catalogue.model import Indicator
from catalogue.periods import Period
from concord.rules.figures import Amount
from concord.rules.releases import MISSING, STANDINGS, STATUS
from concord.statistics.intervals import proportion_interval, rate_interval

REGION = "region"
FIFTHS = {"top": "Top fifth", "bottom": "Bottom fifth", "highest": "Highest fifth", "lowest": "Lowest fifth"}
NOT_RELEASED = "Not in this release"
NOTHING_TO_DIVIDE_BY = "Nothing to divide by"
NO_DENOMINATOR = "No denominator is known"


@dataclass(frozen=True, slots=True)
class Figure:
    """One authority’s figure as released. ``rank`` 1 is the best, or the highest where neither end is better."""

    amount: Amount
    status: str
    fifth: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Sums over the members of a place that gave both parts; ``counted`` says how many did."""

    amount: Amount
    counted: int


@dataclass(frozen=True, slots=True)
class Member:
    """An authority that was a member, and how it stands in the release. ``gss``: its code on the period’s last day."""

    code: str
    name: str
    region: str
    sub_region: str
    standing: str
    gss: str = ""

    @property
    def words(self) -> str:
        """Its standing in words."""
        return STANDINGS[self.standing]

    @property
    def missing(self) -> bool:
        """Whether it was asked for, and is not in the release."""
        return self.standing in MISSING


@dataclass(frozen=True, slots=True)
class Released:
    """A release. ``figures`` by DfE code and indicator, ``sums`` by place (REGION or a sub-region’s key) and indicator.

    ``whole`` is False where the reader sees some authorities only: then no sums and no ranks are in it.
    """

    alliance: str
    alliance_name: str
    dataset: str
    title: str
    label: str
    period: Period
    number: int
    at: datetime
    by: str
    reason: str
    hash: str
    newest: int
    indicators: tuple[Indicator, ...]
    members: tuple[Member, ...]
    figures: Mapping[tuple[str, str], Figure]
    sums: Mapping[tuple[str, str], Sum]
    sub_regions: Mapping[str, str]
    changes: tuple[Mapping[str, Any], ...]
    whole: bool

    @property
    def heading(self) -> str:
        """“London core 18, April to June 2026”."""
        return f"{self.title}, {self.period.label}"

    @property
    def replaced(self) -> bool:
        """Whether a correction was released since."""
        return self.newest > self.number

    @property
    def included(self) -> tuple[Member, ...]:
        """The authorities whose figures it holds."""
        return tuple(m for m in self.members if m.standing == "released")

    @property
    def left_out(self) -> tuple[Member, ...]:
        """The others."""
        return tuple(m for m in self.members if m.standing != "released")

    @property
    def places(self) -> dict[str, str]:
        """The places that have sums, the region first, in words."""
        held = {place for place, _ in self.sums}
        words = {REGION: self.alliance_name, **self.sub_regions}
        return {key: name for key, name in words.items() if key in held}

    def status(self, code: str) -> str:
        """“provisional” or “validated”: that of the return; nothing where there is none."""
        return next((f.status for (of, _), f in self.figures.items() if of == code), "")

    @property
    def validated(self) -> frozenset[str]:
        """The DfE codes of those whose figures are validated."""
        return frozenset(code for (code, _), f in self.figures.items() if f.status == "validated")

    def ranked(self, indicator: str) -> int:
        """How many authorities have a rank on an indicator."""
        return sum(f.rank is not None for (_, id), f in self.figures.items() if id == indicator)


def why_none(figure: Figure | None, indicator: Indicator) -> str:
    """Why there is no value to show, in words; nothing where there is one."""
    if figure is None:
        return NOT_RELEASED
    amount = figure.amount
    if amount.value(indicator) is not None:
        return ""
    if not amount.given:
        return amount.missing or "No figure was given"
    return NO_DENOMINATOR if amount.denominator is None else NOTHING_TO_DIVIDE_BY


@dataclass(frozen=True, slots=True)
class Changed:
    """What a correction changed for one authority: ``came`` or ``went`` whole, or these figures."""

    name: str
    came: int
    went: int
    status: tuple[str, str] | None
    figures: tuple[tuple[str, str, str], ...]


def changed(
    changes: tuple[Mapping[str, Any], ...], names: Mapping[str, str], indicators: Mapping[str, Indicator]
) -> list[Changed]:
    """A correction’s list of changes, authority by authority, in words. ``names`` by DfE code."""
    by_code: dict[str, list[Mapping[str, Any]]] = {}
    for change in changes:
        by_code.setdefault(change["authority"], []).append(change)
    return sorted(
        (_of(names.get(code, code), own, indicators) for code, own in by_code.items()), key=lambda c: c.name
    )


def _of(name: str, own: list[Mapping[str, Any]], indicators: Mapping[str, Indicator]) -> Changed:
    status = next(((c["before"], c["after"]) for c in own if c["indicator"] == STATUS), None)
    figures = [c for c in own if c["indicator"] != STATUS]
    order = list(indicators)
    figures.sort(key=lambda c: order.index(c["indicator"]) if c["indicator"] in indicators else len(order))
    return Changed(
        name,
        came=sum(c["before"] is None for c in figures),
        went=sum(c["after"] is None for c in figures),
        status=status,
        figures=tuple(
            (_short(c["indicator"], indicators), parts_in_words(c["before"]), parts_in_words(c["after"]))
            for c in figures
            if c["before"] is not None and c["after"] is not None
        ),
    )


def _short(id: str, indicators: Mapping[str, Indicator]) -> str:
    return indicators[id].short if id in indicators else id


def parts_in_words(parts: list[str | None]) -> str:
    """“12 of 340”, “12”, or “none: the system was down”."""
    over, under, missing = parts
    if over is None:
        return f"none: {missing}" if missing else "none"
    told = f"{Decimal(over):,f}"
    return f"{told} of {Decimal(under):,f}" if under is not None else told


def intervals(indicator: Indicator, amounts: Mapping[str, Amount]) -> dict[str, tuple[Decimal, Decimal]]:
    """How far chance may carry each figure: 95 per cent intervals in the indicator’s unit, by the amounts’ keys.

    Wilson’s for a proportion; for a rate, exact below ten events and Byar’s from ten. Other kinds have none.
    """
    whole = {key: a for key, a in amounts.items() if a.numerator is not None and a.denominator}
    if indicator.kind == "proportion":
        whole = {key: a for key, a in whole.items() if a.numerator <= a.denominator}  # type: ignore[operator]
    if indicator.kind not in ("proportion", "rate") or not whole:
        return {}
    over = np.array([float(a.numerator or 0) for a in whole.values()])
    under = np.array([float(a.denominator or 0) for a in whole.values()])
    if indicator.kind == "proportion":
        low, high = (limit * indicator.multiplier for limit in proportion_interval(over, under))
    else:
        low, high = rate_interval(over, under, indicator.multiplier)
    pairs = zip(low.tolist(), high.tolist(), strict=True)
    return {key: (Decimal(repr(a)), Decimal(repr(b))) for key, (a, b) in zip(whole, pairs, strict=True)}

"""A release: the frozen figures of a period, with everything that can be worked out on the day worked out.

Nothing here reads a database or a clock: members, accepted figures and the release before go in, rows come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from catalogue.model import Indicator
from concord.rules.figures import Amount
from concord.rules.hashing import content_hash
from concord.statistics.aggregate import pooled
from concord.statistics.bands import fifths

STANDINGS = {
    "released": "In this release",
    "late": "Late: was due, and nothing had been submitted",
    "unaccepted": "Missing: submitted, not yet accepted",
    "awaited": "Missing: nothing had been submitted, and it was not yet due",
    "waived": "Waived: a variation was agreed",
    "not-taking-part": "Does not take part in this",
}
MISSING = ("late", "unaccepted", "awaited")
STATUS = "status"
"""The indicator’s place in a change of an authority’s status, provisional or validated."""


@dataclass(frozen=True, slots=True)
class Included:
    """One member’s accepted return: its code, sub-region, status, and its amounts with their denominators."""

    code: str
    sub_region: str
    status: str
    amounts: Mapping[str, Amount]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One authority’s figure as released. ``rank`` 1 is the best, or the highest where neither end is better."""

    code: str
    indicator: str
    amount: Amount
    status: str
    fifth: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class AggregateRow:
    """Sums over the members of a place that gave both parts; ``counted`` says how many did."""

    place: str
    indicator: str
    numerator: Decimal | None
    denominator: Decimal | None
    counted: int


def figure_rows(indicators: Sequence[Indicator], included: Sequence[Included]) -> list[FigureRow]:
    """Every figure with its place among the members.

    Figures whose denominator is under the indicator’s least are shown, and neither ranked nor put in a fifth:
    with so few children chance decides the place.
    """
    rows = []
    for indicator in indicators:
        values = _values(indicator, included)
        ends: list[str] = fifths(values, indicator.polarity).tolist() if len(values) else []
        ranks = _ranks(values, best_low=indicator.polarity == "low")
        rows += [
            FigureRow(
                part.code, indicator.id, part.amounts.get(indicator.id, Amount()), part.status, end, rank
            )
            for part, end, rank in zip(included, ends, ranks, strict=True)
        ]
    return rows


def _values(indicator: Indicator, included: Sequence[Included]) -> np.ndarray:
    values = []
    for part in included:
        amount = part.amounts.get(indicator.id, Amount())
        value = amount.value(indicator)
        small = amount.denominator is not None and amount.denominator < indicator.min_denominator
        values.append(float("nan") if value is None or small else float(value))
    return np.array(values)


def _ranks(values: np.ndarray, best_low: bool) -> list[int | None]:
    signed = values if best_low else -values
    return [None if np.isnan(v) else int(np.sum(signed < v)) + 1 for v in signed]


def aggregate_rows(indicators: Sequence[Indicator], included: Sequence[Included]) -> list[AggregateRow]:
    """Sums over sums for the whole region (place “region”) and for each sub-region."""
    places: dict[str, list[Included]] = {"region": list(included)}
    for part in included:
        if part.sub_region:
            places.setdefault(part.sub_region, []).append(part)
    return [
        _aggregate(place, indicator, parts) for place, parts in places.items() for indicator in indicators
    ]


def _aggregate(place: str, indicator: Indicator, parts: Sequence[Included]) -> AggregateRow:
    amounts = [p.amounts.get(indicator.id, Amount()) for p in parts]
    numerators = [_float(a.numerator) for a in amounts]
    denominators = [_float(a.denominator) for a in amounts] if indicator.has_denominator else None
    sums = pooled(numerators, denominators)
    return AggregateRow(
        place, indicator.id, _decimal(sums.numerator), _decimal(sums.denominator), int(sums.counted)
    )


def _float(value: Decimal | None) -> float:
    return float("nan") if value is None else float(value)


def _decimal(value: Any) -> Decimal | None:
    return None if np.isnan(value) else Decimal(str(round(float(value), 2)))


def changes(before: Iterable[FigureRow], after: Iterable[FigureRow]) -> list[dict[str, Any]]:
    """What differs between two releases of a period, figure by figure; the list a correction carries.

    Each names authority and indicator with [numerator, denominator, reason] before and after, None where there
    was no row. An authority whose figures became validated (or provisional) has one more under STATUS.
    """
    was, now = list(before), list(after)
    old = {(r.code, r.indicator): _parts(r.amount) for r in was}
    new = {(r.code, r.indicator): _parts(r.amount) for r in now}
    found = [_change(key, old.get(key), new.get(key)) for key in old.keys() | new.keys()]
    held = {r.code: r.status for r in was}
    found += [
        _change((code, STATUS), held[code], status)
        for code, status in {r.code: r.status for r in now}.items()
        if code in held
    ]
    differing = [c for c in found if c["before"] != c["after"]]
    return sorted(differing, key=lambda c: (c["authority"], c["indicator"]))


def _change(key: tuple[str, str], before: Any, after: Any) -> dict[str, Any]:
    return {"authority": key[0], "indicator": key[1], "before": before, "after": after}


def _parts(amount: Amount) -> list[str | None]:
    return [_text(amount.numerator), _text(amount.denominator), amount.missing or None]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


def content(rows: Iterable[FigureRow]) -> list[list[Any]]:
    """The rows in a fixed order, for the release’s hash."""
    found = [[r.code, r.indicator, *_parts(r.amount), r.amount.explanation, r.status] for r in rows]
    return sorted(found, key=lambda row: row[:2])


def release_hash(of: Sequence[str], standing: Mapping[str, str], rows: Iterable[FigureRow]) -> str:
    """What a release is known by: SHA-256 over alliance, dataset and period, every member’s standing, every figure."""
    return content_hash({"of": list(of), "standing": dict(standing), "rows": content(rows)})

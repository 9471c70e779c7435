"""The newest released figure of an indicator, for who may see it: a plan’s baseline, and how far it has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, ReleaseFigure
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.figures import Amount


@dataclass(frozen=True, slots=True)
class Latest:
    """A released figure in the indicator’s unit, with the period it is of and its status."""

    indicator: Indicator
    value: Decimal | None
    amount: Amount
    period: Period
    status: str
    dataset: str


def latest(
    actor: Actor | None, alliance: Alliance, authority: Authority, indicators: Collection[str]
) -> dict[tuple[str, str], Latest]:
    """The newest figure of each indicator, by indicator and kind of period: quarter, year, or "" for any.

    Only of datasets whose releases the actor sees (None: Concord itself, which makes a document); a release without
    the figure is passed over. One query.
    """
    wanted = [i for i in indicators if i in catalogue.indicators()]
    if not wanted:
        return {}
    rows = ReleaseFigure.objects.filter(
        release__alliance=alliance, authority=authority, indicator__in=wanted, numerator__isnull=False
    ).select_related("release")
    seen: dict[str, bool] = {}
    found: dict[tuple[str, str], Latest] = {}
    for row in sorted(rows, key=lambda r: (Period.parse(r.release.period).end, r.release.number)):
        dataset = row.release.dataset
        if dataset not in seen:
            facts = Facts(alliance.key, authority.pk, authority.name, of=dataset)
            seen[dataset] = actor is None or access.decide(actor, "see release", facts).allowed
        if not seen[dataset]:
            continue
        indicator = catalogue.indicators()[row.indicator]
        amount = Amount(row.numerator, row.denominator)
        period = Period.parse(row.release.period)
        it = Latest(indicator, amount.value(indicator), amount, period, row.status, dataset)
        found[row.indicator, period.kind] = it
        found[row.indicator, ""] = it
    return found


def collected(alliance: Alliance, day: date) -> list[Indicator]:
    """Every indicator that the alliance’s datasets ask for, in their order, each once."""
    charter = standing_of(alliance, day).charter
    asked = (
        i for use in charter.datasets for i in use.indicators or catalogue.datasets()[use.key].indicators
    )
    return [catalogue.indicators()[i] for i in dict.fromkeys(asked)]

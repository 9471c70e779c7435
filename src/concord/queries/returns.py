"""Reading returns: what is asked for, what stands around a return, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.charter import Charter
from concord.charter.calendar import return_window
from concord.charter.schema import Commitment
from concord.queries.published import populations
from concord.records.models import Line, Release, ReleaseFigure, Return, Submission
from concord.rules.figures import Amount
from concord.rules.return_checks import InRegion
from concord.rules.returns import from_json


def asked(charter: Charter, dataset: str) -> tuple[Indicator, ...]:
    """The indicators of a dataset that a charter asks for, in the order in which they are filled in."""
    use, known = charter.dataset(dataset), catalogue.indicators()
    return tuple(known[id] for id in use.indicators or catalogue.datasets()[dataset].indicators)


def dataset_version(dataset: str) -> str:
    """The version of a dataset’s list today."""
    return catalogue.datasets()[dataset].version


def commitments(charter: Charter, dataset: str) -> tuple[Commitment, ...]:
    """The commitments that a return of the dataset discharges."""
    return tuple(c for c in charter.commitments if (c.met_by.kind, c.met_by.of) == ("return", dataset))


def returning_offices(charter: Charter, dataset: str) -> frozenset[str]:
    """The offices through which authorities return a dataset; where no clause says, those that return others."""
    through = frozenset(c.through for c in commitments(charter, dataset))
    return through or frozenset(c.through for c in charter.commitments if c.met_by.kind == "return")


def due_on(charter: Charter, dataset: str, period: Period) -> date:
    """The last day on which a return is in time. Raises CalendarEnds beyond the known bank holidays."""
    return return_window(charter.dataset(dataset), period).latest


def address(alliance: str, dataset: str, period: str, code: str) -> str:
    """The address of a return’s page."""
    return f"/alliances/{alliance}/returns/{dataset}/{period}/{code}/"


def link(ret: Return) -> str:
    """The address of a return’s page, for notices."""
    return address(ret.alliance.key, ret.dataset, ret.period, ret.authority.code)


def amount_of(line: Line) -> Amount:
    """A line’s figures, as they were typed."""
    return Amount(line.numerator, line.denominator, line.missing, line.explanation)


def typed(indicator: Indicator, amount: Amount) -> Amount:
    """What of an amount is kept as typed: a denominator only where the return itself gives it."""
    if indicator.denominator_from == "return" or amount.denominator is None:
        return amount
    return Amount(amount.numerator, None, amount.missing, amount.explanation)


@dataclass(frozen=True, slots=True)
class Around:
    """What the checks of a return look at beside it."""

    last: Mapping[str, Amount] = field(default_factory=dict)
    last_status: str = ""
    region: Mapping[str, InRegion] = field(default_factory=dict)
    population: Decimal | None = None
    population_year: int | None = None


def around(alliance: int, code: str, dataset: str, period: Period) -> Around:
    """The submission of the period before, the region’s release of that period, and the population. Three queries."""
    before = period.previous()
    last = (
        Submission.objects.filter(
            part_of__alliance=alliance,
            part_of__authority__code=code,
            part_of__dataset=dataset,
            part_of__period=before.key,
        )
        .order_by("-number")
        .first()
    )
    release = (
        Release.objects.filter(alliance=alliance, dataset=dataset, period=before.key)
        .order_by("-number")
        .values_list("pk", "hash")
        .first()
    )
    people = populations([code], up_to=period.end.year).get(code)
    return Around(
        last=from_json(last.lines) if last else {},
        last_status=last.status if last else "",
        region=_region(*release) if release else {},
        population=people.children if people else None,
        population_year=people.year if people else None,
    )


@lru_cache(maxsize=64)
def _region(release: int, hash: str) -> Mapping[str, InRegion]:
    """A release’s middle figures. A release never changes, so they are worked out once a process."""
    known = catalogue.indicators()
    values: dict[str, list[Decimal]] = {}
    for figure in ReleaseFigure.objects.filter(release=release, numerator__isnull=False):
        if indicator := known.get(figure.indicator):
            value = Amount(figure.numerator, figure.denominator).value(indicator)
            if value is not None:
                values.setdefault(figure.indicator, []).append(value)
    return {id: found for id, these in values.items() if (found := InRegion.of(these))}

"""The figures of a release, or of published years, laid out to be analysed: authorities by periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from django.db.models import Max

import catalogue
from catalogue import reference
from catalogue.model import Indicator, PublishedLink
from catalogue.periods import Period
from catalogue.publication import ENGLAND as ALL_ENGLAND
from catalogue.publication import Statistic
from concord.queries import published
from concord.queries.published import Measured
from concord.queries.standing import standing_of
from concord.records.models import Authority, PublishedFigure, Release, ReleaseFigure, Return
from concord.rules.analysed import England
from concord.rules.panel import Given, Group, Unit
from concord.rules.releases import STANDINGS

EDITION = reference.NEIGHBOUR_EDITIONS[0]
LONGEST = 24  # periods
YEARS = 13  # as many points as a control chart needs
ANNUAL = "annual"
ASKED = ("released", "late", "unaccepted", "awaited")
SYMBOLS = {
    "c": "Withheld by its publisher: the numbers are small",
    "k": "Rounds to nothing",
    "low": "Rounds to nothing",
    "u": "Too unreliable to publish",
    "z": "Does not apply",
}


class Panel(NamedTuple):
    """Who is compared, and the figures of each indicator."""

    group: Group
    given: list[Given]


def later_releases(release: Release) -> list[Release]:
    """The newest release of each later period of the same dataset, whose analysis a correction changes."""
    found: dict[str, Release] = {}
    rows = Release.objects.filter(
        alliance=release.alliance_id, dataset=release.dataset, period__gt=release.period
    )
    for row in rows.order_by("period", "number"):
        found[row.period] = row
    return list(found.values())


def newest_releases() -> list[Release]:
    """The newest release of every period of every dataset of every alliance, the earliest period first."""
    found: dict[tuple[int, str, str], Release] = {}
    for row in Release.objects.order_by("period", "number"):
        found[row.alliance_id, row.dataset, row.period] = row
    return list(found.values())


def latest_quarters() -> list[Release]:
    """The newest release of every quarterly dataset of every alliance."""
    newest = [row for row in newest_releases() if Period.parse(row.period).quarter]
    return list({(row.alliance_id, row.dataset): row for row in newest}.values())


def release_panel(release: Release) -> Panel:
    """The newest figures of each period up to a release’s, and the release’s own. Seven queries."""
    made = _made_of(release)
    periods = _periods(sorted(made), Period.parse(release.period))
    standing = standing_of(release.alliance, Period.parse(release.period).end)
    asked = [code for code, how in release.standing.items() if how in ASKED]
    names = dict(Authority.objects.filter(code__in=asked).order_by("name").values_list("code", "name"))
    parts = {m.code: m.sub_region for m in standing.members}
    near = reference.neighbours(EDITION)
    units = tuple(
        Unit(code, name, parts.get(code, ""), tuple(n.neighbour for n in near.get(code, ())))
        for code, name in names.items()
    )
    group = Group(
        key="region",
        name=release.alliance.name,
        periods=periods,
        units=units,
        places=standing.sub_regions,
        edition=EDITION,
        breaks=breaks(release.alliance_id, release.dataset, periods),
        made_of={period: row.number for period, row in made.items() if period in periods},
    )
    return Panel(group, _given(release, group, {row.pk: period for period, row in made.items()}))


def _made_of(release: Release) -> dict[str, Release]:
    """The newest release of each earlier period, by period; for its own period the release itself."""
    rows = Release.objects.filter(
        alliance=release.alliance_id, dataset=release.dataset, period__lt=release.period
    )
    found = {row.period: row for row in rows.order_by("period", "number")}
    return found | {release.period: release}


def _periods(made: Sequence[str], last: Period) -> tuple[str, ...]:
    """Every period from the first released to the last, also one that was never released."""
    first = max(Period.parse(made[0]), last.shift(1 - LONGEST))
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next())
    return tuple(period.key for period in found)


def breaks(alliance: int, dataset: str, periods: Sequence[str]) -> tuple[str, ...]:
    """Of these periods, the oldest first, those from which the dataset was returned in another version. One query."""
    rows = Return.objects.filter(alliance=alliance, dataset=dataset, period__in=periods, state="accepted")
    versions = dict(rows.values("period").annotate(last=Max("dataset_version")).values_list("period", "last"))
    known = [period for period in periods if period in versions]
    pairs = pairwise(known)
    return tuple(after for before, after in pairs if versions[before] != versions[after])


class _Blank:
    """Two arrays of one indicator, filled cell by cell."""

    def __init__(self, group: Group) -> None:
        shape = (len(group.units), len(group.periods))
        self.x, self.n = np.full(shape, np.nan), np.full(shape, np.nan)
        self.missing: dict[str, str] = {}
        self.status: dict[str, str] = {}


def _given(release: Release, group: Group, periods: Mapping[int, str]) -> list[Given]:
    rows = ReleaseFigure.objects.filter(release__in=list(periods)).values_list(
        "release", "authority__code", "indicator", "numerator", "denominator", "missing", "status"
    )
    across = {period: j for j, period in enumerate(group.periods)}
    down = {unit.code: i for i, unit in enumerate(group.units)}
    blank: dict[str, _Blank] = defaultdict(lambda: _Blank(group))
    for made, code, id, over, under, missing, status in rows:
        i, j = down.get(code), across.get(periods[made])
        if i is None or j is None:
            continue
        cell = blank[id]
        if over is not None:
            cell.x[i, j] = over
        if under is not None:
            cell.n[i, j] = under
        if made == release.pk:
            cell.status[code] = status
            cell.missing[code] = missing
    absent = {code: STANDINGS[how] for code, how in release.standing.items() if how != "released"}
    known = catalogue.indicators()
    order = [id for id in catalogue.datasets()[release.dataset].indicators if id in blank]
    beside = _england([known[id] for id in order], Period.parse(release.period))
    return [
        Given(
            known[id],
            blank[id].x,
            blank[id].n,
            missing=blank[id].missing | absent,
            status=blank[id].status,
            england=beside.get(id),
        )
        for id in order
    ]


def _england(indicators: Iterable[Indicator], period: Period) -> dict[str, England]:
    """The newest published figure of England for each indicator, as far as it can stand beside the period’s."""
    linked = {i.id: (i, i.published[0]) for i in indicators if i.published}
    found = published.measured(
        published.links([i for i, _ in linked.values()]), [ALL_ENGLAND], until=period.reporting_year
    )
    beside = {}
    for id, (indicator, link) in linked.items():
        years = found[link.publication, link.measure].get(ALL_ENGLAND, {})
        known = [(year, one.value) for year, one in years.items() if one.value is not None]
        if known:
            beside[id] = _beside(indicator, link, period, *max(known))
    return beside


def _beside(indicator: Indicator, link: PublishedLink, period: Period, year: int, value: object) -> England:
    """A whole year’s flow cannot stand beside a quarter’s; a stock, a share, and another year’s figure can."""
    yearly_flow = indicator.basis == "flow" and indicator.kind in ("rate", "count")
    comparable = link.match == "same" and not (yearly_flow and period.quarter)
    notes = [link.note.rstrip(".")] if link.note else []
    if yearly_flow and period.quarter:
        notes.append("This is a whole year’s figure; a quarter’s is about a fourth of it")
    return England(year, float(str(value)), f"England, published for {year}", comparable, ". ".join(notes))


def newest_published_year() -> int | None:
    """The newest reporting year for which England has a figure of an indicator of the annual dataset."""
    wanted = {publication for publication, _ in published.links(_annual())}
    rows = PublishedFigure.objects.filter(publication__key__in=wanted, place=ALL_ENGLAND).order_by("-year")
    return rows.values_list("year", flat=True).first()


def _annual() -> list[Indicator]:
    known = catalogue.indicators()
    return [known[id] for id in catalogue.datasets()[ANNUAL].indicators if known[id].published]


def year_panel(year: int) -> Panel:
    """The published figures of all English authorities in the YEARS up to a year. Two queries.

    Only indicators of which England has a figure in that year. Figures that were published for two authorities
    together are left out: they are nobody’s own.
    """
    years = tuple(range(year - YEARS + 1, year + 1))
    units = _all_units(date(year, 3, 31))
    regions = {unit.place for unit in units}
    names = {code: region.name for code, region in reference.regions().items() if code in regions}
    group = Group(
        key="england",
        name="England",
        periods=tuple(str(y) for y in years),
        units=units,
        place_key="region",
        places=names,
        edition=EDITION,
    )
    indicators = _annual()
    found = published.measured(published.links(indicators), None, years[0], year)
    given = []
    for indicator in indicators:
        link = indicator.published[0]
        measured = found[link.publication, link.measure]
        if _value(measured.get(ALL_ENGLAND, {}).get(year)) is not None:
            given.append(_published(indicator, measured, group, years))
    return Panel(group, given)


def _all_units(day: date) -> tuple[Unit, ...]:
    near = reference.neighbours(EDITION)
    alive = [
        a for a in reference.authorities().values() if a.starts <= day and (a.ends is None or a.ends >= day)
    ]
    return tuple(
        Unit(a.code, a.name, a.region, tuple(n.neighbour for n in near.get(a.code, ())))
        for a in sorted(alive, key=lambda a: a.name)
    )


def _published(indicator: Indicator, measured: Measured, group: Group, years: Sequence[int]) -> Given:
    x, n, values = (np.full((len(group.units), len(years)), np.nan) for _ in range(3))
    missing = {}
    for i, unit in enumerate(group.units):
        series = measured.get(unit.code, {})
        for j, year in enumerate(years):
            if one := series.get(year):
                x[i, j], n[i, j], values[i, j] = _cells(one)
        last = series.get(years[-1])
        if last is None or last.value is None:
            missing[unit.code] = SYMBOLS.get(last.symbol if last else "", "Nothing was published")
    whole = np.array([_float(_value(measured.get(ALL_ENGLAND, {}).get(year))) for year in years])
    return Given(indicator, x, n, values, missing=missing, whole=whole)


def _cells(one: Statistic) -> tuple[float, float, float]:
    """Numerator and denominator, both or neither, and the value."""
    if one.numerator is None or not one.denominator:
        return float("nan"), float("nan"), _float(one.value)
    return float(one.numerator), float(one.denominator), _float(one.value)


def _value(one: Statistic | None) -> object:
    return one.value if one else None


def _float(value: object) -> float:
    return float("nan") if value is None else float(str(value))

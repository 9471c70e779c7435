"""An authority’s benchmark: its released figures beside its region’s, its neighbours’ and the published ones.

Everything of a quarter is read from what was worked out when it was released.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.http import Http404

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from catalogue.publication import ENGLAND
from catalogue.reference import NEIGHBOUR_EDITIONS, authorities, name_of, neighbours
from concord.queries import published
from concord.queries.panels import breaks
from concord.queries.published import Measured, Series, Wanted
from concord.queries.standing import Standing
from concord.records.models import Release, ReleaseAggregate, ReleaseFigure
from concord.rules import benchmarks as rules
from concord.rules.access import Actor, Facts, grants
from concord.rules.figures import Amount

ANNUAL = "annual"
REGION = "region"


class Released(NamedTuple):
    """A period’s newest release, and how each member stands in it."""

    id: int
    period: Period
    number: int
    standing: Mapping[str, str]


class Figure(NamedTuple):
    """An authority’s figure in a release."""

    amount: Amount
    status: str
    fifth: str


class Sums(NamedTuple):
    """A region’s or sub-region’s sums, and of how many members."""

    amount: Amount
    counted: int


class Middle(NamedTuple):
    """The middle of the neighbours that have a figure, and how many have one."""

    value: Decimal | None
    counted: int


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: the authority’s last four quarters or years (None: in no release), and what is beside them."""

    indicator: Indicator
    quarters: tuple[Figure | None, ...]
    region: Sums | None
    sub_region: Sums | None
    neighbours: Middle
    together: Amount | None

    @property
    def now(self) -> Figure | None:
        """The newest quarter."""
        return self.quarters[-1]

    @property
    def before(self) -> Figure | None:
        """The quarter before."""
        return self.quarters[-2]

    @property
    def shown(self) -> list[Decimal | None]:
        """The four quarters’ figures, for a line: None where there is none, or the denominator is too small."""
        return [rules.steady(self.indicator, q.amount) if q else None for q in self.quarters]


@dataclass(frozen=True, slots=True)
class Quarter:
    """An authority’s figures of one dataset for one quarter; or for a year, of an annual dataset.

    ``breaks``: those of ``periods`` from which the definitions are of another version.
    """

    dataset: catalogue.model.Dataset
    release: Released
    periods: tuple[Period, ...]
    choices: tuple[Period, ...]
    where: str
    lines: tuple[Line, ...]
    breaks: tuple[Period, ...]

    @property
    def broken(self) -> list[int]:
        """The places of the breaks among the periods, for a line."""
        return [self.periods.index(period) for period in self.breaks]

    def stands(self) -> list[rules.Stands]:
        """For the sentences."""
        return [
            rules.Stands(
                line.indicator, bool(f and f.amount.given), f.status if f else "", f.fifth if f else ""
            )
            for line in self.lines
            for f in [line.now]
        ]


def datasets_seen(actor: Actor, standing: Standing, authority: int | None) -> tuple[str, ...]:
    """The datasets of the alliance, in its charter’s order, whose benchmark of this authority the actor sees."""
    seen = grants(actor, "see benchmark")
    keys = [use.key for use in standing.charter.datasets]
    return tuple(k for k in keys if any(g.covers(Facts(standing.key, authority, of=k)) for g in seen))


def releases(alliance: int, dataset: str) -> list[Released]:
    """The newest release of each period, the newest period first. One query."""
    rows = Release.objects.filter(alliance=alliance, dataset=dataset).order_by("-period", "-number")
    found: dict[str, Released] = {}
    for id, period, number, standing in rows.values_list("pk", "period", "number", "standing"):
        found.setdefault(period, Released(id, Period.parse(period), number, standing))
    return list(found.values())


def quarter(
    standing: Standing, code: str, dataset: str, period: str, edition: str, only: str = ""
) -> Quarter | None:
    """The benchmark of an authority. Five queries; None before the first release.

    ``period`` "" is the newest; ``only`` names one indicator. Raises Http404 for a period without a release.
    """
    whole = catalogue.datasets()[dataset]
    made = releases(standing.id, dataset)
    if not made:
        return None
    chosen = next((r for r in made if not period or r.period.key == period), None)
    if chosen is None:
        raise Http404("Nothing has been released for that period")
    known = catalogue.indicators()
    asked = [i for i in standing.charter.dataset(dataset).indicators or whole.indicators if only in ("", i)]
    periods = tuple(chosen.period.shift(back) for back in range(1 - rules.QUARTERS, 1))
    by_period = {r.period: r.id for r in made if r.period in periods}
    member = standing.by_code.get(code)
    figures = _own_figures(code, by_period.values(), only)
    sums = _sums(chosen.id, [REGION, member.sub_region if member else ""], only)
    near = _neighbours_released(chosen.id, code, edition, only)
    changed = breaks(standing.id, dataset, [p.key for p in periods])
    alike = chosen.period.quarter and not changed
    lines = []
    for id in asked:
        quarters = tuple(figures.get((by_period.get(p, 0), id)) for p in periods)
        lines.append(
            Line(
                known[id],
                quarters,
                sums.get((REGION, id)),
                sums.get((member.sub_region, id)) if member and member.sub_region else None,
                Middle(*rules.middle(rules.steady(known[id], a) for a in near.get(id, ()))),
                rules.together(known[id], [q.amount if q else None for q in quarters]) if alike else None,
            )
        )
    return Quarter(
        whole,
        chosen,
        periods,
        tuple(r.period for r in made),
        chosen.standing.get(code, ""),
        tuple(lines),
        tuple(Period.parse(p) for p in changed),
    )


def _own_figures(code: str, made: Collection[int], only: str) -> dict[tuple[int, str], Figure]:
    rows = ReleaseFigure.objects.filter(release__in=list(made), authority__code=code)
    if only:
        rows = rows.filter(indicator=only)
    return {
        (f.release_id, f.indicator): Figure(
            Amount(f.numerator, f.denominator, f.missing, f.explanation), f.status, f.fifth
        )
        for f in rows
    }


def _sums(release: int, places: Collection[str], only: str) -> dict[tuple[str, str], Sums]:
    rows = ReleaseAggregate.objects.filter(release=release, place__in=places)
    if only:
        rows = rows.filter(indicator=only)
    return {(a.place, a.indicator): Sums(Amount(a.numerator, a.denominator), a.counted) for a in rows}


def _neighbours_released(release: int, code: str, edition: str, only: str) -> dict[str, list[Amount]]:
    rows = ReleaseFigure.objects.filter(release=release, authority__code__in=neighbours_of(code, edition))
    if only:
        rows = rows.filter(indicator=only)
    found: dict[str, list[Amount]] = {}
    for id, numerator, denominator in rows.values_list("indicator", "numerator", "denominator"):
        found.setdefault(id, []).append(Amount(numerator, denominator))
    return found


def neighbours_of(code: str, edition: str) -> tuple[str, ...]:
    """The DfE codes of an authority’s statistical neighbours, the nearest first; none for an ended authority.

    Raises Http404 for an edition that is not known.
    """
    if edition not in NEIGHBOUR_EDITIONS:
        raise Http404(f"Statistical neighbours are known in the editions {' and '.join(NEIGHBOUR_EDITIONS)}")
    return tuple(n.neighbour for n in neighbours(edition).get(code, ()))


@dataclass(frozen=True, slots=True)
class Annual:
    """One indicator as it is published: the authority’s series, and beside it those of others."""

    code: str
    indicator: Indicator
    own: Series
    region: Series
    england: Series
    near: Mapping[int, Middle]

    def at(self, series: Series, year: int) -> published.Point | None:
        """The series’ point of a year."""
        return next((p for p in series.points if p.year == year), None)

    @property
    def year(self) -> int | None:
        """The newest year of which England has a figure."""
        return self.england.last.year if self.england.last else None

    @property
    def years(self) -> tuple[int, ...]:
        """Every year of which anything was published."""
        series = (self.own, self.region, self.england)
        return tuple(sorted({p.year for one in series for p in one.points}))

    @property
    def shown(self) -> list[Decimal | None]:
        """The authority’s figures over the years up to the newest, for a line."""
        if self.year is None:
            return []
        points = {p.year: p.statistic.value for p in self.own.points}
        return [points.get(year) for year in range(self.years[0], self.year + 1)]

    @property
    def derived(self) -> bool:
        """Whether the figures are worked out here from published counts."""
        return self.own.measure.value is None

    @property
    def joint(self) -> str:
        """With whom the authority was published as one in the newest year; mostly nobody."""
        codes = self.own.last.place.split("/") if self.own.last else []
        return " and ".join(name_of(code) for code in codes if code != self.code)

    def period(self, year: int) -> str:
        """What a year is, in words."""
        return published_period(self.own.publication.dated, self.indicator, year)


def published_period(dated: str, indicator: Indicator, year: int) -> str:
    """“year to 31 March 2025” for what happens in a year, “at 31 March 2025” for what is counted on a day."""
    day = re.search(r"\d+ [A-Z][a-z]+", dated)
    return f"{'year to' if indicator.basis == 'flow' else 'at'} {day[0] if day else ''} {year}"


def annual(code: str, edition: str, since: int, indicators: Collection[Indicator] = ()) -> list[Annual]:
    """What is published of an authority each year, with its region, its neighbours and England. Three queries.

    Every indicator that is published at all is in it, without ``indicators`` those of the annual dataset.
    """
    known = catalogue.indicators()
    chosen = list(indicators) or [known[id] for id in catalogue.datasets()[ANNUAL].indicators]
    wanted = published.links(chosen)
    region = authorities()[code].region
    places = (code, *published.joint_places(code))
    near = neighbours_of(code, edition)
    found = published.measured(wanted, [*places, region, ENGLAND, *near], since)
    return [
        Annual(
            code,
            indicator,
            published.series(link, found, places),
            published.series(link, found, [region]),
            published.series(link, found, [ENGLAND]),
            _middles(found[_wanted(link)], near),
        )
        for indicator in chosen
        for link in indicator.published
    ]


def _wanted(link: catalogue.model.PublishedLink) -> Wanted:
    return link.publication, link.measure


def _middles(found: Measured, near: Collection[str]) -> dict[int, Middle]:
    years = {year for code in near for year in found.get(code, {})}
    return {
        year: Middle(*rules.middle(found[c][year].value for c in near if year in found.get(c, {})))
        for year in sorted(years)
    }


def near_by_name(code: str, edition: str) -> list[tuple[str, str]]:
    """Code and name of each neighbour."""
    return [(near, name_of(near)) for near in neighbours_of(code, edition)]

"""Reading published figures: a measure put together as its publication says, at places and in years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Max, Sum
from django.http import Http404

import catalogue
from catalogue.model import POPULATION as PER_HEAD
from catalogue.model import Indicator, PublishedLink
from catalogue.publication import ENGLAND, Figure, Level, Measure, Publication, Statistic, level_of, statistic
from catalogue.reference import authorities, name_of, regions
from concord.records.models import Load, PublishedFigure

POPULATION = ("ons-population", "0_17.population_estimate")

Wanted = tuple[str, str]
"""A publication’s key, and in it the key of a measure or of a column as it was published."""

Measured = Mapping[str, Mapping[int, Statistic]]
"""By place, then by year."""


class Population(NamedTuple):
    """Children aged 0 to 17 in the middle of a year."""

    year: int
    children: Decimal


def populations(codes: Iterable[str], up_to: int | None = None) -> Mapping[str, Population]:
    """The latest ONS mid-year estimate of each authority, by DfE code, no later than the year ``up_to``."""
    publication, measure = POPULATION
    rows = PublishedFigure.objects.filter(
        publication__key=publication, measure=measure, level="authority", place__in=list(codes)
    ).order_by("year")
    if up_to is not None:
        rows = rows.filter(year__lte=up_to)
    return {
        place: Population(year, value)
        for place, year, value in rows.values_list("place", "year", "value")
        if value is not None
    }


def measure_of(wanted: Wanted) -> Measure:
    """A measure of the catalogue; a column that no measure names is a measure of its own, shown as published."""
    publication, key = wanted
    named = catalogue.publications()[publication].measures.get(key)
    words = key.replace(".", ": ").replace("_", " ")
    return named or Measure(title=words[:1].upper() + words[1:], unit="", multiplier=1, value=key)


def measured(
    wanted: Collection[Wanted], places: Collection[str] | None = None, since: int = 0, until: int = 9999
) -> Mapping[Wanted, Measured]:
    """Each measure at each place (all, without ``places``) in the years from ``since`` to ``until``. One query.

    A rate per head takes the population of the middle of the year before, as its publisher does.
    """
    measures = {one: measure_of(one) for one in wanted}
    figures = _figures(_needed(measures), places, since, until)
    found: dict[Wanted, dict[str, dict[int, Statistic]]] = {one: {} for one in measures}
    for (publication, place, year), parts in figures.items():
        for one, measure in measures.items():
            if one[0] == publication and since <= year and not parts.keys().isdisjoint(_columns(measure)):
                whole = statistic(measure, parts, _population(figures, place, year))
                found[one].setdefault(place, {})[year] = whole
    return found


_Figures = Mapping[tuple[str, str, int], Mapping[str, Figure]]
"""By publication, place and year, then by column."""


def _needed(measures: Mapping[Wanted, Measure]) -> set[Wanted]:
    """The columns that measures are made of, the population’s among them where one is per head."""
    columns = {(one[0], column) for one, measure in measures.items() for column in _columns(measure)}
    per_head = any(PER_HEAD in measure.denominator for measure in measures.values())
    return columns | ({POPULATION} if per_head else set())


def _population(figures: _Figures, place: str, year: int) -> Decimal | None:
    """Children in the middle of the year before, of whom a reporting year’s rate is."""
    before = figures.get((POPULATION[0], place, year - 1), {}).get(POPULATION[1])
    return before.value if before else None


def _columns(measure: Measure) -> tuple[str, ...]:
    return tuple(c for c in (measure.value, measure.numerator, *measure.denominator) if c and c != PER_HEAD)


def _figures(columns: Collection[Wanted], places: Collection[str] | None, since: int, until: int) -> _Figures:
    """The figures of some columns; one year more than asked, for populations."""
    rows = PublishedFigure.objects.filter(
        publication__key__in={p for p, _ in columns},
        measure__in={c for _, c in columns},
        year__range=(since - 1, until),
    )
    if places is not None:
        rows = rows.filter(place__in=places, level__in={level_of(place) for place in places})
    found: dict[tuple[str, str, int], dict[str, Figure]] = defaultdict(dict)
    for publication, column, place, year, value, symbol in rows.values_list(
        "publication__key", "measure", "place", "year", "value", "symbol"
    ):
        found[publication, place, year][column] = Figure(
            publication, column, level_of(place), place, "", "", year, _plain(value), symbol
        )
    return found


def _plain(value: Decimal | None) -> Decimal | None:
    """Without the noughts that the database keeps behind the point."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def latest_load() -> tuple[int, datetime] | None:
    """The newest load, by which what was worked out of published figures is known to be fresh."""
    return Load.objects.order_by("-pk").values_list("pk", "at").first()


def joint_places(code: str) -> tuple[str, ...]:
    """The places that an authority shares with another (“940/941”), as publishers joined them."""
    return tuple(place for place in _joint(latest_load()) if code in place.split("/"))


@lru_cache(maxsize=4)
def _joint(load: tuple[int, datetime] | None) -> tuple[str, ...]:
    rows = PublishedFigure.objects.filter(level="authority", place__contains="/")
    return tuple(rows.order_by("place").values_list("place", flat=True).distinct())


class Point(NamedTuple):
    """One year of a series. ``place`` is the joint one where only the two together were published."""

    year: int
    place: str
    statistic: Statistic


@dataclass(frozen=True, slots=True)
class Series:
    """What was published of an indicator at one place, the earliest year first, and where it comes from."""

    link: PublishedLink
    publication: Publication
    measure: Measure
    points: tuple[Point, ...]

    @property
    def last(self) -> Point | None:
        """The newest year of which something was published, be it a symbol."""
        return self.points[-1] if self.points else None

    @property
    def source(self) -> str:
        """Publisher, publication and licence, for the line under a table."""
        return f"{self.publication.publisher}, {self.publication.source} ({self.publication.licence})"


def links(indicators: Iterable[Indicator]) -> frozenset[Wanted]:
    """Where these indicators are published."""
    return frozenset((link.publication, link.measure) for i in indicators for link in i.published)


def series(link: PublishedLink, found: Mapping[Wanted, Measured], places: Collection[str]) -> Series:
    """The series of one link at a place, the first of ``places`` that has each year (its own, then joint ones)."""
    wanted = (link.publication, link.measure)
    by_year: dict[int, Point] = {}
    for place in places:
        for year, one in found[wanted].get(place, {}).items():
            by_year.setdefault(year, Point(year, place, one))
    return Series(
        link,
        catalogue.publications()[link.publication],
        measure_of(wanted),
        tuple(by_year[year] for year in sorted(by_year)),
    )


def published_series(indicator: Indicator, code: str, since: int = 0) -> list[Series]:
    """What was published of an indicator at a place (DfE code, region’s code or ENGLAND), with its source."""
    places = (code, *joint_places(code))
    found = measured(links([indicator]), places, since)
    return [series(link, found, places) for link in indicator.published]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A publication of which something was loaded: its figures and years, and its newest load."""

    publication: Publication
    figures: int
    load: Load
    years: tuple[int, ...]
    columns: tuple[str, ...]


def loaded() -> list[Loaded]:
    """Every publication that was loaded. Three queries."""
    sums = Load.objects.values("publication__key").annotate(total=Sum("added"), newest=Max("pk"))
    totals = {row["publication__key"]: (row["total"], row["newest"]) for row in sums}
    loads = Load.objects.in_bulk([newest for _, newest in totals.values()])
    held = _held(latest_load())
    return [
        Loaded(publication, total, loads[newest], *held.get(key, ((), ())))
        for key, publication in catalogue.publications().items()
        if key in totals
        for total, newest in [totals[key]]
    ]


@lru_cache(maxsize=4)
def _held(load: tuple[int, datetime] | None) -> Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    """The years and the columns of each publication, as England’s figures have them."""
    years: dict[str, set[int]] = defaultdict(set)
    columns: dict[str, set[str]] = defaultdict(set)
    national = PublishedFigure.objects.filter(level="national")
    for key, column, year in national.values_list("publication__key", "measure", "year"):
        years[key].add(year)
        columns[key].add(column)
    return {key: (tuple(sorted(years[key])), tuple(sorted(columns[key]))) for key in years}


def loads_of(publication: str) -> list[Load]:
    """Every load of a publication, the newest first."""
    return list(Load.objects.filter(publication__key=publication).order_by("-pk"))


class Row(NamedTuple):
    """A place’s line in a measure’s table; ``within`` names its region. The parts carry symbols of their own."""

    place: str
    name: str
    within: str
    statistic: Statistic
    numerator_symbol: str
    denominator_symbol: str


@dataclass(frozen=True, slots=True)
class Table:
    """A measure in one year at every place: England, the regions, the authorities; and the years to choose from."""

    publication: Publication
    measure: Measure
    year: int
    years: tuple[int, ...]
    rows: Mapping[Level, tuple[Row, ...]]

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols that stand in it."""
        return frozenset(
            symbol
            for rows in self.rows.values()
            for r in rows
            for symbol in (r.statistic.symbol, r.numerator_symbol, r.denominator_symbol)
        ) - {""}


def table(publication: str, key: str, year: int | None = None) -> Table:
    """A measure’s table for a year, the newest without one. Two queries. Raises Http404 where nothing is loaded."""
    if publication not in catalogue.publications():
        raise Http404(f"There is no publication “{publication}”")
    measure = measure_of((publication, key))
    published = PublishedFigure.objects.filter(publication__key=publication, measure__in=_columns(measure))
    years = sorted(published.filter(level="national").values_list("year", flat=True).distinct())
    if not years or (year is not None and year not in years):
        raise Http404("Nothing of this measure has been loaded for that year")
    chosen = years[-1] if year is None else year
    figures = _figures(_needed({(publication, key): measure}), None, chosen, chosen)
    rows: dict[Level, list[Row]] = {"national": [], "regional": [], "authority": []}
    for (source, place, when), parts in figures.items():
        if source == publication and when == chosen:
            rows[level_of(place)].append(
                _table_row(place, measure, parts, _population(figures, place, chosen))
            )
    order = {level: tuple(sorted(these, key=lambda r: r.name)) for level, these in rows.items()}
    return Table(catalogue.publications()[publication], measure, chosen, tuple(years), order)


def _table_row(place: str, measure: Measure, parts: Mapping[str, Figure], population: Decimal | None) -> Row:
    def symbol(*columns: str | None) -> str:
        return next((f.symbol for c in columns if (f := parts.get(c or "")) and f.symbol), "")

    return Row(
        place,
        name_of(place),
        _within(place),
        statistic(measure, parts, population),
        symbol(measure.numerator),
        symbol(*measure.denominator),
    )


def _within(place: str) -> str:
    if place in regions():
        whole = regions()[place].part_of
        return regions()[whole].name if whole and whole != ENGLAND else ""
    return authorities()[place.split("/", maxsplit=1)[0]].region_name

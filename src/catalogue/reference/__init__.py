"""Reference tables: authorities and their codes, regions, neighbours, judgements, published figures.

CSV files beside this module; where each comes from stands in SOURCES.md. Every table is read once and
frozen. A row that cannot be read raises CatalogueFault with file and line.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeVar

import msgspec

from catalogue.loader import CatalogueFault
from catalogue.publication import ENGLAND, Figure, level_of

Grade = Literal["outstanding", "good", "requires improvement", "inadequate", ""]
"""Ofsted’s four grades; empty where none was given (a judgement newer than the inspection, or no overall)."""

REGISTER_BEGINS = date(2009, 1, 1)
"""The first day of the register of codes: what starts on it started then or before."""

NEIGHBOUR_EDITIONS = ("2025", "2021")
"""Editions of the statistical neighbour model, the newest first."""


class Region(msgspec.Struct, frozen=True):
    """England, a region, or inner or outer London. ``part_of`` is the code of the larger one."""

    code: str
    name: str
    part_of: str = ""


class Authority(msgspec.Struct, frozen=True):
    """An authority with children’s services, under its DfE code.

    ``region`` is a region’s code, ``part`` that of inner or outer London. ``starts`` is REGISTER_BEGINS where
    it is older, ``ends`` None while it lives; both days are its own.
    """

    code: str = msgspec.field(name="dfe_code")
    name: str
    kind: str
    region: str
    starts: date
    part: str = ""
    ends: date | None = None

    @property
    def region_name(self) -> str:
        """The region in words."""
        return regions()[self.region].name


class GssCode(msgspec.Struct, frozen=True):
    """A nine-character ONS code that an authority has, or had, from a day to a day (None: still)."""

    authority: str = msgspec.field(name="dfe_code")
    gss: str = msgspec.field(name="gss_code")
    starts: date = msgspec.field(name="from")
    ends: date | None = msgspec.field(default=None, name="to")


class Succession(msgspec.Struct, frozen=True):
    """From ``on`` the successor answers for all or part of the area of the predecessor (DfE codes)."""

    predecessor: str
    successor: str
    on: date


class Neighbour(msgspec.Struct, frozen=True):
    """A statistical neighbour: 1 is the nearest. ``closeness`` in the model’s own words."""

    authority: str = msgspec.field(name="dfe_code")
    rank: int
    neighbour: str
    closeness: str


class Judgement(msgspec.Struct, frozen=True):
    """An inspection of children’s services and Ofsted’s grades; a day that is not stated is None."""

    authority: str = msgspec.field(name="dfe_code")
    published: date
    framework: Literal["standard", "short", ""] = ""
    inspected_from: date | None = None
    inspected_to: date | None = None
    overall: Grade = ""
    leaders: Grade = ""
    help_and_protection: Grade = ""
    in_care: Grade = ""
    care_leavers: Grade = ""


class Hex(msgspec.Struct, frozen=True):
    """An authority’s place on a map of equal hexagons.

    Column and row from the south-west; odd rows lie half a column further right.
    """

    authority: str = msgspec.field(name="dfe_code")
    q: int
    r: int


class Centre(msgspec.Struct, frozen=True):
    """The middle of an authority’s area, in degrees north and east: for how far it is from one to another."""

    authority: str = msgspec.field(name="dfe_code")
    latitude: float
    longitude: float


T = TypeVar("T", Centre, Hex, Region, Authority, GssCode, Succession, Neighbour, Judgement)


@cache
def regions() -> Mapping[str, Region]:
    """England, the nine regions, inner and outer London, by code."""
    return MappingProxyType({row.code: row for row in _rows("regions.csv", Region)})


@cache
def authorities() -> Mapping[str, Authority]:
    """Every authority that has had children’s services since 2009, also the ended ones, by DfE code."""
    return MappingProxyType({row.code: row for row in _rows("authorities.csv", Authority)})


@cache
def gss_codes() -> tuple[GssCode, ...]:
    """Every ONS code of every authority; several over time where a boundary or the rank changed."""
    return tuple(_rows("gss_codes.csv", GssCode))


@cache
def authority_by_gss() -> Mapping[str, str]:
    """DfE code of the authority that has or had an ONS code."""
    return MappingProxyType({row.gss: row.authority for row in gss_codes()})


@cache
def successions() -> tuple[Succession, ...]:
    """Which authorities took over from which, and when."""
    return tuple(_rows("successions.csv", Succession))


@cache
def neighbours(edition: str = NEIGHBOUR_EDITIONS[0]) -> Mapping[str, tuple[Neighbour, ...]]:
    """Ten statistical neighbours of each authority, nearest first. Raises KeyError for another edition."""
    if edition not in NEIGHBOUR_EDITIONS:
        raise KeyError(f"neighbours are known in the editions {', '.join(NEIGHBOUR_EDITIONS)}")
    found: dict[str, list[Neighbour]] = defaultdict(list)
    for row in _rows(f"neighbours-{edition}.csv", Neighbour):
        found[row.authority].append(row)
    return MappingProxyType(
        {code: tuple(sorted(rows, key=lambda row: row.rank)) for code, rows in found.items()}
    )


@cache
def judgements() -> tuple[Judgement, ...]:
    """The latest inspection of each authority, as at June 2026."""
    return tuple(_rows("judgements.csv", Judgement))


@cache
def hexes() -> Mapping[str, Hex]:
    """The place of each of the 153 authorities on the map of hexagons, by DfE code."""
    return MappingProxyType({row.authority: row for row in _rows("hexes.csv", Hex)})


@cache
def centres() -> Mapping[str, Centre]:
    """The middle of each of the 153 authorities’ areas, by DfE code."""
    return MappingProxyType({row.authority: row for row in _rows("centres.csv", Centre)})


def published() -> Iterator[Figure]:
    """Published figures of every place since 2016; an authority’s ONS code is left empty."""
    folder = files("catalogue.reference") / "published"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".csv"):
            continue
        publication = file.name.removesuffix(".csv")
        for row in csv.DictReader(file.read_text("utf-8").splitlines()):
            place, measure = row.pop("place"), row.pop("measure")
            for year, cell in row.items():
                if cell:
                    yield _figure(publication, measure, place, int(year), cell)


def name_of(place: str) -> str:
    """A region’s or authority’s name by code; joint places (“940/941”) have their names joined."""
    if place in regions():
        return regions()[place].name
    return " and ".join(authorities()[code].name for code in place.split("/"))


def _figure(publication: str, measure: str, place: str, year: int, cell: str) -> Figure:
    number = cell[0].isdigit() or cell[0] == "-"
    gss = place if place in regions() else ""
    return Figure(
        publication, measure, level_of(place), place, gss, name_of(place), year,
        Decimal(cell) if number else None, "" if number else cell,
    )  # fmt: skip


def _rows(name: str, kind: type[T]) -> Iterator[T]:
    text = (files("catalogue.reference") / name).read_text("utf-8")
    for line, row in enumerate(csv.DictReader(text.splitlines(), strict=True), start=2):
        try:
            yield msgspec.convert({k: v for k, v in row.items() if v}, kind, strict=False)
        except msgspec.ValidationError as fault:
            raise CatalogueFault(f"reference/{name}", f"line {line}", str(fault)) from fault


__all__ = [
    "ENGLAND",
    "NEIGHBOUR_EDITIONS",
    "REGISTER_BEGINS",
    "Authority",
    "Centre",
    "Figure",
    "Grade",
    "GssCode",
    "Hex",
    "Judgement",
    "Neighbour",
    "Region",
    "Succession",
    "authorities",
    "authority_by_gss",
    "centres",
    "gss_codes",
    "hexes",
    "judgements",
    "name_of",
    "neighbours",
    "published",
    "regions",
    "successions",
]

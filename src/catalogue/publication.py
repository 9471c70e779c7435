"""The published statistics that Concord reads: how a file is recognised and what its columns are.

One file a publication in ``publications/*.toml``. A file is recognised by its columns, never by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from catalogue.model import POPULATION

ENGLAND = "E92000001"
Level = Literal["national", "regional", "authority"]


class Figure(NamedTuple):
    """One published number: what, where, when; or, in its place, the publisher’s symbol.

    ``place`` is a DfE code, two joined by a stroke (“940/941”) for authorities that answer together, a
    region’s ONS code, or ENGLAND. ``year`` is the reporting year (2025 ends in March or September 2025), for
    populations the year whose middle is meant. ``symbol``: c withheld, k or low rounds to nothing, u too
    unreliable, x not available, z not applicable, “:” and “~” the older signs for x and low.
    """

    publication: str
    measure: str
    level: Level
    place: str
    gss: str
    name: str
    year: int
    value: Decimal | None
    symbol: str


def level_of(place: str) -> Level:
    """The level of a place, seen from its code."""
    if place == ENGLAND:
        return "national"
    return "regional" if place.startswith("E1") else "authority"


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that splits a publication’s rows; ``values`` gives short keys to the values it is known to take.

    An empty key adds nothing to the measure’s key. A value that is not listed gets a key made of its words,
    so nothing is lost when a publisher adds one.
    """

    column: str
    values: dict[str, str] = {}


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A statistic and the published figures that it is made of.

    ``value`` is the figure that states it; without one the publication gives only counts, and the statistic
    is numerator / denominator x ``multiplier``. ``denominator`` lists figures to be added together, or is
    ``["population-0-17"]``: the ONS mid-year estimate of the year before the reporting year. The sum is
    multiplied by ``denominator_times``.
    """

    title: str
    unit: str
    multiplier: int
    value: str | None = None
    numerator: str | None = None
    denominator: tuple[str, ...] = ()
    denominator_times: int = 1


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published table: who published it under which licence, and how its files look.

    ``recognised_by`` are columns that no other publication’s files have together.
    """

    key: str
    title: str
    publisher: str
    licence: str
    source: str
    dated: str
    recognised_by: tuple[str, ...]
    layout: Literal["ees", "ilacs"] = "ees"
    filters: tuple[Filter, ...] = ()
    measures: dict[str, Measure] = {}


class Statistic(NamedTuple):
    """A measure at a place in a year. ``derived`` when the value is worked out here, not published.

    Without a value, ``symbol`` says why, as the publisher does (empty: nothing was published).
    """

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    symbol: str
    derived: bool


def statistic(
    measure: Measure, figures: Mapping[str, Figure], population: Decimal | None = None
) -> Statistic:
    """Put a measure together from the figures of one place and year, by their keys.

    ``population`` is that of children aged 0 to 17 in the middle of the year before, for measures that
    need it. A published value is given as published; a withheld part withholds what is worked out from it.
    """
    parts: list[tuple[Decimal | None, str]] = []

    def part(key: str | None) -> Decimal | None:
        figure = figures.get(key or "")
        parts.append((figure.value, figure.symbol) if figure else (None, ""))
        return parts[-1][0]

    stated = part(measure.value)
    numerator = part(measure.numerator)
    if measure.denominator == (POPULATION,):
        denominator = population
    else:
        added = [part(key) for key in measure.denominator]
        whole = [value for value in added if value is not None]
        denominator = sum(whole, Decimal(0)) if whole and len(whole) == len(added) else None
        denominator = denominator and denominator * measure.denominator_times
    if measure.value is not None or numerator is None or not denominator:
        symbol = "" if stated is not None else next((symbol for _, symbol in parts if symbol), "")
        return Statistic(stated, numerator, denominator, symbol, derived=False)
    return Statistic(numerator / denominator * measure.multiplier, numerator, denominator, "", derived=True)

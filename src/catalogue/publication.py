"""The published statistics that Concord reads: how a file is recognised and what its columns are.

One file a publication in ``publications/*.toml``. A file is recognised by its columns, never by its name.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

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

"""Reading published figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from concord.records.models import PublishedFigure

POPULATION = ("ons-population", "0_17.population_estimate")


class Population(NamedTuple):
    """Children aged 0 to 17 in the middle of a year."""

    year: int
    children: Decimal


def populations(codes: Iterable[str], up_to: int | None = None) -> Mapping[str, Population]:
    """The latest ONS mid-year estimate of each authority, by DfE code, no later than the year ``up_to``."""
    publication, measure = POPULATION
    rows = PublishedFigure.objects.filter(
        publication__key=publication,
        measure=measure,
        level="authority",
        place__in=list(codes),
    ).order_by("year")
    if up_to is not None:
        rows = rows.filter(year__lte=up_to)
    return {
        place: Population(year, value)
        for place, year, value in rows.values_list("place", "year", "value")
        if value is not None
    }

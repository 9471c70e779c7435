"""A release as a data file and its metadata file, in the conventions of the DfE’s Explore Education Statistics.

One row a place, an indicator’s value, numerator and denominator each a column. England has no row: a region’s
alliance does not hold it. Conventions: the DfE’s open data standards for statistics producers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from decimal import Decimal

from catalogue import reference
from catalogue.model import Indicator
from catalogue.periods import Period
from catalogue.publication import ENGLAND
from concord.rules.figures import Amount
from concord.rules.released import REGION, Member, Released, Sum

PLACE = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
)  # fmt: skip
META = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp",
    "filter_hint", "filter_grouping_column",
)  # fmt: skip
RETURNED = "authorities_returned"
NOT_AVAILABLE, NOT_APPLICABLE, WITHHELD = "x", "z", "c"
_SPARE = 3  # decimals kept beyond those shown, so that nothing made of a value is rounded twice


def name(release: Released) -> str:
    """The data file’s name without its ending; the metadata file has the same before “.meta.csv”."""
    words = f"{release.alliance}_{release.dataset}_{release.period.key}_release_{release.number}"
    return words.lower().replace("-", "_")


def data(release: Released, hidden: Collection[tuple[str, str]] | None = None) -> bytes:
    """The data file (CSV, UTF-8). A figure that is missing is x, one that does not apply z.

    For publishing, ``hidden`` names the cells (code, indicator) that are withheld: c; then no sums are in it.
    """
    rows = [[*PLACE, *(column for column, *_ in _columns(release))]]
    rows += _regional(release) if hidden is None else []
    rows += [_local(release, member, hidden or ()) for member in release.members]
    return _csv(rows)


def meta(release: Released) -> bytes:
    """The metadata file: one row for each column that is not time or place."""
    return _csv(
        [
            list(META),
            *(
                [column, "Indicator", label, group, unit, str(places), "", ""]
                for column, label, group, unit, places in _columns(release)
            ),
        ]
    )


def time(period: Period) -> tuple[str, str]:
    """time_period and time_identifier: (“202627”, “Financial year Q1”), or “Financial year” for a year."""
    quarter = f" Q{period.quarter}" if period.quarter else ""
    return f"{period.year}{(period.year + 1) % 100:02d}", f"Financial year{quarter}"


def _columns(release: Released) -> Iterator[tuple[str, str, str, str, int]]:
    """Name, label, group, unit and decimals of every indicator column."""
    yield RETURNED, "Authorities whose figures are counted", "Coverage", "", 0
    for indicator in release.indicators:
        group, places = indicator.group, indicator.decimals
        per_cent = indicator.unit == "%"
        label = indicator.name if per_cent else f"{indicator.short} ({indicator.unit})"
        yield indicator.id, label, group, "%" if per_cent else "", places
        parts = 0 if indicator.whole else 2
        yield f"{indicator.id}_numerator", f"{indicator.name}: numerator", group, "", parts
        if indicator.has_denominator:
            yield f"{indicator.id}_denominator", f"{indicator.name}: denominator", group, "", parts


def _regional(release: Released) -> Iterator[list[str]]:
    """The region’s row, where all members are of one region and the sums are the reader’s to see."""
    regions = {m.region for m in release.members}
    if len(regions) != 1 or not release.sums:
        return
    place = [*_of(release, "Regional"), *_region(next(iter(regions))), "", "", ""]
    counted = str(len(release.included))
    empty = Sum(Amount(), 0)
    sums = (_cells(i, release.sums.get((REGION, i.id), empty).amount) for i in release.indicators)
    yield [*place, counted, *(cell for cells in sums for cell in cells)]


def _local(release: Released, member: Member, hidden: Collection[tuple[str, str]]) -> list[str]:
    place = [*_of(release, "Local authority"), *_region(member.region), member.code, member.gss, member.name]
    asked = member.standing not in ("waived", "not-taking-part")
    cells: list[str] = []
    for indicator in release.indicators:
        figure = release.figures.get((member.code, indicator.id))
        shown = _cells(indicator, figure.amount if figure else Amount(), asked)
        cells += [WITHHELD] * len(shown) if (member.code, indicator.id) in hidden else shown
    return [*place, "1" if member.standing == "released" else "0", *cells]


def _of(release: Released, level: str) -> list[str]:
    return [*time(release.period), level, ENGLAND, reference.regions()[ENGLAND].name]


def _region(name: str) -> list[str]:
    code = next((r.code for r in reference.regions().values() if r.name == name), "")
    return [code, name]


def _cells(indicator: Indicator, amount: Amount, asked: bool = True) -> list[str]:
    """Value, numerator and, where there is one, denominator."""
    none = NOT_AVAILABLE if asked else NOT_APPLICABLE
    value = amount.value(indicator)
    over = none if amount.numerator is None else _number(amount.numerator)
    # With a numerator and nothing to divide it by, a value does not apply.
    missing = NOT_APPLICABLE if amount.given and amount.denominator == 0 else none
    shown = missing if value is None else _number(round(value, indicator.decimals + _SPARE))
    cells = [shown, over]
    if indicator.has_denominator:
        cells.append(none if amount.denominator is None else _number(amount.denominator))
    return cells


def _number(value: Decimal) -> str:
    """A number without thousands marks, needless noughts or powers of ten."""
    return format(value.normalize() + 0, "f")


def _csv(rows: list[list[str]]) -> bytes:
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\n").writerows(rows)
    return kept.getvalue().encode("utf-8")

"""The file for publishing: no small count in it, none that can be worked out of it, nor out of two of them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

import catalogue
from concord.outputs import ees
from concord.rules.figures import Amount
from concord.rules.released import Figure, Released
from concord.rules.withheld import withheld

from .test_files import released

KNOWN = catalogue.indicators()
RATE, SHARE, STAFF = "cla_start_rate", "assessments_45d_pct", "sw_agency_pct"
CODES = ("202", "203")


def holding(counts: dict[tuple[str, str], tuple[float, float]], number: int = 1) -> Released:
    """A release of two authorities with these numerators and denominators."""
    whole = released("london-core-18", number=number)
    figures = {
        key: Figure(Amount(Decimal(str(over)), Decimal(str(under))), "validated", "", None)
        for key, (over, under) in counts.items()
    }
    ids = sorted({id for _, id in counts})
    return replace(
        whole, figures=figures, indicators=tuple(KNOWN[id] for id in ids), members=whole.members[:2]
    )


def rows(release: Released, earlier: tuple[Released, ...] = ()) -> dict[str, dict[str, str]]:
    text = ees.data(release, withheld(release, earlier)).decode()
    return {row["old_la_code"]: row for row in csv.DictReader(io.StringIO(text))}


def test_a_small_count_goes_with_its_rate_and_no_sum_gives_it_back() -> None:
    found = rows(holding({("202", RATE): (4, 50_000), ("203", RATE): (40, 50_000)}))
    assert {found["202"][c] for c in (RATE, f"{RATE}_numerator", f"{RATE}_denominator")} == {"c"}
    assert found["203"][f"{RATE}_numerator"] == "40"
    assert "" not in found  # no row of the region, from which to subtract


def test_all_but_a_few_is_withheld_as_a_few_is() -> None:
    found = rows(holding({("202", SHARE): (97, 100), ("203", SHARE): (80, 100)}))
    assert found["202"][SHARE] == "c"
    assert found["203"][SHARE] == "80"


def test_none_is_shown_and_staff_are_no_children() -> None:
    found = rows(holding({("202", RATE): (0, 50_000), ("202", STAFF): (3.5, 90)}))
    assert found["202"][RATE] == "0"
    assert found["202"][f"{STAFF}_numerator"] == "3.5"


def test_a_correction_does_not_give_back_what_the_release_before_withheld() -> None:
    first = holding({("202", SHARE): (3, 100), ("203", SHARE): (50, 100)})
    second = holding({("202", SHARE): (60, 100), ("203", SHARE): (50, 100)}, number=2)
    assert rows(first)["202"][SHARE] == "c"
    again = rows(second, (first,))
    assert again["203"][SHARE] == "50"  # as it was before


def test_a_correction_to_many_is_shown_since_nothing_of_the_few_was() -> None:
    """The whole of the first was withheld, its denominator too: 16 in both gives nothing back."""
    first, second = (holding({("202", SHARE): counts}, n) for n, counts in ((1, (4, 20)), (2, (8, 24))))
    assert rows(first)["202"][f"{SHARE}_denominator"] == "c"
    assert rows(second, (first,))["202"][f"{SHARE}_numerator"] == "8"


small = st.tuples(st.integers(0, 12), st.integers(0, 12))


@settings(deadline=None, max_examples=60)
@given(small, small, small)
def test_no_small_number_is_ever_in_the_file(first, second, before) -> None:
    def of(a: tuple[int, int], b: tuple[int, int]) -> dict[tuple[str, str], tuple[float, float]]:
        return {
            (code, id): (x, x + rest if id == SHARE else 9000)
            for code, (x, rest) in zip(CODES, (a, b), strict=True)
            for id in (SHARE, RATE)
        }

    found = rows(holding(of(first, second), 2), (holding(of(before, second)),))
    for code, (x, rest) in zip(CODES, (first, second), strict=True):
        row = found[code]
        if 1 <= x <= 5:
            assert row[f"{RATE}_numerator"] == row[RATE] == "c"
        if 1 <= x <= 5 or 1 <= rest <= 5 or 1 <= x + rest <= 5:
            assert row[f"{SHARE}_numerator"] == row[f"{SHARE}_denominator"] == row[SHARE] == "c"

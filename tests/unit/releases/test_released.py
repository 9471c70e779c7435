"""A release as it is read: changes in words, why there is no figure, how far chance may carry one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import catalogue
from concord.rules import definitions
from concord.rules.figures import Amount
from concord.rules.released import Figure, changed, intervals, parts_in_words, why_none
from concord.rules.releases import Included, changes, content, figure_rows

D = Decimal
KNOWN = catalogue.indicators()
TIMELY, CLA, CASELOAD = KNOWN["assessments_45d_pct"], KNOWN["cla_rate"], KNOWN["sw_caseload_mean"]


def test_changes_in_words() -> None:
    before = figure_rows(
        [CLA, TIMELY],
        [
            Included(
                "202", "", "provisional", {CLA.id: Amount(D(10), D(100)), TIMELY.id: Amount(D(3), D(4))}
            ),
            Included("203", "", "validated", {CLA.id: Amount(D(10), D(100))}),
        ],
    )
    after = figure_rows(
        [CLA, TIMELY],
        [
            Included(
                "202", "", "validated", {CLA.id: Amount(D(1234), D(100)), TIMELY.id: Amount(missing="Lost")}
            ),
            Included("204", "", "validated", {}),
        ],
    )
    found = changed(
        tuple(changes(before, after)), {"202": "Camden", "203": "Greenwich"}, {i.id: i for i in (CLA, TIMELY)}
    )
    gone, camden, greenwich = found
    assert (gone.name, gone.came, gone.went) == ("204", 2, 0)
    assert (greenwich.name, greenwich.went) == ("Greenwich", 2)
    assert camden.status == ("provisional", "validated")
    assert camden.figures == (
        (CLA.short, "10 of 100", "1,234 of 100"),
        (TIMELY.short, "3 of 4", "none: Lost"),
    )


def test_parts_in_words() -> None:
    assert parts_in_words(["1200", None, None]) == "1,200"
    assert parts_in_words([None, "5", None]) == "none"


def test_why_there_is_no_figure() -> None:
    def held(amount: Amount) -> str:
        return why_none(Figure(amount, "", "", None), TIMELY)

    assert why_none(None, TIMELY) == "Not in this release"
    assert held(Amount(D(1), D(2))) == ""
    assert held(Amount(missing="The system was down")) == "The system was down"
    assert held(Amount(D(0), D(0))) == "Nothing to divide by"
    assert held(Amount(D(1), None)) == "No denominator is known"


def test_intervals_hold_the_figure_and_are_published_ones() -> None:
    found = intervals(TIMELY, {"a": Amount(D(65), D(100)), "b": Amount(missing="x"), "c": Amount(D(0), D(0))})
    assert set(found) == {"a"}
    low, high = found["a"]
    assert (round(low, 2), round(high, 2)) == (D("55.25"), D("73.64"))  # Wilson, by hand
    low, high = intervals(CLA, {"a": Amount(D(0), D(10_000))})["a"]
    assert low == 0
    assert round(high, 3) == D("3.689")  # exact Poisson: 3.689 for none
    assert intervals(CASELOAD, {"a": Amount(D(10), D(5))}) == {}


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=8))
def test_an_interval_for_every_share_that_can_have_one(pairs: list[tuple[int, int]]) -> None:
    amounts = {str(n): Amount(D(over), D(under)) for n, (over, under) in enumerate(pairs)}
    found = intervals(TIMELY, amounts)
    for key, amount in amounts.items():
        over, under = amount.numerator, amount.denominator
        assert over is not None
        assert under is not None
        assert (key in found) == (under > 0 and over <= under)
        if key in found:
            low, high = found[key]
            assert D("-1e-9") <= low <= 100 * over / under + D("1e-9") <= high + D("2e-9") <= 100 + D("3e-9")


def test_the_hash_covers_explanations_too() -> None:
    def of(explanation: str) -> list[list[object]]:
        return content(
            figure_rows(
                [CLA], [Included("202", "", "validated", {CLA.id: Amount(D(1), D(2), "", explanation)})]
            )
        )

    assert of("a") != of("b")


@pytest.mark.parametrize("indicator", KNOWN.values(), ids=lambda i: i.id)
def test_every_check_and_denominator_can_be_said(indicator: catalogue.model.Indicator) -> None:
    names = {i.id: i.short for i in KNOWN.values()}
    for check in indicator.checks:
        words = definitions.check_in_words(check, indicator.unit, names)
        assert words.endswith((" it must be mended.", " it must be explained."))
        assert "None" not in words
    assert definitions.denominator_source(indicator, names)

"""The return file, the proof that no child is in it, and the forms around it."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from catalogue import indicators
from catalogue.periods import Period
from tally import returns
from tally.engine import Figure, definitions
from tally.faults import TallyFault

Q1 = Period.parse("2026-27Q1")


def line(**changes) -> returns.Line:
    figure = {
        "authority": "330",
        "period": "2026-27Q1",
        "indicator": "rereferrals_pct",
        "numerator": Decimal(10),
        "denominator": Decimal(40),
        "method": "dates of referrals",
    }
    return returns.Line(**(figure | changes))


def test_the_columns_are_those_that_concord_takes(tmp_path):
    returns.write(tmp_path / "r.csv", [line(excluded=1, unknown=2)])
    [row] = csv.DictReader((tmp_path / "r.csv").read_text().splitlines())
    assert list(row) == [
        "authority", "period", "indicator", "numerator", "denominator", "method", "excluded", "unknown",
        "definition_version", "tool_version", "definitions_hash",
    ]  # fmt: skip
    assert (row["numerator"], row["denominator"], row["excluded"], row["unknown"]) == ("10", "40", "1", "2")
    assert row["definition_version"] == indicators()["rereferrals_pct"].version
    assert len(row["definitions_hash"]) == 64
    assert returns.read(tmp_path / "r.csv")["rereferrals_pct"].value == 25


def test_a_sound_return_is_proved():
    returns.prove([line()], {"1234567", "40"}, rows_read=100)  # a count may equal an identifier


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "1234567"},
        {"method": "dates of referrals; 1234567"},
        {"indicator": "1234567"},
        {"authority": "1234567"},
        {"numerator": Decimal(1234567)},
        {"numerator": Decimal("0.5")},
        {"denominator": Decimal(101)},
        {"excluded": 1234567},
        {"unknown": -1},
    ],
    ids=str,
)
def test_a_cell_that_could_hold_a_child_stops_the_return(changes):
    with pytest.raises(TallyFault) as stopped:
        returns.prove([line(**changes)], {"1234567"}, rows_read=100)
    assert stopped.value.code == returns.LEAK
    assert "1234567" not in str(stopped.value)


def test_an_identifier_that_is_a_word_of_the_return_stops_it_too():
    with pytest.raises(TallyFault):
        returns.prove([line()], {"dates of referrals"}, rows_read=100)


def test_every_method_of_a_definition_is_a_word_that_the_proof_knows():
    assert {"dates of referrals", "count in the list", "open at the end of the quarter"} <= returns.methods()


@pytest.mark.parametrize(
    ("changes", "small"),
    [
        ({"numerator": Decimal(0)}, False),
        ({"numerator": Decimal(1)}, True),
        ({"numerator": Decimal(5)}, True),
        ({"numerator": Decimal(6)}, False),
        ({"numerator": Decimal(38)}, True),  # all but two: the two are known as well
        ({"numerator": Decimal(40)}, False),
        ({"indicator": "cla_rate", "denominator": None, "numerator": Decimal(3)}, True),
        (
            {"indicator": "sw_vacancy_pct", "method": "typed", "numerator": Decimal(3)},
            False,
        ),  # posts, not children
    ],
    ids=str,
)
def test_small_numbers_are_flagged(changes, small):
    assert line(**changes).small is small


def test_lines_stand_in_the_catalogues_order_typed_ones_too():
    figures = [Figure(id, 1, None, 0, 0, "") for id in reversed(definitions())]
    typed = [line(indicator="ehe_rate", method="typed")]
    order = [one.indicator for one in returns.lines("330", Q1, figures, typed)]
    assert order == [id for id in indicators() if id in definitions() or id == "ehe_rate"]


def test_the_blank_form_names_every_item_that_no_list_holds_and_is_read_back(tmp_path):
    path = tmp_path / "typed.csv"
    path.write_text(returns.blank_form(), encoding="utf-8-sig")
    assert returns.read_typed(path, "330", Q1) == []
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert {row["indicator"] for row in rows} == {
        id for id, one in indicators().items() if one.input == "typed"
    }
    path.write_text("indicator,numerator,denominator\nsw_agency_pct,12.5,80.4\nehe_rate,300,\n")
    agency, home = returns.read_typed(path, "330", Q1)
    assert (agency.numerator, agency.denominator, home.denominator) == (
        Decimal("12.5"),
        Decimal("80.4"),
        None,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("indicator,numerator\nsw_agency_pct,1\n", "has no column denominator"),
        ("indicator,numerator,denominator\nsw_agency_pct,1,\n", "line 2: sw_agency_pct needs a denominator"),
        (
            "indicator,numerator,denominator\nsw_agency_pct,many,9\n",
            "line 2: the numerator “many” is not a number",
        ),
        ("indicator,numerator,denominator\nsw_agency_pct,NaN,9\n", "is not a number"),
        ("indicator,numerator,denominator\nsw_agency_pct,-1,9\n", "is not a number, nought or more"),
        ("indicator,numerator,denominator\ncla_rate,1,9\n", "“cla_rate” is no item to type in"),
    ],
)
def test_a_wrong_form_says_where_and_what(tmp_path, text, words):
    (tmp_path / "typed.csv").write_text(text)
    with pytest.raises(TallyFault, match=words):
        returns.read_typed(tmp_path / "typed.csv", "330", Q1)


@pytest.mark.parametrize("code", ["33", "3300", "E08", "３３０", ""])
def test_an_authority_is_a_code_of_three_digits(code):
    with pytest.raises(TallyFault, match="three digits"):
        returns.check_authority(code)

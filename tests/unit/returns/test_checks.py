"""Each check of a return: when it speaks, and when it holds its peace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import catalogue
from catalogue.model import (
    AtMost,
    Check,
    DenominatorEquals,
    Indicator,
    LargeChange,
    LargeMove,
    NumeratorAtMostDenominator,
    PartOf,
    RegionImplausible,
    StockBalance,
)
from concord.rules.figures import Amount
from concord.rules.return_checks import (
    SYMBOLS,
    InRegion,
    Unreadable,
    _apply,
    check,
    read_amount,
    stops,
    symbol_in,
)

A, D = Amount, Decimal


def indicator(id: str = "cla", *checks: Check, **changes: Any) -> Indicator:
    """A proportion with both parts typed in, unless told otherwise."""
    day = date(2026, 4, 1)
    fields: dict[str, Any] = {
        "id": id, "name": f"Name of {id}", "short": id.upper(), "group": "Children in care", "question": "",
        "numerator": "Some",
        "denominator": "All", "denominator_from": "return", "kind": "proportion", "unit": "%", "multiplier": 100,
        "decimals": 1, "whole": True, "polarity": "none", "basis": "stock", "definition": "", "source_return": "",
        "input": "typed", "min_denominator": 10, "version": "1", "author": "", "checked_by": "", "reviewed": day,
        "next_review": day, "checks": checks,
    }  # fmt: skip
    return Indicator(**(fields | changes))


def count(id: str, *checks: Check) -> Indicator:
    return indicator(
        id, *checks, denominator="", denominator_from="none", kind="count", unit="children", multiplier=1
    )


def said(asked: list[Indicator], now: dict[str, Amount], **around: Any) -> list[tuple[str, str, str, str]]:
    found = check(asked, now.items(), **around)
    return [(f.indicator, f.field, f.severity, f.code) for f in found]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (A(D(5), D(10)), []),
        (A(D(0), D(0)), []),
        (A(missing="Not counted here"), []),
        (A(), [("numerator", "no-figure")]),
        (A(denominator=D(5)), [("numerator", "no-figure")]),
        (A(D(5), D(10), "Not counted"), [("missing", "figure-and-reason")]),
        (A(D(-1), D(10)), [("numerator", "negative")]),
        (A(D("1.5"), D(10)), [("numerator", "not-whole")]),
        (A(D(5)), [("denominator", "no-denominator")]),
        (A(D(5), D(0)), [("denominator", "nothing-to-divide-by")]),
        (A(D(5), D("9.5")), [("denominator", "not-whole")]),
        (A(D(5), D(-9)), [("denominator", "negative")]),
        (A(D(10) ** 13, D(10) ** 14), [("numerator", "too-large"), ("denominator", "too-large")]),
        (A(D(5), D(10), "", "x" * 2001), [("explanation", "too-long")]),
        (A(None, None, "x" * 2001), [("missing", "too-long")]),
    ],
)
def test_a_row_by_itself(amount: Amount, expected: list[tuple[str, str]]) -> None:
    found = said([indicator()], {"cla": amount})
    assert found == [("cla", field, "error", code) for field, code in expected]


def test_rows_that_do_not_belong() -> None:
    rows = [("cla", A(D(1), D(2))), ("cla", A(D(1), D(2))), ("other", A(D(1)))]
    assert [(f.indicator, f.code) for f in check([indicator()], rows)] == [
        ("cla", "duplicate"),
        ("other", "unknown-indicator"),
    ]


def test_a_row_left_out_is_missed() -> None:
    assert said([indicator()], {}) == [("cla", "numerator", "error", "no-figure")]


@pytest.mark.parametrize(
    ("rule", "now", "last", "speaks"),
    [
        (NumeratorAtMostDenominator(), A(D(11), D(10)), A(), True),
        (NumeratorAtMostDenominator(), A(D(10), D(10)), A(), False),
        (AtMost(value=D(50)), A(D(6), D(10)), A(), True),
        (AtMost(value=D(50)), A(D(5), D(10)), A(), False),
        (LargeChange(percent=D(30), floor=20), A(D(131), D(999)), A(D(100), D(999)), True),
        (LargeChange(percent=D(30), floor=20), A(D(130), D(999)), A(D(100), D(999)), False),
        (LargeChange(percent=D(30), floor=20), A(D(29), D(999)), A(D(10), D(999)), False),
        (LargeChange(percent=D(30), floor=20), A(D(69), D(999)), A(D(100), D(999)), True),
        (LargeChange(percent=D(30), floor=20), A(D(20), D(999)), A(D(0), D(999)), True),
        (LargeChange(percent=D(30), floor=20), A(D(999), D(999)), A(), False),
        (LargeMove(points=D(10)), A(D(61), D(100)), A(D(50), D(100)), True),
        (LargeMove(points=D(10)), A(D(60), D(100)), A(D(50), D(100)), False),
        (LargeMove(points=D(10)), A(D(9), D(9)), A(D(50), D(100)), False),
        (LargeMove(points=D(10)), A(D(61), D(100)), A(D(0), D(9)), False),
        (LargeMove(points=D(10)), A(D(61), D(100)), A(), False),
    ],
)
def test_a_check_on_one_indicator(rule: Check, now: Amount, last: Amount, speaks: bool) -> None:
    found = said([indicator("cla", rule)], {"cla": now}, last={"cla": last})
    tag = type(rule).__struct_config__.tag
    assert found == ([("cla", "numerator", rule.severity, tag)] if speaks else [])


@pytest.mark.parametrize(
    ("value", "middle", "figures", "speaks"),
    [(41, 10, 5, True), (40, 10, 5, False), (41, 10, 4, False), (2, 10, 5, True), (41, 0, 9, False)],
)
def test_what_is_implausible_in_the_region(value: int, middle: int, figures: int, speaks: bool) -> None:
    asked = [indicator("cla", RegionImplausible(times=D(4)))]
    region = {"cla": InRegion(D(middle), figures)}
    found = said(asked, {"cla": A(D(value), D(100))}, region=region)
    assert bool(found) is speaks
    small = said(asked, {"cla": A(D(0), D(9))}, region=region)
    assert small == []


def test_the_middle_of_a_region() -> None:
    assert InRegion.of([D(1), D(9), D(2)]) == InRegion(D(2), 3)
    assert InRegion.of([]) is None


@pytest.mark.parametrize(
    ("now", "starts", "ends", "last", "speaks"),
    [
        (110, 30, 20, 100, False),
        (112, 30, 20, 100, False),
        (113, 30, 20, 100, True),
        (107, 30, 20, 100, True),
        (500, None, 20, 100, False),
        (500, 30, 20, None, False),
    ],
)
def test_stock_is_last_stock_plus_starts_less_ends(
    now: int, starts: int | None, ends: int, last: int | None, speaks: bool
) -> None:
    rule = StockBalance(starts="in", ends="out", tolerance_percent=D(1), floor=2)
    asked = [count("cla", rule), count("in"), count("out")]
    amounts = {
        "cla": A(D(now)),
        "in": A(missing="No count") if starts is None else A(D(starts)),
        "out": A(D(ends)),
    }
    found = said(asked, amounts, last={} if last is None else {"cla": A(D(last))})
    assert bool(found) is speaks


def test_a_part_is_no_more_than_its_whole_and_a_denominator_is_what_is_said_elsewhere() -> None:
    asked = [count("part", PartOf(of="all")), count("all"), indicator("share", DenominatorEquals(of="all"))]
    fine = {"part": A(D(5)), "all": A(D(5)), "share": A(D(1), D(5))}
    assert said(asked, fine) == []
    assert said(asked, fine | {"part": A(D(6))}) == [("part", "numerator", "query", "part-of")]
    assert said(asked, fine | {"share": A(D(1), D(6))}) == [
        ("share", "denominator", "query", "denominator-equals")
    ]
    assert said(asked, fine | {"all": A(missing="No")}) == []


def test_a_figure_that_is_none_is_compared_with_nothing() -> None:
    asked = [indicator("cla", NumeratorAtMostDenominator(), LargeChange(percent=D(1), floor=1))]
    assert said(asked, {"cla": A(D(-50), D(10))}, last={"cla": A(D(5), D(10))}) == [
        ("cla", "numerator", "error", "negative")
    ]


def test_every_kind_of_check_in_the_catalogue_is_applied() -> None:
    for each in {type(c): c for i in catalogue.indicators().values() for c in i.checks}.values():
        assert _apply.dispatch(type(each)) is not _apply.dispatch(object)


def test_errors_stop_and_queries_stop_until_explained() -> None:
    asked = [count("a", LargeChange(percent=D(10), floor=1)), count("b")]
    last = {"a": A(D(10)), "b": A(D(10))}
    amounts = {"a": A(D(90)), "b": A()}
    found = check(asked, amounts.items(), last)
    assert [f.indicator for f in stops(found, amounts)] == ["a", "b"]
    amounts |= {
        "a": A(D(90), None, "", "A large family came"),
        "b": A(D(-1), None, "", "No words mend an error"),
    }
    found = check(asked, amounts.items(), last)
    assert [f.indicator for f in stops(found, amounts)] == ["b"]


@pytest.mark.parametrize(
    ("raw", "whole", "expected"),
    [
        (None, True, None), ("", True, None), ("  ", True, None), ("12", True, 12), (" 1,204 ", True, 1204),
        ("1 204", True, 1204), ("1\u00a0204", True, 1204), (1204.0, True, 1204), (3, True, 3), ("0", True, 0),
        ("1,234,567", True, 1234567), ("12.50", False, D("12.5")), (23.716666666, False, D("23.72")),
        (0.1 + 0.2, False, D("0.3")), (3.0000000000001, True, 3), ("−5", True, -5), ("1e2", True, 100),
        ("12.5", True, D("12.5")),
        ("1e-999999999", True, 0), *((symbol, True, None) for symbol in SYMBOLS), ("LOW", True, None),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(raw: Any, whole: bool, expected: Any) -> None:
    assert read_amount(raw, whole) == expected


@pytest.mark.parametrize(
    ("raw", "whole", "code"),
    [
        ("abc", True, "not-a-number"), ("12 children", True, "not-a-number"), ("1,20", True, "not-a-number"),
        ("12%", False, "percentage"), (True, True, "not-a-number"),
        ("nan", True, "too-large"), ("inf", True, "too-large"),
        ("1e20", True, "too-large"), ("12.004", True, "not-whole"), ("#DIV/0!", True, "not-a-number"),
        ("٣", True, "not-a-number"), ("1_000", True, "not-a-number"), ("1e999999999", True, "too-large"),
        ("-1e999999999", True, "too-large"),
        (float("nan"), True, "too-large"),
        (date(2026, 4, 1), True, "not-a-number"), ("x" * 5000, True, "not-a-number"),
    ],
)  # fmt: skip
def test_amounts_that_are_none(raw: Any, whole: bool, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_amount(raw, whole)
    assert refused.value.code == code
    assert len(str(refused.value)) < 120


def test_a_cell_is_quoted_as_it_was_written() -> None:
    with pytest.raises(Unreadable, match="^“about 200” is not a number"):
        read_amount(" about\u00a0 200 ")
    with pytest.raises(Unreadable, match="^“12 %” is a percentage"):
        read_amount("12 %")


def test_symbols_are_told_apart_from_blanks() -> None:
    assert symbol_in(" C ") == "c"
    assert symbol_in("") == symbol_in(5) == symbol_in(None) == ""

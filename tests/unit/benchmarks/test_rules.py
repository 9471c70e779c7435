"""Four quarters as one, the neighbours’ middle, the sentences, the small line."""

from __future__ import annotations

from decimal import Decimal

import pytest

import catalogue
from catalogue.periods import Period
from concord.pages.benchmarks.sparkline import sparkline
from concord.rules.benchmarks import Stands, listed, middle, sentences, small, steady, together
from concord.rules.figures import Amount

INDICATORS = catalogue.indicators()
Q1 = Period.parse("2026-27Q1")


def quarters(*parts: tuple[int, int | None]) -> list[Amount | None]:
    return [Amount(Decimal(n), None if d is None else Decimal(d)) for n, d in parts]


def test_four_quarters_of_a_share_are_sums_over_sums() -> None:
    whole = together(INDICATORS["rereferrals_pct"], quarters((10, 100), (20, 100), (30, 300), (40, 500)))
    assert whole == Amount(Decimal(100), Decimal(1000))


def test_four_quarters_of_a_rate_keep_the_last_population() -> None:
    whole = together(INDICATORS["cla_start_rate"], quarters((10, 9000), (20, 9000), (30, 9000), (40, 10000)))
    assert whole == Amount(Decimal(100), Decimal(10000))


@pytest.mark.parametrize(
    ("indicator", "given"),
    [
        ("cla_rate", quarters((10, 9000), (20, 9000), (30, 9000), (40, 10000))),  # a stock is not added up
        ("cla_start_rate", [None, *quarters((20, 9000), (30, 9000), (40, 10000))]),
        ("cla_start_rate", [Amount(missing="lost"), *quarters((20, 9000), (30, 9000), (40, 10000))]),
        ("cla_start_rate", quarters((20, 9000), (30, 9000), (40, 10000))),
        ("rereferrals_pct", quarters((10, None), (20, 100), (30, 300), (40, 500))),
    ],
)
def test_nothing_is_put_together_of_less_than_four_quarters_of_a_flow(
    indicator: str, given: list[Amount | None]
) -> None:
    assert together(INDICATORS[indicator], given) is None


def test_under_the_least_denominator_there_is_no_figure_to_compare() -> None:
    rate = INDICATORS["cla_rate"]
    assert small(rate, Amount(Decimal(7), Decimal(999)))
    assert not small(rate, Amount(Decimal(7), Decimal(1000)))
    assert steady(rate, Amount(Decimal(7), Decimal(999))) is None
    assert steady(rate, Amount(Decimal(7), Decimal(1000))) == 70
    assert not small(INDICATORS["care_leavers_count"], Amount(Decimal(7)))


def test_the_middle_counts_only_those_with_a_figure_and_takes_three() -> None:
    assert middle([Decimal(1), None, Decimal(9), Decimal(4)]) == (Decimal(4), 3)
    assert middle([Decimal(1), Decimal(2), Decimal(4), Decimal(9)]) == (Decimal(3), 4)
    assert middle([Decimal(1), Decimal(9), None]) == (None, 2)
    assert middle([]) == (None, 0)


def stands(**fifths: str) -> list[Stands]:
    return [
        Stands(INDICATORS[i], word != "missing", "provisional", word.replace("missing", ""))
        for i, word in fifths.items()
    ]


def test_the_sentences_name_what_stands_out_and_what_is_missing() -> None:
    said = sentences(
        "Camden",
        "London",
        Q1,
        stands(
            rereferrals_pct="top",
            assessments_45d_pct="bottom",
            icpc_15d_pct="missing",
            cla_rate="lowest",
            cpp_rate="",
        ),
    )
    assert said == (
        (
            "In April to June 2026, of the 3 indicators on which one end is better, Camden stands in London’s top "
            "fifth on 1 (Re-referrals); and in London’s bottom fifth on 1 (Assessed in 45 days)."
        ),
        "Of the 2 on which neither end is better, it is among the lowest fifth on 1 (Looked after).",
        "4 of 5 figures are here, all provisional; missing: Conference in 15 days.",
    )


def test_a_neutral_indicator_is_never_called_better_or_worse() -> None:
    first, second, _ = sentences("Camden", "London", Q1, stands(cla_rate="highest", cpp_rate="lowest"))
    assert "Looked after" not in first
    assert "top" not in second
    assert "bottom" not in second


def test_the_sentences_of_one_with_nothing_that_stands_out() -> None:
    first, second, third = sentences("Camden", "London", Q1, stands(rereferrals_pct="", cla_rate=""))
    assert first.endswith("Camden stands in neither London’s top fifth nor its bottom fifth on any.")
    assert second.endswith("it is at neither end of London on any.")
    assert third == "All 2 figures are here, all provisional."


def test_a_year_is_said_as_a_year() -> None:
    assert sentences("Camden", "London", Period.parse("2025-26"), stands(cla_rate=""))[0].startswith(
        "In the year to March 2026"
    )


def test_long_lists_are_cut_and_counted() -> None:
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed(list("ABCDEF")) == "A, B, C, D and 2 more"


def test_the_small_line_starts_at_nought_and_leaves_gaps() -> None:
    drawn = sparkline([Decimal(5), Decimal(10), None, Decimal(0)])
    assert drawn.count("<line") == 1
    assert drawn.count("<circle") == 3
    assert 'cy="4.0"' in drawn  # the largest at the top
    assert 'cy="20.0"' in drawn  # nought at the bottom
    assert 'aria-hidden="true"' in drawn
    assert "style" not in drawn


def test_the_small_line_stops_where_the_definition_is_another() -> None:
    values = [Decimal(5), Decimal(10), Decimal(3), Decimal(0)]
    assert sparkline(values).count("<line") == 3
    broken = sparkline(values, breaks=[2])
    assert broken.count("<line") == 2
    assert broken.count("<circle") == 4
    assert 'x2="49.3"' not in broken  # the third figure is joined to none before it


@pytest.mark.parametrize("values", [[], [None, None], [Decimal(4), None]])
def test_one_figure_is_no_line(values: list[Decimal | None]) -> None:
    assert sparkline(values) == ""

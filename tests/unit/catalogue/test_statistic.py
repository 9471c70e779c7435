"""Published measures are put together from published figures, and nothing withheld leaks by arithmetic."""

from decimal import Decimal

from catalogue.publication import Figure, Measure, statistic

SHARE = Measure(
    title="", unit="%", multiplier=100, value="percent", numerator="count", denominator=("a", "b")
)
RATE = Measure(title="", unit="", multiplier=10000, numerator="count", denominator=("population-0-17",))


def figures(**cells: str) -> dict[str, Figure]:
    return {
        key: Figure(
            "p",
            key,
            "authority",
            "301",
            "",
            "",
            2025,
            Decimal(text) if text[0].isdigit() else None,
            "" if text[0].isdigit() else text,
        )
        for key, text in cells.items()
    }


def test_a_published_value_is_given_as_published() -> None:
    got = statistic(SHARE, figures(percent="14.2", count="10", a="30", b="40"))
    assert got == (Decimal("14.2"), Decimal(10), Decimal(70), "", False)


def test_a_withheld_value_stays_withheld_even_where_its_parts_are_known() -> None:
    got = statistic(SHARE, figures(percent="c", count="10", a="30", b="40"))
    assert (got.value, got.symbol, got.derived) == (None, "c", False)


def test_a_rate_is_worked_out_only_where_none_is_published() -> None:
    got = statistic(RATE, figures(count="12"), Decimal(6000))
    assert (got.value, got.denominator, got.derived) == (Decimal(20), Decimal(6000), True)
    for cells, symbol in (({"count": "c"}, "c"), ({}, "")):
        got = statistic(RATE, figures(**cells), Decimal(6000))
        assert (got.value, got.symbol, got.derived) == (None, symbol, False)
    assert statistic(RATE, figures(count="12"), None).value is None
    assert statistic(RATE, figures(count="12"), Decimal(0)).value is None


def test_a_sum_with_a_withheld_part_is_not_made() -> None:
    assert statistic(SHARE, figures(percent="5", count="2", a="40", b="c")).denominator is None


def test_the_denominator_can_be_a_multiple() -> None:
    days = Measure(
        title="",
        unit="%",
        multiplier=100,
        value="p",
        numerator="n",
        denominator=("fte",),
        denominator_times=253,
    )
    assert statistic(days, figures(p="3.5", n="100", fte="10")).denominator == 2530

"""The working-day calendar, against the rules that the bank holidays follow and the years that broke them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.workingdays import (
    CalendarEnds,
    add_working_days,
    bank_holidays,
    first_and_last_day,
    is_working_day,
    working_days_between,
)

FIRST, LAST = first_and_last_day()
inside = st.dates(FIRST + timedelta(days=200), LAST - timedelta(days=200))


def easter_sunday(year: int) -> date:
    """Western Easter by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def monday(year: int, month: int, last: bool = False) -> date:
    """The first or the last Monday of a month."""
    if not last:
        return min(d for d in (date(year, month, i) for i in range(1, 8)) if d.weekday() == 0)
    day = date(year, month, 31)
    return day - timedelta(days=day.weekday())


def by_the_act(year: int) -> set[date]:
    """Schedule 1 of the 1971 Act with the early May day, New Year and substitute days."""
    easter = easter_sunday(year)
    days = {easter - timedelta(days=2), easter + timedelta(days=1)}
    days |= {monday(year, 5), monday(year, 5, last=True), monday(year, 8, last=True)}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() > 4 or fixed in days:
            fixed += timedelta(days=1)
        days.add(fixed)
    return days


MOVED_OR_ADDED = {
    2011: ({date(2011, 4, 29)}, set()),
    2012: ({date(2012, 6, 4), date(2012, 6, 5)}, {date(2012, 5, 28)}),
    2020: ({date(2020, 5, 8)}, {date(2020, 5, 4)}),
    2022: ({date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)}, {date(2022, 5, 30)}),
    2023: ({date(2023, 5, 8)}, set()),
}


@pytest.mark.parametrize("year", range(FIRST.year, LAST.year + 1))
def test_each_year_is_the_acts_days_with_its_proclamations(year: int) -> None:
    added, taken = MOVED_OR_ADDED.get(year, (set(), set()))
    assert {d for d in bank_holidays() if d.year == year} == (by_the_act(year) | added) - taken


def test_the_table_reaches_from_2010_to_2028_at_least() -> None:
    assert date(2010, 1, 1) >= FIRST
    assert date(2028, 12, 31) <= LAST


def test_counting_at_a_weekend_and_over_christmas() -> None:
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)  # 28 December is a substitute day
    assert add_working_days(date(2026, 12, 29), -1) == date(2026, 12, 24)
    assert add_working_days(date(2026, 9, 30), 30) == date(2026, 11, 11)
    assert add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 23)  # a Saturday
    assert add_working_days(date(2026, 11, 20), 0) == date(2026, 11, 20)
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 23)) == 1
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert working_days_between(date(2026, 11, 23), date(2026, 11, 20)) == -1


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_outside_the_table_it_says_so_and_does_not_guess(day: date) -> None:
    with pytest.raises(CalendarEnds, match="gov.uk/bank-holidays"):
        is_working_day(day)
    with pytest.raises(CalendarEnds):
        working_days_between(day, FIRST if day < FIRST else LAST)


def test_adding_past_the_end_says_so() -> None:
    with pytest.raises(CalendarEnds):
        add_working_days(LAST, 1)


@given(inside, st.integers(1, 120))
def test_adding_and_counting_undo_each_other(day: date, n: int) -> None:
    later = add_working_days(day, n)
    assert is_working_day(later)
    assert working_days_between(day, later) == n
    assert add_working_days(later, -n) <= day or not is_working_day(day)


@given(inside, inside, inside)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    a, b, c = sorted((a, b, c))
    assert working_days_between(a, b) + working_days_between(b, c) == working_days_between(a, c)

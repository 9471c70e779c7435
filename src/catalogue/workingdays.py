"""Working days in England: Monday to Friday without bank holidays.

The bank holidays are a table (``bank_holidays.toml``, source GOV.UK), not a rule: a proclamation can move
or add one. Outside the years of the table nothing is guessed: ``CalendarEnds`` is raised.
"""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_DAY = timedelta(days=1)


class CalendarEnds(ValueError):
    """A day before the first or after the last for which bank holidays are known."""


class _Table(NamedTuple):
    first: date
    last: date
    names: dict[date, str]


@cache
def _table() -> _Table:
    raw = tomllib.loads((files("catalogue") / "bank_holidays.toml").read_text("utf-8"))
    return _Table(
        raw["first"], raw["last"], {date.fromisoformat(day): name for day, name in raw["days"].items()}
    )


def first_and_last_day() -> tuple[date, date]:
    """The first and the last day for which bank holidays are known."""
    return _table()[:2]


def bank_holidays() -> dict[date, str]:
    """Every known bank holiday in England and Wales, with its name, on the weekday on which it is kept."""
    return dict(_table().names)


def is_working_day(day: date) -> bool:
    """Whether a day is a Monday to Friday that is no bank holiday. Raises CalendarEnds."""
    first, last, names = _table()
    if not first <= day <= last:
        raise CalendarEnds(
            f"Bank holidays are known from {_words(first)} to {_words(last)}, and {_words(day)} is "
            "outside: add its year to bank_holidays.toml from gov.uk/bank-holidays"
        )
    return day.weekday() < 5 and day not in names


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after ``day`` (before it, if n is negative); ``day`` itself is not counted.

    With n = 0: ``day`` if it is a working day, else the next working day. Raises CalendarEnds.
    """
    step = -_DAY if n < 0 else _DAY
    if n == 0:
        while not is_working_day(day):
            day += step
    for _ in range(abs(n)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after ``start`` up to and including ``end``.

    Friday to the Monday after is 1; a day to itself is 0. If ``end`` is earlier the count is that of the
    days from ``end`` to ``start``, negative. For n > 0 it undoes ``add_working_days``:
    ``working_days_between(day, add_working_days(day, n)) == n``. Raises CalendarEnds.
    """
    if end < start:
        return -working_days_between(end, start)
    is_working_day(start)  # both ends must be known
    return sum(is_working_day(start + _DAY * i) for i in range(1, (end - start).days + 1))


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"

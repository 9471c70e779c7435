"""The working-day table that definitions join: every day with a running number of working days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from catalogue.workingdays import first_and_last_day, is_working_day


@cache
def working_day_rows() -> list[tuple[date, int]]:
    """Each day for which bank holidays are known, with how many working days there were up to and including it.

    The number of one day less the number of an earlier one is the working days after the earlier, up to the
    later.
    """
    day, last = first_and_last_day()
    rows, number = [], 0
    while day <= last:
        number += is_working_day(day)
        rows.append((day, number))
        day += timedelta(days=1)
    return rows

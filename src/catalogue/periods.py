"""Reporting periods of English children's services: financial quarters and reporting years.

A quarter is written ``2026-27Q1`` (April to June 2026); a year ``2026-27`` (April 2026 to March 2027),
which the DfE calls reporting year 2027. Both are half-way between a number and a word in every region's
workbooks, so they are parsed once, here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Literal

Kind = Literal["quarter", "year"]

_KEY = re.compile(r"(?P<first>20\d\d)-(?P<second>\d\d)(?:Q(?P<quarter>[1-4]))?")
_MONTHS = "January February March April May June July August September October November December".split()


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A financial quarter (``quarter`` 1 to 4) or, with ``quarter`` 0, the whole financial year.

    ``year`` is the calendar year in which the financial year begins.
    """

    year: int
    quarter: int = 0

    @classmethod
    def parse(cls, key: str) -> Period:
        """Read ``2026-27Q1`` or ``2026-27``. Raises ValueError that says what was expected."""
        match = _KEY.fullmatch(key.strip().upper().replace(" ", ""))
        if not match or (int(match["first"]) + 1) % 100 != int(match["second"]):
            raise ValueError(f"“{key}” is not a period: write a quarter as 2026-27Q1 or a year as 2026-27")
        return cls(int(match["first"]), int(match["quarter"] or 0))

    @classmethod
    def quarter_of(cls, day: date) -> Period:
        """The financial quarter in which a day falls."""
        year = day.year if day.month >= 4 else day.year - 1
        return cls(year, (day.month - 4) % 12 // 3 + 1)

    @classmethod
    def year_of(cls, day: date) -> Period:
        """The financial year in which a day falls."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def kind(self) -> Kind:
        """``quarter`` or ``year``."""
        return "quarter" if self.quarter else "year"

    @property
    def key(self) -> str:
        """The written form, which sorts in time order among periods of one kind."""
        year = f"{self.year}-{(self.year + 1) % 100:02d}"
        return f"{year}Q{self.quarter}" if self.quarter else year

    @property
    def start(self) -> date:
        """First day."""
        month = 4 + 3 * (max(self.quarter, 1) - 1)
        return date(self.year + (month > 12), (month - 1) % 12 + 1, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return self.next().start - timedelta(days=1)

    @property
    def label(self) -> str:
        """In words: “April to June 2026”, or “year to March 2027”."""
        first, last = self.start, self.end
        if not self.quarter:
            return f"year to March {last.year}"
        return f"{_MONTHS[first.month - 1]} to {_MONTHS[last.month - 1]} {last.year}"

    @property
    def short(self) -> str:
        """For a chart's axis: “Q1 2026-27” or “2026-27”."""
        return f"Q{self.quarter} {self.key[:7]}" if self.quarter else self.key

    @property
    def reporting_year(self) -> int:
        """The DfE's reporting year: the calendar year in which the financial year ends."""
        return self.year + 1

    def shift(self, periods: int) -> Period:
        """The period so many later (or, if negative, earlier)."""
        if not self.quarter:
            return Period(self.year + periods)
        count = self.year * 4 + self.quarter - 1 + periods
        return Period(count // 4, count % 4 + 1)

    def next(self) -> Period:
        """The period after this one."""
        return self.shift(1)

    def previous(self) -> Period:
        """The period before this one."""
        return self.shift(-1)

    def __lt__(self, other: Period) -> bool:
        return (self.year, self.quarter) < (other.year, other.quarter)

    def __str__(self) -> str:
        return self.key


def last_finished(day: date, kind: Kind) -> Period:
    """The latest period of a kind that had ended before ``day``."""
    period = Period.quarter_of(day) if kind == "quarter" else Period.year_of(day)
    return period.previous()

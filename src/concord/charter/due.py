"""The small grammar in which a charter says when a duty is due.

====================================================  ========================================================
``30 working days after the quarter ends``            a deadline counted from the end of each quarter
``at the end of the half-year``                       the last day of each half-year (30 September, 31 March)
``by 31 January``                                     that day in each financial year, open from 1 April
``between 1 February and 31 May``                     a window that opens in each financial year
``in October or November``, ``in March``              whole months, likewise
``within 10 working days``, ``6 weeks after``         a deadline counted from what happened
``12 to 16 weeks after``                              a window counted from what happened
``at once``                                           the same day
====================================================  ========================================================

Units are days, working days, weeks and months. A month later is the same day of that month, or its last day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["days", "working days", "weeks", "months"]
PeriodName = Literal["quarter", "half-year", "year"]
MONTHS = "January February March April May June July August September October November December".split()
EXAMPLES = (
    "a rule such as “30 working days after the quarter ends”, “by 31 January”, “in October or November”, "
    "“12 to 16 weeks after”, “within 10 working days” or “at once”"
)
# A year's duty recurs every year, so a day must be in every year: 29 February is not.
_LENGTHS = dict(zip(MONTHS, (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_LONGEST = 10_000


class DueError(ValueError):
    """A rule that cannot be read or cannot be met; says what was wrong and what was expected."""

    def __init__(self, problem: str, expected: str = EXAMPLES) -> None:
        super().__init__(f"{problem}; expected {expected}")
        self.problem, self.expected = problem, expected


@dataclass(frozen=True, slots=True)
class After:
    """``first`` to ``last`` units after something happened, or after a period ends when ``of`` is set."""

    text: str
    first: int
    last: int
    unit: Unit
    of: PeriodName | None = None


@dataclass(frozen=True, slots=True)
class EndOf:
    """The last day of a period."""

    text: str
    of: PeriodName


@dataclass(frozen=True, slots=True)
class Yearly:
    """From one (month, day), in each financial year, to the next (month, day) that follows it.

    ``open_from`` is (4, 1) where only the last day is set: the financial year begins in April.
    """

    text: str
    open_from: tuple[int, int]
    until: tuple[int, int]


Due = After | EndOf | Yearly

_MONTH = "|".join(MONTHS)
_DAY = rf"(\d{{1,2}}) ({_MONTH})"
_UNIT = r"(working days?|days?|weeks?|months?)"
_OF = r"(?: the (quarter|half-year|year) ends)?"
_AFTER = re.compile(
    rf"(?:within )?(?:(\d{{1,9}})(?: to | ?- ?| ?– ?))?(\d{{1,9}}) {_UNIT}(?: after{_OF})?", re.I
)
_END = re.compile(r"(?:by|at) the end of the (quarter|half-year|year)", re.I)
_BY = re.compile(rf"by {_DAY}", re.I)
_BETWEEN = re.compile(rf"between {_DAY} and {_DAY}", re.I)
_IN = re.compile(rf"in ({_MONTH})(?: (?:or|to|and) ({_MONTH}))?", re.I)


def parse(text: str) -> Due:
    """Read a rule. Raises `DueError` that says what was expected."""
    rule = " ".join(text.split())
    if rule.lower() in ("at once", "immediately"):
        return After(rule, 0, 0, "days")
    if match := _AFTER.fullmatch(rule):
        return _after(rule, *match.groups())
    if match := _END.fullmatch(rule):
        return EndOf(rule, match[1].lower())  # type: ignore[arg-type]
    if match := _BY.fullmatch(rule):
        return Yearly(rule, (4, 1), _day(match[1], match[2]))
    if match := _BETWEEN.fullmatch(rule):
        return Yearly(rule, _day(match[1], match[2]), _day(match[3], match[4]))
    if match := _IN.fullmatch(rule):
        last = (match[2] or match[1]).capitalize()
        return Yearly(rule, _day("1", match[1]), _day(str(_LENGTHS[last]), last))
    raise DueError(f"“{text}” is not a rule that can be read")


def _after(rule: str, first: str | None, last: str, unit: str, of: str | None) -> After:
    low, high = int(first or 0), int(last)
    if low > high:
        raise DueError(f"“{rule}” begins after it ends", f"the smaller number first: “{high} to {low} ...”")
    if high > _LONGEST:
        raise DueError(f"“{rule}” is too far away", f"at most {_LONGEST} {unit}")
    plural = unit.lower().rstrip("s") + "s"
    return After(rule, low, high, plural, of.lower() if of else None)  # type: ignore[arg-type]


def _day(day: str, month: str) -> tuple[int, int]:
    name = month.capitalize()
    if not 1 <= int(day) <= _LENGTHS[name]:
        raise DueError(f"{day} {name} is not in every year", f"a day from 1 to {_LENGTHS[name]} {name}")
    return MONTHS.index(name) + 1, int(day)


def recurs(due: Due, every: str | None) -> str | None:
    """Why a rule does not fit a cadence, or None if it does. A duty that follows something has none."""
    counted_from = due.of if isinstance(due, After | EndOf) else "year"
    if counted_from == every:
        return None
    if every is None:
        return f"“{due.text}” is a matter of the calendar, but the duty follows from something that happens"
    if counted_from is None:
        return f"“{due.text}” does not say which end it counts from, as in “after the {every} ends”"
    return f"“{due.text}” recurs every {counted_from}, but the duty every {every}"

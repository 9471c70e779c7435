"""When the duties of a charter fall due.

Scheduled duties (every quarter, half-year or year) come from the calendar alone; triggered duties get a
window from what happened. Pure and deterministic: no clock. A deadline in working days needs the table of
bank holidays and raises `catalogue.workingdays.CalendarEnds` beyond it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from catalogue.periods import Period
from catalogue.workingdays import add_working_days
from concord.charter.chapters import DatasetUse
from concord.charter.due import After, Due, EndOf, Unit, Yearly, parse
from concord.charter.schema import Charter, Commitment, Evidence

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From the earliest to the latest day on which a duty may be done, both included."""

    earliest: date
    latest: date


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a scheduled duty falls due.

    ``period`` is a quarter (2026-27Q1), a financial year (2026-27), or the last day of a half-year
    (2026-09-30). It may be done from ``opens``; after ``due`` it is late.
    """

    commitment: Commitment
    period: str
    opens: date
    due: date


def window(due: str | Due, start: date) -> Window:
    """The window that a rule opens when something happened on ``start``.

    For a rule counted from the end of a period, ``start`` is the period’s last day. Raises DueError for a
    rule that cannot be read, ValueError for one that does not count from anything (“by 31 January”).
    """
    rule = parse(due) if isinstance(due, str) else due
    if not isinstance(rule, After):
        raise ValueError(f"“{rule.text}” is a matter of the calendar; it does not count from {start}")
    return Window(_later(start, rule.first, rule.unit), _later(start, rule.last, rule.unit))


def occurrences(charter: Charter, first: date, last: date) -> tuple[Occurrence, ...]:
    """The scheduled duties that fall due from ``first`` to ``last``, both included, soonest first.

    A period counts when the memorandum was in force on its last day (for a yearly rule, on the due day), and
    nothing falls due after revocation.
    """
    found = (o for commitment in charter.commitments for o in _of(charter, commitment, first, last))
    return tuple(sorted(found, key=lambda o: (o.due, _number(o.commitment.clause))))


def _of(charter: Charter, commitment: Commitment, first: date, last: date) -> Iterator[Occurrence]:
    if not commitment.scheduled or commitment.due is None:
        return
    memorandum = charter.memorandum
    first = max(first, memorandum.commences)
    last = min(last, memorandum.revoked or date.max)
    if first > last:
        return
    for key, ends, span in dates(str(commitment.every), commitment.due, first, last):
        if ends >= memorandum.commences:
            yield Occurrence(commitment, key, max(span.earliest, memorandum.commences), span.latest)


def dates(every: str, due: Due, first: date, last: date) -> Iterator[tuple[str, date, Window]]:
    """For a cadence and rule: period key, the day on which the period ends, and the window, by due date.

    Only those whose latest day lies from ``first`` to ``last``. ``every`` is quarter, half-year or year.
    """
    reach = timedelta(days=_reach(due))
    begin = max(first, date(2, 1, 1) + reach) - reach
    for key, starts, ends in _periods(every, begin, last):
        if isinstance(due, After) and ends > last - timedelta(days=due.last):
            continue  # falls due after ``last``, perhaps beyond the known bank holidays
        span = _span(due, starts, ends)
        if first <= span.latest <= last:
            yield key, span.latest if isinstance(due, Yearly) else ends, span


def return_window(dataset: DatasetUse, period: Period) -> Window:
    """When a period’s return may be made: from its end to the day on which it is due. Raises CalendarEnds."""
    return _span(dataset.due, period.start, period.end)


def release_due(dataset: DatasetUse, period: Period) -> date | None:
    """The day by which a period’s figures are to be released, or None where none is set."""
    return _span(dataset.release_due, period.start, period.end).latest if dataset.release_due else None


def _periods(every: str, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Key, first and last day of the periods that begin by ``last`` and end on or after ``first``."""
    period = Period.quarter_of(first) if every == "quarter" else Period.year_of(first)
    while period.start <= last and period.year < MAXYEAR - 1:
        if every == "half-year":
            autumn = Period(period.year, 2).end
            yield autumn.isoformat(), period.start, autumn
            yield period.end.isoformat(), autumn + _DAY, period.end
        else:
            yield period.key, period.start, period.end
        period = period.next()


def _span(due: Due, starts: date, ends: date) -> Window:
    match due:
        case EndOf():
            return Window(starts, ends)
        case Yearly():
            opens = _next(due.open_from, starts)
            return Window(opens, _next(due.until, opens))
        case After():
            found = window(due, ends)
            return Window(min(max(found.earliest, ends + _DAY), found.latest), found.latest)


def _next(month_day: tuple[int, int], start: date) -> date:
    """The first such day on or after ``start``."""
    day = date(start.year, *month_day)
    return day if day >= start else date(start.year + 1, *month_day)


def _later(start: date, count: int, unit: Unit) -> date:
    if count == 0:
        return start
    if unit == "working days":
        return add_working_days(start, count)
    if unit != "months":
        return start + timedelta(days=count * (7 if unit == "weeks" else 1))
    years, month = divmod(start.month - 1 + count, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _reach(due: Due) -> int:
    """At least how many days after its period ends a rule can fall due."""
    if isinstance(due, After):
        return due.last * {"days": 1, "working days": 3, "weeks": 7, "months": 31}[due.unit] + 31
    return 366 if isinstance(due, Yearly) else 0


def _number(clause: str) -> tuple[tuple[int, ...], str]:
    """A clause as what it sorts by: 2.1c before 2.10."""
    figures = clause.rstrip("abcdefghijklmnopqrstuvwxyz")
    return tuple(int(part) for part in figures.split(".")), clause[len(figures) :]


def collations(charter: Charter, occurrences: Sequence[Occurrence]) -> Iterator[Occurrence]:
    """The other half of a duty to return: the office that collates a dataset releases it when all is in.

    One for each time that a return falls due and the charter sets a day for the release; they go beside the
    occurrences that they follow from.
    """
    last = {c.met_by.of: c for c in charter.commitments if c.met_by.kind == "return"}
    stated = {c.met_by.of for c in charter.commitments if c.met_by.kind == "release"}
    for key, asked in last.items():
        if key in stated:
            continue
        dataset = charter.dataset(key)
        collating = asked.model_copy(
            update={
                "duty": f"Collate and release: {dataset.title}",
                "owed_by": charter.office(dataset.collated_by).of,
                "through": dataset.collated_by,
                "met_by": Evidence.model_validate({"release": key}),
            }
        )
        for o in occurrences:
            if o.commitment.id == asked.id and (due := release_due(dataset, Period.parse(o.period))):
                yield Occurrence(collating, o.period, o.due + timedelta(days=1), due)

"""Lays out what happens with every return and release, and plays it in the order in which it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

import catalogue
from catalogue.periods import Period
from catalogue.workingdays import add_working_days, working_days_between
from concord.actions import releases
from concord.charter.calendar import release_due, return_window
from concord.charter.chapters import DatasetUse
from concord.demo import events
from concord.demo.people import Cast
from concord.demo.quarters import History
from concord.demo.turns import Turn
from concord.queries.standing import MemberNow, standing_of
from concord.records.models import Alliance

LONDON = ZoneInfo("Europe/London")
NOT_BEGUN = ("202", "892")
"""Whose latest return is left for the visitor to make: Camden and Nottingham."""


@dataclass(order=True)
class Step:
    """Something done at a moment; ``order`` settles which of two at one moment comes first."""

    at: datetime
    order: int
    do: Callable[[datetime], None] = field(compare=False)


def play(steps: Iterable[Step], now: datetime, say: Callable[[int, int], None]) -> int:
    """Do the steps that lie before now, in order of time. ``say`` hears how many of how many are done."""
    due = sorted(step for step in steps if step.at <= now)
    for n, step in enumerate(due, 1):
        step.do(step.at)
        if n % 250 == 0 or n == len(due):
            say(n, len(due))
    return len(due)


def moment(day: date, minute: int = 0) -> datetime:
    """So many minutes after nine in the morning in London."""
    return (datetime.combine(day, time(9), LONDON) + timedelta(minutes=minute)).astimezone(UTC)


@dataclass(frozen=True)
class Collection:
    """One dataset of one alliance, with every member’s made-up books; ``planting`` plays the planted events."""

    alliance: Alliance
    use: DatasetUse
    histories: Mapping[str, History]
    quarters: tuple[Period, ...]
    now: datetime
    planting: bool = True

    def steps(self) -> Iterator[Step]:
        """Everything that happens, period by period."""
        if self.use.every == "quarter":
            for number, period in enumerate(self.quarters, 1):
                yield from _Round(self, period, number).steps()
            return
        for year in range(min(h.first.year for h in self.histories.values()), self.quarters[-1].year + 1):
            if Period(year).end <= self.quarters[-1].end:
                yield from _Round(self, Period(year), 0).steps()


class _Round:
    """What happens with the returns of one period. Days are counted in working days after the period’s end."""

    def __init__(self, of: Collection, period: Period, number: int) -> None:
        self.of, self.period, self.number = of, period, number
        self.indicators = catalogue.datasets()[of.use.key].indicators
        self.rng = np.random.default_rng([period.year, period.quarter, len(of.histories)])
        self.due = working_days_between(period.end, return_window(of.use, period).latest)
        latest = release_due(of.use, period)
        self.released = working_days_between(period.end, latest) - 1 if latest else self.due + 9
        if number == 4:
            self.released += 4  # once the analyst was late
        self.last = number == len(of.quarters)
        self.latest = of.planting and self.last
        today = of.now.astimezone(LONDON).date()
        elapsed = working_days_between(period.end, today)
        # The latest quarter may have just ended: then the days gone by must do for what is to be seen.
        self.squeeze = min(1.0, max(elapsed - 1, 1) / self.due) if self.latest else 1.0

    def steps(self) -> Iterator[Step]:
        """The members’ turns, and the release but for the latest quarter’s, which is left to the visitor."""
        for member in standing_of(self.of.alliance, self.period.end).taking_part:
            for order, (day, do) in enumerate(self._member(member)):
                yield Step(self._at(day, 60 * order), order, do)
        if not self.last:
            yield Step(self._at(self.released, 300), 99, self._release)

    def _at(self, day: float, minute: int) -> datetime:
        number = max(1, round(day * self.squeeze))
        return moment(add_working_days(self.period.end, number), minute + int(self.rng.integers(0, 60)))

    def _member(self, member: MemberNow) -> Iterator[tuple[float, Callable[[datetime], None]]]:
        """The turns of one return, as far as it comes: the working day and what is done."""
        sent = min(max(self.due * float(self.rng.beta(4, 1.6)), 3), self.due - 1)
        fate, turn = float(self.rng.random()), self._turn(member)
        if self._event("silent", member.code):
            yield self.due + 1, turn.chase
            return
        if self._event("late", member.code):
            yield self.due + 1, turn.chase
            sent = self.due + 4
        if self.latest and member.code in NOT_BEGUN:
            return
        if self.latest and fate < 0.12:
            yield sent, turn.save
            return
        yield sent, turn.submit
        asked = fate < 0.22 if self.latest else fate > 0.95
        if turn.wrong is None and self.latest and fate >= 0.6:
            return
        if asked or self._event("data-error", member.code):
            yield sent + 1, turn.query
            if self.latest:
                return
            yield sent + 2, turn.answer
        yield sent + 3, turn.accept
        if self._event("released-error", member.code):
            yield self.released + 8, turn.reopen
            yield self.released + 10, turn.put_right
            yield self.released + 11, turn.accept
            yield self.released + 12, turn.correct

    def _event(self, kind: events.Kind, code: str) -> events.Event | None:
        return events.runs(code, kind, self.number) if self.of.planting else None

    def _turn(self, member: MemberNow) -> Turn:
        books = self.of.histories[member.code]
        read = books.quarter if self.period.quarter else books.year
        wrong = self._event("data-error", member.code) or self._event("released-error", member.code)
        return Turn(
            alliance=self.of.alliance,
            authority=member.id,
            dataset=self.of.use.key,
            period=self.period.key,
            collated_by=self.of.use.collated_by,
            true=read(self.period, self.indicators),
            status="provisional" if self.period.quarter and self.rng.random() < 0.4 else "validated",
            wrong=wrong,
        )

    def _release(self, at: datetime) -> None:
        releases.make_release(
            by=Cast(self.of.alliance).actor(self.of.use.collated_by, at),
            at=at,
            alliance=self.of.alliance,
            dataset=self.of.use.key,
            period=self.period.key,
        )

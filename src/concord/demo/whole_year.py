"""``concord demo year``: one year of both regions, day by day through the actions, and an account of every duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from catalogue.periods import Period
from concord.actions._queue import held
from concord.actions._run import SYSTEM
from concord.actions.editions import load_reference
from concord.demo import memorandum, people
from concord.demo.fill import EDITIONS, begun, must_be_empty
from concord.demo.part import steps_of
from concord.demo.play import Collection, Step, moment, play
from concord.demo.quarters import history
from concord.demo.year import Year
from concord.queries.duties import duties, setting_of
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority
from concord.rules.duty import STATES, Obligation

Say = Callable[[str], None]
AFTER = 3
"""Quarters played after the year’s end, in which the looks back fall."""


@dataclass(frozen=True, slots=True)
class Account:
    """How an alliance stands when its year is over. ``unexplained``: missed, though nothing says why."""

    alliance: str
    day: date
    states: dict[str, int]
    kept_elsewhere: tuple[str, ...]
    unexplained: tuple[Obligation, ...]

    def lines(self) -> Iterable[str]:
        """The account in words."""
        yield f"{self.alliance} on {self.day:%-d %B %Y}"
        for state, mark in STATES.items():
            if count := self.states.get(state):
                yield f"  {count:,} {mark.words}"
        if self.kept_elsewhere:
            yield f"  Not kept in Concord yet: {', '.join(self.kept_elsewhere)}"
        for duty in self.unexplained:
            yield f"  Unexplained: {duty.commitment.id}, {duty.party.name}, due {duty.due}: {duty.state}"
        if not self.unexplained:
            yield "  No duty is unexplained."


def play_year(year: Period, say: Say) -> list[Account]:
    """Fill an empty database with one year and what follows from it. Raises NotEmpty.

    Nothing is planted: everybody does what the memorandum asks, but for who takes part in a limited way, and for
    what a variation waives.
    """
    must_be_empty()
    quarters = tuple(
        Period(year.year, 1).shift(n) for n in range(-1, 4 + AFTER)
    )  # one falls due in the first days
    begins = moment(year.start + timedelta(days=3))
    end = moment(quarters[-1].end)
    with transaction.atomic(), held():
        if not Authority.objects.exists():
            load_reference(by=SYSTEM, at=begins)
        steps: list[Step] = []
        for edition in EDITIONS:
            alliance = begun(edition, begins, say)
            memorandum.sign(alliance, begins + timedelta(days=14), unsigned=())
            memorandum.limit(alliance, begins + timedelta(days=20))
            memorandum.vary(alliance, begins + timedelta(days=20))
            steps += [*_returns(alliance, quarters, end), *steps_of(Year(alliance, year))]
        _day_by_day(steps, end, say)
        accounts = [account(alliance, year, end.date()) for alliance in Alliance.objects.all()]
    people.forget()
    return accounts


def _day_by_day(steps: list[Step], end: datetime, say: Say) -> None:
    """Every step on its day; a line for each month."""
    months: Counter[str] = Counter(f"{s.at:%Y-%m}" for s in steps if s.at <= end)
    for month in sorted(months):
        play((s for s in steps if f"{s.at:%Y-%m}" == month), end, lambda done, of: None)
        say(f"{month}: {months[month]:,} steps")


def _returns(alliance: Alliance, quarters: tuple[Period, ...], now: datetime) -> list[Step]:
    standing = standing_of(alliance, quarters[-1].end)
    books = {m.code: history(m.code, quarters[-1], len(quarters), planting=False) for m in standing.members}
    return [
        step
        for use in standing.charter.datasets
        for step in Collection(alliance, use, books, quarters, now, planting=False).steps()
    ]


def account(alliance: Alliance, year: Period, day: date) -> Account:
    """Every duty of the year: those that fell due from its first day up to ``day``."""
    setting = setting_of(alliance, day, year.start, day)
    found = duties([setting], day)[alliance.key]
    elsewhere = sorted({d.commitment.id for d in found if d.kept_elsewhere})
    missed = tuple(d for d in found if d.state == "missed" and not d.why)
    return Account(alliance.name, day, dict(Counter(str(d.state) for d in found)), tuple(elsewhere), missed)

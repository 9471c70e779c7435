"""A year of the memorandum in the demonstration: self-evaluation, challenge, plan and looks back, for every member.

What is done, and in which order, follows from the charter's acts; when, from its windows. Each authority does it on
days of its own. Everything goes through the actions that people use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from catalogue.workingdays import add_working_days
from concord.demo.challenging import Challenging
from concord.demo.following import Following
from concord.demo.play import Step, moment
from concord.demo.writing import Writing
from concord.demo.year import Do, Year
from concord.rules.challenge import CHALLENGE, acts_of


def steps_of(year: Year) -> Iterator[Step]:
    """Everything that happens in a cycle; nothing where the memorandum has no challenge."""
    if year.charter.challenge is None:
        return
    yield from year.groups()
    for number, member in enumerate(year.members):
        yield from Part(year, member, number, meets=member.code not in year.waived).steps()


class Part(Writing, Challenging, Following):
    """One authority’s way through the cycle: on which day each verb of its year is done."""

    @property
    def share(self) -> float:
        """Where in a window this authority lies, from 0 to 1."""
        return (self.number * 0.381966) % 1.0

    def steps(self) -> Iterator[Step]:
        """Its self-evaluation, its challenge, and what follows."""
        writing, meeting = self.of.writing, self.of.meeting
        span = (writing.due - writing.opens).days
        done = writing.opens + timedelta(days=round(span * (0.25 + 0.45 * self.share)))
        if self.of.first:
            yield self._step(writing.opens + timedelta(days=2), self.nominate)
        yield self._step(writing.opens + timedelta(days=3 + self.number % 9), self.begin)
        yield self._step(done - timedelta(days=2), self.write)
        yield self._step(done, self.hand_in)
        if not self.meets:
            return
        span = (meeting.due - meeting.opens).days
        held = add_working_days(meeting.opens + timedelta(days=round(span * (0.15 + 0.5 * self.share))), 1)
        for order, (offset, do) in enumerate(self._acts(held)):
            yield self._step(_shifted(held, offset), do, order)

    def _step(self, day: date, do: Do, order: int = 0) -> Step:
        return Step(moment(add_working_days(day - timedelta(days=1), 1), 20 + self.number + order), order, do)

    def _acts(self, held: date) -> Iterator[tuple[int, Do]]:
        ways: Mapping[str, tuple[int, Do]] = {
            "conflicts": (-30, self.answer),
            "coach": (-24, self.first_word),
            "request": (-22, self._just("request", "lead")),
            "submit": (-15, self.submit),
            "scrutinise": (-8, self.read),
            "enquire": (-5, self.enquire),
            "timetable": (-4, self.timetable),
            "converse": (0, self.converse),
            "record": (1, self.record),
            "reflect": (4, self.reflect),
            "themes": (5, self.pass_on),
            "report": (
                6,
                self._just("report", "lead", "triad", note="Two recommendations; much to build on."),
            ),
            "respond": (11, self.respond),
            "weigh": (14, self.weigh),
            "deposit": (15, self.deposit),
            "plan": (8, self.make_plan),
            "share": (12, self.acknowledge),
            "challenge-plan": (16, self.challenge_plan),
            "follow-up": (75, self.look_back("follow-up-report")),
            "progress-check": (125, self.look_back("progress-check")),
        }
        for act in acts_of(self.of.charter, CHALLENGE):
            if act in ways:
                yield ways[act]
        yield 40, self.progress
        yield 135, self.close


def _shifted(day: date, working_days: int) -> date:
    """So many working days after a day, or about as many before it."""
    if working_days > 0:
        return add_working_days(day, working_days)
    return day + timedelta(days=round(working_days * 7 / 5))

"""Fills an empty database with the demonstration: both regions, their people, and twelve quarters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from catalogue.periods import Period, last_finished
from concord.actions._queue import Job, held, later
from concord.actions._run import SYSTEM
from concord.actions.analysis import BACKGROUND, analyse_from, analyse_published
from concord.actions.editions import load_edition, load_reference
from concord.actions.published import load_own_table
from concord.demo import events, memorandum, people
from concord.demo.part import steps_of
from concord.demo.play import LONDON, Collection, Step, moment, play
from concord.demo.quarters import history
from concord.demo.year import Year
from concord.queries import panels
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Pack

EDITIONS = ("london-2019", "east-midlands-2020")
Say = Callable[[str], None]


class NotEmpty(Exception):
    """There is an alliance already; the demonstration is never mixed with anything."""


def must_be_empty() -> None:
    """Raises NotEmpty."""
    if Alliance.objects.exists():
        raise NotEmpty("There are alliances in this database already. The demonstration needs an empty one.")


def fill(now: datetime, say: Say) -> None:
    """All of it or nothing. The same ``now`` gives the same demonstration. Raises NotEmpty."""
    must_be_empty()
    last = last_finished(now.astimezone(LONDON).date(), "quarter")
    quarters = tuple(last.shift(n) for n in range(1 - events.QUARTERS, 1))
    begins = moment(quarters[0].start + timedelta(days=3))
    with transaction.atomic(), held() as jobs:
        steps: list[Step] = []
        say("Published figures")
        if not Authority.objects.exists():
            load_reference(by=SYSTEM, at=begins)
        load_own_table(by=SYSTEM, at=begins)
        for edition in EDITIONS:
            alliance = begun(edition, begins, say)
            memorandum.sign(alliance, begins + timedelta(days=14))
            steps += _events(alliance, quarters)
            steps += _returns(alliance, quarters, now)
            steps += cycles(alliance, now)
        say("Twelve quarters of returns, and two years of self-evaluation, challenge and plan")
        steps = [replace(step, do=_with_what_follows(step.do, jobs)) for step in steps]
        play(steps, now, lambda done, of: say(f"  {done:,} of {of:,} steps"))
        say("Where to look in the published figures")
        if year := panels.newest_published_year():
            analyse_published(by=BACKGROUND, at=now, year=year)
        waiting = list(Pack.objects.filter(made_at=None).values_list("pk", flat=True))
    for pack in waiting:
        later("pack", pack)
    for release in panels.latest_quarters():
        later("documents", release.pk)
    people.forget()


def _with_what_follows(do: Callable[[datetime], None], jobs: list[Job]) -> Callable[[datetime], None]:
    """A step, and where to look worked out at once if it released figures: what is written later reads it."""

    def then(at: datetime) -> None:
        do(at)
        while jobs:
            job, details = jobs.pop()
            if job == "analyse":
                analyse_from(int(details[0]), at)

    return then


def cycles(alliance: Alliance, now: datetime) -> list[Step]:
    """The last cycle of self-evaluation and challenge whole, and this year’s as far as it is come."""
    this = Period.year_of(now.astimezone(LONDON).date())
    return [*steps_of(Year(alliance, this.shift(-1))), *steps_of(Year(alliance, this, first=False))]


def begun(edition: str, begins: datetime, say: Say) -> Alliance:
    """An alliance of the demonstration with somebody in every office."""
    text = (settings.ROOT / f"charters/{edition}.toml").read_text("utf-8")
    alliance = load_edition(by=SYSTEM, at=begins, text=text, name=f"{edition}.toml", demo=True).alliance
    say(f"{alliance.name}: offices and signatures")
    people.appoint_everybody(alliance, begins)
    return alliance


def _events(alliance: Alliance, quarters: tuple[Period, ...]) -> list[Step]:
    """What happens in an alliance beside the figures, each on the first working day of a quarter."""
    planned = (
        (2, memorandum.limit),
        (3, memorandum.vary),
        (6, people.change_holder),
        (8, people.lend),
    )
    return [
        Step(moment(quarters[number - 1].start + timedelta(days=2)), 0, _of(alliance, do))
        for number, do in planned
    ]


def _of(alliance: Alliance, do: Callable[[Alliance, datetime], object]) -> Callable[[datetime], None]:
    def then(at: datetime) -> None:
        do(alliance, at)

    return then


def _returns(alliance: Alliance, quarters: tuple[Period, ...], now: datetime) -> list[Step]:
    standing = standing_of(alliance, quarters[-1].end)
    books = {m.code: history(m.code, quarters[-1], len(quarters)) for m in standing.members}
    return [
        step
        for use in standing.charter.datasets
        for step in Collection(alliance, use, books, quarters, now).steps()
    ]

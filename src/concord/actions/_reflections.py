"""Reflections: who still owes one, what follows when one is handed in, and when the last has come."""

from __future__ import annotations

from concord.actions import _challenge as core
from concord.actions._run import Run
from concord.actions.challengers import _needed
from concord.actions.papers import when_handed_in
from concord.queries.challenges import acts_done
from concord.queries.memorandum import charter_of
from concord.records.models import Challenge, Paper, Seat, Section
from concord.rules.challenge import acts_of
from concord.rules.seats import TAKEN

ACT, TRAINING = "reflect", "training"


def without_reflection(challenge: Challenge) -> list[Seat]:
    """Who sits in a challenge, has not handed in a reflection, and is not excused from it."""
    written = Paper.objects.filter(
        challenge=challenge, document="reflection", submitted_at__isnull=False
    ).values("author")
    seats = Seat.objects.filter(
        challenge=challenge, state__in=TAKEN, ended_at=None, excused_because=""
    ).exclude(person__in=written)
    return list(seats.select_related("person").order_by("pk"))


def when_all(run: Run, challenge: Challenge) -> None:
    """Once nobody owes a reflection, the act is done; the lead is told."""
    done = acts_done(challenge)
    asked = ACT in acts_of(charter_of(challenge.edition), challenge.activity)
    if asked and ACT not in done and "converse" in done and not without_reflection(challenge):
        core.mark(run, challenge, ACT, in_turn=False)
        core.tell(
            run, challenge, core.group(challenge, "lead"), f"{challenge.title}: every reflection is there."
        )


@when_handed_in("reflection")
def _reflected(run: Run, paper: Paper) -> None:
    """Training that somebody asks for goes to whoever keeps the register (East Midlands, clause 2.3e)."""
    if paper.challenge is None or paper.author is None:
        return
    row = core.locked(paper.challenge)
    asked = Section.objects.filter(paper=paper, key=TRAINING).values_list("text", flat=True).first() or ""
    seat = Seat.objects.filter(challenge=row, person=paper.author).select_related("authority").first()
    if asked.strip() and seat is not None:
        _needed(
            run,
            alliance=row.alliance,
            person=paper.author,
            authority=seat.authority,
            challenge=row,
            need=asked,
        )
    when_all(run, row)

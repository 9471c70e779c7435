"""The meetings of a timetable, told of one by one: each letter carries its calendar entry."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.timezone import localtime

from concord.actions._run import Run
from concord.queries.challenges import address
from concord.queries.feeds import MEETING, anchor
from concord.records.models import Challenge, Seat, Slot


def when(slot: Slot) -> str:
    """“Monday 7 December 2026, 09:00, County Hall”."""
    place = f", {slot.place}" if slot.place else ""
    return f"{localtime(slot.starts):%A %-d %B %Y, %H:%M}{place}"


def tell(run: Run, row: Challenge, slot: Slot, sentence: str) -> None:
    """Everybody who sits, or is asked to, is told of a meeting at once."""
    seats = Seat.objects.filter(challenge=row, ended_at=None)
    _tell(run, row, slot, seats.values_list("person", flat=True), sentence)


def join(run: Run, row: Challenge, person: int) -> None:
    """Somebody who is asked to take part is told of the meetings that are to come."""
    for slot in _to_come(run, row):
        _tell(run, row, slot, [person], f"{row.title}: {slot.title}, {when(slot)}.")


def leave(run: Run, row: Challenge, people: Iterable[int]) -> None:
    """Those who no longer sit: the meetings to come go out of their calendars."""
    gone = list(people)
    for slot in _to_come(run, row) if gone else ():
        _tell(run, row, slot, gone, f"{row.title}: no longer for you: {slot.title}, {when(slot)}.")


def call_off(run: Run, row: Challenge) -> None:
    """The meetings to come of a challenge that is called off, with it."""
    for slot in _to_come(run, row):
        slot.cancelled_at, slot.sequence = run.at, slot.sequence + 1
        slot.save(update_fields=["cancelled_at", "sequence"])
        tell(run, row, slot, f"{row.title}: called off: {slot.title}, {when(slot)}.")


def _to_come(run: Run, row: Challenge) -> list[Slot]:
    return list(Slot.objects.filter(challenge=row, cancelled_at=None, ends__gt=run.at).order_by("starts"))


def _tell(run: Run, row: Challenge, slot: Slot, people: Iterable[int], sentence: str) -> None:
    link = address(row) + anchor(slot)
    run.tell(people, MEETING, sentence[:400], link, row.alliance.key, urgent=True)

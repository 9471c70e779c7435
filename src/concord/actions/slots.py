"""The timetable of a challenge, and what its host lets visitors do and see."""

from __future__ import annotations

from datetime import date, datetime

from concord.actions import _challenge as core
from concord.actions import _meetings as meetings
from concord.actions._run import Invalid, Run, action
from concord.records.models import Challenge, Permission, Seat, Slot
from concord.rules.challenge import HOST, TIMES
from concord.rules.lifecycle import NotNow


@action("slot.added")
def add(
    run: Run, *, challenge: Challenge, title: str, starts: datetime, ends: datetime, place: str = ""
) -> Slot:
    """Put a meeting into the timetable and invite everybody who sits, or is asked to."""
    row, _ = core.begin(run, challenge, TIMES)
    _check(title, starts, ends)
    slot = Slot.objects.create(
        challenge=row, title=title.strip(), starts=starts, ends=ends, place=place.strip()
    )
    meetings.tell(run, row, slot, f"{row.title}: {slot.title}, {meetings.when(slot)}.")
    core.journal(
        run, row, f"{slot.title} was put into the timetable", ("timetable",), starts=starts.isoformat()
    )
    return slot


@action("slot.changed")
def change(
    run: Run, *, slot: Slot, title: str, starts: datetime, ends: datetime, place: str, seen_sequence: int
) -> Slot:
    """Change a meeting and tell everybody; calendars know the new one by its higher sequence.

    Raises Invalid where somebody changed it meanwhile.
    """
    row, _ = core.begin(run, slot.challenge, TIMES)
    slot = _live(slot)
    if slot.sequence != seen_sequence:
        raise Invalid("Somebody changed this meeting meanwhile: look at it again, then save.")
    _check(title, starts, ends)
    before = {"title": slot.title, "starts": slot.starts.isoformat(), "place": slot.place}
    slot.title, slot.starts, slot.ends, slot.place = title.strip(), starts, ends, place.strip()
    slot.sequence += 1
    slot.save()
    meetings.tell(run, row, slot, f"{row.title}: changed: {slot.title}, {meetings.when(slot)}.")
    core.journal(
        run, row, f"{slot.title} was changed", ("timetable",), before=before, starts=starts.isoformat()
    )
    return slot


@action("slot.cancelled")
def cancel(run: Run, *, slot: Slot) -> Slot:
    """Take a meeting out of the timetable, and out of the calendars that took it in."""
    row, _ = core.begin(run, slot.challenge, TIMES)
    slot = _live(slot)
    slot.cancelled_at, slot.sequence = run.at, slot.sequence + 1
    slot.save(update_fields=["cancelled_at", "sequence"])
    meetings.tell(run, row, slot, f"{row.title}: called off: {slot.title}, {meetings.when(slot)}.")
    core.journal(run, row, f"{slot.title} was called off", ("timetable",))
    return slot


@action("permission.given")
def give(
    run: Run, *, challenge: Challenge, what: str, starts: date, ends: date, seat: Seat | None = None
) -> Permission:
    """The host lets a visitor (or the whole team) do or see something, from a day to a day."""
    row, _ = core.begin(run, challenge, HOST)
    faults = {}
    if not what.strip():
        faults["what"] = "Say what they may do or see"
    if ends < starts:
        faults["ends"] = "The last day must not be before the first"
    if faults:
        raise Invalid("The permission cannot be given as it stands.", faults)
    made = Permission.objects.create(
        challenge=row,
        seat=seat,
        what=what.strip()[:200],
        starts=starts,
        ends=ends,
        given_by=run.who[:200],
        given_at=run.at,
    )
    people = [seat.person_id] if seat else core.group(row)
    core.tell(run, row, people, f"{row.title}: you may: {made.what}", "timetable/")
    core.journal(run, row, "The host gave a permission", ("timetable",), permission=made.pk)
    return made


@action("permission.withdrawn")
def withdraw(run: Run, *, permission: Permission) -> Permission:
    """The host takes a permission back; told at once."""
    row, _ = core.begin(run, permission.challenge, HOST)
    permission = Permission.objects.select_related("seat").get(pk=permission.pk)
    if permission.withdrawn_at:
        raise NotNow("This permission was taken back already.")
    permission.withdrawn_at = run.at
    permission.save(update_fields=["withdrawn_at"])
    people = [permission.seat.person_id] if permission.seat else core.group(row)
    core.tell(
        run, row, people, f"{row.title}: no longer permitted: {permission.what}", "timetable/", urgent=True
    )
    core.journal(run, row, "The host took a permission back", ("timetable",))
    return permission


def _live(slot: Slot) -> Slot:
    slot = Slot.objects.select_for_update().get(pk=slot.pk)
    if slot.cancelled_at:
        raise NotNow("This meeting was called off.")
    return slot


def _check(title: str, starts: datetime, ends: datetime) -> None:
    faults = {}
    if not title.strip():
        faults["title"] = "Say what it is"
    if ends <= starts:
        faults["ends"] = "Enter an end after the beginning"
    if faults:
        raise Invalid("The meeting cannot be kept as it stands.", faults)

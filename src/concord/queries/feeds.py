"""A person's calendar address and what it shows, and the meeting that a letter is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from concord.queries.challenges import address
from concord.queries.duties import duties, link, mine, occasion, setting_of
from concord.queries.membership import actor_of, alliances
from concord.queries.standing import Standing
from concord.records.models import CalendarFeed, Letter, Notice, Person, Seat, Slot
from concord.rules.challenge import COUNTED
from concord.rules.duty import STATES, Obligation
from concord.rules.seats import TAKEN

BACK, AHEAD = timedelta(days=90), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Day:
    """One duty in a calendar: all day on the day on which it is due. ``key`` stays the same from day to day."""

    key: str
    on: date
    title: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of a challenge’s timetable, as a calendar shows it. ``sequence`` grows with each change."""

    pk: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    sequence: int
    cancelled_at: datetime | None
    about: str
    link: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting to which a person is asked; ``stands`` until it is called off or they no longer take part."""

    meeting: Meeting
    name: str
    email: str
    stands: bool


def hash_of(token: str) -> str:
    """What is kept of a token: its SHA-256. The token is long and random, so that needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def made_at(person: int) -> datetime | None:
    """When the person's live calendar address was made; None without one."""
    return (
        CalendarFeed.objects.filter(person=person, revoked_at=None).values_list("made_at", flat=True).first()
    )


def owner(token: str) -> Person | None:
    """Whose live calendar address that is; None if it is unknown or revoked, or the person is gone."""
    feed = (
        CalendarFeed.objects.filter(token_hash=hash_of(token), revoked_at=None, person__is_active=True)
        .select_related("person")
        .first()
    )
    return feed.person if feed else None


def days_of(person: Person, day: date) -> list[Day]:
    """The dated duties of the offices that a person holds today, from 90 days back to 400 ahead."""
    holdings = actor_of(person, day).holdings
    keys = {h.alliance for h in holdings}
    settings = [setting_of(a, day, day - BACK, day + AHEAD) for a in alliances() if a.key in keys]
    found = duties(settings, day)
    return sorted(
        (
            _day(s.standing, duty, duty.due)
            for s in settings
            for duty in found[s.standing.key]
            if duty.due and day - BACK <= duty.due <= day + AHEAD and mine(holdings, s.standing.key, duty)
        ),
        key=lambda entry: (entry.on, entry.key),
    )


def meetings_of(person: Person, day: date) -> list[Meeting]:
    """The meetings of the challenges in which a person sits, in the alliances where they hold an office today."""
    keys = {h.alliance for h in actor_of(person, day).holdings}
    rows = Slot.objects.filter(
        challenge__seats__in=Seat.objects.filter(person=person, state__in=TAKEN, ended_at=None),
        challenge__alliance__key__in=keys,
        challenge__state__in=COUNTED,
        cancelled_at=None,
        starts__date__range=(day - BACK, day + AHEAD),
    )
    rows = rows.select_related("challenge__alliance").order_by("starts", "pk").distinct()
    return [_meeting(slot) for slot in rows]


MEETING = "meeting"
"""The kind of a notice that is about one meeting, whose link ends in its anchor."""


def anchor(slot: Slot) -> str:
    """Where a meeting stands on the pages of its challenge; a letter that leads there carries its calendar entry."""
    return f"timetable/#{MEETING}-{slot.pk}"


def invitation_of(letter: Letter) -> Invitation | None:
    """The meeting that a letter is about, as it is by now; None for other letters. Three queries at most."""
    told = Notice.objects.filter(letter=letter, kind=MEETING).first()
    if told is None:
        return None
    number = int(told.link.rpartition("-")[2])
    slot = Slot.objects.select_related("challenge__alliance").filter(pk=number).first()
    if slot is None:
        return None
    seated = Seat.objects.filter(challenge=slot.challenge_id, person=letter.person_id, ended_at=None).exists()
    person = letter.person
    return Invitation(_meeting(slot), person.name, person.email, seated and slot.cancelled_at is None)


def _meeting(slot: Slot) -> Meeting:
    about, link = slot.challenge.title, address(slot.challenge) + anchor(slot)
    of = (slot.pk, slot.title, slot.starts, slot.ends, slot.place, slot.sequence, slot.cancelled_at)
    return Meeting(*of, about, link)


def _day(standing: Standing, duty: Obligation, due: date) -> Day:
    commitment = duty.commitment
    clause = commitment.cited or commitment.clause
    lines: Iterable[str] = (
        f"{standing.name}, clause {clause}",
        occasion(duty),
        f"{STATES[duty.state].words.capitalize()}. {duty.why}".strip(),
        "This day is a working date: the memorandum sets none." if commitment.working_date else "",
    )
    return Day(
        f"{standing.key}.{duty.key}",
        due,
        f"{commitment.duty} ({duty.party.name}, clause {clause})",
        "\n".join(filter(None, lines)),
        link(standing.key, duty),
    )

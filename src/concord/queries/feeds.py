"""A person's calendar address, and what it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from concord.queries.duties import duties, link, mine, occasion, setting_of
from concord.queries.membership import actor_of, alliances
from concord.queries.standing import Standing
from concord.records.models import CalendarFeed, Person
from concord.rules.obligations import STATES, Obligation

BACK, AHEAD = timedelta(days=90), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Day:
    """One duty in a calendar: all day on the day on which it is due. ``key`` stays the same from day to day."""

    key: str
    on: date
    title: str
    text: str
    link: str


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

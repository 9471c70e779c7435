"""People of the demonstration, named by their office alone, and who of them acts on a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from catalogue.periods import Period
from concord.actions._run import SYSTEM
from concord.actions.people import appoint, delegate
from concord.charter.schema import Office
from concord.queries.membership import actor_of, holders
from concord.queries.standing import Standing, standing_of
from concord.records.models import Alliance, Authority, Body, Person, SubRegion, Tenure
from concord.rules.access import Actor

OF_BODY = ("director", "data-lead", "improvement-lead", "assistant-director")
"""The offices that a body which answers for several authorities holds for all of them."""
NEW_HOLDER = {"london": "204", "east-midlands": "892"}
"""Whose data lead changes half-way (DfE codes)."""
DELEGATES = {"london": "210", "east-midlands": "831"}
"""Whose director lets the assistant director act in some things."""


@dataclass(frozen=True)
class Cast:
    """Finds who acts in an office of an alliance on a day."""

    alliance: Alliance

    def actor(self, office: str, at: datetime, authority: int | None = None, sub_region: str = "") -> Actor:
        """The holder as the policy sees them that day. Raises LookupError where nobody holds the office."""
        return _actor(self.alliance.pk, office, Period.quarter_of(at.date()), authority, sub_region)


@lru_cache(maxsize=4096)
def _actor(alliance: int, office: str, quarter: Period, authority: int | None, sub_region: str) -> Actor:
    """Offices change in a quarter’s first days; who holds one after a week acts for the rest of it."""
    day = quarter.start + timedelta(days=7)
    person = holders(alliance, office, day, authority, sub_region).first()
    if person is None:
        raise LookupError(f"nobody holds the office {office} in {quarter.label}")
    return actor_of(person, day)


def forget() -> None:
    """Forget who acts: before another database, or after a change of offices."""
    _actor.cache_clear()


def appoint_everybody(alliance: Alliance, at: datetime, offices: tuple[str, ...] = ()) -> int:
    """Put somebody in every office (or those named) of an alliance’s charter. Returns how many."""
    standing = standing_of(alliance, at.date())
    count = 0
    for office in standing.charter.offices:
        if offices and office.key not in offices:
            continue
        for place, name, since in _places(standing, office):
            _appoint(alliance, office, name, at, starts=since, **place)
            count += 1
    forget()
    return count


def _places(standing: Standing, office: Office) -> Iterator[tuple[dict[str, Any], str, date]]:
    """Where an office is held: its place, the place’s name, and since when somebody can hold it."""
    commences = standing.charter.memorandum.commences
    if office.of == "sub-region":
        for part in SubRegion.objects.filter(alliance=standing.id):
            yield {"sub_region": part}, part.name, commences
        return
    if office.of != "authority":
        yield {}, standing.name, commences
        return
    done = set()
    for member in standing.members:
        if member.answered_by and office.key in OF_BODY:
            if member.answered_by not in done:
                body = Body.objects.get(name=member.answered_by)
                yield {"body": body}, body.name, max(commences, member.since)
            done.add(member.answered_by)
        else:
            place = {"authority": Authority.objects.get(pk=member.id)}
            yield place, member.name, max(commences, member.since)


def _appoint(
    alliance: Alliance, office: Office, place: str, at: datetime, suffix: str = "", **details: Any
) -> Tenure:
    return appoint(
        by=SYSTEM,
        at=at,
        alliance=alliance,
        office=office.key,
        email=f"{office.key}{suffix}.{_slug(place)}@demo.example",
        name=f"{office.title}, {place}" + (" (second holder)" if suffix else ""),
        **details,
    )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z]+", "-", name.lower().replace("’", "")).strip("-")


def change_holder(alliance: Alliance, at: datetime) -> None:
    """The data lead of one authority leaves, and another takes over the same day."""
    authority = Authority.objects.get(code=NEW_HOLDER[alliance.key])
    office = standing_of(alliance, at.date()).charter.office("data-lead")
    _appoint(alliance, office, authority.name, at, "-2", starts=at.date(), authority=authority, succeeds=True)
    forget()


def lend(alliance: Alliance, at: datetime) -> None:
    """One director lets the assistant director answer variations and submit returns, until further notice."""
    authority = Authority.objects.get(code=DELEGATES[alliance.key])
    tenure = Tenure.objects.get(alliance=alliance, authority=authority, office="director", ends=None)
    other = Person.objects.get(
        tenures__alliance=alliance, tenures__authority=authority, tenures__office="assistant-director"
    )
    delegate(
        by=actor_of(tenure.person, at.date()),
        at=at,
        tenure=tenure,
        to=other,
        abilities=["return.submit", "variation.propose"],
        starts=at.date(),
        ends=None,
        note="While the director leads the regional programme",
    )

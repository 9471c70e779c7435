"""Reading challenges: which somebody may see, how one stands, who sits in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from concord.charter import Charter
from concord.queries.granted import granted
from concord.queries.membership import acts_for, holders, place_of, today
from concord.queries.memorandum import charter_of
from concord.queries.standing import Standing, on
from concord.records.models import (
    Act,
    Authority,
    Challenge,
    Dispute,
    Incident,
    LineOfEnquiry,
    Permission,
    Person,
    Seat,
    Tenure,
    Theme,
)
from concord.rules.access import Actor, Facts
from concord.rules.challenge import COUNTED, COURSE, role_title, roles_of
from concord.rules.seats import SEAT, TAKEN
from concord.rules.stages import TURN, Done, StageNow, progress

Part = TypeVar("Part", Seat, LineOfEnquiry, Permission, Theme, Incident, Dispute)


def address(challenge: Challenge) -> str:
    """The address of a challenge's page; its parts lie under it."""
    return f"/alliances/{challenge.alliance.key}/challenges/{challenge.pk}/"


def facts_of(challenge: Challenge) -> Facts:
    """What the policy needs of a challenge."""
    return Facts(
        challenge.alliance.key,
        challenge.authority_id,
        challenge.authority.name,
        year=challenge.year,
        challenge=challenge.pk,
    )


def challenge_named(alliance: str, number: int, **_: Any) -> Challenge:
    """A challenge of an alliance by its number. Raises Http404."""
    rows = Challenge.objects.select_related("alliance", "authority", "edition")
    found = rows.filter(alliance__key=alliance, pk=number).first()
    if found is None:
        raise Http404(f"There is no challenge {number} in this alliance")
    return found


def facts_of_challenge(alliance: str, number: int, **parts: Any) -> Facts:
    """Facts of a page about one challenge. Raises Http404."""
    return facts_of(challenge_named(alliance, number))


def acts_done(challenge: Challenge) -> dict[str, Done]:
    """The acts that were done, by their names."""
    rows = Act.objects.filter(challenge=challenge).values_list("act", "on", "by", "note")
    return {act: Done(day, by, note) for act, day, by, note in rows}


def person_of_host(challenge: Challenge, day: date) -> Person | None:
    """The director of the host authority on a day."""
    return holders(challenge.alliance_id, "director", day, challenge.authority_id).order_by("pk").first()


def visible_to(actor: Actor, alliance: str, kind: str = "challenge") -> QuerySet[Challenge]:
    """The challenges of an alliance of which somebody may see a kind of record."""
    return Challenge.objects.filter(granted(actor, f"see {kind}", alliance, year="year", challenge="pk"))


@dataclass(frozen=True, slots=True)
class SeatNow:
    """A seat in words."""

    id: int
    role: str
    title: str
    person: int
    name: str
    where: str
    state: str
    label: str
    why: str
    excused: str

    @property
    def taken(self) -> bool:
        """Whether the person sits."""
        return self.state in TAKEN

    @property
    def waiting(self) -> bool:
        """Whether the person has not answered."""
        return self.state == SEAT.first


@dataclass(frozen=True, slots=True)
class ChallengeNow:
    """A challenge as its pages show it. ``free``: parts that the charter wants filled, with how many lack."""

    row: Challenge
    charter: Charter
    done: Mapping[str, Done]
    stages: tuple[StageNow, ...]
    seats: tuple[SeatNow, ...]
    past: tuple[SeatNow, ...]
    free: tuple[tuple[str, str, int], ...]

    @property
    def state(self) -> str:
        """The state in words."""
        return COURSE.states[self.row.state]

    @property
    def open(self) -> bool:
        """Whether it is under way."""
        return self.row.state == COURSE.first

    @property
    def stage(self) -> StageNow | None:
        """The stage that it is in: the first in which something is still to be done."""
        return next((stage for stage in self.stages if stage.ahead), None)

    def has(self, act: str) -> bool:
        """Whether the act is part of it."""
        return any(a.act == act for stage in self.stages for a in stage.acts)

    def opens(self, act: str) -> bool:
        """Whether the act's turn has come, or it was done."""
        return any(a.act == act and a.state in TURN for stage in self.stages for a in stage.acts)


def challenge_page(challenge: Challenge) -> ChallengeNow:
    """One challenge whole: its stages, seats and free places. Two queries."""
    charter, done = charter_of(challenge.edition), acts_done(challenge)
    rows = Seat.objects.filter(challenge=challenge).select_related("person", "authority").order_by("pk")
    seats = [_seat(charter, row) for row in rows]
    order = roles_of(charter, challenge.activity)
    current = [s for s in seats if s.taken or s.waiting]
    current.sort(key=lambda s: order.index(s.role) if s.role in order else 99)
    stages = progress(charter, challenge.activity, done, challenge.year, challenge.held_on, challenge.state)
    past = tuple(s for s in seats if s not in current)
    return ChallengeNow(
        challenge, charter, done, stages, tuple(current), past, _free(charter, challenge, current)
    )


def _seat(charter: Charter, row: Seat) -> SeatNow:
    return SeatNow(
        id=row.pk,
        role=row.role,
        title=role_title(charter, row.role),
        person=row.person_id,
        name=row.person.name,
        where=row.authority.name if row.authority else "",
        state=row.state,
        label=SEAT.states[row.state],
        why=row.why,
        excused=row.excused_because,
    )


def _free(
    charter: Charter, challenge: Challenge, seats: Iterable[SeatNow]
) -> tuple[tuple[str, str, int], ...]:
    """Places that nobody has: of the charter's roles where it names a number of the challenge's own."""
    filled = [s.role for s in seats]
    wanted = {r.role: r.number for r in charter.challenge.roles} if charter.challenge else {}
    one_group = charter.challenge is not None and "lead" not in wanted
    found = []
    for role in roles_of(charter, challenge.activity):
        # Where peers meet without a lead, a group may be smaller than the charter's greatest number.
        number = 1 if one_group or role not in wanted else wanted[role]
        lacking = number - filled.count(role)
        if lacking > 0:
            found.append((role, role_title(charter, role), lacking))
    return tuple(found)


def open_seat_of(actor: Actor, challenge: Challenge) -> Seat | None:
    """The seat that a person has been offered, or else has taken, in a challenge."""
    if actor.person is None:
        return None
    seats = Seat.objects.filter(challenge=challenge, person=actor.person, ended_at=None)
    found = list(seats.select_related("person", "authority").order_by("pk"))
    return next((s for s in found if s.state == SEAT.first), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A challenge in a list."""

    row: Challenge
    stage: str
    state: str
    waits: int
    mine: str
    asked: bool


def listed(actor: Actor, alliance: str, year: str) -> list[Listed]:
    """The challenges of a year that somebody may see, or is asked to sit in. Four queries whatever their number."""
    seen = visible_to(actor, alliance).filter(year=year)
    asked = Challenge.objects.filter(
        alliance__key=alliance, year=year, seats__person=actor.person, seats__ended_at=None
    )
    rows = (
        Challenge.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=asked.values("pk")))
        .select_related("alliance", "authority", "edition")
        .prefetch_related("acts", Prefetch("seats", Seat.objects.filter(ended_at=None)))
        .order_by("authority__name", "pk")
    )
    return [_listed(row, actor) for row in rows]


def _listed(row: Challenge, actor: Actor) -> Listed:
    charter = charter_of(row.edition)
    done = {a.act: Done(a.on, a.by, a.note) for a in row.acts.all()}
    stages = progress(charter, row.activity, done, row.year, row.held_on, row.state)
    over = "All done" if row.state in COUNTED else ""
    stage = next((s.title for s in stages if s.ahead), over)
    mine = [role_title(charter, s.role) for s in row.seats.all() if s.person_id == actor.person]
    open_seats = [s for s in row.seats.all() if s.state == SEAT.first]
    asked = any(s.person_id == actor.person for s in open_seats)
    return Listed(row, stage, COURSE.states[row.state], len(open_seats), ", ".join(mine), asked)


def years(alliance: str) -> list[str]:
    """The years in which an alliance had challenges, the newest first."""
    rows = Challenge.objects.filter(alliance__key=alliance).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked: by the office that would bring them."""

    id: int
    name: str
    office: str
    where: str

    @property
    def words(self) -> str:
        """For a list to choose from."""
        return f"{self.name}: {self.office}, {self.where}"


def candidates(challenge: Challenge, standing: Standing) -> list[Candidate]:
    """Who holds an office that a part in a challenge asks for, and is not of the host authority. One query."""
    chapter = standing.charter.challenge
    wanted = {r.office for r in chapter.roles} if chapter else set()
    return _holders(standing, wanted, challenge.authority_id)


def directors(standing: Standing, host: Authority) -> list[Candidate]:
    """The directors of the other members."""
    return _holders(standing, {"director"}, host.pk)


def _holders(standing: Standing, offices: set[str], host: int) -> list[Candidate]:
    titles = {o.key: o.title for o in standing.charter.offices}
    rows = Tenure.objects.filter(
        on(standing.day), alliance=standing.id, office__in=offices, person__is_active=True
    ).select_related("person", "authority", "body", "sub_region")
    found = [t for t in rows if host not in acts_for(t, standing) or not (t.authority_id or t.body_id)]
    made = [
        Candidate(t.person_id, t.person.name, titles.get(t.office, t.office), place_of(t, standing.name))
        for t in found
    ]
    return sorted({c.id: c for c in made}.values(), key=lambda c: (c.office, c.where))


def person_and_office(alliance: int, person: int) -> tuple[Person, str, Authority | None]:
    """A person with the office, and the authority of it, in which they would sit. Raises Http404."""
    rows = Tenure.objects.filter(on(today()), person=person, alliance=alliance)
    tenure = rows.select_related("person", "authority").order_by("pk").first()
    if tenure is None:
        raise Http404("They hold no office in this alliance.")
    return tenure.person, tenure.office, tenure.authority


def _named(model: type[Part], challenge: Challenge, number: str, what: str) -> Part:
    known = number.isdecimal() and len(number) < 18
    row = model.objects.filter(challenge=challenge, pk=int(number)).first() if known else None
    if row is None:
        raise Http404(f"There is no such {what} in this challenge.")
    row.challenge = challenge
    return row


def seat_named(challenge: Challenge, number: str) -> Seat:
    """A seat of a challenge. Raises Http404, as do those below."""
    return _named(Seat, challenge, number, "seat")


def line_named(challenge: Challenge, number: str) -> LineOfEnquiry:
    """A line of enquiry."""
    return _named(LineOfEnquiry, challenge, number, "line of enquiry")


def permission_named(challenge: Challenge, number: str) -> Permission:
    """A permission."""
    return _named(Permission, challenge, number, "permission")


def theme_named(challenge: Challenge, number: str) -> Theme:
    """A theme."""
    return _named(Theme, challenge, number, "theme")


def incident_named(challenge: Challenge, number: str) -> Incident:
    """An incident."""
    return _named(Incident, challenge, number, "incident")


def dispute_named(challenge: Challenge, number: str) -> Dispute:
    """A dispute."""
    return _named(Dispute, challenge, number, "dispute")

"""The workspace of whoever forms the groups: every place with its grouping of a year, and how its challenges go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from concord.charter.calendar import Window
from concord.queries.rounds import Place, places
from concord.queries.standing import Standing
from concord.records.models import Alliance, Challenge, Round
from concord.rules import access
from concord.rules.access import Actor
from concord.rules.challenge import COUNTED, COURSE, stages_of
from concord.rules.rounds import ROUND, has_begun
from concord.rules.seats import SEAT
from concord.rules.stages import due_window


@dataclass(frozen=True, slots=True)
class Going:
    """How one challenge of a grouping goes: its day and place, its stage, who has not answered or will not come."""

    id: int
    host: str
    held_on: date | None
    place: str
    state: str
    stage: str
    waiting: tuple[str, ...]
    declined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forming:
    """A place where groups are formed, with its grouping of the year if there is one.

    ``may``: the actor forms it; ``challenges`` only for who forms or arranges them.
    """

    place: Place
    row: Round | None
    may: bool
    challenges: tuple[Going, ...] = ()

    @property
    def state(self) -> str:
        """The state in words."""
        return ROUND.states[self.row.state] if self.row else "Not begun"


def forming(actor: Actor, standing: Standing, year: str) -> list[Forming]:
    """Every place with its grouping of a year, as far as the actor may see; what they form first. Four queries."""
    rounds = Round.objects.filter(alliance=standing.id, year=year).select_related("sub_region", "alliance")
    by_place = {r.sub_region.key if r.sub_region else "": r for r in rounds}
    found, arranged = [], set()
    for place in places(standing):
        facts = place.facts(standing.key)
        may = access.decide(actor, "challenge.group", facts).allowed
        row = by_place.get(place.key)
        seen = row if row and (may or row.state == "agreed") else None
        if seen and (may or access.decide(actor, "challenge.arrange", facts).allowed):
            arranged.add(seen.pk)
        found.append((place, seen, may))
    going = _going(standing, arranged)
    shown = [Forming(p, row, may, tuple(going.get(row.pk, ()) if row else ())) for p, row, may in found]
    return sorted(shown, key=lambda f: not f.may)


def _going(standing: Standing, rounds: Collection[int]) -> dict[int, list[Going]]:
    """How the challenges of some groupings go. Three queries."""
    rows = Challenge.objects.filter(round__in=rounds).select_related("authority")
    found: dict[int, list[Going]] = defaultdict(list)
    for row in rows.prefetch_related("acts", "seats__person").order_by("held_on", "authority__name"):
        seats = list(row.seats.all())
        done = {act.act for act in row.acts.all()}
        stages = stages_of(standing.charter, row.activity)
        stage = next((s.title for s in stages if not done >= set(s.acts)), "Everything is done")
        found[row.round_id or 0].append(
            Going(
                row.pk,
                row.authority.name,
                row.held_on,
                row.place,
                COURSE.states[row.state],
                stage,
                tuple(s.person.name for s in seats if s.state == SEAT.first and s.ended_at is None),
                tuple(s.person.name for s in seats if s.state == "declined"),
            )
        )
    return found


def begun(row: Round) -> list[str]:
    """The hosts whose challenges have begun, so that their groups can no longer be formed anew. Two queries."""
    rows = Challenge.objects.filter(round=row, state__in=COUNTED).select_related("authority")
    rows = rows.annotate(meetings=Count("slots", filter=Q(slots__cancelled_at=None), distinct=True))
    return sorted(
        c.authority.name
        for c in rows.prefetch_related("acts")
        if c.state != COURSE.first or has_begun([act.act for act in c.acts.all()], c.meetings)
    )


def earlier(alliance: Alliance, year: str) -> list[Round]:
    """Agreed groupings of earlier years, newest first."""
    rows = Round.objects.filter(alliance=alliance, state="agreed", year__lt=year).select_related("sub_region")
    return list(rows.order_by("-year", "sub_region__name"))


@dataclass(frozen=True, slots=True)
class Gathering:
    """A meeting that the memorandum has the same office set up, with when it is due in a year."""

    title: str
    clause: str
    link: str
    due: Window | None


def gatherings(standing: Standing, year: str) -> list[Gathering]:
    """What else whoever forms the groups calls together: a sub-region's summit."""
    charter = standing.charter
    if charter.challenge is None:
        return []
    found = []
    for event in charter.events:
        if event.convened_by != charter.challenge.formed_by or event.scope != "sub-region":
            continue
        duties = [c for c in charter.commitments if (c.met_by.kind, c.met_by.of) == ("event", event.key)]
        first = next(iter(duties), None)
        link = f"/alliances/{standing.key}/memorandum/{first.id}/" if first else ""
        due = due_window(first, year, None) if first else None
        found.append(
            Gathering(event.title, first.cited or first.clause if first else event.clause, link, due)
        )
    return found

"""Reading the register of challengers: who is on it, who may take a part, how often each was released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from concord.queries.conflicts import clashes
from concord.queries.granted import granted
from concord.queries.membership import holders
from concord.queries.memorandum import charter_of
from concord.queries.standing import Standing, on
from concord.records.models import (
    Alliance,
    Authority,
    Challenge,
    Challenger,
    Person,
    Seat,
    Tenure,
    Training,
    TrainingNeed,
)
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.challenge import COUNTED
from concord.rules.challengers import OnRegister, not_eligible, years_since
from concord.rules.seats import SEAT, TAKEN

KEEPS = "challenger.manage"
NOMINATES = "challenger.nominate or challenger.manage"


@dataclass(frozen=True)
class Registered:
    """Somebody on the register: training, needs that are open, and how often released in the memorandum's time."""

    row: Challenger
    training: tuple[Training, ...]
    needs: tuple[TrainingNeed, ...]
    released: int
    years: int

    @property
    def open_needs(self) -> tuple[TrainingNeed, ...]:
        """Training that is still wanted."""
        return tuple(n for n in self.needs if n.met_by_id is None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might take a part, and why they may not (empty: they may); ``told`` is for whoever chooses."""

    person: int
    name: str
    authority: int | None
    where: str
    tier: int
    released: int
    why_not: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def may(self) -> bool:
        """Whether they may take the part."""
        return not self.why_not


def challenger_named(alliance: str, number: int, **_: Any) -> Challenger:
    """An entry of an alliance's register. Raises Http404."""
    rows = Challenger.objects.select_related("alliance", "authority", "person")
    found = rows.filter(alliance__key=alliance, pk=number).first()
    if found is None:
        raise Http404(f"There is no entry {number} in this register")
    return found


def facts_of(row: Challenger) -> Facts:
    """What the policy needs of an entry."""
    return Facts(row.alliance.key, row.authority_id, row.authority.name if row.authority else "")


def facts_of_challenger(alliance: str, number: int, **parts: Any) -> Facts:
    """Facts of a page about one entry. Raises Http404."""
    return facts_of(challenger_named(alliance, number))


def register(actor: Actor, standing: Standing, day: date) -> list[Registered]:
    """Everybody on the register whom the actor may see, by authority and name. Five queries."""
    rows = (
        Challenger.objects.filter(granted(actor, "see challengers", standing.key), ended_on=None)
        .select_related("person", "authority")
        .prefetch_related(_trained())
        .order_by("authority__name", "person__name")
    )
    return _registered(standing, list(rows), day)


def entry(standing: Standing, row: Challenger, day: date) -> Registered:
    """One entry with all that belongs to it."""
    rows = Challenger.objects.filter(pk=row.pk).select_related("person", "authority", "alliance")
    return _registered(standing, list(rows.prefetch_related(_trained())), day)[0]


def _trained() -> Prefetch[str]:
    return Prefetch("training", Training.objects.order_by("-on"))


def _registered(standing: Standing, rows: list[Challenger], day: date) -> list[Registered]:
    people = [row.person_id for row in rows]
    needs: dict[int, list[TrainingNeed]] = defaultdict(list)
    found = TrainingNeed.objects.filter(alliance=standing.id, person__in=people).select_related(
        "challenge", "met_by"
    )
    for need in found:
        needs[need.person_id].append(need)
    released = releases(standing, people)
    return [
        Registered(
            row,
            tuple(row.training.all()),
            tuple(needs[row.person_id]),
            released.get(row.person_id, 0),
            years_since(row.experience_since, day),
        )
        for row in rows
    ]


def releases(standing: Standing, people: Collection[int]) -> dict[int, int]:
    """How many challenges each person sat in under the memorandum in force, hosting apart. One query."""
    seats = Seat.objects.filter(
        person__in=people,
        state__in=TAKEN,
        challenge__alliance=standing.id,
        challenge__edition__key=standing.edition,
        challenge__state__in=COUNTED,
    ).exclude(role="host")
    found: dict[int, set[int]] = defaultdict(set)
    for person, challenge in seats.values_list("person", "challenge"):
        found[person].add(challenge)
    return {person: len(those) for person, those in found.items()}


def eligible(challenge: Challenge, role: str, day: date) -> list[Candidate]:
    """Everybody on the register for a part in a challenge, who may take it first, then the least often released.

    Those who may not say why. Conflicts of interest without a waiver bar; a past office there is told. Five queries.
    """
    from concord.queries.standing import standing_of

    standing, chapter = standing_of(challenge.alliance, day), charter_of(challenge.edition).challenge
    if chapter is None:
        return []
    sitting = Seat.objects.filter(
        challenge=challenge, person=OuterRef("person"), ended_at=None, state__in=(SEAT.first, *TAKEN)
    )
    rows = list(
        Challenger.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), alliance=challenge.alliance_id)
        .annotate(sits=Exists(sitting))
        .select_related("person", "authority")
        .prefetch_related("training")
    )
    people = [row.person_id for row in rows]
    between = clashes(people, [challenge.authority_id], day)
    released = releases(standing, people)
    found = []
    for row in rows:
        clash = between.get((row.person_id, challenge.authority_id), ())
        why = not_eligible(chapter, on_register(row), role, day)
        why += [f"{c.words[0].upper()}{c.words[1:]}" for c in clash if c.bars]
        why += ["Asked or seated already"] if row.sits else []
        found.append(
            Candidate(
                row.person_id,
                row.person.name,
                row.authority_id,
                row.authority.name if row.authority else standing.name,
                row.tier,
                released.get(row.person_id, 0),
                tuple(why),
                tuple(f"{c.words[0].upper()}{c.words[1:]}" for c in clash if not c.bars),
            )
        )
    return sorted(found, key=lambda c: (not c.may, c.released, c.name))


def on_register(row: Challenger) -> OnRegister:
    """An entry as the rules see it."""
    return OnRegister(
        row.tier,
        row.experience_since,
        tuple(row.roles),
        row.available_from,
        row.available_to,
        row.ended_on,
        frozenset(t.role for t in row.training.all()),
    )


def nominates_for(actor: Actor, standing: Standing) -> list[tuple[int, str]]:
    """The authorities whose people somebody may nominate: id and name."""
    return [
        (m.id, m.name)
        for m in standing.taking_part
        if access.decide(actor, NOMINATES, Facts(standing.key, m.id, m.name)).allowed
    ]


def to_nominate(alliance: Alliance, authority: Authority, day: date) -> QuerySet[Person]:
    """People who hold an office of an authority on a day and are not on the register."""
    tenures = Tenure.objects.filter(on(day), alliance=alliance, person__is_active=True).filter(
        Q(authority=authority) | Q(body__answers__authority=authority)
    )
    named = Challenger.objects.filter(alliance=alliance, ended_on=None).values("person")
    return Person.objects.filter(pk__in=tenures.values("person")).exclude(pk__in=named).order_by("name")


def keepers(standing: Standing) -> list[int]:
    """Who keeps the register."""
    offices = [o.key for o in standing.charter.offices if KEEPS in o.may]
    return sorted({p.pk for office in offices for p in holders(standing.id, office, standing.day)})

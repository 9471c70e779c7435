"""Reading conflicts: what stands between people and authorities, for teams as they form and seats as they fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from concord.queries.granted import granted
from concord.queries.standing import Standing
from concord.records.models import Conflict, Tenure
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.conflicts import Clash, Held, from_offices, nature_words

DECLARES = "challenge.take-part or challenge.arrange or challenge.group or challenger.manage or sit"
"""Who declares for themselves: whoever may sit in a challenge, or arranges or forms it."""


def conflicts_of(person: int, authority: int, day: date) -> tuple[Clash, ...]:
    """What stands between a person and an authority (rows) on a day; those that ``bars`` must go first.

    An office there now bars and cannot be waived; a declared conflict bars until it is waived; an office there of the
    last years is told, for the person to declare. Three queries.
    """
    return clashes([person], [authority], day).get((person, authority), ())


def clashes(
    people: Collection[int], authorities: Collection[int], day: date
) -> Mapping[tuple[int, int], tuple[Clash, ...]]:
    """As `conflicts_of`, for many people and authorities in the same three queries."""
    found: dict[tuple[int, int], list[Clash]] = defaultdict(list)
    declared = _declared(day).filter(person__in=people, authority__in=authorities)
    for row in declared:
        nature = nature_words(row.nature)
        words = f"declared a conflict: {nature[0].lower()}{nature[1:]}"
        clash = Clash("declared", words, row.waived_at is not None, row.waived_because, row.pk)
        found[row.person_id, row.authority_id].append(clash)
    for key, held in _held(people, authorities).items():
        told = bool(found[key])
        found[key] += [c for c in from_offices(held, day) if c.source == "office" or not told]
    return {key: tuple(sorted(those, key=lambda c: not c.bars)) for key, those in found.items() if those}


def _declared(day: date) -> QuerySet[Conflict]:
    return Conflict.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), withdrawn_at=None)


def _held(people: Collection[int], authorities: Collection[int]) -> dict[tuple[int, int], list[Held]]:
    """Every office of the people at the authorities, directly or through a body that answered for one meanwhile."""
    rows = Tenure.objects.filter(person__in=people).filter(
        Q(authority__in=authorities) | Q(body__answers__authority__in=authorities)
    )
    through = ("body__answers__authority", "body__answers__starts", "body__answers__ends")
    found: dict[tuple[int, int], list[Held]] = defaultdict(list)
    for person, office, starts, ends, own, authority, begun, ended in rows.distinct().values_list(
        "person", "office", "starts", "ends", "authority", *through
    ):
        title = office.replace("-", " ")
        if own is not None:
            found[person, own].append(Held(title, starts, ends))
        elif authority in authorities:
            first, last = max(starts, begun), min(filter(None, (ends, ended)), default=None)
            if last is None or first <= last:
                found[person, authority].append(Held(title, first, last))
    return found


@dataclass(frozen=True, slots=True)
class Suggested:
    """An authority of which somebody held an office lately, and has declared nothing."""

    authority: int
    name: str
    words: str


def suggested(standing: Standing, person: int) -> list[Suggested]:
    """What a person might declare, from the offices that they held at members of the alliance."""
    found = clashes([person], [m.id for m in standing.members], standing.day)
    return [
        Suggested(authority, standing.by_id[authority].name, clash.words)
        for (_, authority), those in found.items()
        for clash in those
        if clash.source == "past"
    ]


def facts_of(row: Conflict) -> Facts:
    """What the policy needs of a conflict: it is about the authority that might be reviewed."""
    return Facts(row.alliance.key, row.authority_id, row.authority.name)


def conflict_named(alliance: str, number: int, **_: Any) -> Conflict:
    """A conflict of an alliance by its number. Raises Http404."""
    rows = Conflict.objects.select_related("alliance", "authority", "person")
    found = rows.filter(alliance__key=alliance, pk=number).first()
    if found is None:
        raise Http404(f"There is no declaration {number} in this alliance")
    return found


def own_facts(actor: Actor, alliance: str, ability: str = DECLARES) -> Facts:
    """Facts with which somebody may do a thing for themselves: of the first of their offices that gives it."""
    for grant in access.grants(actor, ability, alliance):
        authority = min(grant.authorities) if grant.authorities else None
        return Facts(alliance, authority, year=grant.year, challenge=grant.challenge)
    return Facts(alliance)


def declared_by(actor: Actor, alliance: str) -> list[Conflict]:
    """One's own declarations that stand, newest first."""
    rows = Conflict.objects.filter(alliance__key=alliance, person=actor.person, withdrawn_at=None)
    return list(rows.select_related("authority"))


def declared_by_others(actor: Actor, alliance: str, day: date) -> list[Conflict]:
    """What others declared of authorities of which the actor may see it, those that wait for a waiver first."""
    waives = [Q(pk__in=())]
    for grant in access.grants(actor, "challenge.group", alliance):
        mine = Q(alliance__key=alliance)
        waives.append(mine if grant.authorities is None else mine & Q(authority__in=grant.authorities))
    either = granted(actor, "see conflict", alliance)
    for one in waives:
        either |= one
    rows = _declared(day).filter(either).exclude(person=actor.person).select_related("authority", "person")
    return sorted(rows, key=lambda row: (row.waived_at is not None, row.authority.name, row.person.name))

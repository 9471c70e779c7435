"""What changed in a person's alliances since they last looked, as the journal has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from concord.charter.schema import Commitment
from concord.queries.duties import cited
from concord.queries.standing import Standing
from concord.records.models import Entry
from concord.rules import access
from concord.rules.access import Actor, Facts

SHOWN = 50  # changes on one page

# Which journal entries are news, and the kind of record whose audience they have.
TELLING: dict[str, str] = {
    "edition.loaded": "charter",
    "edition.revoked": "charter",
    "review.requested": "charter",
    "review.held": "charter",
    "participation.set": "participation",
    "sub_region.moved": "participation",
    "memorandum.signed": "signatures",
    "memorandum.declined": "signatures",
    "memorandum.withdrawn": "signatures",
    "memorandum.recorded": "signatures",
    "variation.proposed": "variation",
    "variation.agreed": "variation",
    "variation.declined": "variation",
    "variation.withdrawn": "variation",
    "variation.ended": "variation",
    "person.appointed": "people",
    "person.left": "people",
    "judgement.recorded": "judgements",
    "return.submitted": "return",
    "return.queried": "return",
    "return.answered": "return",
    "return.accepted": "return",
    "return.reopened": "return",
    "release.made": "release",
}


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened, as the journal has it. ``kind`` names what was done."""

    kind: str
    at: datetime
    sentence: str
    actor: str
    alliance: str
    clauses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class News:
    """The changes, each the latest of a kind with others like it; ``more`` are not listed."""

    changes: tuple[tuple[Change, tuple[Change, ...]], ...]
    more: bool


def news(actor: Actor, standings: Iterable[Standing], since: datetime, now: datetime) -> News:
    """What others did after ``since``, up to ``now``, about records that the actor may see. One query."""
    known = {standing.key: standing for standing in standings}
    rows = _telling(actor, known).filter(at__gt=since, at__lte=now).exclude(person=actor.person)
    commitments = {(key, c.id): c for key, standing in known.items() for c in standing.charter.commitments}
    found = []
    for row in rows.order_by("-number")[: 2 * SHOWN]:
        standing = known[row.alliance]
        behind = [c for clause in row.clauses if (c := commitments.get((row.alliance, clause)))]
        if TELLING[row.verb] != "release" or _released_to(actor, standing, behind):
            found.append(
                Change(row.verb, row.at, row.sentence, row.actor, standing.name, cited(standing.key, behind))
            )
    return News(_alike(found[:SHOWN]), len(found) > SHOWN)


def _alike(changes: Sequence[Change]) -> tuple[tuple[Change, tuple[Change, ...]], ...]:
    """What was done many times over, told once."""
    together: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        together.setdefault((change.alliance, change.kind), []).append(change)
    return tuple((first, tuple(others)) for first, *others in together.values())


def _telling(actor: Actor, standings: dict[str, Standing]) -> QuerySet[Entry]:
    """The journal entries about records that the actor may see, of the alliances in which they hold an office."""
    verbs: dict[tuple[str, frozenset[int] | None], set[str]] = {}
    for kind in set(TELLING.values()):
        told = {verb for verb, of in TELLING.items() if of == kind}
        for grant in (g for key in standings for g in access.grants(actor, f"see {kind}", key)):
            verbs.setdefault((grant.alliance, grant.authorities), set()).update(told)
    seen = Q(pk__in=[])
    for (alliance, authorities), told in verbs.items():
        rows = Q(alliance=alliance, verb__in=sorted(told))
        if authorities is not None:
            members = standings[alliance].by_id
            rows &= Q(authority__in=sorted(members[a].code for a in authorities if a in members))
        seen |= rows
    return Entry.objects.filter(seen)


def _released_to(actor: Actor, standing: Standing, behind: Sequence[Commitment]) -> bool:
    """Whether a released dataset, found through the clauses behind it, is shared with the actor."""
    datasets = {c.met_by.of for c in behind if c.met_by.kind in ("return", "release")}
    return any(access.decide(actor, "see release", Facts(standing.key, of=of)).allowed for of in datasets)

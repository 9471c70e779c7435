"""What changed in a person's alliances since they last looked: as the journal has it, and what they were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Concat

from concord.charter.schema import Commitment
from concord.queries.asked import Asked, asked, asks, row
from concord.queries.duties import cited
from concord.queries.standing import Standing
from concord.records.models import Entry, Notice
from concord.rules import access
from concord.rules.access import Actor, Facts

SHOWN = 50  # changes on one page
JOURNAL, TOLD = "did: ", "told: "  # before the kinds of what the journal has, and of notices

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
# Notices of what the journal tells here already.
TOLD_ALREADY = (
    *("submitted", "queried", "answered", "accepted", "reopened", "release", "correction"),
    *("participation", "variation", "appointment", "invitation"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened. ``kind`` names what was done, ``link`` leads to it where the person was told of it."""

    kind: str
    at: datetime
    sentence: str
    actor: str
    alliance: str
    clauses: tuple[tuple[str, str], ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """The changes, each the latest of a kind with others like it; ``more`` are not listed. ``asked``: what waits
    for the person's own answer, however long ago it was asked."""

    changes: tuple[tuple[Change, tuple[Change, ...]], ...]
    more: bool
    asked: tuple[Asked, ...] = ()


def news(actor: Actor, standings: Iterable[Standing], since: datetime, now: datetime) -> News:
    """What others did after ``since``, up to ``now``, about records that the actor may see; what the actor was told
    in that time, and what they are asked for. One query."""
    known = {standing.key: standing for standing in standings}
    lately = {"at__gt": since, "at__lte": now}
    entries = _newest(_telling(actor, known).filter(**lately).exclude(person=actor.person), "-number")
    told = _newest(
        Notice.objects.filter(person=actor.person, alliance__in=known, made_at__gt=since, made_at__lte=now)
        .exclude(kind__in=TOLD_ALREADY),
        "-made_at",
    )  # fmt: skip
    rows = row(
        entries, Concat(Value(JOURNAL), F("verb"), output_field=CharField()), "alliance", "", F("sentence"), "at",
        by=F("actor"), clauses=F("clauses"),
    ).union(
        row(told, Concat(Value(TOLD), F("kind"), output_field=CharField()), "alliance", F("link"), F("sentence"),
            "made_at"),
        *asks(actor, known),
        all=True,
    )  # fmt: skip
    changes, asked_for = [], []
    commitments = {(key, c.id): c for key, standing in known.items() for c in standing.charter.commitments}
    for kind, alliance, link, sentence, by, at, clauses in rows:
        standing = known[alliance]
        if not kind.startswith((JOURNAL, TOLD)):
            asked_for.append(asked(standing, kind, link, sentence, by))
            continue
        behind = [c for clause in clauses if (c := commitments.get((alliance, clause)))]
        if TELLING.get(kind.removeprefix(JOURNAL)) != "release" or _released_to(actor, standing, behind):
            said = sentence.rstrip(".") if link else sentence
            changes.append(Change(kind, at, said, by, standing.name, cited(alliance, behind), link))
    changes.sort(key=lambda change: change.at, reverse=True)
    return News(_alike(changes[:SHOWN]), len(changes) > SHOWN, tuple(asked_for))


def _newest(rows: QuerySet[Any], order: str) -> QuerySet[Any]:
    """As many as a page may show, twice over, since some are not shared with everybody."""
    found: QuerySet[Any] = rows.model.objects.filter(pk__in=rows.order_by(order).values("pk")[: 2 * SHOWN])
    return found


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

"""How an alliance stands on a day: its edition in force, members, sub-regions, bodies.

Almost every page needs this, and it seldom changes. It is read once per process and kept by a token on the
alliance that every action on membership renews.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.db.models import Q, QuerySet

from concord import charter as charters
from concord.charter import Charter
from concord.records.models import Alliance, BodyAnswers, Edition, Participation, SubRegion, SubRegionSpan
from concord.rules.access import AllianceRules


@dataclass(frozen=True)
class MemberNow:
    """An authority in an alliance, as it takes part on the day. ``clauses`` are what it agreed to if limited."""

    id: int
    code: str
    name: str
    kind: str
    region: str
    level: str
    since: date
    until: date | None
    clauses: frozenset[str]
    sub_region: str
    answered_by: str


@dataclass(frozen=True)
class Standing:
    """One alliance on one day. ``edition`` is None where no memorandum is in force."""

    id: int
    key: str
    name: str
    day: date
    edition: str
    charter: Charter
    members: tuple[MemberNow, ...]
    sub_regions: Mapping[str, str]
    bodies: Mapping[int, frozenset[int]]
    demo: bool

    @cached_property
    def by_code(self) -> Mapping[str, MemberNow]:
        """Members by DfE code."""
        return {m.code: m for m in self.members}

    @cached_property
    def by_id(self) -> Mapping[int, MemberNow]:
        """Members by row."""
        return {m.id: m for m in self.members}

    @cached_property
    def taking_part(self) -> tuple[MemberNow, ...]:
        """Those that take part, fully or in a limited way."""
        return tuple(m for m in self.members if m.level in ("full", "limited"))

    @cached_property
    def rules(self) -> AllianceRules:
        """What the policy needs of it."""
        sharing = {(rule.what, rule.of or ""): frozenset(rule.seen_by) for rule in self.charter.sharing}
        # A commitment may say for itself who sees how each member stands on it.
        sharing |= {("duties", c.id): frozenset(c.seen_by) for c in self.charter.commitments if c.seen_by}
        return AllianceRules(
            self.key, self.name, sharing, frozenset(m.id for m in self.taking_part), self.demo
        )

    def in_sub_region(self, key: str) -> frozenset[int]:
        """The members of a sub-region."""
        return frozenset(m.id for m in self.members if key and m.sub_region == key)


def on(day: date) -> Q:
    """The rows whose span covers a day."""
    return Q(starts__lte=day) & (Q(ends__isnull=True) | Q(ends__gte=day))


def edition_in_force(alliance: int, day: date) -> Edition | None:
    """The edition that binds on a day; before the first commenced, the first."""
    editions = list(Edition.objects.filter(alliance=alliance).order_by("commences"))
    current = [e for e in editions if e.commences <= day and (e.revoked is None or e.revoked >= day)]
    return current[-1] if current else (editions[-1] if editions else None)


@lru_cache(maxsize=64)
def parsed(hash: str, edition: int) -> Charter:
    """An edition's charter. Parsed once for each text."""
    row = Edition.objects.get(pk=edition)
    return charters.load(row.text, row.key)


def standing_of(alliance: Alliance, day: date) -> Standing:
    """How the alliance stands on a day."""
    return _standing(alliance.pk, alliance.token, day)


@lru_cache(maxsize=256)
def _standing(alliance: int, token: str, day: date) -> Standing:
    row = Alliance.objects.get(pk=alliance)
    edition = edition_in_force(alliance, day)
    if edition is None:
        raise Edition.DoesNotExist(f"{row.name} has no memorandum yet")
    spans = {
        s.authority_id: s.sub_region
        for s in SubRegionSpan.objects.filter(on(day), sub_region__alliance=alliance).select_related(
            "sub_region"
        )
    }
    answers = BodyAnswers.objects.filter(on(day)).select_related("body")
    names = {a.authority_id: a.body.name for a in answers}
    bodies: dict[int, set[int]] = {}
    for answer in answers:
        bodies.setdefault(answer.body_id, set()).add(answer.authority_id)
    members = tuple(
        MemberNow(
            id=p.authority_id,
            code=p.authority.code,
            name=p.authority.name,
            kind=p.authority.kind,
            region=p.authority.region,
            level=p.level,
            since=p.starts,
            until=p.ends,
            clauses=frozenset(p.agreed),
            sub_region=spans[p.authority_id].key if p.authority_id in spans else "",
            answered_by=names.get(p.authority_id, ""),
        )
        for p in _participations(alliance, day)
    )
    return Standing(
        id=alliance,
        key=row.key,
        name=row.name,
        day=day,
        edition=edition.key,
        charter=parsed(edition.hash, edition.pk),
        members=members,
        sub_regions=dict(SubRegion.objects.filter(alliance=alliance).values_list("key", "name")),
        bodies={body: frozenset(ids) for body, ids in bodies.items()},
        demo=row.demo,
    )


def _participations(alliance: int, day: date) -> QuerySet[Participation]:
    return (
        Participation.objects.filter(on(day), alliance=alliance)
        .exclude(level="left")
        .select_related("authority")
        .order_by("authority__name")
    )

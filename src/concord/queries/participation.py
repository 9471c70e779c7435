"""How each authority takes part, over time, and what was varied for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from concord.charter import Charter
from concord.queries.standing import on
from concord.records.models import Alliance, Authority, Participation, Variation
from concord.rules import access
from concord.rules.access import Actor

LEVELS = {
    "full": "takes part fully",
    "limited": "takes part on a limited basis",
    "declined": "does not take part",
    "left": "has left",
}


@dataclass(frozen=True)
class Span:
    """How an authority takes part, from a day to a last day (None: still). ``clauses`` if limited."""

    level: str
    starts: date
    ends: date | None
    clauses: tuple[str, ...]
    note: str

    @property
    def words(self) -> str:
        """The level in words."""
        return LEVELS[self.level]


@dataclass(frozen=True)
class Varied:
    """Commitments (clause ids) waived or changed for one authority. ``due`` is the changed due rule."""

    id: int
    authority: int
    code: str
    name: str
    state: str
    effect: str
    commitments: frozenset[str]
    due: str
    reason: str
    starts: date
    ends: date | None
    proposed_by: str
    proposed_side: str
    proposer: int | None
    agreed_by: str
    agreed_at: datetime | None

    def covers(self, day: date) -> bool:
        """Whether it holds on a day: agreed, and the day within its dates."""
        agreed = self.state in ("agreed", "ended")
        return agreed and self.starts <= day and (self.ends is None or day <= self.ends)


def history(alliance: Alliance | int, authority: int) -> list[Span]:
    """Every span of an authority in an alliance, the first first."""
    rows = Participation.objects.filter(alliance=alliance, authority=authority).order_by("starts")
    return [Span(p.level, p.starts, p.ends, tuple(p.agreed), p.note) for p in rows]


def variations_in_force(alliance: Alliance | int, day: date) -> list[Varied]:
    """What is waived or changed in an alliance on a day, for any authority."""
    rows = Variation.objects.filter(on(day), alliance=alliance, state__in=("agreed", "ended"))
    return _varied(rows)


def variations_of(alliance: Alliance | int, authority: int) -> list[Varied]:
    """Every variation of one authority, newest first, whatever its state."""
    return _varied(Variation.objects.filter(alliance=alliance, authority=authority))


def variations_seen(actor: Actor, alliance: str) -> list[Varied]:
    """Every variation of an alliance that the actor may see, newest first."""
    grants = [g for g in access.grants(actor, "see variation") if g.alliance == alliance]
    rows = Variation.objects.filter(alliance__key=alliance)
    if all(g.authorities is not None for g in grants):
        rows = rows.filter(authority__in=frozenset().union(*(g.authorities or () for g in grants)))
    return _varied(rows)


def variation(alliance: str, code: str, number: int) -> Variation | None:
    """One variation by its number, in its alliance and of its authority."""
    return Variation.objects.filter(pk=number, alliance__key=alliance, authority__code=code).first()


def _varied(rows: QuerySet[Variation]) -> list[Varied]:
    return [
        Varied(
            id=v.pk,
            authority=v.authority_id,
            code=v.authority.code,
            name=v.authority.name,
            state=v.state,
            effect=v.effect,
            commitments=frozenset(v.commitments),
            due=v.due,
            reason=v.reason,
            starts=v.starts,
            ends=v.ends,
            proposed_by=v.proposed_by,
            proposed_side=v.proposed_side,
            proposer=v.proposer_id,
            agreed_by=v.agreed_by,
            agreed_at=v.agreed_at,
        )
        for v in rows.select_related("authority")
    ]


def could_join(alliance: Alliance, day: date) -> Iterable[Authority]:
    """Authorities of England that live on a day and take no part in the alliance, its own region first."""
    now = Participation.objects.filter(on(day), alliance=alliance).exclude(level="left").values("authority")
    living = Authority.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)
    found = list(living.exclude(pk__in=now))
    return sorted(found, key=lambda a: (a.region != alliance.name, a.region, a.name))


def names_of_clauses(charter: Charter, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """(id, clause as cited, duty in words) for clause ids, in the charter's order; unknown ids as they are."""
    wanted = list(ids)
    known = [(c.id, c.cited or c.clause, c.duty) for c in charter.commitments if c.id in wanted]
    return known + [(i, i, "") for i in wanted if i not in {k[0] for k in known}]

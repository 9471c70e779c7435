"""One authority through time: its codes, what it came from and became, who answers for it, its judgements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from concord.queries.standing import on
from concord.records.models import (
    Alliance,
    Authority,
    BodyAnswers,
    GssCode,
    Judgement,
    SubRegionSpan,
    Succession,
)

GRADES = ("outstanding", "good", "requires improvement", "inadequate")
FRAMEWORKS = {
    "standard": "ILACS standard inspection",
    "short": "ILACS short inspection",
    "": "ILACS inspection",
}


@dataclass(frozen=True)
class Dated:
    """Something that held from a day to a last day (None: still)."""

    what: str
    starts: date
    ends: date | None
    code: str = ""


@dataclass(frozen=True)
class Past:
    """What stands in the registers about one authority, as far as an alliance is concerned."""

    codes: tuple[Dated, ...]
    came_from: tuple[Dated, ...]
    became: tuple[Dated, ...]
    sub_regions: tuple[Dated, ...]
    bodies: tuple[Dated, ...]


def authority_in(alliance: str, code: str) -> Authority:
    """An authority that takes or took part in an alliance. Raises Http404."""
    found = Authority.objects.filter(code=code, participations__alliance__key=alliance).first()
    if found is None:
        raise Http404(f"There is no authority {code} in this alliance")
    return found


def past(authority: Authority, alliance: Alliance) -> Past:
    """Codes, predecessors, successors, sub-regions and bodies of an authority, each with its days."""
    spans = SubRegionSpan.objects.filter(authority=authority, sub_region__alliance=alliance)
    before = Succession.objects.filter(successor=authority).select_related("predecessor")
    after = Succession.objects.filter(predecessor=authority).select_related("successor")
    answers = BodyAnswers.objects.filter(authority=authority).select_related("body").order_by("starts")
    return Past(
        codes=tuple(Dated(c.code, c.starts, c.ends) for c in GssCode.objects.filter(authority=authority)),
        came_from=tuple(
            Dated(s.predecessor.name, s.on, s.predecessor.ends, s.predecessor.code) for s in before
        ),
        became=tuple(Dated(s.successor.name, s.on, s.successor.ends, s.successor.code) for s in after),
        sub_regions=tuple(
            Dated(s.sub_region.name, s.starts, s.ends, s.sub_region.key)
            for s in spans.select_related("sub_region").order_by("starts")
        ),
        bodies=tuple(Dated(a.body.name, a.starts, a.ends) for a in answers),
    )


def answers_with(authority: Authority, day: date) -> list[Authority]:
    """The other authorities for which the same body answers on a day."""
    bodies = BodyAnswers.objects.filter(on(day), authority=authority).values("body")
    shared = BodyAnswers.objects.filter(on(day), body__in=bodies).exclude(authority=authority)
    return list(Authority.objects.filter(pk__in=shared.values("authority")))


def judgements(authority: Authority) -> QuerySet[Judgement]:
    """ILACS judgements of one authority, newest first."""
    return Judgement.objects.filter(authority=authority)


def latest_judgements(ids: list[int], day: date) -> dict[int, Judgement]:
    """The newest judgement of each authority published by a day, in one query."""
    newest = (
        Judgement.objects.filter(authority=OuterRef("authority"), published__lte=day)
        .order_by("-published")
        .values("pk")[:1]
    )
    rows = Judgement.objects.filter(authority__in=ids, pk=Subquery(newest))
    return {j.authority_id: j for j in rows}

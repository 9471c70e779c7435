"""What discharges duties, and what sets them off: one list of the records that Concord keeps.

``KEPT`` says for each kind of evidence that a charter can name where its days come from, which ability
discharges it, and where a person goes to do it. A kind that is not in the list is “not kept in Concord yet”. A
later chapter adds a line here, and every board, reminder and calendar knows of it. Whatever the kinds, all days
are read in one query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from concord.charter.schema import Evidence
from concord.queries import evidence_of_challenges as challenges
from concord.queries import evidence_of_papers as papers
from concord.queries.happenings import TRIGGER, Scope, happened
from concord.records.models import (
    Judgement,
    Release,
    ReviewRequest,
    SignalRun,
    SignOff,
    Submission,
    Tenure,
    Variation,
)
from concord.rules.duty import Happening, Key
from concord.rules.returns import RETURN
from concord.rules.variations import VARIATION


@dataclass(frozen=True, slots=True)
class Kept:
    """Evidence that Concord keeps. Without ``rows`` it follows from membership and editions alone.

    ``ability`` is what a delegate needs; none, where the holder alone can do it. ``link`` is an address with the
    names alliance, of, period, key (of the party) and thing (the number of what set the duty off).
    """

    ability: str
    link: str
    rows: Callable[[Scope], QuerySet[Any, Any]] | None = None


Found = tuple[str, str, Key, Happening, str]  # kind, name, whose, what, about whom


def _returns(scope: Scope) -> QuerySet[Any, Any]:
    """A return counts from its first submission; one that was reopened counts again when it is sent again."""
    rows = Submission.objects.filter(
        number=1, part_of__alliance__in=scope.alliances, part_of__period__in=scope.periods
    ).exclude(part_of__state=RETURN.first)
    return happened(
        rows,
        "part_of__alliance_id",
        "return",
        F("part_of__dataset"),
        "authority",
        F("part_of__authority__code"),
        TruncDate("at"),
        period=F("part_of__period"),
    )


def _releases(scope: Scope) -> QuerySet[Any, Any]:
    rows = Release.objects.filter(number=1, alliance__in=scope.alliances, period__in=scope.periods)
    return happened(
        rows,
        "alliance_id",
        "release",
        F("dataset"),
        "alliance",
        F("alliance__key"),
        TruncDate("at"),
        period=F("period"),
    )


def _signatures(scope: Scope) -> QuerySet[Any, Any]:
    rows = SignOff.objects.filter(
        alliance__in=scope.alliances,
        subject="memorandum",
        subject_key__in=scope.editions,
        answer="signed",
        withdrawn_at=None,
    )
    place = F("authority__code")
    return happened(
        rows, "alliance_id", "signature", F("subject"), "authority", place, F("on"), office=F("office")
    )


def _offices(scope: Scope) -> QuerySet[Any, Any]:
    """Who holds an office, through the body that answers for an authority where it has one."""
    answering = Q(body__answers__starts__lte=scope.day) & (
        Q(body__answers__ends=None) | Q(body__answers__ends__gte=scope.day)
    )
    rows = Tenure.objects.filter(Q(body=None) | answering, alliance__in=scope.alliances)
    authority = Coalesce("authority__code", "body__answers__authority__code")
    kinds = [
        (Q(authority__isnull=False) | Q(body__isnull=False), "authority", authority),
        (Q(sub_region__isnull=False), "sub-region", F("sub_region__key")),
        (Q(authority=None, body=None, sub_region=None, partner=""), "alliance", F("alliance__key")),
        (~Q(partner=""), "partner", F("partner")),
    ]
    parts = [
        happened(
            rows.filter(which),
            "alliance_id",
            "office",
            F("office"),
            owner,
            place,
            F("starts"),
            until=F("ends"),
        )
        for which, owner, place in kinds
    ]
    return parts[0].union(*parts[1:], all=True)


def _judgements(scope: Scope) -> QuerySet[Any, Any]:
    """Judgements are held of the members: on the day of the latest."""
    alliance = "authority__participations__alliance"
    rows = Judgement.objects.filter(**{f"{alliance}__in": scope.alliances}).order_by().values(alliance)
    return happened(
        rows,
        f"{alliance}_id",
        "record",
        "judgements",
        "alliance",
        F(f"{alliance}__key"),
        Max("published"),
    )


def _signals(scope: Scope) -> QuerySet[Any, Any]:
    """Where to look is worked out after each release: on the day of the latest."""
    rows = SignalRun.objects.filter(release__alliance__in=scope.alliances).order_by()
    return happened(
        rows.values("release__alliance"),
        "release__alliance_id",
        "record",
        "signals",
        "alliance",
        F("release__alliance__key"),
        Max(TruncDate("at")),
    )


def _variations(scope: Scope) -> QuerySet[Any, Any]:
    """A variation agreed, or (as what calls for agreement) proposed, for the sub-region of its authority."""
    return _varied(scope, "record", "variation", Q(agreed_at__isnull=False))


def _interventions(scope: Scope) -> QuerySet[Any, Any]:
    return _varied(scope, TRIGGER, "intervention", Q(agreed_at__isnull=False) | Q(state=VARIATION.first))


def _varied(scope: Scope, kind: str, of: str, which: Q) -> QuerySet[Any, Any]:
    span = "authority__sub_region_spans"
    rows = Variation.objects.filter(
        which,
        Q(**{f"{span}__ends": None}) | Q(**{f"{span}__ends__gte": F("starts")}),
        alliance__in=scope.alliances,
        **{f"{span}__sub_region__alliance": F("alliance"), f"{span}__starts__lte": F("starts")},
    )
    return happened(rows, "alliance_id", kind, of, "sub-region", F(f"{span}__sub_region__key"), F("starts"))


def _reviews(scope: Scope) -> QuerySet[Any, Any]:
    rows = ReviewRequest.objects.filter(edition__alliance__in=scope.alliances, held_on__isnull=False)
    return happened(
        rows,
        "edition__alliance_id",
        "record",
        "review",
        "alliance",
        F("edition__alliance__key"),
        F("held_on"),
    )


def _requests(scope: Scope) -> QuerySet[Any, Any]:
    rows = ReviewRequest.objects.filter(edition__alliance__in=scope.alliances)
    return happened(
        rows,
        "edition__alliance_id",
        TRIGGER,
        "request",
        "alliance",
        F("edition__alliance__key"),
        F("asked_on"),
    )


ANY = "*"
_PLACE = "/alliances/{alliance}/"
KEPT: dict[tuple[str, str], Kept] = {
    ("return", ANY): Kept("return.submit", _PLACE + "returns/{of}/{period}/{key}/", _returns),
    ("release", ANY): Kept("release.make", _PLACE + "returns/{of}/{period}/", _releases),
    ("signature", "memorandum"): Kept("", _PLACE + "signatures/{key}/", _signatures),
    ("office", ANY): Kept("people.manage", _PLACE + "people/", _offices),
    ("record", "participation"): Kept("participation.set", _PLACE + "members/{key}/about/"),
    ("record", "charter"): Kept("edition.manage", _PLACE + "memorandum/"),
    ("record", "judgements"): Kept("judgement.record", _PLACE + "members/", _judgements),
    ("record", "signals"): Kept("release.make", _PLACE + "where-to-look/", _signals),
    ("record", "variation"): Kept("variation.agree", _PLACE + "members/", _variations),
    ("act", ANY): Kept("challenge.take-part", _PLACE + "challenges/{thing}/", challenges.acts),
    ("document", "self-evaluation"): Kept(
        "self-evaluation.submit", _PLACE + "self-evaluations/", papers.documents
    ),
    ("document", "challenge-record"): Kept("challenge.take-part", _PLACE + "challenges/", papers.documents),
    ("document", "reflection"): Kept("", _PLACE + "challenges/{thing}/", challenges.reflections),
    ("document", "follow-up-report"): Kept("plan.write", _PLACE + "follow-ups/", papers.reports),
    ("document", "progress-report"): Kept("plan.check", _PLACE + "follow-ups/", papers.reports),
    ("record", "follow-up"): Kept("plan.check", _PLACE + "follow-ups/", papers.reviews),
    ("sign-off", "self-evaluation"): Kept("", _PLACE + "self-evaluations/", papers.papers_signed),
    ("sign-off", "plan"): Kept("plan.write", _PLACE + "plans/", papers.plans_signed),
    ("record", "plan"): Kept("plan.write", _PLACE + "plans/", papers.plans_challenged),
    ("acknowledgement", "plan"): Kept("plan.write", _PLACE + "plans/", papers.plans_read),
    ("acknowledgement", "follow-up"): Kept("plan.write", _PLACE + "follow-ups/", papers.reports_read),
    ("record", "incident"): Kept("challenge.take-part", _PLACE + "challenges/", challenges.incidents),
    ("record", "dispute"): Kept("challenge.adjudicate", _PLACE + "challenges/", challenges.disputes),
    ("record", "challengers"): Kept("challenge.take-part", _PLACE + "challengers/", challenges.challengers),
    ("record", "challenge"): Kept("challenge.arrange", _PLACE + "challenges/", challenges.activities),
    ("record", "pack"): Kept("self-evaluation.write", _PLACE + "packs/", papers.packs),
    ("record", "review"): Kept("memorandum.review", _PLACE + "editions/", _reviews),
}
# What sets duties off, besides joining, change and the review date, which follow from the charter itself.
TRIGGERS: dict[str, Callable[[Scope], QuerySet[Any, Any]]] = {
    "request": _requests,
    "intervention": _interventions,
    "challenge-opened": challenges.opened,
    "challenge": challenges.held,
    "plan": papers.plans_to_check,
    "critical-incident": challenges.incidents_met,
    "dispute": challenges.disputes_raised,
    "training-need": challenges.needs,
}


def kept(met_by: Evidence) -> Kept | None:
    """Where evidence of a kind comes from, or None where it is not kept yet. Documents are told by their kind."""
    of = met_by.document or met_by.of
    return KEPT.get((met_by.kind, of)) or KEPT.get((met_by.kind, ANY))


Row = tuple[Any, ...]  # in the order of COLUMNS; the first is the alliance


def rows(scope: Scope, met_by: Collection[Evidence], triggers: Iterable[str]) -> list[Row]:
    """Everything that happened of the kinds and triggers, in one query; none if none is stored.

    A return is followed by its release.
    """
    entries = [kept(one) for one in met_by]
    entries += [KEPT["release", ANY]] if any(one.kind == "return" for one in met_by) else []
    sources = {entry.rows for entry in entries if entry and entry.rows}
    sources |= {TRIGGERS[name] for name in triggers if name in TRIGGERS}
    if not sources or not scope.alliances:
        return []
    sql, values = _query(scope, frozenset(sources))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def found(rows: Iterable[Row]) -> Iterator[Found]:
    """Rows as what happened."""
    for _, kind, of, owner, place, period, office, role, thing, about, on, until in rows:
        last = _day(until) if until else None
        yield kind, of, (owner, place), Happening(_day(on), period, office, last, role, thing), about


@lru_cache(maxsize=256)
def _query(scope: Scope, sources: frozenset[Callable[[Scope], QuerySet[Any, Any]]]) -> tuple[str, Any]:
    """The query’s text: a dozen tables take longer to put into words than to read."""
    first, *others = [source(scope) for source in sorted(sources, key=lambda source: source.__name__)]
    whole = first.union(*others, all=True) if others else first
    sql, values = whole.query.sql_with_params()
    return sql, values


def _day(value: date | str) -> date:
    """SQLite has no days, only their text."""
    return value if isinstance(value, date) else date.fromisoformat(value[:10])

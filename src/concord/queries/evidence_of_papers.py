"""What of the year’s papers discharges duties or sets them off: documents, plans, looks back, packs."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate

from concord.queries.evidence_of_challenges import each_seat, numbered
from concord.queries.happenings import TRIGGER, Scope, happened
from concord.records.models import FollowUp, Pack, Paper, Plan, PlanChallenge, SignOff
from concord.rules.papers import PAPER_SUBJECT
from concord.rules.plans import PLAN_SUBJECT, SIGNED

Rows = QuerySet[Any, Any]


def documents(scope: Scope) -> Rows:
    """Papers of an authority that were handed in, for their year."""
    rows = Paper.objects.filter(
        alliance__in=scope.alliances, period__in=scope.periods, author=None, submitted_at__isnull=False
    )
    return happened(
        rows,
        "alliance_id",
        "document",
        F("template"),
        "authority",
        F("authority__code"),
        TruncDate("submitted_at"),
        period=F("period"),
    )


def papers_signed(scope: Scope) -> Rows:
    """Self-evaluations: handed in with all signatures, or signed as they stand by one office.

    One that lost a signature after that is no longer signed in full: the duty of that office is open again.
    """
    rows = Paper.objects.filter(
        alliance__in=scope.alliances, period__in=scope.periods, author=None, submitted_at__isnull=False
    ).exclude(Exists(_lost(PAPER_SUBJECT)))
    on, place = TruncDate("submitted_at"), F("authority__code")
    whole = happened(
        rows, "alliance_id", "sign-off", F("template"), "authority", place, on, period=F("period")
    )
    return whole.union(_signed_by_office(scope, PAPER_SUBJECT, Paper), all=True)


def _lost(subject: str) -> QuerySet[SignOff]:
    """Signatures of a text that were withdrawn, and not given anew."""
    same = {name: OuterRef(name) for name in ("alliance", "subject", "subject_key", "office")}
    anew = SignOff.objects.filter(**same, answer="signed", withdrawn_at=None)
    key = Cast(OuterRef("pk"), CharField(max_length=40))
    taken = SignOff.objects.filter(subject=subject, subject_key=key, withdrawn_at__isnull=False)
    return taken.exclude(Exists(anew))


def _signed_by_office(scope: Scope, subject: str, model: type[Paper] | type[Plan]) -> Rows:
    """An office has done its part once it has signed the text as it stands, whoever else is still to sign."""
    # Keys of other subjects are no numbers: only after this one's are chosen may they be read as such.
    number = Case(When(subject=subject, then=Cast("subject_key", IntegerField())))
    text = model.objects.filter(pk=OuterRef("number"), hash=OuterRef("hash"), period__in=scope.periods)
    rows = SignOff.objects.filter(
        subject=subject, answer="signed", withdrawn_at=None, alliance__in=scope.alliances
    ).annotate(number=number)
    rows = rows.annotate(of=Subquery(text.values("template")), of_period=Subquery(text.values("period")))
    return happened(
        rows.filter(of__isnull=False),
        "alliance_id",
        "sign-off",
        F("of"),
        "authority",
        F("authority__code"),
        F("on"),
        period=F("of_period"),
        office=F("office"),
    )


def plans_signed(scope: Scope) -> Rows:
    """Development plans that all have signed, or one office as they stand; one that is opened again waits anew."""
    rows = Plan.objects.filter(
        alliance__in=scope.alliances, period__in=scope.periods, state__in=SIGNED, signed_on__isnull=False
    )
    place = F("authority__code")
    whole = happened(
        rows, "alliance_id", "sign-off", F("template"), "authority", place, F("signed_on"), period=F("period")
    )
    return whole.union(_signed_by_office(scope, PLAN_SUBJECT, Plan), all=True)


def plans_challenged(scope: Scope) -> Rows:
    """Plans of which peers have said what they would ask."""
    rows = PlanChallenge.objects.filter(plan__alliance__in=scope.alliances, plan__period__in=scope.periods)
    return happened(
        rows,
        "plan__alliance_id",
        "record",
        "plan",
        "authority",
        F("plan__authority__code"),
        TruncDate("at"),
        period=F("plan__period"),
    )


def plans_read(scope: Scope) -> Rows:
    """Findings and plans that all to whom they were shown have read."""
    rows = Plan.objects.filter(alliance__in=scope.alliances, read_at__isnull=False)
    thing = Case(When(challenge__isnull=False, then=numbered("challenge", "challenge_id")), default=Value(""))
    place = F("authority__code")
    on = TruncDate("read_at")
    return happened(rows, "alliance_id", "acknowledgement", "plan", "authority", place, on, thing=thing)


def plans_to_check(scope: Scope) -> Rows:
    """A plan was signed, and is to be looked back at: by those who sat in its challenge, each in their role."""
    seat = "challenge__seats__"
    rows = FollowUp.objects.filter(plan__isnull=False, challenge__isnull=False)
    return happened(
        each_seat(rows, scope, "challenge__"),
        "alliance_id",
        TRIGGER,
        "plan",
        "authority",
        F(f"{seat}authority__code"),
        F("since"),
        role=F(f"{seat}role"),
        thing=numbered("plan", "plan_id"),
        about=F("authority__name"),
    )


def reports(scope: Scope) -> Rows:
    """Reports of the looks back: the host's own, and what those see who check a plan."""
    seat = "challenge__seats__"
    rows = FollowUp.objects.filter(reported_at__isnull=False)
    return happened(
        each_seat(rows, scope, "challenge__"),
        "alliance_id",
        "document",
        F("key"),
        "authority",
        F(f"{seat}authority__code"),
        TruncDate("reported_at"),
        role=F(f"{seat}role"),
        thing=Case(
            When(plan__isnull=False, then=numbered("plan", "plan_id")),
            default=numbered("challenge", "challenge_id"),
        ),
    )


def reviews(scope: Scope) -> Rows:
    """Reports of looks back that lead and triad have reviewed."""
    seat = "challenge__seats__"
    rows = FollowUp.objects.filter(reviewed_at__isnull=False)
    return happened(
        each_seat(rows, scope, "challenge__"),
        "alliance_id",
        "record",
        "follow-up",
        "authority",
        F(f"{seat}authority__code"),
        TruncDate("reviewed_at"),
        role=F(f"{seat}role"),
        thing=numbered("challenge", "challenge_id"),
    )


def reports_read(scope: Scope) -> Rows:
    """Reports of progress that all to whom they were shown have read."""
    rows = FollowUp.objects.filter(alliance__in=scope.alliances, read_at__isnull=False)
    place, on = F("authority__code"), TruncDate("read_at")
    return happened(rows, "alliance_id", "acknowledgement", "follow-up", "authority", place, on)


def packs(scope: Scope) -> Rows:
    """What the self-evaluation gives to the talk with Ofsted was considered."""
    rows = Pack.objects.filter(alliance__in=scope.alliances, period__in=scope.periods).exclude(considered="")
    return happened(
        rows,
        "alliance_id",
        "record",
        "pack",
        "authority",
        F("authority__code"),
        TruncDate("asked_at"),
        period=F("period"),
    )

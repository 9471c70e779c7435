"""What of the year's work discharges duties or sets them off: challenges, papers, looks back, packs."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, TruncDate

from concord.queries.happenings import TRIGGER, Scope, happened
from concord.records.models import (
    Act,
    Challenge,
    Challenger,
    Dispute,
    FollowUp,
    Incident,
    Pack,
    Paper,
    Plan,
    PlanChallenge,
    Seat,
    SignOff,
    TrainingNeed,
)
from concord.rules.challenge import CHALLENGE, COUNTED
from concord.rules.papers import PAPER_SUBJECT
from concord.rules.plans import PLAN_SUBJECT
from concord.rules.seats import TAKEN

Rows = QuerySet[Any, Any]


def _thing(name: str, number: str) -> Any:
    return Concat(Value(f"{name} "), Cast(F(number), CharField(max_length=20)), output_field=CharField())


def _each_seat(rows: QuerySet[Any], scope: Scope, path: str) -> QuerySet[Any]:
    """The rows of challenges once for each seat taken in them for an authority; ``path`` leads to the challenge."""
    taken = {f"{path}seats__state__in": TAKEN, f"{path}seats__authority__isnull": False}
    taken |= {f"{path}state__in": COUNTED}
    return rows.filter(**taken, **{f"{path}alliance__in": scope.alliances})


def acts(scope: Scope) -> Rows:
    """Acts done in peer challenges: by the authorities that had a seat, in their roles; and for the alliance."""
    rows = Act.objects.filter(challenge__activity=CHALLENGE)
    common = {"period": F("challenge__year"), "thing": _thing("challenge", "challenge_id")}
    by_seat = happened(
        _each_seat(rows, scope, "challenge__"),
        "challenge__alliance_id",
        "act",
        F("act"),
        "authority",
        F("challenge__seats__authority__code"),
        F("on"),
        role=F("challenge__seats__role"),
        **common,
    )
    whole = rows.filter(challenge__alliance__in=scope.alliances, challenge__state__in=COUNTED)
    place = F("challenge__alliance__key")
    of_all = happened(whole, "challenge__alliance_id", "act", F("act"), "alliance", place, F("on"), **common)
    return by_seat.union(of_all, all=True)


def held(scope: Scope) -> Rows:
    """The conversation was held: what follows falls to those who sat in it, and to the alliance."""
    rows = Act.objects.filter(challenge__activity=CHALLENGE, act="converse")
    thing, about = _thing("challenge", "challenge_id"), F("challenge__authority__name")
    by_seat = happened(
        _each_seat(rows, scope, "challenge__"),
        "challenge__alliance_id",
        TRIGGER,
        "challenge",
        "authority",
        F("challenge__seats__authority__code"),
        F("on"),
        role=F("challenge__seats__role"),
        thing=thing,
        about=about,
    )
    whole = rows.filter(challenge__alliance__in=scope.alliances, challenge__state__in=COUNTED)
    place = F("challenge__alliance__key")
    of_all = happened(
        whole,
        "challenge__alliance_id",
        TRIGGER,
        "challenge",
        "alliance",
        place,
        F("on"),
        thing=thing,
        about=about,
    )
    return by_seat.union(of_all, all=True)


def opened(scope: Scope) -> Rows:
    """A challenge was opened: what comes before the conversation falls to those with a seat."""
    return _sat(scope, TRIGGER, "challenge-opened", TruncDate("challenge__opened_at"))


def _sat(scope: Scope, kind: str, of: Any, on: Any, *which: Q, thing: Any = None, **filters: Any) -> Rows:
    """Rows of the seats taken for an authority in peer challenges."""
    rows = Seat.objects.filter(
        *which,
        state__in=TAKEN,
        authority__isnull=False,
        challenge__activity=CHALLENGE,
        challenge__state__in=COUNTED,
        challenge__alliance__in=scope.alliances,
        **filters,
    )
    return happened(
        rows,
        "challenge__alliance_id",
        kind,
        of,
        "authority",
        F("authority__code"),
        on,
        role=F("role"),
        thing=thing or _thing("challenge", "challenge_id"),
        about=F("challenge__authority__name"),
    )


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


def reflections(scope: Scope) -> Rows:
    """Reflections handed in, by the seat of whoever wrote them."""
    paper = "challenge__papers__"
    written = {f"{paper}document": "reflection", f"{paper}submitted_at__isnull": False}
    own = Q(**{f"{paper}author": F("person")})
    of, on = F(f"{paper}template"), TruncDate(f"{paper}submitted_at")
    return _sat(scope, "document", of, on, own, **written)


def reports(scope: Scope) -> Rows:
    """Reports of the looks back: the host's own, and what those see who check a plan."""
    seat = "challenge__seats__"
    rows = FollowUp.objects.filter(reported_at__isnull=False)
    return happened(
        _each_seat(rows, scope, "challenge__"),
        "alliance_id",
        "document",
        F("key"),
        "authority",
        F(f"{seat}authority__code"),
        TruncDate("reported_at"),
        role=F(f"{seat}role"),
        thing=Case(
            When(plan__isnull=False, then=_thing("plan", "plan_id")),
            default=_thing("challenge", "challenge_id"),
        ),
    )


def reviews(scope: Scope) -> Rows:
    """Reports of looks back that lead and triad have reviewed."""
    seat = "challenge__seats__"
    rows = FollowUp.objects.filter(reviewed_at__isnull=False)
    return happened(
        _each_seat(rows, scope, "challenge__"),
        "alliance_id",
        "record",
        "follow-up",
        "authority",
        F(f"{seat}authority__code"),
        TruncDate("reviewed_at"),
        role=F(f"{seat}role"),
        thing=_thing("challenge", "challenge_id"),
    )


def incidents_met(scope: Scope) -> Rows:
    """Something grave was met with in a challenge."""
    rows = Incident.objects.all()
    return _of_challenge(rows, scope, TRIGGER, "critical-incident", "incident", TruncDate("reported_at"))


def incidents(scope: Scope) -> Rows:
    """The host director was told of it: the report tells them the same minute."""
    rows = Incident.objects.all()
    return _of_challenge(rows, scope, "record", "incident", "incident", TruncDate("reported_at"))


def disputes_raised(scope: Scope) -> Rows:
    """A dispute or complaint about a challenge was raised."""
    return _of_challenge(Dispute.objects.all(), scope, TRIGGER, "dispute", "dispute", TruncDate("raised_at"))


def disputes(scope: Scope) -> Rows:
    """A dispute was settled or decided."""
    rows = Dispute.objects.filter(ended_at__isnull=False)
    return _of_challenge(rows, scope, "record", "dispute", "dispute", TruncDate("ended_at"))


def _of_challenge(rows: QuerySet[Any], scope: Scope, kind: str, of: str, thing: str, on: Any) -> Rows:
    seat = "challenge__seats__"
    return happened(
        _each_seat(rows, scope, "challenge__"),
        "challenge__alliance_id",
        kind,
        of,
        "authority",
        F(f"{seat}authority__code"),
        on,
        role=F(f"{seat}role"),
        thing=_thing(thing, "id"),
        about=F("challenge__authority__name"),
    )


def needs(scope: Scope) -> Rows:
    """Training was found to be needed by somebody of an authority."""
    rows = TrainingNeed.objects.filter(alliance__in=scope.alliances, authority__isnull=False)
    return happened(
        rows,
        "alliance_id",
        TRIGGER,
        "training-need",
        "authority",
        F("authority__code"),
        TruncDate("found_at"),
        thing=_thing("need", "id"),
    )


def challengers(scope: Scope) -> Rows:
    """People on the register for as long as they are; training that was needed and had, for its need."""
    listed = Challenger.objects.filter(alliance__in=scope.alliances, authority__isnull=False)
    place = F("authority__code")
    on = TruncDate("nominated_at")
    named = happened(
        listed, "alliance_id", "record", "challengers", "authority", place, on, until=F("ended_on")
    )
    body = "person__tenures__body__answers__"
    shared = happened(  # an officer of a body serves all for which it answers
        listed.filter(person__tenures__ends=None, **{f"{body}ends": None, f"{body}authority__isnull": False}),
        "alliance_id",
        "record",
        "challengers",
        "authority",
        F(f"{body}authority__code"),
        on,
        until=F("ended_on"),
    )
    met = TrainingNeed.objects.filter(
        alliance__in=scope.alliances, authority__isnull=False, met_by__isnull=False
    )
    had = happened(
        met,
        "alliance_id",
        "record",
        "challengers",
        "authority",
        place,
        F("met_by__on"),
        thing=_thing("need", "id"),
    )
    return named.union(shared, had, all=True)


def activities(scope: Scope) -> Rows:
    """Visits, team reviews and thematic challenges, for the alliance that arranges them."""
    rows = Challenge.objects.filter(alliance__in=scope.alliances, state__in=COUNTED).exclude(
        activity=CHALLENGE
    )
    place = F("alliance__key")
    return happened(rows, "alliance_id", "record", "challenge", "alliance", place, TruncDate("opened_at"))


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


def papers_signed(scope: Scope) -> Rows:
    """Self-evaluations: handed in with all signatures, or signed as they stand by one office."""
    rows = Paper.objects.filter(
        alliance__in=scope.alliances, period__in=scope.periods, author=None, submitted_at__isnull=False
    )
    on, place = TruncDate("submitted_at"), F("authority__code")
    whole = happened(
        rows, "alliance_id", "sign-off", F("template"), "authority", place, on, period=F("period")
    )
    return whole.union(_signed_by_office(scope, PAPER_SUBJECT, Paper), all=True)


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
    """Development plans that all have signed, or one office as they stand."""
    rows = Plan.objects.filter(
        alliance__in=scope.alliances, period__in=scope.periods, signed_on__isnull=False
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
    thing = Case(When(challenge__isnull=False, then=_thing("challenge", "challenge_id")), default=Value(""))
    place = F("authority__code")
    on = TruncDate("read_at")
    return happened(rows, "alliance_id", "acknowledgement", "plan", "authority", place, on, thing=thing)


def reports_read(scope: Scope) -> Rows:
    """Reports of progress that all to whom they were shown have read."""
    rows = FollowUp.objects.filter(alliance__in=scope.alliances, read_at__isnull=False)
    place, on = F("authority__code"), TruncDate("read_at")
    return happened(rows, "alliance_id", "acknowledgement", "follow-up", "authority", place, on)


def plans_to_check(scope: Scope) -> Rows:
    """A plan was signed, and is to be looked back at: by those who sat in its challenge, each in their role."""
    seat = "challenge__seats__"
    rows = FollowUp.objects.filter(plan__isnull=False, challenge__isnull=False)
    return happened(
        _each_seat(rows, scope, "challenge__"),
        "alliance_id",
        TRIGGER,
        "plan",
        "authority",
        F(f"{seat}authority__code"),
        F("since"),
        role=F(f"{seat}role"),
        thing=_thing("plan", "plan_id"),
        about=F("authority__name"),
    )

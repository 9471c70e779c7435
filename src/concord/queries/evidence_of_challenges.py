"""What of the year’s challenges discharges duties or sets them off: acts, seats, incidents, disputes, training."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Substr, TruncDate

from concord.queries.happenings import TRIGGER, Scope, happened
from concord.records.models import Act, Challenge, Challenger, Dispute, Incident, Seat, TrainingNeed
from concord.rules.challenge import CHALLENGE, COUNTED
from concord.rules.seats import TAKEN

Rows = QuerySet[Any, Any]


def numbered(name: str, number: str) -> Any:
    """A thing that sets duties off, by the column that numbers it: “challenge 12”."""
    return Concat(Value(f"{name} "), Cast(F(number), CharField(max_length=20)), output_field=CharField())


def each_seat(rows: QuerySet[Any], scope: Scope, path: str) -> QuerySet[Any]:
    """The rows of challenges once for each seat taken in them for an authority; ``path`` leads to the challenge."""
    taken = {f"{path}seats__state__in": TAKEN, f"{path}seats__authority__isnull": False}
    taken |= {f"{path}state__in": COUNTED}
    return rows.filter(**taken, **{f"{path}alliance__in": scope.alliances})


def acts(scope: Scope) -> Rows:
    """Acts done in peer challenges: by the authorities that had a seat, in their roles; and for the alliance."""
    rows = Act.objects.filter(challenge__activity=CHALLENGE)
    common = {"period": F("challenge__year"), "thing": numbered("challenge", "challenge_id")}
    by_seat = happened(
        each_seat(rows, scope, "challenge__"),
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
    thing, about = numbered("challenge", "challenge_id"), F("challenge__authority__name")
    by_seat = happened(
        each_seat(rows, scope, "challenge__"),
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
        thing=thing or numbered("challenge", "challenge_id"),
        about=F("challenge__authority__name"),
    )


def reflections(scope: Scope) -> Rows:
    """Reflections handed in, by the seat of whoever wrote them."""
    paper = "challenge__papers__"
    written = {f"{paper}document": "reflection", f"{paper}submitted_at__isnull": False}
    own = Q(**{f"{paper}author": F("person")})
    of, on = F(f"{paper}template"), TruncDate(f"{paper}submitted_at")
    return _sat(scope, "document", of, on, own, **written)


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
        each_seat(rows, scope, "challenge__"),
        "challenge__alliance_id",
        kind,
        of,
        "authority",
        F(f"{seat}authority__code"),
        on,
        role=F(f"{seat}role"),
        thing=numbered(thing, "id"),
        about=F("challenge__authority__name"),
    )


def needs(scope: Scope) -> Rows:
    """Training was found to be needed by somebody of an authority: which, at whose challenge, by whom."""
    host = Concat(Value(", seen at the challenge of "), F("challenge__authority__name"))
    where = Case(When(challenge=None, then=Value("")), default=host, output_field=CharField())
    about = Concat(Value("“"), Substr("need", 1, 50), Value("”"), where, Value(", "), F("person__name"))
    rows = TrainingNeed.objects.filter(alliance__in=scope.alliances, authority__isnull=False)
    return happened(
        rows,
        "alliance_id",
        TRIGGER,
        "training-need",
        "authority",
        F("authority__code"),
        TruncDate("found_at"),
        thing=numbered("need", "id"),
        about=about,
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
        thing=numbered("need", "id"),
    )
    return named.union(shared, had, all=True)


def activities(scope: Scope) -> Rows:
    """Visits, team reviews and thematic challenges, for the alliance that arranges them."""
    rows = Challenge.objects.filter(alliance__in=scope.alliances, state__in=COUNTED).exclude(
        activity=CHALLENGE
    )
    place = F("alliance__key")
    return happened(rows, "alliance_id", "record", "challenge", "alliance", place, TruncDate("opened_at"))

"""What is asked of a person by name or through their office: a part to take, a text to sign, something to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, F, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from concord.queries.standing import Standing
from concord.records.models import Acknowledgement, Incident, Paper, Plan, Seat, SignOff
from concord.rules.access import Actor, Holding
from concord.rules.challenge import COUNTED, COURSE
from concord.rules.papers import PAPER_SUBJECT
from concord.rules.plans import PLAN_SUBJECT
from concord.rules.seats import SEAT

INCIDENT = "incident"
SIGNING = "signing"
"""The state in which a paper or a plan waits for signatures."""
# What to do, and where, under the alliance's address.
_ASKS: Mapping[str, tuple[str, str]] = {
    "seat": ("Say whether you take part", "challenges/{}/answer/"),
    INCIDENT: ("Read of a critical incident, and acknowledge it", "challenges/{}/incidents/"),
    "shown": ("Read what was shown to you, and say so", "shown/{}/"),
    PAPER_SUBJECT: ("Sign, or say why not", "papers/{}/signatures/"),
    PLAN_SUBJECT: ("Sign, or say why not", "plans/{}/"),
}
Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing: of which kind, in which alliance (its key), what to do, about what, and where."""

    kind: str
    alliance: str
    sentence: str
    about: str
    link: str


def asked(standing: Standing, kind: str, number: str, title: str, template: str) -> Asked:
    """A row of ``asks`` in words."""
    sentence, where = _ASKS[kind]
    if template:
        key, _, period = template.partition(" ")
        named = (t.title for t in standing.charter.templates if key in (t.key, t.document))
        title = f"{next(named, 'Report on progress')} {period}".strip() + f", {title}"
    return Asked(kind, standing.key, sentence, title, f"/alliances/{standing.key}/{where.format(number)}")


def asks(actor: Actor, alliances: Collection[str]) -> list[Rows]:
    """What waits for a person's own answer in alliances, by key: kind, alliance, number, title, template, when."""
    if actor.person is None:
        return []
    rows = _invitations(actor.person, alliances), _incidents(actor, alliances), _shown(actor, alliances)
    signing = ((Paper, PAPER_SUBJECT), (Plan, PLAN_SUBJECT))
    return [*rows, *(_to_sign(actor, alliances, model, subject) for model, subject in signing)]


def row(
    rows: Rows, kind: Any, alliance: str, number: Any, title: Any, at: str, *, by: Any = "", clauses: Any = ()
) -> Rows:
    """Rows of any table under the same columns, so that one query reads those of several."""
    texts = {"n_kind": kind, "n_alliance": F(alliance), "n_number": number, "n_title": title, "n_by": by}
    named: dict[str, Any] = {
        name: Cast(Value(text) if isinstance(text, str) else text, CharField(max_length=400))
        for name, text in texts.items()
    }
    named |= {"n_at": F(at), "n_clauses": clauses or Value([], JSONField())}
    found: Rows = rows.order_by().annotate(**named).values_list(*named)
    return found


def _invitations(person: int, alliances: Collection[str]) -> Rows:
    rows = Seat.objects.filter(
        person=person, state=SEAT.first, ended_at=None,
        challenge__state=COURSE.first, challenge__alliance__key__in=alliances,
    )  # fmt: skip
    return _of_challenge(rows, "seat", "invited_at")


def _incidents(actor: Actor, alliances: Collection[str]) -> Rows:
    """Those of an authority for which the actor answers as host."""
    mine = Q(pk__in=())
    for h in actor.holdings:
        if h.alliance in alliances and "self-evaluation.submit" in h.may:
            mine |= Q(challenge__alliance__key=h.alliance, challenge__authority__in=h.authorities)
    rows = Incident.objects.filter(mine, acknowledged_at=None, challenge__state__in=COUNTED)
    return _of_challenge(rows, INCIDENT, "reported_at")


def _of_challenge(rows: Rows, kind: str, at: str) -> Rows:
    return row(rows, kind, "challenge__alliance__key", F("challenge_id"), F("challenge__title"), at)


def _shown(actor: Actor, alliances: Collection[str]) -> Rows:
    mine = Q(pk__in=())
    for h in _in_person(actor, alliances, "document.acknowledge"):
        mine |= Q(alliance__key=h.alliance, office=h.office, authority__in=h.authorities)
    rows = Acknowledgement.objects.filter(mine, read_at=None)
    return row(rows, "shown", "alliance__key", F("pk"), F("authority__name"), "shown_at", by=F("subject"))


def _to_sign(actor: Actor, alliances: Collection[str], model: type[Any], subject: str) -> Rows:
    """Texts out for signature on which the actor's office has not answered as they are now."""
    mine = Q(pk__in=())
    for h in _in_person(actor, alliances, "document.sign"):
        answered = SignOff.objects.filter(
            subject=subject, subject_key=Cast(OuterRef("pk"), CharField(max_length=80)),
            hash=OuterRef("hash"), office=h.office, authority=OuterRef("authority"), withdrawn_at=None,
        )  # fmt: skip
        mine |= Q(~Exists(answered), alliance__key=h.alliance, authority__in=h.authorities)
    rows = model.objects.filter(mine, state=SIGNING)
    which = Concat(F("template"), Value(" "), F("period"), output_field=CharField())
    return row(rows, subject, "alliance__key", F("pk"), F("authority__name"), "begun_at", by=which)


def _in_person(actor: Actor, alliances: Collection[str], ability: str) -> list[Holding]:
    """The offices that the actor holds themselves: neither signing nor reading can be delegated."""
    return [h for h in actor.holdings if h.alliance in alliances and ability in h.may and not h.delegated_by]

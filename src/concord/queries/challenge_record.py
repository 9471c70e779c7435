"""Reading what came of a challenge: record, report and its answers, incidents, disputes, themes, reflections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404

from concord.charter import Charter
from concord.queries.challenges import ChallengeNow, SeatNow
from concord.queries.granted import granted
from concord.records.models import (
    Challenge,
    Contact,
    Dispute,
    Finding,
    Incident,
    Paper,
    Permission,
    Slot,
    Theme,
)
from concord.rules.access import Actor
from concord.rules.challenge import COUNTED
from concord.rules.disputes import DISPUTE
from concord.rules.records import HEADINGS, RESPONSES

RECORD, REFLECTION = "challenge-record", "reflection"


def findings_of(challenge: Challenge) -> list[Finding]:
    """What stands in the record, in the order of kinds. One query."""
    order = list(HEADINGS)
    rows = Finding.objects.filter(challenge=challenge, removed_at=None).select_related("line")
    return sorted(rows.order_by("at", "pk"), key=lambda f: order.index(f.kind))


def by_kind(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Findings under their headings; only headings that have some."""
    found = {title: [f for f in findings if f.kind == kind] for kind, title in HEADINGS.items()}
    return {title: rows for title, rows in found.items() if rows}


def finding_named(challenge: Challenge, number: int) -> Finding:
    """A finding of a challenge. Raises Http404."""
    row = (
        Finding.objects.filter(challenge=challenge, pk=number, removed_at=None).select_related("line").first()
    )
    if row is None:
        raise Http404("There is no such finding in this record.")
    return row


def template_of(charter: Charter, document: str) -> str:
    """The key of the charter's template for a kind of document, or nothing."""
    return next((t.key for t in charter.templates if t.document == document), "")


def written_part(challenge: Challenge) -> Paper | None:
    """The paper that is the written part of the record, begun or handed in."""
    return Paper.objects.filter(challenge=challenge, document=RECORD, author=None).first()


def slots_of(challenge: Challenge, cancelled: bool = False) -> list[Slot]:
    """The timetable in its order; with those called off, for calendars."""
    rows = Slot.objects.filter(challenge=challenge)
    return list(rows if cancelled else rows.filter(cancelled_at=None))


def slot_named(challenge: Challenge, number: int) -> Slot:
    """A meeting of a challenge that was not called off. Raises Http404."""
    row = Slot.objects.filter(challenge=challenge, pk=number, cancelled_at=None).first()
    if row is None:
        raise Http404("There is no such meeting.")
    return row


def permissions_of(challenge: Challenge) -> list[Permission]:
    """What the host permits now."""
    rows = Permission.objects.filter(challenge=challenge, withdrawn_at=None)
    return list(rows.select_related("seat__person").order_by("starts", "pk"))


def incidents_of(challenge: Challenge) -> list[Incident]:
    """Every incident, the newest first."""
    return list(Incident.objects.filter(challenge=challenge))


@dataclass(frozen=True, slots=True)
class DisputeNow:
    """A dispute in words, with its steps and the moves that its state allows."""

    row: Dispute
    label: str
    steps: tuple[tuple[str, str, object, str], ...]
    moves: tuple[tuple[str, str], ...]


def disputes_of(challenge: Challenge) -> list[DisputeNow]:
    """Every dispute, the newest first. Two queries."""
    named = {move.name: move.done for move in DISPUTE.moves}
    return [
        DisputeNow(
            row,
            DISPUTE.states[row.state],
            tuple((named[s.move].capitalize(), s.by, s.at, s.text) for s in row.steps.all()),
            tuple((move.name, move.label) for move in DISPUTE.open_to(row.state)),
        )
        for row in Dispute.objects.filter(challenge=challenge).prefetch_related("steps")
    ]


def contacts_of(challenge: Challenge) -> list[Contact]:
    """Words of coaching, the first first."""
    return list(Contact.objects.filter(challenge=challenge).select_related("seat__person"))


def themes_of(challenge: Challenge) -> list[Theme]:
    """What it taught, the first first."""
    return list(Theme.objects.filter(challenge=challenge).order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class ReflectionNow:
    """Whether somebody who sits has reflected: handed in, being written, excused, or waited for."""

    seat: SeatNow
    paper: Paper | None

    @property
    def state(self) -> str:
        """In words."""
        if self.paper and self.paper.submitted_at:
            return "Handed in"
        if self.seat.excused:
            return "Excused"
        return "Being written" if self.paper else "Waited for"

    @property
    def colour(self) -> str:
        """Of its tag."""
        return {"Handed in": "green", "Excused": "grey", "Being written": "yellow"}.get(self.state, "orange")


def reflections_of(now: ChallengeNow) -> list[ReflectionNow]:
    """Everybody who sits, with their reflection. One query."""
    papers = Paper.objects.filter(challenge=now.row, document=REFLECTION)
    written = {paper.author_id: paper for paper in papers}
    return [ReflectionNow(seat, written.get(seat.person)) for seat in now.seats if seat.taken]


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the host's checklist: what, whether it is done, and where."""

    words: str
    clause: str
    done: bool
    note: str
    part: str


_HOSTS: tuple[tuple[str, str, str, str], ...] = (
    ("submit", "Hand in the self-evaluation and submit it", "2.4a", ""),
    ("timetable", "Agree the timetable", "2.4b", "timetable/"),
    ("timetable", "Give visitors the permissions that they need", "2.4c", "timetable/#permissions"),
    ("respond", "Answer the report, recommendation by recommendation", "2.4d", "report/"),
    ("follow-up", "Report what was done since", "2.4e", ""),
    ("reflect", "Reflect on the process", "2.3c", "reflections/"),
    ("plan", "Write the development plan and have it signed", "", ""),
    ("share", "Show findings and plan to the chief executive and lead member", "", ""),
    ("themes", "Pass on what it taught", "", "themes/"),
)


def checklist_of(now: ChallengeNow) -> list[Task]:
    """What a host has to do, as it stands. In the East Midlands clause 2.4 lists it; elsewhere the acts are alike."""
    row, em = now.row, now.has("respond")
    permissions = Permission.objects.filter(challenge=row, withdrawn_at=None).count()
    asked = Finding.objects.filter(challenge=row, kind="recommendation", removed_at=None, response="")
    open_answers = asked.count() if "report" in now.done else 0
    notes = {
        "2.4c": f"{permissions} given" if permissions else "none given yet",
        "2.4d": f"{open_answers} still to answer" if open_answers else "",
    }
    known = {"2.4c": permissions > 0, "2.3c": _reflected(now)}
    found = [
        Task(
            words,
            clause if em else "",
            known.get(clause, act in now.done),
            notes.get(clause) or _on(now, act),
            part,
        )
        for act, words, clause, part in _HOSTS
        if now.has(act)
    ]
    if Incident.objects.filter(challenge=row, acknowledged_at=None).exists():
        found.insert(0, Task("Acknowledge the critical incident", "", False, "now", "incidents/"))
    return found


def _on(now: ChallengeNow, act: str) -> str:
    made = now.done.get(act)
    return f"{made.on.day} {made.on:%B %Y}" if made else ""


def _reflected(now: ChallengeNow) -> bool:
    host = next((s for s in now.seats if s.role == "host"), None)
    papers = Paper.objects.filter(challenge=now.row, document=REFLECTION, submitted_at__isnull=False)
    return host is not None and (bool(host.excused) or papers.filter(author=host.person).exists())


@dataclass(frozen=True, slots=True)
class Answered:
    """How one authority answered its challenge, and whether its peers found that in proportion, once they said so."""

    row: Challenge
    asked: tuple[Finding, ...]
    counts: Mapping[str, int]
    out: int
    weighed: bool


def answered(actor: Actor, alliance: str, year: str) -> list[Answered]:
    """Each challenge of a year whose report was answered, for those who hold one another to it. Three queries."""
    allowed = granted(actor, "see follow-up", alliance, year="year", challenge="pk")
    rows = (
        Challenge.objects.filter(allowed, year=year, state__in=COUNTED, acts__act="respond")
        .select_related("alliance", "authority")
        .prefetch_related("findings", "acts")
        .order_by("authority__name")
    )
    return [_answered(row) for row in rows]


def _answered(row: Challenge) -> Answered:
    kept = (f for f in row.findings.all() if f.kind == "recommendation" and f.removed_at is None)
    asked = tuple(sorted(kept, key=lambda f: (f.at, f.pk)))
    counts = {key: sum(f.response == key for f in asked) for key in RESPONSES}
    weighed = any(a.act == "weigh" for a in row.acts.all())
    return Answered(row, asked, counts, sum(weighed and f.proportionate is False for f in asked), weighed)

"""The collation board: where the return of every member stands, and what the analyst may do with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from django.utils import timezone

import catalogue
from catalogue.periods import Period, last_finished
from catalogue.workingdays import CalendarEnds
from concord.charter.calendar import release_due
from concord.charter.schema import Commitment
from concord.queries import membership, returns
from concord.queries.drafts import Asked, asked_of, due_on
from concord.queries.standing import MemberNow, Standing, on, standing_of
from concord.records.models import Alliance, Release, Return, Submission, Tenure
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.returns import RETURN, is_accepted, is_sent

BOARD_STATES = {
    "not-started": "Not started",
    **RETURN.states,
    "released": "Released",
    "waived": "Waived",
    "not-taking-part": "Not asked",
}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One member on the board. ``late``: asked, due, and not in; ``came_late``: in, after it was due."""

    code: str
    name: str
    sub_region: str
    state: str
    status: str
    due: date | None
    late: bool
    came_late: bool
    sent_at: datetime | None
    submissions: int
    explained: int
    missing: int
    waiting: int
    questions: int
    chased_at: datetime | None
    leads: tuple[str, ...]
    moves: frozenset[str]

    @property
    def words(self) -> str:
        """The state as people say it."""
        return BOARD_STATES[self.state]

    @property
    def is_in(self) -> bool:
        """Whether it is with the analyst."""
        return self.state in ("submitted", "queried", "accepted", "released")


@dataclass(frozen=True, slots=True)
class Made:
    """The newest release of a period, in a line."""

    number: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Board:
    """The collation of one dataset and period."""

    standing: Standing
    title: str
    label: str
    dataset: str
    period: Period
    due: date | None
    release_due: date | None
    commitments: tuple[Commitment, ...]
    rows: tuple[BoardRow, ...]
    release: Made | None
    previous: Period
    next: Period | None
    may_release: bool

    @property
    def counts(self) -> dict[str, int]:
        """How many there are in each state, and late, in the board’s order; states that nobody is in are left out."""
        found = Counter(row.state for row in self.rows)
        late = {"late": sum(row.late for row in self.rows)}
        return {key: n for key, n in ({k: found[k] for k in BOARD_STATES} | late).items() if n}

    def showing(self, which: str) -> tuple[BoardRow, ...]:
        """The rows in a state (“late” among them); all of them for anything else."""
        if which == "late":
            return tuple(row for row in self.rows if row.late)
        return tuple(row for row in self.rows if row.state == which) if which in BOARD_STATES else self.rows

    @property
    def to_remind(self) -> tuple[BoardRow, ...]:
        """Those that the actor may remind and that are late."""
        return tuple(row for row in self.rows if row.late and "chase" in row.moves)

    @property
    def accepted_since(self) -> int:
        """Returns accepted and not in the newest release."""
        return sum(row.state == "accepted" for row in self.rows)


def period_of(standing: Standing, dataset: str, period: str) -> Period:
    """The period of that name in which the dataset is returned. Raises Http404."""
    try:
        when, use = Period.parse(period), standing.charter.dataset(dataset)
    except (ValueError, KeyError):
        raise Http404("There is no such collation") from None
    if when.kind != use.every or when.key != period or when > last_finished(standing.day, use.every):
        raise Http404("There is no such collation")
    return when


def facts_of_collation(alliance: str, dataset: str, **_: Any) -> Facts:
    """Facts of a period’s collation: the alliance’s own, of one dataset. No query."""
    return Facts(alliance, of=dataset)


def board(actor: Actor, row: Alliance, dataset: str, period: str) -> Board:
    """The collation board as an actor may see it, in five queries. Raises Http404."""
    day = membership.today()
    standing = standing_of(row, day)
    when = period_of(standing, dataset, period)
    use = standing.charter.dataset(dataset)
    newest = last_finished(day, use.every)
    made = Release.objects.filter(alliance=row, dataset=dataset, period=period)
    last = made.order_by("-number").values_list("number", "at", "by").first()
    release = Made(*last) if last else None
    return Board(
        standing=standing,
        title=use.title,
        label=catalogue.datasets()[dataset].label,
        dataset=dataset,
        period=when,
        due=due_on(standing, dataset, when),
        release_due=_release_due(standing, dataset, when),
        commitments=returns.commitments(standing.charter, dataset),
        rows=tuple(_rows(actor, row, standing, dataset, when, release)),
        release=release,
        previous=when.previous(),
        next=when.next() if when < newest else None,
        may_release=access.decide(actor, "release.make", Facts(row.key, of=dataset)).allowed,
    )


def _release_due(standing: Standing, dataset: str, period: Period) -> date | None:
    try:
        return release_due(standing.charter.dataset(dataset), period)
    except CalendarEnds:
        return None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A return with what belongs to it: its questions, and its submissions with their moments, the first first."""

    ret: Return
    questions: int
    waiting: int
    sent: list[tuple[datetime, dict[str, Any]]]


def _kept(row: Alliance, dataset: str, period: Period) -> dict[int, _Kept]:
    """The returns begun, by authority. Two queries."""
    begun = Return.objects.filter(alliance=row, dataset=dataset, period=period.key)
    open_ones = Count("queries", filter=Q(queries__answered_at=None))
    found = {
        r.pk: _Kept(r, r.asked, r.waiting, [])
        for r in begun.annotate(asked=Count("queries"), waiting=open_ones)
    }
    for part_of, *sent in (
        Submission.objects.filter(part_of__in=list(found))
        .order_by("number")
        .values_list("part_of", "at", "lines")
    ):
        found[part_of].sent.append((sent[0], sent[1]))
    return {kept.ret.authority_id: kept for kept in found.values()}


def _rows(
    actor: Actor, row: Alliance, standing: Standing, dataset: str, period: Period, release: Made | None
) -> Iterable[BoardRow]:
    begun = _kept(row, dataset, period)
    asked = asked_of(row, dataset, period, standing.day)
    leads = _leads(row, standing, dataset)
    seen = access.grants(actor, "see return")
    for member in standing_of(row, period.end).members:
        facts = Facts(row.key, member.id, member.name, dataset)
        if any(grant.covers(facts) for grant in seen):
            kept, what = begun.get(member.id), asked[member.code]
            moves = _moves(actor, kept.ret if kept else None, facts, what)
            part = standing.sub_regions.get(member.sub_region, "")
            yield _row(member, part, kept, what, standing.day, release, leads.get(member.id, ()), moves)


def _row(
    member: MemberNow,
    sub_region: str,
    kept: _Kept | None,
    asked: Asked,
    day: date,
    release: Made | None,
    leads: tuple[str, ...],
    moves: frozenset[str],
) -> BoardRow:
    ret, sent = (kept.ret, kept.sent) if kept else (None, [])
    lines = sent[-1][1].values() if sent else ()
    return BoardRow(
        code=member.code,
        name=member.name,
        sub_region=sub_region,
        state=_state(ret, asked, release),
        status=ret.status if ret and sent else "",
        due=asked.due,
        late=asked.late(day) and not is_sent(ret.state if ret else None),
        came_late=bool(sent) and asked.late(timezone.localdate(sent[0][0])),
        sent_at=sent[-1][0] if sent else None,
        submissions=len(sent),
        explained=sum(bool(line.get("explanation")) for line in lines),
        missing=sum(bool(line.get("missing")) for line in lines),
        waiting=kept.waiting if kept else 0,
        questions=kept.questions if kept else 0,
        chased_at=ret.chased_at if ret else None,
        leads=leads,
        moves=moves,
    )


def _state(ret: Return | None, asked: Asked, release: Made | None) -> str:
    if not is_sent(ret.state if ret else None) and asked.spared:
        return asked.spared
    if ret is None:
        return "not-started"
    since = ret.accepted_at if is_accepted(ret.state) else None
    return "released" if release and since and since <= release.at else ret.state


def _moves(actor: Actor, ret: Return | None, facts: Facts, asked: Asked) -> frozenset[str]:
    """What the actor may do with it now. Nothing that was not agreed to is asked after."""
    open_to = RETURN.open_to(ret.state if ret else RETURN.first)
    return frozenset(
        move.name
        for move in open_to
        if (ret or move.name == "chase")
        and not (move.name == "chase" and asked.spared)
        and access.decide(actor, move.needs, facts).allowed
    )


def _leads(row: Alliance, standing: Standing, dataset: str) -> dict[int, tuple[str, ...]]:
    """Who holds the offices through which each authority returns the dataset, by the authority’s row."""
    offices = returns.returning_offices(standing.charter, dataset)
    tenures = Tenure.objects.filter(
        on(standing.day), alliance=row, office__in=offices, person__is_active=True
    ).select_related("person", "sub_region")
    found: dict[int, tuple[str, ...]] = {}
    for tenure in tenures:
        for authority in membership.acts_for(tenure, standing):
            found[authority] = (*found.get(authority, ()), tenure.person.name)
    return found

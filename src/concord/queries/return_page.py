"""Reading one return for its page, its submissions, and the list of returns that are somebody’s to make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import Http404

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period, last_finished
from catalogue.workingdays import CalendarEnds
from concord.charter.schema import Commitment
from concord.queries import membership, returns
from concord.queries.drafts import asked_of
from concord.queries.standing import Standing, standing_of
from concord.records.models import Alliance, Authority, Entry, Line, Participation, Query, Return, Submission
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.figures import Amount, with_denominators
from concord.rules.return_checks import Finding, check, stops
from concord.rules.return_sheet import Target
from concord.rules.returns import RETURN, Difference, differences, from_json, is_accepted, is_sent

NOT_STARTED = "Not started"
RECENT = {"quarter": 8, "year": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a return with everything that its row on the page says."""

    indicator: Indicator
    now: Amount
    last: Amount
    findings: tuple[Finding, ...]
    queries: tuple[Query, ...]
    saved_by: str
    saved_at: datetime | None
    method: str

    @property
    def typed(self) -> Amount:
        """What of it was typed."""
        return returns.typed(self.indicator, self.now)

    @property
    def value(self) -> Decimal | None:
        """The period’s figure in the indicator’s unit."""
        return self.now.value(self.indicator)

    @property
    def last_value(self) -> Decimal | None:
        """The figure last sent."""
        return self.last.value(self.indicator)


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """A return as its page shows it. ``key`` is None where nothing was begun.

    ``draft``: the rows are what stands now. Nobody but the authority itself sees that; to others they are what was
    last submitted, if anything was.
    """

    key: int | None
    draft: bool
    target: Target
    label: str
    due: date | None
    commitments: tuple[Commitment, ...]
    state: str
    status: str
    note: str
    version: int
    saved_by: str
    saved_at: datetime | None
    rows: tuple[Row, ...]
    queries: tuple[Query, ...]
    stops: tuple[Finding, ...]
    submissions: tuple[Submission, ...]
    history: tuple[Entry, ...]
    around: returns.Around
    facts: Facts
    standing: Standing
    spared: str

    @property
    def state_words(self) -> str:
        """The state as people say it."""
        return RETURN.states[self.state] if self.key else NOT_STARTED

    @property
    def changing(self) -> bool:
        """Whether its authority may be changing it."""
        return any(move.name == "save" for move in RETURN.open_to(self.state))

    @property
    def waiting(self) -> tuple[Query, ...]:
        """The analyst’s questions that have no answer."""
        asked = (*self.queries, *(q for row in self.rows for q in row.queries))
        return tuple(q for q in asked if q.answered_at is None)

    @property
    def now(self) -> dict[str, Amount]:
        """What stands in the return, as it was typed."""
        return {r.indicator.id: r.typed for r in self.rows}

    def may(self, actor: Actor) -> frozenset[str]:
        """The moves that the state and the actor’s offices allow."""
        return frozenset(
            m.name
            for m in RETURN.open_to(self.state)
            if (self.key or m.name == "save")
            and not (m.name == "chase" and self.spared)
            and access.decide(actor, m.needs, self.facts).allowed
        )


def _found(alliance: str, dataset: str, period: str, code: str) -> tuple[Alliance, Standing, Target]:
    row = membership.alliance_named(alliance)
    standing = standing_of(row, membership.today())
    try:
        when, use = Period.parse(period), standing.charter.dataset(dataset)
    except (ValueError, KeyError):
        raise Http404("There is no such return") from None
    member = standing_of(row, when.end).by_code.get(code)
    if member is None or when.kind != use.every or when.key != period:
        raise Http404("There is no such return")
    target = Target(
        alliance=row.key,
        alliance_name=row.name,
        code=code,
        name=member.name,
        dataset=dataset,
        dataset_title=use.title,
        version=returns.dataset_version(dataset),
        period=when,
        asked=returns.asked(standing.charter, dataset),
    )
    return row, standing, target


def facts_of_return(alliance: str, dataset: str, period: str, code: str, **_: Any) -> Facts:
    """Facts of a return, begun or not. Raises Http404 where the memorandum asks for none."""
    row, _standing, target = _found(alliance, dataset, period, code)
    member = standing_of(row, target.period.end).by_code[code]
    return Facts(alliance, member.id, member.name, dataset)


def places(alliance: str, code: str) -> tuple[Alliance, Authority]:
    """The rows that an action on a return is called with."""
    return membership.alliance_named(alliance), Authority.objects.get(code=code)


def return_named(alliance: str, dataset: str, period: str, code: str) -> Return | None:
    """The return, where one was begun."""
    wanted = {"alliance__key": alliance, "authority__code": code, "dataset": dataset, "period": period}
    return Return.objects.filter(**wanted).first()


def return_page(actor: Actor, alliance: str, dataset: str, period: str, code: str) -> ReturnPage:
    """A return with the figures, checks, questions, submissions and history that an actor sees. Raises Http404."""
    row, standing, target = _found(alliance, dataset, period, code)
    ret = return_named(alliance, dataset, period, code)
    around = returns.around(row.pk, code, dataset, target.period)
    member = standing_of(row, target.period.end).by_code[code]
    facts = Facts(alliance, member.id, member.name, dataset)
    draft = access.decide(actor, "see return", replace(facts, draft=True)).allowed
    lines = {line.indicator: line for line in ret.lines.all()} if ret and draft else {}
    submissions = tuple(ret.submissions.defer("lines")) if ret else ()
    queries = list(ret.queries.all()) if ret else []
    typed = {id: returns.amount_of(line) for id, line in lines.items()}
    if submissions and not draft:
        typed = from_json(submissions[-1].lines)
    amounts = with_denominators(target.asked, typed, around.population)
    findings = check(target.asked, amounts.items(), around.last, around.region) if typed else []
    return ReturnPage(
        key=ret.pk if ret else None,
        draft=draft,
        target=target,
        label=catalogue.datasets()[dataset].label,
        due=_due(standing, dataset, target.period),
        commitments=returns.commitments(standing.charter, dataset),
        state=ret.state if ret else RETURN.first,
        status=ret.status if ret else "provisional",
        note=ret.note if ret else "",
        version=ret.version if ret else 0,
        saved_by=ret.saved_by if ret else "",
        saved_at=ret.saved_at if ret else None,
        rows=tuple(_row(i, amounts, around, findings, queries, lines) for i in target.asked),
        queries=tuple(q for q in queries if not q.indicator),
        stops=tuple(stops(findings, amounts)),
        submissions=submissions,
        history=_history(ret) if ret else (),
        around=around,
        facts=facts,
        standing=standing,
        spared=_spared(actor, row, facts, target, ret.state if ret else RETURN.first, standing.day),
    )


def _spared(actor: Actor, alliance: Alliance, facts: Facts, target: Target, state: str, day: date) -> str:
    """Why nothing is asked of it, for those who would remind it; a query only for them."""
    if is_sent(state) or not access.decide(actor, "return.chase", facts).allowed:
        return ""
    return asked_of(alliance, target.dataset, target.period, day)[target.code].spared


def _row(
    indicator: Indicator,
    amounts: Mapping[str, Amount],
    around: returns.Around,
    findings: Iterable[Finding],
    queries: Iterable[Query],
    lines: Mapping[str, Line],
) -> Row:
    line = lines.get(indicator.id)
    return Row(
        indicator=indicator,
        now=amounts[indicator.id],
        last=around.last.get(indicator.id, Amount()),
        findings=tuple(f for f in findings if f.indicator == indicator.id),
        queries=tuple(q for q in queries if q.indicator == indicator.id),
        saved_by=line.saved_by if line else "",
        saved_at=line.saved_at if line else None,
        method=line.method if line else "",
    )


def _history(ret: Return) -> tuple[Entry, ...]:
    """What happened to it, newest first, without the many saves."""
    found = Entry.objects.filter(subject=f"return {ret.pk}").exclude(verb="return.saved").order_by("-number")
    return tuple(found[:20])


def _due(standing: Standing, dataset: str, period: Period) -> date | None:
    try:
        return returns.due_on(standing.charter, dataset, period)
    except CalendarEnds:
        return None


# --- submissions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two submissions of one return, or one alone (``before`` None)."""

    target: Target
    standing: Standing
    before: Submission | None
    after: Submission
    amounts: Mapping[str, Amount]
    differences: tuple[Difference, ...]
    numbers: tuple[int, ...]


def comparison(
    alliance: str, dataset: str, period: str, code: str, number: int, other: int | None = None
) -> Comparison:
    """A submission by its number, compared with another if one is named. Raises Http404."""
    _, standing, target = _found(alliance, dataset, period, code)
    ret = return_named(alliance, dataset, period, code)
    kept = {s.number: s for s in ret.submissions.all()} if ret else {}
    if number not in kept or (other is not None and other not in kept):
        raise Http404("There is no submission of that number")
    amounts = from_json(kept[number].lines)
    before = kept[other] if other is not None else None
    changes = tuple(differences(from_json(before.lines), amounts)) if before else ()
    return Comparison(target, standing, before, kept[number], amounts, changes, tuple(sorted(kept)))


# --- the list of returns --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One return, or (``code`` empty) the collation of one period, in the list."""

    code: str
    name: str
    dataset: str
    title: str
    period: Period
    due: date | None
    state: str
    words: str
    late: bool
    counts: str = ""


def returns_of(actor: Actor, alliance: str) -> tuple[list[Item], list[Item]]:
    """The returns that the actor makes, newest first, and the collations that they follow."""
    row = membership.alliance_named(alliance)
    day = membership.today()
    standing = standing_of(row, day)
    mine = {
        a
        for h in actor.holdings
        if h.alliance == alliance and "return.prepare" in h.may
        for a in h.authorities
    }
    collates = any(
        g.covers(Facts(alliance)) and g.authorities is None for g in access.grants(actor, "see return")
    )
    states = _states(row, None if collates else mine) if mine or collates else {}
    spans = taking_part(row)
    own, boards = [], []
    for dataset, use in ((d.key, d) for d in standing.charter.datasets):
        newest = last_finished(day, use.every)
        for period in (newest.shift(-back) for back in range(RECENT[use.every])):
            due = _due(standing, dataset, period)
            members = [p.authority for p in spans if p.starts <= period.end <= (p.ends or date.max)]
            late = due is not None and due < day
            own += [
                _item(
                    m.code,
                    m.name,
                    dataset,
                    use.title,
                    period,
                    due,
                    late,
                    states.get((m.id, dataset, period.key)),
                )
                for m in members
                if m.id in mine
            ]
            if collates:
                held = [states.get((m.id, dataset, period.key)) for m in members]
                sent = sum(map(is_sent, held))
                taken = sum(map(is_accepted, held))
                counts = f"{sent} of {len(members)} in, {taken} accepted"
                boards.append(
                    Item(
                        "", "", dataset, use.title, period, due, "", "", late and sent < len(members), counts
                    )
                )
    return own, boards


def taking_part(alliance: Alliance) -> list[Participation]:
    """Every span in which an authority takes part, fully or in part, by the authority’s name. One query."""
    rows = Participation.objects.filter(alliance=alliance, level__in=("full", "limited"))
    return list(rows.select_related("authority").order_by("authority__name"))


def _item(
    code: str,
    name: str,
    dataset: str,
    title: str,
    period: Period,
    due: date | None,
    late: bool,
    state: str | None,
) -> Item:
    words = RETURN.states[state] if state else NOT_STARTED
    return Item(
        code,
        name,
        dataset,
        title,
        period,
        due,
        state or "not-started",
        words,
        late and not is_sent(state),
    )


def _states(alliance: Alliance, authorities: set[int] | None) -> dict[tuple[int, str, str], str]:
    rows = Return.objects.filter(alliance=alliance)
    if authorities is not None:
        rows = rows.filter(authority__in=authorities)
    return {(a, d, p): s for a, d, p, s in rows.values_list("authority_id", "dataset", "period", "state")}

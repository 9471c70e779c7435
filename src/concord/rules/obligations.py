"""Each duty's state: charter x calendar x membership (with its variations) x what has happened.

Nothing here is stored. The task list, the boards, the clause pages, the reminders and the calendar feed are all
views of the list that ``obligations`` gives. Nothing is asked of an authority that it did not agree to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from catalogue.periods import Period
from concord.charter.calendar import Occurrence, dates, window
from concord.charter.due import After, Due
from concord.charter.schema import Charter, Commitment
from concord.rules.duty import (
    BEFORE,
    NOT_KEPT,
    Evidence,
    Happening,
    Key,
    Obligation,
    Party,
    Started,
    State,
    Triggers,
    Waiver,
)


@dataclass(frozen=True, slots=True)
class _Task:
    """When a duty falls on a party: evidence from ``since`` up to ``before`` counts for it."""

    period: str
    opens: date
    due: date | None
    since: date
    before: date
    asked: date  # the day on which it must have been taking part, besides the due day
    role: str = ""  # in a challenge, that carries the duty
    thing: str = ""  # that set it off
    about: str = ""  # whose it is


@dataclass(frozen=True, slots=True)
class _Frame:
    """What obligations follow from, besides the calendar. ``since``: the day from which Concord is used.

    ``begun`` keeps the first day of each kind of evidence, looked for once.
    """

    charter: Charter
    evidence: Evidence
    waivers: Mapping[Key, Sequence[Waiver]]
    today: date
    triggers: Triggers
    since: date
    begun: dict[tuple[str, str], date] = field(default_factory=dict)

    def first(self, kind: tuple[str, str]) -> date:
        """The first day on which evidence of a kind is kept of anybody."""
        if kind not in self.begun:
            days = (h.on for found in self.evidence[kind].values() for h in found)
            self.begun[kind] = min(days, default=date.max)
        return self.begun[kind]


def obligations(
    charter: Charter,
    parties: Sequence[Party],
    occurrences: Sequence[Occurrence],
    evidence: Evidence,
    waivers: Sequence[Waiver],
    today: date,
    *,
    triggers: Triggers | None = None,
    since: date = date.min,
    only: Callable[[Commitment], bool] = lambda commitment: True,
) -> list[Obligation]:
    """Every duty of the parties and its state on ``today``, in the order of the charter.

    ``evidence`` holds an entry for each kind and name that is kept, also where nothing has happened; a kind
    without one is “untracked”. Scheduled duties come from ``occurrences`` (a commitment's in time order).
    ``triggers`` likewise: joining, change and the review date follow from charter and parties. What fell due
    before ``since`` is not held against anybody unless evidence of its kind goes back further.
    """
    varied: dict[Key, list[Waiver]] = {}
    for waiver in waivers:
        varied.setdefault(waiver.party, []).append(waiver)
    frame = _Frame(charter, evidence, varied, today, triggers or {}, since)
    times: dict[tuple[str, str], list[Occurrence]] = {}
    for occurrence in occurrences:
        times.setdefault((occurrence.commitment.id, occurrence.commitment.through), []).append(occurrence)
    own = {(c.id, c.through) for c in charter.commitments}
    collating = [found[0].commitment for key, found in times.items() if key not in own]
    return [
        found
        for commitment in (*charter.commitments, *(c for c in collating if c.met_by.kind == "release"))
        if only(commitment)
        for tasks in (list(_scheduled(times.get((commitment.id, commitment.through), []), commitment.roles)),)
        for party in parties
        if _owes(charter, commitment, party)
        for found in _of(frame, commitment, party, tasks)
    ]


def offices(charter: Charter, commitment: Commitment) -> tuple[str, ...]:
    """The offices that discharge a duty: all signatories where it is met by signing, else the one named."""
    met = commitment.met_by
    if met.kind == "signature":
        return charter.memorandum.signed_by
    if met.kind == "sign-off":
        return charter.template(met.of).signed_by or (commitment.through,)
    return (commitment.through,)


def _owes(charter: Charter, commitment: Commitment, party: Party) -> bool:
    if party.kind != commitment.owed_by:
        return False
    return party.kind != "partner" or charter.office(commitment.through).partner == party.key


def _of(
    frame: _Frame, commitment: Commitment, party: Party, scheduled: Sequence[_Task]
) -> Iterator[Obligation]:
    tasks = _tasks(frame, commitment, party, scheduled)
    for office in offices(frame.charter, commitment):
        if tasks is None:
            if party.on(frame.today):
                state, why = _standing(frame, commitment, party, frame.today) or ("untracked", NOT_KEPT)
                yield Obligation(commitment, party, office, "", None, None, state, None, why)
            continue
        for task in tasks:
            if party.on(task.asked) and party.on(task.due or frame.today):
                yield _obligation(frame, commitment, party, office, task)


def _standing(frame: _Frame, commitment: Commitment, party: Party, day: date) -> tuple[State, str] | None:
    """Waived or not agreed to, on a day."""
    if any(w.due is None and w.covers(commitment.id, day) for w in frame.waivers.get(party.id, ())):
        return "waived", ""
    span = party.on(day)
    if span and span.clauses is not None and commitment.id not in span.clauses:
        return "not-agreed", ""
    return None


def _tasks(
    frame: _Frame, commitment: Commitment, party: Party, scheduled: Sequence[_Task]
) -> Sequence[_Task] | None:
    """The times that a duty falls on a party; None where what sets it off is not kept."""
    if commitment.scheduled:
        if party.id not in frame.waivers:
            return scheduled
        return [_changed(frame, commitment, party, task) for task in scheduled]
    if commitment.always:
        span = party.on(frame.today)
        return [_Task("", span.starts, None, date.min, date.max, frame.today)] if span else []
    started = _started(frame, commitment, party)
    return None if started is None else _triggered(frame, commitment, party, started)


def _scheduled(occurrences: Sequence[Occurrence], roles: Sequence[str]) -> Iterator[_Task]:
    """What recurs is asked once each time, in each of the roles that carry it."""
    nexts = [o.opens for o in occurrences[1:]] + [date.max]
    for o, following in zip(occurrences, nexts, strict=False):
        asked = min(_ends(o.period, o.due), o.due)
        for role in roles or ("",):
            yield _Task(o.period, o.opens, o.due, o.opens, following, asked, role)


def _ends(period: str, otherwise: date) -> date:
    try:
        return Period.parse(period).end
    except ValueError:  # a half-year is named by its last day
        return date.fromisoformat(period) if period else otherwise


def _changed(frame: _Frame, commitment: Commitment, party: Party, task: _Task) -> _Task:
    """The task under a variation that gives it another due rule."""
    if task.due is None or not (rule := _changed_rule(frame, commitment, party, task.due)):
        return task
    year = timedelta(days=400)
    for period, _, span in dates(str(commitment.every), rule, task.due - year, task.due + year):
        if period == task.period:
            return _Task(period, span.earliest, span.latest, span.earliest, task.before, task.asked)
    return task


def _changed_rule(frame: _Frame, commitment: Commitment, party: Party, day: date) -> Due | None:
    varied = frame.waivers.get(party.id, ())
    return next((w.due for w in varied if w.due and w.covers(commitment.id, day)), None)


def _started(frame: _Frame, commitment: Commitment, party: Party) -> list[Started] | None:
    """What set the duty off, in order; None where none of its triggers is kept."""
    kept = [_trigger(frame, name, party) for name in commitment.after]
    if commitment.every == "meeting" or all(found is None for found in kept):
        return None
    carried = {
        start
        for found in kept
        for start in found or ()
        if start.on <= frame.today and (not commitment.roles or start.role in ("", *commitment.roles))
    }
    return sorted(carried, key=lambda start: (start.on, start.thing, start.role))


def _trigger(frame: _Frame, name: str, party: Party) -> Iterable[Started] | None:
    match name:
        case "joining" | "change":
            return [Started(day) for day in _moves(party, name)]
        case "review-date":
            return (Started(frame.charter.memorandum.review.date),)
        case _:
            kept = frame.triggers.get(name)
            return None if kept is None else kept.get(party.id, ())


def _moves(party: Party, name: str) -> list[date]:
    """The days on which a party joined, or changed how it takes part."""
    found = [span.starts for span in party.spans[:1] if name == "joining"]
    for before, after in pairwise(party.spans):
        straight_on = before.ends is not None and after.starts == before.ends + timedelta(days=1)
        if straight_on == (name == "change"):
            found.append(after.starts)
    return found


def _triggered(frame: _Frame, commitment: Commitment, party: Party, started: list[Started]) -> list[_Task]:
    tasks = []
    for index, begun in enumerate(started):
        start = opens = begun.on
        due = None
        rule = _changed_rule(frame, commitment, party, start) or commitment.due
        if isinstance(rule, After):
            span = window(rule, max(start, frame.since))
            opens, due = span.earliest, span.latest
        # What is asked once, as a signature is, may have been done before it was asked; and what is done after
        # it was asked again answers both.
        since = start if index else date.min
        tasks.append(_Task("", opens, due, since, date.max, start, begun.role, begun.thing, begun.about))
    return tasks


def _obligation(frame: _Frame, commitment: Commitment, party: Party, office: str, task: _Task) -> Obligation:
    def told(state: State, done_on: date | None = None, why: str = "") -> Obligation:
        days = (task.opens, task.due, state, done_on, why)
        return Obligation(commitment, party, office, task.period, *days, task.role, task.thing, task.about)

    kinds = [(commitment.met_by.kind, name) for name in commitment.met_by.names]
    kept = all(kind in frame.evidence for kind in kinds)
    done = _done(frame, kinds, party, task, office) if kept else None
    if standing := _standing(frame, commitment, party, task.due or frame.today):
        return told(standing[0], done)
    if not kept:
        return told("untracked", why=NOT_KEPT)
    if done is not None:
        return told("done-late" if task.due and done > task.due else "done", done)
    if task.due and _before(frame, commitment, task.due, kinds):
        return told("untracked", why=BEFORE)
    if frame.today < task.opens:
        return told("not-due")
    return told("due" if task.due is None or frame.today <= task.due else "missed")


def _before(frame: _Frame, commitment: Commitment, due: date, kinds: Sequence[tuple[str, str]]) -> bool:
    """Whether it fell due before Concord was used, or, of what is done once a year, before anybody did it here.

    An alliance that returns its data in Concord from one year, and writes its self-evaluations there from the next,
    did not miss those of the first.
    """
    first = [frame.first(kind) for kind in kinds]
    if not all(due < day for day in first):
        return False
    return due < frame.since or (commitment.every == "year" and all(day < date.max for day in first))


def _done(
    frame: _Frame, kinds: Iterable[tuple[str, str]], party: Party, task: _Task, office: str
) -> date | None:
    """The first day on which the task was done, as known today: the last of several, where several are asked."""
    done = date.min
    for kind in kinds:
        days = [h.on for h in frame.evidence[kind].get(party.id, ()) if _counts(h, task, office, frame.today)]
        if not days:
            return None
        done = max(done, min(days))
    return done


def _counts(happened: Happening, task: _Task, office: str, today: date) -> bool:
    return (
        happened.on <= today
        and happened.office in ("", office)
        and (not task.role or happened.role in ("", task.role))
        and _falls(happened, task)
        and (happened.until is None or happened.until >= today)
    )


def _falls(happened: Happening, task: _Task) -> bool:
    """Whether it belongs to the task: to what set it off, else to its period, else to its days."""
    if task.thing and happened.thing:
        return happened.thing == task.thing
    if happened.period:
        return happened.period == task.period
    return task.since <= happened.on < task.before

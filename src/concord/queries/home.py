"""A person's first page: what is theirs to do, what waits on others, and what changed since they last came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from catalogue.periods import Period
from concord.charter.schema import Commitment
from concord.queries import evidence
from concord.queries.asked import INCIDENT, Asked
from concord.queries.duties import (
    Setting,
    acts_for,
    cited,
    clause_link,
    duties,
    link,
    mine,
    occasion,
    period_words,
    sees,
    setting_of,
    tracked,
    within,
)
from concord.queries.news import News, news
from concord.queries.standing import Standing
from concord.records.models import Alliance, Return
from concord.rules import access
from concord.rules.access import Actor, Facts, Holding
from concord.rules.duty import STATES, Mark, Obligation, Party, State
from concord.rules.returns import RETURN

BACK, AHEAD = timedelta(days=370), timedelta(days=92)
LATELY = timedelta(days=30)  # what somebody new to Concord is told of


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, with the clauses that ask for it. ``due`` None: no day is set."""

    sentence: str
    where: str
    link: str
    due: date | None
    state: State
    clauses: tuple[tuple[str, str], ...]  # as cited, and the address of the clause
    alliance: str = ""
    period: str = ""
    opens: date | None = None
    lent_by: str = ""
    working_date: bool = False

    @property
    def mark(self) -> Mark:
        """The letter, words and colour of its state."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that others have to do, and who they are."""

    sentence: str
    period: str
    on: str
    due: date | None
    state: str
    link: str
    clauses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Home:
    """The first page. ``elsewhere`` is due too but kept outside Concord."""

    todo: tuple[Task, ...]
    coming: tuple[Task, ...]
    elsewhere: tuple[Task, ...]
    waiting: tuple[Waiting, ...]
    news: News
    since: datetime
    until: datetime


def home(actor: Actor, alliances: Iterable[Alliance], now: datetime, seen_until: datetime | None) -> Home:
    """Everything on a person's first page, in three queries, however many offices they hold.

    ``seen_until``: up to when they have looked at what changed; None, if they never have.
    """
    day = timezone.localdate(now)
    keys = {h.alliance for h in actor.holdings}
    settings = [
        _concerning(actor, setting_of(a, day, day - BACK, day + AHEAD)) for a in alliances if a.key in keys
    ]
    held = {h.office for h in actor.holdings}
    found = duties(settings, day, only=lambda c: tracked(c) or c.through in held)
    own = [t for s in settings for t in _tasks(actor, s, found[s.standing.key], day)]
    in_flight, sent = _in_flight(actor, settings)
    waiting = [w for s in settings for w in _waiting(actor, s, found[s.standing.key])]
    since = seen_until or now - LATELY
    told = news(actor, [s.standing for s in settings], since, now)
    known = {s.standing.key: s.standing for s in settings}
    by_name = [_by_name(known[one.alliance], one, day) for one in told.asked]
    return Home(
        todo=_in_order([*by_name, *(task for duty, task in own if duty.open), *in_flight]),
        coming=_in_order(task for duty, task in own if duty.coming),
        elsewhere=_in_order(task for duty, task in own if duty.kept_elsewhere),
        waiting=tuple(sorted((*sent, *waiting), key=lambda w: w.due or date.max)),
        news=told,
        since=since,
        until=now,
    )


def _in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(sorted(tasks, key=lambda task: (task.due or date.max, task.sentence, task.where)))


# --- yours ----------------------------------------------------------------------------------------------------


def _tasks(
    actor: Actor, setting: Setting, found: Sequence[Obligation], day: date
) -> Iterable[tuple[Obligation, Task]]:
    """The person's own duties, those that one and the same record discharges told once."""
    together: dict[object, list[Obligation]] = {}
    for duty in found:
        if _worth_showing(duty, day) and mine(actor.holdings, setting.standing.key, duty):
            together.setdefault(_discharged_by(duty), []).append(duty)
    for same in together.values():
        holding = mine(actor.holdings, setting.standing.key, same[0])
        yield same[0], task_of(setting.standing, same, holding)


def _worth_showing(duty: Obligation, day: date) -> bool:
    soon = duty.due is not None and day <= duty.due <= day + AHEAD
    return duty.open or (soon and (duty.coming or duty.kept_elsewhere))


def _discharged_by(duty: Obligation) -> tuple[object, ...]:
    met = duty.commitment.met_by
    apart = "" if evidence.kept(met) else duty.commitment.id
    return duty.party.id, duty.office, met.kind, met.of, duty.period, duty.due, duty.role, duty.thing, apart


def task_of(standing: Standing, same: Sequence[Obligation], holding: Holding | None) -> Task:
    """Duties that one record discharges, as one task."""
    first = same[-1]
    return Task(
        sentence=first.commitment.duty,
        where=first.party.name,
        link=link(standing.key, first),
        due=first.due,
        state=first.state,
        clauses=cited(standing.key, [d.commitment for d in same]),
        alliance=standing.name,
        period=occasion(first),
        opens=first.opens,
        lent_by=holding.delegated_by if holding else "",
        working_date=first.commitment.working_date,
    )


def _by_name(standing: Standing, one: Asked, day: date) -> Task:
    """What the person was asked for themselves; to read of a critical incident is for today."""
    due = day if one.kind == INCIDENT else None
    return Task(one.sentence, one.about, one.link, due, "due", (), standing.name)


def _in_flight(actor: Actor, settings: Sequence[Setting]) -> tuple[list[Task], list[Waiting]]:
    """Returns on their way: to answer, to look at, or sent and waiting for the office that collates."""
    known = {s.standing.id: s.standing for s in settings}
    rows = (
        Return.objects.filter(alliance__in=known)
        .filter(state__in={source for name in ("answer", "accept") for source in _sources(name)})
        .select_related("authority")
        .order_by("period", "authority__name")
    )
    tasks, sent = [], []
    to_look_at: dict[tuple[int, str, str], list[Return]] = {}
    for row in rows:
        standing = known[row.alliance_id]
        facts = Facts(standing.key, row.authority_id, row.authority.name, row.dataset)
        own = _returns_for(actor, standing, row)
        if row.state in _sources("answer") and own:
            tasks.append(_to_answer(standing, row, own))
        elif row.state in _sources("accept"):
            if access.decide(actor, "return.accept", facts).allowed:
                to_look_at.setdefault((row.alliance_id, row.dataset, row.period), []).append(row)
            elif own:
                sent.append(_sent(standing, row))
    return tasks + [_to_look_at(known[key[0]], found) for key, found in to_look_at.items()], sent


def _sources(move: str) -> tuple[str, ...]:
    return next(m.sources for m in RETURN.moves if m.name == move)


def _asks(standing: Standing, dataset: str) -> list[Commitment]:
    return [c for c in standing.charter.commitments if (c.met_by.kind, c.met_by.of) == ("return", dataset)]


def _returns_for(actor: Actor, standing: Standing, row: Return) -> Holding | None:
    """The holding through which the actor answers for a return."""
    through = {c.through for c in _asks(standing, row.dataset)}
    return next(
        (
            h
            for h in actor.holdings
            if h.alliance == standing.key
            and row.authority_id in h.authorities
            and h.office in through
            and "return.prepare" in h.may
        ),
        None,
    )


def _title(standing: Standing, row: Return) -> str:
    return standing.charter.dataset(row.dataset).title


def _address(standing: Standing, row: Return, code: str = "") -> str:
    board = f"/alliances/{standing.key}/returns/{row.dataset}/{row.period}/"
    return f"{board}{code}/" if code else board


def _to_answer(standing: Standing, row: Return, holding: Holding) -> Task:
    return Task(
        f"Answer the questions about your return: {_title(standing, row)}",
        row.authority.name,
        _address(standing, row, row.authority.code),
        None,
        "due",
        cited(standing.key, _asks(standing, row.dataset)),
        standing.name,
        Period.parse(row.period).label,
        lent_by=holding.delegated_by,
    )


def _to_look_at(standing: Standing, rows: Sequence[Return]) -> Task:
    row, names = rows[0], [r.authority.name for r in rows]
    return Task(
        f"Look at {_count(len(rows), 'return')}, then accept or query: {_title(standing, row)}",
        some(names),
        _address(standing, row),
        None,
        "due",
        cited(standing.key, _asks(standing, row.dataset)),
        standing.name,
        Period.parse(row.period).label,
    )


def _sent(standing: Standing, row: Return) -> Waiting:
    collator = standing.charter.office(standing.charter.dataset(row.dataset).collated_by)
    return Waiting(
        f"Your return was sent: {_title(standing, row)}",
        Period.parse(row.period).label,
        f"the {collator.title}, to accept or query it",
        None,
        "due",
        _address(standing, row, row.authority.code),
        cited(standing.key, _asks(standing, row.dataset)),
    )


# --- on others ------------------------------------------------------------------------------------------------


def _waiting(actor: Actor, setting: Setting, found: Sequence[Obligation]) -> Iterable[Waiting]:
    """What others owe in the actor's own authority, sub-region or alliance, those of one clause and period together."""
    standing = setting.standing
    visible = sees(actor, standing)
    together: dict[tuple[str, ...], list[Obligation]] = {}
    for duty in found:
        if not duty.open or duty.party.kind == "partner":
            continue
        if visible(duty) and not mine(actor.holdings, standing.key, duty):
            met = duty.commitment.met_by
            whose = duty.about if duty.role else ""  # of a challenge or plan; not who needs which training
            key = (met.kind, met.of, duty.period, whose, duty.role, duty.commitment.owed_by)
            together.setdefault(key, []).append(duty)
    for same in together.values():
        first = same[-1]
        parties = list(dict.fromkeys(d.party.name for d in same))
        offices = dict.fromkeys(d.office for d in same)
        holders = list(dict.fromkeys(standing.charter.office(office).title for office in offices))
        clauses = list(dict.fromkeys(d.commitment.id for d in same))
        yield Waiting(
            first.commitment.duty,
            occasion(first) if len({d.about for d in same}) == 1 else period_words(first.period),
            f"{some(holders)}, {some(parties)}",
            first.due,
            first.state,
            link(standing.key, first) if len(parties) == 1 else _board(standing.key, first),
            cited(standing.key, [standing.charter.commitment(clause) for clause in clauses]),
        )


def _board(alliance: str, duty: Obligation) -> str:
    if duty.commitment.met_by.kind == "return":
        return f"/alliances/{alliance}/returns/{duty.commitment.met_by.of}/{duty.period}/"
    return clause_link(alliance, duty.commitment.id)


def _concerning(actor: Actor, setting: Setting) -> Setting:
    """The setting with those parties alone that are the actor's own place, or lie within it."""
    holdings = [h for h in actor.holdings if h.alliance == setting.standing.key]
    return within(setting, frozenset(p.id for p in setting.parties if any(_concerns(h, p) for h in holdings)))


def _concerns(holding: Holding, party: Party) -> bool:
    """Whether a holding's place is concerned: the authority, the sub-region's authorities, or the alliance."""
    return (
        acts_for(holding, party)
        or (holding.of == "alliance" and party.kind != "partner")
        or (holding.of == "sub-region" and party.row in holding.authorities)
    )


def some(names: Sequence[str], shown: int = 3) -> str:
    """“Barnet, Camden, Ealing and 4 others”."""
    if len(names) > shown + 1:
        return f"{', '.join(names[:shown])} and {len(names) - shown} others"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _count(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"

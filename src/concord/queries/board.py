"""How an alliance stands on its commitments: the board, the memorandum live, one clause, one duty, the overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import ascii_lowercase

from django.http import Http404

from catalogue.periods import Period
from catalogue.workingdays import first_and_last_day
from concord.charter.schema import Commitment
from concord.queries.duties import (
    Setting,
    clause_link,
    duties,
    link,
    mine,
    occasion,
    period_words,
    sees,
    setting_of,
    tracked,
)
from concord.queries.membership import alliance_named, facts_of_member, today
from concord.queries.standing import Standing, standing_of
from concord.records.models import Alliance
from concord.rules.access import Actor, Facts
from concord.rules.duty import STATES, Key, Mark, Obligation, Party, State

YEAR = timedelta(days=366)
BACK, AHEAD = timedelta(days=370), timedelta(days=92)  # of what is the reader's own to do


@dataclass(frozen=True, slots=True)
class Cell:
    """How one party stands on one commitment, once."""

    state: State
    label: str
    link: str

    @property
    def mark(self) -> Mark:
        """The letter, words and colour of the state."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Column:
    """A commitment, once: a period of it, or (without one) as it stands now."""

    commitment: Commitment
    clause: str
    link: str
    period: str
    short: str
    words: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Row:
    """One party and its cells, a cell a column; None where nothing is asked."""

    party: Party
    place: str
    link: str
    cells: tuple[Cell | None, ...]
    duties: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Authorities by commitments; below them what others owe, and what Concord does not keep yet."""

    year: str
    years: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    others: tuple[tuple[Obligation, str, str], ...]  # with the period in words, and the address
    elsewhere: tuple[Commitment, ...]
    counts: Mapping[State, int]

    @property
    def asked(self) -> tuple[Column, ...]:
        """Each commitment of the columns once."""
        return tuple({column.commitment.id: column for column in self.columns}.values())


def years(standing: Standing) -> tuple[str, ...]:
    """The financial years that a board can show, the latest first: up to next year, as far as dates are known."""
    last = min(Period.year_of(standing.day).next(), Period.year_of(first_and_last_day()[1]).previous())
    first = Period.year_of(standing.charter.memorandum.commences)
    return tuple(last.shift(-back).key for back in range(max(1, last.year - first.year + 1)))


def board(
    actor: Actor, alliance: Alliance, year: str, *, sub_region: str = "", commitment: str = ""
) -> Board:
    """The board of a financial year. Raises Http404 for a year that it cannot show. Two queries."""
    day = today()
    standing = standing_of(alliance, day)
    if year not in years(standing):
        raise Http404(f"There is no board of the year “{year}”")
    span = Period.parse(year)
    setting = setting_of(alliance, day, span.start, span.end)
    visible = sees(actor, standing)
    found = duties([setting], day, only=tracked)[standing.key]
    kept = [d for d in found if visible(d) and not d.kept_elsewhere]
    uncalled = {d.commitment.id for d in found if d.kept_elsewhere}
    asked = [d for d in kept if d.party.kind == "authority" and _wanted(standing, d, sub_region, commitment)]
    columns = _columns(standing.key, asked)
    rows = _rows(standing, columns, asked)
    return Board(
        year=year,
        years=years(standing),
        columns=columns,
        rows=rows,
        others=tuple((d, occasion(d), link(standing.key, d)) for d in kept if d.party.kind != "authority"),
        elsewhere=tuple(c for c in standing.charter.commitments if c.id in uncalled or not tracked(c)),
        counts=Counter(cell.state for row in rows for cell in row.cells if cell),
    )


def _wanted(standing: Standing, duty: Obligation, sub_region: str, commitment: str) -> bool:
    member = standing.by_id.get(duty.party.row or 0)
    here = not sub_region or (member is not None and member.sub_region == sub_region)
    return here and commitment in ("", duty.commitment.id)


def _columns(alliance: str, found: Iterable[Obligation]) -> tuple[Column, ...]:
    """In the order of the charter, then of time. A duty set off by something has one column."""
    dated: dict[tuple[str, str], Obligation] = {}
    for duty in found:
        dated.setdefault((duty.commitment.id, duty.period), duty)
    order = {id: place for place, id in enumerate(dict.fromkeys(id for id, _ in dated))}
    inside = sorted(
        dated.values(), key=lambda d: (order[d.commitment.id], d.due if d.period and d.due else date.min)
    )
    return tuple(
        Column(
            d.commitment,
            d.commitment.cited or d.commitment.clause,
            clause_link(alliance, d.commitment.id),
            d.period,
            short(d.period),
            period_words(d.period),
            d.due if d.period else None,
        )
        for d in inside
    )


def short(period: str) -> str:
    """A period for the head of a column: “Q1 2026-27”, “2026-27”."""
    try:
        return Period.parse(period).short
    except ValueError:
        return f"{date.fromisoformat(period):%b %Y}" if period else ""


def _rows(standing: Standing, columns: Sequence[Column], found: Iterable[Obligation]) -> tuple[Row, ...]:
    return tuple(_row(standing, columns, own) for own in _by_party(found))


def _by_party(found: Iterable[Obligation]) -> Iterable[list[Obligation]]:
    parties: dict[Key, list[Obligation]] = {}
    for duty in found:
        parties.setdefault(duty.party.id, []).append(duty)
    return parties.values()


def _row(standing: Standing, columns: Sequence[Column], own: Sequence[Obligation]) -> Row:
    party = own[0].party
    here: dict[tuple[str, str], list[Obligation]] = {}
    for duty in own:
        here.setdefault((duty.commitment.id, duty.period), []).append(duty)
    return Row(
        party,
        _place(standing, party),
        f"/alliances/{standing.key}/members/{party.key}/about/" if party.kind == "authority" else "",
        tuple(_cell(standing.key, c, here.get((c.commitment.id, c.period), ())) for c in columns),
        tuple(own),
    )


def _place(standing: Standing, party: Party) -> str:
    member = standing.by_id.get(party.row or 0)
    return standing.sub_regions.get(member.sub_region, "") if member else ""


_WORST = {state: place for place, state in enumerate(STATES)}


def _counting(here: Sequence[Obligation]) -> Obligation:
    """Of what was set off several times the latest counts, of several offices the worst."""
    if len(here) == 1:
        return here[0]
    latest = max(d.opens or date.min for d in here)
    return min((d for d in here if (d.opens or date.min) == latest), key=lambda d: _WORST[d.state])


def _cell(alliance: str, column: Column, here: Sequence[Obligation]) -> Cell | None:
    if not here:
        return None
    worst = _counting(here)
    what = column.words or column.commitment.duty
    return Cell(
        worst.state,
        f"{worst.party.name}, clause {column.clause}, {what}: {STATES[worst.state].words}",
        f"/alliances/{alliance}/duties/{column.commitment.id}/{worst.party.key}/",
    )


# --- the memorandum, live -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clause:
    """One commitment and how its parties stand on it: in its latest period that has opened, or now."""

    commitment: Commitment
    clause: str
    link: str
    period: str
    states: tuple[tuple[Mark, int], ...]  # in the order of STATES
    kept: bool
    seen: bool
    mine: tuple[Obligation, ...]

    @property
    def of(self) -> int:
        """How many are asked."""
        return sum(count for _, count in self.states)


def memorandum(actor: Actor, alliance: Alliance) -> list[tuple[str, list[Clause]]]:
    """Every commitment by chapter (the first number of its clause), with how many stand where."""
    day = today()
    setting = setting_of(alliance, day, day - YEAR, day + YEAR)
    visible = sees(actor, setting.standing)
    found: dict[str, list[Obligation]] = {}
    for duty in duties([setting], day, only=tracked)[setting.standing.key]:
        if duty.party.kind == duty.commitment.owed_by:
            found.setdefault(duty.commitment.id, []).append(duty)
    chapters: dict[str, list[Clause]] = {}
    for commitment in setting.charter.commitments:
        chapter = commitment.clause.split(".", maxsplit=1)[0].rstrip(ascii_lowercase)  # “0a” is of 0
        chapters.setdefault(chapter, []).append(
            _clause(actor, setting, visible, commitment, found.get(commitment.id, []))
        )
    return list(chapters.items())


def _clause(
    actor: Actor,
    setting: Setting,
    visible: Callable[[Obligation], bool],
    commitment: Commitment,
    found: Sequence[Obligation],
) -> Clause:
    standing = setting.standing
    seen = [d for d in found if not d.kept_elsewhere and visible(d)]
    period = _latest(seen, standing.day)
    counts = Counter(_counting(own).state for own in _by_party(d for d in seen if d.period == period))
    return Clause(
        commitment,
        commitment.cited or commitment.clause,
        clause_link(standing.key, commitment.id),
        period_words(period),
        tuple((mark, counts[state]) for state, mark in STATES.items() if counts[state]),
        kept=tracked(commitment) and not any(d.kept_elsewhere for d in found),
        seen=bool(seen),
        mine=tuple(d for d in found if d.open and mine(actor.holdings, standing.key, d)),
    )


def _latest(found: Iterable[Obligation], day: date) -> str:
    """The latest period that has opened."""
    opened = [d for d in found if d.opens and d.opens <= day]
    return max(opened, key=lambda d: d.opens or date.min).period if opened else ""


@dataclass(frozen=True, slots=True)
class ClausePage:
    """One clause: every party's state now and in the last few periods, and what is the reader's own to do."""

    clause: Clause
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    collated: tuple[tuple[Obligation, str, str], ...]  # with the period in words, and the address
    mine: tuple[tuple[Obligation, str, str], ...]


def clause_page(actor: Actor, alliance: Alliance, clause: str, periods: int = 6) -> ClausePage:
    """One clause, live. Raises Http404 for a clause that the memorandum does not have."""
    day = today()
    setting = setting_of(alliance, day, day - 2 * YEAR, day + YEAR)
    standing = setting.standing
    commitment = commitment_of(standing, clause)
    found = duties([setting], day, only=lambda c: c.id == commitment.id)[standing.key]
    visible = sees(actor, standing)
    owed = [
        d for d in found if d.party.kind == commitment.owed_by and d.commitment.through == commitment.through
    ]
    seen = [d for d in owed if visible(d)]
    shown = [d for d in seen if not d.kept_elsewhere]
    columns = [c for c in _columns(standing.key, shown) if not c.due or c.due <= day + AHEAD]
    columns = columns[-periods:]
    collated = [d for d in found if d.commitment.through != commitment.through and visible(d)]
    collated = [d for d in collated if d.done or d.open]
    return ClausePage(
        _clause(actor, setting, visible, commitment, owed),
        tuple(columns),
        _rows(standing, columns, shown),
        tuple(_with_link(standing, d) for d in collated[-3:]),
        tuple(
            _with_link(standing, d) for d in found if _to_do(d, day) and mine(actor.holdings, standing.key, d)
        ),
    )


def _to_do(duty: Obligation, day: date) -> bool:
    near = duty.due is None or day - BACK <= duty.due <= day + AHEAD
    return near and (duty.open or duty.coming or (duty.kept_elsewhere and (duty.due or day) >= day))


def _with_link(standing: Standing, duty: Obligation) -> tuple[Obligation, str, str]:
    return duty, occasion(duty), link(standing.key, duty)


def commitment_of(standing: Standing, clause: str) -> Commitment:
    """A commitment by its id or clause. Raises Http404."""
    try:
        return standing.charter.commitment(clause)
    except KeyError:
        raise Http404(f"The memorandum has no clause “{clause}”") from None


def facts_of_clause(alliance: str, clause: str) -> Facts:
    """Facts of a clause’s page. Raises Http404."""
    row = alliance_named(alliance)
    commitment_of(standing_of(row, today()), clause)
    return Facts(row.key)


def facts_of_duty(alliance: str, clause: str, key: str) -> Facts:
    """Facts of one party’s duty under a clause. Raises Http404."""
    row = alliance_named(alliance)
    commitment = commitment_of(standing_of(row, today()), clause)
    facts = facts_of_member(alliance, key) if commitment.owed_by == "authority" else Facts(alliance)
    return Facts(alliance, facts.authority, facts.name, commitment.id)


def duty_page(
    actor: Actor, alliance: Alliance, clause: str, key: str
) -> tuple[Commitment, Party, list[tuple[Obligation, str, str]]]:
    """One party's duty under a clause over three years back and one ahead, the latest first. Raises Http404."""
    day = today()
    setting = setting_of(alliance, day, day - 3 * YEAR, day + YEAR)
    standing = setting.standing
    commitment = commitment_of(standing, clause)
    party = next((p for p in setting.parties if p.id == (commitment.owed_by, key)), None)
    if party is None:
        raise Http404(f"“{key}” is not one of those that owe clause {clause}")
    visible = sees(actor, standing)
    found = duties([setting], day, only=lambda c: c.id == commitment.id)[standing.key]
    own = [d for d in found if d.party == party and d.commitment.through == commitment.through and visible(d)]
    own.sort(key=lambda d: (d.due or d.opens or date.min, d.office), reverse=True)
    return commitment, party, [_with_link(standing, d) for d in own]

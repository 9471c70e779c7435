"""Runs the definitions over a workspace for one quarter.

A definition is one query that gives a row for each record it considered: ``child, row_id, numerator,
denominator, excluded, unknown, method, reason``, the middle four 0 or 1. The figure is their sums, so the rows
behind a figure are always at hand. Comments at its head say what it needs:

``-- needs: table.column ...``   canonical columns, ``|`` between alternatives
``-- reaches: table N months``   the source must hold the table whole from so long before the quarter; after
                                 ``|`` stand columns that serve instead
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from catalogue import indicators
from catalogue.periods import Period
from catalogue.workingdays import first_and_last_day
from tally.faults import TallyFault
from tally.formats import KEYS, formats, read_text
from tally.shape import LINES, NO_CHILD
from tally.workspace import Workspace

DOUBTFUL_SHARE = 0.1
"""A figure is read with care when more than this share of its records could not be judged; it is left out of the
return when they are as many as the records that could be."""


@dataclass(frozen=True, slots=True)
class Definition:
    """An indicator's query with what it needs: alternatives of canonical columns, and how far back."""

    id: str
    sql: str
    needs: tuple[tuple[str, ...], ...]
    reaches: tuple[str, int] | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's figure for a quarter. ``denominator`` None: it is supplied elsewhere, or there is none."""

    indicator: str
    numerator: int
    denominator: int | None
    excluded: int
    unknown: int
    method: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record that a definition considered, for the local file only."""

    indicator: str
    child: str
    row_id: int
    numerator: int
    denominator: int
    excluded: int
    unknown: int
    reason: str


IN_WORDS: Mapping[str, str] = {
    "contact": "contacts",
    "referral": "referrals",
    "assessment": "assessments",
    "enquiry": "section 47 enquiries",
    "conference": "initial conferences",
    "cin_episode": "cases of children in need",
    "cin_plan": "child in need plans",
    "protection_plan": "child protection plans",
    "looked_after": "periods of care",
    "care_episode": "episodes of care",
    "care_leaver": "care leavers",
    "child": "dates of birth",
}
"""What a row of each table is called."""

NAMELESS_ROWS = f"SELECT row_id // {LINES}, count(*) FROM fault WHERE reason = '{NO_CHILD}' GROUP BY 1"
_Span = tuple[date | None, date | None]
DATED: Mapping[str, str] = {
    "contact": "day",
    "referral": "day",
    "assessment": "started",
    "enquiry": "started",
}
"""The tables whose first and last day show whether the lists are of the quarter, and the column that says so."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a council's lists whatever the quarter, without their records.

    ``lacks``: indicator -> what no list gives, in words. ``helped``: indicators for which a column serves where
    the lists do not reach back. ``reach``: table, and the days between which the lists hold all of it.
    ``spans``: table -> its first and last day.
    """

    lacks: Mapping[str, str]
    helped: tuple[str, ...]
    reach: tuple[tuple[str, date | None, date | None], ...]
    spans: Mapping[str, _Span]
    notes: tuple[str, ...] = ()

    def complete_from(self, table: str) -> date | None:
        """The day from which the lists hold all of a table; None where it is not known."""
        return min((start for subject, start, _ in self.reach if subject == table and start), default=None)


@dataclass(slots=True)
class Result:
    """The figures of a quarter, why others are not there, and what to be wary of."""

    period: Period
    figures: dict[str, Figure] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    cautions: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    """Those left out because too many of their records could not be judged."""


@cache
def definitions() -> Mapping[str, Definition]:
    """Every definition that is computed from lists, in the catalogue's order."""
    return {
        id: read_definition(id, files("catalogue").joinpath(f"indicators/{id}.sql").read_text("utf-8"))
        for id, indicator in indicators().items()
        if indicator.input == "lists"
    }


def read_definition(id: str, text: str) -> Definition:
    """A definition from its file. Raises ValueError when it does not say what it needs."""
    needs = re.search(r"^-- needs: (.+)$", text, re.MULTILINE)
    if needs is None:
        raise ValueError(f"{id}.sql does not say “-- needs: table.column”")
    alternatives = tuple(tuple(part.split()) for part in needs[1].split("|"))
    reaches = re.search(r"^-- reaches: (\w+) (\d+) months(?: \| (.+))?$", text, re.MULTILINE)
    if reaches is None:
        return Definition(id, text, alternatives)
    instead = tuple((reaches[3] or "").split())
    return Definition(id, text, alternatives, (reaches[1], int(reaches[2])), instead)


@cache
def definitions_hash() -> str:
    """SHA-256 of all that a figure depends on: queries, metadata, tables, formats, bank holidays."""
    digest = hashlib.sha256()
    root = files("catalogue")
    parts = [root.joinpath("bank_holidays.toml"), root.joinpath("tables/tables.toml")]
    parts += [
        root.joinpath(f"indicators/{id}.{kind}") for id in sorted(definitions()) for kind in ("sql", "toml")
    ]
    texts = [part.read_text("utf-8") for part in parts]
    texts += [read_text(f"{key}.{kind}") for key in KEYS for kind in ("toml", "sql")]
    texts += [read_text(f"{name}.sql") for name in ("macros", "periods", "one_a_day")]
    for text in texts:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def compute(workspace: Workspace, period: Period, wanted: Sequence[str] | None = None) -> Result:
    """Every figure that the lists allow for a quarter. The workspace must be prepared."""
    check_period(period)
    workspace.set_quarter(period)
    return judge(period, facts(workspace), lambda definition: _figure(workspace, definition), wanted)


def judge(
    period: Period,
    known: Facts,
    figure_of: Callable[[Definition], Figure],
    wanted: Sequence[str] | None = None,
) -> Result:
    """The figures that what is known of the lists allows; each is asked for only if it can be given."""
    result = Result(period, cautions=list(known.notes))
    for id, definition in definitions().items():
        if wanted is not None and id not in wanted:
            continue
        problem = known.lacks.get(id) or too_short(definition, known, period)
        if problem:
            result.left_out[id] = problem
            continue
        figure = figure_of(definition)
        judged = max(figure.numerator, figure.denominator or 0)
        if figure.unknown > 0 and figure.unknown >= judged:
            result.left_out[id] = (
                f"{figure.unknown:,} of its records could not be judged, and {judged:,} could"
            )
            result.doubtful.append(id)
            continue
        result.figures[id] = figure
        if figure.unknown > DOUBTFUL_SHARE * judged:
            result.cautions.append(
                f"{indicators()[id].name}: {figure.unknown:,} {'record' if figure.unknown == 1 else 'records'} "
                f"could not be judged beside {judged:,} that could."
            )
    result.cautions += window_cautions(known, period)
    return result


def facts(workspace: Workspace) -> Facts:
    """What decides, besides the records, which figures can be given."""
    given = workspace.gives()
    return Facts(
        lacks={
            id: problem for id, one in definitions().items() if (problem := missing(one, workspace, given))
        },
        helped=tuple(id for id, one in definitions().items() if one.instead and set(one.instead) <= given),
        reach=tuple(workspace.query("SELECT subject, complete_from, complete_to FROM coverage ORDER BY ALL")),
        spans={
            table: workspace.query(f"SELECT min({column}), max({column}) FROM {table}")[0]
            for table, column in DATED.items()
        },
        notes=(*workspace.notes, *empty(workspace), *nameless(workspace), *repeated(workspace)),
    )


def empty(workspace: Workspace) -> list[str]:
    """Lists without a row: their figures are nought, which may not be what was meant."""
    return [
        f"{source.where} holds no rows, so what is counted from it is nought. Is it whole?"
        for source in workspace.sources
        if not source.rows and (source.known.table == "child" or not source.file.lower().endswith(".xml"))
    ]


def nameless(workspace: Workspace) -> list[str]:
    """Lists with rows that name no child: those rows are in no figure, and in no count of what is not known."""
    counts = dict(workspace.query(NAMELESS_ROWS))
    return [
        f"{source.where}: {counts[source.number]:,} of {source.rows:,} rows have no child identifier "
        "and are in no figure."
        for source in workspace.sources
        if source.number in counts
    ]


def repeated(workspace: Workspace) -> list[str]:
    """Columns that stand in a list more than once: only the first is read, and the other may be the right one."""
    return [
        f"{source.where} has the column “{header}” more than once. The first was read."
        for source in workspace.sources
        for header in source.repeated()
    ]


def rows(workspace: Workspace, period: Period, id: str) -> list[Row]:
    """The records that a figure is made of, one by one. For the council's own eyes."""
    workspace.set_quarter(period)
    sql = (
        "SELECT child, row_id, numerator, coalesce(denominator, 0), excluded, unknown, coalesce(reason, '') "
        f"FROM ({definitions()[id].sql}) ORDER BY row_id, child"
    )
    return [Row(id, *row) for row in workspace.query(sql)]


def missing(definition: Definition, workspace: Workspace, given: set[str]) -> str:
    """In words, what the lists lack for a definition; '' if nothing."""
    if any(set(need) <= given for need in definition.needs):
        return ""
    nearest = min(definition.needs, key=lambda need: len(set(need) - given))
    lacking = sorted(set(nearest) - given)
    said = []
    for source in workspace.sources:
        columns = [name for name in source.missing if source.known.gives([name]) & set(lacking)]
        if columns:
            said.append(f"{source.where} has no column for {_listed(columns)}")
            lacking = [one for one in lacking if not source.known.gives(columns) & {one}]
    if lacking:
        held = {one.split(".")[0] for one in given}
        none = sorted({table for one in lacking if (table := one.split(".")[0]) not in held})
        if none:
            said.append("no list was given that holds " + " or ".join(_in_words(table) for table in none))
        for table in sorted({one.split(".")[0] for one in lacking} & held):
            columns = sorted(one.split(".")[1] for one in lacking if one.startswith(f"{table}."))
            said.append(f"no list was given that tells {_listed(columns)} of {_in_words(table)}")
    return "; ".join(said)


def too_short(definition: Definition, known: Facts, period: Period) -> str:
    """In words, that the lists do not reach back far enough; '' if they do."""
    if definition.reaches is None or definition.id in known.helped:
        return ""
    table, months = definition.reaches
    start = known.complete_from(table)
    if start is not None and start <= _months_before(period.start, months):
        return ""
    since = f"from {words(start)}" if start else "without earlier ones"
    return (
        f"{months} months before the quarter are needed, and the lists hold {_in_words(table)} only {since}"
    )


def window_cautions(known: Facts, period: Period) -> list[str]:
    """Where the dates of a list sit oddly with the quarter: it may be the wrong quarter, or taken too early."""
    said = []
    for table, (first, last) in known.spans.items():
        name = _in_words(table)
        if first is None or last is None:
            continue
        reach = known.complete_from(table)
        if last < period.start or first > period.end:
            said.append(
                f"The lists hold {name} from {words(first)} to {words(last)}: none in {period.label}."
            )
        elif reach is not None and (reach - period.start).days > 14:
            said.append(
                f"The lists hold {name} only from {words(reach)}, and the quarter begins on {words(period.start)}."
            )
        elif (period.end - last).days > 14:
            said.append(
                f"The last of the {name} is of {words(last)}: was the list taken before the quarter ended?"
            )
    ends = [end for _, _, end in known.reach if end]
    if ends and min(ends) < period.end:
        said.append(
            f"The return covers the time to {words(min(ends))}, and the quarter ends on {words(period.end)}."
        )
    starts = [start for subject, start, end in known.reach if start and end and subject != "referral"]
    if starts and max(starts) > period.start:
        said.append(f"The return begins on {words(max(starts))}, and the quarter on {words(period.start)}.")
    return said


def words(day: date) -> str:
    """A date in words."""
    return f"{day.day} {day:%B %Y}"


def _figure(workspace: Workspace, definition: Definition) -> Figure:
    return figure(definition.id, *workspace.query(sums(definition))[0])


def sums(definition: Definition) -> str:
    """The query for a definition's sums: numerator, denominator, excluded, unknown, and the methods used."""
    counted = "numerator + coalesce(denominator, 0) > 0"
    return (
        "SELECT coalesce(sum(numerator), 0), sum(denominator), coalesce(sum(excluded), 0), coalesce(sum(unknown), 0), "
        f"coalesce(string_agg(DISTINCT method, '; ' ORDER BY method) FILTER (WHERE {counted}), '') "
        f"FROM ({definition.sql})"
    )


def figure(
    id: str, numerator: int, denominator: int | None, excluded: int, unknown: int, method: str
) -> Figure:
    """A figure from the sums over its records; ``denominator`` None when no record has one."""
    if denominator is None and has_own_denominator(id):
        denominator = 0
    whole = None if denominator is None else int(denominator)
    return Figure(id, int(numerator), whole, int(excluded), int(unknown), method)


def has_own_denominator(id: str) -> bool:
    """Whether the denominator comes with the figure, so that without records it is nought."""
    source = indicators()[id].denominator_from
    return source == "return" or source.startswith("indicator:")


def check_period(period: Period) -> None:
    """Raises TallyFault unless it is a quarter for which bank holidays are known."""
    if period.kind != "quarter":
        raise TallyFault(f"“{period}” is a year: give a quarter, such as {period}Q1.", 2)
    first, last = first_and_last_day()
    if not first <= period.start <= period.end <= last:
        raise TallyFault(
            f"Bank holidays are kept from {words(first)} to {words(last)}; {period.label} is outside.", 2
        )


def _months_before(first: date, months: int) -> date:
    """The first of a month, so many months earlier."""
    return date(first.year - (months - first.month + 12) // 12, (first.month - months - 1) % 12 + 1, 1)


def _listed(columns: list[str]) -> str:
    return " and ".join(f"“{name.replace('_', ' ')}”" for name in columns)


def _in_words(table: str) -> str:
    return IN_WORDS[table]


__all__ = [
    "Definition",
    "Figure",
    "Result",
    "Row",
    "compute",
    "definitions",
    "definitions_hash",
    "formats",
    "rows",
]

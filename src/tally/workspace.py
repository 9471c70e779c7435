"""The council's lists in a database in memory: read, made canonical, and asked. Nothing is written to disk.

``Workspace.read`` takes files in; ``prepare`` brings them to the canonical tables; ``compute`` runs the
definitions for a quarter. Rows carry ``row_id`` = source number x ``LINES`` + line, which leads back to the
cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from catalogue.periods import Period
from catalogue.tables import COMMON, ddl, tables
from tally.care_return import ROOT, read_return
from tally.census import MESSAGE, Misfit, read_census, root_of
from tally.faults import TallyFault
from tally.formats import TYPES, List, finishing, formats, plain, read_text, statements
from tally.shape import LINES, errors_beside, faults_of, rows_of, staged_columns, without_copies
from tally.sources import OFFLINE, Found, files_of, identify, sheets_of
from tally.workbook import Row, column_letter
from tally.working_days import working_day_rows

_BLOCK = 20_000
_BLOCKS = 5
"""Rows are taken in by so many, and typed when so many blocks wait: planning a statement costs as much as a block."""
_CELL, _ROW = "\x1f", "\x1e"

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """No progress shown."""


@dataclass(slots=True)
class Source:
    """A list as it was found in a file, with what was read of it."""

    number: int
    file: str
    sheet: str
    known: List
    headers: list[str]
    columns: dict[str, int]
    missing: list[str]
    rows: int = 0

    @property
    def where(self) -> str:
        """File, and sheet if it has any."""
        return f"{self.file}, {self.sheet}" if self.sheet else self.file

    def repeated(self) -> list[str]:
        """Headers of the columns read that stand over another column too, which is not read."""
        read = set(self.columns.values())
        others = {plain(header) for at, header in enumerate(self.headers) if at not in read}
        return [self.headers[at] for at in sorted(read) if plain(self.headers[at]) in others]


@dataclass(slots=True)
class Workspace:
    """The lists that were given and what is known of them. ``ignored``: sheets and files that are no list.

    ``writes_to`` is the only folder in which its database may write, once it is prepared; without it, none.
    """

    progress: Progress = silent
    writes_to: Path | None = None
    sources: list[Source] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    db: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        self.db = duckdb.connect(":memory:", config=OFFLINE)
        for statement in (*statements(read_text("macros.sql")), *ddl(), *staging()):
            self.db.execute(statement)

    def read(self, inputs: Sequence[str]) -> None:
        """Take in every list in the files and folders named. Raises TallyFault."""
        for path in files_of(inputs):
            self.read_file(path)
        if not self.sources:
            raise TallyFault(
                "None of the files given holds a list that is known: Annex A lists 1 to 9, SSDA903 files, "
                "a children in need census, or Standard Safeguarding Dataset tables. "
                + " ".join(f"{name} was looked at." for name in self.ignored)
            )

    def read_file(self, path: Path) -> None:
        """Take in one file, whatever it is."""
        if path.suffix.lower() == ".xml":
            root = root_of(path)
            if root == MESSAGE:
                read_census(self, path)
            elif root == ROOT:
                read_return(self, path)
            else:
                self.ignored.append(f"{path.name} (XML, but neither a children in need census nor SSDA903)")
            return
        for sheet in sheets_of(path):
            found = identify(sheet)
            if found is None:
                self.ignored.append(sheet.where)
            else:
                self.add(found)

    def add(self, found: Found) -> Source:
        """Take in one list."""
        source = self.source(found.sheet.file, found.sheet.sheet, found.known, found.headers, found.columns)
        self.load(source, found.rows)
        return source

    def source(
        self, file: str, sheet: str, known: List, headers: list[str], columns: dict[str, int]
    ) -> Source:
        """Enter a list in the register of sources."""
        missing = [
            name for name, column in known.columns.items() if name not in columns and not column.optional
        ]
        source = Source(len(self.sources) + 1, file, sheet, known, headers, columns, missing)
        self.sources.append(source)
        return source

    def load(self, source: Source, rows: Iterable[Row]) -> None:
        """Take the rows of a source in, block by block: raw text first, then staged by kind."""
        self.progress(f"Reading {source.where} ({source.known.title}, {source.known.name})")
        errors, waiting = False, 0
        for block in _blocks(rows):
            errors |= self._take(source, block)
            waiting += 1
            if waiting == _BLOCKS:
                self._stage(source, errors)
                errors, waiting = False, 0
                self.progress(f"  {source.rows:,} rows")
        if waiting:
            self._stage(source, errors)

    def stage_block(self, source: Source, block: list[Row]) -> None:
        """Stage some rows of a source."""
        self._stage(source, self._take(source, block))

    def _take(self, source: Source, block: list[Row]) -> bool:
        """Add rows to ``raw``; whether one of Excel's errors may be among them."""
        text = _ROW.join([f"{line}{_CELL}{_CELL.join(cells)}" for line, cells in block])
        if text.count(_ROW) != len(block) - 1 or text.count(_CELL) != sum(len(cells) for _, cells in block):
            block = [
                (line, [c.replace(_ROW, " ").replace(_CELL, " ") for c in cells]) for line, cells in block
            ]
            text = _ROW.join([f"{line}{_CELL}{_CELL.join(cells)}" for line, cells in block])
        self.db.execute(
            "INSERT INTO raw SELECT CAST(cells[1] AS BIGINT) + $2, cells[2:] "
            "FROM (SELECT string_split(unnest(string_split($1, chr(30))), chr(31)) AS cells)",
            [text.replace("\u00a0", " "), source.number * LINES],
        )
        source.rows += len(block)
        return "#" in text

    def _stage(self, source: Source, errors: bool) -> None:
        """Stage what ``raw`` holds, and empty it."""
        for statement in rows_of(source.known, source.columns):
            self.db.execute(statement)
        if self.query("SELECT bool_or(odd) FROM typed")[0][0]:
            for statement in faults_of(source.known, source.columns):
                self.db.execute(statement)
        if errors:
            self.db.execute(errors_beside(source.columns))
        self.db.execute("DELETE FROM raw")

    def note_misfits(self, source: Source, misfits: Sequence[Misfit]) -> None:
        """Enter what does not fit a census among the faults."""
        self.db.execute(
            "INSERT INTO fault SELECT CAST(unnest($1) AS BIGINT), unnest($2), unnest($3), NULL, NULL, unnest($4)",
            [
                [source.number * LINES + one.line for one in misfits],
                [one.child for one in misfits],
                [one.element for one in misfits],
                [one.reason for one in misfits],
            ],
        )

    def prepare(self) -> None:
        """Bring what was read to the canonical tables; set copies aside. Raises TallyFault on two sources of one."""
        present = {source.known.format for source in self.sources}
        self._one_source_each()
        self.db.execute("DROP TABLE raw")
        for source in {s.known.key: s for s in self.sources}.values():
            for statement in without_copies(source.known):
                self.db.execute(statement)
        for key, form in formats().items():
            if key in present:
                for statement in form.statements:
                    self.db.execute(statement)
        for source in self.sources:
            self.db.execute(f"DROP TABLE IF EXISTS {source.known.key}")
        for statement in finishing():
            self.db.execute(statement)
        rows = working_day_rows()
        self.db.execute(
            "INSERT INTO working_day SELECT unnest($1), unnest($2)",
            [[r[0] for r in rows], [r[1] for r in rows]],
        )
        if self.writes_to is not None:
            self.db.execute("SET allowed_directories = $1", [[f"{self.writes_to}/"]])
        self.db.execute("SET enable_external_access = false")

    def _one_source_each(self) -> None:
        feeding: dict[str, str] = {}
        for source in self.sources:
            for given in source.known.gives(list(source.columns)):
                table = given.split(".")[0]
                other = feeding.setdefault(table, source.known.format)
                if other != source.known.format and table != "child":
                    raise TallyFault(
                        f"{formats()[other].title} and {formats()[source.known.format].title} both hold "
                        f"{source.known.name}, and a child would be counted twice. Give one of them, "
                        "or put them side by side with “tally compare”."
                    )

    def gives(self) -> set[str]:
        """The canonical columns, as table.column, that the lists given make possible."""
        return {one for source in self.sources for one in source.known.gives(list(source.columns))}

    def set_quarter(self, period: Period) -> None:
        """Say which quarter is asked for."""
        self.db.execute("DELETE FROM quarter")
        self.db.execute("INSERT INTO quarter VALUES ($1, $2)", [period.start, period.end])

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.db.execute(sql, list(parameters)).fetchall()

    def identifiers(self) -> set[str]:
        """Every child's identifier that occurs in what was read."""
        parts = " UNION ".join(f"SELECT child FROM {name}" for name in tables())
        return {row[0] for row in self.query(parts)}

    def place(self, row_id: int) -> tuple[Source, int]:
        """The source and the line from which a row came."""
        number, line = divmod(row_id, LINES)
        return self.sources[number - 1], line

    def name_places(self) -> None:
        """Make the tables that turn a row_id and a position into file, sheet and cell."""
        self.db.execute(
            "CREATE OR REPLACE TEMP TABLE source_name (number INTEGER, file VARCHAR, sheet VARCHAR, unit VARCHAR)"
        )
        for source in self.sources:
            unit = "line" if source.file.lower().endswith(".xml") else "row"
            self.db.execute(
                "INSERT INTO source_name VALUES ($1, $2, $3, $4)",
                [source.number, source.file, source.sheet, unit],
            )
        widest = max((len(source.headers) for source in self.sources), default=0) + 26
        self.db.execute(
            "CREATE OR REPLACE TEMP TABLE letter AS SELECT unnest($1) AS position, unnest($2) AS name",
            [list(range(widest)), [column_letter(position) for position in range(widest)]],
        )

    def lines(self, sql: str) -> Iterator[list[str]]:
        """Lines of CSV, in blocks, of a query that gives row_id, position, child, indicator, numerator, denominator,
        reason and value. Every cell is quoted; one that a spreadsheet would take for a formula gets an apostrophe.
        """  # fmt: skip
        found = self.db.execute(as_lines(sql))
        while block := found.fetchmany(_BLOCK):
            yield [f"{row[0]}\r\n" for row in block]


def as_lines(sql: str) -> str:
    """The query for lines of CSV, of one as ``Workspace.lines`` takes it; ``name_places`` must have run."""
    cells = ("cell", "child", "indicator", "numerator", "denominator", "reason", "value")
    place = f"CASE WHEN name IS NULL OR unit = 'line' THEN unit || ' ' ELSE name END || (row_id % {LINES})"
    return (
        f"SELECT concat_ws(',', source, {', '.join(f'as_cell({cell})' for cell in cells)}) "
        f"FROM (SELECT source, {place} AS cell, asked.* FROM ({sql}) AS asked "
        "JOIN (SELECT number, unit, as_cell(file) || ',' || as_cell(sheet) AS source FROM source_name) "
        f"ON number = row_id // {LINES} "
        "LEFT JOIN letter ON letter.position = asked.position) AS placed ORDER BY row_id, position"
    )


def staging() -> Iterator[str]:
    """Statements for the tables into which lists are read before they are canonical."""
    yield "CREATE TABLE raw (row_id BIGINT, cells VARCHAR[])"
    yield (
        "CREATE TABLE fault "
        "(row_id BIGINT, child VARCHAR, subject VARCHAR, position INTEGER, value VARCHAR, reason VARCHAR)"
    )
    for form in formats().values():
        for known in form.lists.values():
            yield f"CREATE TABLE {known.key} ({staged_columns(known)})"


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == _BLOCK:
            yield block
            block = []
    if block:
        yield block


__all__ = ["COMMON", "LINES", "TYPES", "Progress", "Source", "Workspace", "silent", "tables"]

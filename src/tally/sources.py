"""Finds what an input holds: a workbook's sheets, a CSV, a census file, Parquet, or a folder of these."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb

from tally.faults import TallyFault
from tally.formats import List, formats, plain
from tally.workbook import Row, as_text, read_sheets

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
READABLE = (*WORKBOOKS, ".csv", ".xml", ".parquet")
HEADER_WITHIN = 10
PARTICULARS = ("child", "sex", "born", "age")
OFFLINE: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "1",
}
"""How every database is opened: it fetches nothing. A second thread would cost memory and save no processor time."""

csv.field_size_limit(1 << 24)


@dataclass(slots=True)
class Sheet:
    """A table as it stands in a file: rows of text with their line numbers. ``sheet`` is '' for a CSV.

    ``beside`` are the names of all sheets of its workbook.
    """

    file: str
    sheet: str
    rows: Iterator[Row]
    beside: Sequence[str] = ()

    @property
    def where(self) -> str:
        """File, and sheet if it has any."""
        return f"{self.file}, {self.sheet}" if self.sheet else self.file


@dataclass(slots=True)
class Found:
    """A sheet known for what it is: its list, the position of each column, and the rows after the header."""

    sheet: Sheet
    known: List
    columns: dict[str, int]
    headers: list[str]
    rows: Iterator[Row]
    notes: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The columns of the list that the sheet has not (optional ones apart)."""
        return [
            name
            for name, column in self.known.columns.items()
            if name not in self.columns and not column.optional
        ]


def files_of(inputs: Sequence[str]) -> list[Path]:
    """The files to read: those named, and those in a folder named. Raises TallyFault for what is not there."""
    paths: list[Path] = []
    for name in inputs:
        path = Path(name)
        if path.is_dir():
            inside = sorted(
                p
                for p in path.iterdir()
                if p.suffix.lower() in READABLE and not p.name.startswith(("~$", "."))
            )
            if not inside:
                raise TallyFault(
                    f"{name}: this folder holds no file that can be read ({', '.join(READABLE)})."
                )
            paths += inside
        elif not path.is_file():
            raise TallyFault(
                f"{name}: there is no such file. Check the path; put quotes around a name with spaces."
            )
        elif path.suffix.lower() not in READABLE:
            raise TallyFault(
                f"{name}: “{path.suffix}” is not read. Give {', '.join(READABLE)} or a folder of these."
            )
        else:
            paths.append(path)
    return paths


def sheets_of(path: Path) -> Iterator[Sheet]:
    """The tables in a workbook or CSV, one after another (each must be used up before the next)."""
    if path.suffix.lower() == ".csv":
        yield Sheet(path.name, "", _csv_rows(path))
        return
    if path.suffix.lower() == ".parquet":
        yield Sheet(path.name, "", _parquet_rows(path))
        return
    sheets = list(read_sheets(path))
    names = [name for name, _ in sheets]
    while sheets:
        yield Sheet(path.name, *sheets.pop(0), names)


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as probe:
        head = probe.read(1 << 16)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = "utf-16" if wide else "utf-8-sig" if _is_utf8(path) else "cp1252"
    if b"\x00" in head and not wide:
        raise TallyFault(
            f"{path.name}: this is not a text file. If it is a workbook, give it its right ending."
        )
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        reader = csv.reader(stream, delimiter=_delimiter(head))
        before = last = 0
        for row in reader:
            before, last = last, reader.line_num
            if any(row):
                yield last, row
        if last - before > 1:
            stream.seek(0)
            _refuse_unclosed(path.name, islice(stream, before, None), _delimiter(head), before + 1)


def _refuse_unclosed(name: str, lines: Iterator[str], delimiter: str, first: int) -> None:
    """Raises TallyFault where a quotation mark in the last record is never closed: it swallowed the rows after it."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "end of data" in str(fault):
            raise TallyFault(
                f"{name}: a quotation mark opens in line {first} and is never closed, so all that follows would be "
                "one cell, and none of the file was used. Take it out, or export the list again."
            ) from fault


def _parquet_rows(path: Path) -> Iterator[Row]:
    with duckdb.connect(":memory:", config=OFFLINE) as database:
        try:
            found = database.execute("SELECT columns(*)::VARCHAR FROM read_parquet($1)", [str(path)])
        except duckdb.Error as fault:
            raise TallyFault(f"{path.name}: is not Parquet that can be read.") from fault
        yield 1, [column[0] for column in found.description or ()]
        line = 1
        while rows := found.fetchmany(10_000):
            for row in rows:
                line += 1
                yield line, [cell or "" for cell in row]


def _is_utf8(path: Path) -> bool:
    with path.open(encoding="utf-8") as stream:
        try:
            while stream.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(head: bytes) -> str:
    first = head.split(b"\n", 1)[0]
    return max((",", ";", "\t", "|"), key=lambda mark: first.count(mark.encode()))


def identify(sheet: Sheet) -> Found | None:
    """Which list a sheet is: by its name where that says so, else by its headers. None if it is no list.

    The header is the row, among the first ten, that names most columns. A sheet called “List 3” whose header
    is not found raises TallyFault: it was meant to be read. Beside a sheet called “List 3” no other of the
    workbook is taken for that list by its headers alone: it would be counted twice.
    """
    first = [row for _, row in zip(range(HEADER_WITHIN), sheet.rows, strict=False)]
    named = _named(sheet.sheet, Path(sheet.file).stem)
    if named == []:
        return None
    best: tuple[int, int, List, dict[str, int]] | None = None
    taken = {one.key for name in sheet.beside for one in _named(name) or ()}
    every = [one for form in formats().values() for one in form.lists.values() if one.key not in taken]
    for at, (_, cells) in enumerate(first):
        for candidate in named or every:
            columns = candidate.match(cells, loosely=named is not None)
            score = len(columns)
            if "child" in columns and _tells(candidate, columns) and (best is None or score > best[0]):
                best = (score, at, candidate, columns)
    if best is None:
        if named and first:
            raise TallyFault(
                f"{sheet.where}: no header row of {named[0].title} ({named[0].name}) was found in its first "
                f"{HEADER_WITHIN} rows. Give back the header row as the guidance has it, or take the sheet out."
            )
        return None
    _, at, found, columns = best
    return Found(sheet, found, columns, first[at][1], chain(first[at + 1 :], sheet.rows))


def _tells(candidate: List, columns: dict[str, int]) -> bool:
    """Whether the columns found are enough to say that it is this list: particulars of a child are in every one."""
    if candidate.table == "child" and {"born", "sex"} <= columns.keys():
        return True
    return any(name not in PARTICULARS for name in columns)


def _named(*names: str) -> list[List] | None:
    """The Annex A list that the name of the sheet or file says it is; empty for one that is not used."""
    for text in names:
        match = re.search(r"\blist (\d{1,2})\b", plain(text))
        if match:
            known = formats()["annexa"].lists.get(f"list_{int(match[1])}")
            return [known] if known else []
    return None


__all__ = ["Found", "Row", "Sheet", "as_text", "files_of", "identify", "sheets_of"]

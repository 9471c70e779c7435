"""Reads published statistics as the DfE, the ONS and Ofsted give them: CSV in, figures and problems out.

The layout is that of Explore Education Statistics (one row a place, time and set of filter values; one
column a number). A file is recognised by its columns, whatever its name, and read line by line, so damage
stays on its own line. Every row is placed, not placed or skipped, and every number cell is a figure, a
symbol, blank, unreadable, or in a row that was not placed: the counts add up, and ``Problem`` says why.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO, NamedTuple

import msgspec

from catalogue import publications
from catalogue.publication import ENGLAND, Figure, Filter, Level, Publication
from catalogue.reference import Judgement, authorities, authority_by_gss, regions, successions

SYMBOLS = frozenset({"c", "x", "z", "u", "k", "low", ":", "~"})
"""What stands in place of a number: see ``catalogue.publication.Figure``."""

_WHERE_AND_WHEN = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name",
    "region_code", "region_name", "old_la_code", "new_la_code", "la_name",
)  # fmt: skip
_LEVELS: dict[str, Level] = {
    "national": "national", "regional": "regional", "local authority": "authority",
}  # fmt: skip
_WHOLE_YEARS = {
    "reporting year": 4, "calendar year": 4, "financial year": 6, "academic year": 6, "tax year": 6,
}  # fmt: skip
_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_SHOWN = 60  # letters of a cell that a sentence repeats
_LONGEST = 120  # letters of a measure’s name
_TOGETHER = 3  # authorities that one row may answer for; there have been two
_NOT_A_CODE = frozenset({"", "x", "z", ":"})
_ILACS_GRADES = {"nan": "", "none": "", "inspection_pre_dates_judgement": ""}
_ILACS_COLUMNS = {
    "overall": "overall_effectiveness_grade", "leaders": "impact_of_leaders_grade",
    "help_and_protection": "help_and_protection_grade", "in_care": "in_care_grade",
    "care_leavers": "care_leavers_grade",
}  # fmt: skip
_ILACS_DAYS = {
    "inspected_from": "inspection_start_date", "inspected_to": "inspection_end_date",
    "published": "publication_date",
}  # fmt: skip


class NotRecognised(ValueError):
    """A file that is no published table known here; the message says what was found and expected."""


class NoTable(NotRecognised):
    """A readable file that does not even look like a table known here: a list of definitions, another publication."""


class Problem(NamedTuple):
    """What could not be read or placed: the line of the file (its header is line 1), column, text, reason."""

    line: int
    reason: str
    column: str = ""
    text: str = ""

    @property
    def sentence(self) -> str:
        """For a person: where it is, what stands there, and what is wrong with it."""
        column, text = _printable(self.column), _printable(self.text)
        what = " ".join(part for part in (column, f"“{text}”" if text else "") if part)
        return f"line {self.line}: {what} {self.reason}" if what else f"line {self.line}: {self.reason}"


def _printable(text: str) -> str:
    """The beginning of a text, with a mark where a letter cannot be printed."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in shown)


@dataclass
class Counts:
    """How many rows and number cells were met, and what became of them."""

    rows: int = 0
    placed: int = 0
    not_placed: int = 0
    skipped: int = 0
    cells: int = 0
    values: int = 0
    symbols: int = 0
    blank: int = 0
    unreadable: int = 0
    unplaced_cells: int = 0

    @property
    def add_up(self) -> bool:
        """Whether every row and every cell is accounted for."""
        return self.rows == self.placed + self.not_placed + self.skipped and self.cells == (
            self.values + self.symbols + self.blank + self.unreadable + self.unplaced_cells
        )


@dataclass
class PublishedFile:
    """A recognised file. Draw ``figures`` (and, for Ofsted’s, ``judgements``) to read it, once.

    ``problems``, ``skipped`` (reason -> rows), ``counts`` and ``years`` are complete when it is drawn.
    """

    name: str
    publication: Publication
    figures: Iterator[Figure] = field(default_factory=lambda: iter(()))
    judgements: Iterator[Judgement] = field(default_factory=lambda: iter(()))
    problems: list[Problem] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    counts: Counts = field(default_factory=Counts)
    years: set[int] = field(default_factory=set)


class _Unplaced(Exception):
    """A row that has no place: column, text and reason become a Problem."""

    def __init__(self, reason: str, column: str = "", text: str = "") -> None:
        self.reason, self.column, self.text = reason, column, text


class _Skipped(Exception):
    """A row that is left out by rule; the reason is counted."""


def read(source: bytes | BinaryIO, name: str) -> PublishedFile:
    """Recognise a file by its header and make it ready to be drawn.

    ``name`` is only for messages. Raises NotRecognised: no CSV, no header, a known table without all its columns;
    as NoTable where it is a table that is not known at all.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    first = stream.readline()
    if first.startswith(b"PK\x03\x04"):
        raise NotRecognised(f"{name} is a workbook or an archive: save the table as CSV (UTF-8)")
    if first.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in first:
        raise NotRecognised(f"{name} is not UTF-8 text: save the table as CSV (UTF-8)")
    try:
        header = _cells(first.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise NotRecognised(f"{name}: the header cannot be read as CSV in UTF-8 ({fault})") from fault
    columns = [cell.strip().lower() for cell in header]
    publication = _recognise(columns, name)
    file = PublishedFile(name, publication)
    if publication.layout == "ilacs":
        file.judgements = _judgements(file, columns, stream)
    else:
        file.figures = _figures(file, columns, stream)
    return file


def _recognise(columns: list[str], name: str) -> Publication:
    if not any(columns):
        raise NotRecognised(f"{name} is empty: expected a header row of column names")
    twice = [column for column, times in Counter(columns).items() if times > 1]
    if twice:
        raise NotRecognised(f"{name}: the column “{twice[0]}” stands twice in the header")

    def missing(publication: Publication) -> list[str]:
        needed = list(publication.recognised_by)
        needed += _WHERE_AND_WHEN if publication.layout == "ees" else ()
        needed += [f.column for f in publication.filters]
        return [column for column in dict.fromkeys(needed) if column not in columns]

    def likeness(publication: Publication) -> float:
        marks = publication.recognised_by
        return sum(column in columns for column in marks) / len(marks)

    nearest = max(publications().values(), key=lambda p: (likeness(p), -len(missing(p))))
    lacking = missing(nearest)
    if not lacking:
        return nearest
    if likeness(nearest) > 0:
        raise NotRecognised(f"{name} looks like “{nearest.title}” but lacks the columns {', '.join(lacking)}")
    known = "; ".join(f"{p.title} ({', '.join(p.recognised_by)})" for p in publications().values())
    raise NoTable(
        f"{name} is no table known here. It begins with the columns {', '.join(columns[:8])}. "
        f"Known are, with the columns that mark them: {known}"
    )


def _figures(file: PublishedFile, columns: list[str], stream: BinaryIO) -> Iterator[Figure]:
    at = {column: position for position, column in enumerate(columns)}
    apart = {*_WHERE_AND_WHEN, *(f.column for f in file.publication.filters)}
    numbers = [(position, column) for position, column in enumerate(columns) if column not in apart]
    longest = max((len(column) for _, column in numbers), default=0)
    seen: dict[tuple[str, int, str], tuple[int, tuple[str, ...]]] = {}
    for line, cells in _rows(file, columns, stream, len(numbers)):
        try:
            where = _place(cells, at)
            year = _year(cells[at["time_period"]], cells[at["time_identifier"]])
            prefix = "".join(_prefix(f, cells[at[f.column]]) for f in file.publication.filters)
            if len(prefix) + longest > _LONGEST:
                raise _Unplaced("is too long for the name of a breakdown", text=prefix)
            texts = tuple(cells[position].strip() for position, _ in numbers)
            _refuse_twice(seen, (where[1], year, prefix), line, texts)
        except (_Unplaced, _Skipped) as reason:
            _set_aside(file, line, len(numbers), reason)
            continue
        file.counts.placed += 1
        file.years.add(year)
        for (_, column), text in zip(numbers, texts, strict=True):
            value, symbol = _number(file, line, column, text)
            if value is not None or symbol:
                yield Figure(file.publication.key, prefix + column, *where, year, value, symbol)


def _rows(
    file: PublishedFile, columns: list[str], stream: BinaryIO, width: int
) -> Iterator[tuple[int, list[str]]]:
    """Each whole row with its line number; a line that is no whole row is counted and set aside."""
    for line, raw in enumerate(stream, start=2):
        file.counts.rows += 1
        file.counts.cells += width
        try:
            text = raw.decode("utf-8")
            if not text.strip(" ,\r\n\t"):
                raise _Skipped("blank line")
            cells = _cells(text)
            if len(cells) != len(columns):
                raise _Unplaced(f"has {len(cells)} cells, not {len(columns)}: cut short, or shifted")
        except UnicodeDecodeError as fault:
            bad = raw[max(0, fault.start - 10) : fault.end + 10].decode("utf-8", "replace")
            _set_aside(file, line, width, _Unplaced("is not UTF-8 text", text=bad))
        except csv.Error:
            _set_aside(file, line, width, _Unplaced("has a quotation mark that is not closed"))
        except (_Unplaced, _Skipped) as reason:
            _set_aside(file, line, width, reason)
        else:
            yield line, cells


def _cells(text: str) -> list[str]:
    """One line is one row: an unclosed quotation mark must not swallow those that follow."""
    return next(csv.reader([text.rstrip("\r\n")], strict=True), [])


def _set_aside(file: PublishedFile, line: int, width: int, reason: _Unplaced | _Skipped) -> None:
    file.counts.unplaced_cells += width
    if isinstance(reason, _Unplaced):
        file.counts.not_placed += 1
        file.problems.append(Problem(line, reason.reason, reason.column, reason.text))
    else:
        file.counts.skipped += 1
        file.skipped[str(reason)] += 1


def _place(cells: list[str], at: dict[str, int]) -> tuple[Level, str, str, str]:
    """Level, place, ONS code and name of a row."""
    shown = cells[at["geographic_level"]].strip()
    level = _LEVELS.get(shown.lower())
    if level is None:
        raise _Skipped(f"geographic level “{shown}”")
    if level == "national":
        code, name = cells[at["country_code"]].strip(), cells[at["country_name"]].strip()
        if code != ENGLAND:
            raise _Unplaced("is not England", "country_code", code)
        return level, code, code, name
    if level == "regional":
        code, name = cells[at["region_code"]].strip(), cells[at["region_name"]].strip()
        if code not in regions() or code == ENGLAND:
            raise _Unplaced("is no region’s code", "region_code", code)
        return level, code, code, name
    place, gss = _authority(cells[at["old_la_code"]], cells[at["new_la_code"]])
    return level, place, gss, cells[at["la_name"]].strip()


def _authority(old: str, new: str) -> tuple[str, str]:
    """DfE and ONS code of an authority’s row, or of several that answer together, joined by a stroke."""
    codes = [code.strip() for code in old.split("/")]
    gss = [code.strip() for code in new.split("/")]
    by_gss = authority_by_gss()
    if max(len(codes), len(gss)) > _TOGETHER:
        raise _Unplaced(
            f"are more than the {_TOGETHER} authorities that a row may stand for", text=old or new
        )
    if codes[0] in _NOT_A_CODE:
        unknown = [code for code in gss if code not in by_gss]
        if unknown:
            raise _Unplaced("is no authority’s code, and no DfE code is given", "new_la_code", new.strip())
        return "/".join(by_gss[code] for code in gss), "/".join(gss)
    for code in codes:
        if code not in authorities():
            raise _Unplaced("is no authority’s DfE code", "old_la_code", old.strip())
    for code in gss:
        if by_gss.get(code, codes[0]) not in codes and not _predecessor(by_gss[code], codes):
            raise _Unplaced(f"is another authority’s code, not that of {old.strip()}", "new_la_code", code)
    return "/".join(codes), "/".join("" if code in _NOT_A_CODE else code for code in gss)


def _predecessor(other: str, codes: list[str]) -> bool:
    """Some publishers give a new authority its own DfE code but still its predecessor’s ONS code."""
    return any(step.predecessor == other and step.successor in codes for step in successions())


def _year(period: str, identifier: str) -> int:
    """The reporting year: 2025 from “2025”, and from “202425” the year in which it ends."""
    digits, words = period.strip(), identifier.strip()
    length = _WHOLE_YEARS.get(words.lower())
    if length is None:
        raise _Unplaced("is not a whole year", "time_identifier", words)
    if re.fullmatch(rf"(?:19|20)[0-9]{{{length - 2}}}", digits):
        year = int(digits[:4])
        if length == 4:
            return year
        if (year + 1) % 100 == int(digits[4:]):
            return year + 1
    raise _Unplaced(f"is not a {words.lower()} of {length} digits", "time_period", digits)


def _prefix(by: Filter, text: str) -> str:
    value = text.strip()
    key = by.values.get(value)
    if key is None:
        key = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_") or "blank"
    return f"{key}." if key else ""


def _refuse_twice(
    seen: dict[tuple[str, int, str], tuple[int, tuple[str, ...]]],
    key: tuple[str, int, str],
    line: int,
    texts: tuple[str, ...],
) -> None:
    before = seen.setdefault(key, (line, texts))
    if before[0] == line:
        return
    if before[1] == texts:
        raise _Skipped("the same row again")
    raise _Unplaced(f"the same place, year and breakdown as line {before[0]}, with other numbers")


def _number(file: PublishedFile, line: int, column: str, text: str) -> tuple[Decimal | None, str]:
    if _NUMBER.fullmatch(text):
        file.counts.values += 1
        return Decimal(text.replace(",", "")), ""
    if text.lower() in SYMBOLS:
        file.counts.symbols += 1
        return None, text.lower()
    if text:
        file.counts.unreadable += 1
        file.problems.append(Problem(line, "is neither a number nor a known symbol", column, text))
    else:
        file.counts.blank += 1
    return None, ""


def _judgements(file: PublishedFile, columns: list[str], stream: BinaryIO) -> Iterator[Judgement]:
    """Ofsted’s table as collected for every authority: one row an authority, its latest inspection."""
    lines: dict[str, int] = {}
    for line, cells in _rows(file, columns, stream, len(_ILACS_COLUMNS)):
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
        try:
            code, _ = _authority(row["la_code"], row.get("ltla23cd", ""))
            before = lines.setdefault(code, line)
            if before != line:
                raise _Unplaced(f"the same authority as line {before}", "la_code", code)
            judgement = _judgement(code, row)
        except _Unplaced as reason:
            _set_aside(file, line, len(_ILACS_COLUMNS), reason)
            continue
        given = sum(bool(getattr(judgement, name)) for name in _ILACS_COLUMNS)
        file.counts.placed += 1
        file.counts.values += given
        file.counts.blank += len(_ILACS_COLUMNS) - given
        file.years.add(judgement.published.year)
        yield judgement


def _judgement(code: str, row: dict[str, str]) -> Judgement:
    grades = {name: row[column].lower() for name, column in _ILACS_COLUMNS.items()}
    days = {name: _day(row[column], column) for name, column in _ILACS_DAYS.items()}
    framework = row["inspection_framework"].lower()
    whole = {"dfe_code": code, "framework": framework, **grades} | days
    try:
        return msgspec.convert(
            {name: value for name, value in whole.items() if _ILACS_GRADES.get(str(value), value)}, Judgement
        )
    except msgspec.ValidationError as fault:
        raise _Unplaced(str(fault)) from fault


def _day(text: str, column: str) -> date | None:
    if text.lower() in ("", "nan", "none"):
        return None
    for form in ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"):
        try:
            return date(*time.strptime(text, form)[:3])
        except ValueError:
            continue
    raise _Unplaced("is not a date: expected day/month/year", column, text)

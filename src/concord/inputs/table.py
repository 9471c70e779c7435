"""Reads a return from a table: pasted from Excel, or a CSV file, or the file that ``tally`` writes.

With a header the columns may come in any order and others are counted and left aside. Without one they are:
indicator, numerator, denominator, why missing, explanation.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from catalogue.model import Indicator
from concord.inputs.returned import Cell, Fault, Refusal, Taken, indicator_named
from concord.rules.return_sheet import Target

MOST_ROWS = 2_000
FIELDS = ("indicator", "numerator", "denominator", "missing", "explanation")
MEANT: Mapping[str, str] = {
    **{name: name for name in FIELDS},
    "id": "indicator", "code": "indicator", "measure": "indicator", "name": "indicator",
    "reason": "missing", "reason missing": "missing", "why missing": "missing",
    "if there is no figure, why": "missing",
    "comment": "explanation", "comments": "explanation", "note": "explanation", "notes": "explanation",
    **{
        name.replace("_", " "): name
        for name in ("authority", "period", "method", "excluded", "unknown", "definition_version")
    },
}  # fmt: skip
KNOWN_AND_UNUSED = {"tool version", "definitions hash"}


def read_csv(content: bytes, target: Target) -> Taken:
    """Read a CSV file: UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs. Raises Refusal."""
    text, remark = _decoded(content)
    if not text.strip():
        raise Refusal("The file is empty.")
    taken = read_text(text, target, place="line")
    if remark:
        taken.remarks.insert(0, remark)
    return taken


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding, remark = "utf-16", ""
    else:
        encoding, remark = "utf-8-sig", ""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, remark = (
            content.decode("cp1252", "replace"),
            "The file is not in UTF-8; it was read as Windows text",
        )
    if "\x00" in text:
        raise Refusal(
            "This is neither an Excel workbook (.xlsx) nor a CSV file: it holds bytes that no text has. "
            "Upload the workbook that Concord made, or save the figures as CSV."
        )
    return text, remark


def read_text(text: str, target: Target, place: str = "line") -> Taken:
    """Read a table from text, with ``place`` as the word for a row in errors. Raises Refusal."""
    lines = _rows(text)
    if not lines:
        raise Refusal("There is nothing to read. Copy the cells in Excel, then paste them here.")
    header = _header(lines[0][1])
    taken = Taken()
    columns = header or dict(enumerate(FIELDS))
    if header:
        _check_header(header, lines[0][1], taken)
        lines = lines[1:]
    for number, cells in lines:
        named = {columns[i]: cell for i, cell in enumerate(cells) if i in columns}
        extra = sum(bool(c.strip()) for i, c in enumerate(cells) if i not in columns) if not header else 0
        if extra:
            taken.faults.append(
                Fault(f"{place} {number}", f"has {extra} more columns than the five that are read")
            )
        else:
            _row(taken, named, f"{place} {number}", target)
    return taken.close()


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with its number."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max("\t,;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
            if len(found) > MOST_ROWS:
                raise Refusal(
                    f"There are more than {MOST_ROWS:,} rows. Send one authority’s return of one period."
                )
    except csv.Error as problem:
        raise Refusal(f"Line {reader.line_num} cannot be read as a table: {problem}.") from None
    return found


def _header(cells: Sequence[str]) -> dict[int, str]:
    """Column by position, where the first row is a header; none where it is figures already."""
    meant = [MEANT.get(" ".join(cell.casefold().replace("_", " ").split())) for cell in cells]
    if "indicator" not in meant or not {"numerator", "denominator"} & set(meant):
        return {}
    return {i: name for i, name in enumerate(meant) if name}


def _check_header(header: Mapping[int, str], cells: Sequence[str], taken: Taken) -> None:
    names = list(header.values())
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise Refusal(f"Two columns are called “{name}”. Keep one of them.")
    if "numerator" not in names:
        raise Refusal("There is no column “numerator”.")
    unused = [
        cell.strip()
        for i, cell in enumerate(cells)
        if i not in header
        and cell.strip()
        and cell.strip().casefold().replace("_", " ") not in KNOWN_AND_UNUSED
    ]
    if unused:
        taken.remarks.append(f"Columns left aside: {', '.join(c[:40] for c in unused)}")


def _row(taken: Taken, cells: Mapping[str, str], place: str, target: Target) -> None:
    indicator = indicator_named(cells.get("indicator", ""), target.asked)
    problem = indicator if isinstance(indicator, str) else _misplaced(cells, indicator, target)
    if problem or isinstance(indicator, str):
        taken.faults.append(Fault(place, problem))
        return
    fields = {name: Cell(f"{place}, {name}", cells[name]) for name in FIELDS[1:] if name in cells}
    taken.add(indicator, fields, place, _method(cells))


def _misplaced(cells: Mapping[str, str], indicator: Indicator, target: Target) -> str:
    """Why a row is not of this return: another authority’s or period’s, or made by another definition."""
    authority, period = cells.get("authority", "").strip(), cells.get("period", "").strip()
    version = cells.get("definition_version", "").strip()
    if authority and authority.casefold() not in (target.code, target.name.casefold()):
        return f"This row is of authority {authority[:40]}; this return is {target.name}’s ({target.code})"
    if period and period.upper() != target.period.key:
        return f"This row is of {period[:40]}; this return is for {target.period.key}"
    if version and version != indicator.version:
        return f"{indicator.short} follows version {version[:10]} of its definition; now it is {indicator.version}"
    return ""


def _method(cells: Mapping[str, str]) -> str:
    parts = [cells.get("method", "").strip()]
    parts += [f"{cells[n].strip()} {n}" for n in ("excluded", "unknown") if cells.get(n, "").strip()]
    return ", ".join(part for part in parts if part)

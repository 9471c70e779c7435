"""Reads a return from the workbook that Concord made for it, and from no other.

A workbook comes from outside, so it is looked over before it is opened: how large it unpacks, whether it is
encrypted or holds macros, how far its cells reach. Only then are the cells read, each error with its cell.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from catalogue.model import POPULATION, Indicator
from concord.inputs.returned import Cell, Fault, Refusal, Taken
from concord.rules.return_sheet import (
    FIRST_ROW,
    HEADER_ROW,
    HEADERS,
    INPUTS,
    KEY_SHEET,
    SHEET,
    SIGN,
    Target,
)

MOST_UNPACKED = 8 * 1024 * 1024  # Concord’s own unpacks to about a quarter of one
MOST_TIMES = 150  # unpacked for packed, in any one part; a sheet of empty cells stays under 100
MOST_PARTS = 300
MOST_CELLS = (2_000, 100)  # rows, columns of a sheet
AGAIN = "Download the workbook for this return again and fill that in."

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def looks_like_workbook(content: bytes) -> bool:
    """Whether a file is a workbook of some kind, or means to be one, rather than text."""
    return content.startswith((b"PK", _OLE))


def read_workbook(content: bytes, target: Target) -> Taken:
    """Read a filled-in workbook. Raises Refusal for one that is not this return’s, or cannot be trusted."""
    facts = _sheets(_opened(content))
    if SHEET not in facts:
        raise Refusal(f"The workbook has no sheet called “{SHEET}”. Was it renamed? {AGAIN}")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        _keys(book, facts, target)
        sheet = book.get_sheet_by_name(SHEET)
        grid = _Grid(sheet, facts[SHEET])
    except CalamineError as problem:
        raise Refusal(
            f"The workbook cannot be read ({problem}). Open it in Excel, save it, and try again."
        ) from None
    _laid_out(grid)
    taken = Taken()
    asked = {i.id: i for i in target.asked}
    for row in range(FIRST_ROW, grid.height + 1):
        _row(taken, grid, row, asked)
    taken.faults += _moved_across(grid, asked)
    return taken.close()


# --- before it is opened --------------------------------------------------------------------------------------


def _opened(content: bytes) -> zipfile.ZipFile:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refusal(
                "The workbook is protected by a password. Remove it in Excel, save, and send it again."
            )
        raise Refusal(f"This is an old Excel file (.xls). {AGAIN}")
    try:
        pack = zipfile.ZipFile(io.BytesIO(content))
        _weigh(pack)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as problem:
        if isinstance(problem, Refusal):
            raise
        raise Refusal(f"This is not a workbook, or it is damaged. {AGAIN}") from None
    names = set(pack.namelist())
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal(f"The workbook holds macros. {AGAIN}")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise Refusal(f"This is not an Excel workbook (.xlsx). {AGAIN}")
    return pack


def _weigh(pack: zipfile.ZipFile) -> None:
    """Refuse what unpacks too large. Each part is unpacked once, so that a false size is found out (by its sum)."""
    parts = pack.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("The workbook is protected by a password. Remove it in Excel, save, and send it again.")
    total = sum(part.file_size for part in parts)
    heavy = any(p.file_size > 100_000 and p.file_size > MOST_TIMES * max(p.compress_size, 1) for p in parts)
    if (
        heavy
        or total > MOST_UNPACKED
        or len(parts) > MOST_PARTS
        or len({p.filename for p in parts}) < len(parts)
    ):
        raise Refusal(f"The workbook unpacks to far more than a return holds, so it was not opened. {AGAIN}")
    if bad := pack.testzip():
        raise Refusal(f"The workbook is damaged ({bad[:60]}). {AGAIN}")


@dataclass
class _Facts:
    """What a sheet’s own file says that its values do not: errors, formulas without a result, merged cells."""

    errors: dict[str, str]
    unanswered: set[str]
    merged: list[str]


def _sheets(pack: zipfile.ZipFile) -> dict[str, _Facts]:
    """Every sheet’s facts by its name. Raises Refusal where a part is no XML or reaches too far."""
    try:
        links = {e.get("Id"): e.get("Target", "") for e in _xml(pack, "xl/_rels/workbook.xml.rels").iter()}
        sheets = {}
        for sheet in _xml(pack, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
            target = links.get(sheet.get(_LINK)) or ""
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            sheets[sheet.get("name", "")] = _facts(_xml(pack, path))
        return sheets
    except (KeyError, etree.XMLSyntaxError):
        raise Refusal(
            f"The workbook is damaged: a part of it is missing or cannot be read. {AGAIN}"
        ) from None


def _xml(pack: zipfile.ZipFile, path: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(pack.read(path), parser)
    if root.getroottree().docinfo.doctype:
        raise Refusal(f"The workbook holds what a workbook does not (a DOCTYPE). {AGAIN}")
    return root


def _facts(sheet: etree._Element) -> _Facts:
    facts = _Facts({}, set(), [e.get("ref", "") for e in sheet.iter(f"{_MAIN}mergeCell")])
    for row in sheet.iter(f"{_MAIN}row"):
        _near(row.get("r") or "1", "A")
        for cell in row:
            place = cell.get("r") or ""
            if found := _PLACE.fullmatch(place):
                _near(found[2], found[1])
            value = cell.find(f"{_MAIN}v")
            text = (value.text or "") if value is not None else ""
            if cell.get("t") == "e":
                facts.errors[place] = text
            elif cell.find(f"{_MAIN}f") is not None and not text:
                facts.unanswered.add(place)
    return facts


def _near(row: str, column: str) -> None:
    if not row.isdigit() or len(row) > 7 or int(row) > MOST_CELLS[0] or _number(column) >= MOST_CELLS[1]:
        raise Refusal(
            f"A sheet has cells as far out as {column}{row[:9]}. Delete them, or: {AGAIN[0].lower()}{AGAIN[1:]}"
        )


def _number(column: str) -> int:
    total = 0
    for letter in column:
        total = total * 26 + ord(letter) - 64
    return total - 1


# --- the cells ------------------------------------------------------------------------------------------------


class _Grid:
    """A sheet’s values by place, as Excel names them."""

    def __init__(self, sheet: CalamineSheet, facts: _Facts) -> None:
        self.rows = sheet.to_python(skip_empty_area=False)
        self.facts = facts
        self.height = len(self.rows)
        self.width = max(map(len, self.rows), default=0)

    def at(self, column: str, row: int) -> Any:
        """The value, “” where there is none."""
        number = _number(column)
        cells = self.rows[row - 1] if row <= self.height else []
        return cells[number] if number < len(cells) else ""

    def text(self, column: str, row: int) -> str:
        """The value as words."""
        return str(self.at(column, row)).strip()


def _keys(book: CalamineWorkbook, facts: Mapping[str, _Facts], target: Target) -> None:
    """Refuse a workbook that was made for something else, naming what."""
    if KEY_SHEET not in facts:
        raise Refusal(f"Concord did not make this workbook, or its hidden sheet was removed. {AGAIN}")
    rows = book.get_sheet_by_name(KEY_SHEET).to_python(skip_empty_area=False)
    found = {str(r[0]): str(r[1]) for r in rows[1:] if len(r) > 1}
    if not rows or rows[0][0] != SIGN:
        raise Refusal(f"Concord did not make this workbook, or its hidden sheet was changed. {AGAIN}")
    for key, expected in target.keys.items():
        given = found.get(key, "nothing")
        if given == expected:
            continue
        if key in ("layout", "dataset version"):
            raise Refusal(f"The workbook was made for an older {key} ({given}; now {expected}). {AGAIN}")
        raise Refusal(f"The workbook was made for another {key}: {given}, not {expected}. {AGAIN}")


def _laid_out(grid: _Grid) -> None:
    """Refuse a sheet whose columns or rows were moved, or whose cells were merged."""
    for column, expected in HEADERS.items():
        given = grid.text(column, HEADER_ROW)
        if given != expected:
            shown = f"says “{given[:40]}”" if given else "is empty"
            raise Refusal(
                f"{SHEET}!{column}{HEADER_ROW} {shown} where “{expected}” should stand. Were columns or rows moved? "
                f"Nothing was read. {AGAIN}"
            )
    if merged := [ref for ref in grid.facts.merged if _reaches_table(ref)]:
        raise Refusal(
            f"{SHEET}!{merged[0][:20]} is merged, so it cannot be told whose figure it is. Unmerge the cells."
        )


def _reaches_table(ref: str) -> bool:
    rows = [int(n) for n in re.findall(r"\d+", ref)]
    return not rows or max(rows) >= HEADER_ROW


def _row(taken: Taken, grid: _Grid, row: int, asked: Mapping[str, Indicator]) -> None:
    code = grid.text("A", row)
    place = f"{SHEET}!{row}:{row}"
    cells = dict(_cells(taken, grid, row, asked.get(code)))
    stray = [c for c in range(len(HEADERS), grid.width) if str(grid.rows[row - 1][c]).strip()]
    if stray:
        taken.faults.append(Fault(place, "holds something to the right of the table. Were cells moved?"))
    elif code in asked:
        taken.add(asked[code], cells, place)
    elif code:
        taken.faults.append(Fault(f"{SHEET}!A{row}", f"“{code[:40]}” is not a code of this return"))
    elif any(str(c.raw).strip() for c in cells.values()):
        taken.faults.append(Fault(place, "has something filled in outside the table. Were cells moved down?"))


def _moved_across(grid: _Grid, asked: Mapping[str, Indicator]) -> list[Fault]:
    """Figures that lie over Concord's own population, as when a column was moved under its headers.

    Concord writes one population into all of these cells, whatever its edition: where they differ, somebody
    put figures there, and leaving them aside would lose them.
    """
    own = [id for id, indicator in asked.items() if indicator.denominator_from == POPULATION]
    cells = {
        f"{SHEET}!E{row}": grid.text("E", row)
        for row in range(FIRST_ROW, grid.height + 1)
        if grid.text("A", row) in own
    }
    if len(set(cells.values())) < 2:
        return []
    return [
        Fault(place, "should hold the population that Concord wrote. Were cells moved across?")
        for place in cells
    ]


def _cells(taken: Taken, grid: _Grid, row: int, of: Indicator | None) -> Iterator[tuple[str, Cell]]:
    for column, name in INPUTS.items():
        if of and name == "denominator" and of.denominator_from != "return":
            continue  # Concord’s own: a population, or a formula that repeats another line
        place = f"{column}{row}"
        if place in grid.facts.errors:
            shown = grid.facts.errors[place] or "an error"
            taken.faults.append(
                Fault(f"{SHEET}!{place}", f"The formula gives {shown}. Enter the figure itself")
            )
        elif place in grid.facts.unanswered:
            taken.faults.append(
                Fault(
                    f"{SHEET}!{place}",
                    "A formula has no result yet. Open the file in Excel, save it, or enter the figure",
                )
            )
        yield name, Cell(f"{SHEET}!{place}", grid.at(column, row))

"""Reads a workbook's sheets as text, sheet by sheet, with the cells that hold an error.

The reader of cells gives a blank for a cell in error (#N/A) and for a formula whose value was never saved.
A blank end date means "still open", so neither may pass for one: they are looked up in the file itself and
put back, ``#N/A`` as it stands and a formula without a value as ``NO_VALUE``.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from tally.faults import TallyFault

NO_VALUE = "#FORMULA"
_CHUNK = 1 << 20
_TAIL = 4096
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<', re.DOTALL
)
_BARE_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')

Row = tuple[int, list[str]]


def read_sheets(path: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """Each sheet's name and its rows: the row's number in Excel and its cells as text, none of them blank rows.

    Raises TallyFault when the file is no workbook.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as fault:
        said = f"{path.name}: this workbook cannot be opened ({fault}). Save it as .xlsx and try again."
        raise TallyFault(said) from fault
    odd = _odd_cells(path)
    for name in workbook.sheet_names:
        yield name, _rows(workbook, name, odd.get(name, {}))


def _rows(workbook: Any, name: str, odd: dict[int, dict[int, str]]) -> Iterator[Row]:
    sheet = workbook.get_sheet_by_name(name)  # not before its rows are asked for
    first, left = sheet.start or (0, 0)
    seen = 0
    for number, cells in enumerate(sheet.to_python(), first + 1):
        seen = number
        row = [""] * left + [as_text(cell) for cell in cells]
        for column, error in odd.get(number, {}).items():
            row.extend([""] * (column + 1 - len(row)))
            row[column] = error
        if any(row):
            yield number, row
    for number in sorted(line for line in odd if line > seen):
        row = [""] * (max(odd[number]) + 1)
        for column, error in odd[number].items():
            row[column] = error
        yield number, row


def as_text(cell: Any) -> str:
    """A cell as text: ISO dates, whole numbers without ".0", no spaces (no-break ones neither) at the ends."""
    if isinstance(cell, str):
        return cell.replace("\u00a0", " ").strip()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return (
            cell.isoformat(" ", "seconds") if cell.time() != datetime.min.time() else cell.date().isoformat()
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return repr(cell.total_seconds() / 86400)
    return str(cell)


def _odd_cells(path: Path) -> dict[str, dict[int, dict[int, str]]]:
    """Sheet -> Excel row -> column -> what stands there, for cells in error and formulas without a value."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        parts = _sheet_parts(archive)
        return {name: _scan(archive, part) for name, part in parts.items() if part in archive.namelist()}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    if "xl/workbook.xml" not in archive.namelist():
        return {}
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _tree(archive, "xl/_rels/workbook.xml.rels")
    }
    parts = {}
    for sheet in _tree(archive, "xl/workbook.xml").iter("{*}sheet"):
        key = next((value for name, value in sheet.attrib.items() if str(name).endswith("}id")), "")
        parts[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", targets.get(key, "")))[1:]
    return parts


def _tree(archive: zipfile.ZipFile, part: str) -> Any:
    return etree.fromstring(archive.read(part), etree.XMLParser(resolve_entities=False, no_network=True))


def _scan(archive: zipfile.ZipFile, part: str) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    carried = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            block = carried + chunk
            if b't="e"' in block:
                for match in _ERROR.finditer(block):
                    _note(found, match[1], match[2].decode("utf-8", "replace"))
            if b"<f" in block or b":f" in block:
                for match in _BARE_FORMULA.finditer(block):
                    _note(found, match[1], NO_VALUE)
            carried = block[-_TAIL:]
    return found


def _note(found: dict[int, dict[int, str]], attributes: bytes, value: str) -> None:
    place = _PLACE.search(attributes)
    if place:
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        found.setdefault(int(place[2]), {})[column - 1] = value


def column_letter(position: int) -> str:
    """Excel's name of a column, from 0: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

"""The return file: one line for each indicator, and the proof, before it is written, that no child is in it.

Columns: ``COLUMNS``. Every cell has one form that it may take, which has no room for a record: a code of three
digits, a quarter, an indicator of the catalogue, a number, a method from the definitions, a version, a hash.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import msgspec

from catalogue import indicators
from catalogue.periods import Period
from tally import VERSION
from tally.engine import Figure, definitions, definitions_hash
from tally.faults import TallyFault

COLUMNS = (
    "authority",
    "period",
    "indicator",
    "numerator",
    "denominator",
    "method",
    "excluded",
    "unknown",
    "definition_version",
    "tool_version",
    "definitions_hash",
)
TYPED = "typed"
SMALL = 5
"""Counts from 1 to this are small: a child may be known from them. They are flagged, not changed."""

LEAK = 4


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the return: an indicator's figure. ``denominator`` None where Concord supplies it."""

    authority: str
    period: str
    indicator: str
    numerator: Decimal
    denominator: Decimal | None
    method: str
    excluded: int = 0
    unknown: int = 0

    @property
    def small(self) -> bool:
        """Whether a count in it is small enough for a child to be known from it."""
        whole = self.denominator if indicators()[self.indicator].kind == "proportion" else None
        counts = [self.numerator] if whole is None else [self.numerator, whole - self.numerator]
        return indicators()[self.indicator].whole and any(0 < count <= SMALL for count in counts)

    @property
    def value(self) -> Decimal | None:
        """The figure in the indicator's unit; None where the denominator is not here or is nought."""
        if self.denominator is None and indicators()[self.indicator].has_denominator:
            return None
        return indicators()[self.indicator].value(self.numerator, self.denominator)

    def cells(self) -> list[str]:
        """The cells in the order of COLUMNS."""
        version = indicators()[self.indicator].version
        denominator = "" if self.denominator is None else f"{self.denominator:f}"
        return [self.authority, self.period, self.indicator, f"{self.numerator:f}", denominator, self.method,
                str(self.excluded), str(self.unknown), version, VERSION, definitions_hash()]  # fmt: skip


def lines(
    authority: str, period: Period, figures: Iterable[Figure], typed: Iterable[Line] = ()
) -> list[Line]:
    """The lines of a return, in the catalogue's order: what was computed and what was typed in."""
    computed = [
        Line(
            authority=authority,
            period=period.key,
            indicator=figure.indicator,
            numerator=Decimal(figure.numerator),
            denominator=None if figure.denominator is None else Decimal(figure.denominator),
            method=figure.method,
            excluded=figure.excluded,
            unknown=figure.unknown,
        )
        for figure in figures
    ]
    order = list(indicators())
    return sorted([*computed, *typed], key=lambda line: order.index(line.indicator))


def check_authority(code: str) -> str:
    """The DfE code of an authority as given. Raises TallyFault."""
    if not re.fullmatch(r"[0-9]{3}", code):
        raise TallyFault(f"“{code}” is no authority: give the DfE's code of three digits, such as 330.", 2)
    return code


@cache
def methods() -> frozenset[str]:
    """Every method that a definition can name: the words of its query, and nothing from the lists."""
    quoted = {
        words for definition in definitions().values() for words in re.findall(r"'([^'\n]*)'", definition.sql)
    }
    return frozenset(quoted | {TYPED, ""})


def words(line: Line) -> set[str]:
    """The words of a line: all in it that is neither a number, nor the authority, nor the period."""
    return {line.indicator, *line.method.split("; "), VERSION, definitions_hash()}


def prove(return_lines: Iterable[Line], identifiers: set[str], rows_read: int) -> None:
    """Show that no child is in a return. Raises TallyFault (code LEAK) on the first cell that could be one.

    Words must be words of the catalogue or of a definition, so an identifier cannot be among them unless it is
    one of these; that is looked at as well. A number must be a count no greater than the rows read. A count may
    happen to equal an identifier that is a number; it is still the count of rows, not the identifier.
    """
    for line in return_lines:
        if line.indicator not in indicators() or not re.fullmatch(r"[0-9]{3}", line.authority):
            raise TallyFault(
                "A line names no indicator or no authority that is known. Nothing was written.", LEAK
            )
        where = f"The figure of “{line.indicator}”"
        Period.parse(line.period)
        if any(method not in methods() for method in line.method.split("; ")):
            raise TallyFault(f"{where} has a method that no definition knows. Nothing was written.", LEAK)
        if identifiers.intersection(words(line)):
            raise TallyFault(f"{where} holds a child's identifier. Nothing was written.", LEAK)
        if line.method != TYPED:
            counts = (line.numerator, line.denominator or 0, line.excluded, line.unknown)
            if any(count != int(count) or not 0 <= count <= rows_read for count in counts):
                raise TallyFault(
                    f"{where} holds a number that is no count of the rows read. Nothing was written.", LEAK
                )


def write(path: Path, return_lines: Iterable[Line]) -> None:
    """Write a return. It must have been proved."""
    path.write_text(as_csv(return_lines), encoding="utf-8", newline="")


def as_csv(return_lines: Iterable[Line]) -> str:
    """A return as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(line.cells() for line in return_lines)
    return text.getvalue()


def read(path: Path) -> dict[str, Line]:
    """The lines of a return file by indicator, for setting beside this quarter's. Raises TallyFault."""
    found: dict[str, Line] = {}
    for number, row in _rows(path, COLUMNS[:5]):
        if row["indicator"] in indicators():
            found[row["indicator"]] = Line(
                authority=row["authority"],
                period=row["period"],
                indicator=row["indicator"],
                numerator=_number(path, number, row, "numerator"),
                denominator=_number(path, number, row, "denominator") if row["denominator"] else None,
                method=row.get("method", ""),
            )
    return found


def read_typed(path: Path, authority: str, period: Period) -> list[Line]:
    """The typed-in items: a CSV with indicator, numerator, denominator; lines without a numerator are left out."""
    found = []
    for number, row in _rows(path, ("indicator", "numerator", "denominator")):
        indicator = indicators().get(row["indicator"])
        if indicator is None or indicator.input != "typed":
            known = ", ".join(id for id, one in indicators().items() if one.input == "typed")
            raise TallyFault(
                f"{path.name}, line {number}: “{row['indicator']}” is no item to type in. Known: {known}.", 2
            )
        if not row["numerator"]:
            continue
        from_return = indicator.denominator_from == "return"
        if from_return and not row["denominator"]:
            raise TallyFault(
                f"{path.name}, line {number}: {indicator.id} needs a denominator: {indicator.denominator}.", 2
            )
        found.append(
            Line(
                authority=authority,
                period=period.key,
                indicator=indicator.id,
                numerator=_number(path, number, row, "numerator"),
                denominator=_number(path, number, row, "denominator") if from_return else None,
                method=TYPED,
            )
        )
    return found


def blank_form() -> str:
    """The form for typed-in items, as CSV: fill numerator and denominator, leave out what is not known."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("indicator", "numerator", "denominator", "numerator_is", "denominator_is"))
    for id, indicator in indicators().items():
        if indicator.input == "typed":
            needed = indicator.denominator if indicator.denominator_from == "return" else "leave blank"
            writer.writerow((id, "", "", " ".join(indicator.numerator.split()), " ".join(needed.split())))
    return text.getvalue()


def _rows(path: Path, needed: tuple[str, ...]) -> Iterable[tuple[int, Mapping[str, str]]]:
    data = path.read_bytes()
    if b"\0" in data:
        raise TallyFault(f"{path.name}: this is not a text file. Save it as CSV and try again.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # as Excel saves a CSV
        text = data.decode("cp1252", "replace")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    lacking = [column for column in needed if column not in (reader.fieldnames or ())]
    if lacking:
        raise TallyFault(
            f"{path.name}: has no column {', '.join(lacking)}. Its first line must hold the column names."
        )
    for row in reader:
        yield (
            reader.line_num,
            {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)},
        )


def _number(path: Path, line: int, row: Mapping[str, str], column: str) -> Decimal:
    try:
        number = Decimal(row[column])
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise TallyFault(
            f"{path.name}, line {line}: the {column} “{row[column]}” is not a number, nought or more."
        )
    return number

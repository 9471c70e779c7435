"""What is shown on the screen, and the local file of rows. Screen text never holds a child's identifier."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from catalogue import indicators
from tally.engine import Result, rows
from tally.returns import Line
from tally.workspace import Workspace

EXCLUSION_COLUMNS = (
    "file",
    "sheet",
    "cell",
    "child",
    "indicator",
    "in_numerator",
    "in_denominator",
    "reason",
    "value",
)


def summary(result: Result, lines: Iterable[Line], last: Mapping[str, Line] | None = None) -> Iterator[str]:
    """The figures in words: one line each, chapter by chapter, last quarter beside it where given."""
    yield f"{result.period.label} ({result.period})"
    group = ""
    for line in lines:
        indicator = indicators()[line.indicator]
        if indicator.group != group:
            group = indicator.group
            yield f"\n{group}"
        yield _line(line, last)
    if result.left_out:
        yield "\nNot computed"
        for id, reason in result.left_out.items():
            yield f"  {indicators()[id].name}: {reason}."
    if result.cautions:
        yield "\nLook at"
        yield from (f"  {caution}" for caution in result.cautions)


def _line(line: Line, last: Mapping[str, Line] | None) -> str:
    indicator = indicators()[line.indicator]
    figure = (
        f"{line.numerator:,f}"
        if line.denominator is None
        else f"{line.numerator:,f} of {line.denominator:,f}"
    )
    if line.value is not None and line.denominator is not None:
        figure += f" = {_shown(line.value, indicator.decimals)} {indicator.unit}"
    text = f"  {indicator.name:<64} {figure:>28}"
    if last is not None:
        before = last.get(line.indicator)
        text += f"   last: {_compact(before) if before else 'none'}"
    notes = [
        f"{count:,} {word}"
        for count, word in ((line.excluded, "left out"), (line.unknown, "not known"))
        if count
    ]
    if line.small:
        notes.append("small number")
    if line.method:
        notes.append(line.method)
    return text + (f"   [{'; '.join(notes)}]" if notes else "")


def _compact(line: Line) -> str:
    if line.denominator is None:
        return f"{line.numerator:,f}"
    return f"{line.numerator:,f} of {line.denominator:,f}"


def _shown(value: Decimal, decimals: int) -> str:
    return f"{value:,.{decimals}f}".removesuffix("%")


def reading(workspace: Workspace) -> Iterator[str]:
    """What was read, from where, and what could not be."""
    counts = dict(workspace.query("SELECT row_id // 100000000, count(DISTINCT row_id) FROM fault GROUP BY 1"))
    for source in workspace.sources:
        doubtful = counts.get(source.number, 0)
        yield (
            f"{source.where}: {source.rows:,} rows of {source.known.name}"
            + (f", {doubtful:,} with something to look at" if doubtful else "")
        )
        if source.missing:
            yield "  no column for " + ", ".join(f"“{name.replace('_', ' ')}”" for name in source.missing)
    if workspace.ignored:
        yield "Not used: " + "; ".join(workspace.ignored)


def problems(workspace: Workspace) -> Iterator[str]:
    """What was found wrong, counted by list and column; the rows are in the exclusions file."""
    found = workspace.query(
        "SELECT row_id // 100000000, subject, position, reason, count(*) FROM fault GROUP BY ALL ORDER BY 1, 3, 4"
    )
    for number, subject, position, reason, count in found:
        source = workspace.sources[number - 1]
        header = (
            source.headers[position] if position is not None and position < len(source.headers) else subject
        )
        whole = header == "" or reason.startswith(("the ", "another ", "it "))
        said = reason if whole else f"“{header}” {reason}"
        yield f"{source.where}: {count:,} × {said}"


def write_exclusions(path: Path, workspace: Workspace, result: Result) -> int:
    """Write, for the council's own eyes, every row left out or doubtful and every row behind a figure.

    Returns how many rows were written. It names children: it must stay where the lists are.
    """
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(EXCLUSION_COLUMNS)
        for cells in _exclusions(workspace, result):
            writer.writerow(_safe(cell) for cell in cells)
            written += 1
    return written


def _exclusions(workspace: Workspace, result: Result) -> Iterator[tuple[object, ...]]:
    for row_id, child, subject, position, value, reason in workspace.query(
        "SELECT row_id, child, subject, position, value, reason FROM fault ORDER BY row_id, position"
    ):
        file, sheet, cell = workspace.cell(row_id, position)
        said = f"{subject.replace('_', ' ')}: {reason}" if subject else reason
        yield file, sheet, cell, child or "", "", "", "", said, value or ""
    for id in [*result.figures, *result.left_out]:
        if id in result.left_out and "could not be judged" not in result.left_out[id]:
            continue
        for row in rows(workspace, result.period, id):
            file, sheet, cell = workspace.cell(row.row_id)
            yield file, sheet, cell, row.child, id, row.numerator, row.denominator, row.reason, ""


def _safe(cell: object) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") else text

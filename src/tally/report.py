"""What is shown on the screen, and the local file of rows. Screen text never holds a child's identifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from catalogue import indicators
from tally.engine import Result, definitions
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

FAULT_ROWS = (
    "SELECT row_id, position, child, '' AS indicator, '' AS numerator, '' AS denominator, value, "
    "concat_ws(': ', nullif(replace(subject, '_', ' '), ''), reason) AS reason FROM fault"
)
DOUBTFUL_ROWS = "SELECT row_id // 100000000, count(DISTINCT row_id) FROM fault GROUP BY 1"
PROBLEMS = "SELECT row_id // 100000000, subject, position, reason, count(*) FROM fault GROUP BY ALL ORDER BY 1, 3, 4, 2"


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
    counts = dict(workspace.query(DOUBTFUL_ROWS))
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
    for number, subject, position, reason, count in workspace.query(PROBLEMS):
        source = workspace.sources[number - 1]
        header = (
            source.headers[position] if position is not None and position < len(source.headers) else subject
        )
        whole = header == "" or reason.startswith(("the ", "another ", "it "))
        said = reason if whole else f"“{header}” {reason}"
        yield f"{source.where}: {count:,} × {said}"


def write_exclusions(path: Path, workspace: Workspace, result: Result | None = None) -> int:
    """Write, for the council's own eyes, every row left out or doubtful and every row behind a figure.

    Returns how many rows were written. It names children: it must stay where the lists are.
    """
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(",".join(EXCLUSION_COLUMNS) + "\r\n")
        for lines in _exclusions(workspace, result):
            stream.writelines(lines)
            written += len(lines)
    return written


def _exclusions(workspace: Workspace, result: Result | None) -> Iterator[list[str]]:
    """The lines, a block at a time; DuckDB writes them, for there may be a million."""
    workspace.name_places()
    yield from workspace.lines(FAULT_ROWS)
    if result is not None:
        workspace.set_quarter(result.period)
        for id in [*result.figures, *result.doubtful]:
            yield from workspace.lines(figure_rows(id))


def figure_rows(id: str) -> str:
    """The query for the rows behind a figure, as ``Workspace.lines`` takes them."""
    return (
        f"SELECT row_id, NULL AS position, child, '{id}' AS indicator, reason, NULL AS value, "
        "CAST(numerator AS VARCHAR) AS numerator, CAST(coalesce(denominator, 0) AS VARCHAR) AS denominator "
        f"FROM ({definitions()[id].sql})"
    )

"""The SQL that turns raw cells into staged rows. Written from a list's columns; run by DuckDB, here or in a browser.

``raw`` has a row's id and its cells as text. ``stage`` gives statements that add each row to the list's table,
typed, and to ``fault`` every cell that could not be read. ``without_copies`` sets repeated rows aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tally.formats import TYPES, Column, List

LINES = 100_000_000
"""Lines in a source: a row_id is the source's number times this, plus the line."""

NO_CHILD = "the row has no child identifier and was set aside"
COPY = "the row repeats another row of the list and was set aside"
PLACEHOLDER = "was read as blank"
UNUSED = "is an error, in a column that is not used"
_EXCEL_ERROR = r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|FORMULA)"
_WANTED = {
    "id": "is not an identifier",
    "date": "is not a date",
    "flag": "is not yes, no or unknown",
    "count": "is not a whole number",
    "number": "is not a number",
    "code": "is not a code that is known",
    "text": "cannot be read",
}


def staged_columns(known: List) -> str:
    """The columns of a list's table, for CREATE TABLE."""
    columns = [f"{name} {TYPES[column.kind]}" for name, column in known.columns.items()]
    return ", ".join(["row_id BIGINT", "unread VARCHAR", *columns])


def stage(known: List, found: Mapping[str, int]) -> Iterator[str]:
    """Statements that take ``raw`` into the list's table and its unreadable cells into ``fault``."""
    yield from rows_of(known, found)
    yield from faults_of(known, found)
    yield errors_beside(found)


def rows_of(known: List, found: Mapping[str, int]) -> Iterator[str]:
    """Statements that take ``raw`` into the list's table by way of ``typed``, where ``odd`` rows await ``faults_of``.

    Dates are read in a query of their own: within a CASE they would be read once more for each mention.
    """
    values = _values(found)
    cells = "".join(f", trim(cells[{place + 1}]) AS c{place + 1}" for place in sorted(set(found.values())))
    days = {name for name in values if known.columns[name].kind == "date"}
    dates = "".join(f", any_date({values[name]}) AS {name}_day" for name in sorted(days))
    typed = ", ".join(
        f"CAST(NULL AS {TYPES[column.kind]}) AS {name}"
        if name not in values
        else f"{_typed(column, f'{name}_day' if name in days else values[name])} AS {name}"
        for name, column in known.columns.items()
    )
    unreadable = {
        name: f"{name} IS NULL AND NOT is_blank({cell})" for name, cell in values.items() if name != "child"
    }
    odd = " OR ".join(["child IS NULL", *(f"({one})" for one in unreadable.values())])
    yield (
        f"CREATE OR REPLACE TEMP TABLE typed AS SELECT *, {odd} AS odd FROM (SELECT *, {typed} "
        f"FROM (SELECT *{dates} FROM (SELECT row_id{cells} FROM raw)))"
    )
    unread = [
        f"CASE WHEN {one} AND NOT is_placeholder({values[name]}) THEN ' {name} ' ELSE '' END"
        for name, one in unreadable.items()
    ]
    names = ", ".join(known.columns)
    yield (
        f"INSERT INTO {known.key} BY NAME SELECT row_id, CASE WHEN odd THEN concat({', '.join(unread) or repr('')}) "
        f"ELSE '' END AS unread, {names} FROM typed WHERE child IS NOT NULL"
    )


def faults_of(known: List, found: Mapping[str, int]) -> Iterator[str]:
    """Statements that enter what could not be read in the ``odd`` rows of ``typed``."""
    values = _values(found)
    yield (
        f"INSERT INTO fault SELECT row_id, NULL, 'child', {found['child']}, {values['child']}, "
        f"{_quoted(NO_CHILD)} FROM typed WHERE odd AND child IS NULL"
    )
    for name, cell in values.items():
        if name != "child":
            yield (
                f"INSERT INTO fault SELECT row_id, child, '{name}', {found[name]}, {cell}, "
                f"CASE WHEN is_placeholder({cell}) THEN '{PLACEHOLDER}' ELSE '{_WANTED[known.columns[name].kind]}' END "
                f"FROM typed WHERE odd AND child IS NOT NULL AND {name} IS NULL AND NOT is_blank({cell})"
            )


def errors_beside(found: Mapping[str, int]) -> str:
    """A statement that enters Excel's errors in columns that are not used. Each has a # in it."""
    used = ", ".join(str(position) for position in sorted(found.values()))
    return (
        f"INSERT INTO fault SELECT row_id, child, '', position, value, '{UNUSED}' FROM (SELECT row_id, "
        "unnest(cells) AS value, generate_subscripts(cells, 1) - 1 AS position FROM raw) AS beside "
        f"JOIN typed USING (row_id) WHERE regexp_full_match(value, '{_EXCEL_ERROR}') AND position NOT IN ({used})"
    )


def _values(found: Mapping[str, int]) -> dict[str, str]:
    return {name: f"c{position + 1}" for name, position in found.items()}


def without_copies(known: List) -> Iterator[str]:
    """Statements that set aside, of rows that say the same, all but the first; unreadable rows are all kept.

    A copy within a source is a fault; that two years' files say the same is as it should be.
    """
    names = ", ".join(known.columns)
    alike = (
        f"SELECT hash({names}) FROM {known.key} GROUP BY 1 HAVING count(*) > 1"  # so that few need be ranked
    )
    rank = f"row_number() OVER (PARTITION BY {names}, CASE WHEN unread = '' THEN 0 ELSE row_id END ORDER BY row_id)"
    first = rank.replace("row_number()", "first_value(row_id)")
    ranks = f"row_id, child, {rank} AS copy, {first} AS kept"
    yield (
        f"CREATE OR REPLACE TEMP TABLE ranked AS SELECT {ranks} FROM {known.key} WHERE hash({names}) IN ({alike})"
    )
    yield (
        f"INSERT INTO fault SELECT row_id, child, '', NULL, NULL, {_quoted(COPY)} FROM ranked "
        f"WHERE copy > 1 AND row_id // {LINES} = kept // {LINES}"
    )
    yield f"DELETE FROM {known.key} WHERE row_id IN (SELECT row_id FROM ranked WHERE copy > 1)"
    yield "DROP TABLE ranked"


def _typed(column: Column, cell: str) -> str:
    if column.kind == "text":
        return f"CASE WHEN NOT is_blank({cell}) THEN {cell} END"
    if column.kind == "date":
        return f"within_reason({cell})"
    if column.kind != "code":
        return f"as_{column.kind}({cell})"
    words = "".join(
        f" WHEN {_quoted(word)} THEN {_quoted(code)}"
        for word, code in (column.words.items() if not isinstance(column.words, str) else ())
    )
    pattern = _quoted(column.pattern)
    code = f"CASE WHEN regexp_full_match(as_code({cell}), {pattern}) THEN as_code({cell}) END"
    if words:
        code = f"CASE lower(unlettered({cell})){words} ELSE {code} END"
    # A bare code, as statutory files have, needs no searching for words.
    return f"CASE WHEN is_blank({cell}) THEN NULL WHEN regexp_full_match({cell}, {pattern}) THEN {cell} ELSE {code} END"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

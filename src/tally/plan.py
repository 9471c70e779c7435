"""All that a figure depends on, as one plain document: what the browser’s page runs in place of this package.

Every rule in it is SQL or a pattern made here, by the code that the command runs. What the page does itself
(bytes to rows of text, finding headers, sentences) is held equal to the command file by file in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from catalogue import indicators
from catalogue.tables import ddl, tables
from tally import VERSION
from tally.care_return import ELEMENTS, ROOT
from tally.census import INSIDE
from tally.census import order as order_of_elements
from tally.engine import (
    DATED,
    DOUBTFUL_SHARE,
    IN_WORDS,
    NAMELESS_ROWS,
    definitions,
    definitions_hash,
    has_own_denominator,
    sums,
)
from tally.formats import List, finishing, formats, read_text, statements
from tally.report import DOUBTFUL_ROWS, EXCLUSION_COLUMNS, FAULT_ROWS, PROBLEMS, figure_rows
from tally.returns import COLUMNS, SMALL, methods
from tally.shape import LINES, stage, without_copies
from tally.sources import HEADER_WITHIN, PARTICULARS
from tally.working_days import working_day_rows
from tally.workspace import as_lines, staging

_PLACE = 900_000


@cache
def plan() -> Mapping[str, Any]:
    """The plan: strings, numbers, lists and dictionaries alone, so that it can be written as JSON."""
    days = working_day_rows()
    return {
        "version": VERSION,
        "hash": definitions_hash(),
        "lines": LINES,
        "setup": [*statements(read_text("macros.sql")), *ddl(), *staging()],
        "tables": list(tables()),
        "checks": list(finishing()),
        "working_days": {"first": days[0][0].isoformat(), "numbers": [number for _, number in days]},
        "header_within": HEADER_WITHIN,
        "particulars": list(PARTICULARS),
        "formats": {
            key: {
                "title": form.title,
                "statements": list(form.statements),
                "lists": {one.key: _list(one) for one in form.lists.values()},
            }
            for key, form in formats().items()
        },
        "census": {
            "inside": dict(INSIDE),
            "order": {
                name: {
                    "parts": {part: [known.place, known.repeats] for part, known in content.parts.items()},
                    "required": sorted(content.required),
                }
                for name, content in order_of_elements().items()
            },
        },
        "care_return": {"root": ROOT, "elements": {key: dict(of) for key, of in ELEMENTS.items()}},
        "indicators": {id: _indicator(id) for id in indicators()},
        "in_words": dict(IN_WORDS),
        "dated": dict(DATED),
        "doubtful_share": DOUBTFUL_SHARE,
        "small": SMALL,
        "methods": sorted(methods()),
        "columns": list(COLUMNS),
        "exclusion_columns": list(EXCLUSION_COLUMNS),
        "queries": {
            "problems": PROBLEMS,
            "doubtful_rows": DOUBTFUL_ROWS,
            "nameless_rows": NAMELESS_ROWS,
            "fault_lines": as_lines(FAULT_ROWS),
        },
    }


def _list(known: List) -> dict[str, Any]:
    return {
        "title": known.title,
        "name": known.name,
        "table": known.table,
        "unless": known.unless,
        "columns": {
            name: {
                "header": column.header,
                "loose": column.loose,
                "optional": column.optional,
                "gives": sorted(known.gives([name])),
            }
            for name, column in known.columns.items()
        },
        "stage": list(_stage_anywhere(known)),
        "copies": list(without_copies(known)),
    }


def _stage_anywhere(known: List) -> Iterator[str]:
    """The statements of ``stage`` with «name» for the position of a column and «name+1» for its place in a list.

    A column that is missing stands beyond the end of every row, where DuckDB finds NULL: as good as not there.
    """
    at = {name: _PLACE + 2 * number for number, name in enumerate(known.columns)}
    named = {str(place + more): f"«{name}{'+1' * more}»" for name, place in at.items() for more in (0, 1)}
    for statement in stage(known, at):
        yield re.sub(r"\b9\d{5}\b", lambda found: named[found[0]], statement)


def _indicator(id: str) -> dict[str, Any]:
    one = indicators()[id]
    facts: dict[str, Any] = {
        "name": one.name,
        "group": one.group,
        "unit": one.unit,
        "kind": one.kind,
        "whole": one.whole,
        "multiplier": one.multiplier,
        "decimals": one.decimals,
        "version": one.version,
    }
    if id not in definitions():
        return facts
    definition = definitions()[id]
    return facts | {
        "needs": [list(need) for need in definition.needs],
        "reaches": list(definition.reaches) if definition.reaches else None,
        "instead": list(definition.instead),
        "own_denominator": has_own_denominator(id),
        "sums": sums(definition),
        "rows": as_lines(figure_rows(id)),
    }

"""Many authorities' lists as canonical tables in one folder, and what is needed to give their figures from them.

``write_tables`` adds one authority to the folder, from a workspace that was prepared::

    <folder>/<table>/authority=330/rows.parquet    every canonical table, and ``coverage``
    <folder>/about/330.json                        what is known of the authority's lists, without a record

The tables hold children's records: the folder belongs where the lists may be. Any engine that reads Parquet can
run the lifted definitions over it (``tally.lift``); ``tally.spark`` does. What follows from their sums is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from catalogue.periods import Period
from catalogue.tables import tables
from tally import VERSION
from tally.engine import Definition, Facts, Figure, Result, definitions_hash, facts, figure, judge
from tally.faults import TallyFault
from tally.lift import AUTHORITY, TOTALS
from tally.workspace import Workspace

COVERAGE = {"subject": "VARCHAR", "complete_from": "DATE", "complete_to": "DATE"}
ABOUT = "about"


@dataclass(frozen=True, slots=True)
class About:
    """An authority's lists without their records. ``definitions``: the hash of those that made its tables."""

    authority: str
    tool: str
    definitions: str
    rows: int
    sources: tuple[str, ...]
    facts: Facts


def columns() -> Mapping[str, Mapping[str, str]]:
    """Each table of the folder with its columns and their DuckDB types, without the authority."""
    return {name: table.columns for name, table in tables().items()} | {"coverage": COVERAGE}


def write_tables(workspace: Workspace, authority: str, folder: Path) -> About:
    """Add an authority to a folder, in place of what it had there. The workspace must be allowed to write there."""
    about = About(
        authority,
        VERSION,
        definitions_hash(),
        sum(source.rows for source in workspace.sources),
        tuple(source.where for source in workspace.sources),
        facts(workspace),
    )
    note = folder / ABOUT / f"{authority}.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.unlink(missing_ok=True)  # until all is written, the authority is not there
    for name in columns():
        part = folder / name / f"{AUTHORITY}={authority}"
        part.mkdir(parents=True, exist_ok=True)
        path = str(part / "rows.parquet").replace("'", "''")
        workspace.query(f"COPY (SELECT * FROM {name}) TO '{path}' (FORMAT parquet)")
    note.write_bytes(msgspec.json.format(msgspec.json.encode(about)))
    return about


def read_abouts(texts: Iterable[str | bytes]) -> dict[str, About]:
    """What is known of each authority, in order of code. Raises TallyFault where definitions have changed since."""
    found = {}
    for text in texts:
        try:
            about = msgspec.json.decode(text, type=About)
        except msgspec.MsgspecError as fault:
            raise TallyFault(
                f"A file in “{ABOUT}” cannot be read ({fault}). Write the tables again."
            ) from fault
        if about.definitions != definitions_hash():
            raise TallyFault(
                f"The tables of {about.authority} were written by tally {about.tool} with other definitions "
                "than this one has. Write them again with “tally tables”."
            )
        found[about.authority] = about
    if not found:
        raise TallyFault("The folder holds no authority's tables. Write them with “tally tables” first.")
    return dict(sorted(found.items()))


def results(
    period: Period,
    abouts: Mapping[str, About],
    sums: Iterable[Mapping[str, Any]],
    wanted: Iterable[str] | None,
) -> dict[str, Result]:
    """Each authority's figures, judged as one council's are, from rows with the columns TOTALS."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in sums:
        found.setdefault((row[AUTHORITY], row["indicator"]), []).append(row)
    asked = None if wanted is None else list(wanted)
    return {
        code: judge(period, about.facts, partial(_added, code, found), asked)
        for code, about in abouts.items()
    }


def _added(
    code: str, sums: Mapping[tuple[str, str], list[Mapping[str, Any]]], definition: Definition
) -> Figure:
    """A figure of an authority from the sums of its methods."""
    rows = sums.get((code, definition.id), [])
    numerator, excluded, unknown = (sum(row[name] for row in rows) for name in (TOTALS[3], *TOTALS[5:7]))
    denominators = [row["denominator"] for row in rows if row["denominator"] is not None]
    methods = sorted({row["method"] for row in rows if row["counted"] and row["method"] is not None})
    return figure(
        definition.id,
        numerator,
        sum(denominators) if denominators else None,
        excluded,
        unknown,
        "; ".join(methods),
    )


def folders_by_authority(inputs: Iterable[str]) -> dict[str, str]:
    """Authority -> folder, for folders that are called by the authority's code (“330”, “330 Birmingham”)."""
    found: dict[str, str] = {}
    for name in inputs:
        match = re.match(r"(\d{3})(?!\d)", Path(name).resolve().name)
        if match is None or not Path(name).is_dir():
            raise TallyFault(
                f"{name}: say whose lists these are with --authority, or give a folder for each authority whose "
                "name begins with its code, such as “330 Birmingham”.",
                2,
            )
        if match[1] in found:
            raise TallyFault(f"{name} and {found[match[1]]} are both of authority {match[1]}.", 2)
        found[match[1]] = name
    return found

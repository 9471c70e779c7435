"""``concord import published FILE...``."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from concord.inputs.published import NoTable, NotRecognised, PublishedFile, read

if TYPE_CHECKING:
    from catalogue.publication import Figure
    from catalogue.reference import Judgement
    from concord.records.models import Load

HELP = "take in tables that the DfE, the ONS and Ofsted published"
LISTED = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``published FILE...``."""
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    published = kinds.add_parser("published", help=HELP, description=HELP)
    published.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV as it was published, or a folder of it"
    )


def run(args: argparse.Namespace) -> int:
    """Load each file whole or not at all, and say what was read.

    A table that is not known, and what is no CSV and does not say that it is, is passed over and said. 1 if a file
    could not be loaded, or nothing was.
    """
    from concord.commands.main import django

    django()
    from concord.actions._run import Invalid

    refused, passed_over = 0, []
    files = [file for path in args.files for file in _within(path)]
    for path in files:
        try:
            print("\n".join(_load(path)))
        except (NotRecognised, Invalid) as reason:
            if isinstance(reason, NoTable) or (
                isinstance(reason, NotRecognised) and path.suffix.lower() != ".csv"
            ):
                print(f"{path.name}: passed over\n  {reason}")
                passed_over.append(path.name)
                continue
            print(f"{path.name}: not loaded\n  {reason}", file=sys.stderr)
            refused += 1
        except OSError as reason:
            print(f"{path}: cannot be opened: {reason.strerror}", file=sys.stderr)
            refused += 1
    loaded = len(files) - refused - len(passed_over)
    if len(files) != 1:
        print(f"{loaded} of {len(files)} files loaded{_others(refused, passed_over)}")
    return 1 if refused or not loaded else 0


def _within(path: Path) -> list[Path]:
    """The files of a folder, by name; or the file itself."""
    return sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]


def _others(refused: int, passed_over: list[str]) -> str:
    names = ", ".join(passed_over)
    told = [f"{len(passed_over)} passed over ({names})"] if passed_over else []
    told += [f"{refused} refused"] if refused else []
    return "".join(f", {part}" for part in told)


def _load(path: Path) -> Iterator[str]:
    from concord.actions._run import SYSTEM
    from concord.actions.published import Reading, load_judgements, load_published

    with path.open("rb") as stream:
        hash = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        file = read(stream, path.name)
        figures, judgements = list(file.figures), list(file.judgements)
    counts = file.counts
    reading = Reading(
        path.name,
        hash,
        counts.rows,
        counts.placed,
        counts.not_placed + counts.skipped,
        [problem.sentence for problem in file.problems],
    )
    key = file.publication.key
    if file.publication.layout == "ilacs":
        load = load_judgements(by=SYSTEM, publication=key, reading=reading, judgements=judgements)
    else:
        load = load_published(by=SYSTEM, publication=key, reading=reading, figures=figures)
    yield from _report(file, load, figures, judgements)


def _report(
    file: PublishedFile, load: Load, figures: list[Figure], judgements: list[Judgement]
) -> Iterator[str]:
    counts, publication = file.counts, file.publication
    yield f"{file.name}: {publication.title} ({publication.publisher}; {publication.licence})"
    years = f"; {min(file.years)} to {max(file.years)}" if file.years else ""
    yield (
        f"  rows     {counts.rows:,} = {counts.placed:,} placed + {counts.not_placed:,} not placed "
        f"+ {counts.skipped:,} skipped{years}"
    )
    symbols = Counter(figure.symbol for figure in figures if figure.symbol)
    kinds = f" ({', '.join(f'{s} {n:,}' for s, n in sorted(symbols.items()))})" if symbols else ""
    yield (
        f"  cells    {counts.cells:,} = {counts.values:,} numbers or grades + {counts.symbols:,} symbols{kinds} "
        f"+ {counts.blank:,} blank + {counts.unreadable:,} unreadable + {counts.unplaced_cells:,} in rows not placed"
    )
    if judgements:
        yield f"  kept     {load.figures:,} judgements: {load.added:,} new, {load.changed:,} grades or days changed"
    else:
        same = load.figures - load.added - load.changed
        yield f"  figures  {load.figures:,} = {load.added:,} new + {load.changed:,} changed + {same:,} as before"
    yield from (f"  skipped  {rows:,} rows: {reason}" for reason, rows in sorted(file.skipped.items()))
    yield from (f"  {problem.sentence}" for problem in file.problems[:LISTED])
    if len(file.problems) > LISTED:
        yield f"  and {len(file.problems) - LISTED:,} more of this kind; the load keeps them all"

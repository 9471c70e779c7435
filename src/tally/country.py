"""The commands for those who hold the lists of many authorities: ``tally tables`` and ``tally spark``."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalogue import indicators
from catalogue.periods import Period
from tally import report, returns
from tally.engine import Result
from tally.faults import TallyFault
from tally.workspace import Progress, Workspace

DONE, LOOK = 0, 1
Add = Callable[..., argparse.ArgumentParser]


def write_tables(options: argparse.Namespace, progress: Progress) -> int:
    """Write canonical tables, authority by authority; one that cannot be read does not stop the others."""
    from tally.national import folders_by_authority, write_tables

    if options.authority:
        given = {returns.check_authority(options.authority): options.inputs}
    else:
        given = {code: [name] for code, name in folders_by_authority(options.inputs).items()}
    folder = Path(options.out)
    failed: dict[str, TallyFault] = {}
    for code, inputs in given.items():
        workspace = Workspace(progress=progress, writes_to=folder)
        try:
            workspace.read(inputs)
            workspace.prepare()
        except TallyFault as fault:
            failed[code] = fault
            continue
        about = write_tables(workspace, code, folder)
        print(f"{code}: {about.rows:,} rows of {len(about.sources)} lists")
        for text in report.problems(workspace):
            print(f"  {text}")
    for code, why in failed.items():
        print(f"{code}: NOT WRITTEN. {why}")
    print(
        f"{folder}: {len(given) - len(failed)} authorities. It names children: keep it where the lists are."
    )
    return max((why.code for why in failed.values()), default=DONE)


def on_spark(
    options: argparse.Namespace, period: Period, wanted: Sequence[str] | None, progress: Progress
) -> int:
    """Compute every authority's figures at once, prove them, write them, and say what is not there."""
    from tally import spark

    with spark.session(options.master) as running:
        abouts, results = spark.compute(running, options.folder, period, wanted, progress)
        lines = {code: returns.lines(code, period, one.figures.values()) for code, one in results.items()}
        words = sorted({word for group in lines.values() for line in group for word in returns.words(line)})
        found = spark.identifiers(running, words)
    for code, group in lines.items():
        returns.prove(group, found, abouts[code].rows)
    for text in _summary(period, results):
        print(text)
    if options.notes:
        print(f"{options.notes}: {_write_notes(Path(options.notes), results)} notes.")
    if options.out:
        returns.write(Path(options.out), [line for group in lines.values() for line in group])
        print(f"{options.out}: {sum(map(len, lines.values())):,} figures, proved to hold no child.")
    return LOOK if any(one.left_out or one.cautions for one in results.values()) else DONE


def _summary(period: Period, results: Mapping[str, Result]) -> Iterator[str]:
    """Each indicator with how many authorities give it, and the sum of their counts."""
    yield f"{period.label} ({period}), {len(results)} authorities\n"
    for id, indicator in indicators().items():
        given = [one.figures[id] for one in results.values() if id in one.figures]
        if not given and not any(id in one.left_out for one in results.values()):
            continue
        said = f"{sum(one.numerator for one in given):,}"
        if given and all(one.denominator is not None for one in given):
            said += f" of {sum(one.denominator or 0 for one in given):,}"
        yield f"  {indicator.name:<64} {said if given else 'none':>28}   {len(given):,} of {len(results):,}"
    yield ""


def _notes(results: Mapping[str, Result]) -> Iterator[tuple[str, str, str, str]]:
    for code, result in results.items():
        yield from ((code, id, "not computed", reason) for id, reason in result.left_out.items())
        yield from ((code, "", "look at", caution) for caution in result.cautions)


def _write_notes(path: Path, results: Mapping[str, Result]) -> int:
    notes = list(_notes(results))
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("authority", "indicator", "kind", "note"))
        writer.writerows(notes)
    return len(notes)


def add_commands(add: Add, epilog: str, run: Mapping[str, Any]) -> None:
    """Enter both commands in the parser; ``run`` gives the function of each."""
    one = add("tables", help="canonical tables of one authority or many, for tally spark", epilog=epilog)
    one.add_argument("inputs", nargs="+", metavar="INPUT", help="files, or a folder for each authority")
    one.add_argument(
        "--authority", metavar="CODE", help="whose they are; else folders are called by the code"
    )
    one.add_argument(
        "--out", required=True, metavar="DIR", help="where the tables are kept (they name children)"
    )
    one.add_argument("--quiet", action="store_true", help="no progress")
    one.set_defaults(run=run["tables"])

    one = add("spark", help="figures of every authority at once, on Spark", epilog=epilog)
    one.add_argument("folder", metavar="DIR", help="what tally tables wrote; Spark must be able to read it")
    one.add_argument("--quarter", required=True, metavar="QUARTER")
    one.add_argument("--out", metavar="FILE", help="where to write the figures, a line for each authority's")
    one.add_argument("--notes", metavar="FILE", help="where to write what was not computed, and cautions")
    one.add_argument("--dataset", metavar="KEY", help="only the indicators of one dataset")
    one.add_argument(
        "--master", default="local[*]", metavar="URL", help="such as spark://host:7077; else this machine"
    )
    one.add_argument("--quiet", action="store_true", help="no progress")
    one.set_defaults(run=run["spark"])

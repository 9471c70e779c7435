"""The command: ``tally compute | check | explain | compare | sample | form | tables | spark``.

Exit codes: 0 all done; 1 done, but something was left out, differs or needs a look; 2 the command was not
understood; 3 an input cannot be read; 4 the proof that no child is in the return failed, and nothing was
written; 130 stopped by the user.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from catalogue import CatalogueFault, datasets, indicators
from catalogue.periods import Period
from tally import VERSION, country, report, returns
from tally.compare import pairs, side_by_side
from tally.engine import check_period, compute, definitions, definitions_hash
from tally.faults import TallyFault
from tally.sources import files_of
from tally.workspace import Progress, Workspace, silent

DONE, LOOK, USAGE, UNREADABLE = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code. Errors are sentences on the error stream."""
    options = _parser().parse_args(arguments)
    gc.set_threshold(
        200_000
    )  # what is read is kept until it is used: looking for waste in it takes a fifth longer
    try:
        return int(options.run(options))
    except (TallyFault, CatalogueFault) as fault:
        print(f"tally: {fault}", file=sys.stderr)
        return fault.code if isinstance(fault, TallyFault) else UNREADABLE
    except OSError as fault:
        print(f"tally: {fault.filename or 'a file'}: {fault.strerror or fault}.", file=sys.stderr)
        return UNREADABLE
    except MemoryError:
        print(
            "tally: these lists do not fit into this computer’s memory. Give fewer at once.", file=sys.stderr
        )
        return UNREADABLE
    except KeyboardInterrupt:
        print("tally: stopped.", file=sys.stderr)
        return 130


def run() -> None:
    """The entry point of the console script."""
    sys.exit(main())


def _compute(options: argparse.Namespace) -> int:
    authority = returns.check_authority(options.authority)
    period = _period(options.quarter)
    check_period(period)
    kept_free = _writable(options.out, options.exclusions)
    _spare([Path(name) for name in (options.typed, options.last) if name], kept_free)
    typed = returns.read_typed(Path(options.typed), authority, period) if options.typed else []
    last = returns.read(Path(options.last)) if options.last else None
    wanted = _wanted(options.dataset)
    workspace = _read(options, kept_free)
    result = compute(workspace, period, wanted)
    lines = returns.lines(authority, period, result.figures.values(), typed)
    returns.prove(lines, workspace.identifiers(), sum(source.rows for source in workspace.sources))
    for text in (*report.reading(workspace), "", *report.summary(result, lines, last), ""):
        print(text)
    if options.exclusions:
        written = report.write_exclusions(Path(options.exclusions), workspace, result)
        print(f"{options.exclusions}: {written:,} rows. It names children: keep it where the lists are.")
    if not lines:
        raise TallyFault(
            "No figure could be computed, so no return was written. What is missing stands above.", LOOK
        )
    if options.out:
        returns.write(Path(options.out), lines)
        print(f"{options.out}: {len(lines)} figures, proved to hold no child. Upload it to Concord as it is.")
    return LOOK if result.left_out or result.cautions or _has_faults(workspace) else DONE


def _check(options: argparse.Namespace) -> int:
    workspace = _read(options, _writable(options.exclusions))
    for text in report.reading(workspace):
        print(text)
    found = list(report.problems(workspace))
    print("\nProblems" if found else "\nNo problems found.")
    for text in found:
        print(f"  {text}")
    if options.exclusions:
        written = report.write_exclusions(Path(options.exclusions), workspace)
        print(f"{options.exclusions}: {written:,} rows. It names children: keep it where the lists are.")
    return LOOK if found or any(source.missing for source in workspace.sources) else DONE


def _explain(options: argparse.Namespace) -> int:
    asked = options.indicator.lower()
    if not asked:
        print("\n".join(f"{id:<32}{indicator.name}" for id, indicator in indicators().items()))
        return DONE
    indicator = indicators().get(asked)
    if indicator is None:
        near = [id for id in indicators() if asked.split("_")[0] in id]
        raise TallyFault(
            f"There is no indicator “{options.indicator}”. Known: {', '.join(near or indicators())}.", USAGE
        )
    print(f"{indicator.name}\n\n{indicator.definition}\n")
    print(f"Numerator: {indicator.numerator}\nDenominator: {indicator.denominator or 'none'}")
    print(
        f"Source: {indicator.source_return}\nVersion {indicator.version}, reviewed {indicator.reviewed}\n\nTraps"
    )
    print("\n".join(f"  - {trap}" for trap in indicator.traps) or "  none known")
    definition = definitions().get(indicator.id)
    print(f"\n{definition.sql}" if definition else "\nTyped in: no list holds it.")
    return DONE


def _form(options: argparse.Namespace) -> int:
    path = Path(options.out)
    if path.exists():
        raise TallyFault(f"{path} is there already and was not touched. Name another file.", USAGE)
    path.write_text(returns.blank_form(), encoding="utf-8-sig", newline="")
    print(f"{path}: fill in the numerators and denominators, then give it with --typed.")
    return DONE


def _compare(options: argparse.Namespace) -> int:
    period = _period(options.quarter)
    results = []
    for name in (options.first, options.second):
        workspace = Workspace(progress=_progress(options))
        workspace.read([name])
        workspace.prepare()
        results.append(compute(workspace, period))
        for text in report.reading(workspace):
            print(text)
    found = pairs(*results)
    print(f"\n{period.label} ({period})")
    for text in side_by_side(found, (Path(options.first).stem[:16], Path(options.second).stem[:16])):
        print(text)
    for name, result in zip((options.first, options.second), results, strict=True):
        for caution in result.cautions:
            print(f"{Path(name).name}: {caution}")
    return LOOK if any(pair.both and not pair.same for pair in found) else DONE


def _sample(options: argparse.Namespace) -> int:
    from tally.sample.council import make_council
    from tally.sample.write import WRITERS, write_sample

    quarter = _period(options.quarter)
    if quarter.kind != "quarter":
        raise TallyFault(f"“{quarter}” is a year: give a quarter, such as {quarter}Q4.", USAGE)
    if options.children < 1 or not 0 <= options.dirt <= 1:
        raise TallyFault("Give one child or more, and a share of dirt from 0 to 1.", USAGE)
    council = make_council(options.children, options.seed, quarter)
    formats = options.format or list(WRITERS)
    for path in write_sample(council, Path(options.out), formats, options.dirt, options.seed):
        print(path)
    print(
        "Made up: no child in it is real. truth.json holds the true figures of the quarter and the one before."
    )
    return DONE


def _tables(options: argparse.Namespace) -> int:
    return country.write_tables(options, _progress(options))


def _spark(options: argparse.Namespace) -> int:
    return country.on_spark(options, _period(options.quarter), _wanted(options.dataset), _progress(options))


def _progress(options: argparse.Namespace) -> Progress:
    return (
        (lambda text: print(text, file=sys.stderr)) if sys.stderr.isatty() and not options.quiet else silent
    )


def _writable(*names: str | None) -> set[Path]:
    """The files to be written. Raises TallyFault where one has no folder, or two are the same."""
    given = [Path(name) for name in names if name]
    for path in given:
        if path.is_dir():
            raise TallyFault(f"{path}: this is a folder. Name the file to write in it.", USAGE)
        if not path.resolve().parent.is_dir():
            raise TallyFault(f"{path}: there is no such folder to write into. Make it first.", USAGE)
    if len({path.resolve() for path in given}) < len(given):
        raise TallyFault(
            "The return and the list of rows cannot be one file: the one leaves, the other names children.",
            USAGE,
        )
    return {path.resolve() for path in given}


def _spare(read: list[Path], written: set[Path]) -> None:
    for path in read:
        if path.resolve() in written:
            raise TallyFault(f"{path} is read, and would be written over. Name another file to write.", USAGE)


def _read(options: argparse.Namespace, written: set[Path]) -> Workspace:
    """The lists, read. Raises TallyFault where one of them would be written over."""
    workspace = Workspace(progress=_progress(options))
    workspace.read(options.inputs)
    lists = {source.file for source in workspace.sources}
    _spare([path for path in files_of(options.inputs) if path.name in lists], written)
    workspace.prepare()
    return workspace


def _has_faults(workspace: Workspace) -> bool:
    return bool(workspace.query("SELECT count(*) FROM fault")[0][0])


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as fault:
        raise TallyFault(str(fault), USAGE) from fault


def _wanted(key: str | None) -> Sequence[str] | None:
    if key is None:
        return None
    if key not in datasets():
        raise TallyFault(f"There is no dataset “{key}”. Known: {', '.join(datasets())}.", USAGE)
    return datasets()[key].indicators


def _parser() -> argparse.ArgumentParser:
    about = "The quarter’s figures from child-level lists. Nothing is sent anywhere."
    parser = argparse.ArgumentParser(prog="tally", description=about, epilog=_EXITS)
    parser.add_argument(
        "--version", action="version", version=f"tally {VERSION}, definitions {definitions_hash()[:12]}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("compute", help="figures of a quarter, and the return file", epilog=_EXITS)
    _inputs(one)
    one.add_argument(
        "--authority", required=True, metavar="CODE", help="the DfE's code of three digits, such as 330"
    )
    one.add_argument(
        "--quarter", required=True, metavar="QUARTER", help="such as 2026-27Q1 (April to June 2026)"
    )
    one.add_argument("--out", metavar="FILE", help="where to write the return")
    one.add_argument("--last", metavar="FILE", help="last quarter's return, to be shown beside")
    one.add_argument("--typed", metavar="FILE", help="typed-in items (see tally form)")
    one.add_argument(
        "--dataset", metavar="KEY", help=f"only the indicators of one dataset: {', '.join(datasets())}"
    )
    one.set_defaults(run=_compute)

    one = commands.add_parser("check", help="problems of the lists, without figures", epilog=_EXITS)
    _inputs(one)
    one.set_defaults(run=_check)

    one = commands.add_parser("explain", help="an indicator's rule, query and traps")
    one.add_argument(
        "indicator", nargs="?", default="", metavar="INDICATOR", help="without it, all are named"
    )
    one.set_defaults(run=_explain)

    one = commands.add_parser("compare", help="two sources of one quarter, side by side", epilog=_EXITS)
    one.add_argument("first", metavar="A", help="a file or folder")
    one.add_argument("second", metavar="B", help="another")
    one.add_argument("--quarter", required=True, metavar="QUARTER")
    one.add_argument("--quiet", action="store_true", help="no progress")
    one.set_defaults(run=_compare)

    one = commands.add_parser("sample", help="a made-up council in every format, with its true figures")
    one.add_argument("--children", type=int, default=3000, metavar="N")
    one.add_argument("--seed", type=int, default=7, metavar="N")
    one.add_argument(
        "--dirt", type=float, default=0.0, metavar="SHARE", help="the share of rows to spoil, such as 0.02"
    )
    one.add_argument(
        "--format",
        action="append",
        choices=("annexa", "ssda903", "cin", "ssd"),
        help="again for more; else all",
    )
    one.add_argument(
        "--quarter", default="2025-26Q4", metavar="QUARTER", help="the lists are taken on its last day"
    )
    one.add_argument("--out", required=True, metavar="DIR")
    one.set_defaults(run=_sample)

    one = commands.add_parser("form", help="a blank form for the items that no list holds")
    one.add_argument("out", metavar="FILE")
    one.set_defaults(run=_form)
    country.add_commands(commands.add_parser, _EXITS, {"tables": _tables, "spark": _spark})
    return parser


_EXITS = (
    "Exit codes: 0 done; 1 done, with something to look at; 2 not understood; 3 unreadable; "
    "4 proof failed, nothing written."
)


def _inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="a workbook, CSV, XML or Parquet file, or a folder"
    )
    parser.add_argument(
        "--exclusions", metavar="FILE", help="write the rows behind and beside the figures (names children)"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress")


if __name__ == "__main__":
    run()

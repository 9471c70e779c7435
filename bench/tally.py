"""How long `tally` takes and how much memory, at sizes up to a country's: `python bench/tally.py`.

Each file is a made-up council repeated under new identifiers until it has so many rows. Each run is a process of
its own, with all checks and the exclusions list. Seconds are of the processor (user and system), which do not
depend on what else the machine does; those on the clock stand beside. Memory is the peak that the system saw.
Then the public tools that read the same files are installed from the package registry into a throw-away environment
and run on the same file, at a size that they can finish (`--no-peers` leaves them out). What each does differs, and
is printed beside its figures.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

sys.path[:] = [place for place in sys.path if Path(place).resolve() != Path(__file__).resolve().parent]

import xlsxwriter  # noqa: E402 - this file is called tally too, so its folder must not be searched first

from catalogue.periods import Period  # noqa: E402
from tally.sample import annexa, statutory  # noqa: E402
from tally.sample.council import Council, make_council  # noqa: E402

QUARTER = Period(2025, 4)
SEED_CHILDREN = 6000
TARGETS = {"annexa": (50_000, 5.0, 200), "cin": (50_000, 8.0, 150), "ssda903": (500_000, 10.0, 600)}
SIZES = (5_000, 50_000, 500_000)
SHEET_ROWS = 1_048_575


def main() -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--no-peers", action="store_true", help="without the public tools")
    parser.add_argument("--only", choices=(*TARGETS, "peers"))
    options = parser.parse_args()
    council = make_council(SEED_CHILDREN, 7, QUARTER)
    missed = 0
    print(f"{'format':<10}{'rows':>10}{'seconds':>10}{'clock':>8}{'MB':>8}{'file MB':>9}   target")
    with tempfile.TemporaryDirectory() as folder:
        for key in TARGETS:
            for rows in SIZES if options.only in (None, key) else ():
                path = (
                    Path(folder)
                    / f"{key}_{rows}{'.xlsx' if key == 'annexa' else '.xml' if key == 'cin' else '.csv'}"
                )
                MAKE[key](council, path, rows)
                seconds, clock, megabytes = _run(path, Path(folder))
                target = ""
                if rows == TARGETS[key][0]:
                    met = seconds <= TARGETS[key][1] and megabytes <= TARGETS[key][2]
                    missed += not met
                    target = f"{TARGETS[key][1]:g} s, {TARGETS[key][2]} MB: {'met' if met else 'MISSED'}"
                size = path.stat().st_size / 1e6
                print(
                    f"{key:<10}{rows:>10,}{seconds:>10.1f}{clock:>8.1f}{megabytes:>8.0f}{size:>9.1f}   {target}",
                    flush=True,
                )
                path.unlink()
        if options.only == "peers" or (options.only is None and not options.no_peers):
            peers(council, Path(folder))
    return int(missed > 0)


def _run(path: Path, folder: Path) -> tuple[float, float, float]:
    command = [
        sys.executable,
        "-m",
        "tally.main",
        "compute",
        str(path),
        "--authority",
        "999",
        "--quarter",
        QUARTER.key,
    ]
    command += ["--out", str(folder / "return.csv"), "--exclusions", str(folder / "exclusions.csv")]
    return measure(command)


def measure(command: list[str]) -> tuple[float, float, float]:
    """Processor seconds, clock seconds and peak megabytes of a command. Raises RuntimeError if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}\n{said.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024


def make_annexa(council: Council, path: Path, rows: int) -> None:
    """A workbook with so many rows in all."""
    lists = annexa.lists(council)
    share = rows / sum(len(body) for _, body in lists.values())
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, (header, body) in lists.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            for line, row in enumerate(_repeat(body, min(round(len(body) * share), SHEET_ROWS)), 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, place, cell, day)  # type: ignore[arg-type]
                    elif cell is not None and cell != "":
                        sheet.write(line, place, cell)


def make_ssda903(council: Council, path: Path, rows: int) -> None:
    """An episodes file with so many episodes."""
    year = statutory.years(council)[-1].name
    header, body = statutory.ssda903(council)[f"episodes_{year}"]
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for row in _repeat(body, rows):
            writer.writerow(cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell for cell in row)


def make_cin(council: Council, path: Path, rows: int) -> None:
    """A census with about so many referrals."""
    text = "".join(statutory.census(council, statutory.years(council)[-1]))
    start, end = text.index("<Child>"), text.index("</Children>")
    children = text[start:end].split("<Child>\n")[1:]
    with path.open("w") as stream:
        stream.write(text[:start])
        done = copy = 0
        while done < rows:
            copy += 1
            for child in children:
                if done < rows:
                    done += child.count("<CINdetails>")
                    stream.write("<Child>\n" + child.replace("<LAchildID>", f"<LAchildID>{copy}x", 1))
        stream.write(text[end:])


def _repeat(body: list[list[object]], rows: int) -> Iterator[list[object]]:
    for number in range(rows):
        copy, place = divmod(number, len(body))
        row = body[place]
        yield [f"{copy}x{row[0]}", *row[1:]]


MAKE: dict[str, Callable[[Council, Path, int], None]] = {
    "annexa": make_annexa,
    "cin": make_cin,
    "ssda903": make_ssda903,
}


def peers(council: Council, folder: Path) -> None:
    """Install and run the public tools on the same file; say plainly where one does not install or run."""
    print("\nPublic tools on a file of the same make (seconds and MB of the tool, then of tally)")
    print(f"{'tally':<24}{OURS}")
    for name, package, key, rows, does, code in PEERS:
        print(f"{name:<24}{does}", flush=True)
        home = folder / name
        suffix = {"annexa": ".xlsx", "cin": ".xml", "ssda903": ".csv"}[key]
        path = folder / f"peer_{name}{suffix}"
        MAKE[key](council, path, rows)
        try:
            if not home.exists():
                venv.create(home, with_pip=True)
                install = [str(home / "bin/pip"), "install", "-q", *package.split()]
                subprocess.run(install, check=True, capture_output=True, text=True, timeout=600)
            theirs = measure([str(home / "bin/python"), "-c", code, str(path), str(folder)])
        except (subprocess.SubprocessError, RuntimeError, OSError) as fault:
            told = (getattr(fault, "stderr", None) or str(fault)).strip().splitlines()
            why = next((line for line in told if "error" in line.lower()), told[-1])
            print(
                f"{'':<24}{rows:,} rows of {key}: does not install or run here ({why.strip()[:110]})",
                flush=True,
            )
            continue
        ours = _run(path, folder)
        print(
            f"{'':<24}{rows:,} rows of {key}: {theirs[0]:.1f} s, {theirs[2]:.0f} MB; "
            f"tally {ours[0]:.1f} s, {ours[2]:.0f} MB. {_said(folder)}",
            flush=True,
        )


def _said(folder: Path) -> str:
    """What a peer's program left to be said of its run; nothing if it left nothing."""
    note = folder / "said.txt"
    text = note.read_text() if note.exists() else ""
    note.unlink(missing_ok=True)
    return text


_CIN = """
import importlib, sys, xml.etree.ElementTree as tree
from cin_validator import cin_validator as tool
data = tool.process_data(tool.convert_data(tree.parse(sys.argv[1]).getroot()))
tool.CinValidator(data, importlib.import_module("cin_validator.rules.cin2025_26").registry)
"""
_903 = """
import csv, importlib, pathlib, sys
from lac_validator import lac_validator as tool
from lac_validator.utils import process_uploaded_files
episodes = pathlib.Path(sys.argv[2]) / "episodes.csv"
episodes.write_bytes(pathlib.Path(sys.argv[1]).read_bytes())
header = pathlib.Path(sys.argv[2]) / "header.csv"
children = dict.fromkeys(row[0] for row in list(csv.reader(episodes.open()))[1:])
with header.open("w") as stream:
    stream.write("CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\\n")
    stream.writelines(f"{child},M,01/01/2012,WBRI,UN3,,\\n" for child in children)
rules = importlib.import_module("lac_validator.rules.lac2025_26").registry
about = {"collectionYear": "2025", "localAuthority": "E09000027"}
done = tool.LacValidator(about, process_uploaded_files({"This year": [str(episodes), str(header)]}), rules)
pathlib.Path(sys.argv[2], "said.txt").write_text(
    f"{len(done.dones)} rules ran, {len(done.skips)} lacked a file, {len(done.fails)} stopped")
"""
OURS = "checks types, codes, order of elements, dates; a quarter’s figures; a list of rows. Not the returns’ own rules"
PEERS = (
    (
        "csc-validator-be-cin",
        "csc-validator-be-cin numpy<2",
        "cin",
        1_000,
        "the census’s own validation rules (some 100), which tally does not run. No figures, no quarter",
        _CIN,
    ),
    (
        "csc-validator-be-903",
        "csc-validator-be-903 numpy<2",
        "ssda903",
        5_000,
        "the return’s own validation rules (some 300), which tally does not run. No figures. Two of its files here",
        _903,
    ),
    (
        "liiatools",
        "liiatools numpy<2",
        "annexa",
        2_000,
        "cleans Annex A, SSDA903 and census files and takes details of children out. No figures, no quarter",
        "import liiatools",
    ),
)
"""Name, what to install, format, rows, what it does, program. The first two load here with an older numpy than they
ask for; liiatools needs cchardet 2.1.7, which has no wheel for Python 3.11 and does not compile."""

if __name__ == "__main__":
    sys.exit(main())

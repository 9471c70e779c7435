"""Re-key the published figures that Concord carries: the tables in src/catalogue/reference/published.

    python scripts/rekey_published.py [FOLDER]

FOLDER holds the DfE's and ONS's files as published (default: $SHARED_DATA/published, or
../shared/data/published beside the repository). Kept is every place, from 2016 on, and
of each publication the figures that its measures are made of. Run it again when a publication has a new
year, and read the difference.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from pathlib import Path

from catalogue import publications
from catalogue.model import POPULATION
from catalogue.publication import Figure, Publication
from concord.inputs.published import NotRecognised, PublishedFile, read

HERE = Path(__file__).resolve().parent.parent
OUT = HERE / "src/catalogue/reference/published"
FIRST_YEAR = 2016


def wanted(publication: Publication) -> set[str]:
    """Keys of the figures that a publication's measures are made of."""
    parts = publication.measures.values()
    keys = {key for m in parts for key in (m.value, m.numerator, *m.denominator) if key}
    return keys - {POPULATION}


def kept(file: PublishedFile) -> list[Figure]:
    """The figures of a file that go into the table. Exits if a line could not be read."""
    keys = wanted(file.publication)
    figures = [f for f in file.figures if f.measure in keys and f.year >= FIRST_YEAR]
    if file.problems or not file.counts.add_up:
        sys.exit("\n".join([f"{file.name} was not read whole:", *(p.sentence for p in file.problems)]))
    return figures


def write(key: str, figures: list[Figure]) -> None:
    """One table: a row a place and measure, a column a year."""
    years = sorted({figure.year for figure in figures})
    rows: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for f in figures:
        rows[f.place, f.measure][f.year] = f.symbol if f.value is None else format(f.value, "f")
    with (OUT / f"{key}.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["place", "measure", *years])
        table.writerows([*where, *(rows[where].get(year, "") for year in years)] for where in sorted(rows))


def main() -> None:
    """Read every file in the folder and write one table for each publication that has measures."""
    shared = Path(os.environ.get("SHARED_DATA", HERE.parent / "shared/data"))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "published"
    files = sorted(folder.glob("*.csv"))
    if not files:
        sys.exit(f"There are no CSV files in {folder}")
    OUT.mkdir(exist_ok=True)
    done = set()
    for path in files:
        try:
            file = read(path.read_bytes(), path.name)
        except NotRecognised as fault:
            print(f"left out: {str(fault)[:100]}")
            continue
        if not file.publication.measures:
            print(f"left out: {path.name} has no measures")
            continue
        figures = kept(file)
        write(file.publication.key, figures)
        done.add(file.publication.key)
        print(f"{file.publication.key}: {len(figures)} of {file.counts.values + file.counts.symbols} figures")
    missing = {p.key for p in publications().values() if p.measures} - done
    if missing:
        sys.exit(f"No file was found for {', '.join(sorted(missing))}")


if __name__ == "__main__":
    main()

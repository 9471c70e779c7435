"""Writes a made-up council to files, format by format, with its true figures beside."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from catalogue import indicators
from tally.sample import annexa, ssd, statutory
from tally.sample.council import Council
from tally.sample.dirt import Dirt
from tally.sample.truth import ALMOST, GIVES, LATEST_ONLY, truth

Table = tuple[list[str], list[list[Any]]]


def write_sample(council: Council, folder: Path, formats: list[str], share: float, seed: int) -> list[Path]:
    """Write a council in the formats named, ``truth.json`` and, where there is dirt, ``damage.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    dirt = Dirt(share, random.Random(seed))  # noqa: S311 - a repeatable sample
    written = [path for key in formats for path in WRITERS[key](council, folder, dirt)]
    written.append(_write_truth(council, folder, formats))
    if share:
        path = folder / "damage.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("table", "row", "column", "value"))
            writer.writerows((one.table, one.row, one.column, one.value) for one in dirt.damage)
        written.append(path)
    return written


def _write_truth(council: Council, folder: Path, formats: list[str]) -> Path:
    quarters = {}
    for quarter in (council.quarter, council.quarter.previous()):
        true = truth(council, quarter)
        quarters[quarter.key] = {
            "figures": {
                id: {"numerator": n, "denominator": d} for id, (n, d) in true.items() if id in indicators()
            },
            "given_by": {key: sorted(given(key, latest=quarter == council.quarter)) for key in formats},
        }
    path = folder / "truth.json"
    path.write_text(json.dumps({"made_up": True, "quarters": quarters}, indent=1), encoding="utf-8")
    return path


def given(key: str, *, latest: bool) -> set[str]:
    """The indicators that a format gives exactly, for the quarter in which it is taken or for the one before."""
    exact = GIVES[key] - ALMOST.get(key, set())
    return exact if latest else exact - LATEST_ONLY[key]


def write_annexa(council: Council, folder: Path, dirt: Dirt) -> list[Path]:
    """Annex A as a workbook of lists 1 and 3 to 9."""
    path = folder / "annex_a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, (header, rows) in annexa.lists(council).items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            for line, row in enumerate(dirt.spoil(name, header, rows, keep=5), 1):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(line, place, cell, day)
                    elif cell is not None and cell != "":
                        sheet.write(line, place, cell)
    return [path]


def write_tables(folder: Path, tables: Mapping[str, Table], dirt: Dirt, form: str) -> list[Path]:
    """Tables as CSV files, dates in one form."""
    paths = []
    for name, (header, rows) in tables.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            for row in dirt.spoil(name, header, rows):
                writer.writerow(cell.strftime(form) if isinstance(cell, date) else cell for cell in row)
        paths.append(path)
    return paths


def write_ssda903(council: Council, folder: Path, dirt: Dirt) -> list[Path]:
    """SSDA903 as CSV files, three years."""
    return write_tables(folder, statutory.ssda903(council), dirt, "%d/%m/%Y")


def write_cin(council: Council, folder: Path, _dirt: Dirt) -> list[Path]:
    """The children in need census as XML, three years. It is made by machines: no dirt."""
    paths = []
    for year in statutory.years(council):
        path = folder / f"cin_{year.name}.xml"
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(statutory.census(council, year))
        paths.append(path)
    return paths


def write_ssd(council: Council, folder: Path, dirt: Dirt) -> list[Path]:
    """The Standard Safeguarding Dataset as CSV files."""
    return write_tables(folder, ssd.ssd(council), dirt, "%Y-%m-%d")


WRITERS: dict[str, Callable[[Council, Path, Dirt], list[Path]]] = {
    "annexa": write_annexa,
    "ssda903": write_ssda903,
    "cin": write_cin,
    "ssd": write_ssd,
}

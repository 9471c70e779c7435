"""A release as files: the conventions of Explore Education Statistics, and a workbook without formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.outputs import ees, excel
from concord.rules.figures import Amount
from concord.rules.released import Figure, Member, Released, Sum

D = Decimal
DATASETS = {"london-core-18": "2026-27Q1", "riia-31": "2026-27Q4", "annual": "2026-27"}
NAMES = [("202", "Camden", "E09000007"), ("203", "Greenwich", "E09000011"), ("204", "Hackney", "E09000012")]
UNITS = {"", "£", "£m", "%", "pp", "numberstring"}
MANDATORY = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name"]
SYMBOLS = {"x", "z", "c", "k", "u", "low"}


def figure(indicator: Indicator, seed: int) -> Figure:
    over, under = D(30 + seed), D(seed * 100 + 700) if indicator.has_denominator else None
    if seed == 2:
        return Figure(Amount(None, under, "=SUM(A1) was typed, alas"), "provisional", "", None)
    if indicator.id == "rereferrals_pct":
        under = D(0)
    return Figure(Amount(over, under, "", "Explained"), "validated", "top" if seed == 1 else "", seed)


def released(dataset: str, **changes: object) -> Released:
    known = catalogue.indicators()
    indicators = tuple(known[i] for i in catalogue.datasets()[dataset].indicators)
    standings = ["released", "released", "late"]
    members = tuple(
        Member(code, name, "London", "North London", standing, gss)
        for (code, name, gss), standing in zip(NAMES, standings, strict=True)
    )
    figures = {
        (code, i.id): figure(i, seed) for seed, (code, *_) in enumerate(NAMES[:2], 1) for i in indicators
    }
    sums = {
        (place, i.id): Sum(Amount(D(31), D(800) if i.has_denominator else None), 1)
        for place in ("region", "north")
        for i in indicators
    }
    given = {
        "alliance": "london", "alliance_name": "London", "dataset": dataset, "title": "Core", "label": "A list",
        "period": Period.parse(DATASETS[dataset]), "number": 2, "at": datetime(2026, 11, 20, 9, tzinfo=UTC),
        "by": "An analyst", "reason": "Because", "hash": "ab" * 32, "newest": 2, "indicators": indicators,
        "members": members, "figures": figures, "sums": sums, "sub_regions": {"north": "North London"},
        "changes": (
            {"authority": "202", "indicator": indicators[0].id, "before": ["1", "2", None], "after": ["3", "2", None]},
            {"authority": "203", "indicator": "status", "before": "provisional", "after": "validated"},
        ),
        "whole": True,
    }  # fmt: skip
    return Released(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture(params=sorted(DATASETS))
def release(request: pytest.FixtureRequest) -> Released:
    return released(request.param)


def rows_of(content: bytes) -> list[dict[str, str]]:
    assert not content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def faults(data: list[dict[str, str]], meta: list[dict[str, str]], name: str) -> Iterator[str]:
    """What the DfE's screener would complain of, by its published rules."""
    columns = list(data[0])
    if columns[:5] != MANDATORY:
        yield "the mandatory columns do not come first"
    if not re.fullmatch(r"[a-z0-9_]+", name):
        yield f"file name {name}"
    described = [row["col_name"] for row in meta]
    place = set(ees.PLACE)
    if described != [c for c in columns if c not in place]:
        yield "the metadata does not name every column once, in order"
    if len(set(described)) < len(described) or len({row["label"] for row in meta}) < len(meta):
        yield "a column or label is named twice"
    for column in columns:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", column) or len(column) > 50:
            yield f"column name {column}"
    yield from meta_faults(meta)
    yield from data_faults(data, described)


def meta_faults(meta: list[dict[str, str]]) -> Iterator[str]:
    for row in meta:
        if list(row) != list(ees.META):
            yield "the metadata’s columns"
        if row["col_type"] not in ("Filter", "Indicator") or not row["label"] or len(row["label"]) > 80:
            yield f"metadata of {row['col_name']}: {row['label']}"
        if row["indicator_unit"] not in UNITS or not row["indicator_dp"].isdecimal():
            yield f"unit or decimals of {row['col_name']}"
        if row["filter_hint"] or row["filter_grouping_column"]:
            yield f"{row['col_name']} is an indicator with a filter’s hint"


def data_faults(data: list[dict[str, str]], indicators: list[str]) -> Iterator[str]:
    if len({(row["time_identifier"], len(row["time_period"])) for row in data}) != 1:
        yield "quarters and years in one file"
    seen = [tuple(row[c] for c in ees.PLACE) for row in data]
    if len(set(seen)) < len(seen):
        yield "a row stands twice"
    for row in data:
        if not re.fullmatch(r"\d{6}", row["time_period"]) or row["country_code"] != "E92000001":
            yield "time or country"
        local = row["geographic_level"] == "Local authority"
        if local != bool(row["old_la_code"] and row["la_name"]) or not row["region_code"]:
            yield f"place columns of {row['geographic_level']}"
        for column in indicators:
            if not re.fullmatch(r"-?\d+(\.\d+)?", row[column]) and row[column] not in SYMBOLS:
                yield f"{column} holds “{row[column]}”"


def test_the_data_file_passes_the_screener(release: Released) -> None:
    found = list(faults(rows_of(ees.data(release)), rows_of(ees.meta(release)), ees.name(release)))
    assert found == []


def test_the_screener_of_these_tests_finds_faults() -> None:
    release = released("annual")
    data, meta = rows_of(ees.data(release)), rows_of(ees.meta(release))
    broken = [dict(row) for row in data]
    broken[1]["cla_rate"], broken[0]["time_period"] = "", "2026"
    assert len(list(faults(broken, meta[1:], "Has Spaces"))) >= 5


def test_periods_as_the_conventions_write_them() -> None:
    assert ees.time(Period.parse("2026-27Q3")) == ("202627", "Financial year Q3")
    assert ees.time(Period.parse("2099-00")) == ("209900", "Financial year")


def test_figures_and_symbols_in_the_data_file() -> None:
    camden, greenwich, hackney = rows_of(ees.data(released("london-core-18")))[1:]
    assert camden["cla_rate_numerator"] == "31"
    assert camden["cla_rate_denominator"] == "800"
    assert camden["cla_rate"] == "387.5"
    assert camden["rereferrals_pct"] == "z"
    assert greenwich["cla_rate"] == greenwich["cla_rate_numerator"] == "x"
    assert {hackney[i] for i in ("cla_rate", "cla_rate_numerator", "cla_rate_denominator")} == {"x"}
    assert [r["authorities_returned"] for r in (camden, greenwich, hackney)] == ["1", "1", "0"]
    assert camden["new_la_code"] == "E09000007"


def test_what_was_not_asked_does_not_apply() -> None:
    members = (
        Member("202", "Camden", "London", "", "waived"),
        Member("203", "Greenwich", "London", "", "not-taking-part"),
    )
    rows = rows_of(ees.data(released("london-core-18", members=members, figures={})))
    local = [row for row in rows if row["geographic_level"] == "Local authority"]
    assert {row["cla_rate"] for row in local} == {"z"}


def test_no_regional_row_where_members_are_of_two_regions_or_sums_are_not_shown() -> None:
    members = (
        Member("202", "Camden", "London", "", "released"),
        Member("831", "Derby", "East Midlands", "", "late"),
    )
    for changes in ({"members": members}, {"sums": {}}):
        levels = {row["geographic_level"] for row in rows_of(ees.data(released("annual", **changes)))}
        assert levels == {"Local authority"}


def book(release: Released) -> openpyxl.Workbook:
    return openpyxl.load_workbook(
        io.BytesIO(excel.write(release, "every member", "20 November 2026", "Do not publish"))
    )


def test_the_workbook_holds_numbers_and_no_formula(release: Released) -> None:
    found = book(release)
    assert found.sheetnames[0] == "Cover"
    for sheet in found.worksheets[1:]:
        assert sheet.freeze_panes == "B5"
        [table] = sheet.tables.values()
        headers = [c.value for c in sheet[4]]
        assert [c.name for c in table.tableColumns] == headers
        assert all(headers)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
    figures = list(found["Figures"].iter_rows(min_row=5, values_only=True))
    column = 2 + [i.id for i in release.indicators].index("cla_rate")
    assert figures[0][column] == pytest.approx(387.5)
    assert figures[1][column] == figures[2][column] == "[x]"
    assert str(figures[3][0]).startswith("London")


def test_the_workbook_says_what_it_is() -> None:
    found = book(released("london-core-18"))
    cover = {row[0]: row[1] for row in found["Cover"].iter_rows(values_only=True)}
    assert cover["Hash (SHA-256)"] == "ab" * 32
    assert cover["Who may see this"] == "every member"
    assert cover["Small numbers"] == "Do not publish"
    assert cover["Not in it"] == "Hackney (late: was due, and nothing had been submitted)"
    assert cover["Why it corrects"] == "Because"
    changes = list(found["Changes"].iter_rows(min_row=5, values_only=True))
    assert changes == [
        ("Camden", "Contacts", "1 of 2", "3 of 2"),
        ("Greenwich", "Status", "provisional", "validated"),
    ]

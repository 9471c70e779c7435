"""The published pages: every figure as its publisher gave it, open to anyone."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

import catalogue
from catalogue.reference import name_of, published
from concord.actions._run import SYSTEM
from concord.actions.published import Reading, load_own_table, load_published
from concord.inputs.published import read
from concord.queries.published import published_series

pytestmark = pytest.mark.django_db


def tables(path: str) -> dict[str, list[str]]:
    """Every row of a page’s tables: the cells by the row’s name, without the region."""
    response = Client().get(path)
    assert response.status_code == 200
    found = {}
    for tr in html.fromstring(response.content).xpath("//tbody/tr"):
        name, *cells = [" ".join(cell.text_content().split()) for cell in tr]
        assert name not in found
        found[name] = [c for c in cells if c not in REGIONS]
    return found


REGIONS = {name_of(f"E1200000{n}") for n in range(1, 10)} | {""}


def plain(text: str) -> Decimal | str:
    bare = text.replace(",", "").replace("−", "-")
    return Decimal(bare) if bare.lstrip("-").replace(".", "").isdigit() else text


def test_each_figure_on_a_measures_page_is_the_published_one() -> None:
    load_own_table(by=SYSTEM, publications=["cla-numbers"])
    columns = ["at_31_march." + c for c in ("rate_per_10000", "children_count", "population_estimate")]
    for year in (2025, 2021):
        expected: dict[str, dict[str, Decimal | str]] = {}
        for f in published():
            if f.publication == "cla-numbers" and f.year == year and f.measure in columns:
                expected.setdefault(f.name, {})[f.measure] = f.symbol if f.value is None else f.value
        shown = tables(f"/published/cla-numbers/at_31_march/?year={year}")
        assert {n: [plain(c) for c in cells] for n, cells in shown.items()} == {
            name: [parts.get(column, "–") for column in columns] for name, parts in expected.items()
        }
        assert len(shown) > 160


def test_a_rate_that_is_worked_out_says_so_and_rests_on_the_year_before() -> None:
    load_own_table(by=SYSTEM, publications=["cin-referrals", "ons-population"])
    figures = {(f.place, f.measure, f.year): f.value for f in published()}
    over = figures["202", "referral_count", 2025]
    under = figures["202", "0_17.population_estimate", 2024]
    assert over
    assert under
    path = "/published/cin-referrals/referrals/?year=2025"
    assert tables(path)["Camden"] == [f"{over * 10000 / under:,.1f}", f"{over:,}", f"{under:,}"]
    text = Client().get(path).content.decode()
    assert "the rate is worked out here" in text
    assert "mid-2024" in text


def test_joint_rows_keep_both_names_and_symbols_are_explained() -> None:
    load_own_table(by=SYSTEM, publications=["csww-indicators"])
    path = "/published/csww-indicators/vacancy/?year=2025"
    shown = tables(path)
    assert shown["Kingston upon Thames and Richmond upon Thames"][0] == "14.9"
    assert "Kingston upon Thames" not in shown
    withheld = next(f for f in published() if f.publication == "csww-indicators" and f.symbol == "u")
    path = f"/published/csww-indicators/{withheld.measure}/?year={withheld.year}"
    assert tables(path)[withheld.name] == ["u"]
    assert "too unreliable" in Client().get(path).content.decode()


def test_the_list_names_source_licence_counts_and_when() -> None:
    assert "No published table has been loaded yet" in Client().get("/published/").content.decode()
    load_own_table(by=SYSTEM, publications=["ons-population"])
    load_published(
        by=SYSTEM,
        publication="ons-population",
        reading=Reading("new.csv", "", 3, 2, 1, ["line 3: no place"]),
        figures=[],
    )
    text = " ".join(html.fromstring(Client().get("/published/").content).text_content().split())
    for part in (
        "Office for National Statistics, Population estimates (30 June). Open Government Licence v3.0.",
        "1,476 figures for 2016 to 2024.",
        "from new.csv: 2 of 3 rows placed, 1 not",
        "line 3: no place",
    ):
        assert part in text


@pytest.mark.parametrize(
    "path",
    [
        "/published/nothing/measure/",
        "/published/ons-population/nothing/",
        "/published/ons-population/children/?year=1901",
        "/published/ons-population/children/?year=x",
        "/published/ons-population/children/?year=²025",
        "/published/cla-numbers/at_31_march/",
    ],
)
def test_what_was_not_loaded_is_not_found(path: str) -> None:
    load_own_table(by=SYSTEM, publications=["ons-population"])
    assert Client().get(path).status_code == 404


def test_a_series_has_every_year_and_its_source() -> None:
    load_own_table(by=SYSTEM, publications=["cpp-duration", "ons-population"])
    [one] = published_series(catalogue.indicators()["cpp_rate"], "202", since=2020)
    assert [p.year for p in one.points] == [2020, 2021, 2022, 2023, 2024, 2025]
    assert all(p.statistic.derived for p in one.points if p.statistic.value is not None)
    assert one.source.startswith("Department for Education")


def test_pages_cost_few_queries() -> None:
    load_own_table(by=SYSTEM, publications=["cin-referrals", "ons-population"])
    for path in ("/published/", "/published/cin-referrals/referrals/"):
        Client().get(path)
        with CaptureQueriesContext(connection) as queries:
            Client().get(path)
        assert len(queries) <= 10


FILES: Mapping[str, tuple[str, dict[str, str]]] = {
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv": (
        "cin-referrals",
        {"rereferrals": "rereferral_percent rereferral_count referral_count"},
    ),
    "csww_indicators_2017_to_2025.csv": (
        "csww-indicators",
        {"caseload": "caseload_fte cases case_holders_fte"},
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_pages_equal_the_real_files_cell_by_cell(shared_data: Path, name: str) -> None:
    """A file is read here by nothing but ``csv`` and laid beside what the pages show, year by year."""
    publication, measures = FILES[name]
    path = shared_data / "published" / name
    file = read(path.read_bytes(), name)
    load_published(
        by=SYSTEM, publication=publication, reading=Reading(name, "", 0, 0, 0), figures=list(file.figures)
    )
    rows: dict[str, dict[str, dict[str, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            cells = {column.lower(): text for column, text in row.items()}
            codes = cells["old_la_code"].replace(" ", "") or cells["region_code"] or cells["country_code"]
            rows.setdefault(cells["time_period"], {})[name_of(codes)] = cells
    assert len(rows) > 8
    for measure, columns in measures.items():
        for year, places in rows.items():
            shown = tables(f"/published/{publication}/{measure}/?year={year}")
            assert {n: [plain(c) for c in cells] for n, cells in shown.items()} == {
                n: [plain(cells[c]) for c in columns.split()] for n, cells in places.items()
            }

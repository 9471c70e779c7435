"""Published figures worked out: the map, an authority and one indicator among all of England, open to anyone."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html
from tests import factories

from catalogue.reference import hexes
from concord.actions._run import SYSTEM
from concord.actions.analysis import BACKGROUND, analyse_published
from concord.actions.published import load_own_table

pytestmark = pytest.mark.django_db
ONE = "/published/authorities/307/cla_rate/"


@pytest.fixture
def england(db: None) -> None:
    """The looked-after figures of all England, worked out."""
    factories.london()
    load_own_table(by=SYSTEM, publications=["cla-numbers", "ons-population"])
    analyse_published(by=BACKGROUND, year=2025)


def test_anyone_opens_map_authority_and_indicator_with_few_queries(england: None) -> None:
    for path, most in (("/published/map/", 10), ("/published/authorities/307/", 15), (ONE, 15)):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = Client().get(path)
        assert answer.status_code == 200, path
        assert len(caught) <= most
        assert "anyone: these figures are published" in answer.content.decode()
    page = html.fromstring(Client().get(ONE).content)
    assert len(page.xpath("//*[name()='svg' and @role='img']")) == 3
    text = " ".join(page.text_content().split())
    assert "Ealing had 33.0 children looked after for every 10,000 children at the end of March 2025" in text
    assert "England had 67.0" in text
    main = page.xpath("//main")[0].text_content().lower()
    assert "better" not in main
    assert "worse" not in main


def test_the_map_has_every_authority_with_its_letter_in_the_table(england: None) -> None:
    page = html.fromstring(Client().get("/published/map/?indicator=cla_rate").content)
    rows = {
        tr.find("th").text_content(): [td.text_content() for td in tr.findall("td")]
        for tr in page.xpath("//tbody/tr")
    }
    assert len(rows) == 153
    assert rows["Ealing"][:3] == ["London", "D", "33.0"]
    assert {row[1] for row in rows.values()} == {"A", "B", "C", "D", "–"}
    drawn = [t.text for t in page.xpath("//*[name()='svg']//*[name()='text']")]
    assert len(drawn) == 153
    assert sorted(drawn) == sorted(row[1] for row in rows.values())


def test_maps_and_charts_can_be_taken_away(england: None) -> None:
    for stem in ("/published/map", f"{ONE}funnel", f"{ONE}trend", f"{ONE}beside"):
        files = {k: Client().get(f"{stem}.{k}").content for k in ("png", "svg", "csv", "xlsx")}
        assert files["png"].startswith(b"\x89PNG\r\n\x1a\n")
        assert ElementTree.fromstring(files["svg"]).get("aria-label")
        rows = list(csv.reader(io.StringIO(files["csv"].decode())))
        sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
        assert sheet is not None
        assert sheet.max_row == len(rows) > 1


def test_what_does_not_exist_is_not_found_and_an_empty_instance_says_so(db: None) -> None:
    for path in (ONE, "/published/authorities/999/", "/published/map.png", f"{ONE}funnel.png"):
        assert Client().get(path).status_code == 404
    factories.reference()
    for path in ("/published/map/", "/published/authorities/307/"):
        assert "worked out yet" in Client().get(path).content.decode()


def test_the_table_of_hexagons_holds_every_authority_once() -> None:
    assert len(hexes()) == 153
    assert len({(h.q, h.r) for h in hexes().values()}) == 153

"""Files that are no return, through the page: each a clear refusal; nothing is stored, and what stood there stays."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import factories

import catalogue
from concord.actions import returns
from concord.records.models import Authority, Entry, Line, Return, Submission
from concord.rules.figures import Amount
from concord.rules.return_sheet import FIRST_ROW, HEADER_ROW, KEY_SHEET, SHEET

pytestmark = pytest.mark.django_db

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PLACES = {
    "london": (factories.london, "london", "202", "203", "london-core-18"),
    "east-midlands": (factories.east_midlands, "east-midlands", "831", "830", "riia-31"),
}
Change = Callable[[Any], None]


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(datetime(2026, 7, 20, 9, 30, tzinfo=UTC), tick=False):
        yield


class Place:
    """A data lead before their own return, with one figure typed in already."""

    def __init__(self, key: str) -> None:
        make, alliance, self.code, other, self.dataset = PLACES[key]
        row = make()
        lead = factories.actor(row, "data-lead", code=self.code)
        of = {"alliance": row, "authority": Authority.objects.get(code=self.code)}
        returns.save(
            by=lead,
            **of,
            dataset=self.dataset,
            period="2026-27Q1",
            amounts={"cla_rate": Amount(Decimal(207))},
        )
        self.lead = factories.client_of(lead)
        self.neighbour = factories.client_of(factories.actor(row, "data-lead", code=other))
        self.base = f"/alliances/{alliance}/returns/{self.dataset}/"
        self.url, self.theirs = f"{self.base}2026-27Q1/{self.code}/", f"{self.base}2026-27Q1/{other}/"
        self.row = FIRST_ROW + catalogue.datasets()[self.dataset].indicators.index("cla_rate")

    def workbook(self, who: Client | None = None, url: str = "") -> bytes:
        """As Concord made it."""
        response = (who or self.lead).get(f"{url or self.url}workbook/")
        assert response.status_code == 200
        return response.content

    def edited(self, change: Change) -> bytes:
        """With a figure filled in, and changed."""
        book = openpyxl.load_workbook(io.BytesIO(self.workbook()))
        book[SHEET][f"D{self.row}"] = 204
        change(book)
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()

    def upload(self, content: bytes, name: str) -> str:
        """What the page says to it."""
        response = self.lead.post(f"{self.url}file/", {"file": SimpleUploadedFile(name, content)})
        assert response.status_code == 200
        return response.content.decode()


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest) -> Place:
    return Place(request.param)


def standing() -> list[Any]:
    """Everything that an upload could have changed."""
    lines = list(Line.objects.order_by("pk").values("indicator", "numerator", "denominator"))
    return [lines, Return.objects.count(), Submission.objects.count(), Entry.objects.count()]


def _with(content: bytes, name: str, part: bytes) -> bytes:
    kept = io.BytesIO(content)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(name, part)
    return kept.getvalue()


def _opendocument() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as pack:
        pack.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        pack.writestr("content.xml", "<office:document-content/>")
    return kept.getvalue()


def _rename(book: Any) -> None:
    book[SHEET].title = "Sheet1"


def _merge(book: Any) -> None:
    book[SHEET].merge_cells(f"D{FIRST_ROW}:D{FIRST_ROW + 1}")


def _say(key: str, value: str) -> Change:
    def change(book: Any) -> None:
        row = next(row for row in book[KEY_SHEET].iter_rows() if row[0].value == key)
        row[1].value = value

    return change


def _formula(book: Any) -> None:
    """As a program that works nothing out leaves it: the formula, and no figure."""
    book[SHEET][f"D{FIRST_ROW}"] = "=SUM(1,2)"


FILES: dict[str, tuple[str, Callable[[Place], bytes], str]] = {
    "20 MB": ("return.xlsx", lambda p: b"PK\x03\x04" + b"\0" * (20 * 1024 * 1024), "larger than 10 MB"),
    "20 MB of text": ("return.csv", lambda p: b"cla_rate,1\n" * (2 * 1024 * 1024), "larger than 10 MB"),
    "empty": ("return.xlsx", lambda p: b"", "empty"),
    "blank": ("return.csv", lambda p: b"\xef\xbb\xbf \r\n", "empty"),
    "no workbook": ("return.xlsx", lambda p: b"PK\x03\x04 and no more", "not a workbook, or it is damaged"),
    "a picture": (
        "return.xlsx",
        lambda p: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "neither an Excel workbook (.xlsx) nor a CSV file",
    ),
    "a PDF": (
        "return.xlsx",
        lambda p: b"%PDF-1.7\n\x00\xff\xfe",
        "neither an Excel workbook (.xlsx) nor a CSV file",
    ),
    "cut short": ("return.xlsx", lambda p: p.workbook()[:-500], "not a workbook, or it is damaged"),
    "a bomb": (
        "return.xlsx",
        lambda p: _with(p.workbook(), "xl/media/a.bin", b"\0" * 60_000_000),
        "unpacks to far more than a return holds",
    ),
    "macros": (
        "return.xlsm",
        lambda p: _with(p.workbook(), "xl/vbaProject.bin", b"Sub Auto_Open()"),
        "holds macros",
    ),
    "xls": ("return.xls", lambda p: OLE + b"\0" * 2048, "old Excel file (.xls)"),
    "ods": ("return.ods", lambda p: _opendocument(), "not an Excel workbook (.xlsx)"),
    "password": (
        "return.xlsx",
        lambda p: OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512,
        "protected by a password",
    ),
    "renamed sheet": ("return.xlsx", lambda p: p.edited(_rename), f"no sheet called “{SHEET}”"),
    "shifted column": (
        "return.xlsx",
        lambda p: p.edited(lambda book: book[SHEET].insert_cols(4)),
        f"{SHEET}!D{HEADER_ROW} is empty where “Numerator” should stand",
    ),
    "lost row": (
        "return.xlsx",
        lambda p: p.edited(lambda book: book[SHEET].delete_rows(2)),
        "Were columns or rows moved?",
    ),
    "merged": ("return.xlsx", lambda p: p.edited(_merge), "is merged"),
    "formula": ("return.xlsx", lambda p: p.edited(_formula), f"{SHEET}!D{FIRST_ROW}"),
    "another authority": (
        "return.xlsx",
        lambda p: p.workbook(p.neighbour, p.theirs),
        "made for another authority",
    ),
    "another quarter": (
        "return.xlsx",
        lambda p: p.workbook(url=p.url.replace("2026-27Q1", "2025-26Q4")),
        "made for another period: 2025-26Q4, not 2026-27Q1",
    ),
    "another dataset": ("return.xlsx", lambda p: p.edited(_say("dataset", "other")), "another dataset"),
    "older edition": (
        "return.xlsx",
        lambda p: p.edited(_say("dataset version", "0")),
        "older dataset version (0;",
    ),
    "older layout": ("return.xlsx", lambda p: p.edited(_say("layout", "0")), "older layout (0;"),
}


@pytest.mark.parametrize("kind", FILES)
def test_it_is_refused_in_words_and_nothing_changes(place: Place, kind: str) -> None:
    name, make, words = FILES[kind]
    content, before = make(place), standing()
    page = place.upload(content, name)
    assert words in page
    assert "Error:" in page
    assert 'name="lines"' not in page  # nothing that could be taken in
    assert standing() == before
    assert Line.objects.get(indicator="cla_rate").numerator == 207


def test_the_same_workbook_unharmed_is_read(place: Place) -> None:
    """So that none of the refusals above is only that nothing is ever read."""
    page = place.upload(place.edited(lambda book: None), "return.xlsx")
    assert 'name="lines"' in page
    assert "1 cell would change" in page

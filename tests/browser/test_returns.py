"""Returning a quarter in a real browser: the workbook with two mistakes, the grid, with and without JavaScript."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories

import catalogue
from catalogue.periods import last_finished
from concord.records.models import Line, Submission
from concord.rules.access import Actor
from concord.rules.return_sheet import FIRST_ROW

pytestmark = pytest.mark.django_db
PERIOD = last_finished(date.today(), "quarter")  # noqa: DTZ011  the server’s own day
CORE = catalogue.datasets()["london-core-18"].indicators
URL = f"/alliances/london/returns/london-core-18/{PERIOD.key}/202/"


@pytest.fixture
def lead(transactional_db: None) -> Actor:
    """Camden’s data lead."""
    alliance = factories.london()
    factories.actor(alliance, "analyst")
    return factories.actor(alliance, "data-lead", code="202")


def sign_in(context: BrowserContext, url: str, actor: Actor) -> None:
    key = factories.client_of(actor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


def fill(path: Path, **cells: Any) -> None:
    """Fill the workbook in: every indicator, with ``cells`` (numerator, denominator) in place of what is right."""
    book = openpyxl.load_workbook(path)
    sheet = book["Return"]
    for row, id in enumerate(CORE, FIRST_ROW):
        typed = catalogue.indicators()[id].denominator_from == "return"
        over, under = cells.get(id, (900 if id == "cin_rate" else 20, 200))
        sheet[f"D{row}"] = over
        if typed:
            sheet[f"E{row}"] = under
    book.save(path)


def upload(page: Page, path: Path) -> None:
    page.get_by_label("Workbook (.xlsx) or CSV file").set_input_files(path)
    page.get_by_role("button", name="Upload").click()


def a_workbook_with_two_mistakes_is_mended_and_submitted(page: Page, base: str, folder: Path) -> None:
    page.goto(f"{base}/alliances/london/returns/")
    page.get_by_role("link", name=f"London core 18 (working reconstruction), {PERIOD.label}").click()
    page.get_by_role("link", name="upload it or a CSV file").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download the workbook").click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    fill(path, cla_rate=("twenty", None), sw_agency_pct=(90, 80))
    upload(page, path)
    told = page.locator(".govuk-error-summary")
    expect(told).to_contain_text(f"Return!D{FIRST_ROW + CORE.index('cla_rate')}: “twenty” is not a number")
    expect(told).to_contain_text(
        f"Return!D{FIRST_ROW + CORE.index('sw_agency_pct')}: Agency: 90 is more than"
    )
    expect(told.get_by_role("listitem")).to_have_count(2)
    assert not Line.objects.exists()
    fill(path)
    upload(page, path)
    expect(page.get_by_text("Nothing has been stored yet")).to_be_visible()
    page.get_by_role("button", name="Take these figures in").click()
    expect(page.get_by_text("Taken in: 18 of 18 indicators changed.")).to_be_visible()
    page.get_by_label("Validated").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("This is submission 1; the analyst has been told.")).to_be_visible()
    assert Submission.objects.get().lines["sw_agency_pct"]["numerator"] == "20"


def test_a_workbook_with_two_mistakes(
    live_server: Any, page: Page, lead: Actor, tmp_path: Path, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead)
    a_workbook_with_two_mistakes_is_mended_and_submitted(page, live_server.url, tmp_path)


def test_a_workbook_with_two_mistakes_without_javascript(
    live_server: Any, browser: Browser, lead: Actor, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        sign_in(context, live_server.url, lead)
        a_workbook_with_two_mistakes_is_mended_and_submitted(context.new_page(), live_server.url, tmp_path)
    finally:
        context.close()


def test_the_grid_saves_as_one_goes_and_shows_checks_beside_their_cells(
    live_server: Any, page: Page, lead: Actor, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead)
    page.goto(live_server.url + URL)
    page.get_by_label("Agency, numerator").fill("90")
    page.get_by_label("Agency, denominator").fill("80")
    page.get_by_label("Agency, denominator").press("Tab")
    row = page.locator("#row-sw_agency_pct")
    expect(row.get_by_text("90 is more than its denominator, 80")).to_be_visible()
    expect(row.locator("#live-v-sw_agency_pct")).to_have_text("112.5%")
    page.get_by_label("Agency, numerator").fill("many")
    page.get_by_label("Agency, numerator").press("Tab")
    expect(row.get_by_text("“many” is not a number")).to_be_visible()
    expect(page.get_by_label("Agency, numerator")).to_have_value("many")
    page.get_by_label("Agency, numerator").fill("8")
    page.get_by_label("Agency, numerator").press("Tab")
    expect(row.locator("#live-v-sw_agency_pct")).to_have_text("10.0%")
    expect(row.get_by_text("is not a number")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Agency, numerator")).to_have_value("8")


def test_pages_pass_axe_and_never_scroll_sideways(
    live_server: Any, page: Page, lead: Actor, accessible: Any, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead)
    page.goto(live_server.url + URL)
    page.get_by_label("Agency, numerator").fill("90")
    page.get_by_role("button", name="Save").click()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/alliances/london/returns/", URL, URL + "file/", URL + "paste/"):
            page.goto(live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            accessible(page)

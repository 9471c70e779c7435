"""The analyst's board, a release and what it shows, in a real browser: axe, a phone, no JavaScript."""

from __future__ import annotations

import io

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories, releasing

from concord.records.models import Return
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db
DATASET, QUARTER = "london-core-18", "2026-27Q1"
BOARD = f"/alliances/london/returns/{DATASET}/{QUARTER}/"
RELEASES = "/alliances/london/releases/"
RELEASE = f"{RELEASES}{DATASET}/{QUARTER}/1/"


@pytest.fixture
def analyst(transactional_db: None) -> Actor:
    """London's analyst, with three returns accepted and two to look at."""
    alliance = factories.london()
    for code in ("202", "203", "204", "205", "206"):
        content = (
            releasing.lines(DATASET, code, cpp_rate="The system was down")
            if code == "203"
            else releasing.lines(DATASET, code)
        )
        releasing.accepted(alliance, code, DATASET, QUARTER, content, "provisional")
    Return.objects.filter(authority__code__in=["205", "206"]).update(state="submitted", accepted_at=None)
    factories.person(alliance, "data-lead", code="207", name="Data lead, Kensington and Chelsea")
    return releasing.analyst(alliance)


def sign_in(context: BrowserContext, url: str, actor: Actor) -> None:
    key = factories.client_of(actor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


def test_passes_axe_and_never_scrolls_sideways(live_server, page: Page, analyst, accessible, page_errors):
    sign_in(page.context, live_server.url, analyst)
    page.goto(live_server.url + f"{RELEASES}{DATASET}/{QUARTER}/new/")
    page.get_by_role("button", name="Release").click()
    pages = [
        BOARD,
        f"{RELEASES}{DATASET}/{QUARTER}/new/",
        RELEASES,
        RELEASE,
        f"{RELEASE}cpp_rate/",
        "/alliances/london/indicators/cla_rate/",
    ]
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in pages:
            page.goto(live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            accessible(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_accept_remind_release_and_read(live_server, browser: Browser, analyst, scripts):
    context = browser.new_context(java_script_enabled=scripts)
    try:
        sign_in(context, live_server.url, analyst)
        page = context.new_page()
        page.goto(live_server.url + BOARD)
        page.get_by_label("Accept Hammersmith and Fulham").check()
        page.get_by_label("Accept Islington").check()
        page.get_by_role("button", name="Accept those ticked").click()
        expect(page.get_by_text("Accepted: Hammersmith and Fulham, Islington.")).to_be_visible()
        page.get_by_role("button", name="Remind Kensington and Chelsea").click()
        expect(page.get_by_text("Reminded: Kensington and Chelsea.")).to_be_visible()
        page.get_by_role("link", name="5 accepted").click()
        expect(page.locator("#returns tbody tr")).to_have_count(5)
        page.get_by_role("button", name="Release this quarter").click()
        expect(page.locator(".app-audience")).to_contain_text("the Department for Education (clause 2.1c)")
        expect(page.get_by_text("Barnet: late")).to_be_visible()
        page.get_by_role("button", name="Release", exact=True).click()
        expect(page.get_by_text("Released. Everyone who may see it has been told.")).to_be_visible()
        expect(page.get_by_role("row", name="Barnet")).to_contain_text(["Late", "Late"])
        with page.expect_download() as loading:
            page.get_by_role("link", name="Excel workbook").click()
        book = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes()))
        assert "Figures" in book.sheetnames
        page.get_by_role("link", name="Protection plans").click()
        expect(page.get_by_role("row", name="Greenwich")).to_contain_text("The system was down")
        page.get_by_role("link", name="What is counted").click()
        expect(page.get_by_role("heading", name="What is checked when it is returned")).to_be_visible()
    finally:
        context.close()

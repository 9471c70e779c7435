"""An authority’s page and the published tables in a real browser: axe, a phone, no JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories, releasing

from concord.actions._run import SYSTEM
from concord.actions.published import Reading, load_own_table, load_published
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db
CAMDEN = "/alliances/london/members/202/"
PAGES = [
    CAMDEN,
    f"{CAMDEN}indicators/cla_start_rate/",
    "/published/",
    "/published/csww-indicators/vacancy/",
]


@pytest.fixture
def director(transactional_db: None) -> Actor:
    """Camden’s director, with two released quarters and the published workforce figures."""
    alliance = factories.london()
    load_own_table(by=SYSTEM, publications=["csww-indicators", "cla-numbers", "ons-population"])
    name = "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv"
    load_published(by=SYSTEM, publication="cin-factors", reading=Reading(name, "", 1, 1, 0), figures=[])
    analyst = releasing.analyst(alliance)
    for period in ("2025-26Q4", "2026-27Q1"):
        releasing.released(alliance, "london-core-18", period, analyst, ["202", "203", "204", "205", "206"])
    return factories.actor(alliance, "director", code="202")


def sign_in(context: BrowserContext, url: str, actor: Actor) -> None:
    key = factories.client_of(actor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


def test_passes_axe_and_never_scrolls_sideways(live_server, page: Page, director, accessible, page_errors):
    sign_in(page.context, live_server.url, director)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in PAGES:
            page.goto(live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            accessible(page)


def test_works_without_javascript(live_server, browser: Browser, director):
    context = browser.new_context(java_script_enabled=False)
    try:
        sign_in(context, live_server.url, director)
        page = context.new_page()
        page.goto(live_server.url + CAMDEN)
        expect(page.locator(".app-sentences p")).to_have_count(3)
        page.get_by_role("link", name="edition of 2021").click()
        expect(page.get_by_text("edition of 2021", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="edition of 2025")).to_be_visible()
        page.get_by_role("link", name="Children looked after (rate)").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Camden Children looked after (rate)")
        expect(page.get_by_role("heading", name="What it counts")).to_be_visible()
        page.get_by_role("link", name="Every authority’s figure").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Children looked after at 31 March")
        page.get_by_role("link", name="2022").click()
        expect(page.get_by_role("row", name="England", exact=False).first).to_contain_text("70")
    finally:
        context.close()

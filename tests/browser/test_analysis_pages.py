"""Where to look, the rug, one indicator, and England’s map in a real browser: axe, a phone, no JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories, releasing

from concord.actions._run import SYSTEM
from concord.actions.analysis import BACKGROUND, analyse, analyse_published
from concord.actions.published import load_own_table
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db
DATASET, LAST = "london-core-18", "2026-27Q1"
LONDON = "/alliances/london/"
ONE = f"{LONDON}members/202/benchmark/{DATASET}/cla_start_rate/"
PAGES = [
    f"{LONDON}where-to-look/",
    f"{LONDON}members/202/where-to-look/",
    f"{LONDON}members/202/",
    f"{LONDON}rug/{DATASET}/",
    f"{LONDON}quarter/{DATASET}/{LAST}/",
    f"{LONDON}compare/{DATASET}/",
    ONE,
    "/published/map/",
    "/published/authorities/202/",
    "/published/authorities/202/cla_rate/",
]


@pytest.fixture
def director(transactional_db: None) -> Actor:
    """Camden’s director, with three quarters of six boroughs worked out, and the looked-after figures of England."""
    alliance = factories.london()
    load_own_table(by=SYSTEM, publications=["cla-numbers", "ons-population"])
    analyst = releasing.analyst(alliance)
    for period in ("2025-26Q3", "2025-26Q4", LAST):
        release = releasing.released(
            alliance, DATASET, period, analyst, ["202", "203", "204", "205", "206", "301"]
        )
    analyse(by=BACKGROUND, release=release)
    analyse_published(by=BACKGROUND, year=2025)
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
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            accessible(page)


def test_names_stay_in_sight_when_the_rug_is_scrolled(live_server, page: Page, director):
    sign_in(page.context, live_server.url, director)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}{LONDON}rug/{DATASET}/")
    name, head = page.get_by_role("link", name="Camden"), page.get_by_role("columnheader", name="Authority")
    before = (name.bounding_box(), head.bounding_box())
    page.locator(".app-scroll").evaluate("box => { box.scrollLeft = 600 }")
    assert page.locator(".app-scroll").evaluate("box => box.scrollLeft") > 300
    for was, is_ in zip(before, (name.bounding_box(), head.bounding_box()), strict=True):
        assert was
        assert is_
        assert abs(was["x"] - is_["x"]) < 20


def test_a_director_goes_from_first_talk_to_charts_without_javascript(
    live_server, browser: Browser, director
):
    context = browser.new_context(java_script_enabled=False)
    try:
        sign_in(context, live_server.url, director)
        page = context.new_page()
        page.goto(f"{live_server.url}{LONDON}members/202/")
        expect(page.locator(".app-talk > li")).to_have_count(3)
        page.get_by_role("link", name="Tartan rug").click()
        expect(page.locator("tr.app-rug__own th")).to_have_text("Camden")
        page.goto(live_server.url + ONE)
        page.get_by_role("link", name="the quarter, times four").click()
        expect(page.get_by_text("the quarter, times four", exact=True).first).to_be_visible()
        page.get_by_text("Choose whom to stand beside").click()
        page.get_by_label("Hackney").uncheck()
        page.get_by_role("button", name="Show these").click()
        assert "with=" in page.url
        page.goto(f"{live_server.url}/published/map/")
        page.get_by_label("Indicator").select_option("cla_start_rate")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("svg[role=img]")).to_have_attribute(
            "aria-label", "Children starting to be looked after (rate): England, 2025"
        )
    finally:
        context.close()

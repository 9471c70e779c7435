"""The reports of a release in a real browser: axe, a phone, no JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories, releasing

from concord.actions import documents
from concord.actions.analysis import BACKGROUND, analyse
from concord.records.models import Release
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db
DATASET, PERIOD = "london-core-18", "2026-27Q1"
CODES = ("202", "203", "204", "205", "206")
PAGE = f"/alliances/london/releases/{DATASET}/{PERIOD}/1/documents/"


@pytest.fixture
def analyst(transactional_db: None, settings: Any, tmp_path: Any) -> Actor:
    """London's analyst, with one authority's reports made, and one of another's failed."""
    settings.MEDIA_ROOT = tmp_path
    alliance = factories.london()
    analyst = releasing.analyst(alliance)
    release: Release = releasing.released(alliance, DATASET, PERIOD, analyst, CODES)
    analyse(by=BACKGROUND, release=release)
    whole = {"pdf": b"%PDF", "docx": b"Word", "xlsx": b"Excel", "pptx": b"Slides"}
    documents.keep(by=BACKGROUND, release=release, code="202", made=whole, failed={})
    failed = {"pptx": whole.pop("pptx") and "ValueError: no room for the slides"}
    documents.keep(by=BACKGROUND, release=release, code="203", made=whole, failed=failed)
    return analyst


def sign_in(context: BrowserContext, url: str, actor: Actor) -> None:
    key = factories.client_of(actor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


def test_passes_axe_and_never_scrolls_sideways(live_server, page: Page, analyst, accessible, page_errors):
    sign_in(page.context, live_server.url, analyst)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + PAGE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        accessible(page)


def test_without_javascript_one_is_fetched_and_what_failed_is_asked_for_again(
    live_server, browser: Browser, analyst
):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server.url, analyst)
    page = context.new_page()
    page.goto(live_server.url + PAGE)
    expect(page.get_by_text("7 of 20 made, 1 failed")).to_be_visible()
    expect(page.get_by_text("no room for the slides")).to_be_visible()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF report of Camden").click()
    assert fetched.value.suggested_filename == f"london-202-{DATASET}-{PERIOD}-1.pdf"
    page.get_by_role("button", name="Make those that failed again").click()
    expect(page.get_by_text("are being made")).to_be_visible()
    expect(page.get_by_text("7 of 20 made", exact=False).first).to_be_visible()
    context.close()

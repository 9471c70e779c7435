"""Every page in a real browser, in both regions: axe, a desk and a phone, no complaint, and who can see it.

Forms are sent without scripts, one for each subject.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

# Files and redirects: nothing to look at. Their pages and statuses are tried in tests/contracts.
NO_PAGE = {
    "feed", "edition_file", "signature_pdf", "return_workbook", "release_workbook", "release_data", "release_public",
    "release_meta", "benchmark_file", "group_file", "tally_plan", "challenge_calendar", "challenge_report_file",
    "paper_document", "paper_evidence",
    "healthz", "plan_document", "pack_file",
}  # fmt: skip
# Whoever opens what a director does not.
OTHERS = {
    "london": {
        "programme-manager": "join sub_region sign_on_paper revoke review_held review_answered journal "
        "challenge_new challenge_meeting",
        "analyst": "judge release_make board",
        "data-lead": "delegate end_delegation",
        "lead": "follow_up_set_up grouping conflict",
        "chief-executive": "shown_one plan_answer",
        "nobody": "home published published_measure sources accessibility",
    },
    "east-midlands": {
        "programme-manager": "join sub_region sign_on_paper revoke review_held review_answered journal "
        "challenge_new challenge_meeting",
        "data-specialist": "judge release_make board",
        "data-lead": "delegate end_delegation",
        "co-ordinator": "follow_up_set_up grouping conflict",
        "chief-executive": "shown_one plan_answer",
    },
}
PUBLIC = {
    "home",
    "published",
    "published_measure",
    "sources",
    "accessibility",
}  # these need not say who sees them


@pytest.fixture
def world(transactional_db: None) -> Iterator[Any]:
    """The world of the contracts, as a demonstration, written for the server to read."""
    from django.db import transaction
    from tests.contracts import world  # not before Django is ready

    with world.today():
        with transaction.atomic():
            built = world.build(demo=True)
        yield built


def addresses(region: Any) -> dict[str, str]:
    """Every page of a region by its name."""
    from tests.contracts.expected import LINES
    from tests.contracts.test_addresses import at, every_address

    return {
        name: at(name, region)
        for name, _, methods in every_address()
        if "GET" in methods and name not in NO_PAGE and region.key not in LINES[name].nothing
    }


def sign_in(context: BrowserContext, url: str, world: Any, region: Any, label: str) -> None:
    context.clear_cookies()
    if label != "nobody":
        key = world.client(region, label).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


def reader(region: Any, name: str) -> list[str]:
    """Who looks at a page: the authority’s director unless another office does, and both where both do."""
    found = [label for label, names in OTHERS[region.key].items() if name in names.split()]
    return found or ["director"]


@pytest.mark.parametrize("place", ["london", "east_midlands"])
def test_every_page_at_a_desk_and_on_a_phone(
    place: str,
    live_server: Any,
    page: Page,
    world: Any,
    accessible: Callable[[Any], None],
    page_errors: list[str],
) -> None:
    region = getattr(world, place)
    todo = [(label, name, url) for name, url in addresses(region).items() for label in reader(region, name)]
    wrong: list[str] = []
    for label, name, url in sorted(todo):
        sign_in(page.context, live_server.url, world, region, label)
        page.set_viewport_size({"width": 1280, "height": 900})
        response = page.goto(live_server.url + url)
        assert response is not None
        if response.status != 200:
            wrong.append(f"{name}: {response.status}")
            continue
        wrong += [f"{name}: {fault}" for fault in _faults(page, name, label, accessible)]
        page.set_viewport_size({"width": 390, "height": 844})
        wrong += [f"{name}, phone: {fault}" for fault in _faults(page, name, label, accessible)]
    assert len(todo) > 55
    assert not wrong, "\n".join(wrong)


def _faults(page: Page, name: str, label: str, accessible: Callable[[Any], None]) -> Iterator[str]:
    """What is wrong with the page that the browser shows."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"scrolls sideways, {wide} in {width}"
    labelled = "[...document.querySelectorAll('.app-labelled')].some(t => t.scrollWidth > innerWidth)"
    if page.evaluate(labelled):
        yield "a table that is a list on a phone is wider than the screen"
    headings = page.locator("h1")
    if headings.count() != 1 or not headings.first.inner_text().strip():
        yield f"{headings.count()} headings of the first level"
    if not re.search(r"\S.* . Concord$|^Concord$", page.title()):
        yield f"its title is {page.title()!r}"
    if name not in PUBLIC and not page.get_by_text("Who can see this:").count():
        yield "does not say who can see it"
    if label != "nobody" and not page.get_by_role("note", name="Demonstration").count():
        yield "does not say that it is a demonstration"
    try:
        accessible(page)
    except AssertionError as fault:
        yield str(fault)


# One form of each subject: who, the page, what is typed or chosen, the button, and what is said afterwards.
FORMS = [
    ("director", "ask_review", {"reason": "The annexes are old"}, "Ask for it", "The review is asked for."),
    ("chief-executive", "answer", {}, "I sign", "Your signature is recorded."),
    ("director", "feed_make", {}, "Make a new address, and stop the old one", "It is not shown again"),
    ("director", "return", {"n-cla_rate": "12"}, "Save", "Saved."),
    ("analyst", "board", {}, "Accept Islington", "Accepted: Islington."),
    ("dfe-officer", "compare", {"second": "cin_rate"}, "Show", "cause and effect"),
    ("director", "narrative", {"meaning": "More came"}, "Save as a draft", "Saved as a draft."),
    ("analyst", "release_make", {}, "Release", "Released. Everyone who may see it has been told."),
    ("chair", "journal", {"authority": "202"}, "Show", "signed for Camden"),
]


def test_forms_work_without_scripts(live_server: Any, browser: Browser, world: Any) -> None:
    from tests.contracts.test_addresses import at

    region = world.london
    where = {"feed_make": "me", "answer": "signature_page"}
    for label, name, typed, button, told in FORMS:
        context = browser.new_context(java_script_enabled=False)
        try:
            sign_in(context, live_server.url, world, region, label)
            page = context.new_page()
            url = at(where.get(name, name), region)
            if name == "answer":
                url += f"{label}/sign/"
            page.goto(live_server.url + url)
            for field, value in typed.items():
                box = page.locator(f"[name='{field}']").first
                box.select_option(value) if box.evaluate("e => e.tagName") == "SELECT" else box.fill(value)
            page.get_by_role("button", name=button, exact=True).first.click()
            expect(page.locator("main").get_by_text(told).first, f"{name}: {page.url}").to_be_visible()
        finally:
            context.close()

"""Writing a self-evaluation in a real browser: saved while it is typed, safe when the connection drops, signed."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests import factories
from tests.factories import east_midlands, london
from tests.integration.papers.test_papers import Place, fresh

from concord.actions import papers
from concord.queries.membership import today
from concord.records.models import Section, SectionText
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(context: BrowserContext, url: str, actor: Actor) -> None:
    key = factories.client_of(actor).cookies["sessionid"].value
    context.clear_cookies()
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


def year() -> str:
    """The financial year of the server’s own day."""
    from catalogue.periods import Period

    return Period.year_of(today()).key


@pytest.fixture(autouse=True)
def this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.papers.test_papers.YEAR", year())


def test_typed_text_is_saved_and_survives_a_lost_connection(
    live_server: Any, page: Page, accessible: Any, page_errors: Any
) -> None:
    place = Place(london, "self-assessment", "202")
    paper = place.paper()
    sign_in(page.context, live_server.url, place.writer)
    at = f"{live_server.url}/alliances/london/papers/{paper.pk}/sections/leaders/"
    page.goto(at)
    accessible(page)
    box, told = page.get_by_label("Text", exact=True), page.locator("[data-saved]")
    box.fill("Twelve audits a month.")
    expect(told).to_contain_text("Saved ", timeout=15_000)
    row = Section.objects.get(paper=paper, key="leaders")
    assert (row.text, row.version, row.ready) == ("Twelve audits a month.", 1, False)
    page.route("**/sections/leaders/", lambda route: route.abort())
    box.fill("Twelve audits a month, and two moderated.")
    expect(told).to_contain_text("Concord could not be reached. Your text is still here", timeout=15_000)
    page.unroute("**/sections/leaders/")
    page_errors.clear()  # the browser complains of the connection that the test took away
    expect(box).to_have_value("Twelve audits a month, and two moderated.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert Section.objects.get(pk=row.pk).text == "Twelve audits a month, and two moderated."
    assert SectionText.objects.filter(section=row).count() == 2


def test_written_sent_and_signed_without_scripts_and_on_a_phone(live_server: Any, browser: Browser) -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    member = factories.actor(place.alliance, "lead-member", code="831", name="Nadia Osei")
    factories.actor(place.alliance, "chief-executive", code="831", name="Tom Birch")
    paper = place.written()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    here = f"{live_server.url}/alliances/east-midlands/papers/{paper.pk}/"
    sign_in(context, live_server.url, place.writer)
    page.goto(f"{here}sections/leaders/")
    page.get_by_label("Text", exact=True).fill("Mine, typed for an hour.")
    papers.save_section(by=place.director, paper=paper, key="leaders", text="Theirs.", seen_version=1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved this while you were writing").first).to_be_visible()
    expect(page.get_by_text("Theirs.", exact=True).first).to_be_visible()
    expect(page.get_by_label("Text", exact=True)).to_have_value("Mine, typed for an hour.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    sign_in(context, live_server.url, place.director)
    page.goto(here)
    page.get_by_role("button", name="Send it for signature").click()
    page.get_by_role("button", name="Send it for signature").click()
    expect(page.get_by_text("Sent to those who sign it.")).to_be_visible()

    sign_in(context, live_server.url, member)
    page.goto(f"{here}signatures/")
    expect(page.get_by_text("Mine, typed for an hour.")).to_be_visible()
    page.get_by_role("button", name="Sign as Lead Member for Children’s Services").click()
    page.get_by_role("button", name="I sign").click()
    expect(page.get_by_text("1 of 3 have signed.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign as")).to_have_count(0)
    assert fresh(paper).state == "signing"
    context.close()

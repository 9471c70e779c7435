"""The room in a real browser: the connection drops in the middle of the record, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def em(transactional_db: None) -> Iterator[Any]:
    """Derby's challenge on its day, written for the server to read."""
    import time_machine
    from tests.integration.challenge.region import NOW, TEAM, east_midlands

    from concord.actions import lines, readings, slots

    with time_machine.travel(NOW, tick=True):
        place = east_midlands()
        place.accept(*TEAM)
        place.do("lead", "request")
        place.submitted()
        for label in ("lead", "triad", "second", "data-specialist"):
            texts = {"questions": "Who waits?"}
            readings.save(
                by=place.actor(label), challenge=place.challenge, texts=texts, seen_version=0, send=True
            )
        line = lines.propose(
            by=place.actor("triad"), challenge=place.challenge, question="Who waits, and how long?"
        )
        lines.move(by=place.actor("lead"), line=line, name="agree")
        place.do("lead", "enquire")
        slots.add(
            by=place.actor("logistics-officer"), challenge=place.challenge, title="The conversation",
            starts=NOW, ends=NOW.replace(hour=15), place="County Hall",
        )  # fmt: skip
        place.do("host", "timetable")
        yield place


def sign_in(page: Page, url: str, place: Any, label: str) -> str:
    from tests.factories import client_of

    key = client_of(place.people[label]).cookies["sessionid"].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": url}])
    return f"{url}/alliances/east-midlands/challenges/{place.challenge.pk}/"


def write(page: Page, text: str, kind: str = "Strength") -> None:
    page.get_by_label("What it is").select_option(label=kind)
    page.get_by_label("In words").fill(text)
    page.get_by_role("button", name="Write it down").click()


def test_the_connection_drops_and_nothing_is_lost_or_doubled(live_server: Any, page: Page, em: Any) -> None:
    from concord.records.models import Entry, Finding

    at = sign_in(page, live_server.url, em, "triad")
    page.goto(at + "room/")
    write(page, "Help comes early")
    expect(page.locator("[data-room-record]")).to_contain_text("Help comes early")
    page.context.set_offline(True)
    write(page, "Visits are late", "Area for development")
    expect(page.locator("[data-room-list]")).to_contain_text("Visits are late")
    write(page, "Count the days to a visit", "Recommendation")
    expect(page.locator("[data-room-list] li")).to_have_count(2)
    expect(page.locator("[data-room-state]")).to_contain_text("no connection")
    page.get_by_label("In words").fill("Half a sentence that was not")
    assert Finding.objects.count() == 1
    page.context.set_offline(False)
    expect(page.locator("[data-room-record]")).to_contain_text("Count the days to a visit")
    expect(page.locator("[data-room-list] li")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("In words")).to_have_value("Half a sentence that was not")
    texts = sorted(Finding.objects.values_list("text", flat=True))
    assert texts == ["Count the days to a visit", "Help comes early", "Visits are late"]
    assert Entry.objects.filter(verb="findings.kept").count() == 3


def test_an_answer_that_is_lost_on_its_way_back_doubles_nothing(
    live_server: Any, page: Page, em: Any
) -> None:
    from concord.records.models import Finding

    at = sign_in(page, live_server.url, em, "triad")
    page.goto(at + "room/")
    lost = {"once": True}

    def swallow(route: Any) -> None:
        """The server has it; the page never hears so."""
        if route.request.method == "POST" and lost.pop("once", False):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/room/", swallow)
    write(page, "Help comes early")
    expect(page.locator("[data-room-state]")).to_contain_text("no connection")
    expect(page.locator("[data-room-list]")).to_contain_text("Help comes early")
    assert Finding.objects.count() == 1
    page.reload()
    expect(page.locator("[data-room-list] li")).to_have_count(0)
    assert Finding.objects.count() == 1


def test_a_finding_that_is_refused_is_kept_and_mended(live_server: Any, page: Page, em: Any) -> None:
    from concord.records.models import Finding

    at = sign_in(page, live_server.url, em, "triad")
    page.goto(at + "room/")
    page.get_by_label("Day", exact=True).fill("31")
    page.get_by_label("Month", exact=True).fill("2")
    page.get_by_label("Year", exact=True).fill("2027")
    write(page, "Audit again", "Agreed action")
    expect(page.locator("[data-room-list]")).to_contain_text("real date")
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Day", exact=True).fill("28")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("[data-room-list] li")).to_have_count(0)
    assert Finding.objects.get().due == date(2027, 2, 28)

"""A plan in the browser: written, sent, signed, shown, challenged and followed, at a desk and on a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect
from tests import factories
from tests.integration.packs import test_packs
from tests.integration.plans import steps

from concord.commands import jobs
from concord.records.models import FollowUp, Pack, Plan

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES", "")  # a folder, where somebody wants to look at the pages


@pytest.fixture
def desk(live_server: Any, page: Page, accessible: Callable[[Any], None], page_errors: list[str]) -> Any:
    """``desk.at(person, path)`` opens a page as somebody; ``desk.looked(name)`` holds it to axe, wide and narrow."""

    class Desk:
        def at(self, of: steps.Place, label: str, path: str) -> Page:
            page.context.clear_cookies()
            key = factories.client_of(of.people[label]).cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
            page.goto(live_server.url + f"/alliances/{of.alliance.key}/{path}")
            return page

        def looked(self, name: str) -> None:
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                accessible(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
                if PICTURES:
                    page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
            page.set_viewport_size({"width": 1280, "height": 900})

    with time_machine.travel(steps.AT, tick=False):
        yield Desk()


def test_from_the_findings_to_the_progress(desk: Any) -> None:
    of = steps.place("east-midlands")
    test_packs.released(of)
    page = desk.at(of, "director", "plans/")
    page.get_by_role("button", name="Begin a plan of Derby").click()
    desk.looked("begin")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Before it can be sent for signature")).to_be_visible()
    desk.looked("draft")
    for area in ("Assessments take too long", "Hear children’s voices in audits"):
        page.get_by_role("link", name=f"Add an action for: {area}").click()
        page.get_by_label("What will be done").fill(f"See to it: {area}")
        page.get_by_label("Who sees to it").fill("Head of quality")
        for part, value in (("Day", "28"), ("Month", "2"), ("Year", "2027")):
            page.get_by_label(part, exact=True).fill(value)
        if area.startswith("Assess"):
            page.get_by_label("An indicator that will show it (optional)").select_option("sw_vacancy_pct")
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_role("link", name="Enter the figure that you aim at")).to_be_visible()
            page.get_by_label("Aim (optional)").fill("15")
            desk.looked("action")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main").get_by_text("Saved.")).to_be_visible()
    page.get_by_role("button", name="Send it for signature").click()
    plan = Plan.objects.get()
    desk.looked("signing")
    for office in ("director", "lead-member", "chief-executive"):
        page = desk.at(of, office, f"plans/{plan.pk}/signatures/")
        if office == "lead-member":
            desk.looked("signatures")
        page.get_by_role("button", name="Sign as").click()
        page.get_by_role("button", name="I sign").click()
        expect(page.get_by_text("Your signature is recorded.")).to_be_visible()
    page = desk.at(of, "director", f"plans/{plan.pk}/")
    page.get_by_role("button", name="Show it to lead member").click()
    page.get_by_role("link", name="Say how it goes").first.click()
    page.get_by_label("Behind").check()
    page.get_by_label("What was done, and what came of it (optional)").fill("Two posts are still empty")
    desk.looked("progress")
    page.get_by_role("button", name="Keep it").click()
    page = desk.at(of, "chief-executive", "shown/")
    desk.looked("shown")
    page.get_by_role("link", name="Development plan 2026-27").click()
    page.get_by_label("A word back (optional)").fill("Thank you")
    page.get_by_role("button", name="I have read it").click()
    page = desk.at(of, "triad", f"plans/{plan.pk}/")
    page.get_by_label("What do you ask of this plan?").fill("How will you know?")
    page.get_by_role("button", name="Send it to the authority").click()
    expect(page.get_by_text("Kept. The authority is told.")).to_be_visible()
    page = desk.at(of, "director", f"plans/{plan.pk}/")
    page.get_by_label("Your answer").fill("By the audits.")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("By the audits.")).to_be_visible()
    desk.looked("signed")


def test_a_look_back_and_a_pack(desk: Any, page: Page) -> None:
    of = test_packs.whole("east-midlands")
    look = FollowUp.objects.get()
    page = desk.at(of, "lead", f"follow-ups/{look.pk}/")
    page.get_by_label("Who does it").select_option(
        label="assistant-director of 831: Assistant director, Derby"
    )
    desk.looked("look")
    page.get_by_role("button", name="Hand it on").click()
    expect(page.get_by_text("It is handed on.")).to_be_visible()
    page = desk.at(of, "assistant-director", f"follow-ups/{look.pk}/")
    page.get_by_text("Record what was checked").click()
    page.get_by_label("Moderation of audits").check()
    page.get_by_label("How many audits or cases (optional)").fill("8")
    page.get_by_label("On how many of them both sides agreed (optional)").fill("9")
    page.get_by_label("What was found").fill("Judged alike")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("link", name="Enter no more than were looked at")).to_be_visible()
    page.get_by_label("On how many of them both sides agreed (optional)").fill("7")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("both sides agreed on 7")).to_be_visible()
    desk.looked("checked")
    page.get_by_role("button", name="Write the report").click()
    expect(page).to_have_url(re.compile("/papers/"))
    page = desk.at(of, "director", "packs/")
    desk.looked("packs")
    page.get_by_role("button", name="Make a challenge pack").click()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_text("It is being made.")).to_be_visible()
    desk.looked("pack-waiting")
    jobs.pack(Pack.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Nothing in it has changed")).to_be_visible()
    desk.looked("pack")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Word").click()
    assert fetched.value.suggested_filename == "challenge-831-2026-27-1.docx"

"""The annual dataset from end to end in a browser: pasted in, accepted, released, and seen as a benchmark."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests import factories, releasing

import catalogue
from catalogue.periods import last_finished
from concord.actions._run import SYSTEM
from concord.actions.published import load_own_table
from concord.records.models import Alliance, Release
from concord.rules.access import Actor
from concord.rules.figures import Amount

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = last_finished(date.today(), "year")  # noqa: DTZ011  the server’s own day
URL = f"/alliances/london/returns/annual/{YEAR.key}/"
OTHERS = ("203", "204", "206")


def sign_in(context: BrowserContext, url: str, actor: Actor) -> None:
    context.clear_cookies()
    key = factories.client_of(actor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": url}])


@pytest.fixture
def london(transactional_db: None) -> Alliance:
    """London, where three boroughs’ years are accepted and Camden’s is to come."""
    alliance = factories.london()
    load_own_table(by=SYSTEM, publications=["ons-population"])
    for code in OTHERS:
        content = releasing.lines("annual", code)
        releasing.accepted(alliance, code, "annual", YEAR.key, content, "validated")
    return alliance


def table() -> str:
    """Camden’s year as cells of a worksheet."""
    rows = [["indicator", "numerator", "denominator"]]
    for id in catalogue.datasets()["annual"].indicators:
        indicator = catalogue.indicators()[id]
        over = {"population-0-17": "20", "none": "20", "return": "30"}.get(indicator.denominator_from, "10")
        over = "900" if id == "cin_rate" else over
        rows.append([id, over, "200" if indicator.denominator_from == "return" else ""])
    return "\n".join("\t".join(row) for row in rows)


@pytest.mark.clause("L2.1b")
def test_a_year_from_the_first_figure_to_the_benchmark(
    live_server: Any, page: Page, london: Alliance, accessible: Any
) -> None:
    base, analyst = live_server.url, factories.actor(london, "analyst")
    sign_in(page.context, base, factories.actor(london, "data-lead", code="202"))
    page.goto(f"{base}/alliances/london/returns/")
    page.get_by_role("link", name=f"Annual dataset, {YEAR.label}").click()
    page.get_by_role("link", name="paste from Excel").click()
    page.get_by_role("textbox").fill(table())
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Take these figures in").click()
    expect(page.get_by_text("Every check is passed or explained")).to_be_visible()
    page.get_by_label("Validated").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Submitted. This is submission 1")).to_be_visible()

    sign_in(page.context, base, analyst)
    page.goto(base + URL)
    accessible(page)
    page.get_by_role("button", name="Accept Camden", exact=True).click()
    expect(page.get_by_text("Accepted: Camden.")).to_be_visible()
    page.get_by_role("link", name="Release this year").or_(
        page.get_by_role("button", name="Release this year")
    ).click()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_text("Released. Everyone who may see it has been told.")).to_be_visible()
    release = Release.objects.get()
    assert (release.dataset, release.period) == ("annual", YEAR.key)
    address = page.url

    sign_in(page.context, base, factories.actor(london, "director", code="204"))
    page.goto(address)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Camden"))
    expect(row).to_have_count(1)
    response = page.goto(f"{base}/alliances/london/members/202/?dataset=annual")
    assert response is not None
    assert response.status == 200
    line = page.locator("tr").filter(has=page.get_by_role("link", name="Agency social worker rate (%)")).first
    expect(line).to_contain_text(figure("202", "sw_agency_pct"))
    expect(line).to_contain_text(sums("sw_agency_pct"))
    accessible(page)

    sign_in(page.context, base, factories.actor(london, "dfe-officer"))
    response = page.goto(address)
    assert response is not None
    assert response.status == 403, "the year’s figures are for members"


def amount(code: str, indicator: str) -> Amount:
    """What an authority returned."""
    from decimal import Decimal

    if code == "202":
        return Amount(Decimal(30), Decimal(200))
    line = releasing.lines("annual", code)[indicator]
    return Amount(Decimal(line["numerator"]), Decimal(line["denominator"]))


def figure(code: str, indicator: str) -> str:
    value = amount(code, indicator).value(catalogue.indicators()[indicator])
    return f"{value:.1f}%"


def sums(indicator: str) -> str:
    """London’s figure: the sum of numerators over the sum of denominators."""
    parts = [amount(code, indicator) for code in ("202", *OTHERS)]
    over, under = (sum((getattr(p, n) or 0) for p in parts) for n in ("numerator", "denominator"))
    return f"{100 * over / under:.1f}%"

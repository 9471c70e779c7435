"""The quarter from end to end, in a browser, in both regions: what issue 2 says must be possible before it ends.

London is driven with scripts, the East Midlands without any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Download, Page, expect
from tests import factories

from catalogue.periods import Period, last_finished
from concord.actions._run import SYSTEM
from concord.actions.published import load_own_table
from concord.demo import people
from concord.demo.play import moment
from concord.demo.quarters import History, history
from concord.demo.turns import Turn
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Release, Submission
from concord.rules.figures import Amount

pytestmark = pytest.mark.django_db(transaction=True)

OFFICES = ("data-lead", "director", "analyst", "data-specialist", "dfe-officer")


@dataclass(frozen=True)
class Region:
    """One region’s names for things, an authority that returns, others that did, and who is outside."""

    key: str
    name: str
    dataset: str
    collator: str
    code: str
    authority: str
    others: tuple[str, ...]
    member: str
    elsewhere: str
    stranger: str
    javascript: bool


LONDON = Region(
    "london", "London", "london-core-18", "Data analyst of the alliance", "202", "Camden",
    ("204", "206"), "Hackney", "East Midlands", "Derby", True,
)  # fmt: skip
EAST_MIDLANDS = Region(
    "east-midlands", "East Midlands", "riia-31", "Data specialist", "892", "Nottingham",
    ("831", "830"), "Derby", "London", "Camden", False,
)  # fmt: skip


@pytest.fixture(
    params=[
        pytest.param(LONDON, id="london", marks=pytest.mark.clause("L2.1c")),
        pytest.param(EAST_MIDLANDS, id="east-midlands", marks=pytest.mark.clause("E1.6b")),
    ]
)
def region(request: pytest.FixtureRequest) -> Region:
    """Both alliances with their people, and a quarter that two of the region’s authorities have returned."""
    people.forget()
    found: Region = request.param
    alliances = {a.key: a for a in (factories.london(demo=True), factories.east_midlands(demo=True))}
    load_own_table(by=SYSTEM, publications=["ons-population"])
    for alliance in alliances.values():
        people.appoint_everybody(alliance, moment(quarter().start), OFFICES)
    for code in found.others:
        turn = _turn(alliances[found.key], found, code)
        turn.submit(timezone.now())
        turn.accept(timezone.now())
    return found


def quarter() -> Period:
    return last_finished(timezone.localdate(), "quarter")


def books(code: str) -> History:
    return history(code, quarter(), 12, planting=False)


def _turn(alliance: Alliance, region: Region, code: str) -> Turn:
    standing = standing_of(alliance, quarter().end)
    indicators = factories_indicators(region)
    return Turn(
        alliance=alliance,
        authority=Authority.objects.get(code=code).pk,
        dataset=region.dataset,
        period=quarter().key,
        collated_by=standing.charter.dataset(region.dataset).collated_by,
        true=books(code).quarter(quarter(), indicators),
        status="validated",
    )


def factories_indicators(region: Region) -> tuple[str, ...]:
    import catalogue

    return catalogue.datasets()[region.dataset].indicators


@pytest.fixture
def desk(browser: Browser, region: Region, live_server: Any) -> Iterator[Page]:
    """A browser at the region’s instance; the East Midlands’ runs no scripts."""
    context = browser.new_context(java_script_enabled=region.javascript, base_url=live_server.url)
    yield context.new_page()
    context.close()


def sign_in(page: Page, office: str, alliance: str, place: str = "") -> None:
    """Leave whoever one is, and take an office of the demonstration."""
    page.context.clear_cookies()
    page.goto("/sign-in/")
    form = page.locator("form").filter(
        has=page.get_by_role("button", name=f"Sign in as {office}, {alliance}", exact=True)
    )
    if place:
        form.locator("select").select_option(label=place)
    form.get_by_role("button").click()
    expect(
        page.get_by_role("link", name="Sign out").or_(page.get_by_role("button", name="Sign out"))
    ).to_be_visible()


def filled(download: Download, folder: Path, amounts: dict[str, Amount], **wrong: tuple[str, Any]) -> Path:
    """The downloaded workbook with figures typed in; ``wrong`` puts something else in a column of an indicator."""
    path = folder / download.suggested_filename
    download.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Return"]
    for row in range(7, sheet.max_row + 1):
        id = str(sheet[f"A{row}"].value)
        amount = amounts[id]
        sheet[f"D{row}"] = float(amount.numerator or 0)
        if amount.denominator is not None:
            sheet[f"E{row}"] = float(amount.denominator)
        if id in wrong:
            column, value = wrong[id]
            sheet[f"{column}{row}"] = value
    book.save(path)
    return path


def row_of(path: Path, indicator: str) -> int:
    sheet = openpyxl.load_workbook(path)["Return"]
    return next(row for row in range(7, sheet.max_row + 1) if sheet[f"A{row}"].value == indicator)


def upload(page: Page, path: Path) -> None:
    page.get_by_label("Workbook (.xlsx) or CSV file").set_input_files(path)
    page.get_by_role("button", name="Upload").click()


def send_wrong_then_right(page: Page, region: Region, folder: Path) -> None:
    """The data lead: a workbook with two mistakes is refused by cell; mended, it is taken in and submitted."""
    amounts = books(region.code).quarter(quarter(), factories_indicators(region))
    referrals = amounts["referrals_rate"].numerator or Decimal(0)
    page.get_by_role("link", name="Returns").first.click()
    page.get_by_role("link", name=quarter().label).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="download the workbook").click()
    wrong = filled(
        download.value,
        folder,
        amounts,
        cla_rate=("D", "about 200"),
        rereferrals_pct=("D", float(referrals + 1)),
    )
    page.get_by_role("link", name="upload it or a CSV file").click()
    upload(page, wrong)
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_contain_text(f"Return!D{row_of(wrong, 'cla_rate')}")
    expect(summary).to_contain_text(f"Return!D{row_of(wrong, 'rereferrals_pct')}")
    expect(summary.locator("li")).to_have_count(2)
    assert not Submission.objects.filter(part_of__authority__code=region.code).exists()
    upload(page, filled(download.value, folder, amounts))
    page.get_by_role("button", name="Take these figures in").click()
    expect(page.get_by_text("Every check is passed or explained")).to_be_visible()
    page.get_by_role("radio", name="Provisional").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Submitted. This is submission 1")).to_be_visible()


def board_of(region: Region) -> str:
    return f"/alliances/{region.key}/returns/{region.dataset}/{quarter().key}/"


def test_a_quarter_from_the_first_figure_to_every_reader(
    desk: Page, region: Region, tmp_path: Path, accessible: Callable[[Page], None]
) -> None:
    page = desk
    sign_in(page, "Data lead", region.name, region.authority)
    send_wrong_then_right(page, region, tmp_path)

    sign_in(page, region.collator, region.name)
    page.goto(board_of(region))
    page.get_by_role("link", name=region.authority, exact=True).click()
    page.get_by_label("Ask about").select_option("cla_rate")
    page.get_by_label("Question").fill("Does this take in the children placed last week?")
    page.get_by_role("button", name="Send question").click()
    expect(page.get_by_text("Your question was sent.")).to_be_visible()

    sign_in(page, "Data lead", region.name, region.authority)
    page.goto(board_of(region) + f"{region.code}/")
    expect(page.get_by_text("question from the analyst to answer")).to_be_visible()
    page.locator("[name^=answer-]").fill("Yes, all of them.")
    page.get_by_role("button", name="Send answers").click()
    expect(page.get_by_text("Answered.").first).to_be_visible()

    sign_in(page, region.collator, region.name)
    page.goto(board_of(region))
    if region.javascript:
        accessible(page)
    page.get_by_role("button", name=f"Accept {region.authority}", exact=True).click()
    expect(page.get_by_text(f"Accepted: {region.authority}.")).to_be_visible()
    page.get_by_role("button", name="Release this quarter").or_(
        page.get_by_role("link", name="Release this quarter")
    ).click()
    expect(page.get_by_text("Who will see it:")).to_be_visible()
    expect(page.locator(".app-audience")).to_contain_text("the Department for Education")
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_text("Released. Everyone who may see it has been told.")).to_be_visible()
    release = Release.objects.get()
    assert sum(state == "released" for state in release.standing.values()) == 3
    address = page.url

    sees_it(page, "Director of Children’s Services", region, region.member, address)
    sees_it(page, "Officer of the DfE", region, "", address)
    sees_nothing(page, region, address)


def sees_it(page: Page, office: str, region: Region, place: str, address: str) -> None:
    """A member or the DfE reads the release, and not the return that it was made of."""
    sign_in(page, office, region.name, place)
    response = page.goto(address)
    assert response is not None
    assert response.status == 200
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=region.authority))
    expect(row.get_by_role("cell").first).to_have_text(shown("contacts_rate", region))
    response = page.goto(board_of(region) + f"{region.code}/")
    assert response is not None
    assert response.status == 403
    expect(page.get_by_text("This is shared with the authority itself")).to_be_visible()


def shown(indicator: str, region: Region) -> str:
    """The figure as it is printed: the first column of the release."""
    from catalogue.reference import published

    amount = books(region.code).quarter(quarter(), (indicator,))[indicator]
    children = {
        f.year: f.value
        for f in published()
        if f.publication == "ons-population" and f.place == region.code and f.year <= quarter().end.year
    }
    rate = (amount.numerator or 0) * 10_000 / (children[max(children)] or 1)
    return f"{rate:,.1f}"


def sees_nothing(page: Page, region: Region, address: str) -> None:
    """A director of the other region is refused at every address of this one’s figures."""
    sign_in(page, "Director of Children’s Services", region.elsewhere, region.stranger)
    member = f"/alliances/{region.key}/members/{region.code}/"
    for path in (
        address,
        f"/alliances/{region.key}/releases/",
        board_of(region),
        board_of(region) + f"{region.code}/",
    ):
        response = page.goto(path)
        assert response is not None
        assert response.status == 403, path
        expect(page.get_by_text("in which you hold no office")).to_be_visible()
    page.goto(member)
    expect(page.get_by_text(shown("contacts_rate", region), exact=True)).to_have_count(0)

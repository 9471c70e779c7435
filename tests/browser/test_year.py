"""A year through six people's eyes, in a browser, in both regions: what issue 4 says must be possible before it ends.

Host director, lead challenger, a director who challenges, data specialist, chief executive and co-ordinator each do
what is theirs in the pages; what lies between is done by the demonstration's people. At each step everybody tries
every address of it, and gets what the charter says. In London whoever is named “lead” here is the first director of
the group, the co-ordinator is the sub-regional lead, and the data analyst has no part in the challenge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect
from tests import factories

from catalogue.periods import Period
from concord.actions import challenges, sign_offs
from concord.demo import people
from concord.demo.part import Part
from concord.demo.year import Year
from concord.queries import papers as paper_queries
from concord.queries.membership import actor_of, holders
from concord.records.models import Alliance, Authority, Challenge, FollowUp, Paper, Person, SubRegion

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = Period.parse("2026-27")
BEGUN = datetime(2026, 10, 20, 9, tzinfo=UTC)


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, 10, tzinfo=UTC)


@dataclass
class Region:
    """One region, the host, and the people by what they are in its challenge."""

    alliance: Alliance
    code: str
    co_ordinator: str
    data: str
    outside: str
    people: dict[str, Person] = field(default_factory=dict)
    rest: Callable[[], object] = lambda: None

    @property
    def part(self) -> Part:
        """The host's way through the year; no page stays open that might save meanwhile."""
        self.rest()
        year = Year(self.alliance, YEAR)
        return Part(year, year.standing.by_code[self.code], 0)

    @property
    def paper(self) -> Paper:
        """The host's self-evaluation."""
        return Paper.objects.get(document="self-evaluation", authority__code=self.code)

    @property
    def challenge(self) -> Challenge:
        """The host's challenge."""
        return Challenge.objects.get(authority__code=self.code)

    def cast(self, name: str, office: str, code: str = "", sub_region: str = "") -> None:
        authority = Authority.objects.get(code=code).pk if code else None
        found = holders(self.alliance.pk, office, BEGUN.date(), authority, sub_region).first()
        assert found is not None, name
        self.people[name] = found

    def seated(self) -> None:
        """The lead and a director who challenges, as the groups have it."""
        roles = ("lead", "triad") if self.alliance.key == "east-midlands" else ("triad", "triad")
        rows = list(self.challenge.seats.filter(role__in=roles).order_by("role", "pk"))
        lead = next(s for s in rows if s.role == roles[0])
        other = next(s for s in rows if s.role == roles[1] and s.person_id != lead.person_id)
        self.people |= {"lead": lead.person, "triad": other.person}
        inside = set(self.challenge.seats.values_list("person", flat=True))
        for authority in Authority.objects.filter(code__in=self.outside.split()):
            found = holders(self.alliance.pk, "director", BEGUN.date(), authority.pk).first()
            if found and found.pk not in inside:
                self.people["outside"] = found


OFFICES = (
    *("director", "chief-executive", "lead-member", "assistant-director", "improvement-lead", "co-ordinator"),
    *("data-specialist", "logistics-officer", "sub-regional-lead", "analyst", "programme-manager"),
)


@pytest.fixture(params=["london", "east-midlands"])
def region(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Region]:
    people.forget()
    with time_machine.travel(BEGUN, tick=False):
        if request.param == "london":
            found = Region(
                factories.london(demo=True), "202", "sub-regional-lead", "analyst", "204 206 308 309"
            )
        else:
            found = Region(
                factories.east_midlands(demo=True),
                "831",
                "co-ordinator",
                "data-specialist",
                "830 856 891 925",
            )
        people.appoint_everybody(found.alliance, BEGUN, OFFICES)
        sub_region = (
            "north" if SubRegion.objects.filter(alliance=found.alliance, key="north").exists() else ""
        )
        found.cast("host", "director", found.code)
        found.cast("chief-executive", "chief-executive", found.code)
        found.cast("co-ordinator", found.co_ordinator, sub_region=sub_region)
        found.cast("data", found.data)
        found.people["nobody"] = factories.person(found.alliance, "lga-adviser")
    yield found
    people.forget()


class Eyes:
    """Pages as people see them."""

    def __init__(self, region: Region, page: Page, url: str, accessible: Callable[[Any], None]) -> None:
        self.region, self.page, self.url, self.accessible = region, page, url, accessible
        region.rest = lambda: page.goto("about:blank")

    def sign_in(self, name: str) -> None:
        key = factories.client_of(self.region.people[name]).cookies["sessionid"].value
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "sessionid", "value": key, "url": self.url}])

    def at(self, name: str, path: str) -> Page:
        """A page as somebody, held to axe."""
        self.sign_in(name)
        self.page.goto(f"{self.url}/alliances/{self.region.alliance.key}/{path}")
        self.accessible(self.page)
        return self.page

    def only(self, path: str, *seeing: str) -> None:
        """Everybody tries an address: those named see it, all others are told why not."""
        found = {}
        for name in self.region.people:
            self.sign_in(name)
            answer = self.page.request.get(f"{self.url}/alliances/{self.region.alliance.key}/{path}")
            found[name] = answer.status
        assert found == {name: 200 if name in seeing else 403 for name in self.region.people}, path

    def file(self, name: str, path: str) -> bytes:
        self.sign_in(name)
        answer = self.page.request.get(f"{self.url}/alliances/{self.region.alliance.key}/{path}")
        assert answer.status == 200, path
        return answer.body()


OWN = ("host", "chief-executive")


def press(page: Page, button: Locator) -> None:
    """Press a button and wait for the page that follows: the server has then written what it was told."""
    with page.expect_navigation():
        button.click()


def test_the_year(
    live_server: Any, page: Page, accessible: Callable[[Any], None], region: Region, page_errors: list[str]
) -> None:
    east = region.alliance.key == "east-midlands"
    eyes = Eyes(region, page, live_server.url, accessible)
    with time_machine.travel(day(11, 5), tick=False):
        _written(eyes, region)
    with time_machine.travel(day(11, 20), tick=False):
        _grouped(eyes, region)
    with time_machine.travel(day(12, 2), tick=False):
        _handed_in(eyes, region, east)
    with time_machine.travel(day(12, 10), tick=False):
        _seated(eyes, region, east)
    with time_machine.travel(day(1, 12, 2027), tick=False):
        _read(eyes, region, east)
    with time_machine.travel(day(2, 9, 2027), tick=False):
        _met(eyes, region, east)
    with time_machine.travel(day(2, 24, 2027), tick=False):
        _planned(eyes, region, east)
    if east:
        with time_machine.travel(day(6, 15, 2027), tick=False):
            _looked_back(eyes, region)
    with time_machine.travel(day(9, 20, 2027), tick=False):
        _closed(eyes, region, east)


def _written(eyes: Eyes, region: Region) -> None:
    """The host begins; nobody else sees a word of the draft."""
    region.part.begin(day(11, 5))
    paper = f"papers/{region.paper.pk}/"
    eyes.only(paper, *OWN)
    shown = eyes.at("host", paper)
    shown.get_by_role("link", name="In short, and what has changed").first.click()
    expect(shown.get_by_label("Text", exact=True)).to_have_value(re.compile("has|knows|steady"))
    region.part.write(day(11, 5))
    eyes.only(f"{paper}whole/", *OWN)


def _grouped(eyes: Eyes, region: Region) -> None:
    """The co-ordinator has groups proposed and agrees them; the others may not form any."""
    shown = eyes.at("co-ordinator", "groups/")
    press(shown, shown.get_by_role("button", name="Propose groups").first)
    expect(shown.get_by_text("proven", exact=False).first).to_be_visible()
    eyes.accessible(shown)
    press(shown, shown.get_by_role("button", name="Agree these groups"))
    region.seated()
    assert set(region.people) >= {"lead", "triad", "outside"}


def _handed_in(eyes: Eyes, region: Region, east: bool) -> None:
    """The host hands it in; in the East Midlands the chief executive signs last, on the page that the letter names."""
    paper = region.paper
    shown = eyes.at("host", f"papers/{paper.pk}/")
    press(shown, shown.get_by_role("button", name="Send it for signature" if east else "Hand it in"))
    press(shown, shown.locator("main form button").last)
    if not east:
        return
    eyes.only(f"papers/{paper.pk}/whole/", *OWN)
    for office in ("director", "lead-member"):
        what = paper_queries.signable(Paper.objects.get(pk=paper.pk))
        who = holders(region.alliance.pk, office, day(12, 2).date(), paper.authority_id).first()
        sign_offs.sign(by=actor_of(who), what=what, office=office, seen_hash=what.hash)
    shown = eyes.at("chief-executive", f"papers/{paper.pk}/signatures/")
    press(shown, shown.get_by_role("button", name="Sign as"))
    press(shown, shown.get_by_role("button", name="I sign"))
    expect(shown.get_by_text("Your signature is recorded.")).to_be_visible()


def _seated(eyes: Eyes, region: Region, east: bool) -> None:
    """Who is asked answers for conflicts first; only then do the papers open."""
    paper, at = f"papers/{region.paper.pk}/whole/", f"challenges/{region.challenge.pk}/"
    always = (*OWN, "co-ordinator", *(("data",) if east else ()))
    eyes.only(paper, *always)
    shown = eyes.at("lead", f"{at}answer/")
    press(shown, shown.get_by_role("button", name="Answer"))
    expect(shown.get_by_role("alert")).to_be_visible()  # nothing was declared
    shown.get_by_role("checkbox").check()
    press(shown, shown.get_by_role("button", name="Answer"))
    eyes.only(paper, *always, "lead")
    region.part.answer(day(12, 10))
    eyes.only(paper, *always, "lead", "triad")
    eyes.only(at, *OWN, "co-ordinator", "lead", "triad", *(("data",) if east else ()))
    if east:
        region.part.first_word(day(12, 10))
    by = actor_of(region.people["lead" if east else "co-ordinator"])
    challenges.do(by=by, challenge=region.challenge, act="request")
    region.part.submit(day(12, 10))


def _read(eyes: Eyes, region: Region, east: bool) -> None:
    """Each reads alone; what the lead wrote stays unseen until all have sent."""
    at = f"challenges/{region.challenge.pk}/reading/"
    ours = {region.people[name].pk for name in ("triad", *(("data",) if east else ()))}
    region.part.read(day(1, 12, 2027), but=ours)
    for name in ("triad", *(("data",) if east else ())):
        shown = eyes.at(name, at)
        expect(shown.get_by_text("the region", exact=False)).to_have_count(0)
        shown.locator("textarea").first.fill(f"What {name} found strong")
        press(shown, shown.get_by_role("button", name="Send it"))
    shown = eyes.at("lead", at)
    expect(shown.get_by_text("What triad found strong")).to_be_visible()
    eyes.only(at, "lead", "triad", *(("data",) if east else ()))
    if east:
        region.part.enquire(day(1, 12, 2027))
    region.part.timetable(day(1, 12, 2027))


def _met(eyes: Eyes, region: Region, east: bool) -> None:
    """The conversation is held; what a director writes down in the room is in the record."""
    part, at = region.part, f"challenges/{region.challenge.pk}/"
    part.converse(day(2, 9, 2027))
    shown = eyes.at("triad", f"{at}room/")
    shown.get_by_label("What it is").select_option(label="Strength")
    shown.get_by_label("In words").fill("Workers stay, and say why")
    shown.get_by_role("button", name="Write it down").click()
    expect(shown.locator("[data-room-record]")).to_contain_text("Workers stay, and say why")
    part.record(day(2, 9, 2027))
    if not east:
        part.pass_on(day(2, 9, 2027))
        return
    part.reflect(day(2, 9, 2027))
    reflection = Paper.objects.get(document="reflection", author=region.people["lead"])
    eyes.only(f"papers/{reflection.pk}/whole/", "host", "lead", "triad", "data", "co-ordinator")
    shown = eyes.at("lead", f"{at}report/")
    if (note := shown.locator("textarea")).count():
        note.first.fill("Two recommendations, and much to build on.")
    press(shown, shown.get_by_role("button", name="Issue the report"))
    part.respond(day(2, 9, 2027))
    expect(eyes.at("host", f"{at}report/").get_by_text("Workers stay, and say why")).to_be_visible()
    part.weigh(day(2, 9, 2027))
    part.deposit(day(2, 9, 2027))
    expect(eyes.at("co-ordinator", f"{at}themes/").locator("main")).to_contain_text("Audits with families")


def _planned(eyes: Eyes, region: Region, east: bool) -> None:
    """The plan is the host's own until it is signed; then the chief executive is shown it, and says so."""
    part = region.part
    part.make_plan(day(2, 24, 2027))
    plan = f"plans/{part.plan.pk}/"
    group = (*OWN, "lead", "triad", "co-ordinator")
    eyes.only(plan, *group, *(("data", "outside") if east else ()))
    if part.plan.shared_at or not east:
        shown = eyes.at("chief-executive", "shown/")
        shown.get_by_role("link", name="Development plan").first.click()
        press(shown, shown.get_by_role("button", name="I have read it"))
    shown = eyes.at("triad", plan)
    shown.get_by_label("What do you ask of this plan?").fill("How will you know?")
    press(shown, shown.get_by_role("button", name="Send it to the authority"))
    expect(eyes.at("host", plan).get_by_text("How will you know?")).to_be_visible()


def _looked_back(eyes: Eyes, region: Region) -> None:
    """The host reports in the window; lead and triad review."""
    part = region.part
    part.look_back("follow-up-report")(day(6, 15, 2027))
    look = FollowUp.objects.get(key="follow-up-report")
    shown = eyes.at("lead", f"follow-ups/{look.pk}/")
    expect(shown.locator("main")).to_contain_text("The progress is real")
    part.look_back("progress-check")(day(6, 15, 2027))


def _closed(eyes: Eyes, region: Region, east: bool) -> None:
    """It closes, and what is printed can be put before them."""
    part = region.part
    part.close(day(9, 20, 2027))
    at = f"challenges/{region.challenge.pk}/"
    expect(eyes.at("co-ordinator", at).get_by_text("Closed").first).to_be_visible()
    printed = {
        f"papers/{region.paper.pk}/document.": "host",
        f"{at}report.": "lead",
        f"plans/{part.plan.pk}/document.": "host",
    }
    for path, name in printed.items():
        assert eyes.file(name, f"{path}docx").startswith(b"PK"), path
        assert eyes.file(name, f"{path}pdf").startswith(b"%PDF"), path
    # once it is out, every director of the East Midlands reads it (clause 4.3)
    east_too = ("data", "outside") if east else ()
    eyes.only(f"{at}report.pdf", *OWN, "lead", "triad", "co-ordinator", *east_too)

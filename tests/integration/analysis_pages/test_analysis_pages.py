"""Where to look, the rug, one indicator whole: who sees them, what they say, and what can be taken away."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html
from tests import factories, releasing

import catalogue
from catalogue.publication import Figure, level_of
from concord.actions._run import SYSTEM
from concord.actions.analysis import BACKGROUND, analyse
from concord.actions.published import Reading, load_published
from concord.outputs.charts import analysed as charts
from concord.records.models import Alliance, Analysis, Authority, Release, Signal
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db

QUARTERS = ("2025-26Q4", "2026-27Q1", "2026-27Q2")
FAR = {"cla_rate": (3000, None), "assessments_rate": (600, None), "assessments_45d_pct": (60, None)}
ALIKE = {"cla_rate": (300, None), "assessments_rate": (600, None), "assessments_45d_pct": (480, None)}


@dataclass(frozen=True)
class Region:
    """A region with three released quarters, in the last of which one authority is far from all others."""

    alliance: Alliance
    dataset: str
    codes: tuple[str, ...]
    release: Release

    @property
    def own(self) -> str:
        """The authority that is far out."""
        return self.codes[0]

    @property
    def at(self) -> str:
        return f"/alliances/{self.alliance.key}/"

    def benchmark(self, indicator: str = "cla_rate", code: str = "") -> str:
        return f"{self.at}members/{code or self.own}/benchmark/{self.dataset}/{indicator}/"

    @property
    def pages(self) -> list[str]:
        """Every page of the benchmark."""
        return [
            f"{self.at}rug/{self.dataset}/",
            f"{self.at}quarter/{self.dataset}/{QUARTERS[-1]}/",
            f"{self.at}compare/{self.dataset}/",
            self.benchmark(),
        ]

    def client(self, office: str, **place: str) -> Client:
        return factories.client_of(factories.actor(self.alliance, office, **place))


POLAR = {"london-core-18": "assessments_45d_pct", "riia-31": "rereferrals_pct"}
PLACES = {
    "london": ("london-core-18", ("202", "204", "205", "206", "203", "301")),
    "east-midlands": ("riia-31", ("830", "831", "855", "856", "857", "891")),
}


def make(key: str, worked_out: bool = True) -> Region:
    alliance = {"london": factories.london, "east-midlands": factories.east_midlands}[key]()
    dataset, codes = PLACES[key]
    children = [
        Figure("ons-population", "0_17.population_estimate", level_of(c), c, "", c, y, Decimal(40000), "")  # type: ignore[arg-type]
        for c in codes
        for y in (2023, 2024)
    ]
    load_published(
        by=SYSTEM, publication="ons-population", reading=Reading("a file", "", 1, 1, 0), figures=children
    )
    analyst: Actor = releasing.analyst(alliance)
    known = set(catalogue.datasets()[dataset].indicators)
    for period in QUARTERS:
        given = {}
        for code in codes:
            own = FAR if (code, period) == (codes[0], QUARTERS[-1]) else ALIKE
            own = {k: v for k, v in own.items() if k in known}
            given[f"c{code}"] = releasing.lines(dataset, "same", **own)
        release = releasing.released(alliance, dataset, period, analyst, codes, **given)
    if worked_out:
        analyse(by=BACKGROUND, release=release)
        Signal.objects.all().delete()  # what is found is for other tests: here two things stand out
        flag(release, codes[0], "cla_rate", "higher", 9.0)
        flag(release, codes[0], POLAR[dataset], "worse", 8.0)
    return Region(alliance, dataset, codes, release)


def flag(release: Release, code: str, indicator: str, direction: str, score: float) -> None:
    """Let something stand out, as the search would have kept it."""
    reason = {"kind": "funnel", "words": "Further from all than chance explains", "since": "", "p": 1e-9}
    Signal.objects.create(
        release=release, authority=Authority.objects.get(code=code), indicator=indicator, direction=direction,
        kinds=["funnel"], since=release.period, place=1, score=score, p=1e-9, q=1e-6,
        sentence=f"{indicator} stands out",
        detail={"periods": 1, "sure": "sure", "reasons": [reason], "gap": None},
    )  # fmt: skip
    kept = Analysis.objects.get(release=release, indicator=indicator)
    for row in kept.content["rows"]:
        if row["code"] == code:
            row |= {"flagged": True, "direction": direction, "sure": "sure", "score": score}
    kept.save()


@pytest.fixture(params=["london", "east-midlands"])
def region(request: pytest.FixtureRequest) -> Region:
    return make(request.param)


@pytest.fixture
def london() -> Region:
    return make("london")


def text_of(response: Any) -> str:
    found = html.fromstring(response.content)
    for script in found.xpath("//script|//style"):
        script.drop_tree()
    return re.sub(r"\s+", " ", found.text_content())


# --- who sees what --------------------------------------------------------------------------------------------

BENCHMARK = {
    "london": (["director", "analyst", "dfe-officer"], ["ofsted-officer", "lga-adviser"]),
    "east-midlands": (["director", "data-specialist", "dfe-officer", "lga-adviser"], []),
}


@pytest.mark.clause("L2.1b")
def test_the_benchmark_is_seen_by_those_with_whom_its_dataset_is_shared(region: Region) -> None:
    seen, unseen = BENCHMARK[region.alliance.key]
    for office in (*seen, *unseen):
        place = {"code": region.codes[1]} if office == "director" else {}
        known = office in ("analyst", "data-specialist")
        client = factories.client_of(releasing_analyst(region)) if known else region.client(office, **place)
        for address in (*region.pages, f"{region.benchmark()}funnel.png"):
            assert client.get(address).status_code == (200 if office in seen else 403), (office, address)


def releasing_analyst(region: Region) -> Any:
    from concord.records.models import Person

    office = "analyst" if region.alliance.key == "london" else "data-specialist"
    return Person.objects.get(email__startswith=f"{office}.")


def test_another_region_and_nobody_see_nothing_of_it(region: Region) -> None:
    other = {"london": factories.east_midlands, "east-midlands": factories.london}[region.alliance.key]()
    code = {"london": "831", "east-midlands": "202"}[region.alliance.key]
    stranger = factories.client_of(factories.actor(other, "director", code=code))
    for address in (
        *region.pages,
        f"{region.benchmark()}trend.csv",
        f"{region.at}where-to-look/",
        f"{region.at}members/{region.own}/where-to-look/",
    ):
        assert stranger.get(address).status_code == 403, address
        assert Client().get(address).status_code == 302, address


@pytest.mark.clause("L1.4")
def test_in_london_flags_are_seen_by_the_authority_and_its_sub_regional_lead_alone(london: Region) -> None:
    address = f"{london.at}members/{london.own}/where-to-look/"
    parts = {m.code: m.sub_region for m in standing(london).members}
    own, lead = (
        london.client("director", code=london.own),
        london.client("sub-regional-lead", sub_region=parts[london.own]),
    )
    other = next(p for p in sorted(standing(london).sub_regions) if p != parts[london.own])
    for client in (own, lead):
        assert "stand out" in text_of(client.get(address)) or "stands out" in text_of(client.get(address))
    for client in (
        london.client("director", code=london.codes[1]),
        london.client("sub-regional-lead", sub_region=other),
        london.client("dfe-officer"),
        london.client("chair"),
    ):
        assert client.get(address).status_code == 403
    assert names(own.get(f"{london.at}where-to-look/")) == {"Camden"}
    elsewhere = london.client("director", code=london.codes[2])
    assert names(elsewhere.get(f"{london.at}where-to-look/")) == set()


@pytest.mark.clause("E0a")
def test_in_the_east_midlands_chair_and_lead_director_see_every_flag() -> None:
    region = make("east-midlands")
    for office in ("chair", "lead-director"):
        assert names(region.client(office).get(f"{region.at}where-to-look/")) == {"Derbyshire"}
    assert region.client("dfe-officer").get(f"{region.at}where-to-look/").status_code == 403
    director = region.client("director", code=region.codes[1])
    assert names(director.get(f"{region.at}where-to-look/")) == set()
    assert director.get(f"{region.at}members/{region.own}/where-to-look/").status_code == 403


def standing(region: Region) -> Any:
    from concord.queries.membership import today
    from concord.queries.standing import standing_of

    return standing_of(region.alliance, today())


def names(response: Any) -> set[str]:
    """The authorities whose flags a list shows."""
    assert response.status_code == 200
    found = html.fromstring(response.content).xpath("//li[@class='app-flag']/h2/a")
    return {a.text_content().strip().split(":")[0] for a in found}


def test_who_may_not_see_flags_sees_the_figures_without_them(london: Region) -> None:
    seen = text_of(london.client("director", code=london.own).get(london.benchmark()))
    hidden = text_of(london.client("director", code=london.codes[1]).get(london.benchmark()))
    assert "Stands out" in seen
    assert "Stands out" not in hidden
    assert "We are sure" in seen
    assert "We are sure" not in hidden  # which would say the same


# --- what is said ---------------------------------------------------------------------------------------------


def test_a_neutral_measure_is_never_better_or_worse(region: Region) -> None:
    client = region.client("director", code=region.own)
    page = html.fromstring(client.get(f"{region.at}members/{region.own}/where-to-look/").content)
    flags = {
        li.xpath("./h2/a/@href")[0].split("/")[-2]: [
            " ".join(t.split()) for t in li.xpath(".//strong/text()")
        ]
        for li in page.xpath("//li[@class='app-flag']")
    }
    known = catalogue.indicators()
    assert {*flags} == {"cla_rate", POLAR[region.dataset]}
    for id, tags in flags.items():
        neutral = known[id].polarity == "none"
        assert bool({"Higher", "Lower"} & {*tags}) == neutral, (id, tags)
        assert bool({"Better", "Worse"} & {*tags}) != neutral, (id, tags)
    for id in catalogue.datasets()[region.dataset].indicators:
        if known[id].polarity == "none":
            main = html.fromstring(client.get(region.benchmark(id)).content).xpath("//main")[0].text_content()
            assert not re.search(r"\b(better|worse|best|worst)\b", main, re.IGNORECASE), id


def test_london_asks_for_a_narrative_of_a_neutral_indicator_too_and_calls_neither_end_better(
    london: Region,
) -> None:
    """The rule is of any indicator."""
    client = london.client("director", code=london.own)
    page = html.fromstring(client.get(f"{london.at}members/{london.own}/narratives/").content)
    rows = {tr.xpath("./th")[0].text_content().strip(): tr.text_content() for tr in page.xpath("//tbody/tr")}
    assert "Highest fifth" in rows[catalogue.indicators()["cla_rate"].name]
    assert "Bottom fifth" in rows[catalogue.indicators()["assessments_45d_pct"].name]
    assert "on those neither end is better" in page.text_content()


def test_the_rug_gives_neutral_letters_no_colour_and_marks_ones_own(region: Region) -> None:
    page = html.fromstring(region.client("director", code=region.own).get(region.pages[0]).content)
    known = catalogue.indicators()
    cells = page.xpath("//table//td//a")
    assert cells
    for cell in cells:
        id = cell.get("href").split("/")[-2]
        colour = cell.xpath("./span[1]/@class")[0]
        if known[id].polarity == "none":
            assert colour.endswith(("--neutral", "--none"))
        assert cell.xpath("./span[1]")[0].text_content().strip() in {"A", "B", "C", "D", "·"}
    own = page.xpath("//tr[@class='app-rug__own']/th")
    assert [th.text_content().strip() for th in own] == [standing(region).by_code[region.own].name]


def test_the_rug_of_a_sub_region_has_its_members_alone(london: Region) -> None:
    client = london.client("director", code=london.own)
    page = html.fromstring(client.get(f"{london.pages[0]}?part=north").content)
    rows = {th.text_content().strip() for th in page.xpath("//table//tbody/tr/th")}
    assert rows == {m.name for m in standing(london).members if m.sub_region == "north"}


def test_the_page_says_how_it_counts_and_draws_no_limits_on_twelve_months(london: Region) -> None:
    client, address = london.client("director", code=london.own), london.benchmark("cla_start_rate")
    plain, yearly, rolling = (
        text_of(client.get(f"{address}{query}")) for query in ("", "?basis=yearly", "?basis=rolling")
    )
    assert "per 10,000 children aged 0-17, in the quarter" in plain
    assert "the quarter, times four" in yearly
    stock = text_of(client.get(f"{london.benchmark()}?basis=rolling"))
    assert "in the quarter" not in stock
    assert (
        "Neighbouring points share three quarters, so no limits are drawn." in rolling or "too few" in rolling
    )
    assert "Expected range" in plain or "too few" in plain
    assert "Expected range" not in rolling


def test_the_files_of_a_trend_say_how_it_is_counted(london: Region) -> None:
    client, address = london.client("director", code=london.own), london.benchmark("cla_start_rate")
    rows = {
        basis: list(
            csv.DictReader(io.StringIO(client.get(f"{address}trend.csv?basis={basis}").content.decode()))
        )
        for basis in ("quarter", "yearly", "rolling")
    }
    assert [{r["counted"] for r in found} for found in rows.values() if found] == [
        {charts.BASES[basis]} for basis, found in rows.items() if found
    ]
    once, four = (rows[basis][-1] for basis in ("quarter", "yearly"))
    assert float(four["value"]) == pytest.approx(4 * float(once["value"]))
    assert four["numerator"] == once["numerator"]


def test_a_link_shares_the_view_with_its_period_and_choices(london: Region) -> None:
    client = london.client("director", code=london.own)
    flow = london.benchmark("cla_start_rate")
    for address in (
        f"{flow}?basis=yearly&with=301",
        f"{london.pages[0]}?part=north",
        f"{london.pages[2]}?second=cla_rate",
    ):
        page = html.fromstring(client.get(address).content)
        [link] = page.xpath("//a[text()='Link to this view']/@href")
        assert f"period={london.release.period}" in link
        again = html.fromstring(client.get(address.split("?")[0] + link).content)
        assert [s.text_content() for s in again.xpath("//main")] == [
            s.text_content() for s in page.xpath("//main")
        ]


def test_the_comparators_asked_for_are_those_that_stand_beside(london: Region) -> None:
    client = london.client("director", code=london.own)
    page = html.fromstring(client.get(f"{london.benchmark()}?with=204&with=301&with=999").content)
    assert page.xpath("//input[@name='with'][@checked]/@value") == ["301", "204"]
    flow = f"{london.benchmark('cla_start_rate')}?with=204&with=301"
    yearly = html.fromstring(client.get(flow).content).xpath("//a[contains(@href, 'basis=yearly')]/@href")[0]
    assert yearly.startswith("?with=204&with=301")


def test_a_strange_choice_falls_back(london: Region) -> None:
    client = london.client("director", code=london.own)
    for query in ("?basis=nonsense", "?with=999", "?basis=rolling", "?period="):
        assert client.get(london.benchmark() + query).status_code == 200, query


def test_before_a_release_and_before_the_analysis_the_pages_say_so() -> None:
    region = make("london", worked_out=False)
    client = region.client("director", code=region.own)
    for address in region.pages[:3]:
        assert "being worked out" in text_of(client.get(address))
    assert "being worked out now" in text_of(client.get(f"{region.at}where-to-look/"))
    assert "being worked out" in text_of(client.get(region.benchmark()))


def test_before_the_first_release_the_pages_say_so() -> None:
    client = factories.client_of(factories.actor(factories.london(), "director", code="202"))
    for path in ("rug/london-core-18/", "compare/london-core-18/", "where-to-look/"):
        assert "Nothing has been released yet" in text_of(client.get(f"/alliances/london/{path}"))


def test_what_does_not_exist_is_not_found(london: Region) -> None:
    client = factories.client_of(releasing_analyst(london))
    for path in (
        "rug/nothing/",
        "quarter/london-core-18/2019-20Q1/",
        "compare/nothing/",
        "members/202/benchmark/london-core-18/nothing/",
        "members/831/benchmark/london-core-18/cla_rate/",
        "members/202/benchmark/london-core-18/cla_rate/nothing.png",
        "members/202/benchmark/london-core-18/cla_rate/funnel.exe",
    ):
        assert client.get(london.at + path).status_code in (403, 404), path


# --- files ----------------------------------------------------------------------------------------------------


def test_each_chart_and_its_table_can_be_taken_away(london: Region) -> None:
    client = london.client("director", code=london.own)
    for picture in ("funnel", "trend", "ranks", "beside"):
        opens(london, client, picture)


def opens(london: Region, client: Client, picture: str) -> None:
    """Each kind of file of a picture is what it says it is."""
    files = {k: client.get(f"{london.benchmark()}{picture}.{k}") for k in ("png", "svg", "csv", "xlsx")}
    assert files["png"].content.startswith(b"\x89PNG\r\n\x1a\n")
    drawn = ElementTree.fromstring(files["svg"].content)
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label")
    rows = list(csv.DictReader(io.StringIO(files["csv"].content.decode())))
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1
    assert [c.value for c in sheet[1]] == list(rows[0])
    if picture == "trend":
        assert [r["period"] for r in rows] == list(QUARTERS)
        assert float(rows[-1]["numerator"]) == 3000
    else:
        assert {(r["unit"], r["period"]) for r in rows} == {
            ("per 10,000 children aged 0-17, on the last day", QUARTERS[-1])
        }
        assert {r["code"] for r in rows if r["value"]} == {*london.codes}
        assert next(r for r in rows if r["code"] == "202")["value"] == "750.0"
    for kind, answer in files.items():
        assert f"202-cla_rate-{QUARTERS[-1]}-{picture}.{kind}" in answer["Content-Disposition"]


# --- how much is asked of the database ------------------------------------------------------------------------


def test_the_authority_page_says_first_what_stands_out_to_those_who_may_see_it(london: Region) -> None:
    own, other = (london.client("director", code=code) for code in london.codes[:2])
    address = f"{london.at}members/{london.own}/"
    page = html.fromstring(own.get(address).content)
    first = page.xpath("//ol[contains(@class, 'app-talk')]/li/h3/a/@href")
    assert [a.split("/")[-2] for a in first][:2] == ["cla_rate", "assessments_45d_pct"]
    assert "app-talk" not in other.get(address).content.decode()
    assert "cla_rate stands out" not in other.get(address).content.decode()
    for client in (own, other):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(address)
        assert len(caught) <= 15


def test_pages_cost_few_queries(region: Region) -> None:
    client = region.client("director", code=region.own)
    lists = [*region.pages[:3], f"{region.at}where-to-look/"]
    details = [region.benchmark(), f"{region.at}members/{region.own}/where-to-look/"]
    for address, most in [(a, 10) for a in lists] + [(a, 15) for a in details]:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        assert len(caught) <= most, (address, [q["sql"][:90] for q in caught])

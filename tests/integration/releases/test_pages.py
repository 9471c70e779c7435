"""The board, the page before a release, releases and their files, for every office that may and may not see them."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories, releasing
from tests.integration.releases.quarter import QUARTER, Region

import catalogue
from concord.actions import returns
from concord.actions._run import SYSTEM
from concord.actions.published import load_own_table
from concord.actions.releases import make_release
from concord.records.models import Notice, Release, ReleaseFigure, Return
from concord.rules.figures import Amount

pytestmark = pytest.mark.django_db


def make(region: Region, **kwargs: Any) -> Release:
    given = {"by": region.analyst, "alliance": region.alliance, "dataset": region.dataset, "period": QUARTER}
    return make_release(**(given | kwargs))


def client(region: Region, office: str, **place: str) -> Client:
    if office == region.analyst.holdings[0].office:
        return factories.client_of(region.analyst)
    return factories.client_of(factories.actor(region.alliance, office, **place))


def text_of(response: Any) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", plain)


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is kept from one page to the next is kept now
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# --- who sees what --------------------------------------------------------------------------------------------

QUARTERLY = {
    "london": {
        "seen": [
            "director",
            "data-lead",
            "lead-member",
            "sub-regional-lead",
            "chair",
            "analyst",
            "dfe-officer",
        ],
        "not": ["lga-adviser", "ofsted-officer"],
    },
    "east-midlands": {
        "seen": ["director", "data-lead", "chief-executive", "data-specialist", "dfe-officer", "lga-adviser"],
        "not": ["ofsted-officer"],
    },
}
ANNUAL = {
    "london": {"seen": ["director", "sub-regional-lead", "analyst"], "not": ["dfe-officer", "lga-adviser"]},
    "east-midlands": {"seen": ["director", "dfe-officer", "lga-adviser"], "not": []},
}


def place_of(region: Region, office: str) -> dict[str, str]:
    if office in ("director", "data-lead", "lead-member", "chief-executive"):
        return {"code": region.codes[-1]}
    return {"sub_region": "north"} if office == "sub-regional-lead" else {}


def addresses(release: str) -> list[str]:
    files = ["workbook.xlsx", "data.csv", "data.meta.csv", "cla_rate/"]
    return [release, *(release + f for f in files)]


def test_each_office_sees_the_quarter_as_the_charter_says(region: Region) -> None:
    region.accept(region.codes[0])
    make(region)
    offices = {o.key for o in charter_of(region).offices}
    for office in offices & set(QUARTERLY[region.key]["seen"]):
        reader = client(region, office, **place_of(region, office))
        for address in addresses(region.release()):
            assert reader.get(address).status_code == 200, (office, address)
        assert region.release() in reader.get(region.releases).content.decode()
    for office in offices & set(QUARTERLY[region.key]["not"]):
        reader = client(region, office)
        for address in addresses(region.release()):
            assert reader.get(address).status_code == 403, (office, address)
        assert region.release() not in reader.get(region.releases).content.decode()


def charter_of(region: Region) -> Any:
    from concord.queries.membership import today
    from concord.queries.standing import standing_of

    return standing_of(region.alliance, today()).charter


@pytest.mark.clause("L2.1b")
def test_the_year_is_returned_released_and_seen_by_those_named(region: Region) -> None:
    of = {"alliance": region.alliance, "dataset": "annual", "period": "2025-26"}
    for code in region.codes[:3]:
        releasing.accepted(
            region.alliance, code, "annual", "2025-26", releasing.lines("annual", code), "validated"
        )
    make_release(by=region.analyst, **of)
    address = region.release(dataset="annual", period="2025-26")
    for office in ANNUAL[region.key]["seen"]:
        reader = client(region, office, **place_of(region, office))
        assert reader.get(address).status_code == 200, office
    for office in ANNUAL[region.key]["not"]:
        reader = client(region, office)
        assert reader.get(address).status_code == 403, office
        assert address not in reader.get(region.releases).content.decode()


def test_another_region_and_strangers_see_nothing(london: Region, east_midlands: Region) -> None:
    for region, other in ((london, east_midlands), (east_midlands, london)):
        region.accept(region.codes[0])
        make(region)
        for office in ("director", "chair", "dfe-officer"):
            place = {"code": other.codes[0]} if office == "director" else {}
            if office == "chair" and "chair" not in {o.key for o in charter_of(other).offices}:
                continue
            reader = client(other, office, **place)
            for address in [*addresses(region.release()), region.board, region.making]:
                assert reader.get(address).status_code == 403, (office, address)
        for address in [*addresses(region.release()), region.board]:
            response = Client().get(address)
            assert response.status_code == 302
            assert response["Location"].startswith("/sign-in/")


def test_a_data_lead_sees_their_own_row_of_the_board_and_the_collator_all(region: Region) -> None:
    own, other = region.codes[:2]
    names = names_of(region)
    said = text_of(client(region, "data-lead", code=own).get(region.board))
    assert names[own] in said
    assert names[other] not in said
    said = text_of(factories.client_of(region.analyst).get(region.board))
    assert all(name in said for name in names.values())
    assert client(region, "dfe-officer").get(region.board).status_code == 403


def names_of(region: Region) -> dict[str, str]:
    from concord.records.models import Authority

    return dict(Authority.objects.filter(code__in=region.codes).values_list("code", "name"))


def test_where_only_own_figures_are_shared_only_they_are_shown(london: Region) -> None:
    """A charter may share a release with each authority alone: then no others, no ranks, no sums."""
    for code in london.codes[:7]:
        london.accept(code)
    make(london)
    own, other = london.codes[:2]
    from dataclasses import replace

    from concord.queries import releases as reading

    director = factories.actor(london.alliance, "director", code=own)
    rules = director.alliances["london"]
    narrow = replace(rules, sharing={**rules.sharing, ("release", london.dataset): frozenset({"own"})})
    reader = replace(director, alliances={"london": narrow})
    found = reading.release(reader, london.alliance, london.dataset, QUARTER, 1)
    assert {code for code, _ in found.figures} == {own}
    assert [m.code for m in found.members] == [own]
    assert not found.sums
    assert all(f.rank is None and not f.fifth for f in found.figures.values())
    whole = reading.release(director, london.alliance, london.dataset, QUARTER, 1)
    assert (other, "cla_rate") in whole.figures
    assert whole.sums


# --- the quarter, from the first figure to what everybody sees --------------------------------------------------


@pytest.mark.clause("L2.1c", "E1.6b")
def test_a_quarter_is_returned_queried_accepted_released_and_seen(region: Region) -> None:
    code = region.codes[0]
    lead = factories.actor(region.alliance, "data-lead", code=code)
    director = client(region, "director", code=region.codes[1])
    officer = client(region, "dfe-officer")
    analyst = factories.client_of(region.analyst)
    name = names_of(region)[code]
    assert "Not started" in text_of(analyst.get(region.board))
    fill(region, lead, code)
    address = f"{region.board}{code}/"
    data_lead = factories.client_of(lead)
    data_lead.post(address, {"do": "submit", "status": "provisional"})
    assert "Submitted" in text_of(analyst.get(region.board))
    analyst.post(address, {"do": "query", "indicator": "cla_rate", "question": "Is it so?"})
    assert "1 of 1 open" in text_of(analyst.get(region.board))
    asked = Return.objects.get().queries.get()
    data_lead.post(address, {"do": "answer", f"answer-{asked.pk}": "It is"})
    response = analyst.post(region.board, {"do": f"accept:{code}"}, follow=True)
    assert f"Accepted: {name}." in text_of(response)
    before = text_of(analyst.get(region.making))
    assert "Department for Education" in before
    assert "late" in before
    assert director.get(region.release()).status_code == 404
    response = analyst.post(region.making, {"number": "1"}, follow=True)
    assert response.redirect_chain[-1][0] == region.release()
    for reader in (director, officer):
        said = text_of(reader.get(region.release()))
        assert name in said
        assert "Late: was due" in said
        figure = text_of(reader.get(region.release() + "cin_rate/"))
        assert "900" in figure
    assert "Released" in text_of(analyst.get(region.board))


def fill(region: Region, lead: Any, code: str) -> None:
    from concord.records.models import Authority

    amounts = {}
    for id in catalogue.datasets()[region.dataset].indicators:
        indicator = catalogue.indicators()[id]
        under = Decimal(200) if indicator.denominator_from == "return" else None
        amounts[id] = Amount(Decimal(100), under, "", "As our case system has it")
    amounts["cin_rate"] = Amount(Decimal(900))
    for id, parts in {"sw_establishment_fte": (200, None), "sw_absence_pct": (10, 200)}.items():
        if id in amounts:
            amounts[id] = Amount(Decimal(parts[0]), parts[1] and Decimal(parts[1]))
    returns.save(
        by=lead,
        alliance=region.alliance,
        authority=Authority.objects.get(code=code),
        dataset=region.dataset,
        period=QUARTER,
        amounts=amounts,
    )


# --- the board ------------------------------------------------------------------------------------------------


def test_late_ones_are_reminded_all_at_once_or_one_by_one(region: Region) -> None:
    first, second, third = region.codes[:3]
    leads = {c: factories.person(region.alliance, "data-lead", code=c).pk for c in (first, second, third)}
    region.accept(first)
    analyst = factories.client_of(region.analyst)
    analyst.post(region.board, {"do": f"chase:{second}"})
    reminded = set(Notice.objects.filter(kind="chased").values_list("person", flat=True))
    assert reminded == {leads[second]}
    said = text_of(analyst.post(region.board, {"do": "chase:late"}, follow=True))
    assert f"Reminded: {len(region.codes) - 1}" not in said
    assert said.count("20 November 2026") >= len(region.codes) - 1
    assert leads[first] not in set(Notice.objects.filter(kind="chased").values_list("person", flat=True))
    assert leads[third] in set(Notice.objects.filter(kind="chased").values_list("person", flat=True))


def test_several_are_accepted_and_what_cannot_be_is_said(london: Region) -> None:
    one, two, three = london.codes[:3]
    for code in (one, two, three):
        london.accept(code)
    Return.objects.exclude(authority__code=three).update(state="submitted", accepted_at=None)
    Return.objects.filter(authority__code=three).update(state="queried", accepted_at=None)
    analyst = factories.client_of(london.analyst)
    said = text_of(analyst.post(london.board, {"do": "accept", "code": [one, two, three]}, follow=True))
    names = names_of(london)
    assert f"Accepted: {names[one]}, {names[two]}." in said
    assert f"{names[three]}: This return is queried" in said
    assert dict(Return.objects.values_list("authority__code", "state")) == {
        one: "accepted",
        two: "accepted",
        three: "queried",
    }
    said = text_of(analyst.post(london.board, {"do": "accept"}))
    assert "Tick the returns to accept" in said


def test_counts_filter_the_board(london: Region) -> None:
    london.accept(london.codes[0])
    names = names_of(london)
    analyst = factories.client_of(london.analyst)
    said = text_of(analyst.get(london.board))
    assert "33 in all" in said
    assert "32 late" in said
    assert "1 accepted" in said
    said = text_of(analyst.get(london.board + "?show=accepted"))
    assert names[london.codes[0]] in said
    assert names[london.codes[1]] not in said


def test_who_may_only_look_finds_no_buttons_and_is_refused(london: Region) -> None:
    london.accept(london.codes[0])
    Return.objects.update(state="submitted")
    chair = client(london, "chair")
    page = chair.get(london.board).content.decode()
    assert names_of(london)[london.codes[0]] in page
    assert 'value="accept' not in page
    assert "Release this quarter" not in page
    assert chair.post(london.board, {"do": f"accept:{london.codes[0]}"}).status_code == 403
    assert chair.get(london.making).status_code == 403
    assert Return.objects.get().state == "submitted"


@pytest.mark.parametrize("period", ["2026-27Q3", "2026-27", "2026-27q2", "nothing"])
def test_no_board_for_a_period_that_is_not_collected(london: Region, period: str) -> None:
    analyst = factories.client_of(london.analyst)
    assert analyst.get(london.board.replace(QUARTER, period)).status_code == 404
    assert analyst.get(london.making.replace(QUARTER, period)).status_code == 404


# --- making a release on the page -----------------------------------------------------------------------------


def test_a_correction_on_the_page_asks_why_and_keeps_what_was_typed(london: Region) -> None:
    london.accept(london.codes[0])
    make(london)
    london.accept(london.codes[1])
    analyst = factories.client_of(london.analyst)
    said = text_of(analyst.get(london.making))
    assert "18 indicators Not in the release In the release" in said
    response = analyst.post(london.making, {"number": "2", "reason": ""})
    assert "Enter the reason" in text_of(response)
    response = analyst.post(london.making, {"number": "1", "reason": "One came late"})
    assert "while you were looking" in text_of(response)
    assert "One came late" in response.content.decode()
    assert Release.objects.count() == 1
    analyst.post(london.making, {"number": "2", "reason": "One came late"})
    assert Release.objects.count() == 2
    said = text_of(analyst.get(london.release(2)))
    assert "This corrects release 1." in said
    assert "One came late" in said
    assert "A correction has replaced this release" in text_of(analyst.get(london.release(1)))


# --- what it says and its files -------------------------------------------------------------------------------


def test_missing_and_few_are_said_as_such(london: Region) -> None:
    for code in london.codes[:6]:
        london.accept(code)
    london.accept(london.codes[6], icpc_15d_pct=(3, 5), cpp_rate="The system was down")
    make(london)
    reader = client(london, "director", code=london.codes[0])
    assert "The system was down" in text_of(reader.get(london.release() + "cpp_rate/"))
    figure = ReleaseFigure.objects.get(authority__code=london.codes[6], indicator="assessments_45d_pct")
    assert figure.numerator is not None
    said = text_of(reader.get(london.release()))
    assert "Late: was due, and nothing had been submitted" in said
    assert "not withheld from those who may see this" in said


@pytest.fixture
def rows(region: Region) -> list[dict[str, str]]:
    load_own_table(by=SYSTEM, publications=["ons-population"])
    for code in region.codes[:5]:
        region.accept(code)
    region.accept(region.codes[5], cla_rate="The system was down")
    make(region)
    reader = client(region, "director", code=region.codes[0])
    response = reader.get(region.release() + "data.csv")
    assert 'filename="' in response["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8"))))


def test_the_data_file_equals_the_figures(region: Region, rows: list[dict[str, str]]) -> None:
    local = {row["old_la_code"]: row for row in rows if row["geographic_level"] == "Local authority"}
    assert sorted(local) == sorted(region.codes)
    held = ReleaseFigure.objects.select_related("authority")
    for figure in held:
        row, indicator = local[figure.authority.code], catalogue.indicators()[figure.indicator]
        if figure.numerator is None:
            assert row[indicator.id] == row[f"{indicator.id}_numerator"] == "x"
            continue
        assert Decimal(row[f"{indicator.id}_numerator"]) == figure.numerator
        if indicator.has_denominator and figure.denominator is None:
            assert row[indicator.id] == row[f"{indicator.id}_denominator"] == "x"
        elif indicator.has_denominator:
            assert Decimal(row[f"{indicator.id}_denominator"]) == figure.denominator
            exact = figure.numerator * indicator.multiplier / figure.denominator
            assert abs(Decimal(row[indicator.id]) - exact) <= Decimal("0.0005")
    [whole] = [row for row in rows if row["geographic_level"] == "Regional"]
    given = [f for f in held if f.indicator == "cin_rate"]
    assert Decimal(whole["cin_rate_numerator"]) == sum(f.numerator for f in given)
    assert Decimal(whole["cin_rate_denominator"]) == sum(f.denominator for f in given)
    assert whole["authorities_returned"] == "6"
    assert {row["authorities_returned"] for row in local.values()} == {"0", "1"}
    codes = {"london": ("E12000007", "London"), "east-midlands": ("E12000004", "East Midlands")}
    assert {(row["region_code"], row["region_name"]) for row in rows} == {codes[region.key]}
    gss = {"london": ("202", "E09000007"), "east-midlands": ("941", "E06000062")}[region.key]
    assert local[gss[0]]["new_la_code"] == gss[1]


def test_the_workbook_equals_the_figures(region: Region, rows: list[dict[str, str]]) -> None:
    reader = client(region, "chair" if region.key == "london" else "data-specialist")
    response = reader.get(region.release() + "workbook.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == [
        "Cover", "Figures", "Numerators", "Denominators", "All figures", "Standing", "Definitions",
    ]  # fmt: skip
    cover = " ".join(str(c.value) for row in book["Cover"].iter_rows() for c in row if c.value)
    made = Release.objects.get()
    assert made.hash in cover
    assert "Who may see this" in cover
    ids = list(catalogue.datasets()[region.dataset].indicators)
    held = {(f.authority.code, f.indicator): f for f in ReleaseFigure.objects.select_related("authority")}
    for sheet, part in (("Numerators", "numerator"), ("Denominators", "denominator")):
        for row in book[sheet].iter_rows(min_row=5, values_only=True):
            for id, cell in zip(ids, row[2:], strict=True):
                if not (figure := held.get((str(row[1]), id))):
                    continue
                kept = getattr(figure, part)
                if kept is None or figure.numerator is None:
                    assert cell in ("[x]", "[z]")
                else:
                    assert Decimal(str(cell)) == kept
    assert book["Figures"].freeze_panes == "B5"
    standing = {row[1]: row[4] for row in book["Standing"].iter_rows(min_row=5, values_only=True)}
    assert standing[region.codes[0]] == "In this release"
    assert standing[region.codes[-1]].startswith("Late")


# --- cost -----------------------------------------------------------------------------------------------------


def test_pages_cost_the_same_for_one_authority_and_for_all(london: Region) -> None:
    analyst = factories.client_of(london.analyst)
    pages = {"board": london.board, "make": london.making}
    london.accept(london.codes[0])
    one = {name: queries(analyst, address) for name, address in pages.items()}
    for code in london.codes[1:]:
        factories.person(london.alliance, "data-lead", code=code)
        london.accept(code)
    Return.objects.filter(authority__code=london.codes[3]).update(state="submitted")
    assert {name: queries(analyst, address) for name, address in pages.items()} == one
    assert one["board"] <= 10, one
    assert one["make"] <= 15, one


def test_releases_cost_the_same_for_one_and_for_many(london: Region) -> None:
    london.accept(london.codes[0])
    make(london)
    reader = client(london, "director", code="202")
    pages = [london.releases, london.release(), london.release() + "cla_rate/", london.release() + "data.csv"]
    one = [queries(reader, address) for address in pages]
    for number, code in enumerate(london.codes[1:5], 2):
        london.accept(code)
        make(london, reason=f"Number {number}", at=datetime(2026, 11, 20, 9, number, tzinfo=UTC))
    last = [
        london.releases,
        london.release(5),
        london.release(5) + "cla_rate/",
        london.release(5) + "data.csv",
    ]
    assert [queries(reader, address) for address in last] == one
    assert one[0] <= 10
    assert max(one) <= 15

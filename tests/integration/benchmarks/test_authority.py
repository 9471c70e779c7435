"""An authority’s page: each figure beside the others, for those with whom it is shared."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html
from tests import factories, releasing

import catalogue
from catalogue.periods import Period
from catalogue.publication import Figure, level_of
from catalogue.reference import neighbours
from concord.actions._run import SYSTEM
from concord.actions.published import Reading, load_published
from concord.actions.releases import make_release
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Return, Submission

pytestmark = pytest.mark.django_db

QUARTERS = ["2025-26Q2", "2025-26Q3", "2025-26Q4", "2026-27Q1"]
LONDON = "/alliances/london/members/202/"
# Camden, five of its neighbours in both editions and boroughs of both sub-regions.
SOME = ["202", "204", "205", "206", "207", "208", "203", "301"]


def published(publication: str, *figures: tuple[str, str, int, str]) -> None:
    """Load figures: place, column, year, and a number or a symbol."""
    rows = [
        Figure(
            publication,
            column,
            level_of(place),
            place,
            "",
            place,
            year,
            None if v.isalpha() else Decimal(v),
            v if v.isalpha() else "",
        )
        for place, column, year, v in figures
    ]
    load_published(by=SYSTEM, publication=publication, reading=Reading("a file", "", 1, 1, 0), figures=rows)


def populate() -> None:
    """The children of each borough, so that there are rates."""
    figures = [(code, "0_17.population_estimate", year, "40000") for code in SOME for year in (2023, 2024)]
    published("ons-population", *figures, ("201", "0_17.population_estimate", 2024, "847"))


@pytest.fixture
def london() -> dict[str, Any]:
    """London with four released quarters of eight boroughs."""
    alliance = factories.london()
    populate()
    analyst = releasing.analyst(alliance)
    for period in QUARTERS:
        releasing.released(alliance, "london-core-18", period, analyst, SOME)
    return {"alliance": alliance, "analyst": analyst}


def row(page: html.HtmlElement, indicator: str, table: int = 0) -> list[str]:
    """The cells of an indicator’s row, their white space made one."""
    found = tables(page)[table].xpath(f".//tbody/tr[th//a[contains(@href, '/{indicator}/')]]")[0]
    return [" ".join(" ".join(td.itertext()).split()) for td in found.findall("td")]


def tables(page: html.HtmlElement) -> list[html.HtmlElement]:
    """The tables of figures, the returned ones first."""
    return page.xpath("//table[contains(@class, 'app-benchmark')]")


def get(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == status, response.content[:2000]
    return html.fromstring(response.content)


def amounts(code: str, period: str, indicator: str) -> tuple[Decimal, Decimal]:
    """Numerator and denominator as the test returned them."""
    lines = releasing.lines("london-core-18", f"{code} {period}")
    of = catalogue.indicators()[indicator]
    over = Decimal(lines[indicator]["numerator"])
    if of.denominator_indicator:
        return over, Decimal(lines[of.denominator_indicator]["numerator"])
    return over, Decimal(lines[indicator]["denominator"] or 40000)


def said(over: Decimal, under: Decimal, indicator: str) -> str:
    of = catalogue.indicators()[indicator]
    value = (over * of.multiplier / under).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value:,}" + ("%" if of.unit == "%" else "")


@pytest.mark.clause("L2.1b")
def test_a_director_sees_each_figure_beside_the_others(london: dict[str, Any]) -> None:
    published("cin-referrals", ("E92000001", "rereferral_percent", 2025, "22.6"))
    published("cla-numbers", ("E92000001", "starting.rate_per_10000", 2025, "26"))
    page = get(factories.client_of(factories.actor(london["alliance"], "director", code="202")), LONDON)
    for indicator in catalogue.datasets()["london-core-18"].indicators:
        stands_beside_the_others(row(page, indicator), indicator)


def stands_beside_the_others(cells: list[str], indicator: str) -> None:
    """Hold a row against what was returned: quarter, quarter before, four together, sub-region, region, England."""
    assert cells[0] == said(*amounts("202", QUARTERS[3], indicator), indicator) + " p"
    assert cells[1] == said(*amounts("202", QUARTERS[2], indicator), indicator) + " p"
    if catalogue.indicators()[indicator].basis == "flow":
        parts = [amounts("202", period, indicator) for period in QUARTERS]
        under = (
            Decimal(40000) if catalogue.indicators()[indicator].kind == "rate" else sum(d for _, d in parts)
        )
        assert cells[2] == said(sum(n for n, _ in parts), under, indicator)
    else:
        assert cells[2] == ""
    standing = standing_of(Alliance.objects.get(), Period.parse(QUARTERS[3]).end)
    parts_of = standing.by_code["202"].sub_region
    for at, codes in ((5, [c for c in SOME if standing.by_code[c].sub_region == parts_of]), (6, SOME)):
        parts = [amounts(code, QUARTERS[3], indicator) for code in codes]
        assert cells[at] == said(sum(n for n, _ in parts), sum(d for _, d in parts), indicator)
    assert cells[7] == {
        "rereferrals_pct": "22.6% year to 31 March 2025",
        "cla_start_rate": "26 year to 31 March 2025",
    }.get(indicator, "–")


def test_four_quarters_of_two_definitions_are_not_added_up(london: dict[str, Any]) -> None:
    Return.objects.filter(period=QUARTERS[3]).update(dataset_version="2")
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    page = get(client, LONDON)
    assert "another version of the definitions" in page.text_content()
    for indicator in catalogue.datasets()["london-core-18"].indicators:
        assert row(page, indicator)[2] == ""
    alone = get(client, f"{LONDON}indicators/cla_start_rate/").text_content()
    assert "another version of the definitions" in alone
    assert "The four together" not in alone


def test_the_fifths_are_those_of_the_release(london: dict[str, Any]) -> None:
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    rates = {c: over / under for c in SOME for over, under in [amounts(c, QUARTERS[3], "rereferrals_pct")]}
    best, worst = min(rates, key=rates.__getitem__), max(rates, key=rates.__getitem__)
    assert row(get(client, LONDON.replace("202", best)), "rereferrals_pct")[3] == "Top fifth"
    assert row(get(client, LONDON.replace("202", worst)), "rereferrals_pct")[3] == "Bottom fifth"
    neutral = {c: amounts(c, QUARTERS[3], "cla_rate")[0] for c in SOME}
    highest = max(neutral, key=neutral.__getitem__)
    assert row(get(client, LONDON.replace("202", highest)), "cla_rate")[3] == "Highest fifth"


def test_the_neighbours_middle_follows_the_edition(london: dict[str, Any]) -> None:
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    for edition in ("2025", "2021"):
        near = [n.neighbour for n in neighbours(edition)["202"] if n.neighbour in SOME]
        assert len(near) >= 3
        parts = [amounts(code, QUARTERS[3], "sw_vacancy_pct") for code in near]
        middle = median(n * 100 / d for n, d in parts)
        cells = row(get(client, f"{LONDON}?neighbours={edition}"), "sw_vacancy_pct")
        assert cells[4] == f"{middle:.1f}% of {len(near)}"


def test_a_missing_figure_its_reason_and_a_small_count_are_shown(london: dict[str, Any]) -> None:
    own = releasing.lines(
        "london-core-18",
        "x",
        icpc_15d_pct="The system changed",
        sw_agency_pct=(2, 14),
        rereferrals_pct=(9, None),
    )
    releasing.released(london["alliance"], "london-core-18", "2026-27Q2", london["analyst"], SOME, c202=own)
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    page = get(client, LONDON)
    assert row(page, "icpc_15d_pct")[0] == "missing"
    assert row(page, "sw_agency_pct")[0] == "2 of 14 p"
    assert "missing: Conference in 15 days" in page.text_content()
    reason = get(client, f"{LONDON}indicators/icpc_15d_pct/")
    assert "The system changed" in reason.text_content()


def test_a_late_authority_is_shown_as_late_with_what_it_returned_before(london: dict[str, Any]) -> None:
    releasing.released(
        london["alliance"], "london-core-18", "2026-27Q2", london["analyst"], [c for c in SOME if c != "202"]
    )
    page = get(factories.client_of(factories.actor(london["alliance"], "director", code="202")), LONDON)
    assert "Camden has no figures in the release of this period. Late" in page.text_content()
    assert row(page, "cla_rate")[:2] == [
        "–",
        said(*amounts("202", QUARTERS[3], "cla_rate"), "cla_rate") + " p",
    ]
    assert not page.xpath("//div[@class='app-sentences']")


def test_a_correction_is_what_the_page_shows(london: dict[str, Any]) -> None:
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    sent = Submission.objects.get(part_of__authority__code="202", part_of__period=QUARTERS[3])
    corrected = {**sent.lines, "cla_rate": {"numerator": "4", "denominator": None}}
    Submission.objects.create(
        part_of=sent.part_of, number=2, at=sent.at, by=sent.by, status=sent.status, lines=corrected, hash="1"
    )
    make_release(
        by=london["analyst"],
        alliance=london["alliance"],
        dataset="london-core-18",
        period=QUARTERS[3],
        reason="a slip",
    )
    page = get(client, LONDON)
    assert row(page, "cla_rate")[0] == "1.0 p"
    assert "release 2 of April to June 2026" in page.text_content()


@pytest.mark.parametrize(
    ("office", "place", "sees"),
    [
        ("director", {"code": "301"}, True),
        ("lead-member", {"code": "202"}, True),
        ("analyst", {}, True),
        ("dfe", {}, True),
        ("outsider", {}, False),
        ("nobody", {}, False),
    ],
)
def test_quarterly_figures_are_shown_to_those_with_whom_they_are_shared(
    london: dict[str, Any], office: str, place: dict[str, str], sees: bool
) -> None:
    published(
        "cla-numbers",
        ("202", "at_31_march.rate_per_10000", 2025, "53"),
        ("E92000001", "at_31_march.rate_per_10000", 2025, "67"),
    )
    if office == "nobody":
        client = Client()
    elif office == "outsider":
        client = factories.client_of(factories.actor(factories.east_midlands(), "director", code="831"))
    elif office == "dfe":
        client = factories.client_of(factories.actor(london["alliance"], "dfe-officer"))
    elif office == "analyst":
        client = factories.client_of(london["analyst"])
    else:
        client = factories.client_of(factories.actor(london["alliance"], office, **place))
    own = said(*amounts("202", QUARTERS[3], "cla_rate"), "cla_rate")
    for path in (LONDON, f"{LONDON}indicators/cla_rate/"):
        page = get(client, path)
        text = page.text_content()
        assert (own in text) == sees
        assert ("are not shown to you" in text) != sees
        assert "53" in text  # the published figure is public
        assert "Who can see this" in text
    hidden = get(client, f"{LONDON}?dataset=london-core-18&period={QUARTERS[3]}").text_content()
    assert (own in hidden) == sees


def test_an_east_midlands_director_sees_their_own_region() -> None:
    alliance = factories.east_midlands()
    releasing.released(alliance, "riia-31", QUARTERS[3], releasing.analyst(alliance), ["831", "856", "940"])
    client = factories.client_of(factories.actor(alliance, "director", code="831"))
    page = get(client, "/alliances/east-midlands/members/940/")
    assert row(page, "care_leavers_count")[0].endswith(" p")
    assert len(tables(page)[0].xpath(".//tbody//th[@scope='row']")) == 31


def test_what_was_published_of_two_together_is_shown_for_both_and_said() -> None:
    alliance = factories.london()
    published(
        "csww-indicators",
        *[
            (place, "vacancy_rate_fte", year, v)
            for place, v in (("314/318", "14.9"), ("E92000001", "14.2"))
            for year in (2024, 2025)
        ],
    )
    for code, other in (("314", "Richmond upon Thames"), ("318", "Kingston upon Thames")):
        page = get(Client(), f"/alliances/london/members/{code}/")
        cells = row(page, "sw_vacancy_pct")
        assert cells[0] == f"at 30 September 2025 together with {other}"
        assert (cells[1], cells[2], cells[6]) == ("14.9%", "14.9%", "14.2%")
    assert alliance.key == "london"


def test_symbols_stand_where_the_publisher_put_them() -> None:
    factories.london()
    column = "2_years_or_more_percent"
    published(
        "cpp-duration",
        ("202", column, 2025, "c"),
        ("202", column, 2024, "0"),
        ("E92000001", column, 2025, "2.3"),
        ("E92000001", column, 2024, "2.1"),
    )
    page = get(Client(), LONDON)
    assert row(page, "cpp_2y_pct")[1:3] == ["c", "0%"]
    assert "withheld, so that no one can be recognised" in page.text_content()


def test_every_figure_opens_its_definition_parts_period_status_and_source(london: dict[str, Any]) -> None:
    published(
        "cla-numbers",
        ("202", "starting.rate_per_10000", 2025, "31"),
        ("202", "starting.children_count", 2025, "109"),
        ("202", "starting.population_estimate", 2025, "35276"),
        ("E92000001", "starting.rate_per_10000", 2025, "26"),
    )
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    link = tables(get(client, LONDON))[0].xpath(".//a[contains(@href, '/cla_start_rate/')]/@href")[0]
    text = " ".join(" ".join(get(client, link).itertext()).split())
    over, under = amounts("202", QUARTERS[3], "cla_start_rate")
    for part in (
        catalogue.indicators()["cla_start_rate"].definition.split(";")[0],
        f"April to June 2026 {said(over, under, 'cla_start_rate')} {over} 40,000 Provisional",
        "year to 31 March 2025 31 109 35,276",
        "Open Government Licence v3.0",
        "release 1 of April to June 2026",
        "A published figure counts a whole year, a returned one a quarter.",
    ):
        assert part in text


@pytest.mark.parametrize(
    "path",
    [
        "/alliances/london/members/999/",
        "/alliances/nowhere/members/202/",
        "/alliances/london/members/831/",
        f"{LONDON}?period=2019-20Q1",
        f"{LONDON}?period=nonsense",
        f"{LONDON}?neighbours=1999",
        f"{LONDON}?dataset=riia-31",
        f"{LONDON}indicators/nothing/",
    ],
)
def test_what_does_not_exist_is_not_found(london: dict[str, Any], path: str) -> None:
    client = factories.client_of(london["analyst"])
    assert client.get(path).status_code == 404


def test_before_the_first_release_and_without_published_tables_the_page_says_so() -> None:
    client = factories.client_of(factories.actor(factories.london(), "director", code="202"))
    text = get(client, LONDON).text_content()
    assert "Nothing of this dataset has been released yet." in text
    assert "No published table has been loaded yet." in text


def test_an_authority_that_ended_still_has_its_page() -> None:
    factories.east_midlands()
    published(
        "cla-numbers",
        ("928", "at_31_march.rate_per_10000", 2021, "70"),
        ("E92000001", "at_31_march.rate_per_10000", 2021, "67"),
    )
    text = get(Client(), "/alliances/east-midlands/members/928/indicators/cla_rate/").text_content()
    assert "Northamptonshire" in text
    assert "70" in text


def test_the_page_costs_the_same_queries_for_one_quarter_and_for_four(london: dict[str, Any]) -> None:
    client = factories.client_of(factories.actor(london["alliance"], "director", code="202"))
    client.get(LONDON)
    counts = []
    for path in (LONDON, f"{LONDON}?period={QUARTERS[0]}", f"{LONDON}indicators/cla_rate/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get(client, path)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts) <= 15

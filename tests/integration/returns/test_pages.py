"""The pages of returns: what each person sees, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import factories

import catalogue
from concord.actions import collating, returns
from concord.actions._run import Invalid
from concord.actions.variations import Terms, agree_variation, propose_variation
from concord.records.models import Authority, Entry, Line, Publication, PublishedFigure, Return, Submission
from concord.rules.figures import Amount
from concord.rules.return_sheet import FIRST_ROW

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 20, 9, 30, tzinfo=UTC)
CASES = {
    "london": ("london", "202", "203", "london-core-18", "analyst", factories.london),
    "east-midlands": ("east-midlands", "831", "830", "riia-31", "data-specialist", factories.east_midlands),
}


class Region:
    """A region with its people, and the return that one of its authorities makes."""

    def __init__(self, name: str) -> None:
        self.key, self.code, self.other, self.dataset, collator, make = CASES[name]
        self.alliance = make()
        self.ids = catalogue.datasets()[self.dataset].indicators
        self.lead = factories.actor(self.alliance, "data-lead", code=self.code)
        self.colleague = factories.actor(self.alliance, "director", code=self.code)
        self.neighbour = factories.actor(self.alliance, "data-lead", code=self.other)
        self.analyst = factories.actor(self.alliance, collator)
        self.officer = factories.actor(self.alliance, "dfe-officer")
        self.url = f"/alliances/{self.key}/returns/{self.dataset}/2026-27Q1/{self.code}/"
        self.of = {
            "alliance": self.alliance, "authority": Authority.objects.get(code=self.code), "dataset": self.dataset,
            "period": "2026-27Q1",
        }  # fmt: skip

    def whole(self) -> dict[str, Amount]:
        """A return without a fault."""
        found = {}
        for id in self.ids:
            under = Decimal(200) if catalogue.indicators()[id].denominator_from == "return" else None
            found[id] = Amount(Decimal(100), under)
        found["cin_rate"] = Amount(Decimal(900))
        if "sw_absence_pct" in found:
            found["sw_absence_pct"] = Amount(Decimal(10), Decimal(200))
            found["sw_establishment_fte"] = Amount(Decimal(200))
        return found

    def fill(self) -> Return:
        return returns.save(by=self.lead, **self.of, amounts=self.whole()).of


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(params=sorted(CASES))
def region(request: pytest.FixtureRequest) -> Region:
    return Region(request.param)


@pytest.fixture
def london() -> Region:
    return Region("london")


def form_of(page: str) -> dict[str, str]:
    """What a browser would send for the grid as it stands."""
    import html

    found = {}
    grid = page[page.index('<form method="post" novalidate') :]
    for tag in re.findall(r"<input[^>]*>", grid[: grid.index("</form>")]):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") != "radio" and "name" in attributes:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', grid):
        found[name] = html.unescape(text)
    return found


def fetched(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


# --- who sees -------------------------------------------------------------------------------------------------


def test_a_return_before_its_release_is_for_its_authority_and_the_programme(region: Region) -> None:
    region.fill()
    for somebody in (region.lead, region.colleague, region.analyst):
        page = fetched(factories.client_of(somebody), region.url)
        assert "the authority itself and the alliance’s own officers" in page
        assert f"figures that are not submitted, {region.of['authority'].name} alone" in page
    for somebody in (region.neighbour, region.officer):
        client = factories.client_of(somebody)
        for path in ("", "submissions/1/", "compare/?a=1&b=2", "workbook/", "file/", "paste/"):
            assert client.get(region.url + path).status_code in (403, 404), path
    assert Client().get(region.url).status_code == 302
    assert Client().post(region.url).status_code == 403


def test_figures_that_were_never_submitted_are_their_own_authoritys(region: Region) -> None:
    returns.save(
        by=region.lead, **region.of, amounts={"cla_rate": Amount(Decimal(7777), explanation="Too early")}
    )
    own, others = factories.client_of(region.colleague), factories.client_of(region.analyst)
    assert "7,777" in fetched(own, region.url)
    page = fetched(others, region.url)
    assert "Open" in page, "how it stands is no secret"
    assert f"Until then {region.of['authority'].name} alone sees what it fills in" in page
    for secret in ("7,777", "7777", "Too early", "Numerator"):
        assert secret not in page


def test_what_is_changed_after_submission_is_seen_when_it_is_sent(region: Region) -> None:
    ret = region.fill()
    returns.submit(by=region.lead, ret=ret)
    analyst = factories.client_of(region.analyst)
    assert "not-shown" not in fetched(analyst, region.url)
    collating.query(by=region.analyst, ret=ret, question="Is it so?", indicator="cla_rate")
    returns.save(
        by=region.lead, **region.of, amounts={"cla_rate": Amount(Decimal(107), explanation="Counted anew")}
    )
    page = fetched(analyst, region.url)
    assert "These are the figures last submitted" in page
    row = page[page.index('id="row-cla_rate"') :]
    assert ">100<" in row[: row.index("</tbody>")]
    assert "Counted anew" not in page
    question = ret.queries.get()
    returns.answer(by=region.lead, ret=ret, answers={question.pk: "We counted anew"})
    assert "Counted anew" in fetched(analyst, region.url)


def test_the_page_says_by_the_field_what_is_released(region: Region) -> None:
    returns.save(by=region.lead, **region.of, amounts={"cla_rate": Amount(None, None, "No system")})
    lead = factories.client_of(region.lead)
    page = " ".join(fetched(lead, region.url).split())
    label = page[page.index('<label for="m-cla_rate">') :]
    assert "released with the figures" in label[: label.index("</label>")]


def test_nobody_reminds_those_who_are_not_asked(region: Region) -> None:
    clause = {"london": "L2.1c", "east-midlands": "E1.6b"}[region.key]
    lead = {"london": "sub-regional-lead", "east-midlands": "lead-director"}[region.key]
    ret = returns.save(by=region.lead, **region.of, amounts={}).of
    terms = Terms("waive", (clause,), "A new system", date(2026, 6, 1), date(2027, 3, 31))
    made = propose_variation(
        by=region.colleague,
        alliance=region.alliance,
        authority=region.of["authority"],
        side="authority",
        terms=terms,
    )
    before = fetched(factories.client_of(region.analyst), region.url)
    assert 'value="chase"' in before
    part = {"sub_region": "north"} if region.key == "london" else {}
    agree_variation(by=factories.actor(region.alliance, lead, **part), variation=made)
    assert 'value="chase"' not in fetched(factories.client_of(region.analyst), region.url)
    with pytest.raises(Invalid, match="the duty is waived for it"):
        collating.chase(by=region.analyst, **region.of)
    ret.refresh_from_db()
    assert ret.chased_at is None


def test_the_other_region_sees_nothing() -> None:
    london, midlands = Region("london"), Region("east-midlands")
    london.fill()
    assert factories.client_of(midlands.colleague).get(london.url).status_code == 403
    assert factories.client_of(midlands.analyst).get(london.url).status_code == 403


def test_the_analyst_reads_and_does_not_write(region: Region) -> None:
    region.fill()
    client = factories.client_of(region.analyst)
    page = fetched(client, region.url)
    assert 'name="n-cla_rate"' not in page
    response = client.post(
        region.url, {"do": "save", "n-cla_rate": "7", "was-cla_rate": '["100",null,"",""]'}
    )
    assert response.status_code == 403
    assert Line.objects.get(indicator="cla_rate").numerator == 100


@pytest.mark.parametrize(
    "path",
    [
        "nothing/2026-27Q1/202/", "london-core-18/2026-27/202/", "london-core-18/2026-27Q1/831/",
        "london-core-18/x/202/",
        "london-core-18/2026-27Q1/999/", "london-core-18/2026-27Q1/202/submissions/1/",
    ],
)  # fmt: skip
def test_there_is_no_such_return(london: Region, path: str) -> None:
    client = factories.client_of(london.lead)
    assert client.get(f"/alliances/london/returns/{path}").status_code == 404


# --- the grid -------------------------------------------------------------------------------------------------


def test_a_blank_return_opens_and_writes_nothing(region: Region) -> None:
    page = fetched(factories.client_of(region.lead), region.url)
    assert "Not started" in page
    assert "11 August 2026" in page  # 30 working days after 30 June
    assert page.count('<tbody id="row-') == len(region.ids)
    assert not Return.objects.exists()


def test_saving_as_one_goes(region: Region) -> None:
    client = factories.client_of(region.lead)
    form = form_of(fetched(client, region.url)) | {
        "n-cla_rate": "1,204",
        "e-cla_rate": "First count",
        "do": "save",
    }
    response = client.post(region.url, form)
    assert (response.status_code, response["Location"]) == (302, region.url)
    line = Line.objects.get()
    assert (line.indicator, line.numerator, line.explanation) == ("cla_rate", 1204, "First count")
    page = fetched(client, region.url)
    assert 'value="1,204"' in page
    assert "20 July 2026 at 10:30am" in page
    entries = Entry.objects.count()
    client.post(region.url, form_of(page) | {"do": "save"})  # nothing changed
    assert Entry.objects.count() == entries


def test_what_cannot_be_read_is_kept_and_pointed_at_and_the_rest_is_saved(region: Region) -> None:
    client = factories.client_of(region.lead)
    form = form_of(fetched(client, region.url)) | {
        "n-cla_rate": "two hundred",
        "n-cin_rate": "900",
        "do": "submit",
    }
    response = client.post(region.url, form)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'href="#n-cla_rate"' in page
    assert 'value="two hundred"' in page
    assert "is not a number" in page
    assert Line.objects.get().numerator == 900
    assert not Submission.objects.exists()


def test_errors_and_queries_stand_beside_their_cells_and_stop_submission(region: Region) -> None:
    ret = region.fill()
    client = factories.client_of(region.lead)
    form = form_of(fetched(client, region.url)) | {
        "n-sw_agency_pct": "300",
        "n-cpp_rate": "1000",
        "do": "submit",
    }
    page = client.post(region.url, form | {"status": "validated"}).content.decode()
    assert "1 error to mend and 1 query to explain" in page
    assert 'href="#n-sw_agency_pct"' in page
    assert 'href="#e-cpp_rate"' in page
    row = page[page.index('id="row-sw_agency_pct"') :]
    assert "A part cannot exceed the whole" in row[: row.index("</tbody>")]
    assert not Submission.objects.exists()
    mended = form_of(page) | {
        "n-sw_agency_pct": "30",
        "e-cpp_rate": "By family",
        "do": "submit",
        "status": "validated",
    }
    assert client.post(region.url, mended).status_code == 302
    sent = Submission.objects.get()
    assert (sent.part_of_id, sent.status, sent.lines["cpp_rate"]["explanation"]) == (
        ret.pk,
        "validated",
        "By family",
    )


def test_a_submission_without_a_status_is_asked_for_it(region: Region) -> None:
    region.fill()
    client = factories.client_of(region.lead)
    page = client.post(region.url, form_of(fetched(client, region.url)) | {"do": "submit"}).content.decode()
    assert 'href="#status"' in page
    assert 'id="status"' in page


def test_two_people_on_one_cell_are_told_and_both_figures_are_shown(region: Region) -> None:
    region.fill()
    first, second = factories.client_of(region.lead), factories.client_of(region.colleague)
    form = form_of(fetched(first, region.url))
    second.post(region.url, form | {"n-cla_rate": "57", "do": "save"})
    response = first.post(region.url, form | {"n-cla_rate": "55", "n-cin_rate": "901", "do": "save"})
    page = response.content.decode()
    assert re.search(r"director of \d+.* changed this at 20 July 2026 at 10:30am to “57”", page)
    assert 'value="55"' in page
    now = dict(Line.objects.values_list("indicator", "numerator"))
    assert (now["cla_rate"], now["cin_rate"]) == (57, 901)
    assert first.post(region.url, form_of(page) | {"do": "save"}).status_code == 302
    assert Line.objects.get(indicator="cla_rate").numerator == 55


def test_typing_into_a_return_that_was_sent_meanwhile_loses_nothing(region: Region) -> None:
    ret = region.fill()
    client = factories.client_of(region.lead)
    form = form_of(fetched(client, region.url))
    returns.submit(by=region.colleague, ret=ret)
    page = client.post(region.url, form | {"n-cla_rate": "57", "do": "save"}).content.decode()
    assert "This return is submitted" in page
    assert "you typed “57”; it was not saved" in page


def test_query_answer_accept_reopen_on_the_page(region: Region) -> None:
    returns.submit(by=region.lead, ret=region.fill())
    analyst, lead = factories.client_of(region.analyst), factories.client_of(region.lead)
    page = analyst.post(region.url, {"do": "query", "question": " "}).content.decode()
    assert 'href="#question"' in page
    analyst.post(region.url, {"do": "query", "question": "Is it so?", "indicator": "cla_rate"})
    page = fetched(lead, region.url)
    row = page[page.index('id="row-cla_rate"') :]
    assert "Is it so?" in row[: row.index("</tbody>")]
    name = re.search(r'name="(answer-\d+)"', page)
    assert name
    page = lead.post(region.url, form_of(page) | {"do": "answer"}).content.decode()
    assert "Write an answer first" in page
    lead.post(region.url, form_of(page) | {"do": "answer", name[1]: "We counted again", "n-cla_rate": "101"})
    assert Submission.objects.count() == 2
    page = fetched(analyst, region.url)
    assert "We counted again" in page
    analyst.post(region.url, {"do": "accept"})
    assert Return.objects.get().state == "accepted"
    page = analyst.post(region.url, {"do": "reopen", "reason": ""}).content.decode()
    assert 'href="#reason"' in page
    analyst.post(region.url, {"do": "reopen", "reason": "The census corrected it"})
    page = fetched(lead, region.url)
    assert "The census corrected it" in page
    assert 'name="n-cla_rate"' in page


def test_submissions_are_kept_and_compared(region: Region) -> None:
    ret = region.fill()
    returns.submit(by=region.lead, ret=ret, note="First go")
    collating.reopen(by=region.analyst, ret=ret, reason="Check again")
    returns.save(by=region.lead, **region.of, amounts={"cla_rate": Amount(Decimal(104))})
    returns.submit(by=region.lead, ret=ret, status="validated")
    client = factories.client_of(region.lead)
    first = fetched(client, region.url + "submissions/1/")
    assert "First go" in first
    assert ret.submissions.get(number=1).hash in first
    page = fetched(client, region.url + "compare/?a=1&b=2")
    assert "Looked after: the numerator went from 100 to 104." in page
    assert "Number 1 was provisional; number 2 is validated." in page
    assert client.get(region.url + "compare/?a=1&b=9").status_code == 404
    assert client.get(region.url + "compare/?a=1&b=x").status_code == 302


def test_the_list_says_what_is_whose(region: Region) -> None:
    region.fill()
    page = fetched(factories.client_of(region.lead), f"/alliances/{region.key}/returns/")
    assert region.url in page
    assert "Open" in page
    page = fetched(factories.client_of(region.analyst), f"/alliances/{region.key}/returns/")
    assert f"/alliances/{region.key}/returns/{region.dataset}/2026-27Q1/" in page
    assert "0 of" in page
    page = fetched(factories.client_of(region.officer), f"/alliances/{region.key}/returns/")
    assert "None of your offices" in page


def test_a_body_returns_for_each_authority_that_it_answers_for() -> None:
    region = Region("london")
    lead = factories.actor(region.alliance, "data-lead", body="Achieving for Children")
    page = fetched(factories.client_of(lead), "/alliances/london/returns/")
    assert "/2026-27Q1/314/" in page
    assert "/2026-27Q1/318/" in page


@pytest.mark.parametrize("filled", [False, True])
def test_pages_ask_the_database_little(
    region: Region, filled: bool, django_assert_max_num_queries: Any
) -> None:
    publication = Publication.objects.create(
        key="ons-population", title="p", publisher="ONS", licence="OGL v3"
    )
    PublishedFigure.objects.create(
        publication=publication, measure="0_17.population_estimate", level="authority", place=region.code, year=2024,
        value=Decimal(50000),
    )  # fmt: skip
    if filled:
        returns.submit(by=region.lead, ret=region.fill())
    client = factories.client_of(region.lead)
    client.get(region.url)
    with django_assert_max_num_queries(15):
        assert ("50,000" in fetched(client, region.url)) is True
    with django_assert_max_num_queries(10):
        fetched(client, f"/alliances/{region.key}/returns/")


# --- files ----------------------------------------------------------------------------------------------------


def upload(client: Client, region: Region, content: bytes, name: str = "return.xlsx") -> str:
    response = client.post(region.url + "file/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    return response.content.decode()


def filled_in(client: Client, region: Region, **cells: Any) -> bytes:
    """The downloaded workbook with cells filled in, by indicator: (numerator, denominator)."""
    response = client.get(region.url + "workbook/")
    assert response["Content-Disposition"].endswith(f'{region.code}-{region.dataset}-2026-27Q1.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    for id, (over, under) in cells.items():
        row = FIRST_ROW + region.ids.index(id)
        book["Return"][f"D{row}"] = over
        if under is not None:
            book["Return"][f"E{row}"] = under
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def take(client: Client, region: Region, page: str) -> Any:
    token = re.search(r'name="lines" value="([^"]+)"', page)
    assert token, page
    return client.post(region.url + "take-in/", {"lines": token[1]})


def test_a_workbook_is_looked_at_then_taken_in(region: Region) -> None:
    client = factories.client_of(region.lead)
    page = upload(client, region, filled_in(client, region, cla_rate=(204, None), sw_agency_pct=(10.5, 80)))
    assert "Nothing has been stored yet" in page
    assert "3 cells would change" in page
    assert not Line.objects.exists()
    assert take(client, region, page).status_code == 302
    assert dict(Line.objects.values_list("indicator", "numerator")) == {
        "cla_rate": 204,
        "sw_agency_pct": Decimal("10.5"),
    }


def test_two_mistakes_are_told_by_cell_and_nothing_is_stored(region: Region) -> None:
    client = factories.client_of(region.lead)
    page = upload(
        client,
        region,
        filled_in(client, region, cla_rate=("many", None), sw_agency_pct=(90, 80), cin_rate=(9, None)),
    )
    for id in ("cla_rate", "sw_agency_pct"):
        assert f"Return!D{FIRST_ROW + region.ids.index(id)}" in page
    assert 'name="lines"' not in page
    assert not Line.objects.exists()


def test_csv_and_paste_give_the_same(region: Region) -> None:
    client = factories.client_of(region.lead)
    table = "indicator,numerator,denominator\ncla_rate,204,\nsw_agency_pct,10,80\n"
    page = upload(client, region, table.encode(), "return.csv")
    pasted = client.post(region.url + "paste/", {"table": table.replace(",", "\t")}).content.decode()
    changes = [re.findall(r"<tbody>.*?</tbody>", p, re.S) for p in (page, pasted)]
    assert changes[0] == changes[1]
    assert take(client, region, pasted).status_code == 302
    assert Line.objects.count() == 2


def test_a_wrong_paste_keeps_its_text(region: Region) -> None:
    page = (
        factories.client_of(region.lead)
        .post(region.url + "paste/", {"table": "cla_rate\tmany"})
        .content.decode()
    )
    assert "line 1, numerator: “many” is not a number" in page
    assert "cla_rate\tmany</textarea>" in page


def test_a_file_looked_at_before_somebody_saved_is_refused(region: Region) -> None:
    region.fill()
    client = factories.client_of(region.lead)
    page = upload(client, region, b"cla_rate,204\n", "return.csv")
    returns.save(by=region.colleague, **region.of, amounts={"cla_rate": Amount(Decimal(57))})
    response = take(client, region, page)
    assert "changed this return while you were looking" in response.content.decode()
    assert Line.objects.get(indicator="cla_rate").numerator == 57


def test_what_was_looked_at_cannot_be_changed_or_passed_on(region: Region) -> None:
    client = factories.client_of(region.lead)
    page = upload(client, region, b"cla_rate,204\n", "return.csv")
    response = client.post(region.url + "take-in/", {"lines": "forged"})
    assert "no longer at hand" in response.content.decode()
    token = re.search(r'name="lines" value="([^"]+)"', page)
    assert token
    other = factories.client_of(region.colleague)
    assert "no longer at hand" in other.post(region.url + "take-in/", {"lines": token[1]}).content.decode()
    assert not Return.objects.exists()


def test_files_that_are_refused(london: Region, settings: Any) -> None:
    client = factories.client_of(london.lead)
    assert "Choose a file first" in client.post(london.url + "file/").content.decode()
    assert "larger than 10 MB" in upload(client, london, b"PK" + b"\0" * (20 * 1024 * 1024))
    assert "not a workbook" in upload(client, london, b"PK\x03\x04 no")
    assert "The file is empty" in upload(client, london, b" ")
    other = factories.client_of(london.neighbour)
    theirs = other.get(london.url.replace("/202/", "/203/") + "workbook/").content
    assert "made for another authority: 203, not 202" in upload(client, london, theirs)
    assert not Return.objects.exists()


def test_a_return_that_was_sent_takes_no_file(region: Region) -> None:
    returns.submit(by=region.lead, ret=region.fill())
    client = factories.client_of(region.lead)
    page = upload(client, region, b"cla_rate,204\n", "return.csv")
    assert "This return is submitted" in take(client, region, page).content.decode()
    assert Line.objects.get(indicator="cla_rate").numerator == 100


def test_a_file_is_scanned_before_it_is_read(london: Region, settings: Any) -> None:
    settings.CLAMD = "127.0.0.1:1"  # nobody listens there
    page = upload(factories.client_of(london.lead), london, b"cla_rate,204\n", "return.csv")
    assert "could not be scanned for viruses" in page
    assert 'name="lines"' not in page

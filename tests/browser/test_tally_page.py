"""Counting a return in the browser: the command’s own figures, file by file, and no child’s record leaves it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests import factories
from tests.browser.test_returns import sign_in

import catalogue
from catalogue.periods import last_finished
from concord.records.models import Submission
from concord.rules.access import Actor
from tally import report, returns
from tally.engine import compute
from tally.plan import plan
from tally.sample.council import make_council
from tally.sample.write import write_sample
from tally.workbook import read_sheets
from tally.workspace import Workspace

pytestmark = pytest.mark.django_db
PERIOD = last_finished(date.today(), "quarter")  # noqa: DTZ011  the server’s own day
LONDON = f"/alliances/london/returns/london-core-18/{PERIOD.key}/202/"
EAST_MIDLANDS = f"/alliances/east-midlands/returns/riia-31/{PERIOD.key}/830/"


@pytest.fixture
def lead(transactional_db: None) -> Actor:
    """Camden’s data lead."""
    alliance = factories.london()
    factories.actor(alliance, "analyst")
    return factories.actor(alliance, "data-lead", code="202")


@pytest.fixture
def lead_of_derbyshire(transactional_db: None) -> Actor:
    """Derbyshire’s data lead."""
    alliance = factories.east_midlands()
    factories.actor(alliance, "data-specialist")
    return factories.actor(alliance, "data-lead", code="830")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up council in every format, with dirt; Annex A also as a CSV for each list."""
    folder = tmp_path_factory.mktemp("samples")
    council = make_council(300, 11, PERIOD)
    for form in ("annexa", "ssda903", "cin", "ssd"):
        (folder / form).mkdir()
        write_sample(council, folder / form, [form], 0.03, 11)
        for extra in ("truth.json", "damage.csv"):
            (folder / form / extra).unlink(missing_ok=True)
    (folder / "csv").mkdir()
    for name, rows in read_sheets(folder / "annexa/annex_a.xlsx"):
        with (folder / f"csv/{name}.csv").open("w", encoding="cp1252", newline="") as stream:
            csv.writer(stream).writerows(cells for _, cells in rows)
    return folder


@dataclass(frozen=True)
class Counted:
    """All that is said of some files: the return, the sentences, and the list of rows in the order of its text."""

    text: str
    left_out: list[str]
    cautions: list[str]
    reading: list[str]
    problems: list[str]
    rows: list[str]


def by_command(files: list[Path], code: str, dataset: str, folder: Path) -> Counted:
    workspace = Workspace()
    workspace.read([str(path) for path in files])
    workspace.prepare()
    result = compute(workspace, PERIOD, catalogue.datasets()[dataset].indicators)
    report.write_exclusions(folder / "rows.csv", workspace, result)
    lines = returns.lines(code, PERIOD, result.figures.values())
    return Counted(
        text=returns.as_csv(lines) if lines else "",
        left_out=[f"{catalogue.indicators()[id].name}: {why}." for id, why in result.left_out.items()],
        cautions=result.cautions,
        reading=list(_in_one_line(report.reading(workspace))),
        problems=list(report.problems(workspace)),
        rows=sorted((folder / "rows.csv").read_text("utf-8-sig").splitlines()),
    )


def _in_one_line(said: Iterator[str]) -> Iterator[str]:
    waiting = ""
    for text in said:
        if text.startswith("  no column for "):
            waiting += f" No column for {text.removeprefix('  no column for ')}."
        else:
            yield from [waiting] if waiting else []
            waiting = f"{text}."
    yield waiting


def in_browser(page: Page, files: list[Path], folder: Path) -> Counted:
    chooser = page.get_by_label("Your lists")
    expect(chooser).to_be_enabled(timeout=60_000)
    chooser.set_input_files(files)
    told = page.locator("#tally-results:visible, #tally-fault:visible")
    told.wait_for(timeout=120_000)
    assert page.locator("#tally-results").is_visible(), page.locator("#tally-fault").inner_text()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Save the list of rows").click()
    coming.value.save_as(folder / "browser.csv")

    def sentences(name: str) -> list[str]:
        return page.locator(f"#tally-{name} li").all_text_contents()

    return Counted(
        text=page.locator("#tally-sent").evaluate("(one) => one.textContent"),
        left_out=sentences("left-out"),
        cautions=sentences("cautions"),
        reading=sentences("reading"),
        problems=sentences("problems"),
        rows=sorted((folder / "browser.csv").read_text("utf-8-sig").splitlines()),
    )


FORMS = ("annexa", "csv", "ssda903", "cin", "ssd")


def test_the_browser_says_what_the_command_says(
    live_server: Any, page: Page, lead_of_derbyshire: Actor, samples: Path, tmp_path: Path, page_errors: Any
) -> None:
    """Figures, reasons, cautions, faults and the list of rows, from every format, one after another."""
    sign_in(page.context, live_server.url, lead_of_derbyshire)
    page.goto(f"{live_server.url}{EAST_MIDLANDS}tally/")
    for form in FORMS:
        files = sorted((samples / form).iterdir())
        expected = by_command(files, "830", "riia-31", tmp_path)
        assert len(expected.text.splitlines()) > 1, form
        assert len(expected.rows) > 20, form
        assert in_browser(page, files, tmp_path) == expected, form


def test_dirt_of_every_kind_is_read_alike(
    live_server: Any, page: Page, lead: Actor, tmp_path: Path, page_errors: Any
) -> None:
    """Cells, encodings, separators, quotes and elements as they stand in real files."""
    sign_in(page.context, live_server.url, lead)
    page.goto(f"{live_server.url}{LONDON}tally/")
    for files in odd_files(tmp_path):
        expected = by_command(files, "202", "london-core-18", tmp_path)
        assert in_browser(page, files, tmp_path) == expected, files[0].name


def test_the_shared_samples_are_read_alike(
    live_server: Any, page: Page, lead: Actor, shared_data: Path, tmp_path: Path, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead)
    page.goto(f"{live_server.url}{LONDON}tally/")
    for pattern in ("annex_a/*.xlsx", "cin/*.xml", "ssda903/*.csv"):
        files = sorted((shared_data / "samples").glob(pattern))
        expected = by_command(files, "202", "london-core-18", tmp_path)
        assert in_browser(page, files, tmp_path) == expected, pattern


def odd_files(folder: Path) -> Iterator[list[Path]]:
    """Files that are hard to read, made here."""
    day = PERIOD.start.isoformat()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "List 3"
    sheet.append(["Referrals of the last six months"])
    sheet.append([])
    sheet.append(["Child Unique\u00a0ID", "Date of  Referral", "Referral source", "Referral NFA?", "Notes"])
    for at, (when, source) in enumerate(
        [
            (PERIOD.start, "q) 6: Police"), (datetime.combine(PERIOD.start, time(14, 30)), "Police\u00a0"),
            (f"{PERIOD.start:%d/%m/%Y}", "nonsense"), ("=B4+1", "6"), ("#N/A", "1A"), (46_200, "n/a"), (46_200.5, ""),
            ("", "8"), (True, "10"), (-3, "2A"), (10**17, "4"),
        ]
    ):  # fmt: skip
        sheet.append([100.0 + at, when, source, "b) No", 0.1 + 0.2])
    sheet.append([None, PERIOD.start, "6", True, "#REF!"])
    sheet["E5"].value, sheet["E5"].data_type = "#DIV/0!", "e"
    sheet["B8"].data_type = "e"
    book.create_sheet("Notes").append(["Nothing", "here"])
    book.create_sheet("List 11").append(["Individual adopter identifier"])
    book.create_sheet("List 6").append(
        ["Mosaic ID", "Team", "Date CIN began", "Start of CIN episode", "Closed date", "Status"]
    )
    book["List 6"].append([7, "A", "01-May-24", "1/5/25", None, "c) CIN plan"])
    for name, heading in (("Copy", "Date of Referral"), ("Visits", "Date of Contact")):
        book.create_sheet(name).append(["Child's Unique ID", heading])
        book[name].append([7, "20260501"])
    book.save(folder / "odd.xlsx")
    yield [folder / "odd.xlsx"]

    header = "Child ID;Date of Referral;Referral Source;Notes\r\n"
    quoted = (
        f'"7";{day};"6";"two\r\nlines; and ""quotes"""\r\n8;{day};6;a "quote" inside\n\n9;31/02/2026;6;\r'
        f'10;"{day}"x;6;"never closed\r\n'
    )
    (folder / "List 3.csv").write_text(header + quoted, "utf-16", newline="")
    (folder / "contacts.csv").write_text(
        "\ufeffChild ID\tDate of Contact\tContact Source\tdate of contact\n"
        f"1\t{day}\tq) 6: Police\n1\t{day}\tq) 6: Police\n\t{day}\t8",
        "utf-8",
    )
    (folder / "nothing.csv").write_text("a|b\n1|2\n")
    yield [folder / name for name in ("List 3.csv", "contacts.csv", "nothing.csv")]

    notes = "a long note about nothing at all " * 4
    with (folder / "many.csv").open("w", encoding="utf-8") as stream:
        stream.write("Child ID,Date of Contact,Contact Source,Notes\n")
        stream.writelines(f"{child},{day},6,{notes}\n" for child in range(12_000))
    yield [folder / "many.csv"]

    (folder / "census.xml").write_text(
        f"""<?xml version="1.0" encoding="utf-8"?>
<!-- a census --><c:Message xmlns:c="urn:x"><c:Header><c:CollectionDetails>
<c:ReferenceDate>{PERIOD.end}</c:ReferenceDate></c:CollectionDetails></c:Header><c:Children><c:Child>stray<c:ChildIdentifiers><c:LAchildID>A&amp;1</c:LAchildID>
<c:PersonBirthDate>2015-01-01</c:PersonBirthDate><c:Sex>1</c:Sex></c:ChildIdentifiers>
<c:ChildCharacteristics><c:Ethnicity>WBRI</c:Ethnicity></c:ChildCharacteristics>
<c:CINdetails><c:CINreferralDate><![CDATA[{day}]]></c:CINreferralDate><!-- note -->after a note
<c:PrimaryNeedCode>N1</c:PrimaryNeedCode><c:ReferralSource>6</c:ReferralSource><c:Unknown/>
<c:Assessments><c:AssessmentActualStartDate>{day}</c:AssessmentActualStartDate><c:AssessmentAuthorisationDate>soon
</c:AssessmentAuthorisationDate></c:Assessments><c:Section47><c:S47ActualStartDate>{day}</c:S47ActualStartDate>
<c:DateOfInitialCPC>{day}</c:DateOfInitialCPC></c:Section47></c:CINdetails></c:Child>
<c:Child><c:ChildIdentifiers><c:LAchildID></c:LAchildID></c:ChildIdentifiers></c:Child></c:Children></c:Message>
"""
    )
    (folder / "other.xml").write_text("<Other/>")
    yield [folder / "census.xml", folder / "other.xml"]

    (folder / "care.xml").write_text(
        f"""<EXPSSDA903><!-- a return --><CHILD><HEADER><CHILDID>A1</CHILDID><DOB>01/02/2012</DOB><SEX>1</SEX>
<SEX>2</SEX><UASC>1</UASC><DUC/><REVIEWS><REVIEW>{PERIOD.start:%d/%m/%Y}</REVIEW></REVIEWS></HEADER>
<EPISODE><DECOM>{PERIOD.start:%d/%m/%Y}</DECOM><RNE>S</RNE><LS>C2</LS><PL>U1</PL><DEC>soon</DEC></EPISODE><OTHER/></CHILD>
<CHILD><EPISODE><DECOM>01/03/2020</DECOM></EPISODE></CHILD><CHILD><HEADER><CHILDID>B2</CHILDID><UASC>maybe</UASC>
<IN_TOUCH>YES</IN_TOUCH><ACTIV>F2</ACTIV><ACCOM>B1</ACCOM><DOB>01/02/2007</DOB></HEADER></CHILD></EXPSSDA903>
"""
    )
    yield [folder / "care.xml"]


# --- nothing but figures leaves -----------------------------------------------------------------------------------


@dataclass
class Wire:
    """Every request of a browser’s context, also of its workers: method, address, body."""

    sent: list[tuple[str, str, str]]

    @classmethod
    def tap(cls, context: BrowserContext) -> Wire:
        wire = cls([])
        context.on(
            "request", lambda one: wire.sent.append((one.method, one.url, unquote_plus(one.post_data or "")))
        )
        return wire


def submitted(page: Page, base: str, where: str, files: list[Path], folder: Path) -> tuple[Wire, Counted]:
    """From the files to a submitted quarter, the network cut while they are read and counted."""
    wire = Wire.tap(page.context)
    page.goto(base + where)
    page.get_by_role("link", name="count it from your own lists").click()
    expect(page.get_by_label("Your lists")).to_be_enabled(timeout=60_000)
    assert any(url.endswith("duckdb.wasm") for _, url, _ in wire.sent), "the worker’s requests are seen"
    before = len(wire.sent)
    page.context.set_offline(True)
    found = in_browser(page, files, folder)
    assert wire.sent[before:] == [], "nothing is asked of anybody while lists are read and counted"
    page.context.set_offline(False)
    page.get_by_role("button", name="Put these figures into my return").click()
    expect(page.get_by_text("Nothing has been stored yet")).to_be_visible()
    posted = [body for method, _, body in wire.sent if method == "POST"]
    assert len(posted) == 1
    assert posted[0].replace("\r\n", "\n").endswith(found.text.replace("\r\n", "\n"))
    page.get_by_role("button", name="Take these figures in").click()
    expect(page.get_by_text("Taken in:")).to_be_visible()
    for box in page.locator(".app-cell:not([type=hidden])").all():
        if not box.input_value():
            box.fill("0" if (box.get_attribute("id") or "").startswith("n-") else "200")
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("details.app-more").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
    for words in page.get_by_label("Explanation").all():
        words.fill("A small made-up council")
    page.get_by_label("Validated").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("This is submission 1; the analyst has been told.")).to_be_visible()
    return wire, found


def no_child_was_sent(wire: Wire, base: str, files: list[Path]) -> None:
    workspace = Workspace()
    workspace.read([str(path) for path in files])
    workspace.prepare()
    children = workspace.identifiers()
    assert len(children) > 50
    for method, url, body in wire.sent:
        assert url.startswith((base, "blob:")), f"{method} {url}"
        leaked = [child for child in children if child in body or child in url]
        assert not leaked, f"{method} {url}: {leaked}"


@pytest.mark.clause("E1.5a")
@pytest.mark.clause("E1.6b")
def test_derbyshire_goes_from_a_workbook_to_a_submitted_quarter_and_no_child_leaves(
    live_server: Any, page: Page, lead_of_derbyshire: Actor, samples: Path, tmp_path: Path, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead_of_derbyshire)
    files = [samples / "annexa/annex_a.xlsx"]
    wire, found = submitted(page, live_server.url, EAST_MIDLANDS, files, tmp_path)
    no_child_was_sent(wire, live_server.url, files)
    kept(found)


@pytest.mark.clause("L2.1c")
def test_camden_goes_from_its_own_tables_to_a_submitted_quarter_and_no_child_leaves(
    live_server: Any, page: Page, lead: Actor, samples: Path, tmp_path: Path, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead)
    files = sorted((samples / "ssd").iterdir())
    wire, found = submitted(page, live_server.url, LONDON, files, tmp_path)
    no_child_was_sent(wire, live_server.url, files)
    kept(found)


def kept(found: Counted) -> None:
    """What was submitted is what was counted, with how."""
    lines = Submission.objects.get().lines
    for row in csv.DictReader(found.text.splitlines()):
        line = lines[row["indicator"]]
        assert line["numerator"] == row["numerator"]
        assert line["method"].startswith(row["method"])


BAD_PLANS = {
    "SELECT 1, NULL, 0, 0, min(child) FROM contact": "has a method that no definition knows",
    "SELECT CAST(max(child) AS BIGINT), NULL, 0, 0, 'day of contact' FROM contact": "no count of the rows read",
    "SELECT 1, NULL, CAST(max(child) AS BIGINT), 0, 'day of contact' FROM contact": "no count of the rows read",
}


def test_a_figure_in_which_a_child_could_be_is_not_sent(
    live_server: Any, page: Page, lead: Actor, tmp_path: Path
) -> None:
    """A definition gone wrong, or an identifier that is a word of the return: the proof stops it."""
    sign_in(page.context, live_server.url, lead)
    rows = f"1234567,{PERIOD.start},6\n7654321,{PERIOD.start},6\n"
    path = tmp_path / "List 1.csv"
    path.write_text("Child ID,Date of Contact,Contact Source\n" + rows)
    for sums, told in BAD_PLANS.items():
        spoilt = json.loads(json.dumps(dict(plan())))
        spoilt["indicators"]["contacts_rate"]["sums"] = sums
        page.route("**/tally/plan.json*", giving(spoilt))
        page.goto(f"{live_server.url}{LONDON}tally/")
        refused(page, [path], told)
        page.unroute("**/tally/plan.json*")
    page.goto(f"{live_server.url}{LONDON}tally/")
    path.write_text(f"Child ID,Date of Contact,Contact Source\nday of contact,{PERIOD.start},6\n" + rows)
    refused(page, [path], "A word of the return is a child’s identifier")


def giving(content: Any) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=content)


def refused(page: Page, files: list[Path], told: str) -> None:
    expect(page.get_by_label("Your lists")).to_be_enabled(timeout=60_000)
    page.get_by_label("Your lists").set_input_files(files)
    expect(page.get_by_role("alert")).to_contain_text(told, timeout=60_000)
    expect(page.locator("#tally-results")).to_be_hidden()
    assert page.locator("#tally-text").input_value() == ""


def test_what_cannot_be_read_is_told_with_what_to_do(
    live_server: Any, page: Page, lead: Actor, samples: Path, tmp_path: Path, page_errors: Any
) -> None:
    sign_in(page.context, live_server.url, lead)
    page.goto(f"{live_server.url}{LONDON}tally/")
    for name, content, told in (
        ("ssd_person.parquet", "PAR1", "a browser cannot read Parquet. Export the table as CSV"),
        ("letter.docx", "x", "“.docx” is not read"),
        ("book.xlsx", "not a workbook", "this workbook cannot be opened"),
        ("half.csv", "a\x00b", "this is not a text file"),
        ("empty.csv", "a,b\n1,2\n", "None of the files given holds a list that is known"),
        ("List 3.csv", "a,b\n1,2\n", "no header row of List 3 (referrals) was found"),
        ("cin.xml", "<Message><Children><Child></Children></Message>", "the XML breaks off after 0 children"),
    ):
        (tmp_path / name).write_text(content)
        refused(page, [tmp_path / name], told)
    both = [samples / "annexa/annex_a.xlsx", *(samples / "ssda903").iterdir()]
    refused(page, both, "a child would be counted twice")
    found = in_browser(page, [samples / "annexa/annex_a.xlsx"], tmp_path)
    assert found.text, "the next files are read all the same"


def test_it_stands_on_a_phone_and_passes_axe(
    live_server: Any,
    page: Page,
    lead: Actor,
    samples: Path,
    tmp_path: Path,
    accessible: Any,
    page_errors: Any,
) -> None:
    sign_in(page.context, live_server.url, lead)
    page.goto(f"{live_server.url}{LONDON}tally/")
    accessible(page)
    in_browser(page, sorted((samples / "csv").iterdir()), tmp_path)
    page.get_by_text("Exactly what is sent").click()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        accessible(page)


def test_without_javascript_it_says_which_command_does_the_same(
    live_server: Any, browser: Browser, lead: Actor
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        sign_in(context, live_server.url, lead)
        page = context.new_page()
        page.goto(f"{live_server.url}{LONDON}tally/")
        told = page.locator("#tally-without")
        expect(told).to_contain_text(f"--authority 202 --quarter {PERIOD.key} --dataset london-core-18")
        expect(page.get_by_label("Your lists")).to_be_hidden()
        told.get_by_role("link", name="upload return.csv").click()
        expect(page.get_by_label("Workbook (.xlsx) or CSV file")).to_be_visible()
    finally:
        context.close()

"""The children in need census: streamed, held against its order, several years together."""

from __future__ import annotations

from datetime import date

import pytest

from catalogue.periods import Period
from tally.engine import compute
from tally.faults import TallyFault

CASE = (
    "<CINdetails><CINreferralDate>2025-04-14</CINreferralDate><ReferralSource>6</ReferralSource>{inside}"
    "<ReferralNFA>0</ReferralNFA>{plans}</CINdetails>"
)


def message(*children: str, reference: str = "2026-03-31", space: str = "") -> bytes:
    return (
        f"<?xml version='1.0'?><Message{space}><Header><CollectionDetails><Collection>CIN</Collection>"
        f"<ReferenceDate>{reference}</ReferenceDate></CollectionDetails></Header><Children>{''.join(children)}</Children></Message>"
    ).encode()


def child(id: str, inside: str = "", plans: str = "") -> str:
    return (
        f"<Child><ChildIdentifiers><LAchildID>{id}</LAchildID><PersonBirthDate>2015-01-01</PersonBirthDate><Sex>M</Sex>"
        "</ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>"
        f"{CASE.format(inside=inside, plans=plans)}</Child>"
    )


ASSESSMENT = (
    "<Assessments><AssessmentActualStartDate>{0}</AssessmentActualStartDate>"
    "<AssessmentAuthorisationDate>{1}</AssessmentAuthorisationDate></Assessments>"
)
ENQUIRY = (
    "<Section47><S47ActualStartDate>{0}</S47ActualStartDate><DateOfInitialCPC>{1}</DateOfInitialCPC>"
    "<ICPCnotRequired>0</ICPCnotRequired></Section47>"
)


def figure(workspace, id, quarter="2025-26Q1"):
    result = compute(workspace, Period.parse(quarter))
    assert id in result.figures, result.left_out.get(id)
    return result.figures[id]


def faults(workspace):
    return workspace.query("SELECT child, subject, reason FROM fault ORDER BY row_id, subject")


def test_the_first_assessment_is_counted_from_the_referral_and_a_later_one_from_its_own_start(reading):
    # From Monday 14 April 2025, without 18 and 21 April, 5 and 26 May: 3 + 4 + 5 + 4 + 5 + 5 + 4 + 5 + 5 + 5 = 45
    # working days to Friday 20 June.
    first = ASSESSMENT.format(
        "2025-05-01", "2025-06-23"
    )  # day 46 after the referral, though day 36 of its own
    later = ASSESSMENT.format("2025-06-24", "2025-06-27")
    workspace = reading(("cin.xml", message(child("1", first + later))))
    found = figure(workspace, "assessments_45d_pct")
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.method == "from the referral; from the start of the assessment"


def test_a_conference_that_stands_with_the_case_is_a_transfer_in(reading):
    transfer = child("1", "<DateOfInitialCPC>2025-05-20</DateOfInitialCPC>")
    same = child(
        "2", "<DateOfInitialCPC>2025-05-20</DateOfInitialCPC>" + ENQUIRY.format("2025-05-06", "2025-05-20")
    )
    found = figure(reading(("cin.xml", message(transfer, same))), "icpc_rate")
    assert (found.numerator, found.excluded) == (1, 1)


def test_a_case_open_in_one_year_and_closed_in_the_next_is_one(reading):
    closed = "<CINclosureDate>2026-05-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>"
    workspace = reading(
        ("one.xml", message(child("1"))), ("two.xml", message(child("1", closed), reference="2027-03-31"))
    )
    assert workspace.query("SELECT started, ended FROM cin_episode") == [
        (date(2025, 4, 14), date(2026, 5, 1))
    ]
    assert workspace.query("SELECT count(*) FROM referral") == [(1,)]


def test_one_year_cannot_tell_re_referrals_and_says_so(reading):
    result = compute(reading(("cin.xml", message(child("1")))), Period.parse("2025-26Q4"))
    assert result.left_out["rereferrals_pct"] == (
        "12 months before the quarter are needed, and the lists hold referrals only from 1 April 2025"
    )


def test_the_order_of_the_census_is_held(reading):
    wrong = (
        child("7")
        .replace("<ReferralNFA>0</ReferralNFA>", "")
        .replace("<Sex>M</Sex>", "<Sex>M</Sex>stray<Colour>blue</Colour>")
    )
    wrong = wrong.replace("<ReferralSource>6</ReferralSource>", "").replace(
        "</CINdetails>", "<ReferralNFA>0</ReferralNFA><ReferralSource>6</ReferralSource></CINdetails>"
    )
    workspace = reading(("cin.xml", message(wrong, child("8"))))
    assert set(faults(workspace)) == {
        ("7", "Sex", "is followed by text that belongs to nothing"),
        ("7", "Colour", "is not known within ChildIdentifiers"),
        ("7", "ReferralSource", "stands out of order within CINdetails"),
    }
    assert figure(workspace, "referrals_rate").numerator == 2


def test_what_must_be_there_is_missed(reading):
    bare = "<Child><ChildIdentifiers><LAchildID>7</LAchildID></ChildIdentifiers></Child>"
    assert set(faults(reading(("cin.xml", message(bare, child("8")))))) == {
        ("7", "ChildCharacteristics", "is missing from Child"),
        ("7", "CINdetails", "is missing from Child"),
    }


def test_a_census_that_breaks_off_is_not_half_used(reading):
    with pytest.raises(TallyFault, match="the XML breaks off after 1 children"):
        reading(("cin.xml", message(child("1"), child("2"))[:-200]))


def test_a_namespace_and_one_long_line_do_not_matter(reading):
    workspace = reading(("cin.xml", message(*(child(str(n)) for n in range(30)), space=' xmlns="urn:x"')))
    assert figure(workspace, "referrals_rate").numerator == 30


def test_entities_are_not_followed(reading, tmp_path):
    (tmp_path / "secret.txt").write_text("7777777")
    head = f"<!DOCTYPE Message [<!ENTITY x SYSTEM '{(tmp_path / 'secret.txt').as_uri()}'>]><Message".encode()
    data = message(child("&x;"), child("8")).replace(b"<Message", head, 1)
    workspace = reading(("cin.xml", data))
    assert workspace.identifiers() == {"8"}


def test_xml_that_is_no_census_is_named(reading):
    with pytest.raises(TallyFault, match="neither a children in need census nor SSDA903"):
        reading(("csww.xml", b"<Workforce/>"))
    with pytest.raises(TallyFault, match="is not XML that can be read"):
        reading(("x.xml", b"hello"))


def test_a_row_is_reported_with_its_line_however_long_the_file(reading):
    """libxml2 keeps lines to 65,535; past that they are counted, over blank lines, comments and empty elements."""
    rows = "\n".join(
        "  <!-- one\n  two -->" + child(f"c{n}", "\n<Odd/>").replace("><", ">\n<") for n in range(5_000)
    )
    data = message("\n", rows, "\n")
    true = [number for number, text in enumerate(data.decode().split("\n"), 1) if "<Odd/>" in text]
    assert true[-1] > 80_000
    workspace = reading(("cin.xml", data))
    told = workspace.query(
        "SELECT child, row_id % 100000000 FROM fault WHERE subject = 'Odd' ORDER BY row_id"
    )
    assert told == [(f"c{n}", line) for n, line in enumerate(true)]
    begun = [number for number, text in enumerate(data.decode().split("\n"), 1) if "<CINdetails>" in text]
    assert [row[0] for row in workspace.query("SELECT row_id % 100000000 FROM referral ORDER BY 1")] == begun


def test_two_of_one_day_in_one_file_are_one_and_the_other_is_listed(reading):
    """Which is kept does not hang on the order of rows: the one that has ended, and of two that have, the later."""
    ended = "<CINclosureDate>2025-0{0}-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure>"
    cases = [child("1", ended.format(month)) for month in (5, 6)] + [child("1")]
    for order in (cases, cases[::-1]):
        workspace = reading(("cin.xml", message(*order)))
        assert workspace.query("SELECT ended FROM cin_episode") == [(date(2025, 6, 1),)]
        assert sorted(row[1:] for row in faults(workspace) if row[1]) == [
            ("day", "another referral of the child is of the same day, so it was set aside"),
            ("day", "another referral of the child is of the same day, so it was set aside"),
            ("started", "another case of the child begins on the same day, so it was set aside"),
            ("started", "another case of the child begins on the same day, so it was set aside"),
        ]
        assert figure(workspace, "referrals_rate").numerator == 1
    two = ASSESSMENT.format("2025-05-01", "2025-06-02") + ASSESSMENT.format("2025-05-01", "2025-06-03")
    workspace = reading(("cin.xml", message(child("1", two))))
    assert figure(workspace, "assessments_rate").numerator == 1
    assert faults(workspace) == [
        ("1", "started", "another assessment of the child begins on the same day, so it was set aside")
    ]


@pytest.mark.parametrize(
    ("referred", "counted"),
    [("2025-02-10", "from the start of the assessment"), ("2025-03-10", "from the referral")],
)
def test_a_case_older_than_the_census_may_have_had_its_first_assessment_before(reading, referred, counted):
    """Assessed from 1 May, 80 days after 10 February: the first was surely last year. After 10 March it is 52."""
    case = child("1", ASSESSMENT.format("2025-05-01", "2025-05-20")).replace("2025-04-14", referred)
    found = figure(reading(("cin.xml", message(case))), "assessments_45d_pct")
    # From 1 May to 20 May are 12 working days; from 10 March 49, for 18 and 21 April and 5 May are holidays.
    assert (found.numerator, found.denominator, found.method) == (int("start" in counted), 1, counted)

"""Files that others published: read whole, counted, and what is wrong in them said row by row."""

from __future__ import annotations

from datetime import date

from catalogue.periods import Period
from tally.engine import compute


def faults(workspace):
    return workspace.query(
        "SELECT child, subject, position, value, reason FROM fault ORDER BY row_id, position"
    )


def test_annex_a_of_january_2024(reading, shared_samples):
    workspace = reading(shared_samples / "annex_a" / "Annex_A_2024_Jan.xlsx")
    assert [(source.sheet, source.rows, source.missing) for source in workspace.sources] == [
        (f"List {n}", rows, [])
        for n, rows in ((1, 5), (3, 6), (4, 5), (5, 5), (6, 5), (7, 7), (8, 5), (9, 6))
    ]
    assert [name.rpartition(" ")[2] for name in workspace.ignored] == ["2", "10", "11"]
    # ten cells of list 6 hold #N/A, all in columns that no indicator uses; the cells are M2 to N6
    assert [(row[2], row[3]) for row in faults(workspace)] == [(12, "#N/A"), (13, "#N/A")] * 5
    figures = compute(workspace, Period.parse("2020-21Q2")).figures
    assert (figures["contacts_rate"].numerator, figures["s47_rate"].numerator) == (5, 5)
    assert (figures["referrals_rate"].numerator, figures["rereferrals_pct"].numerator) == (6, 3)
    assert figures["cpp_cease_rate"].numerator == 2  # both on 17 September 2020
    figures = compute(workspace, Period.parse("2020-21Q3")).figures
    # three conferences: 5 October is day 13 after 16 September 2020, 1 October day 11
    assert (figures["icpc_15d_pct"].numerator, figures["icpc_15d_pct"].denominator) == (3, 3)


def test_ssda903_files(reading, shared_samples):
    workspace = reading(*shared_samples.joinpath("ssda903").glob("*.csv"))
    rows = {source.known.key: source.rows for source in workspace.sources}
    assert rows == {"s903_episodes": 5050, "s903_header": 2675, "s903_oc3": 53, "s903_uasc": 132}
    assert {"reviews.csv", "oc2.csv", "missing.csv"} <= set(workspace.ignored)
    reasons = {reason for *_, reason in faults(workspace)}
    assert reasons == {
        "the episode goes on (X1), and no episode follows it",
        "it goes on from an episode (not S) that is not there",
    }
    result = compute(workspace, Period.parse("2017-18Q4"))
    # most of these made-up episodes go on to nothing, so who is looked after cannot be told, and it is said
    assert "could not be judged" in result.left_out["cla_rate"]


def test_the_census_of_2026(reading, shared_samples):
    workspace = reading(shared_samples / "cin" / "CIN_Census_2026.xml")
    assert {source.known.key: source.rows for source in workspace.sources} == {
        "cin_child": 2, "cin_referral": 2, "cin_assessment": 2, "cin_plan_dates": 1, "cin_section47": 1,
        "cin_protection": 1,
    }  # fmt: skip
    assert {(row[0], row[1], row[4]) for row in faults(workspace)} == {
        ("DfEX0000001", "UPNunknown", "is followed by text that belongs to nothing"),
        ("DfEX0000001", "completed", "the assessment was authorised before it began"),
        ("child_fails_assessments", "AssessmentFactors", "is missing from FactorsIdentifiedAtAssessment"),
    }
    assert workspace.query("SELECT day, transfer_in FROM conference ORDER BY day") == [
        (date(2022, 6, 17), "N"),
        (date(2022, 12, 6), "Y"),
    ]


def test_the_ssda903_in_xml(reading, shared_samples):
    workspace = reading(shared_samples / "ssda903" / "fake_903.xml")
    assert {source.known.key: source.rows for source in workspace.sources} == {
        "s903_episodes": 459, "s903_header": 253, "s903_oc3": 6, "s903_uasc": 12,
    }  # fmt: skip
    assert workspace.query("SELECT reason, count(*) FROM fault GROUP BY ALL ORDER BY ALL") == [
        ("it goes on from an episode (not S) that is not there", 3),
        ("the episode goes on (X1), and no episode follows it", 114),
    ]

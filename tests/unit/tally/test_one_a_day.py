"""What begins on one day for one child is one, in every format alike; the other is listed. Worked by hand.

The children in need census lets no assessment, enquiry or plan begin while another of its kind goes on (its own
rules 8863 and 8890 say so), nor SSDA903 two episodes on one day. So a second record of the same day is the same thing
recorded again, by another worker or for another case, and every source has to count it once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest

from catalogue.periods import Period
from tally.engine import compute
from tally.sample.council import Assessment, Case, Council, Enquiry, Span, make_council
from tally.sample.write import WRITERS, given, write_sample
from tally.workspace import Workspace

Q1 = "2026-27Q1"
AGAIN = "another {} of the child begins on the same day, so it was set aside"


def reasons(workspace: Workspace) -> list[tuple[str, str]]:
    return workspace.query("SELECT child, reason FROM fault ORDER BY row_id")


def test_two_enquiries_of_one_child_on_one_day_are_one(council):
    lists = {
        "List 5": [
            ["1", "2026-05-01", ""],
            ["1", "2026-05-01", "2026-05-20"],  # the same enquiry: only this row knows of its conference
            ["1", "2026-06-10", ""],  # another day, another enquiry
            ["2", "2026-05-01", ""],  # another child (a brother, say), an enquiry of their own
        ]
    }
    assert council.figure("s47_rate", Q1, lists) == (3, None)
    assert council.figure("icpc_rate", Q1, lists) == (1, None)
    assert reasons(council.workspace(lists)) == [("1", AGAIN.format("section 47 enquiry"))]


def test_of_two_assessments_begun_on_one_day_the_one_that_was_authorised_last_is_counted(council):
    rows = [
        ["1", "2026-04-01", ""],
        ["1", "2026-04-01", "2026-05-01"],
        ["1", "2026-04-01", "2026-05-20"],
        ["2", "2026-04-01", "tbc"],  # it has ended, on a day that nobody can read: not an open one
        ["2", "2026-04-01", ""],
        ["3", "2026-04-01", "2026-05-01"],
    ]
    for given_rows in (rows, rows[::-1]):
        lists = {"List 4": given_rows}
        assert council.figure("assessments_started_rate", Q1, lists) == (3, None)
        whole = council.whole("assessments_rate", Q1, lists)
        assert (whole.numerator, whole.unknown) == (2, 1)
        told = [
            reason for _, reason in reasons(council.workspace(lists)) if reason == AGAIN.format("assessment")
        ]
        assert len(told) == 3


def test_of_two_cases_plans_or_periods_begun_on_one_day_the_one_that_has_ended_is_counted(council):
    lists = {
        "List 6": [["1", "2025-01-01", "", ""], ["1", "2025-01-01", "2026-05-01", ""], ["2", "2025-01-01", "", ""]],
        "List 7": [["1", "2026-04-02", "", 0], ["1", "2026-04-02", "2026-05-01", 0], ["2", "2026-04-02", "", 0]],
        "List 8": [
            ["1", "2014-01-01", "b) No", "2026-04-02", "C2", 1, "", "2026-04-02", "U6"],
            ["1", "2014-01-01", "b) No", "2026-04-02", "C2", 1, "2026-05-01", "2026-04-02", "U6"],
            ["2", "2014-01-01", "b) No", "2026-04-02", "C2", 1, "", "2026-04-02", "U6"],
            ["2", "2014-01-01", "b) No", "2026-04-02", "C2", 2, "", "2026-05-02", "U6"],  # joined with placements
        ],
    }  # fmt: skip
    for id, figure in {
        "cin_rate": 1, "cpp_rate": 1, "cpp_start_rate": 2, "cpp_cease_rate": 1,
        "cla_rate": 1, "cla_start_rate": 2, "cla_cease_rate": 1,
    }.items():  # fmt: skip
        assert council.figure(id, Q1, lists) == (figure, None), id
    told = sorted(reason for _, reason in reasons(council.workspace(lists)))
    assert told == [
        AGAIN.format("case"),
        *[AGAIN.format("period of care")] * 2,
        AGAIN.format("protection plan"),
    ]


def test_of_two_referrals_on_one_day_that_whose_source_is_known_is_counted_however_the_rows_stand(council):
    rows = [["1", "2026-05-01", "10", 1], ["1", "2026-05-01", "6", 0], ["9", "2026-04-01", "10", 0]]
    for given_rows in (rows, rows[::-1]):
        assert council.figure("referral_source_known_pct", Q1, {"List 3": given_rows}) == (1, 2)
        assert council.figure("rereferrals_pct", Q1, {"List 3": given_rows}) == (0, 2)


COUNTED_BY_SOURCE = {"cla_3_placements_pct", "cla_stability_pct", "cpp_repeat_ever_pct"}
"""Annex A and the census count placements and earlier plans themselves, and so the copies among them too."""


@pytest.mark.parametrize("seed", [1, 2])
def test_two_analysts_with_two_sources_get_one_figure_though_records_are_there_twice(tmp_path, seed):
    quarter = Period(2025, 4)
    council = recorded_twice(make_council(900, seed, quarter), random.Random(seed))
    found = {}
    for key in WRITERS:
        write_sample(council, tmp_path / key, [key], 0, seed)
        (tmp_path / key / "truth.json").unlink()
        workspace = Workspace()
        workspace.read([str(tmp_path / key)])
        workspace.prepare()
        found[key] = compute(workspace, quarter).figures
    compared = set()
    for one, other in combinations(WRITERS, 2):
        for id in (
            given(one, latest=True) & given(other, latest=True) & found[one].keys() & found[other].keys()
        ) - COUNTED_BY_SOURCE:
            compared.add(id)
            figures = [(found[key][id].numerator, found[key][id].denominator) for key in (one, other)]
            assert figures[0] == figures[1], (id, one, other)
    assert {
        "s47_rate",
        "assessments_rate",
        "cin_rate",
        "cpp_rate",
        "cpp_start_rate",
        "icpc_15d_pct",
    } <= compared


def recorded_twice(council: Council, dice: random.Random) -> Council:
    """A council where three in ten records stand again: begun on the same day, ended on another or not at all.

    What goes on beside one that ended long ago is left out: Annex A holds six months and cannot see the other.
    """

    def again(day: date | None) -> date | None:
        if day is None:
            return None
        recent = (council.taken - day).days < 170
        return dice.choice((day - timedelta(1), *((None,) if recent else ()), day))

    for child, case in [(one, case) for one in council.children for case in one.cases]:
        case.enquiries += [
            Enquiry(one.started, dice.choice((None, one.conference))) for one in some(case.enquiries, dice)
        ]
        case.assessments += [
            Assessment(one.started, again(one.completed)) for one in some(case.assessments, dice)
        ]
        case.cin_plans += [Span(one.started, again(one.ended)) for one in some(case.cin_plans, dice)]
        case.protection += [Span(one.started, again(one.ended)) for one in some(case.protection, dice)]
        if not case.nfa and case.closed is None:
            child.cases += [
                Case(case.referred, case.source, nfa=dice.random() < 0.5) for _ in some([case], dice)
            ]
    return council


def some(records: list, dice: random.Random) -> Iterator:
    return (one for one in list(records) if dice.random() < 0.3)

"""Contacts and referrals, worked by hand. Quarter 2026-27Q1 is April to June 2026."""

from __future__ import annotations

import pytest

Q1 = "2026-27Q1"


def test_contacts_are_those_of_the_quarter_first_and_last_day_included(council):
    rows = [
        ["1", "", "31/03/2026", "6"],  # the day before the quarter
        ["2", "", "01/04/2026", "6"],  # its first day
        ["3", "", "30/06/2026", "2A"],  # its last
        ["3", "", "30/06/2026", "6"],  # another source, another contact
        ["4", "", "01/07/2026", "6"],  # the day after
    ]
    assert council.figure("contacts_rate", Q1, {"List 1": rows}) == (3, None)


def test_a_contact_whose_day_cannot_be_read_is_not_known_rather_than_left_out(council):
    rows = [[str(n), "", "05/05/2026", "6"] for n in range(5)]
    figure = council.whole(
        "contacts_rate", Q1, {"List 1": [*rows, ["9", "", "31/06/2026", "6"], ["8", "", "", "6"]]}
    )
    assert (figure.numerator, figure.unknown) == (5, 2)


def test_a_second_referral_on_one_day_is_the_same_referral(council):
    rows = [["1", "2026-05-01", "6", 0], ["1", "2026-05-01", "2A", 0], ["2", "2026-05-01", "10", 0]]
    figure = council.whole("referrals_rate", Q1, {"List 3": rows})
    assert (figure.numerator, figure.excluded) == (2, 1)
    # of the two, one has a source: 10 is “unknown”, and the second row of child 1 is not asked
    assert council.figure("referral_source_known_pct", Q1, {"List 3": rows}) == (1, 2)


class TestReReferrals:
    """Each referral looks back over its own twelve months."""

    id = "rereferrals_pct"

    def test_dates_decide_where_the_list_reaches_back(self, council):
        rows = [
            ["9", "2025-01-01", "6", ""],  # so the list reaches back 15 months and more
            ["1", "2025-05-10", "6", ""],
            ["1", "2026-05-10", "6", ""],  # twelve months to the day: within
            ["2", "2025-05-10", "6", ""],
            ["2", "2026-05-11", "6", ""],  # a day more than twelve months: not within
            ["3", "2026-04-01", "6", ""],  # the first of two in the quarter: no
            ["3", "2026-06-01", "6", ""],  # the second: yes
        ]
        figure = council.whole(self.id, Q1, {"List 3": rows})
        assert (figure.numerator, figure.denominator, figure.method) == (2, 4, "dates of referrals")

    def test_a_list_of_six_months_is_helped_by_counts_back_from_each_referral(self, council):
        rows = [
            ["1", "2026-01-05", "6", 0],
            ["2", "2026-04-10", "6", 1],  # one before, outside the list: yes
            ["3", "2026-04-10", "6", 0],  # none: no
            ["4", "2026-04-10", "6", 0],  # none before it: no
            ["4", "2026-05-10", "6", 1],  # its predecessor is in the list: yes
        ]
        figure = council.whole(self.id, Q1, {"List 3": rows})
        assert (figure.numerator, figure.denominator, figure.unknown) == (2, 4, 0)
        assert figure.method == "count in the list; dates of referrals"

    def test_counts_back_from_the_day_of_the_list_do_not_mark_the_first_of_two(self, council):
        rows = [
            ["1", "2026-01-05", "6", 0],
            ["4", "2026-04-10", "6", 1],  # the count is the child's, the same on both rows: the one other
            ["4", "2026-05-10", "6", 1],  # referral is the other row, so the first of the two is none
            ["5", "2026-04-11", "6", 2],  # two others, one of them in the list: there was one before
            ["5", "2026-05-11", "6", 2],
        ]
        assert council.figure(self.id, Q1, {"List 3": rows}) == (3, 4)

    def test_without_reach_and_without_counts_there_is_no_figure(self, council):
        rows = [["1", "2026-04-10", "6", ""], ["2", "2026-05-10", "6", ""]]
        result = council.result(Q1, {"List 3": rows})
        assert self.id not in result.figures
        assert "could not be judged" in result.left_out[self.id]

    def test_the_figure_says_when_the_column_is_not_there(self, council, tmp_path):
        (tmp_path / "List 3.csv").write_text("Child Unique ID,Date of referral\n1,2026-04-10\n")
        from catalogue.periods import Period
        from tally.engine import compute
        from tally.workspace import Workspace

        workspace = Workspace()
        workspace.read([str(tmp_path / "List 3.csv")])
        workspace.prepare()
        result = compute(workspace, Period.parse(Q1))
        assert result.figures["referrals_rate"].numerator == 1
        assert result.left_out[self.id].startswith("12 months before the quarter are needed")


@pytest.mark.parametrize("leap", ["2024-02-29", "2024-02-28"])
def test_twelve_months_before_a_leap_day(council, leap):
    rows = [["9", "2022-01-01", "6", ""], ["1", "2023-02-28", "6", ""], ["1", leap, "6", ""]]
    assert council.figure("rereferrals_pct", "2023-24Q4", {"List 3": rows}) == (1, 1)

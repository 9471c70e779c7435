"""Stocks and flows of cases, plans and care, worked by hand. Quarter 2026-27Q1 ends on 30 June 2026."""

from __future__ import annotations

import pytest

from catalogue.periods import Period
from tally.engine import compute

Q1 = "2026-27Q1"


class TestCases:
    def test_open_cases_are_rolled_back_to_the_last_day_of_the_quarter(self, council):
        rows = [
            ["1", "2024-01-01", "", "c) CIN"],  # open
            ["2", "2024-01-01", "2026-07-15", "e) Closed episode"],  # closed since: open on 30 June
            ["3", "2024-01-01", "2026-06-30", "e) Closed episode"],  # over on the last day itself
            ["4", "2026-07-01", "", "c) CIN"],  # began after
            ["5", "2023-01-01", "2024-01-01", ""],
            ["5", "2026-06-30", "", "c) CIN"],  # began on the last day; two cases, one child
        ]
        assert council.figure("cin_rate", Q1, {"List 6": rows}) == (3, None)
        assert council.figure("cin_rate", "2025-26Q4", {"List 6": rows}) == (3, None)  # 1, 2 and 3

    def test_an_end_that_cannot_be_read_is_a_doubt_and_not_an_open_case(self, council):
        rows = [
            ["1", "2024-01-01", "31/02/2026", ""],
            ["2", "2024-01-01", "", ""],
            ["3", "2025-01-01", "", ""],
        ]
        figure = council.whole("cin_rate", Q1, {"List 6": rows})
        assert (figure.numerator, figure.unknown) == (2, 1)

    def test_a_placeholder_is_a_blank_that_is_reported(self, council):
        workspace = council.workspace({"List 6": [["1", "2024-01-01", "#N/A", ""]]})
        assert workspace.query("SELECT value, reason FROM fault") == [("#N/A", "was read as blank")]
        assert council.figure("cin_rate", Q1, {"List 6": [["1", "2024-01-01", "#N/A", ""]]}) == (1, None)

    def test_a_sure_case_makes_a_doubtful_one_of_the_same_child_of_no_matter(self, council):
        rows = [["1", "2024-01-01", "tbc", ""], ["1", "2025-01-01", "", ""]]
        figure = council.whole("cin_rate", Q1, {"List 6": rows})
        assert (figure.numerator, figure.unknown) == (1, 0)

    def test_plans_by_status_leave_out_children_on_a_protection_plan_or_looked_after(self, council):
        lists = {
            "List 6": [[str(n), "2024-01-01", "", "c) Child in need plan"] for n in range(1, 5)],
            "List 7": [["1", "2026-01-01", "", 0], ["2", "2026-01-01", "2026-06-01", 0]],
            "List 8": [["3", "2010-01-01", "b) No", "2026-01-01", "C2", 1, "", "2026-01-01", "U6"]],
        }
        figure = council.whole("cin_plans_rate", Q1, lists)
        assert (figure.numerator, figure.excluded) == (2, 2)
        assert figure.method == "status when the list was taken"

    def test_a_status_that_cannot_be_read_may_be_a_plan(self, council):
        rows = [["1", "2024-01-01", "", "c) CIN plan"], ["2", "2024-01-01", "", "z) Ask Ann"],
                ["3", "2024-01-01", "2026-05-01", "z) Ask Ann"], ["4", "2024-01-01", "", "c) CIN plan"]]  # fmt: skip
        figure = council.whole("cin_plans_rate", Q1, {"List 6": rows})
        assert (figure.numerator, figure.unknown) == (2, 1)  # 3 is over, whatever it was


class TestProtectionPlans:
    rows = (
        ["1", "2023-01-01", "2024-06-01", 0],  # long ended: the list reaches back two years
        ["1", "2026-05-31", "", 1],  # its end was a day less than two years before
        ["2", "2024-06-30", "", 0],  # two years to the day on 30 June 2026
        ["3", "2024-07-01", "", 0],  # a day less
        ["4", "2026-04-01", "2026-06-30", 0],  # begins and ends in the quarter
        ["4", "2026-06-30", "", 1],  # and begins again on the same day
        ["5", "2026-05-01", "", ""],  # nobody counted its earlier plans
    )

    @pytest.mark.parametrize(
        ("id", "figure"),
        [
            ("cpp_rate", (5, None)),
            ("cpp_start_rate", (4, None)),
            ("cpp_cease_rate", (1, None)),
            ("cpp_2y_pct", (1, 5)),
            ("cpp_repeat_ever_pct", (2, 4)),
        ],
    )
    def test_stock_and_flow(self, council, id, figure):
        assert council.figure(id, Q1, {"List 7": [list(row) for row in self.rows]}) == figure

    def test_a_missing_count_of_earlier_plans_is_not_known(self, council):
        assert (
            council.whole("cpp_repeat_ever_pct", Q1, {"List 7": [list(row) for row in self.rows]}).unknown
            == 1
        )

    def test_within_two_years_needs_the_ends_of_plans_of_two_years_ago(self, council):
        assert council.figure(
            "cpp_repeat_2y_pct", Q1, {"List 7": [["9", "2020-01-01", "2024-01-01", 0], *map(list, self.rows)]}
        ) == (2, 4)
        short = council.result(Q1, {"List 7": [["1", "2026-04-02", "2026-05-01", 1]]})
        assert "24 months before the quarter are needed" in short.left_out["cpp_repeat_2y_pct"]


class TestCareByList:
    rows = (
        # child, born, UASC, began, legal status, placements, ended, placed, placement
        [
            "1",
            "2014-01-01",
            "b) No",
            "2020-01-01",
            "C2: FCO",
            1,
            "",
            "2020-01-01",
            "f) U6: Foster",
        ],  # settled
        ["2", "2014-01-01", "b) No", "2020-01-01", "C2", 3, "", "2026-01-01", "U6"],  # moved
        [
            "3",
            "2009-06-30",
            "a) Yes",
            "2026-05-01",
            "V2",
            1,
            "",
            "2026-05-01",
            "H5",
        ],  # 17; came in the quarter
        ["4", "2012-01-01", "b) No", "2025-01-01", "V4", 1, "", "2025-01-01", "U6"],  # short breaks only
        [
            "5",
            "2012-01-01",
            "b) No",
            "2025-01-01",
            "C2",
            2,
            "2026-06-30",
            "2025-01-01",
            "U6",
        ],  # left on the last day
        [
            "6",
            "2010-07-01",
            "b) No",
            "2020-01-01",
            "C2",
            2,
            "",
            "2024-06-30",
            "U6",
        ],  # 15 for a day yet; two years
        ["7", "2010-06-30", "b) No", "2020-01-01", "C2", 2, "", "2020-01-01", "U6"],  # 16 on the last day
        [
            "8",
            "2014-01-01",
            "b) No",
            "2023-12-31",
            "C2",
            1,
            "",
            "2023-12-31",
            "U6",
        ],  # a day less than 2.5 years
    )

    @pytest.mark.parametrize(
        ("id", "figure", "excluded"),
        [
            ("cla_rate", (6, None), 1),
            ("cla_start_rate", (1, None), 0),
            ("cla_cease_rate", (1, None), 0),
            ("uasc_pct", (1, 6), 1),
            ("cla_3_placements_pct", (1, 6), 0),
            ("cla_stability_pct", (2, 3), 0),  # of 1, 2 and 6: 1 and 6
        ],
    )
    def test_stock_and_flow(self, council, id, figure, excluded):
        found = council.whole(id, Q1, {"List 8": [list(row) for row in self.rows]})
        assert (found.numerator, found.denominator) == figure
        assert found.excluded == excluded

    def test_a_start_that_cannot_be_read_is_a_doubt_of_every_stock_of_children_looked_after(self, council):
        """So they all count the same children: a start that nobody can read is no child who is not there."""
        doubtful = ["9", "2014-01-01", "b) No", "31/02/2020", "C2", 1, "", "2020-01-01", "U6"]
        backwards = ["10", "2014-01-01", "b) No", "2026-06-20", "C2", 1, "2026-06-01", "2026-06-20", "U6"]
        again = [
            "1",
            "2014-01-01",
            "b) No",
            "tbc",
            "C2",
            1,
            "",
            "2020-01-01",
            "U6",
        ]  # child 1 is there for sure
        lists = {"List 8": [*(list(row) for row in self.rows), doubtful, again]}
        before = {"List 8": [list(row) for row in self.rows]}
        for id in ("cla_rate", "uasc_pct", "cla_3_placements_pct", "cla_stability_pct"):
            whole, was = council.whole(id, Q1, lists), council.whole(id, Q1, before)
            assert (whole.numerator, whole.denominator) == (was.numerator, was.denominator), id
            assert whole.unknown == was.unknown + 1, id
        lists["List 8"].append(backwards)
        assert council.whole("cla_rate", Q1, lists).unknown == 2
        assert council.whole("cla_3_placements_pct", Q1, lists).unknown == 2

    def test_a_blank_where_it_should_say_whether_a_child_is_unaccompanied_is_not_known(self, council):
        rows = [list(row) for row in self.rows]
        rows[0][2] = ""
        found = council.whole("uasc_pct", Q1, {"List 8": rows})
        assert (found.numerator, found.denominator, found.unknown) == (1, 6, 1)


class TestCareByEpisodes:
    episodes = (
        # child, began, reason, legal status, placement, ended, reason
        ["1", "01/01/2020", "S", "C1", "U6", "01/03/2025", "X1"],
        ["1", "01/03/2025", "L", "C2", "U6", "", ""],  # another legal status, the same placement: settled
        ["2", "01/01/2020", "S", "C2", "U6", "01/08/2025", "X1"],
        ["2", "01/08/2025", "P", "C2", "U6", "01/12/2025", "X1"],
        ["2", "01/12/2025", "B", "E1", "K2", "", ""],  # in force on 30 June 2025, then two more: three
        ["3", "01/05/2026", "S", "V2", "U6", "10/05/2026", "E4A"],
        ["3", "20/06/2026", "S", "V2", "U6", "", ""],  # left and came again in one quarter: two starts
        ["4", "01/01/2026", "S", "V3", "U6", "05/01/2026", "E4A"],  # a short break
        ["5", "01/01/2020", "S", "C2", "U6", "01/02/2026", "X1"],
        ["5", "01/02/2026", "P", "C2", "A3", "", ""],  # placed for adoption, where it had been for six years
    )
    header = tuple([str(n), "M", f"01/01/20{13 if n != 3 else 12}", "WBRI"] for n in range(1, 6))

    @pytest.mark.parametrize(
        ("id", "figure"),
        [
            ("cla_rate", (4, None)),
            ("cla_start_rate", (2, None)),
            ("cla_cease_rate", (1, None)),
            ("cla_3_placements_pct", (1, 4)),
            ("cla_stability_pct", (2, 3)),
            ("uasc_pct", (1, 4)),
        ],
    )
    def test_stock_and_flow(self, council, id, figure):
        lists = {
            "episodes": [list(row) for row in self.episodes],
            "header": [list(row) for row in self.header],
            "uasc": [["3", "M", "01/01/2012", "01/01/2030"], ["1", "M", "01/01/2013", "01/01/2026"]],
        }
        assert council.figure(id, Q1, lists) == figure

    def test_episodes_without_their_ends_tell_no_stock(self, reading):
        text = b"CHILD,DOB,DECOM,RNE,LS,PLACE,REC\n1,01/01/2013,01/01/2020,S,C2,U6,\n"
        result = compute(reading(("episodes.csv", text)), Period.parse(Q1))
        assert {"cla_rate", "cla_stability_pct", "cla_3_placements_pct"} <= result.left_out.keys()

    def test_an_episode_that_goes_on_to_nothing_is_a_doubt_and_is_listed(self, council):
        rows = [["1", "01/01/2020", "S", "C1", "U6", "01/03/2025", "X1"], ["2", "01/01/2020", "S", "C1", "U6", "", ""],
                ["3", "01/01/2020", "S", "C1", "U6", "", ""]]  # fmt: skip
        figure = council.whole("cla_rate", Q1, {"episodes": rows})
        assert (figure.numerator, figure.unknown) == (2, 1)
        faults = council.workspace({"episodes": rows}).query("SELECT reason FROM fault")
        assert faults == [("the episode goes on (X1), and no episode follows it",)]

    def test_a_reason_of_s_begins_a_period_even_where_the_episode_before_went_on(self, council):
        rows = [
            ["1", "01/01/2020", "S", "C1", "U6", "01/05/2026", "X1"],
            ["1", "01/05/2026", "S", "C1", "U6", "", ""],
        ]
        assert council.figure("cla_start_rate", Q1, {"episodes": rows}) == (1, None)

    def test_the_same_episode_in_two_years_files_is_one(self, council, tmp_path):
        first = ["1", "01/01/2025", "S", "C1", "U6", "", ""]
        second = ["1", "01/01/2025", "S", "C1", "U6", "01/05/2026", "E4A"]
        assert council.figure("cla_cease_rate", Q1, {"episodes": [first, second]}) == (1, None)
        assert council.figure("cla_rate", Q1, {"episodes": [first, second]}) == (0, None)


class TestCareLeavers:
    rows = (
        # child, born, age, UASC, eligibility, accommodation, suitability
        [
            "1",
            "2008-06-30",
            "",
            "a) Yes",
            "b) Former relevant child",
            "U: Independent living",
            "a) Suitable",
        ],  # 18
        [
            "2",
            "2009-06-30",
            "",
            "b) No",
            "a) Relevant child",
            "X: In custody",
            "a) Suitable",
        ],  # 17, in custody
        ["3", "", "19.9", "b) No", "Former relevant", "K", "Unsuitable"],  # 19 by the list's own age
        ["4", "2004-06-30", "", "b) No", "c) Qualifying care leaver", "U", "Suitable"],  # 22
        ["5", "2009-01-01", "", "b) No", "d) Eligible child", "U", "Suitable"],  # still looked after
        ["6", "2006-01-01", "", "b) No", "Former relevant", "", ""],  # 20, nobody knows where
    )

    @pytest.mark.parametrize(
        ("id", "figure"),
        [
            ("care_leavers_count", (5, None)),
            ("uasc_care_leavers_pct", (1, 5)),
            ("care_leavers_suitable_17_18_pct", (1, 2)),
            ("care_leavers_suitable_19_21_pct", (0, 2)),
        ],
    )
    def test_the_list_as_it_stands(self, council, id, figure):
        assert council.figure(id, Q1, {"List 9": [list(row) for row in self.rows]}) == figure

    def test_what_cannot_be_read_of_a_home_is_not_known(self, council):
        rows = [
            ["1", "2008-06-30", "", "b) No", "Former relevant", "U", "Suitable"],
            ["2", "2008-06-30", "", "b) No", "Former relevant", "U", "Perhaps"],  # no code: not known
            [
                "3",
                "2008-06-30",
                "",
                "b) No",
                "Former relevant",
                "X",
                "Perhaps",
            ],  # custody: not suitable anyway
            ["4", "2008-06-30", "", "b) No", "Ask Ann", "U", "Suitable"],  # eligible, and then not counted?
        ]
        found = council.whole("care_leavers_suitable_17_18_pct", Q1, {"List 9": rows})
        assert (found.numerator, found.denominator, found.unknown) == (2, 4, 2)

    def test_oc3_has_suitability_in_the_accommodation_code(self, council):
        rows = [
            ["1", "30/06/2008", "YES", "F1", "U1"],
            ["2", "01/07/2008", "YES", "F1", "U2"],
            ["3", "01/07/2008", "NO", "0", "0"],
        ]
        assert council.figure("care_leavers_suitable_17_18_pct", Q1, {"oc3": rows}) == (1, 3)


def test_what_a_list_does_not_tell_is_said_of_the_list_that_is_there(council):
    """OC3 is of care leavers, and does not tell who is relevant, former relevant or qualifying."""
    result = council.result("2026-27Q1", {"oc3": [["1", "01/05/2008", "YES", "F2", "B1"]]})
    said = result.left_out["care_leavers_count"]
    assert said == "no list was given that tells “eligibility” of care leavers"

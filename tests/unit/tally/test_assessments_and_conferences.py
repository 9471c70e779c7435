"""Working days, worked by hand. Good Friday 2026 is 3 April, Easter Monday 6 April, then 4 and 25 May."""

from __future__ import annotations

import pytest

Q1 = "2026-27Q1"


@pytest.mark.parametrize(
    ("started", "completed", "within"),
    [
        # From Monday 2 March, not counted. March from the 3rd: 4 + 5 + 5 + 5 + 2 = 21. April: 1 and 2 (23), then
        # from Tuesday 7: 4 + 5 + 5 + 4 = 18 (41). May: Friday 1 (42), and from Tuesday 5: 43, 44, 45 on the 7th.
        ("2026-03-02", "2026-05-07", True),
        ("2026-03-02", "2026-05-08", False),
        # The day itself is not counted: started and completed on one day is 0 days.
        ("2026-04-01", "2026-04-01", True),
    ],
)
def test_forty_five_working_days_leave_out_bank_holidays(council, started, completed, within):
    figure = council.whole("assessments_45d_pct", Q1, {"List 4": [["1", started, completed]]})
    assert (figure.numerator, figure.denominator) == (int(within), 1)
    assert figure.method == "from the start of the assessment"


def test_an_assessment_authorised_before_it_began_is_counted_but_not_judged(council):
    rows = [
        ["1", "2026-05-01", "2026-04-20"],
        ["2", "2026-04-01", "2026-04-20"],
        ["3", "2026-04-01", "2026-04-20"],
    ]
    figure = council.whole("assessments_45d_pct", Q1, {"List 4": rows})
    assert (figure.numerator, figure.denominator, figure.unknown) == (2, 3, 1)


def test_an_open_assessment_is_none_of_those_completed_and_an_unreadable_day_is_not_known(council):
    rows = [
        ["1", "2026-04-01", ""],
        ["2", "2026-04-01", "soon"],
        ["3", "2026-04-01", "2026-05-01"],
        ["4", "x", "2026-05-01"],
    ]
    figure = council.whole("assessments_rate", Q1, {"List 4": rows})
    assert (figure.numerator, figure.unknown) == (2, 1)
    figure = council.whole("assessments_started_rate", Q1, {"List 4": rows})
    assert (figure.numerator, figure.unknown) == (3, 1)


def test_fifteen_working_days_from_the_strategy_discussion(council):
    rows = [
        [
            "1",
            "2026-03-30",
            "2026-04-22",
        ],  # Tue 31 Mar is day 1; without 3 and 6 April, Wed 22 April is day 15
        ["2", "2026-03-30", "2026-04-23"],  # day 16
        ["3", "2026-04-20", ""],  # no conference
    ]
    assert council.figure("icpc_15d_pct", Q1, {"List 5": rows}) == (1, 2)
    assert council.figure("icpc_rate", Q1, {"List 5": rows}) == (2, None)
    assert council.figure("s47_rate", Q1, {"List 5": rows}) == (1, None)


def test_two_enquiries_to_one_conference_are_one_conference_timed_from_the_later(council):
    rows = [["1", "2026-03-02", "2026-04-30"], ["1", "2026-04-20", "2026-04-30"]]
    assert council.figure("icpc_15d_pct", Q1, {"List 5": rows}) == (1, 1)


def test_a_conference_before_its_strategy_discussion_is_not_judged(council):
    rows = [
        ["1", "2026-05-02", "2026-04-30"],
        ["2", "2026-04-20", "2026-04-30"],
        ["3", "2026-04-20", "2026-04-30"],
    ]
    figure = council.whole("icpc_15d_pct", Q1, {"List 5": rows})
    assert (figure.numerator, figure.denominator, figure.unknown) == (2, 3, 1)


def test_a_quarter_outside_the_bank_holidays_is_refused_in_words(council):
    from tally.faults import TallyFault

    with pytest.raises(TallyFault, match="Bank holidays are kept from 1 January 2010"):
        council.result("2009-10Q1", {"List 4": [["1", "2026-03-02", "2026-05-06"]]})

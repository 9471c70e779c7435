"""Rules of time: what can be written, and when it falls."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.periods import Period
from catalogue.workingdays import CalendarEnds
from concord.charter.calendar import Window, occurrences, release_due, return_window, window
from concord.charter.due import After, DueError, EndOf, Yearly, parse
from concord.charter.loader import load, load_file

ROOT = Path(__file__).parents[3]
LONDON = load_file(ROOT / "charters/london-2019.toml")
EAST_MIDLANDS = load_file(ROOT / "charters/east-midlands-2020.toml")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("30 working days after the quarter ends", (0, 30, "working days", "quarter")),
        ("10 days after the half-year ends", (0, 10, "days", "half-year")),
        ("within 10 working days", (0, 10, "working days", None)),
        ("within 1 month", (0, 1, "months", None)),
        ("12 to 16 weeks after", (12, 16, "weeks", None)),
        ("12-16 weeks after", (12, 16, "weeks", None)),
        ("12 – 16 weeks after", (12, 16, "weeks", None)),
        ("3 to  6 Months after", (3, 6, "months", None)),
        ("at once", (0, 0, "days", None)),
    ],
)
def test_rules_counted_from_something(text, rule):
    parsed = parse(text)
    assert isinstance(parsed, After)
    assert (parsed.first, parsed.last, parsed.unit, parsed.of) == rule


@pytest.mark.parametrize(
    ("text", "opens", "until"),
    [
        ("by 31 January", (4, 1), (1, 31)),
        ("between 1 February and 31 May", (2, 1), (5, 31)),
        ("in October or November", (10, 1), (11, 30)),
        ("in february", (2, 1), (2, 28)),
        ("in September to November", (9, 1), (11, 30)),
    ],
)
def test_rules_of_the_year(text, opens, until):
    parsed = parse(text)
    assert isinstance(parsed, Yearly)
    assert (parsed.open_from, parsed.until) == (opens, until)


def test_the_end_of_a_period():
    assert parse("by the end of the half-year") == EndOf("by the end of the half-year", "half-year")


@pytest.mark.parametrize(
    "text", ["soon", "", "by January", "by 32 May", "99999 days after", "-3 days after", "in Octember"]
)
def test_what_cannot_be_read_says_what_could(text):
    with pytest.raises(DueError) as caught:
        parse(text)
    assert caught.value.problem
    assert caught.value.expected


@pytest.mark.parametrize(
    ("rule", "start", "earliest", "latest"),
    [
        ("12 to 16 weeks after", date(2026, 3, 2), date(2026, 5, 25), date(2026, 6, 22)),
        ("3 to 6 months after", date(2026, 8, 31), date(2026, 11, 30), date(2027, 2, 28)),
        ("3 to 6 months after", date(2027, 8, 31), date(2027, 11, 30), date(2028, 2, 29)),
        ("6 months after", date(2026, 7, 15), date(2026, 7, 15), date(2027, 1, 15)),
        ("within 1 working day", date(2026, 4, 2), date(2026, 4, 2), date(2026, 4, 7)),  # over Easter
        ("at once", date(2026, 4, 3), date(2026, 4, 3), date(2026, 4, 3)),
    ],
)
def test_windows(rule, start, earliest, latest):
    assert window(rule, start) == Window(earliest, latest)


def test_a_rule_of_the_calendar_opens_no_window():
    with pytest.raises(ValueError, match="a matter of the calendar"):
        window("by 31 January", date(2026, 1, 1))


def due(charter, clause, first, last):
    return [
        (o.period, o.opens, o.due) for o in occurrences(charter, first, last) if o.commitment.clause == clause
    ]


def test_londons_quarters_fall_due_thirty_working_days_after_they_end():
    assert due(LONDON, "2.1c", date(2026, 4, 1), date(2027, 3, 31)) == [
        (
            "2025-26Q4",
            date(2026, 4, 1),
            date(2026, 5, 15),
        ),  # Good Friday, Easter Monday and 4 May do not count
        ("2026-27Q1", date(2026, 7, 1), date(2026, 8, 11)),
        ("2026-27Q2", date(2026, 10, 1), date(2026, 11, 11)),
        ("2026-27Q3", date(2027, 1, 1), date(2027, 2, 12)),
    ]


def test_nothing_falls_due_for_a_quarter_before_commencement():
    first = due(LONDON, "2.1c", date(2000, 1, 1), date(2019, 12, 31))
    assert [period for period, _, _ in first] == ["2019-20Q1", "2019-20Q2"]
    assert occurrences(LONDON, date(2000, 1, 1), date(2019, 4, 1)) == ()


def test_nothing_falls_due_after_revocation():
    text = (ROOT / "charters/london-2019.toml").read_text("utf-8")
    revoked = load(
        text.replace("commences = 2019-04-01", "commences = 2019-04-01\nrevoked = 2026-06-30"), "x.toml"
    )
    days = [o.due for o in occurrences(revoked, date(2026, 1, 1), date(2027, 12, 31))]
    assert max(days) == date(2026, 6, 30)


def test_a_year_that_ends_in_the_next_belongs_to_the_year_in_which_it_opens():
    assert due(LONDON, "2.1d", date(2026, 4, 1), date(2027, 3, 31)) == [
        ("2025-26", date(2026, 2, 1), date(2026, 5, 31))
    ]


def test_half_years():
    assert due(EAST_MIDLANDS, "1.3", date(2026, 4, 1), date(2027, 3, 31)) == [
        ("2026-09-30", date(2026, 4, 1), date(2026, 9, 30)),
        ("2027-03-31", date(2026, 10, 1), date(2027, 3, 31)),
    ]


def test_the_year_in_which_a_memorandum_begins_opens_with_it():
    [(period, opens, when)] = due(EAST_MIDLANDS, "1.6i", date(2020, 4, 1), date(2021, 3, 31))
    assert (period, opens, when) == ("2020-21", date(2020, 9, 1), date(2021, 3, 31))


def test_returns_and_releases():
    dataset, quarter = LONDON.dataset("london-core-18"), Period.parse("2026-27Q1")
    assert return_window(dataset, quarter) == Window(date(2026, 7, 1), date(2026, 8, 11))
    assert release_due(dataset, quarter) == date(2026, 8, 25)
    assert release_due(dataset.model_copy(update={"release_due": None}), quarter) is None


def test_beyond_the_known_bank_holidays_nothing_is_guessed():
    assert occurrences(LONDON, date(2028, 10, 1), date(2028, 12, 31))
    with pytest.raises(CalendarEnds, match="add its year"):
        occurrences(LONDON, date(2028, 12, 1), date(2029, 3, 31))


def test_every_rule_shown_to_users_can_be_read():
    text = (ROOT / "docs/users/charter.md").read_text("utf-8")
    section = text.split("### What can be written under")[1].split("\n## ")[0]
    rules = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert len(rules) >= 8
    for rule in rules:
        assert parse(rule).text == rule

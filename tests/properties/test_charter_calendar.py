"""Whatever the dates, the calendar of a charter keeps its promises."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from catalogue.periods import Period
from catalogue.workingdays import is_working_day, working_days_between
from concord.charter.calendar import occurrences, window
from concord.charter.due import MONTHS, DueError, Yearly, parse
from concord.charter.lines import positions
from concord.charter.loader import CharterFaults, load, load_file

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "charters/london-2019.toml").read_text("utf-8")
CHARTERS = [
    load_file(ROOT / path)
    for path in (
        "charters/london-2019.toml",
        "charters/east-midlands-2020.toml",
        "tests/fixtures/charters/third-region.toml",
    )
]
KEYS = [number for number, line in enumerate(TEXT.splitlines()) if line[:1].isalpha() and "=" in line]
VALUES = (
    '1 -5 1.5 nan "" "x" "2.1c" true 2019-04-01 10:00:00 2019-04-01T10:00:00 [] {} [[1]] [{}] {a=1} [1,"a"]'
).split()
days = st.dates(date(2018, 1, 1), date(2027, 12, 31))
charters = st.sampled_from(CHARTERS)


@given(charters, days, days)
def test_every_occurrence_lies_in_the_span_and_in_force(charter, a, b):
    first, last = min(a, b), max(a, b)
    found = occurrences(charter, first, last)
    for occurrence in found:
        assert first <= occurrence.due <= last
        assert charter.in_force(occurrence.due)
        assert charter.memorandum.commences <= occurrence.opens <= occurrence.due
        assert occurrence.commitment.scheduled
    assert list(found) == sorted(found, key=lambda o: o.due)
    keys = [(o.commitment.id, o.period) for o in found]
    assert len(keys) == len(set(keys))
    assert found == occurrences(charter, first, last)


@given(charters, st.tuples(days, days, days).map(sorted))
def test_a_span_is_the_sum_of_its_parts(charter, three):
    first, middle, last = three
    whole = occurrences(charter, first, last)
    parts = occurrences(charter, first, middle) + occurrences(charter, middle + timedelta(days=1), last)
    assert sorted(map(repr, whole)) == sorted(map(repr, parts))


@given(st.sampled_from(CHARTERS[:2]), st.integers(2021, 2026))
def test_a_year_holds_four_quarters_two_halves_and_one_of_each_yearly_duty(charter, year):
    found = occurrences(charter, date(year, 4, 1), date(year + 1, 3, 31))
    for commitment in charter.commitments:
        times = sum(o.commitment is commitment for o in found)
        assert times == {"quarter": 4, "half-year": 2, "year": 1}.get(commitment.every, 0), commitment.clause


@given(st.integers(2019, 2026), st.integers(1, 4), st.integers(1, 60))
def test_working_days_after_a_quarter(year, quarter, count):
    end = Period(year, quarter).end
    found = window(f"{count} working days after the quarter ends", end)
    assert is_working_day(found.latest)
    assert working_days_between(end, found.latest) == count


@given(days, st.integers(0, 30), st.integers(0, 30), st.sampled_from(["days", "weeks", "months"]))
def test_windows_are_in_order_and_months_keep_the_day_or_the_last(start, a, b, unit):
    first, last = min(a, b), max(a, b)
    found = window(f"{first} to {last} {unit} after", start)
    assert start <= found.earliest <= found.latest
    if unit == "months":
        next_day = found.latest + timedelta(days=1)
        assert found.latest.day == start.day or (next_day.day == 1 and found.latest.day < start.day)
        months = (found.latest.year - start.year) * 12 + found.latest.month - start.month
        assert months == last


@given(st.integers(1, 31), st.sampled_from(MONTHS), st.integers(2019, 2027))
def test_a_day_of_the_year_is_refused_or_in_every_year(day, month, year):
    try:
        rule = parse(f"by {day} {month}")
    except DueError:
        return
    assert isinstance(rule, Yearly)
    assert date(year, *rule.until).day == day


@given(st.text(max_size=60))
def test_no_text_breaks_the_grammar(text):
    with suppress(DueError):
        assert parse(text).text


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text(max_size=8))
def test_a_damaged_charter_is_read_or_its_faults_are_told(at, length, put):
    assert all(
        f.place.startswith("x.toml") and f.problem and f.expected
        for f in faults(TEXT[:at] + put + TEXT[at + length :])
    )


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), min_size=1, max_size=3))
def test_values_of_any_kind_are_read_or_refused_in_words(changes):
    lines = TEXT.splitlines()
    for number, value in changes:
        lines[number] = f"{lines[number].split('=')[0]}= {value}"
    found = faults("\n".join(lines))
    assert all(f.problem and f.expected and "Input should" not in str(f) for f in found)


def faults(text):
    try:
        load(text, "x.toml")
    except CharterFaults as error:
        return error.faults or [None]
    return ()


def test_each_line_of_a_key_holds_that_key():
    lines = TEXT.splitlines()
    for path, line in positions(TEXT).items():
        name = path[-1] if isinstance(path[-1], str) else ""
        assert name in lines[line - 1], (path, line)

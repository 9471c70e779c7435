"""Whatever stands in a file, it is read, or named with its place, or the file is refused with a sentence."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogue.periods import Period
from tally.engine import compute
from tally.faults import TallyFault
from tally.sample.council import make_council
from tally.sample.statutory import census, years
from tally.workspace import Workspace

Q1 = Period(2026, 1)
HEADER = [
    "Child Unique ID", "Gender", "Date of Birth", "Date of referral", "Referral Source", "Referral NFA?",
    "Number of Referrals in Last 12 Months", "Notes",
]  # fmt: skip
READ = {
    "sex": 1,
    "born": 2,
    "day": 3,
    "source": 4,
    "no_further_action": 5,
    "previous": 6,
}
SEEN = (
    "", "NULL", "#N/A", "n/a", "-", "a) Yes", "b) No", "Yes", "b) Female", "q) 6: Police", "6", "1A", "01/05/2026",
    "1/5/26", "2026-05-01", "2026-05-01 00:00:00", "46143", "46143.0", "31/02/2026", "01-May-26", "6.138", "-1",
    "1e9", "\u00a0", "=A1", "'5", "NaN", "inf", "9" * 40, "\x00", "\x1e", "\x1f", "Ünïcode", "🙂", '"', "two\nlines",
    "tbc", "#REF!", "0", "2", "2.0",
)  # fmt: skip
PLAIN = [cell for cell in SEEN if cell.isascii() and "\x00" not in cell]
cells = st.one_of(st.sampled_from(SEEN), st.text(max_size=12).filter(lambda text: "\r" not in text))
lists = st.lists(st.tuples(*[cells] * len(HEADER)), min_size=1, max_size=12)


def read(folder: str, **files: bytes) -> Workspace:
    paths = []
    for name, content in files.items():
        paths.append(Path(folder) / name.replace("_dot_", "."))
        paths[-1].write_bytes(content)
    workspace = Workspace()
    workspace.read([str(path) for path in paths])
    workspace.prepare()
    return workspace


def as_csv(rows: list[tuple[str, ...]], mark: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    return text.getvalue()


@settings(max_examples=60, deadline=None)
@given(rows=lists)
@example(rows=[("1", "x", "x", "x", "x", "x", "x", "x")])
@example(rows=[("5", "", "", "2026-05-01", "", "", "", "")] * 3)
def test_every_cell_is_read_or_blank_or_named(rows):
    """No row and no cell goes missing: each is in a table, or is a fault with its place and what stood there."""
    rows = [tuple(cell.replace("\x00", "") for cell in row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace()
        path = Path(folder) / "List 3.csv"
        path.write_text(as_csv(rows), "utf-8", newline="")
        workspace.read([str(path)])
        staged = {
            row_id: values
            for row_id, *values in workspace.query(f"SELECT row_id, {', '.join(READ)} FROM list_3")
        }
        told = {(row_id, at): value for row_id, at, value in workspace.query(
            "SELECT row_id, position, coalesce(value, '') FROM fault WHERE position IS NOT NULL"
        )}  # fmt: skip
    without = {row_id for row_id, at in told if at == 0}
    given_rows = [row for row in rows if any(row)]
    assert len(staged) + len(without) == len(given_rows) == workspace.sources[0].rows
    for row_id, values in staged.items():
        assert row_id not in without
        for value, at in zip(values, READ.values(), strict=True):
            if value is None and (row_id, at) in told:
                continue
            line = row_id % 100_000_000
            blank = value is None
            assert not blank or is_blank(cell_at(rows, line, at)), (line, at)


def cell_at(rows: list[tuple[str, ...]], line: int, at: int) -> str:
    """The cell of the record that ends on a line."""
    reader = csv.reader(io.StringIO(as_csv(rows), newline=""))
    return next(row[at] for row in reader if reader.line_num == line)


def is_blank(cell: str) -> bool:
    bare = cell.replace("\u00a0", " ").replace("\x1e", " ").replace("\x1f", " ").strip(" ")
    return bare == "" or bare.upper() == "NULL"


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.sampled_from(PLAIN)] * 8), min_size=1, max_size=8),
    mark=st.sampled_from((",", ";", "\t", "|")), end=st.sampled_from(("\n", "\r\n")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "cp1252", "utf-16")),
)  # fmt: skip
def test_how_a_csv_is_written_does_not_matter(rows, mark, end, encoding):
    with tempfile.TemporaryDirectory() as folder:
        try:
            plainly = read(folder, List_3_dot_csv=as_csv(rows).encode())
        except TallyFault:
            return
        other = read(folder, List_3_dot_csv=as_csv(rows, mark, end).encode(encoding))
    asked = "SELECT child, day, source, no_further_action, previous, row_id FROM referral ORDER BY row_id"
    assert other.query(asked) == plainly.query(asked)
    counted = "SELECT reason, count(*) FROM fault GROUP BY 1 ORDER BY 1"
    assert other.query(counted) == plainly.query(counted)


SHAPES = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y", "%d-%b-%y", "%d-%b-%Y", "%d %B %Y",
    "%Y%m%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT09:30:00", "%d/%m/%Y 13:45",
    "%d/%m/%Y 01:45 PM", "%Y-%m-%dT00:00:00+01:00",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(day=st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_day_is_the_same_in_every_shape(day):
    serial = str((day - date(1899, 12, 30)).days)
    written = [*(day.strftime(shape) for shape in SHAPES), serial, f"{serial}.75", f" {day:%d/%m/%Y}\u00a0"]
    rows = [(str(at), "", "", text, "", "", "", "") for at, text in enumerate(written)]
    with tempfile.TemporaryDirectory() as folder:
        workspace = read(folder, List_3_dot_csv=as_csv(rows).encode())
    assert workspace.query("SELECT day FROM referral ORDER BY row_id") == [(day,)] * len(rows)


@pytest.fixture(scope="module")
def a_census() -> bytes:
    council = make_council(40, 3, Period(2025, 4))
    return "".join(census(council, years(council)[-1])).encode()


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 1))
def test_a_census_that_is_cut_anywhere_is_refused_whole(a_census, share):
    cut = a_census[: int(share * (len(a_census) - len(b"\n</Message>\n")))]
    with tempfile.TemporaryDirectory() as folder, pytest.raises(TallyFault, match="c.xml"):
        read(folder, c_dot_xml=cut)


@settings(max_examples=40, deadline=None)
@given(seed=st.randoms(use_true_random=False))
def test_a_spoilt_census_is_refused_or_told(a_census, seed):
    """Any byte changed: it is not XML, or it is no census, or figures come with what did not fit. Never a traceback."""
    spoilt = bytearray(a_census)
    for _ in range(3):
        spoilt[seed.randrange(len(spoilt))] = seed.choice(b"<>&\"'/ aZ09\x00\xff")
    with tempfile.TemporaryDirectory() as folder:
        try:
            workspace = read(folder, c_dot_xml=bytes(spoilt))
        except TallyFault as fault:
            assert str(fault).rstrip().endswith((".", ")"))  # noqa: PT017
        else:
            compute(workspace, Q1)

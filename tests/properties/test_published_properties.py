"""Whatever the bytes are, the reader says what became of every row and cell, or refuses the file in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.reference import authorities
from concord.inputs.published import SYMBOLS, NotRecognised, read

HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,age_group,population_estimate"
)
LINE = "{year},Reporting year,Local authority,E92000001,England,,,{code},,Somewhere,Children aged 0 to 17 years,{cell}"

cells = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.integers(0, 10**9).map(lambda n: f'"{n:,}"'),
    st.decimals(-9999, 9999, places=1).map(lambda d: format(d, "f")),
    st.sampled_from(sorted(SYMBOLS)),
    st.text(st.characters(exclude_characters='",\r\n', exclude_categories=["Cs"]), max_size=5),
)
lines = st.builds(
    LINE.format,
    year=st.sampled_from(["2024", "2025", "24", "x"]),
    code=st.sampled_from([*sorted(authorities())[:5], "999", ""]),
    cell=cells,
).map(str.encode)
damage = st.one_of(lines, lines, lines.flatmap(lambda b: st.integers(0, len(b)).map(lambda n: b[:n])))
rubbish = st.binary(max_size=60).map(lambda b: b.replace(b"\n", b""))


@given(st.lists(st.one_of(damage, rubbish), max_size=12))
def test_every_row_and_cell_is_accounted_for(rows: list[bytes]) -> None:
    file = read(b"\n".join([HEADER.encode(), *rows]) + b"\n", "x")
    figures = list(file.figures)
    assert file.counts.rows == len(rows)
    assert file.counts.add_up
    assert len(figures) == file.counts.values + file.counts.symbols
    assert len(file.problems) == file.counts.not_placed + file.counts.unreadable
    assert sum(file.skipped.values()) == file.counts.skipped
    assert all(2 <= p.line <= len(rows) + 1 and p.sentence for p in file.problems)


@given(st.binary(max_size=200))
def test_a_strange_file_is_refused_in_words_and_nothing_else(content: bytes) -> None:
    with pytest.raises(NotRecognised, match=r"mine\.csv"):  # random bytes spell no known header
        read(content, "mine.csv")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(authorities())), st.integers(1990, 2090), st.decimals(0, 10**6, places=2)
        ),
        unique_by=lambda row: row[:2],
        max_size=20,
    ),
    st.permutations(HEADER.split(",")),
    st.booleans(),
)
def test_what_is_written_is_read_whatever_the_order_of_columns(
    rows: list[tuple[str, int, Decimal]], order: list[str], mark: bool
) -> None:
    positions = [HEADER.split(",").index(column) for column in order]
    written = [HEADER] + [LINE.format(year=year, code=code, cell=value) for code, year, value in rows]
    text = "\n".join(",".join(line.split(",")[i] for i in positions) for line in written)
    file = read((b"\xef\xbb\xbf" if mark else b"") + text.encode(), "x")
    assert [(f.place, f.year, f.value) for f in file.figures] == rows
    assert file.problems == []

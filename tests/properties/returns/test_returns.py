"""What holds of every return: its checks, its merging, its files."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import catalogue
from catalogue.periods import Period
from concord.inputs.returned import Refusal, Taken, look
from concord.inputs.table import read_csv, read_text
from concord.inputs.workbook import read_workbook
from concord.outputs.return_workbook import write
from concord.rules.figures import Amount, with_denominators
from concord.rules.return_checks import InRegion, Unreadable, check, read_amount, stops, words
from concord.rules.return_sheet import Target
from concord.rules.returns import FIELDS, as_json, differences, from_json, merge

DATASETS = {
    key: tuple(catalogue.indicators()[i] for i in d.indicators) for key, d in catalogue.datasets().items()
}
CORE = DATASETS["london-core-18"]
TARGET = Target(
    "london", "London", "202", "Camden", "london-core-18", "Core", "1", Period.parse("2026-27Q1"), CORE
)

figures = st.one_of(st.none(), st.integers(-5, 2000).map(Decimal), st.decimals(0, 10**6, places=2))
texts = st.text("abc ’é=,;\t\n", max_size=20).map(str.strip)
amounts = st.builds(Amount, figures, figures, texts, texts)
lines = st.dictionaries(st.sampled_from([i.id for i in CORE]), amounts, max_size=8)
regions = st.dictionaries(
    st.sampled_from([i.id for i in CORE]),
    st.builds(InRegion, st.decimals(0, 500, places=1), st.integers(0, 40)),
)


@given(st.sampled_from(sorted(DATASETS)), st.data(), figures)
def test_checks_answer_for_any_return(dataset: str, data: st.DataObject, population: Decimal | None) -> None:
    asked = DATASETS[dataset]
    some = st.dictionaries(st.sampled_from([i.id for i in asked]), amounts, max_size=10)
    now, last = (with_denominators(asked, data.draw(some), population) for _ in range(2))
    found = check(asked, now.items(), last, data.draw(regions))
    assert {f.indicator for f in found} <= {i.id for i in asked}
    assert all(f.sentence and f.field in FIELDS for f in found)
    empty = {id for id, a in now.items() if not a.given and not a.missing.strip()}
    assert empty == {f.indicator for f in found if f.code == "no-figure"}


@given(lines, lines)
def test_explaining_everything_leaves_only_errors(now: dict[str, Amount], last: dict[str, Amount]) -> None:
    now = {id: replace(a, explanation="So it is") for id, a in now.items()}
    left = stops(check(CORE, now.items(), last), now)
    assert all(f.severity == "error" for f in left)


@given(lines)
def test_what_is_the_same_as_last_time_raises_no_change(now: dict[str, Amount]) -> None:
    codes = {f.code for f in check(CORE, now.items(), now)}
    assert not codes & {"large-change", "large-move"}


@given(lines, lines, lines)
def test_a_merge_loses_nothing(
    seen: dict[str, Amount], theirs: dict[str, Amount], mine: dict[str, Amount]
) -> None:
    changed, conflicts = merge(theirs, seen, mine)
    after = {**theirs, **changed}
    refused = {(c.indicator, c.field): c for c in conflicts}
    for id, sent in mine.items():
        for field in FIELDS:
            was, there, put, now = (getattr(a.get(id, Amount()), field) for a in (seen, theirs, mine, after))
            if put == was:
                assert now == there  # what I left alone stands as they put it
            elif (id, field) in refused:
                assert there not in (was, put)
                assert now == there  # theirs stands, and mine is told
                assert refused[id, field].mine == put
            else:
                assert there in (was, put)  # nobody else had changed it
                assert now == put
        assert sent == mine[id]
    assert set(changed) <= set(mine)


@given(lines, lines)
def test_editors_of_different_cells_never_conflict(
    seen: dict[str, Amount], wanted: dict[str, Amount]
) -> None:
    theirs = seen | {id: replace(seen.get(id, Amount()), numerator=a.numerator) for id, a in wanted.items()}
    mine = {id: replace(seen.get(id, Amount()), explanation=a.explanation) for id, a in wanted.items()}
    changed, conflicts = merge(theirs, seen, mine)
    assert conflicts == []
    for id, a in wanted.items():
        now = {**theirs, **changed}[id]
        assert (now.numerator, now.explanation) == (a.numerator, a.explanation)


@given(lines, lines)
def test_submissions_come_back_and_differences_say_all(
    before: dict[str, Amount], after: dict[str, Amount]
) -> None:
    assert from_json(as_json(before, {})) == before
    found = list(differences(before, after))
    rebuilt = {id: before.get(id, Amount()) for id in before.keys() | after.keys()}
    for d in found:
        rebuilt[d.indicator] = replace(rebuilt[d.indicator], **{d.field: d.after})
    assert rebuilt == {id: after.get(id, Amount()) for id in before.keys() | after.keys()}
    assert bool(found) == any(before.get(id, Amount()) != after.get(id, Amount()) for id in rebuilt)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_figure_is_read_as_it_is_said(amount: Decimal) -> None:
    assert read_amount(words(amount)) == amount


@given(st.text())
def test_any_cell_is_a_figure_nothing_or_refused(text: str) -> None:
    with suppress(Unreadable):
        found = read_amount(text)
        assert found is None or found == found.quantize(Decimal("0.01"))


def taken_whole(taken: Taken) -> None:
    found = look(TARGET, taken, {}, {}, {}, Decimal(44120))
    assert found.faults or set(found.amounts) == set(taken.amounts)


@given(st.one_of(st.text(), st.text('abc_0123456789\t,;\n"%- '), lines.map(str)))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Refusal):
        taken_whole(read_text(text, TARGET))


@given(st.binary())
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (read_csv, read_workbook):
        with suppress(Refusal):
            taken_whole(read(content, TARGET))


typed = {i.id: i.denominator_from == "return" for i in CORE}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(lines)
def test_a_workbook_carries_every_return_there_and_back(now: dict[str, Amount]) -> None:
    now = {id: a if typed[id] else replace(a, denominator=None) for id, a in now.items()}
    taken = read_workbook(write(TARGET, now, {}, None, "soon"), TARGET)
    if taken.faults:  # a part that is not whole to more than the places kept, or nothing at all
        return
    kept = {id: a for id, a in now.items() if a != Amount()}
    assert taken.amounts == kept


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return write(TARGET, {"cla_rate": Amount(Decimal(204))}, {}, None, "soon")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_workbook_is_read_or_refused(workbook: bytes, damage: list[tuple[float, int]]) -> None:
    content = bytearray(workbook)
    for where, byte in damage:
        content[int(where * len(content))] = byte
    with suppress(Refusal):
        taken_whole(read_workbook(bytes(content), TARGET))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet4.xml"]
    ),
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(b'0919AZ<>&"=/ t\x00')),
        min_size=1,
        max_size=5,
    ),
)
def test_a_workbook_damaged_within_is_read_or_refused(
    workbook: bytes, part: str, damage: list[tuple[float, int]]
) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == part:
                for where, byte in damage:
                    content[int(where * len(content))] = byte
            new.writestr(name, bytes(content))
    with suppress(Refusal):
        taken_whole(read_workbook(kept.getvalue(), TARGET))

"""The made-up council's true figures come back from every format that can give them, and what should not matter
does not: the order of rows, copies of rows, columns that no one asked for, the rows of other quarters."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.periods import Period
from tally.engine import Result, compute
from tally.sample import annexa, ssd, statutory
from tally.sample.council import Council, make_council
from tally.sample.truth import truth
from tally.sample.write import WRITERS, write_sample
from tally.sample.write import given as given_by
from tally.workspace import Workspace

QUARTERS = tuple(Period(year, quarter) for year in (2023, 2025) for quarter in (1, 2, 3, 4))


def result_of(paths: list[Path], quarter: Period) -> Result:
    workspace = Workspace()
    workspace.read([str(path) for path in paths])
    workspace.prepare()
    return compute(workspace, quarter)


def figures_of(paths: list[Path], quarter: Period) -> dict[str, tuple[int, int | None]]:
    return {id: (one.numerator, one.denominator) for id, one in result_of(paths, quarter).figures.items()}


@pytest.mark.parametrize("key", WRITERS)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), quarter=st.sampled_from(QUARTERS))
def test_the_true_figures_come_back(key, seed, quarter):
    council = make_council(1200, seed, quarter)
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            path for path in write_sample(council, Path(folder), [key], 0, seed) if path.suffix != ".json"
        ]
        workspace = Workspace()
        workspace.read([str(path) for path in paths])
        workspace.prepare()
        assert workspace.query("SELECT * FROM fault WHERE reason NOT LIKE '%goes on from%'") == []
        for asked in (quarter, quarter.previous()):
            true = truth(council, asked)
            result = compute(workspace, asked)
            for id in given_by(key, latest=asked == quarter):
                if true[id] in ((0, None), (0, 0)) and id in result.left_out:
                    continue
                found = result.figures.get(id)
                assert found is not None, (id, result.left_out.get(id))
                assert (found.numerator, found.denominator) == true[id], (id, asked.key)
                assert found.unknown == 0, (id, asked.key)


@cache
def council() -> Council:
    return make_council(700, 5, Period(2025, 4))


def write_lists(folder: Path, lists: dict[str, tuple[list[str], list[list[object]]]]) -> list[Path]:
    paths = []
    for name, (header, rows) in lists.items():
        path = folder / f"{name}.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
        paths.append(path)
    return paths


LISTS = {"annexa": annexa.lists, "ssda903": statutory.ssda903, "ssd": ssd.ssd}
"""The formats whose lists are tables, each with how the made-up council is written in it."""


@cache
def plain_figures(key: str = "annexa") -> dict[str, tuple[int, int | None]]:
    with tempfile.TemporaryDirectory() as folder:
        return figures_of(write_lists(Path(folder), LISTS[key](council())), Period(2025, 4))


@pytest.mark.parametrize("key", LISTS)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_and_copies_of_them_do_not_matter(key, seed):
    dice = random.Random(seed)
    changed = {}
    for name, (header, rows) in LISTS[key](council()).items():
        mixed = [*rows, *dice.sample(rows, len(rows) // 10)]
        dice.shuffle(mixed)
        changed[name] = (header, mixed)
    with tempfile.TemporaryDirectory() as folder:
        assert figures_of(write_lists(Path(folder), changed), Period(2025, 4)) == plain_figures(key)


@pytest.mark.parametrize("key", LISTS)
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1000))
def test_columns_that_nobody_asked_for_do_not_matter(key, seed):
    dice = random.Random(seed)
    changed = {}
    for name, (header, rows) in LISTS[key](council()).items():
        at = dice.randint(0, len(header))
        changed[name] = (
            [*header[:at], "", "Case note", *header[at:], "Stray"],
            [[*row[:at], "x", "2026-01-01", *row[at:], "#N/A"] for row in rows],
        )
    with tempfile.TemporaryDirectory() as folder:
        assert figures_of(write_lists(Path(folder), changed), Period(2025, 4)) == plain_figures(key)


def test_events_of_other_quarters_do_not_matter():
    """Lists of events lose every row outside the quarter; only what looks back (re-referrals) may change."""
    lists = annexa.lists(council())
    quarter = Period(2025, 4)
    for name, column in (("List 1", 5), ("List 4", 8)):
        header, rows = lists[name]
        lists[name] = (
            header,
            [row for row in rows if row[column] and quarter.start <= row[column] <= quarter.end],
        )
    with tempfile.TemporaryDirectory() as folder:
        found = figures_of(write_lists(Path(folder), lists), quarter)
    same = {"contacts_rate", "assessments_rate", "assessments_45d_pct"}
    assert {id: found[id] for id in same} == {id: plain_figures()[id] for id in same}


LOOK_BACK = {"rereferrals_pct", "cpp_repeat_ever_pct", "cpp_repeat_2y_pct"}
"""What asks for earlier years on purpose, and says so where they are not there."""
PAST = Period(2025, 2)


def census_files(folder: Path, years: list[statutory.Year], change: Callable[[str], str] = str) -> list[Path]:
    paths = []
    for year in years:
        paths.append(folder / f"cin_{year.name}.xml")
        paths[-1].write_text(change("".join(statutory.census(council(), year))), "utf-8")
    return paths


def changed_census(seed: int) -> Callable[[str], str]:
    """A census with its children in another order, some of them twice, and elements that nobody knows."""

    def change(text: str) -> str:
        dice = random.Random(seed)
        head, rest = text.split("<Children>\n")
        children = [f"<Child>{one}" for one in rest.split("<Child>")[1:]]
        children[-1], foot = children[-1].split("</Children>")
        children += dice.sample(children, len(children) // 10)
        dice.shuffle(children)
        odd = [one.replace("</CINdetails>", "<Odd>1</Odd></CINdetails>") for one in children]
        return f"{head}<Children>\n{''.join(odd)}</Children>{foot}"

    return change


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_children_copies_of_them_and_unknown_elements_do_not_matter(seed):
    years = statutory.years(council())[-2:]
    with tempfile.TemporaryDirectory() as folder:
        plainly = figures_of(census_files(Path(folder), years), Period(2025, 4))
        assert len(plainly) > 12
        found = figures_of(census_files(Path(folder), years, changed_census(seed)), Period(2025, 4))
        assert found == plainly


def as_known_then(years: list[statutory.Year]) -> list[statutory.Year]:
    """The returns of a past quarter's year, as they would have been made on its last day; no other year's."""
    [year] = [year for year in years if year.start <= PAST.start <= year.end]
    return [replace(year, end=PAST.end)]


def test_other_quarters_of_a_census_do_not_matter():
    """Years before and quarters after change nothing: what was open on the quarter's last day is worked out."""
    years = statutory.years(council())
    with tempfile.TemporaryDirectory() as folder:
        whole = figures_of(census_files(Path(folder), years), PAST)
        alone = figures_of(census_files(Path(folder), as_known_then(years)), PAST)
    assert len(alone) > 11
    assert alone == {id: figure for id, figure in whole.items() if id in alone}
    assert set(whole) - set(alone) <= LOOK_BACK | {"cpp_2y_pct"}


def test_other_quarters_of_ssda903_do_not_matter(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        whole = figures_of(write_lists(Path(folder), statutory.ssda903(council())), PAST)
    years = as_known_then(statutory.years(council()))
    # The 12 months of placements reach into the year before.
    before = [year for year in statutory.years(council()) if year.name == years[0].name - 1]
    monkeypatch.setattr(statutory, "years", lambda _: [*before, *years])
    with tempfile.TemporaryDirectory() as folder:
        alone = figures_of(write_lists(Path(folder), statutory.ssda903(council())), PAST)
    assert {"cla_rate", "cla_start_rate", "cla_cease_rate", "cla_3_placements_pct", "uasc_pct"} <= set(alone)
    same = set(alone) - {"cla_stability_pct"}  # two and a half years of care
    assert {id: alone[id] for id in same} == {id: whole[id] for id in same}


ENDS = {
    "ssd_contacts": ("cont_contact_date", None, ()),
    "ssd_cin_episodes": ("cine_referral_date", "cine_close_date", ("cine_close_reason",)),
    "ssd_cin_assessments": ("cina_assessment_start_date", "cina_assessment_auth_date", ()),
    "ssd_cin_plans": ("cinp_cin_plan_start", "cinp_cin_plan_end", ()),
    "ssd_s47_enquiry": ("s47e_s47_start_date", None, ()),
    "ssd_initial_cp_conference": ("icpc_icpc_date", None, ()),
    "ssd_cp_plans": ("cppl_cp_plan_start_date", "cppl_cp_plan_end_date", ()),
    "ssd_cla_episodes": (
        "clae_cla_episode_start_date",
        "clae_cla_episode_ceased",
        ("clae_cla_episode_ceased_reason",),
    ),
}
"""Table -> when a row begins, when it ends, and what is known only once it has ended."""


def test_other_quarters_of_the_ssd_do_not_matter():
    """Nothing that came later matters, nor what was over (an event: was) more than a year before."""
    tables = ssd.ssd(council())
    with tempfile.TemporaryDirectory() as folder:
        whole = figures_of(write_lists(Path(folder), tables), PAST)
    long_ago = PAST.shift(-5).end
    for name, (begins, ends, told) in ENDS.items():
        header, rows = tables[name]
        start, end = header.index(begins), header.index(ends or begins)
        kept = []
        for row in rows:
            if row[start] > PAST.end or (
                name != "ssd_cla_episodes" and row[end] is not None and row[end] < long_ago
            ):
                continue
            if ends and row[end] is not None and row[end] > PAST.end:
                row = [
                    None if title in (ends, *told) else cell for title, cell in zip(header, row, strict=True)
                ]
            kept.append(row)
        assert len(kept) < len(rows), name
        tables[name] = (header, kept)
    with tempfile.TemporaryDirectory() as folder:
        alone = figures_of(write_lists(Path(folder), tables), PAST)
    assert len(alone) > 18
    same = set(alone) - LOOK_BACK
    assert {id: alone[id] for id in same} == {id: whole[id] for id in same}


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_stocks_balance(seed):
    """At the end = at the start + begun - ended, whatever the quarter: for plans and for children looked after."""
    made = make_council(900, seed, Period(2025, 4))
    with tempfile.TemporaryDirectory() as folder:
        write_sample(made, Path(folder), ["ssd"], 0, seed)
        workspace = Workspace()
        workspace.read([str(path) for path in Path(folder).glob("*.csv")])
        workspace.prepare()
        for quarter in (Period(2025, 4), Period(2024, 2)):
            now, before = compute(workspace, quarter).figures, compute(workspace, quarter.previous()).figures
            for subject in ("cpp", "cla"):
                begun, ended = now[f"{subject}_start_rate"].numerator, now[f"{subject}_cease_rate"].numerator
                # a plan or period that begins and ends within one day is in neither stock
                assert now[f"{subject}_rate"].numerator == before[f"{subject}_rate"].numerator + begun - ended


@pytest.mark.parametrize("seed", [1, 2])
def test_dirt_moves_a_figure_by_no_more_than_what_is_reported(seed):
    """A count falls short of the true one by no more than the copies, rows and cells that the report names."""
    quarter = Period(2025, 4)
    made = make_council(1500, seed, quarter)
    true = truth(made, quarter)
    with tempfile.TemporaryDirectory() as folder:
        write_sample(made, Path(folder), ["annexa"], 0.06, seed)
        result = result_of([Path(folder) / "annex_a.xlsx"], quarter)
    for id in given_by("annexa", latest=True) & result.figures.keys():
        found = result.figures[id]
        assert abs(true[id][0] - found.numerator) <= found.unknown, id

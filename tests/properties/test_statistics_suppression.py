"""No small count can be worked out from what is published: an attacker who solves for it is played here.

The attacker knows every published figure, every sum, that zeros are never hidden, and so that each hidden
figure is one at least. Linear programming gives the least and the most that a hidden count can be; it is
given away if they are one. The sums are written out in full, apart from how the project lays them out.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from concord.statistics import suppress

small_tables = st.tuples(st.integers(1, 6), st.integers(1, 4)).flatmap(
    lambda shape: arrays(
        float, shape, elements=st.sampled_from([0, 0, 1, 1, 2, 3, 5, 6, 8, 13, 40]).map(float)
    )
)


def sums(shape, regions, row_totals, column_totals):
    """Every published sum, as (the figures that are added, the figure that they give); figures by name."""
    units, parts = shape
    columns = [*range(parts), *(["sum"] if row_totals else [])]
    found = []
    groups = {("all",): range(units)} if column_totals else {}
    groups |= {
        ("region", label): [u for u in range(units) if regions[u] == label] for label in set(regions or ())
    }
    for name, members in groups.items():
        found += [([(u, part) for u in members], (*name, part)) for part in columns]
        if row_totals:
            found.append(([(*name, part) for part in range(parts)], (*name, "sum")))
    if column_totals and regions:
        found += [([("region", label, part) for label in set(regions)], ("all", part)) for part in columns]
    if row_totals:
        found += [([(u, part) for part in range(parts)], (u, "sum")) for u in range(units)]
    return found


def truth(table, equations):
    """Every figure by name."""
    figures = {(u, p): table[u, p] for u in range(table.shape[0]) for p in range(table.shape[1])}
    waiting = list(equations)
    while waiting:
        for equation in list(waiting):
            if all(name in figures for name in equation[0]):
                figures.setdefault(equation[1], sum(figures[name] for name in equation[0]))
                waiting.remove(equation)
    return figures


def hidden_names(result, table, regions, row_totals, column_totals):
    """The figures that are NaN in what is published."""
    units, parts = table.shape
    columns = [*range(parts), *(["sum"] if row_totals else [])]
    hidden = {(u, p) for u in range(units) for p in range(parts) if np.isnan(result.table[u, p])}
    if row_totals:
        hidden |= {(u, "sum") for u in range(units) if np.isnan(result.row_totals[u])}
    for r, label in enumerate(result.regions):
        hidden |= {
            ("region", label, p) for i, p in enumerate(columns) if np.isnan(result.region_totals[r, i])
        }
    if column_totals:
        hidden |= {("all", p) for i, p in enumerate(columns) if np.isnan(result.column_totals[i])}
    return hidden


def given_away(releases, target):
    """Whether releases, each (equations, figures, hidden, tag of each figure), leave one value for a figure."""
    names = sorted({tag[n] for _, _, hidden, tag in releases for n in hidden}, key=repr)
    place = {name: i for i, name in enumerate(names)}
    rows, right = [], []
    for equations, figures, hidden, tag in releases:
        for added, total in equations:
            row, rest = np.zeros(len(names)), 0.0
            for name, sign in [*((n, 1) for n in added), (total, -1)]:
                if name in hidden:
                    row[place[tag[name]]] += sign
                else:
                    rest += sign * figures[name]
            rows.append(row)
            right.append(-rest)
    cost = np.zeros(len(names))
    cost[place[target]] = 1
    ends = [
        linprog(
            sign * cost,
            A_eq=np.array(rows).reshape(-1, len(names)),
            b_eq=right,
            bounds=(1, None),
            method="highs",
        )
        for sign in (1, -1)
    ]
    if ends[1].status == 3:  # nothing published bounds it
        return False
    assert all(end.status == 0 for end in ends)
    return -ends[1].fun - ends[0].fun < 0.5


layouts = st.tuples(st.booleans(), st.booleans(), st.booleans())


@settings(max_examples=80, deadline=None)
@given(small_tables, layouts, st.sampled_from([2, 5]))
def test_no_small_count_is_given_away(table, layout, threshold):
    row_totals, column_totals, regional = layout
    regions = [f"r{u % 2}" for u in range(len(table))] if regional else None
    result = suppress(table, threshold, row_totals=row_totals, column_totals=column_totals, regions=regions)
    equations = sums(table.shape, regions, row_totals, column_totals)
    figures = truth(table, equations)
    hidden = hidden_names(result, table, regions, row_totals, column_totals)
    small = {name for name, value in figures.items() if 1 <= value <= threshold}
    assert small <= hidden
    assert not result.exposed.any()
    assert all(figures[name] > 0 for name in hidden)  # the reader may rely on it, and so may not be lied to
    release = (equations, figures, hidden, {name: name for name in figures})
    for name in small:
        assert not given_away([release], name), name


@settings(max_examples=60, deadline=None)
@given(small_tables, st.data(), layouts)
def test_nor_by_a_correction(table, data, layout):
    """The attacker has both releases and knows which figures were corrected."""
    row_totals, column_totals, regional = layout
    regions = [f"r{u % 2}" for u in range(len(table))] if regional else None
    corrected = table.copy()
    for _ in range(data.draw(st.integers(0, 3))):
        u, p = (data.draw(st.integers(0, size - 1)) for size in table.shape)
        corrected[u, p] = data.draw(st.sampled_from([0, 1, 3, 6, 9, 30]))
    kwargs = {"row_totals": row_totals, "column_totals": column_totals, "regions": regions}
    before = suppress(table, 5, **kwargs)
    after = suppress(corrected, 5, **kwargs, previous=before)
    equations = sums(table.shape, regions, row_totals, column_totals)
    old, new = truth(table, equations), truth(corrected, equations)
    same = {name for name in new if old[name] == new[name]}
    releases = [
        (equations, old, hidden_names(before, table, regions, row_totals, column_totals),
         {name: (name if name in same else ("old", name)) for name in old}),
        (equations, new, hidden_names(after, corrected, regions, row_totals, column_totals),
         {name: (name if name in same else ("new", name)) for name in new}),
    ]  # fmt: skip
    # what is unchanged and stands in one release is known in the other
    known = {name for name in same if any(name not in hidden for _, _, hidden, _ in releases)}
    releases = [(sums_, figures, hidden - known, tag) for (sums_, figures, hidden, tag) in releases]
    small = {name for name, value in new.items() if 1 <= value <= 5}
    unprotected = {(u, p) for u, p in np.argwhere(after.exposed).tolist()}
    for name in small - unprotected:
        if after.exposed_totals and name not in {(u, p) for u, p in np.ndindex(table.shape)}:
            continue
        tag = name if name in same else ("new", name)
        assert not given_away(releases, tag), name
    lost = given_back_names(after, table.shape, regions, row_totals, column_totals)
    for name in {name for name, value in old.items() if 1 <= value <= 5} - same - lost:
        assert not given_away(releases, ("old", name)), name


def given_back_names(result, shape, regions, row_totals, column_totals):
    """The small figures of the earlier release that the correction says it gives back, by name."""
    units, parts = shape
    rows = [*range(units), *(("region", label) for label in result.regions), ("all",)]
    names = set()
    for i, part in np.argwhere(result.given_back).tolist():
        row, column = rows[i], "sum" if part == parts else part
        names.add((row, column) if isinstance(row, int) else (*row, column))
    return names


def test_a_correction_does_not_give_back_what_it_corrects():
    """4 was hidden; 12 in its place, shown, would give it back by the difference of the totals."""
    table = np.array([[40.0, 30, 20], [4, 25, 31], [22, 18, 27]])
    corrected = table.copy()
    corrected[1, 0] = 12
    before = suppress(table)
    after = suppress(corrected, previous=before)
    assert np.isnan(after.table[1, 0])
    assert after.secondary[1, 0]
    assert not after.given_back.any()
    # where everything changed with it and was hidden, this release does not speak of it, and hides nothing
    few = suppress([[4.0, 3.0], [50.0, 40.0]], row_totals=True, column_totals=False)
    assert not np.isnan(suppress([[44.0, 30.0], [50.0, 40.0]], column_totals=False, previous=few).table).any()
    # but nought is never hidden, so that the totals give the 4 back, and the caller is told
    corrected[1, 0] = 0
    after = suppress(corrected, previous=before)
    assert np.argwhere(after.given_back).tolist() == [[1, 0]]


@settings(max_examples=30, deadline=None)
@given(small_tables)
def test_nor_is_what_was_hidden_for_its_sake(table):
    result = suppress(table)
    equations = sums(table.shape, None, True, True)
    figures = truth(table, equations)
    hidden = hidden_names(result, table, None, True, True)
    release = (equations, figures, hidden, {name: name for name in figures})
    for name in hidden:
        assert not given_away([release], name), name


@given(small_tables, st.sampled_from([3, 5, 7]))
def test_what_is_shown_is_as_it_was(table, threshold):
    result = suppress(table, threshold)
    shown = ~np.isnan(result.table)
    assert np.array_equal(result.table[shown], table[shown])
    assert np.array_equal(~shown, result.primary | result.secondary)
    assert np.array_equal(result.primary, (table >= 1) & (table <= threshold))
    totals = ~np.isnan(result.row_totals)
    assert np.array_equal(result.row_totals[totals], table.sum(axis=1)[totals])


def test_the_attacker_would_find_a_count_that_hiding_alone_leaves_open():
    """The test above is worth something: primary suppression alone fails it."""
    table = np.array([[3.0, 20, 30], [10, 9, 8]])
    equations = sums(table.shape, None, True, True)
    figures = truth(table, equations)
    assert given_away([(equations, figures, {(0, 0)}, {name: name for name in figures})], (0, 0))
    # and by their sum alone, two hidden ones of at least one child each
    table = np.array([[1.0, 1, 30], [1, 1, 8]])
    equations = sums(table.shape, None, True, True)
    figures = truth(table, equations)
    four = {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert given_away([(equations, figures, four, {name: name for name in figures})], (0, 0))
    result = suppress(table)
    assert np.isnan(result.table).sum() + np.isnan(result.column_totals).sum() > 4


@pytest.mark.parametrize("regional", [False, True])
def test_a_quarter_of_a_region_loses_little(regional):
    """Nine authorities, six parts: what is hidden for others' sake stays below what is hidden for itself."""
    table = np.random.default_rng(1).poisson(25, (9, 6))
    table[2, 3] = table[5, 1] = 2
    result = suppress(table, 5, regions=list("aaabbbccc") if regional else None)
    assert result.primary.sum() == 2
    assert result.secondary.sum() <= 6
    assert not np.isnan(result.row_totals).any()
    assert not np.isnan(result.column_totals).any()

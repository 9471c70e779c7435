"""Groups and rotas beside trying every way, for small alliances with any wishes, conflicts and pasts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.rules.grouping import HEAVIEST, WEIGHTS, Bar, Grouping, Party, Setting, Want, reckon
from concord.rules.proposals import Impossible, Proposal, give_way, propose
from concord.statistics.grouping import share_out, task
from concord.statistics.rota import rota

CODES = "abcdefghi"


def sharings(units: tuple[int, ...], sizes: tuple[int, int]) -> Iterator[list[tuple[int, ...]]]:
    """Every way of sharing units out in groups."""
    if not units:
        yield []
        return
    first, *rest = units
    for size in range(sizes[0], sizes[1] + 1):
        for others in combinations(rest, size - 1):
            left = tuple(u for u in rest if u not in others)
            yield from ([(first, *others), *more] for more in sharings(left, sizes))


@st.composite
def alliances(draw: st.DrawFn, most: int = 9) -> Setting:
    count = draw(st.integers(3, most))
    codes = CODES[:count]
    pairs = list(combinations(codes, 2))
    areas = st.frozensets(st.sampled_from(["leaders", "care", "rereferrals"]))
    people = tuple(
        Party(
            code,
            code.upper(),
            draw(st.sampled_from(["north", "south"])),
            draw(areas),
            draw(areas),
            (51.0 + draw(st.integers(0, 9)) / 10, 0.0),
        )
        for code in codes
    )
    weights = {key: draw(st.integers(0, HEAVIEST)) for key in WEIGHTS}
    met = draw(st.dictionaries(st.sampled_from(pairs), st.integers(1, 6), max_size=6))
    wants = draw(
        st.lists(
            st.tuples(st.sampled_from(pairs), st.sampled_from(["together", "apart"]), st.booleans()),
            max_size=4,
        )
    )
    bars = draw(st.lists(st.sampled_from(pairs), max_size=3))
    return Setting(
        people,
        (3, 4),
        weights=weights,
        met={frozenset(pair): (ago,) for pair, ago in met.items()},
        bars=tuple(Bar(one, other, "a conflict") for one, other in bars),
        wants=tuple(Want(n, *pair, kind, must) for n, (pair, kind, must) in enumerate(wants)),
    )


def every(setting: Setting) -> list[Grouping]:
    units = tuple(range(len(setting.parties)))
    return [
        [{"members": [CODES[u] for u in group]} for group in way] for way in sharings(units, setting.sizes)
    ]


@settings(max_examples=60, deadline=None)
@given(alliances())
def test_no_way_of_grouping_is_better_than_the_one_proposed(setting: Setting) -> None:
    told = [reckon(setting, groups) for groups in every(setting)]
    allowed = [it.points for it in told if not it.broken]
    found = propose(setting)
    if not allowed:
        assert isinstance(found, Impossible)
        if told:
            assert found.give_way, "what stands in the way is named"
        return
    assert isinstance(found, Proposal)
    mine = reckon(setting, found.groups)
    assert mine.broken == ()
    assert found.proven
    assert abs(mine.points - found.points) < 1e-9
    assert abs(found.points - min(allowed)) < 1e-9


@settings(max_examples=40, deadline=None)
@given(alliances())
def test_what_would_have_to_give_way_is_the_fewest(setting: Setting) -> None:
    ways = every(setting)
    if ways:
        assert len(give_way(setting)) == min(len(set(reckon(setting, groups).broken)) for groups in ways)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 8), st.integers(2, 4), st.integers(0, 2), st.integers(0, 10_000), st.booleans())
def test_sharing_out_equals_trying_every_way(
    units: int, least: int, wider: int, seed: int, signed: bool
) -> None:
    """Any sizes, costs below nothing, pairs that are barred or tied."""
    source, sizes = np.random.default_rng(seed), (least, least + wider)
    costs = source.integers(0, 50, (units, units))
    costs = np.triu(costs, 1) + np.triu(costs, 1).T
    extra = source.integers(-90 if signed else 0, 90, (units, units))
    extra = np.triu(extra, 1) + np.triu(extra, 1).T
    barred = np.triu(source.random((units, units)) < 0.12, 1)
    tied = [(0, units - 1)] if seed % 3 == 0 else []
    job = task(costs, sizes, extra, barred | barred.T, tied)
    allowed = [
        sum(map(job.cost, way))
        for way in sharings(tuple(range(units)), sizes)
        if not any(barred[pair] for group in way for pair in combinations(group, 2))
        and all(any(one in group and other in group for group in way) for one, other in tied)
    ]
    found = share_out(job)
    assert (found and found.cost) == (min(allowed) if allowed else None)
    assert found is None or found.proven


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 5))
def test_a_rota_equals_trying_every_way(seed: int, units: int) -> None:
    """A lead and somebody who assures quality for each host, as two permutations without a common place."""
    source = np.random.default_rng(seed)
    costs, barred = source.integers(0, 50, (units, units)), source.random((units, units)) < 0.15
    one, other, dear = 0, units - 1, int(source.integers(0, 60))
    best = None
    for leads in permutations(range(units)):
        for checks in permutations(range(units)):
            pairs = [*enumerate(leads), *enumerate(checks)]
            if len(set(pairs)) < len(pairs) or any(h == v or barred[h, v] for h, v in pairs):
                continue
            parted = (one, other) not in pairs and (other, one) not in pairs
            cost = sum(int(costs[pair]) for pair in pairs) + dear * parted
            best = cost if best is None else min(best, cost)
    found = rota(costs, (1, 1), barred, [(one, other, dear)])
    assert (found and found.cost) == best
    assert found is None or found.proven


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 14), st.lists(st.integers(1, 2), min_size=1, max_size=3))
def test_every_part_of_a_rota_is_dealt_out_equally_often(seed: int, units: int, parts: list[int]) -> None:
    """Nobody visits themselves, or one host in two parts; each takes each part as often as their hosts give it."""
    source = np.random.default_rng(seed)
    barred = source.random((units, units)) < 0.1
    found = rota(source.integers(0, 50, (units, units)), parts, barred, alike=[(0, 1)])
    if found is None:
        return
    for host, team in enumerate(found.teams):
        visitors = [visitor for taken in team for visitor in taken]
        assert [len(taken) for taken in team] == parts
        assert len(set(visitors)) == len(visitors)
        assert host not in visitors
        assert not {0, 1} <= set(visitors)
        assert not any(barred[host, visitor] for visitor in visitors)
    for part, number in enumerate(parts):
        taken = sorted(visitor for team in found.teams for visitor in team[part])
        assert taken == sorted(number * [*range(units)])

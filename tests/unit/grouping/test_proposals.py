"""The best grouping, its price by hand, wishes that are not kept, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from concord.rules.grouping import WEIGHTS, Bar, Party, Setting, Want, met_in, reckon
from concord.rules.proposals import Impossible, NotKept, Proposal, not_kept, propose
from concord.rules.rounds import places, swapped
from concord.statistics.grouping import share_out, task
from concord.statistics.rota import rota

ROTA = (("lead", 1), ("triad", 2), ("quality-assurance", 1))
NOTHING = dict.fromkeys(WEIGHTS, 0)


def parties(*names: str, **more: dict[str, object]) -> tuple[Party, ...]:
    return tuple(Party(name, name.title(), **more.get(name, {})) for name in names)  # type: ignore[arg-type]


def peers(count: int = 6, **more: object) -> Setting:
    """Groups of three to four among so many authorities, a, b, c …"""
    return Setting(parties(*"abcdefghijkl"[:count]), (3, 4), **more)  # type: ignore[arg-type]


def together(proposal: object, one: str, other: str) -> bool:
    assert isinstance(proposal, Proposal)
    return frozenset({one, other}) in met_in(proposal.groups)


def test_who_met_last_year_is_kept_apart_and_the_proof_says_that_nothing_is_cheaper() -> None:
    met = {frozenset("ab"): (1,), frozenset("cd"): (1, 2), frozenset("ef"): (3,)}
    found = propose(peers(met=met, weights=NOTHING | {"repeat": 4}))
    assert isinstance(found, Proposal)
    assert found.proven
    assert (found.points, found.bound) == (0.0, 0.0)
    assert not any(together(found, *pair) for pair in met)


def test_the_price_of_a_group_by_hand() -> None:
    """Two of three met last year: each of these two meets, on average, half an old partner; at weight 4, 2 + 2."""
    setting = peers(met={frozenset("ab"): (1,)}, weights=NOTHING | {"repeat": 4})
    worst = [{"members": ["a", "b", "c"]}, {"members": ["d", "e", "f"]}]
    told = reckon(setting, worst)
    assert told.points == 4.0
    assert told.lines[0].words == "1 of 6 pairs met in the last 5 years"
    eight = replace(setting, parties=parties(*"abcdefgh"))
    assert reckon(eight, [{"members": [*"abcd"]}, {"members": [*"efgh"]}]).points == pytest.approx(8 / 3)


def test_needs_meet_strengths_and_a_short_way_is_better_than_a_long_one() -> None:
    more = {
        "a": {"needs": frozenset({"overall", "rereferrals"})},
        "d": {"strengths": frozenset({"overall", "rereferrals"})},
    }
    six = parties(*"abcdef", **more)
    found = propose(Setting(six, (3, 3), weights=NOTHING | {"mix": 2}))
    assert together(found, "a", "d")
    far = {c: {"place": (51.5, 0.0 if c in "abc" else 1.0)} for c in "abcdef"}
    near = propose(Setting(parties(*"abcdef", **far), (3, 3), weights=NOTHING | {"travel": 1}))
    assert isinstance(near, Proposal)
    assert near.groups == [{"members": ["a", "b", "c"]}, {"members": ["d", "e", "f"]}]
    assert near.points == 0.0


def test_vetoes_fixed_pairs_and_conflicts_hold_whatever_they_cost() -> None:
    setting = peers(
        7,
        met={frozenset("ab"): (1,)},
        wants=(Want(1, "a", "b", "together", must=True), Want(2, "a", "c", "apart", must=True)),
        bars=(Bar("d", "a", "the director worked there"),),
    )
    found = propose(setting)
    assert together(found, "a", "b")
    assert not together(found, "a", "c")
    assert not together(found, "a", "d")
    assert isinstance(found, Proposal)
    assert reckon(setting, found.groups).broken == ()


def test_a_wish_gives_way_when_it_costs_more_than_its_weight_and_says_how_much() -> None:
    setting = peers(
        met={frozenset("ab"): (1,)},
        weights=NOTHING | {"repeat": 4, "wish": 3},
        wants=(Want(1, "a", "b", "together"), Want(2, "c", "d", "together"), Want(3, "c", "e", "apart")),
    )
    found = propose(setting)
    assert isinstance(found, Proposal)
    told = reckon(setting, found.groups)
    assert [w.id for w in told.unmet] == [1]
    assert told.points == found.points == 3.0
    (why,) = not_kept(setting, found, told.unmet)
    assert (why.points, why.words) == (4.0, "A and B should be together.")


def test_a_wish_against_what_must_hold_names_what_is_against_it() -> None:
    setting = peers(
        wants=(Want(1, "a", "b", "together"), Want(2, "a", "b", "apart", must=True, reason="A merger"))
    )
    # one wish a pair is kept in the tables; the rules do not mind
    found = propose(setting)
    assert isinstance(found, Proposal)
    (why,) = not_kept(setting, found, reckon(setting, found.groups).unmet)
    assert why == NotKept(
        setting.wants[0], "A and B should be together.", None, ("A and B must be kept apart: A merger.",)
    )


def test_where_no_grouping_keeps_everything_the_fewest_that_would_give_way_are_named() -> None:
    wants = (
        Want(1, "a", "b", "together", must=True),
        Want(2, "b", "c", "together", must=True),
        Want(3, "a", "c", "apart", must=True, reason="One is being inspected"),
    )
    found = propose(peers(wants=wants))
    assert isinstance(found, Impossible)
    assert found.why == "No grouping keeps all that must hold."
    assert len(found.give_way) == 1


def test_five_cannot_be_shared_out_in_threes_and_fours_and_four_are_no_team_of_four() -> None:
    assert propose(peers(5)) == Impossible("5 authorities cannot be shared out in groups of 3 to 4.")
    short = propose(Setting(parties(*"abcd"), (3, 3), ROTA))
    assert isinstance(short, Impossible)
    assert "needs 5 or more authorities, not 4" in short.why


def test_in_a_rota_each_director_leads_hosts_and_assures_quality_once() -> None:
    setting = Setting(
        parties(*"abcdefghij"),
        (3, 3),
        ROTA,
        met={frozenset("ab"): (1,)},
        bars=(Bar("c", "d", "worked there"),),
        wants=(Want(1, "e", "f", "apart", must=True), Want(2, "g", "h", "together", must=True)),
    )
    found = propose(setting)
    assert isinstance(found, Proposal)
    assert found.proven
    told = reckon(setting, found.groups)
    assert told.broken == ()
    assert told.points == pytest.approx(found.points)
    assert together(found, "g", "h")
    assert not together(found, "e", "f")
    assert (
        sorted(g["lead"] for g in found.groups)
        == sorted(g["host"] for g in found.groups)
        == list("abcdefghij")
    )


def test_in_a_rota_one_may_be_barred_from_a_host_who_may_visit_them() -> None:
    """Of five, everybody visits everybody: one bar makes it impossible, and is named."""
    five = parties(*"abcde")
    found = propose(Setting(five, (3, 3), ROTA, bars=(Bar("a", "b", "family"),)))
    assert found == Impossible("No grouping keeps all that must hold.", ("A would review B: family.",))
    assert isinstance(propose(Setting(five, (3, 3), ROTA)), Proposal)


def test_two_places_are_swapped_and_a_free_one_taken() -> None:
    setting = peers(7)
    groups = [{"members": ["a", "b", "c"]}, {"members": ["d", "e", "f", "g"]}]
    assert [key for key, _ in places(setting, groups)][:4] == [
        "0.members.a",
        "0.members.b",
        "0.members.c",
        "0.members.",
    ]
    assert swapped(groups, "0.members.a", "1.members.g") == [
        {"members": ["b", "c", "g"]},
        {"members": ["a", "d", "e", "f"]},
    ]
    assert swapped(groups, "0.members.", "1.members.g")[0] == {"members": ["a", "b", "c", "g"]}
    rota = [{"host": "a", "lead": "b", "triad": ["c", "d"]}, {"host": "b", "lead": "c", "triad": ["a", "d"]}]
    assert [g["lead"] for g in swapped(rota, "0.lead.b", "1.lead.c")] == ["c", "b"]
    assert rota[0]["lead"] == "b"
    for wrong in ("9.lead.b", "0.host.a", "0.lead.z", "", "0.members.a"):
        with pytest.raises(ValueError):
            swapped(rota, "0.lead.b", wrong)


def test_what_a_grouping_breaks_is_said() -> None:
    setting = peers(6, bars=(Bar("a", "b", "a contract"),))
    wrong = [{"members": ["a", "b"]}, {"members": ["c", "d", "e"]}]
    assert set(reckon(setting, wrong).broken) == {
        "Each authority must be in one group.",
        "A group has 3 to 4 authorities.",
        "A would review B: a contract.",
    }
    rota = Setting(parties(*"abcde"), (3, 3), ROTA)
    found = propose(rota)
    assert isinstance(found, Proposal)
    first = found.groups[0]
    twice = [first | {"lead": first["quality-assurance"]}, *found.groups[1:]]
    assert set(reckon(rota, twice).broken) == {
        "Each director must be lead once.",
        "In the team for A somebody has two parts.",
    }


def test_a_grouping_with_somebody_who_left_asks_to_be_proposed_again() -> None:
    left = reckon(peers(6), [{"members": ["a", "b", "202"]}, {"members": ["c", "d", "e", "f"]}])
    assert left.broken == ("Who takes part has changed since: propose again.",)
    assert peers(6).name("202") == "Camden"


def test_many_are_shared_out_too_and_what_is_not_proven_says_so() -> None:
    """More than are shared out at once: begun by taking what the relaxation is surest of."""
    source = np.random.default_rng(4)
    costs = source.integers(0, 1000, (40, 40))
    costs = np.triu(costs, 1) + np.triu(costs, 1).T
    job = task(costs, (3, 4), tied=((0, 39),))
    found = share_out(job)
    assert found is not None
    assert sorted(unit for group in found.groups for unit in group) == list(range(40))
    assert any({0, 39} <= set(group) for group in found.groups)
    assert sum(map(job.cost, found.groups)) == found.cost >= found.bound
    assert found.proven is (found.cost == found.bound)


def test_a_rota_of_as_many_as_there_are_in_england_is_proven() -> None:
    source = np.random.default_rng(5)
    costs, barred = source.integers(0, 1000, (153, 153)), source.random((153, 153)) < 0.02
    wishes = [(int(a), int(b), 400) for a, b in source.integers(0, 153, (12, 2)) if a != b]
    found = rota(costs, (1, 2, 1), barred, wishes)
    assert found is not None
    assert found.proven
    again = rota(costs, (1, 2, 1), barred, wishes)
    assert again == found, "the same task, the same rota"

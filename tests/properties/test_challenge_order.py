"""Whatever acts a charter puts into its stages, and in whatever order they are done, a challenge can be finished."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concord.rules.challenge import ACTS, comes_after

some_acts = st.sets(st.sampled_from(sorted(ACTS)), min_size=1).map(frozenset)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(some_acts, st.permutations(sorted(ACTS)))
def test_acts_in_turn_reach_the_end(acts: frozenset[str], wished: list[str]) -> None:
    """There is always an act whose turn has come, until all are done; none comes before what it follows from."""
    done: list[str] = []
    while set(done) != acts:
        turn = [a for a in wished if a in acts - set(done) and set(comes_after(a, acts)) <= set(done)]
        assert turn, f"stuck after {done}"
        done.append(turn[0])
    place = {act: number for number, act in enumerate(done)}
    for act in acts:
        for before in ACTS[act].after:
            assert before not in acts or place[before] < place[act]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_acts)
def test_nothing_waits_for_what_is_left_out(acts: frozenset[str]) -> None:
    for act in acts:
        assert set(comes_after(act, acts)) <= acts - {act}

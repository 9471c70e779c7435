"""Times the best grouping, proven: all of London, all of England, and rotas of the same numbers.

`python bench/groups.py`. Places and judgements are the real ones; who met whom in the last five years is made up with
a seed. Goals: 33 authorities within 5 seconds, 153 within 60, on one core. Processor time is what is told.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

# statistics.py beside this file has the name of a module of the standard library, which others import
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import numpy as np  # noqa: E402

from catalogue import reference  # noqa: E402
from concord.rules.grouping import Bar, Party, Setting, Want  # noqa: E402
from concord.rules.proposals import Proposal, propose  # noqa: E402

AREAS = ("overall", "leaders", "help_and_protection", "in_care", "care_leavers")
ROTA = (("lead", 1), ("triad", 2), ("quality-assurance", 1))
GOALS = {33: 5.0, 153: 60.0}


def parties(count: int) -> tuple[Party, ...]:
    """London’s 33 authorities, or all 153 of England, with their latest judgements and places."""
    live = [a for a in reference.authorities().values() if a.ends is None]
    chosen = [a for a in live if count > 33 or a.region == "E12000007"]
    judged = {j.authority: j for j in reference.judgements()}
    found = []
    for a in chosen:
        grades = {area: getattr(judged[a.code], area) for area in AREAS} if a.code in judged else {}
        strong = frozenset(area for area, grade in grades.items() if grade in ("outstanding", "good"))
        weak = frozenset(area for area, g in grades.items() if g in ("requires improvement", "inadequate"))
        centre = reference.centres()[a.code]
        found.append(Party(a.code, a.name, a.region, strong, weak, (centre.latitude, centre.longitude)))
    return tuple(found)


def setting(count: int, parts: tuple[tuple[str, int], ...], seed: int) -> Setting:
    """A year’s task: who met in the last five years, some conflicts, some wishes and vetoes."""
    source, these = np.random.default_rng(seed), parties(count)
    codes = [party.code for party in these]
    met: dict[frozenset[str], tuple[int, ...]] = {}
    for ago in range(1, 6):
        order = [str(code) for code in source.permutation(codes)]
        for group in (order[at : at + 3] for at in range(0, count, 3)):
            for n, one in enumerate(group):
                for other in group[n + 1 :]:
                    pair = frozenset({one, other})
                    met[pair] = (*met.get(pair, ()), ago)

    def pairs(number: int) -> list[tuple[str, str]]:
        return [tuple(map(str, source.choice(codes, 2, replace=False))) for _ in range(number)]  # type: ignore[misc]

    bars = tuple(Bar(one, other, "a conflict") for one, other in pairs(count // 5))
    kinds = [("apart", True)] * (count // 15) + [("together", False)] * (count // 10)
    wants = tuple(
        Want(n, *pair, kind, must)
        for n, (pair, (kind, must)) in enumerate(zip(pairs(len(kinds)), kinds, strict=True))
    )
    return Setting(these, (3, 4), parts, met=met, bars=bars, wants=wants)


def main() -> None:
    """Print the time of each, its cost and bound."""
    propose(setting(33, (), 0))  # what is loaded once a process
    print("The best grouping, with its proof; one core, processor time")
    for parts, name in (((), "groups of 3 to 4"), (ROTA, "a rota of five parts")):
        for count, goal in GOALS.items():
            for seed in (1, 2, 3):
                given = setting(count, parts, seed)
                began = time.process_time()
                found = propose(given)
                took = time.process_time() - began
                assert isinstance(found, Proposal), found
                proof = "proven" if found.proven else f"NOT PROVEN, bound {found.bound:.3f}"
                of = f", {found.weighed:,} of {found.possible:,} groups compared" if found.possible else ""
                verdict = "met" if took <= goal else "NOT MET"
                print(
                    f"  {count:>3} authorities, {name}: {took:6.2f} s (goal {goal:.0f} s: {verdict}); "
                    f"{found.points:.3f} points, {proof}{of}",
                    flush=True,
                )


if __name__ == "__main__":
    main()

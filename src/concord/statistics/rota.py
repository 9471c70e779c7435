"""A rota: who does what for whom, when everybody hosts once and does each other part equally often.

Each unit is visited by a team; a part is taken by so many in each team, and so each unit takes it so many times.
What a visit costs does not hang on the part. So it is enough to choose who visits whom: each is visited as often as
they visit, which is a transport problem with a few more rules, solved as an integer model by HiGHS to the end, so
that the answer is proven. The parts are then dealt out: where all are visited, and visit, equally often, there is
always a way for each host to take one visitor so that every visitor is taken once (D. Kőnig, 1916).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.grouping import PATIENCE, solver

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rota:
    """For each unit as host and each part, who takes it; what that costs, and below which cost nothing can be.

    ``parted``: the places in ``joined`` that were not kept.
    """

    teams: tuple[tuple[tuple[int, ...], ...], ...]
    cost: int
    bound: int
    parted: tuple[int, ...]

    @property
    def proven(self) -> bool:
        """Whether nothing can be cheaper."""
        return self.cost == self.bound


def rota(
    costs: ArrayLike,
    parts: Sequence[int],
    barred: ArrayLike,
    joined: Sequence[tuple[int, int, int]] = (),
    alike: Sequence[tuple[int, int]] = (),
    seconds: float = PATIENCE,
) -> Rota | None:
    """The cheapest rota, or None where there is none.

    ``costs`` has shape (hosts, visitors), whole numbers: what it costs that one visits another, in any part.
    ``parts`` gives how many of a team take each part. Where ``barred`` (same shape) is set, one never visits the
    other; nobody visits themselves. ``joined`` names pairs of which one is to visit the other, each with what it
    costs if neither does: less than nothing means that it must be. Of the pairs ``alike`` (one person is both) no
    team has two. Raises ValueError on another shape; the answer is not ``proven`` only where the time ran out.
    """
    price, never = np.asarray(costs, dtype=np.int64), np.asarray(barred, dtype=bool)
    units = len(price)
    if price.shape != (units, units) or never.shape != price.shape:
        raise ValueError(f"costs has shape {price.shape}, barred {never.shape}: expected (hosts, visitors)")
    visits = [(int(h), int(v)) for h, v in np.argwhere(~(never | np.eye(units, dtype=bool)))]
    chosen = _Model(units, sum(parts), visits, price, joined, alike).solve(seconds)
    if chosen is None:
        return None
    values, bound = chosen
    met = {visit for visit, value in zip(visits, values, strict=False) if value > 0.5}
    parted = tuple(n for n, (a, b, _) in enumerate(joined) if (a, b) not in met and (b, a) not in met)
    cost = int(sum(price[pair] for pair in met)) + sum(joined[n][2] for n in parted)
    teams = _dealt([{v for h, v in met if h == host} for host in range(units)], parts)
    return Rota(teams, cost, cost if cost - bound < 1 - 1e-6 else int(np.ceil(bound - 1e-6)), parted)


def _dealt(visitors: list[set[int]], parts: Sequence[int]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """The visitors of each host, dealt out to the parts."""
    teams: list[list[tuple[int, ...]]] = [[] for _ in visitors]
    for number in parts:
        rounds = [_one_each(visitors) for _ in range(number)]
        for host, team in enumerate(teams):
            team.append(tuple(sorted(taken[host] for taken in rounds)))
    return tuple(map(tuple, teams))


def _one_each(visitors: list[set[int]]) -> list[int]:
    """For each host one of its visitors, and every visitor once; these are taken out of ``visitors``."""
    host_of: dict[int, int] = {}

    def found(host: int, tried: set[int]) -> bool:
        for visitor in sorted(visitors[host]):
            if visitor not in tried:
                tried.add(visitor)
                if visitor not in host_of or found(host_of[visitor], tried):
                    host_of[visitor] = host
                    return True
        return False

    for host in range(len(visitors)):
        found(host, set())
    taken = sorted(host_of, key=host_of.__getitem__)
    for host, visitor in enumerate(taken):
        visitors[host].discard(visitor)
    return taken


class _Model:
    """Columns: who visits whom, then one for each pair that is to be joined and is not."""

    def __init__(
        self,
        units: int,
        times: int,
        visits: Sequence[tuple[int, int]],
        price: Ints,
        joined: Sequence[tuple[int, int, int]],
        alike: Sequence[tuple[int, int]],
    ) -> None:
        self.solver = solver()
        count = len(visits)
        columns = count + len(joined)
        costs = [float(price[visit]) for visit in visits] + [float(c) for *_, c in joined]
        upper = [1.0] * count + [0.0 if cost < 0 else 1.0 for *_, cost in joined]
        self.solver.addVars(columns, np.zeros(columns), np.array(upper))
        every = np.arange(columns, dtype=np.int32)
        self.solver.changeColsCost(columns, every, np.maximum(np.array(costs), 0.0))
        self.solver.changeColsIntegrality(columns, every, np.full(columns, highspy.HighsVarType.kInteger))
        hosted: list[list[int]] = [[] for _ in range(units)]
        visiting: list[list[int]] = [[] for _ in range(units)]
        at = {visit: column for column, visit in enumerate(visits)}
        for (host, visitor), column in at.items():
            hosted[host].append(column)
            visiting[visitor].append(column)
        for members in (*hosted, *visiting):
            self._row(times, times, members)
        for host in range(units):
            for one, other in alike:
                self._row(0, 1, [at[host, v] for v in (one, other) if (host, v) in at])
        for number, (one, other, _) in enumerate(joined):
            either = [at[visit] for visit in ((one, other), (other, one)) if visit in at]
            self._row(1, np.inf, [*either, count + number])

    def solve(self, seconds: float) -> tuple[Sequence[float], float] | None:
        """The values of the columns and the bound; None where there is no answer."""
        self.solver.setOptionValue("time_limit", seconds)
        self.solver.run()
        status, info = self.solver.getModelStatus(), self.solver.getInfo()
        values = self.solver.getSolution().col_value
        if status == highspy.HighsModelStatus.kInfeasible or info.primal_solution_status != 2 or not values:
            return None
        return values, info.mip_dual_bound

    def _row(self, least: float, most: float, members: Sequence[int]) -> None:
        self.solver.addRow(least, most, len(members), np.array(members, np.int32), np.ones(len(members)))

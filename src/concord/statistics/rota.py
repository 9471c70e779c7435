"""A rota: who does what for whom, when everybody hosts once and does each other part equally often.

Each unit is visited by a team; a part is taken by so many in each team, and so each unit takes it so many times.
That is a transport problem with one more rule (nobody has two parts in one team), solved as an integer model by
HiGHS to the end, so that the answer is proven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.grouping import solver

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
    seconds: float = 60.0,
) -> Rota | None:
    """The cheapest rota, or None where there is none.

    ``costs`` has shape (hosts, visitors), whole numbers: what it costs that one visits another, in any part.
    ``parts`` gives how many of a team take each part. Where ``barred`` (same shape) is set, one never visits the
    other; nobody visits themselves. ``joined`` names pairs of which one is to visit the other, each with what it
    costs if neither does: less than nothing means that it must be. Of the pairs ``alike`` (one person is both) no
    team has two. Raises ValueError on another shape; the answer
    is not ``proven`` only where the time ran out.
    """
    price, never = np.asarray(costs, dtype=np.int64), np.asarray(barred, dtype=bool)
    units = len(price)
    if price.shape != (units, units) or never.shape != price.shape:
        raise ValueError(f"costs has shape {price.shape}, barred {never.shape}: expected (hosts, visitors)")
    places = [
        (host, visitor, part)
        for host in range(units)
        for visitor in range(units)
        if host != visitor and not never[host, visitor]
        for part in range(len(parts))
    ]
    model = _Model(units, parts, places, price, joined, alike)
    chosen = model.solve(seconds)
    if chosen is None:
        return None
    values, bound = chosen
    met = {(h, v) for (h, v, _), value in zip(places, values, strict=False) if value > 0.5}
    parted = tuple(n for n, (a, b, _) in enumerate(joined) if (a, b) not in met and (b, a) not in met)
    cost = int(sum(price[pair] for pair in met)) + sum(joined[n][2] for n in parted)
    teams = _teams(units, parts, [p for p, value in zip(places, values, strict=False) if value > 0.5])
    return Rota(teams, cost, cost if cost - bound < 1 - 1e-6 else int(np.ceil(bound - 1e-6)), parted)


def _teams(
    units: int, parts: Sequence[int], places: Sequence[tuple[int, int, int]]
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    return tuple(
        tuple(tuple(v for h, v, p in places if (h, p) == (host, part)) for part in range(len(parts)))
        for host in range(units)
    )


class _Model:
    """Columns: visitor takes part at host, then one for each pair that is to be joined and is not."""

    def __init__(
        self,
        units: int,
        parts: Sequence[int],
        places: Sequence[tuple[int, int, int]],
        price: Ints,
        joined: Sequence[tuple[int, int, int]],
        alike: Sequence[tuple[int, int]],
    ) -> None:
        self.solver = solver()
        count, kinds = len(places), len(parts)
        columns = count + len(joined)
        costs = [float(price[host, visitor]) for host, visitor, _ in places] + [float(c) for *_, c in joined]
        upper = [1.0] * count + [0.0 if cost < 0 else 1.0 for *_, cost in joined]
        self.solver.addVars(columns, np.zeros(columns), np.array(upper))
        every = np.arange(columns, dtype=np.int32)
        self.solver.changeColsCost(columns, every, np.maximum(np.array(costs), 0.0))
        self.solver.changeColsIntegrality(columns, every, np.full(columns, highspy.HighsVarType.kInteger))
        at: dict[tuple[str, int, int], list[int]] = {
            (side, unit, part): [] for side in ("host", "visitor") for unit in range(units) for part in range(kinds)
        }  # fmt: skip
        meets: dict[tuple[int, int], list[int]] = {}
        for column, (host, visitor, part) in enumerate(places):
            at["host", host, part].append(column)
            at["visitor", visitor, part].append(column)
            meets.setdefault((host, visitor), []).append(column)
        for (_, _, part), members in at.items():
            self._row(parts[part], parts[part], members)
        for members in meets.values():
            self._row(0, 1, members)
        for host in range(units):
            for one, other in alike:
                self._row(0, 1, [*meets.get((host, one), ()), *meets.get((host, other), ())])
        for number, (one, other, _) in enumerate(joined):
            self._row(1, np.inf, [*meets.get((one, other), ()), *meets.get((other, one), ()), count + number])

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

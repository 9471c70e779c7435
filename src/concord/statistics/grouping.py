"""Sharing units out in groups of a few, at the least cost, with a proof that no other way is cheaper.

The whole is a set partition: of all groups that could be formed, choose some that hold each unit once. There are
22 million groups of four among 153 units, so they are not all written down. Groups are priced with the worth that
the linear relaxation puts on each unit (column generation), until none that is missing could lower its cost:
that cost is then a bound on every sharing out. Last, all groups whose price lies within the distance of the best
sharing out from the bound are put into one integer model, which HiGHS solves to the end; a cheaper sharing out
could only be made of these. Sources: Barnhart and others (1998), Branch-and-price, Operations Research 46(3);
Huangfu and Hall (2018), Parallelizing the dual revised simplex method (HiGHS).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, comb, inf, lcm

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Group = tuple[int, ...]
Groups = tuple[Group, ...]
_CLOSE = 1e-6
_FIRST = 5  # cheapest partners of each unit, whose groups begin the search
_SMALL = 36  # units that are shared out at once, without a good sharing out to begin with
_SURE = 0.6  # part of a group in the relaxation from which it is taken
_MOST = 400_000  # groups in one model
PATIENCE = (
    240.0  # seconds by the clock for one integer model: far more than any needs, even on a busy machine
)
_NOTHING = (np.zeros(0, np.int32), np.zeros(0))


@dataclass(frozen=True, slots=True)
class Sharing:
    """Groups of units (each from 0), what they cost, and below which cost no sharing out can be.

    ``weighed`` counts the groups of the last integer model, ``possible`` all that may be formed by their size.
    """

    groups: Groups
    cost: int
    bound: int
    weighed: int
    possible: int

    @property
    def proven(self) -> bool:
        """Whether nothing can be cheaper."""
        return self.cost == self.bound


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be shared out. Costs are whole numbers, and symmetric.

    A unit is charged the mean of ``pairs`` over its partners, so that large groups are neither dearer nor cheaper
    than small ones; ``extra`` is charged once for each pair in a group. Pairs in ``barred`` never meet, those in
    ``tied`` always do.
    """

    pairs: Ints
    extra: Ints
    barred: NDArray[np.bool_]
    tied: tuple[tuple[int, int], ...]
    sizes: tuple[int, ...]

    @property
    def units(self) -> int:
        """How many there are to share out."""
        return len(self.pairs)

    @property
    def scale(self) -> int:
        """Costs are in parts of which so many make one: whole numbers for every size."""
        return lcm(*(size - 1 for size in self.sizes))

    @property
    def dear(self) -> int:
        """More than any sharing out costs."""
        most = [comb(size, 2) * self.share(size) * abs(self.pairs).max(initial=0) for size in self.sizes]
        return 1 + self.units * int(max(most) + comb(self.sizes[-1], 2) * abs(self.extra).max(initial=0))

    @property
    def tie(self) -> int:
        """More than any group can be worth."""
        return 8 * self.sizes[-1] * self.dear

    def share(self, size: int) -> int:
        """What the cost of a pair counts in a group of a size."""
        return 2 * self.scale // (size - 1)

    def cost(self, group: Sequence[int]) -> int:
        """The cost of a group."""
        both = np.ix_(list(group), list(group))
        return int(np.triu(self.share(len(group)) * self.pairs[both] + self.extra[both], 1).sum())

    def only(self, units: Sequence[int]) -> Task:
        """The task of some of the units; of a tied pair, both or neither."""
        at, both = {unit: n for n, unit in enumerate(units)}, np.ix_(list(units), list(units))
        tied = tuple((at[one], at[other]) for one, other in self.tied if one in at and other in at)
        return Task(self.pairs[both], self.extra[both], self.barred[both], tied, self.sizes)

    def weights(self, size: int, worth: Floats) -> Floats:
        """Pair weights whose sum over a group of a size is its cost less what its units are worth.

        A group that holds one of a tied pair without the other comes out far above anything else.
        """
        together = _together(self.units, self.tied)
        alone = self.tie * together.sum(axis=1) / 2
        each = (alone - worth) / (size - 1)
        weights = self.share(size) * self.pairs + self.extra + each[:, None] + each[None, :]
        weights = weights - self.tie * together
        return np.where(self.barred, inf, weights)


def task(
    pairs: ArrayLike,
    sizes: tuple[int, int],
    extra: ArrayLike | None = None,
    barred: ArrayLike | None = None,
    tied: Sequence[tuple[int, int]] = (),
) -> Task:
    """A task for `share_out`. ``pairs`` and ``extra`` have shape (units, units), sizes from a number to a number.

    Raises ValueError on a matrix of another shape, one that is not symmetric, or sizes below two.
    """
    costs = np.asarray(pairs, dtype=np.int64)
    units = len(costs)
    more = np.zeros((units, units), np.int64) if extra is None else np.asarray(extra, dtype=np.int64)
    never = np.zeros((units, units), bool) if barred is None else np.asarray(barred, dtype=bool)
    for name, matrix in (("pairs", costs), ("extra", more), ("barred", never)):
        if matrix.shape != (units, units) or (matrix != matrix.T).any():
            raise ValueError(f"{name} has shape {matrix.shape}: expected {(units, units)}, symmetric")
    if not 2 <= sizes[0] <= sizes[1]:
        raise ValueError(f"groups of {sizes[0]} to {sizes[1]}: expected two or more, the smaller first")
    never = never | np.eye(units, dtype=bool)
    return Task(costs, more, never, tuple(tied), tuple(range(sizes[0], sizes[1] + 1)))


def can_be_shared(units: int, sizes: Sequence[int]) -> bool:
    """Whether so many units can be shared out in groups of these sizes, whoever they are."""
    return any(count * min(sizes) <= units <= count * max(sizes) for count in range(units // min(sizes) + 1))


def share_out(given: Task, seconds: float = PATIENCE) -> Sharing | None:
    """The cheapest sharing out, or None where there is none; ``seconds`` is the most for one integer model.

    Not ``proven`` only where that ran out, or where more groups would have to be weighed than memory holds.
    Raises ValueError where it then found nothing at all.
    """
    if not can_be_shared(given.units, given.sizes):
        return None
    found = _relaxed(given)
    if found is None:
        return None
    worth, least, values = found
    bound, spread, step = ceil(least - _CLOSE * max(1, abs(least))), 0.0, max(1.0, abs(least) / 2000)
    pool = [g for g in values if given.cost(g) - worth[list(g)].sum() <= step]
    possible = sum(comb(given.units, size) for size in given.sizes)
    best = _dived(given, values, seconds) if given.units > _SMALL else None
    cost = 0
    while True:
        best, done = _whole(given, sorted({*pool, *(best or ())}), best, seconds)
        if best is not None:
            cost = sum(map(given.cost, best))
            if cost <= bound or (done and cost - bound <= spread):
                return Sharing(best, cost, cost, len(pool), possible)
        if best is None and done and spread > given.dear:
            return None
        spread = min(max(2 * spread, step), cost - bound if best else 4.0 * given.dear)
        more = _within(given, worth, spread) if done else None
        if more is None:
            if best is None:
                raise ValueError("there are too many ways to weigh: narrow who may be with whom")
            return Sharing(best, cost, bound, len(pool), possible)
        pool = more


def _together(units: int, tied: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    """Who must be with whom, through others too."""
    reach = np.eye(units, dtype=bool)
    for one, other in tied:
        reach[one, other] = reach[other, one] = True
    for _ in range(units.bit_length()):
        reach = reach @ reach
    return np.asarray(reach & ~np.eye(units, dtype=bool))


def _dived(given: Task, values: Mapping[Group, float], seconds: float) -> Groups | None:
    """A good sharing out to begin with: take what the relaxation is surest of, relax what is left, until little is."""
    sure = [group for group, value in values.items() if value > _SURE] or [
        max(values, key=values.__getitem__)
    ]
    left = sorted({*range(given.units)} - {unit for group in sure for unit in group})
    if not left:
        return tuple(sure)
    rest = given.only(left)
    if rest.units <= _SMALL:
        shared = share_out(rest, seconds)
        found = shared.groups if shared else None
    else:
        relaxed = _relaxed(rest)
        found = _dived(rest, relaxed[2], seconds) if relaxed else None
    if found is None:
        return None
    return (*sure, *(tuple(left[unit] for unit in group) for group in found))


def _relaxed(given: Task) -> tuple[Floats, float, dict[Group, float]] | None:
    """What each unit is worth in the linear relaxation, its cost, and how far it takes each group; None: no answer."""
    model = _Relaxation(given.units, float(given.dear))
    known: dict[Group, None] = {}
    fresh = _first(given)
    while fresh:
        known |= dict.fromkeys(fresh)
        model.add(fresh, [given.cost(group) for group in fresh])
        worth, cost, left_out = model.solve()
        priced = {g for size in given.sizes for g in _cheapest(given.weights(size, worth), size)}
        fresh = sorted(priced - known.keys())
    return (
        (worth, cost, dict(zip(known, model.values(), strict=True))) if known and left_out < _CLOSE else None
    )


def _first(given: Task) -> list[Group]:
    """Groups of each unit with its cheapest partners, to begin with."""
    found = set()
    for size in given.sizes:
        weights = given.weights(size, np.zeros(given.units))
        for unit in range(given.units):
            near = [int(u) for u in np.argsort(weights[unit], kind="stable")[: max(_FIRST, size - 1)]]
            for others in combinations([u for u in near if weights[unit, u] < inf], size - 1):
                group = tuple(sorted((unit, *others)))
                if sum(weights[pair] for pair in combinations(group, 2)) < given.tie / 4:
                    found.add(group)
    return sorted(found)


def _cheapest(weights: Floats, size: int) -> list[Group]:
    """For each pair that could be the lightest of a group below nothing: the lightest such group."""
    found = set()
    for group, total in _lightest(weights, size, -_CLOSE, one=True):
        if total < -_CLOSE:
            found.add(group)
    return sorted(found)


def _within(given: Task, worth: Floats, spread: float) -> list[Group] | None:
    """Every group whose price is at most ``spread``; None where they are too many."""
    found: set[Group] = set()
    for size in given.sizes:
        for group, _ in _lightest(given.weights(size, worth), size, spread + _CLOSE):
            found.add(group)
            if len(found) > _MOST:
                return None
    return sorted(found)


def _lightest(weights: Floats, size: int, limit: float, one: bool = False) -> Iterator[tuple[Group, float]]:
    """Groups of a size whose weights sum to ``limit`` or less; with ``one``, the lightest for each lightest pair.

    The lightest pair of such a group weighs no more than the mean, so the search begins with those pairs.
    """
    upper = np.triu(np.ones_like(weights, dtype=bool), 1)
    for i, j in np.argwhere(upper & (weights <= limit / comb(size, 2))):
        pair = weights[i, j]
        to_both = weights[i] + weights[j]
        others = np.flatnonzero((weights[i] >= pair) & (weights[j] >= pair) & (to_both < inf))
        for chosen, total in _extended(weights, others, to_both, pair, size - 2, limit, one):
            yield tuple(sorted((int(i), int(j), *chosen))), total


def _extended(
    weights: Floats,
    others: NDArray[np.intp],
    to_all: Floats,
    so_far: float,
    wanted: int,
    limit: float,
    one: bool,
) -> Iterator[tuple[Group, float]]:
    """Ways to bring ``wanted`` of the others into a group that weighs ``so_far``; ``to_all`` is the way to each."""
    if wanted == 0:
        yield (), float(so_far)
    elif wanted == 1:
        totals = so_far + to_all[others]
        yield from _chosen(totals, [others], limit, one)
    elif wanted == 2:
        totals = so_far + weights[np.ix_(others, others)] + to_all[others][:, None] + to_all[others][None, :]
        totals[np.tril_indices(len(others))] = inf
        yield from _chosen(totals, [others, others], limit, one)
    else:
        for place, unit in enumerate(others):
            rest = others[place + 1 :]
            deeper = _extended(
                weights, rest, to_all + weights[unit], so_far + to_all[unit], wanted - 1, limit, one
            )
            yield from (((int(unit), *chosen), total) for chosen, total in deeper)


def _chosen(
    totals: Floats, axes: list[NDArray[np.intp]], limit: float, one: bool
) -> Iterator[tuple[Group, float]]:
    if not totals.size:
        return
    if one:
        places = [np.unravel_index(int(totals.argmin()), totals.shape)]
    else:
        places = [tuple(place) for place in np.argwhere(totals <= limit)]
    for place in places:
        if totals[place] <= limit:
            yield tuple(int(units[at]) for units, at in zip(axes, place, strict=True)), float(totals[place])


class _Relaxation:
    """The linear relaxation over the groups known so far; each unit may be left out at a dear price."""

    def __init__(self, units: int, dear: float) -> None:
        self.units = units
        self.solver = solver()
        one = np.ones(units)
        self.solver.addRows(units, one, one, 0, np.zeros(units, np.int32), *_NOTHING)
        add_groups(self.solver, [dear] * units, [(unit,) for unit in range(units)])

    def add(self, groups: Sequence[Group], costs: Sequence[int]) -> None:
        """Take more groups in."""
        add_groups(self.solver, costs, groups)

    def solve(self) -> tuple[Floats, float, float]:
        """What each unit is worth, the least cost, and how many units are left out."""
        self.solver.run()
        answer = self.solver.getSolution()
        left_out = float(np.sum(answer.col_value[: self.units]))
        return np.array(answer.row_dual), self.solver.getInfo().objective_function_value, left_out

    def values(self) -> list[float]:
        """How far the last solution takes each group, in the order in which they came."""
        return list(self.solver.getSolution().col_value)[self.units :]


def solver(seconds: float = inf) -> highspy.Highs:
    """A solver that prints nothing and gives the same answer each time."""
    made: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", 1), ("time_limit", seconds),
        ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5),
    ):  # fmt: skip
        made.setOptionValue(option, value)
    return made


def add_groups(model: highspy.Highs, costs: Sequence[float], groups: Sequence[Group]) -> None:
    """A column for each group, with a one in the row of each of its units."""
    lengths = np.array([len(group) for group in groups])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
    rows = np.array([unit for group in groups for unit in group], dtype=np.int32)
    count = len(groups)
    none, most = np.zeros(count), np.full(count, highspy.kHighsInf)
    model.addCols(
        count, np.asarray(costs, dtype=float), none, most, len(rows), starts, rows, np.ones(len(rows))
    )


def _whole(given: Task, pool: list[Group], best: Groups | None, seconds: float) -> tuple[Groups | None, bool]:
    """The cheapest sharing out made of these groups, and whether HiGHS came to the end. It begins from ``best``."""
    model = solver(seconds)
    one = np.ones(given.units)
    model.addRows(given.units, one, one, 0, np.zeros(given.units, np.int32), *_NOTHING)
    add_groups(model, [given.cost(group) for group in pool], pool)
    every = np.arange(len(pool), dtype=np.int32)
    model.changeColsIntegrality(len(pool), every, np.full(len(pool), highspy.HighsVarType.kInteger))
    if best is not None:
        start = highspy.HighsSolution()
        start.col_value = [float(group in best) for group in pool]
        model.setSolution(start)
    model.run()
    status = model.getModelStatus()
    done = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    values = model.getSolution().col_value
    chosen = tuple(group for group, value in zip(pool, values, strict=True) if value > 0.5) if values else ()
    return (chosen if sorted(unit for g in chosen for unit in g) == [*range(given.units)] else best), done

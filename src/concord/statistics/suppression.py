"""Small numbers withheld so that no published figure, and no sum of published figures, gives them back.

A table of counts is published with the sums over its rows, its columns and its regions. Hiding a small count
is not enough: the sums less the other counts give it back. The sums and counts form a network in which a
hidden count is safe exactly if there is a round trip of hidden figures through it: shift one child along the
round trip, and everything published stays as it is. (Two-way tables with one hierarchical side are network
flows: Cox, JASA 1980; Castro, EJOR 2006.) So each small count gets its cheapest round trip, by shortest
paths, and safety is proved by construction.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats
from concord.statistics.intervals import refuse

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

OUTSIDE = 0  # the node at which everything that no published sum ties down begins and ends


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A table as it may be published: NaN where a figure is hidden, missing, or was not to be published.

    ``table`` has the shape that was given; ``row_totals`` one figure a row; ``region_totals`` one row a
    region, in the order of ``regions``; ``column_totals`` one row; the last two with the total of totals as a
    last column when row totals are published. ``primary``: counts hidden for themselves; ``secondary``: those
    hidden to protect them; ``exposed``: small counts that an earlier release has already given away
    (``exposed_totals``: how many small totals). ``given_back``: small counts of the earlier release that nothing
    protects beside this one, in the shape of all figures (cells, then sums). One symbol (c) must stand for both
    kinds of hidden.
    """

    table: Floats
    row_totals: Floats
    region_totals: Floats
    column_totals: Floats
    regions: tuple[Hashable, ...]
    primary: Bools
    secondary: Bools
    exposed: Bools
    exposed_totals: int
    given_back: Bools = field(repr=False)
    values: Floats = field(repr=False)
    hidden: Bools = field(repr=False)


def suppress(
    table: ArrayLike,
    threshold: int = 5,
    *,
    row_totals: bool = True,
    column_totals: bool = True,
    regions: Sequence[Hashable] | None = None,
    previous: Suppressed | None = None,
) -> Suppressed:
    """Hide the counts from 1 to ``threshold``, and as few others as protect them.

    ``table``: counts of shape ``(units,)`` or ``(units, parts)``, children and not rates, before rounding.
    ``row_totals``: whether each unit's sum over its parts can be known; ``column_totals``: each part's sum over
    the units; ``regions``, one label a unit: each part's sum over each region. By default the worst is
    assumed: every total is. Totals are hidden too where they are small, or where nothing else protects.
    ``previous``: what this function returned for an earlier release of the same table (units, parts and
    totals alike); then nothing is given back by laying the releases side by side either, neither of this
    release nor of the earlier one, even to one who knows which figures were corrected.

    “Not given back” means: for each small count there is another table, of whole numbers with none below
    one where figures are hidden, that agrees with every figure published (in both releases) and has another
    count there. In one release alone it is so with every figure that was hidden, small or not. Zeros are
    never hidden, and the reader is assumed to know it. Source for the rule: DfE's statistical releases (1 to 5
    withheld, secondary suppression); NHS England withholds 1 to 7.

    Edge cases: NaN is missing: not published, and 0 in the sums. Figures that an earlier release showed, and
    that are unchanged, cannot be hidden any more; a small count that nothing can protect is ``exposed``, and
    hidden all the same. A small count of the earlier release that was corrected to 0 (which is shown) while
    the sums are shown is ``given_back``: look at it before a correction is published. Raises ValueError, with
    the place, for counts below zero or broken ones, a threshold under one, labels that do not match the rows, or
    a ``previous`` of another shape.
    """
    counts = floats(table)
    refuse(counts < 0, counts, "is below zero: a count cannot be")
    refuse(np.isinf(counts) | (np.nan_to_num(counts) % 1 > 0), counts, "is not a whole number")
    if counts.ndim not in (1, 2) or threshold < 1:
        raise ValueError(f"shape {counts.shape}, threshold {threshold}: expected (units, parts), from 1")
    if regions is not None and len(regions) != len(counts):
        raise ValueError(f"{len(regions)} regions for {len(counts)} rows: expected one label a row")
    layout = _Layout(
        counts if counts.ndim == 2 else counts[:, None],
        row_totals and counts.ndim == 2,
        column_totals,
        tuple(regions or ()),
    )
    values = layout.values()
    if previous is not None and previous.values.shape != values.shape:
        raise ValueError("the earlier release has other rows, parts or regions: lay like beside like")
    primary = (values > 0) & (values <= threshold)
    hidden = primary.copy()
    network = _Network(*layout.ends(), values, layout.burden())
    safe = np.zeros_like(primary)
    for allowed, movable in _ways(values, previous):
        network.protect(primary & allowed & ~safe, hidden, safe, allowed, movable)
    given_back = _earlier_given_back(layout, values, hidden, previous, threshold)
    return _published(layout, counts.shape, values, hidden, primary, primary & ~safe, given_back)


def _ways(values: Floats, previous: Suppressed | None) -> list[tuple[Bools, Floats]]:
    """Which figures may be on a round trip together, and the counts from which one can be taken away.

    Beside an earlier release: either all were hidden then too, so that the trip leaves both releases as they
    are; or all have changed since, so that the earlier release does not speak of them.
    """
    if previous is None:
        return [(np.ones(values.shape, dtype=bool), values)]
    both = previous.hidden & ~np.isnan(values)
    changed = values != previous.values
    return [(both, np.minimum(values, previous.values)), (changed, values)]


def _earlier_given_back(
    layout: _Layout, values: Floats, hidden: Bools, previous: Suppressed | None, threshold: int
) -> Bools:
    """Corrected small counts of the earlier release that this one gives back; hides what protects the others.

    A round trip either takes only what has changed and was hidden then, so that this release does not speak of
    it, or only what is hidden both times. Small counts that have not changed are this release's own.
    """
    if previous is None:
        return np.zeros_like(hidden)
    before, was_hidden = previous.values, previous.hidden
    corrected = was_hidden & (values != before)
    small = corrected & (before <= threshold)
    safe = np.zeros_like(small)
    network = _Network(*layout.ends(), before, layout.burden())
    network.protect(small, was_hidden.copy(), safe, corrected, before)
    both = was_hidden & (values > 0)
    open_still = small & both & ~safe
    network.protect(open_still, hidden, safe, both, np.minimum(values, before))
    hidden |= open_still & safe
    lost: Bools = small & ~safe
    return lost


@dataclass(frozen=True, slots=True)
class _Layout:
    """The table with its totals: rows are units, then regions, then all; columns are parts, then their sum."""

    cells: Floats
    row_totals: bool
    column_totals: bool
    regions: tuple[Hashable, ...]

    @property
    def labels(self) -> tuple[Hashable, ...]:
        return tuple(dict.fromkeys(self.regions))

    @property
    def membership(self) -> NDArray[np.int64]:
        """The region of each unit, as a place among the labels."""
        place = {label: i for i, label in enumerate(self.labels)}
        return np.array([place[region] for region in self.regions], dtype=int)

    def values(self) -> Floats:
        """All figures, NaN where one is missing or not published."""
        parts = self.cells.shape[1]
        rows = np.column_stack([self.cells, self._sum(self.cells, axis=1)])
        regional = [self._sum(rows[self.membership == i], axis=0) for i in range(len(self.labels))]
        values = np.vstack([rows, *regional, self._sum(rows, axis=0)])
        if not self.row_totals:
            values[:, parts] = np.nan
        if not self.column_totals:
            values[-1] = np.nan
        return values

    @staticmethod
    def _sum(cells: Floats, axis: int) -> Floats:
        """Sums without the missing; of missing alone, missing."""
        there = ~np.isnan(cells)
        return np.where(there.any(axis=axis), np.sum(cells, axis=axis, where=there), np.nan)

    def burden(self) -> Floats:
        """How much is lost by hiding each figure: its children, a total's weighing more than a cell's."""
        units, parts = self.cells.shape
        burden = self.values() + 0.5
        burden[:, parts] *= 10
        burden[units:] *= 10
        burden[-1] *= 10
        return burden

    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The two sums (nodes) that each figure ties together, in the shape of ``values``.

        A node is one published equation; a figure runs from where it counts plus to where it counts minus.
        The equations of a region's own row follow from the others and are left out.
        """
        units, parts = self.cells.shape
        regions = len(self.labels)
        row = 1 + np.arange(units) if self.row_totals else np.full(units, OUTSIDE)
        start = 1 + units + np.arange(parts + 1)
        overall = start if self.column_totals else np.full(parts + 1, OUTSIDE)
        regional = start + (parts + 1) * (1 + np.arange(regions)[:, None])
        column = regional[self.membership] if regions else np.tile(overall, (units, 1))
        tail = np.vstack([np.tile(row[:, None], (1, parts + 1)), regional, overall])
        head = np.vstack([column, np.tile(overall, (regions, 1)), np.full(parts + 1, OUTSIDE)])
        # in the column of totals the signs are the other way about
        tail[:, parts], head[:, parts] = head[:, parts].copy(), tail[:, parts].copy()
        return tail, head


class _Network:
    """The figures as links between published sums."""

    def __init__(
        self, tail: NDArray[np.int64], head: NDArray[np.int64], values: Floats, burden: Floats
    ) -> None:
        self.tail, self.head, self.burden = tail.ravel(), head.ravel(), burden
        self.at: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
        for item in np.flatnonzero(values > 0).tolist():
            here, there = int(self.tail[item]), int(self.head[item])
            self.at[here].append((item, there, True))
            self.at[there].append((item, here, False))

    def protect(self, items: Bools, hidden: Bools, safe: Bools, allowed: Bools, movable: Floats) -> None:
        """Give each of ``items`` the cheapest round trip there is, hiding what is on it; mark it ``safe``."""
        weight = np.where(allowed, np.where(hidden, 0.0, self.burden), np.inf).ravel()
        can_fall = (movable > 1).ravel().tolist()
        costs: list[float] = weight.tolist()
        for item in np.flatnonzero(items).tolist():
            trips = [self._round_trip(item, rising, costs, can_fall) for rising in (True, False)]
            cost, trip = min(trips, key=lambda found: found[0])
            if cost == np.inf:
                continue
            safe.ravel()[item] = True
            for step in trip:
                costs[step] = 0.0
                hidden.ravel()[step] = True

    def _round_trip(
        self, item: int, rising: bool, costs: list[float], can_fall: list[bool]
    ) -> tuple[float, list[int]]:
        """The cheapest way back from one end of a figure to the other, the figure itself rising or falling.

        Along a link a count rises by one; against it, it falls, which it can only if one child is left.
        """
        if not (rising or can_fall[item]):
            return np.inf, []
        start, goal = int(self.head[item]), int(self.tail[item])
        along = rising
        if start == OUTSIDE:  # search from the other end, where fewer links meet, the other way about
            start, goal, along = goal, start, not rising
        best = {start: 0.0}
        came: dict[int, tuple[int, int]] = {}
        queue = [(0.0, start)]
        while queue:
            cost, node = heapq.heappop(queue)
            if node == goal:
                return cost, _retrace(came, start, goal)
            if cost > best[node]:
                continue
            for link, other, from_tail in self.at[node]:
                reached = cost + costs[link]
                if link == item or reached >= best.get(other, np.inf):
                    continue
                if from_tail == along or can_fall[link]:
                    best[other] = reached
                    came[other] = (node, link)
                    heapq.heappush(queue, (reached, other))
        return np.inf, []


def _retrace(came: dict[int, tuple[int, int]], start: int, goal: int) -> list[int]:
    """The links of the way that was found."""
    links = []
    node = goal
    while node != start:
        node, link = came[node]
        links.append(link)
    return links


def _published(
    layout: _Layout,
    shape: tuple[int, ...],
    values: Floats,
    hidden: Bools,
    primary: Bools,
    exposed: Bools,
    given_back: Bools,
) -> Suppressed:
    """The parts of the table as they may be shown."""
    units, parts = layout.cells.shape
    shown = np.where(hidden, np.nan, values)
    columns = slice(None) if layout.row_totals else slice(parts)

    def cells(figures: NDArray[Any]) -> NDArray[Any]:
        return figures[:units, :parts].reshape(shape)

    return Suppressed(
        table=cells(shown), row_totals=shown[:units, parts],
        region_totals=shown[units:-1, columns], column_totals=shown[-1, columns], regions=layout.labels,
        primary=cells(primary), secondary=cells(hidden & ~primary), exposed=cells(exposed),
        exposed_totals=int(exposed.sum() - cells(exposed).sum()),
        given_back=given_back, values=values, hidden=hidden,
    )  # fmt: skip

"""The best grouping with its proof, why a wish is not kept, and what stands in the way where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from concord.rules.grouping import (
    FULL,
    Grouping,
    Setting,
    Want,
    broken,
    in_words,
    size_words,
)
from concord.statistics.grouping import Task, can_be_shared, share_out, task
from concord.statistics.rota import Rota, rota


@dataclass(frozen=True, slots=True)
class Proposal:
    """A grouping, its points, and the points below which no grouping that keeps what must hold can come.

    ``weighed`` and ``possible`` count the groups that were compared to the end, and all that there are.
    """

    groups: Grouping
    points: float
    bound: float
    proven: bool
    weighed: int = 0
    possible: int = 0


@dataclass(frozen=True, slots=True)
class Impossible:
    """No grouping keeps all that must hold. ``give_way``: the fewest of them that would have to."""

    why: str
    give_way: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotKept:
    """A wish that is not kept: how many points more keeping it costs, or what makes it impossible."""

    want: Want
    words: str
    points: float | None
    against: tuple[str, ...] = ()


def propose(setting: Setting) -> Proposal | Impossible:
    """The best grouping. The same setting gives the same grouping."""
    if shortage := _shortage(setting):
        return Impossible(shortage)
    found = _rota(setting) if setting.parts else _groups(setting)
    if found is None:
        return Impossible("No grouping keeps all that must hold.", give_way(setting))
    return found


def not_kept(setting: Setting, proposal: Proposal, unmet: Iterable[Want]) -> tuple[NotKept, ...]:
    """For each wish that the best grouping does not keep: the grouping is sought again with the wish as a must."""
    found = []
    for want in unmet:
        must = replace(want, must=True)
        wants = tuple(must if w.id == want.id else w for w in setting.wants)
        forced = replace(setting, wants=wants)
        other, words = propose(forced), in_words(setting, want)
        if isinstance(other, Proposal):
            # Kept, the wish itself costs nothing; in the best grouping it costs its weight.
            rest = proposal.points - setting.weights.get("wish", 0)
            found.append(NotKept(want, words, round(other.points - rest, 6)))
        else:
            found.append(NotKept(want, words, None, give_way(forced, must) or (other.why,)))
    return tuple(found)


def give_way(setting: Setting, keep: Want | None = None) -> tuple[str, ...]:
    """The fewest of the things that must hold that a grouping has to break, as sentences: one such set.

    Each costs 1 and nothing else costs anything. ``keep`` is one that is not given up; empty where it cannot be kept.
    """
    count = len(setting.parties)
    bars, barred = np.zeros((count, count), np.int64), np.zeros((count, count), bool)
    for bar in setting.bars:
        bars[setting.at[bar.host], setting.at[bar.reviewer]] = 1
    together: list[tuple[int, int]] = []
    for want in (w for w in setting.wants if w.must and w != keep):
        one, other = setting.at[want.one], setting.at[want.other]
        if want.kind == "together":
            together.append((one, other))
        else:
            bars[one, other] = bars[other, one] = 1
    kept = [(setting.at[keep.one], setting.at[keep.other])] if keep else []
    if keep and keep.kind == "apart":
        (one, other), kept = kept[0], []
        barred[one, other] = barred[other, one] = True
    if setting.parts:
        joined = [(*pair, 1) for pair in together] + [(*pair, -1) for pair in kept]
        rotating = rota(bars, [number for _, number in setting.parts], barred, joined, _alike(setting))
        groups = _as_rota(setting, rotating) if rotating else []
    else:
        extra = np.maximum(bars, bars.T)
        for one, other in together:
            extra[one, other] = extra[other, one] = extra[one, other] - 1
        shared = share_out(task(np.zeros_like(extra), setting.sizes, extra, barred, kept))
        groups = _as_groups(setting, shared.groups) if shared else []
    return tuple(dict.fromkeys(broken(setting, groups))) if groups else ()


def _shortage(setting: Setting) -> str:
    """Why so many authorities cannot be grouped whoever they are; empty where they can."""
    count = len(setting.parties)
    if setting.parts and count <= setting.team:
        return f"A team of {setting.team} beside the host needs {setting.team + 1} or more authorities, not {count}."
    if not setting.parts and not can_be_shared(count, setting.sizes):
        return f"{count} authorities cannot be shared out in groups of {size_words(setting.sizes)}."
    return ""


def _groups(setting: Setting) -> Proposal | None:
    given, constant = _task(setting)
    found = share_out(given)
    if found is None:
        return None
    parts = setting.unit * FULL
    return Proposal(
        _as_groups(setting, found.groups),
        (found.cost + constant) / parts,
        (found.bound + constant) / parts,
        found.proven,
        found.weighed,
        found.possible,
    )


def _task(setting: Setting) -> tuple[Task, int]:
    """The task of sharing out, and what all wishes to be together cost if none is kept."""
    count = len(setting.parties)
    extra, barred = np.zeros((count, count), np.int64), np.zeros((count, count), bool)
    tied, constant = [], 0
    for bar in setting.bars:
        one, other = setting.at[bar.reviewer], setting.at[bar.host]
        barred[one, other] = barred[other, one] = True
    for want in setting.wants:
        one, other = setting.at[want.one], setting.at[want.other]
        if want.must and want.kind == "together":
            tied.append((one, other))
        elif want.must:
            barred[one, other] = barred[other, one] = True
        else:
            together = want.kind == "together"
            constant += setting.wish if together else 0
            extra[one, other] += -setting.wish if together else setting.wish
            extra[other, one] = extra[one, other]
    return task(setting.prices, setting.sizes, extra, barred, tied), constant


def _as_groups(setting: Setting, groups: Iterable[Iterable[int]]) -> Grouping:
    """Groups by code, each and all in the order of the alliance's members."""
    return [{"members": [setting.parties[n].code for n in sorted(g)]} for g in sorted(map(sorted, groups))]


def _rota(setting: Setting) -> Proposal | None:
    count = len(setting.parties)
    costs, barred = setting.prices.copy(), np.zeros((count, count), bool)
    joined = []
    for bar in setting.bars:
        barred[setting.at[bar.host], setting.at[bar.reviewer]] = True
    for want in setting.wants:
        one, other = setting.at[want.one], setting.at[want.other]
        if want.kind == "together":
            joined.append((one, other, -1 if want.must else setting.wish))
        elif want.must:
            barred[one, other] = barred[other, one] = True
        else:
            costs[one, other] += setting.wish
            costs[other, one] += setting.wish
    found = rota(costs, [number for _, number in setting.parts], barred, joined, _alike(setting))
    if found is None:
        return None
    parts = setting.unit * FULL
    return Proposal(_as_rota(setting, found), found.cost / parts, found.bound / parts, found.proven)


def _alike(setting: Setting) -> list[tuple[int, int]]:
    return [(setting.at[one], setting.at[other]) for one, other in setting.alike]


def _as_rota(setting: Setting, found: Rota) -> Grouping:
    groups: Grouping = []
    for host, team in enumerate(found.teams):
        group: dict[str, object] = {"host": setting.parties[host].code}
        for (role, number), visitors in zip(setting.parts, team, strict=True):
            codes = [setting.parties[n].code for n in visitors]
            group[role] = codes[0] if number == 1 else codes
        groups.append(group)
    return groups

"""Who challenges whom in a year: what a grouping must keep, what it should, and what each way costs.

A region whose charter has a lead works by a rota: everybody hosts once and takes each part equally often. Where there
is none, peers meet in groups, and each hosts in turn. What must hold (nobody reviews their own authority, conflicts,
vetoes, fixed pairs) is never weighed against anything. What should hold is weighed in points: an authority's
points are the mean over those it meets, so that large groups count like small ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import asin, cos, lcm, radians, sin, sqrt
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalogue.reference import authorities
from concord.charter import Charter

Grouping = list[dict[str, Any]]
"""As it is kept: {"members": [codes]}, or {"host": code, "lead": code, "triad": [codes], …} by DfE codes."""
Ints = NDArray[np.int64]

FULL = 1000  # points of one thing that could not be worse, before its weight, in thousandths
REMEMBERED = 5  # years for which earlier partners count
TERMS: Mapping[str, tuple[str, str]] = {
    "repeat": (
        "New partners",
        f"Who met last year costs the whole weight, two years ago a half, and so on for {REMEMBERED} years.",
    ),
    "mix": (
        "Strengths meet needs",
        "A judgement below good, or a figure in the bottom fifth, costs unless the other is strong there.",
    ),
    "travel": ("Short journeys", "The straight line between two authorities, beside the longest of all."),
    "sub-region": ("The same sub-region", "Two authorities of different sub-regions cost the whole weight."),
    "wish": ("Wishes", "Each wish that is not kept costs the whole weight."),
}
"""What should hold, with how it is counted."""
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {"repeat": 4, "mix": 2, "travel": 1, "sub-region": 1, "wish": 3}
)
"""To begin with. Whoever forms the groups may give others, from nothing to HEAVIEST."""
HEAVIEST = 9


@dataclass(frozen=True, slots=True)
class Party:
    """An authority that takes part: what it is strong in and what it needs, and where it lies (degrees)."""

    code: str
    name: str
    sub_region: str = ""
    strengths: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Why one authority's director may not review another (DfE codes)."""

    reviewer: str
    host: str
    why: str


@dataclass(frozen=True, slots=True)
class Want:
    """Two authorities to be together or apart; ``must``: whatever it costs."""

    id: int
    one: str
    other: str
    kind: str
    must: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Setting:
    """Everything that a grouping of a year hangs on. ``met``: how many years ago two last met, by both codes.

    ``parts`` are the roles of a rota with how many take each; empty where peers meet in groups of ``sizes``.
    """

    parties: tuple[Party, ...]
    sizes: tuple[int, int]
    parts: tuple[tuple[str, int], ...] = ()
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    met: Mapping[frozenset[str], tuple[int, ...]] | None = None
    bars: tuple[Bar, ...] = ()
    wants: tuple[Want, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()  # codes of two for which one person answers: never in one team

    @cached_property
    def at(self) -> Mapping[str, int]:
        """The place of each authority in the matrices, by code."""
        return {party.code: n for n, party in enumerate(self.parties)}

    def name(self, code: str) -> str:
        """An authority's name, also of one that takes no part any more."""
        return self.parties[self.at[code]].name if code in self.at else name_of(code)

    @property
    def team(self) -> int:
        """How many visit a host in a rota."""
        return sum(number for _, number in self.parts)

    @property
    def unit(self) -> int:
        """How many parts of a cost make a thousandth of a point."""
        return (
            self.team if self.parts else lcm(*(size - 1 for size in range(self.sizes[0], self.sizes[1] + 1)))
        )

    @cached_property
    def terms(self) -> Mapping[str, Ints]:
        """For each thing that should hold, how far a pair falls short: 0 to FULL, shape (parties, parties)."""
        return {
            "repeat": self._pairs(self._repeat),
            "mix": self._pairs(_unmatched),
            "travel": np.rint(
                FULL * self.kilometres / max(1.0, float(self.kilometres.max(initial=0)))
            ).astype(int),
            "sub-region": self._pairs(lambda a, b: FULL * (a.sub_region != b.sub_region)),
        }

    @cached_property
    def prices(self) -> Ints:
        """What it costs that two meet, in thousandths of a point."""
        nothing = np.zeros((len(self.parties),) * 2, np.int64)
        return sum((self.weights.get(key, 0) * term for key, term in self.terms.items()), nothing)

    @cached_property
    def kilometres(self) -> NDArray[np.float64]:
        """How far it is from one authority to another in a straight line; 0 where a place is not known."""
        count = len(self.parties)
        found = np.zeros((count, count))
        for i, j in combinations(range(count), 2):
            one, other = self.parties[i].place, self.parties[j].place
            if one and other:
                found[i, j] = found[j, i] = apart_by(one, other)
        return found

    @property
    def wish(self) -> int:
        """What a wish that is not kept costs, in parts."""
        return self.weights.get("wish", 0) * FULL * self.unit

    def _repeat(self, one: Party, other: Party) -> int:
        years = (self.met or {}).get(frozenset({one.code, other.code}), ())
        return min(FULL, sum(FULL // ago for ago in years if 1 <= ago <= REMEMBERED))

    def _pairs(self, worth: Any) -> Ints:
        count = len(self.parties)
        found = np.zeros((count, count), np.int64)
        for i, j in combinations(range(count), 2):
            found[i, j] = found[j, i] = int(worth(self.parties[i], self.parties[j]))
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that should hold: its weight, the points that it costs, and how it came out in words."""

    key: str
    title: str
    weight: int
    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a grouping costs, by what; the wishes that it does not keep; and where it breaks what must hold."""

    points: float
    lines: tuple[Line, ...]
    unmet: tuple[Want, ...]
    broken: tuple[str, ...]


def shape_of(charter: Charter) -> tuple[tuple[int, int], tuple[tuple[str, int], ...]]:
    """Sizes of groups, and the parts of a rota where the charter has a lead. Raises KeyError without a challenge."""
    if charter.challenge is None:
        raise KeyError("challenge")
    chapter = charter.challenge
    sizes = (chapter.group_size.first, chapter.group_size.last)
    roles = {role.role: role for role in chapter.roles}
    if "lead" not in roles:
        return (max(2, sizes[0]), max(2, sizes[1])), ()
    office = roles["host"].office if "host" in roles else roles["lead"].office
    parts = [
        (r.role, r.number) for r in chapter.roles if r.role != "host" and r.office == office and r.number
    ]
    return sizes, tuple(parts)


def apart_by(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places (latitude, longitude in degrees) on a sphere, by the haversine formula."""
    (lat, lon), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
    h = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(h))


def name_of(code: str) -> str:
    """The name of an English authority by its DfE code; the code itself where it is none."""
    known = authorities().get(code)
    return known.name if known else code


def meetings(group: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Who reviews whom in a group: (reviewer, host). Among peers both ways."""
    if "members" in group:
        for one, other in combinations(group["members"], 2):
            yield from ((one, other), (other, one))
        return
    for role, codes in group.items():
        if role != "host":
            yield from ((code, group["host"]) for code in as_codes(codes))


def as_codes(value: object) -> list[str]:
    """The codes in one part of a group: none, one, or a list."""
    if not value:
        return []
    return [value] if isinstance(value, str) else [str(code) for code in value]  # type: ignore[attr-defined]


def met_in(groups: Grouping) -> set[frozenset[str]]:
    """The pairs of authorities that meet."""
    return {frozenset(pair) for group in groups for pair in meetings(group)}


def reckon(setting: Setting, groups: Grouping) -> Reckoning:
    """What a grouping costs and breaks. One with somebody who takes no part any more costs nothing and breaks that."""
    if any(code not in setting.at for group in groups for part in group.values() for code in as_codes(part)):
        return Reckoning(0.0, (), (), ("Who takes part has changed since: propose again.",))
    weighed = [(group, pair) for group in groups for pair in _counted(setting, group)]
    lines = []
    for key, term in setting.terms.items():
        if key == "sub-region" and not term.any():
            continue  # all are of one, or the alliance has none
        weight = setting.weights.get(key, 0)
        cost = sum(int(term[i, j]) * share for _, (i, j, share) in weighed)
        lines.append(
            Line(
                key, TERMS[key][0], weight, weight * cost / setting.unit / FULL, _words(setting, key, groups)
            )
        )
    met = met_in(groups)
    unmet = tuple(w for w in setting.wants if not w.must and (_pair(w) in met) != (w.kind == "together"))
    times = sum(_times(setting, want, groups) for want in unmet)
    soft = [want for want in setting.wants if not want.must]
    kept = f"{len(soft) - len(unmet)} of {len(soft)} kept" if soft else "None was told"
    weight = setting.weights.get("wish", 0)
    lines.append(Line("wish", TERMS["wish"][0], weight, float(weight * times), kept))
    total = sum(line.points for line in lines)
    return Reckoning(total, tuple(lines), unmet, tuple(broken(setting, groups)))


def _times(setting: Setting, want: Want, groups: Grouping) -> int:
    """How often an unkept wish counts: a rota may bring two together twice, each as the other's visitor."""
    if want.kind == "together" or not setting.parts:
        return 1
    return sum(frozenset(pair) == _pair(want) for group in groups for pair in meetings(group))


def _counted(setting: Setting, group: Mapping[str, Any]) -> Iterator[tuple[int, int, int]]:
    """The pairs of a group with what each counts, in parts of a cost."""
    if "members" in group:
        members = [setting.at[code] for code in group["members"]]
        for i, j in combinations(members, 2):
            yield i, j, 2 * setting.unit // (len(members) - 1)
    else:
        for reviewer, host in meetings(group):
            yield setting.at[host], setting.at[reviewer], 1


def _pair(want: Want) -> frozenset[str]:
    return frozenset({want.one, want.other})


def broken(setting: Setting, groups: Grouping) -> Iterator[str]:
    """Where a grouping breaks what must hold, in sentences."""
    yield from _misshapen(setting, groups)
    visits = {pair for group in groups for pair in meetings(group)}
    for bar in setting.bars:
        if (bar.reviewer, bar.host) in visits:
            yield f"{setting.name(bar.reviewer)} would review {setting.name(bar.host)}: {bar.why}."
    met = met_in(groups)
    for want in setting.wants:
        if want.must and (_pair(want) in met) != (want.kind == "together"):
            yield in_words(setting, want)


def in_words(setting: Setting, want: Want) -> str:
    """“Camden and Islington must be kept apart: the reason.”"""
    verb = "must be" if want.must else "should be"
    kind = "together" if want.kind == "together" else "kept apart"
    reason = f": {want.reason.rstrip('.')}" if want.reason else ""
    return f"{setting.name(want.one)} and {setting.name(want.other)} {verb} {kind}{reason}."


def _misshapen(setting: Setting, groups: Grouping) -> Iterator[str]:
    everybody = sorted(party.code for party in setting.parties)
    if not setting.parts:
        if sorted(code for group in groups for code in group["members"]) != everybody:
            yield "Each authority must be in one group."
        first, last = setting.sizes
        if any(not first <= len(group["members"]) <= last for group in groups):
            yield f"A group has {size_words(setting.sizes)} authorities."
        return
    if sorted(str(group.get("host")) for group in groups) != everybody:
        yield "Each authority must host once."
    for role, number in setting.parts:
        taken = sorted(code for group in groups for code in as_codes(group.get(role)))
        if taken != sorted(everybody * number):
            yield f"Each director must be {role.replace('-', ' ')} {times(number)}."
    for group in groups:
        team = [code for part in group.values() for code in as_codes(part)]
        if len(set(team)) < len(team) or any({one, other} <= set(team) for one, other in setting.alike):
            yield f"In the team for {setting.name(group['host'])} somebody has two parts."


def times(number: int) -> str:
    """“once”, “twice”, “3 times”."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def size_words(sizes: tuple[int, int]) -> str:
    """“3 to 4”, or “3”."""
    return str(sizes[0]) if sizes[0] == sizes[1] else f"{sizes[0]} to {sizes[1]}"


def _unmatched(one: Party, other: Party) -> int:
    needed = len(one.needs) + len(other.needs)
    helped = len(one.needs & other.strengths) + len(other.needs & one.strengths)
    return FULL - round(FULL * helped / needed) if needed else 0


def _words(setting: Setting, key: str, groups: Grouping) -> str:
    """How one thing came out, in the field's own measure."""
    pairs = [tuple(sorted(setting.at[code] for code in pair)) for pair in met_in(groups)]
    if not pairs:
        return "Nobody meets"
    if key == "repeat":
        again = sum(setting.terms["repeat"][pair] > 0 for pair in pairs)
        return f"{again} of {len(pairs)} pairs met in the last {REMEMBERED} years"
    if key == "travel":
        return (
            f"{np.mean([setting.kilometres[pair] for pair in pairs]):.0f} km between two who meet, on average"
        )
    if key == "sub-region":
        other = sum(setting.terms["sub-region"][pair] > 0 for pair in pairs)
        return f"{other} of {len(pairs)} pairs are of different sub-regions"
    return _needs(setting, met_in(groups))


def _needs(setting: Setting, met: Collection[frozenset[str]]) -> str:
    parties = {party.code: party for party in setting.parties}
    needed = sum(len(party.needs) for party in setting.parties)
    strong: dict[str, set[str]] = {code: set() for code in parties}
    for one, other in (tuple(pair) for pair in met):
        strong[one] |= parties[other].strengths
        strong[other] |= parties[one].strengths
    helped = sum(len(party.needs & strong[party.code]) for party in setting.parties)
    return f"{helped} of {needed} needs meet a strength" if needed else "No need is known"

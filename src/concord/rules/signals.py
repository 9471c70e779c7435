"""Where to look: what stands out among all indicators of all authorities, and how often that would be chance.

Two checks of each figure: does it lie further from the group than chance and the usual differences between
authorities explain (the funnel), and has it changed more than chance and the group’s own movement explain? The
lesser p of the two, doubled, is the figure’s. The group as a whole is set against its own past. The false
discovery rate is kept over all figures of a run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from catalogue.model import Indicator
from concord.rules import sayings
from concord.rules.analysed import Analysed, Direction, Flag, Gap, Place, Reason, Row, Searched, Sure
from concord.rules.phrases import since, the, whose
from concord.statistics import benjamini_hochberg

RATE = 0.1  # of the figures that are flagged, at most so many are chance, on average
SURE = 0.01  # a figure flagged even at this rate is sure
PERHAPS = 0.05  # a figure not flagged, that would stand out if it alone had been looked at
SMALLEST = 1e-12

WORDS = {
    "funnel": "Further from {group} than chance and the usual differences between authorities explain",
    "step": "At a new level, more than chance and {whose} own movement explain",
    "drift": "Rising or falling steadily, more than chance and {whose} own movement explain",
    "outside": "Control chart: the newest point lies outside the limits",
    "trend": "Control chart: seven points or more, each higher, or each lower, than the one before",
    "two_of_three": "Control chart: two of the last three points lie near a limit",
    "shift": "Control chart: seven points or more in a row on one side of the mean",
    "recent": "The last five points rise or fall, and would without any one of them",
}


@dataclass(frozen=True, slots=True)
class Found:
    """The analyses with what was found written into their rows, the flags, and how they were found."""

    analysed: tuple[Analysed, ...]
    flags: tuple[Flag, ...]
    searched: Searched


def search(known: Mapping[str, Indicator], analysed: Sequence[Analysed], rate: float = RATE) -> Found:
    """Look through every figure of a run. The flags of each authority are in order, surest first."""
    pairs = [(it, row) for it in analysed for row in it.rows]
    checks = [_checks(row) for _, row in pairs]
    wholes = [[it.group.change.p] if it.group.change else [] for it in analysed]
    joint = np.array([_joint(found) for found in (*checks, *wholes)], dtype=float)
    result = benjamini_hochberg(joint, rate)
    cut = max(joint[result.found], default=0.0)
    rows: dict[tuple[str, str], Row] = {}
    flags: dict[str, list[Flag]] = {}
    verdicts = list(zip(joint.tolist(), result.adjusted.tolist(), result.found.tolist(), strict=True))
    for (it, row), (p, q, found) in zip(pairs, verdicts, strict=False):
        indicator = known[it.indicator]
        judged = _judged(indicator, row, p, q, found)
        judged = msgspec.structs.replace(judged, sayings=sayings.sayings(indicator, it, judged))
        rows[it.indicator, row.code] = judged
        if found:
            flags.setdefault(row.code, []).append(_flag(indicator, it, judged, p, float(cut)))
    whole = tuple(
        msgspec.structs.replace(
            it,
            rows=tuple(rows[it.indicator, row.code] for row in it.rows),
            group=_whole(known[it.indicator], it, *verdict),
        )
        for it, verdict in zip(analysed, verdicts[len(pairs) :], strict=True)
    )
    placed = tuple(flag for own in flags.values() for flag in _placed(own))
    total, flagged = sum(map(len, (*checks, *wholes))), int(result.found.sum())
    return Found(whole, placed, Searched(total, flagged, round(rate * flagged, 2), rate))


def without_flags(indicator: Indicator, it: Analysed, row: Row) -> Row:
    """A row for those who see the benchmark and not what stands out: how sure, as if it alone had been looked at."""
    if row.sure in ("too-few", "not-checked"):
        return row
    plain = msgspec.structs.replace(
        row,
        flagged=False,
        q=None,
        score=0.0,
        direction="",
        sure=_sure(_joint(_checks(row)), 1.0, False),
    )
    return msgspec.structs.replace(plain, sayings=sayings.sayings(indicator, it, plain))


def _whole(indicator: Indicator, it: Analysed, p: float, q: float, flagged: bool) -> Place:
    """What was found of the group as a whole, written into it."""
    change = it.group.change
    if change is None:
        return it.group
    return msgspec.structs.replace(
        it.group,
        q=round(q, 6),
        score=_score(p),
        sure=_sure(p, q, flagged),
        flagged=flagged,
        direction=_direction(indicator, change.up),
        sentence=sayings.of_the_whole(indicator, it, change),
    )


def _score(p: float) -> float:
    return round(-math.log10(p), 2) + 0.0


def _sure(p: float, q: float, flagged: bool) -> Sure:
    if flagged:
        return "sure" if q <= SURE else "fairly"
    return "perhaps" if p < PERHAPS else "unsure"


def _checks(row: Row) -> list[float]:
    """The p-values of a row; none where there is no figure, or one of too few."""
    if row.value is None or row.small:
        return []
    return [p for p in (row.p, row.change.p if row.change else None) if p is not None]


def _joint(checks: Sequence[float]) -> float:
    return min(1.0, len(checks) * max(min(checks), SMALLEST)) if checks else float("nan")


def _judged(indicator: Indicator, row: Row, p: float, q: float, flagged: bool) -> Row:
    if math.isnan(p):
        return msgspec.structs.replace(row, sure="too-few" if row.small else "not-checked")
    return msgspec.structs.replace(
        row,
        q=round(q, 6),
        score=_score(p),
        sure=_sure(p, q, flagged),
        flagged=flagged,
        direction=_direction(indicator, _up(row)),
    )


def _up(row: Row) -> bool:
    if row.by_change and row.change is not None:
        return row.change.up
    return (row.z or 0) > 0


def _direction(indicator: Indicator, up: bool) -> Direction:
    if indicator.polarity == "none":
        return "higher" if up else "lower"
    return "better" if up == (indicator.polarity == "high") else "worse"


def _flag(indicator: Indicator, it: Analysed, row: Row, p: float, cut: float) -> Flag:
    reasons = _reasons(indicator, it, row, cut)
    change = row.by_change
    first = row.change.since if change and row.change else row.outside_since or it.period
    gap: Gap | None = row.gap(it.group.key)
    return Flag(
        code=row.code,
        name=row.name,
        indicator=it.indicator,
        direction=_direction(indicator, _up(row)),
        kinds=tuple(reason.kind for reason in reasons),
        since=first,
        periods=len(it.periods) - it.periods.index(first),
        place=0,
        score=row.score,
        p=p,
        q=row.q or 0.0,
        sure=row.sure,
        sentence=sayings.summary(indicator, it, row),
        reasons=reasons,
        gap=gap,
    )


def _reasons(indicator: Indicator, it: Analysed, row: Row, cut: float) -> tuple[Reason, ...]:
    """The checks that carry the flag, surest first; then what the chart and the last five points add."""
    half = cut / len(_checks(row))
    carried: list[tuple[float, str, str]] = []
    if row.p is not None and row.p <= half:
        carried.append((row.p, "funnel", row.outside_since or it.period))
    if row.change is not None and row.change.p <= half:
        carried.append((row.change.p, row.change.shape, row.change.since))
    found = [_reason(indicator, it, kind, first, p) for p, kind, first in sorted(carried)]
    last = row.points[-1] if row.points else None
    if last is not None and not row.trial:
        found += [_reason(indicator, it, rule, _run(row, rule), None) for rule in last.rules]
    if row.recent in ("up", "down"):
        found.append(_reason(indicator, it, "recent", it.periods[max(0, len(it.periods) - 5)], None))
    return tuple(found)


def _reason(indicator: Indicator, it: Analysed, kind: str, first: str, p: float | None) -> Reason:
    words = WORDS[kind].format(group=the(it.group.name), whose=whose(it.group.name))
    return Reason(kind, f"{words}, {since(indicator, first)}", first, p)


def _run(row: Row, rule: str) -> str:
    """The first period of the unbroken run of a chart’s rule that ends now."""
    first = row.points[-1].period
    for point in reversed(row.points):
        if rule not in point.rules:
            break
        first = point.period
    return first


def _placed(flags: list[Flag]) -> list[Flag]:
    """Numbered from the surest; of two as sure, the one of more children first."""
    order = sorted(flags, key=lambda f: (-f.score, -abs((f.gap.children or 0) if f.gap else 0)))
    return [msgspec.structs.replace(flag, place=place) for place, flag in enumerate(order, start=1)]

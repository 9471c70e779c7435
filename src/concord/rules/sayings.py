"""What the figures say, in sentences for somebody without statistics: how it stands, beside whom, how sure.

A neutral indicator is higher or lower, never better or worse. With too few children nothing is compared.
"""

from __future__ import annotations

import msgspec

from catalogue.model import Indicator
from concord.rules.analysed import SURE, Analysed, Change, Flag, Gap, Row
from concord.rules.phrases import said, since, start, the, things, when, whose

NEAR = 0.0005  # p under which chance is called rare
LIKELY = 0.05


def sayings(indicator: Indicator, it: Analysed, row: Row) -> tuple[str, ...]:
    """The sentences of one authority on one indicator, the most telling first."""
    if row.value is None:
        return (f"{start(row.name)} has no figure {when(indicator, it.period)}: {_lower(row.missing)}.",)
    if row.small:
        return (small(indicator, it, row),)
    apart = [children(indicator, row, it.group.key), chance(indicator, it, row)]
    told = [changed(indicator, it, row)]
    parts = [
        standing(indicator, it, row),
        *(told + apart if row.by_change else apart + told),
        ranked(indicator, it, row),
    ]
    return tuple(part for part in parts if part)


def small(indicator: Indicator, it: Analysed, row: Row) -> str:
    """Why a figure of a few is not compared."""
    return (
        f"{start(row.name)} counted {_count(row.numerator)} of {_count(row.denominator)} {when(indicator, it.period)}. "
        f"With fewer than {indicator.min_denominator:,} a figure swings by chance, so it is not compared."
    )


def standing(indicator: Indicator, it: Analysed, row: Row) -> str:
    """The figure, and the group’s beside it."""
    first = f"{said(indicator, row.name, _figure(indicator, row.value))} {when(indicator, it.period)}"
    gap = row.gap(it.group.key)
    if gap is None:
        return f"{first}."
    return f"{first}; {the(gap.label)} had {_figure(indicator, gap.value)}{_percent(indicator)}."


def children(indicator: Indicator, row: Row, key: str) -> str:
    """The distance as a count: how many more or fewer if it were like the group."""
    gap = row.gap(key)
    if gap is None or gap.children is None:
        return ""
    return _if_like(indicator, gap)


def _if_like(indicator: Indicator, gap: Gap) -> str:
    many = abs(gap.children or 0)
    if many < 1:
        return f"That is practically the same as {the(gap.label)}."
    way = "fewer" if (gap.children or 0) > 0 else "more"
    return f"If it were like {the(gap.label)}, there would be about {many:,.0f} {way} {things(indicator)}."


def chance(indicator: Indicator, it: Analysed, row: Row) -> str:
    """Whether the distance from the group means anything."""
    if row.p is None:
        return ""
    if row.p >= LIKELY:
        return (
            f"Authorities usually differ from {whose(it.group.name)} figure by as much as this, "
            "so where it stands says little."
        )
    side = _side(indicator, (row.z or 0) > 0)
    rare = (
        f"chance and the usual differences between authorities bring a distance like this {_how_often(row.p)}"
    )
    if row.flagged and row.p < NEAR:
        sure = "sure" if row.sure == "sure" else "fairly sure"
        return f"We are {sure} that it is really {side}: {rare}."
    return f"It may really be {side}: {rare}{_among(row.p)}."


def changed(indicator: Indicator, it: Analysed, row: Row) -> str:
    """The change, where it is more than chance is likely to bring."""
    if row.change is None or row.change.p >= LIKELY / 5:
        return ""
    rare = f"Chance brings a change like this {_how_often(row.change.p)}"
    return f"{change(indicator, it, row.change)} {rare}{'' if row.flagged else _among(row.change.p)}."


def _among(p: float) -> str:
    """What to add to how rare something is, unless it is too rare to be expected among all that was checked."""
    return "" if p < NEAR else ", and among so many figures some will"


def change(indicator: Indicator, it: Analysed, found: Change) -> str:
    """“It has been higher since April to June 2025: 52.1, against 34.0 before. London went from 33.0 to 34.1.”"""
    way = _side(indicator, found.up)
    if found.shape == "drift":
        verb = "risen" if found.up else "fallen"
        first = f"It has {verb} steadily {since(indicator, found.since)}"
    elif found.periods == 1:
        first = f"It is {way} than before {when(indicator, found.since)}"
    else:
        first = f"It has been {way} {since(indicator, found.since)}"
    first += _levels(indicator, found)
    if found.group_before is None or found.group_after is None or not indicator.has_denominator:
        return f"{first}."
    before, after = (_figure(indicator, v) for v in (found.group_before, found.group_after))
    unit = _percent(indicator)
    beside = f"stayed at {before}{unit}" if before == after else f"went from {before}{unit} to {after}{unit}"
    return f"{first}; over the same time {the(it.group.name)} {beside}."


def _levels(indicator: Indicator, found: Change) -> str:
    if found.before is None or found.after is None:
        return ""
    unit = _percent(indicator)
    now = "now " if found.shape == "drift" else ""
    before, after = _figure(indicator, found.before), _figure(indicator, found.after)
    return f": {now}{after}{unit}, against {before}{unit} before"


def ranked(indicator: Indicator, it: Analysed, row: Row) -> str:
    """The rank, and between which places it may truly lie."""
    if row.rank is None or it.counted < 2:
        return ""
    end = "highest" if indicator.polarity == "none" else "best"
    first = f"It ranks {_ordinal(row.rank)} of {it.counted}, the first being the {end}"
    if row.rank_lower is None or row.rank_upper is None or row.rank_lower == row.rank_upper:
        return f"{first}."
    return (
        f"{first}; figures of this size leave it anywhere from {_ordinal(row.rank_lower)} "
        f"to {_ordinal(row.rank_upper)}."
    )


def summary(indicator: Indicator, it: Analysed, row: Row) -> str:
    """One line for a list of what to look at."""
    if row.by_change and row.change:
        what = change(indicator, it, row.change)
        return f"{indicator.short}: {what[:1].lower()}{what[1:]}"
    more = children(indicator, row, it.group.key)
    return f"{standing(indicator, it, row)} {more}".strip()


def rarity(it: Analysed, row: Row) -> str:
    """How rare is what puts an authority on a list; "" where nothing was checked.

    A change is beside what chance brings; a distance beside how far authorities usually are from the group.
    """
    if row.by_change and row.change:
        often = "more often than not" if row.change.p > 0.5 else _how_often(row.change.p)
        return f"Chance brings a change like this {often}."
    if row.p is None:
        return ""
    few = "Fewer than" if row.p < NEAR else "About"
    many = (
        "Most authorities differ" if row.p > 0.5 else f"{few} 1 in {_once_in(row.p)} authorities would differ"
    )
    return f"{many} from {the(it.group.name)} by as much."


def grounds(flag: Flag) -> list[str]:
    """The rules behind a flag, one a line, with how often chance brings as much; and how sure the whole is."""
    lines = [
        reason.words
        + (f": chance brings as much {_how_often(reason.p)}" if reason.p is not None else "")
        + "."
        for reason in flag.reasons
    ]
    return [*lines, f"{SURE[flag.sure]}: listed with a rate of false discoveries of {_share(flag.q)}."]


def _share(q: float) -> str:
    return "under 1 in 1,000" if q < 0.001 else f"1 in {_once_in(q)}"


def of_the_whole(indicator: Indicator, it: Analysed, found: Change) -> str:
    """What a region as a whole did against its own past, for the head of its list."""
    what = change(indicator, it, msgspec.structs.replace(found, group_before=None, group_after=None))
    rare = f"Chance brings a change like this {_how_often(found.p)}."
    who = "" if it.group.always == len(it.rows) else f", the {it.group.always} authorities with every figure"
    return f"{start(it.group.name)}{who}: {what[:1].lower()}{what[1:]} {rare}"


def _figure(indicator: Indicator, value: float | None) -> str:
    return "none" if value is None else f"{value:,.{indicator.decimals}f}"


def _percent(indicator: Indicator) -> str:
    return "%" if indicator.unit == "%" else ""


def _count(value: float | None) -> str:
    return "none" if value is None else f"{value:,.1f}".removesuffix(".0")


def _side(indicator: Indicator, high: bool) -> str:
    if indicator.polarity == "none":
        return "higher" if high else "lower"
    return "better" if high == (indicator.polarity == "high") else "worse"


def _lower(words: str) -> str:
    words = words.rstrip(". ")
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def _how_often(p: float) -> str:
    return f"{'less than' if p < NEAR else 'about'} once in {_once_in(p)}"


def _once_in(p: float) -> str:
    """“30”, “1,000”, “a million”: rounded down to a figure that is easily said."""
    if p <= 1e-6:
        return "a million"
    times = 1 / p + 1e-6  # so that once in exactly 1,000 is not less
    scale = 10 ** (len(str(int(times))) - 1)
    return f"{int(times // scale * scale):,}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"

"""The benchmark report of one authority: what it says, before it becomes PDF, Word, Excel or slides.

It says what a benchmark says, and no more: where to look is shared more narrowly (the kind “signals”), so the
order here comes from the distance to the region alone, never from a flag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.model import Indicator
from concord.outputs.charts import analysed as charts
from concord.outputs.charts.draw import Spec
from concord.rules.analysed import SURE, Analysed, Point, Row
from concord.rules.phrases import start, the

CHARTED = 4  # indicators with pictures: as many as a meeting can talk about
ODDS = 0.05  # p under which a distance from the region is more than it usually is
NO_FIGURE = "no figure"


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: its whole analysis, and the authority’s row in it."""

    indicator: Indicator
    it: Analysed
    row: Row


@dataclass(frozen=True, slots=True)
class About:
    """Whose report it is, in words. ``group`` is whom it is compared with; ``made`` the day of the release."""

    authority: str
    alliance: str
    group: str
    period: str
    dataset: str
    label: str
    release: int
    made: str
    status: str
    who_sees: str
    caution: str
    hash: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a cell, shown with its decimals; None is no figure."""

    value: float | None
    decimals: int = 0

    def __str__(self) -> str:
        return "–" if self.value is None else f"{self.value:,.{self.decimals}f}"


Cell = str | Figure


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and what somebody who cannot see it is told."""

    title: str
    alt: str
    spec: Spec


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (``level`` 1 or 2) with what stands under it.

    ``slide``: it is shown in a meeting, too; ``notes`` is then said beside it, where that is more than is shown.
    ``fresh``: it begins a page.
    """

    title: str
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    level: int = 1
    slide: bool = False
    fresh: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. ``sheets`` are the same figures as long tables, for a workbook."""

    about: About
    sections: tuple[Section, ...]
    sheets: tuple[Table, ...]

    @property
    def title(self) -> str:
        """“Barnet beside London, April to June 2026”."""
        return f"{start(self.about.authority)} beside {the(self.about.group)}, {self.about.period}"

    @property
    def over(self) -> str:
        """Whose it is."""
        return self.about.alliance

    @property
    def under(self) -> tuple[str, ...]:
        """What stands under the title."""
        return (f"{self.about.dataset}, release {self.about.release}",)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands on the cover."""
        about = self.about
        return (
            ("Figures", f"{about.dataset}, {about.period}. {about.label}"),
            ("Release", f"Number {about.release}, made on {about.made}; {about.status}"),
            ("Who may see this", about.who_sees),
            ("Small numbers", about.caution),
            ("Hash of the release", about.hash),
        )


def report(about: About, lines: Sequence[Line]) -> Report:
    """The report of one authority, from its lines in the order of the dataset."""
    chosen = furthest(lines)
    sections = (
        in_short(about, lines),
        Section("Every indicator", tables=(overview(about, lines),), slide=True),
        *((_furthest(about),) if chosen else ()),
        *(one(about, line, drawn=True, fresh=line is not chosen[0]) for line in chosen),
        Section("Every other figure", fresh=True),
        *(one(about, line, drawn=False) for line in lines if line not in chosen),
        reading(about),
        Section("What is counted", tables=(definitions(lines),)),
    )
    sheets = (overview(about, lines), over_time(lines), beside(lines), definitions(lines))
    return Report(about, sections, sheets)


def furthest(lines: Sequence[Line]) -> list[Line]:
    """The lines furthest from the region beyond chance and the usual spread, CHARTED at most."""
    compared = [line for line in lines if line.row.p is not None and not line.row.small]
    return sorted(compared, key=lambda line: line.row.p or 0.0)[:CHARTED]


def _furthest(about: About) -> Section:
    order = (
        f"Furthest from {the(about.group)} first, as measured by what chance and the usual differences bring."
    )
    return Section(f"Where {the(about.authority)} differs most", (order,), fresh=True)


def in_short(about: About, lines: Sequence[Line]) -> Section:
    """What a director reads first."""
    given = [x for x in lines if x.row.value is not None]
    compared = furthest(lines)
    far = [x for x in compared if (x.row.p or 0.0) < ODDS]
    told = [f"{start(about.authority)} has {len(given)} of {len(lines)} figures in {about.period}."]
    if far:
        told += [" ".join(x.row.sayings[:3]) for x in far[:3]]
    elif compared:
        told.append(f"None lies further from {the(about.group)} than authorities usually do.")
    else:
        told.append(
            f"None can be compared with {the(about.group)}: they count too few children, or are not there."
        )
    absent = [f"{x.indicator.short} ({_lower(x.row.missing)})" for x in lines if x.row.missing]
    if absent:
        told.append(f"Without a figure: {'; '.join(absent)}.")
    return Section("In short", tuple(told), slide=True)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def overview(about: About, lines: Sequence[Line]) -> Table:
    """Every indicator in one line."""
    head = ("Indicator", "Figure", "95% interval", about.group, "Rank (by chance)", "How sure")
    return Table("Every indicator", head, tuple(_overview(line) for line in lines))


def _overview(line: Line) -> tuple[Cell, ...]:
    row, places = line.row, line.indicator.decimals
    unit = charts.unit_of(line.indicator).replace(" children aged 0-17", "")  # said whole in the definitions
    name = f"{line.indicator.short} ({unit})"
    region = Figure(line.it.group.value if line.indicator.has_denominator else None, places)
    if row.value is None:
        return (name, row.missing or NO_FIGURE, "", region, "", "")
    shown: Cell = (
        f"{row.numerator:,.0f} of {row.denominator:,.0f}" if row.small else Figure(row.value, places)
    )
    return (
        name,
        shown,
        _span(row.lower, row.upper, places),
        region,
        _rank(line),
        SURE[row.sure],
    )


def _rank(line: Line) -> str:
    row = line.row
    if row.rank is None:
        return ""
    chance = _span(row.rank_lower, row.rank_upper, 0)
    return f"{row.rank} of {line.it.counted}" + (f" ({chance})" if chance else "")


def _span(lower: float | None, upper: float | None, places: int) -> str:
    return "" if lower is None or upper is None else f"{lower:,.{places}f} to {upper:,.{places}f}"


def one(about: About, line: Line, drawn: bool, fresh: bool = False) -> Section:
    """One indicator: what is said of it, with its funnel and trend where they are ``drawn``, and its distances."""
    rows = tuple(_gaps(line))
    head = ("Beside", "Their figure", "Difference", "As a count")
    tables = (Table(f"{line.indicator.short}: beside others", head, rows),) if rows else ()
    pictures = tuple(_pictures(about, line)) if drawn else ()
    return Section(line.indicator.name, line.row.sayings, pictures, tables, 2, slide=drawn, fresh=fresh)


def _gaps(line: Line) -> list[tuple[Cell, ...]]:
    """Nothing for a figure of a few children, which is not compared."""
    places = line.indicator.decimals
    if line.row.small:
        return []
    return [
        (
            gap.label,
            Figure(gap.value, places),
            _apart(gap.points, places, ("higher", "lower")),
            "" if gap.children is None else _apart(gap.children, 0, ("more", "fewer")),
        )
        for gap in line.row.gaps
    ]


def _apart(value: float, places: int, words: tuple[str, str]) -> str:
    """“3.2 lower”; “the same” where it rounds to nothing."""
    if round(value, places) == 0:
        return "the same"
    return f"{abs(value):,.{places}f} {words[0] if value > 0 else words[1]}"


def _pictures(about: About, line: Line) -> list[Picture]:
    name = line.indicator.short
    funnel = charts.funnel(line.it, line.indicator, line.row.code, about.group)
    trend = charts.trend(line.it, line.indicator, line.row)
    found = []
    if funnel:
        found.append(Picture(f"{name}: against {the(about.group)}", _funnel_alt(about, line), funnel))
    if trend:
        found.append(Picture(f"{name}: over time", _trend_alt(line), trend))
    return found


def _funnel_alt(about: About, line: Line) -> str:
    row, places = line.row, line.indicator.decimals
    outside = f"outside the {row.outside} per cent limits" if row.outside else "inside the 95 per cent limits"
    return (
        f"Funnel of {line.it.counted} authorities. {row.name} stands at {Figure(row.value, places)}, {outside}, "
        f"which at its size are {_span(row.lower95, row.upper95, places)} (95 per cent) and "
        f"{_span(row.lower998, row.upper998, places)} (99.8 per cent)."
    )


def _trend_alt(line: Line) -> str:
    points = [p for p in line.row.points if p.value is not None]
    first, last, places = points[0], points[-1], line.indicator.decimals
    limits = f" Its usual range now is {_span(last.low, last.high, places)}." if last.low is not None else ""
    trial = " Limits are on trial until there are 13 periods." if line.row.trial else ""
    return (
        f"{len(points)} periods: {Figure(first.value, places)} in {charts.label(first.period)}, "
        f"{Figure(last.value, places)} in {charts.label(last.period)}.{limits}{trial}"
    )


def reading(about: About) -> Section:
    """How to read the report, for somebody without statistics."""
    group = the(about.group)
    worth_asking = (
        f"A funnel shows every authority of {group} by size. Only outside its lines is a difference more than "
        "chance and the usual differences between authorities bring, and worth asking why."
    )
    sums = (
        f"Figures of {group} are sums over sums of the authorities in the release. Rates are for the period, "
        "not a year, and per 10,000 children aged 0 to 17 unless they say so."
    )
    sentences = (
        "The 95% interval is where the figure may truly lie: the fewer the children, the wider.",
        worth_asking,
        (
            "A trend’s dashed lines are its usual range. With fewer than 13 periods they are on trial and still move. "
            "A mark on it is a question, not a finding."
        ),
        "A rank comes with the ranks that chance alone leaves open. Read the two together, or not at all.",
        "A measure of which neither end is good is called higher or lower, never better or worse.",
        sums,
    )
    return Section("How to read this", sentences, slide=True)


def definitions(lines: Sequence[Line]) -> Table:
    """What each figure counts."""
    head = ("Indicator", "What it counts", "What to mind", "Source")
    rows = tuple(
        (i.name, i.definition, " ".join(i.traps), i.source_return) for i in (line.indicator for line in lines)
    )
    return Table("What is counted", head, rows)


def over_time(lines: Sequence[Line]) -> Table:
    """Every point of every series, for the workbook."""
    head = "Indicator, Period, Figure, Numerator, Denominator, Mean, Lower limit, Upper limit, Rules".split(
        ", "
    )
    rows = tuple(_point(line, p) for line in lines for p in line.row.points)
    return Table("Over time", tuple(head), rows)


def _point(line: Line, p: Point) -> tuple[Cell, ...]:
    places = line.indicator.decimals
    limits = (Figure(p.mean, places), Figure(p.low, places), Figure(p.high, places))
    counts = (Figure(p.numerator), Figure(p.denominator))
    rules = ", ".join(p.rules).replace("_", " ")
    return (line.indicator.short, charts.label(p.period), Figure(p.value, places), *counts, *limits, rules)


def beside(lines: Sequence[Line]) -> Table:
    """Every comparison, for the workbook."""
    head = ("Indicator", "Beside", "Their figure", "Difference", "As a count")
    rows = tuple(
        (
            line.indicator.short,
            gap.label,
            Figure(gap.value, line.indicator.decimals),
            Figure(gap.points, line.indicator.decimals),
            Figure(gap.children),
        )
        for line in lines
        for gap in line.row.gaps
        if not line.row.small
    )
    return Table("Beside others", head, rows)

"""What was read from a pasted table, a CSV file or a workbook, and what it would change in a return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from catalogue.model import POPULATION, Indicator
from concord.rules.figures import Amount, with_denominators
from concord.rules.return_checks import SYMBOLS, Finding, InRegion, Unreadable, check, read_amount, symbol_in
from concord.rules.return_sheet import Target
from concord.rules.returns import FIELDS, Difference, differences

LONGEST_CELL = 10_000


class Refusal(ValueError):
    """A file that cannot be read at all. The message says why and what to do; nothing of it was taken."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where it stands (“Return!D14”, “line 3, numerator”), and what to do."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with the place where it stands."""

    place: str
    raw: Any


@dataclass
class Taken:
    """The lines read so far. ``places`` says where each field stands; ``remarks`` what was left aside, counted."""

    amounts: dict[str, Amount] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    blank: int = 0
    symbols: int = 0

    def add(self, indicator: Indicator, cells: Mapping[str, Cell], row: str, method: str = "") -> None:
        """Take one row in. A row without figures and words is counted, and the line left as it stands."""
        if all(_empty(cell.raw) for cell in cells.values()):
            self.blank += 1
            return
        if indicator.id in self.amounts:
            self.faults.append(Fault(row, f"{indicator.short} stands twice. Keep one of the two rows"))
            return
        self.amounts[indicator.id] = Amount(
            **{name: self._read(indicator, name, cells.get(name)) for name in FIELDS}
        )
        self.places |= {(indicator.id, name): cell.place for name, cell in cells.items()}
        self.places[indicator.id, ""] = row
        if method:
            self.methods[indicator.id] = method[:200]

    def _read(self, indicator: Indicator, name: str, cell: Cell | None) -> Any:
        if name in ("missing", "explanation"):
            return "" if cell is None or _empty(cell.raw) else _words(cell.raw)[:LONGEST_CELL]
        if cell is None:
            return None
        whole = indicator.whole and (name == "numerator" or indicator.kind == "proportion")
        self.symbols += bool(symbol_in(cell.raw))
        try:
            return read_amount(cell.raw, whole)
        except Unreadable as problem:
            self.faults.append(Fault(cell.place, str(problem)))
            return None

    def close(self) -> Taken:
        """Say what was counted, once every row has been read."""
        if self.blank:
            self.remarks.append(
                f"{_count(self.blank, 'row')} left blank, so what stands in the return is kept"
            )
        if self.symbols:
            meant = ", ".join(SYMBOLS)
            self.remarks.append(
                f"{_count(self.symbols, 'cell')} with a symbol ({meant}) read as missing: say why"
            )
        if not self.amounts and not self.faults:
            self.faults.append(Fault("whole file", "There are no figures in it"))
        return self


def _empty(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _words(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return str(raw).replace("\r\n", "\n").replace("\x00", "").strip()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def indicator_named(text: str, asked: Iterable[Indicator]) -> Indicator | str:
    """The indicator of that id, name or short name; else a sentence that says there is none, and the nearest."""
    wanted = _same(text)
    names = {_same(name): i for i in asked for name in (i.short, i.name, i.id)}
    if found := names.get(wanted):
        return found
    near = get_close_matches(wanted, names, 1, 0.8)
    hint = f" Did you mean “{names[near[0]].name}”?" if near else ""
    shown = text.strip()[:60]
    return f"“{shown}” is not an indicator of this return.{hint}"


def _same(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would do: the lines to be saved, the cells that change, what stops it, what will be asked."""

    amounts: Mapping[str, Amount]
    changes: tuple[Difference, ...]
    faults: tuple[Fault, ...]
    queries: tuple[Fault, ...]
    remarks: tuple[str, ...]


def look(
    target: Target,
    taken: Taken,
    now: Mapping[str, Amount],
    last: Mapping[str, Amount],
    region: Mapping[str, InRegion],
    population: Decimal | None,
) -> Look:
    """Hold what was read against the checks of the return, laid over what stands there now (as it is stored).

    An indicator without a figure stops submission, not the file: it is asked for on the return’s own page.
    """
    taking = {i.id: _laid(i, now.get(i.id, Amount()), taken) for i in target.asked if i.id in taken.amounts}
    whole = with_denominators(target.asked, {**now, **taking}, population)
    found = [
        f
        for f in check(target.asked, whole.items(), last, region)
        if f.indicator in taking and f.code != "no-figure"
    ]
    read = {id: now.get(id, Amount()) for id in taking}
    faults = [*taken.faults, *(_placed(f, taken, target) for f in found if f.severity == "error")]
    unexplained = [f for f in found if f.severity == "query" and not taking[f.indicator].explanation]
    return Look(
        amounts=taking,
        changes=tuple(differences(read, taking)),
        faults=tuple(faults),
        queries=tuple(_placed(f, taken, target) for f in unexplained),
        remarks=(*taken.remarks, *_set_aside(target, taken, whole)),
    )


def _laid(indicator: Indicator, stands: Amount, taken: Taken) -> Amount:
    """What was read, with what stands wherever the file has no such column."""
    read = taken.amounts[indicator.id]
    kept = {name: getattr(stands, name) for name in FIELDS if (indicator.id, name) not in taken.places}
    if read.given and "missing" in kept:
        kept["missing"] = ""  # a figure has come: the old reason for having none is spent
    if indicator.denominator_from != "return":
        kept["denominator"] = None
    return replace(read, **kept)


def _placed(finding: Finding, taken: Taken, target: Target) -> Fault:
    place = taken.places.get((finding.indicator, finding.field)) or taken.places[finding.indicator, ""]
    name = next(i.short for i in target.asked if i.id == finding.indicator)
    return Fault(place, f"{name}: {finding.sentence}")


def _set_aside(target: Target, taken: Taken, whole: Mapping[str, Amount]) -> Iterable[str]:
    """Denominators that a file gives though nobody types them, where they differ from those that are used."""
    for indicator in target.asked:
        given = taken.amounts.get(indicator.id, Amount()).denominator
        used = whole[indicator.id].denominator
        if indicator.denominator_from == "return" or given in (None, used):
            continue
        source = (
            "the ONS population"
            if indicator.denominator_from == POPULATION
            else "another line of this return"
        )
        if not indicator.has_denominator:
            source = "nothing, for it is a count"
        yield f"{indicator.short}: the denominator in the file was not taken; Concord divides by {source}"

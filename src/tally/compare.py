"""Puts two sources of the same quarter side by side: Annex A against SSDA903, say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue import indicators
from tally.engine import Figure, Result


@dataclass(frozen=True, slots=True)
class Pair:
    """An indicator's figure in two sources; None where a source does not give it."""

    indicator: str
    first: Figure | None
    second: Figure | None

    @property
    def both(self) -> bool:
        """Whether both sources give it."""
        return self.first is not None and self.second is not None

    @property
    def same(self) -> bool:
        """Whether both give it and agree."""
        if self.first is None or self.second is None:
            return False
        return (self.first.numerator, self.first.denominator) == (
            self.second.numerator,
            self.second.denominator,
        )


def pairs(first: Result, second: Result) -> list[Pair]:
    """Every indicator that either source gives, in the catalogue's order."""
    ids = first.figures.keys() | second.figures.keys()
    return [Pair(id, first.figures.get(id), second.figures.get(id)) for id in indicators() if id in ids]


def side_by_side(found: list[Pair], names: tuple[str, str]) -> Iterator[str]:
    """The pairs in words: those that differ first, with by how much."""
    yield f"{'':<64} {names[0]:>16} {names[1]:>16} {'difference':>12}"
    for title, group in (
        ("Different", [pair for pair in found if pair.both and not pair.same]),
        ("The same", [pair for pair in found if pair.same]),
        ("In one only", [pair for pair in found if not pair.both]),
    ):
        if group:
            yield title
        for pair in group:
            yield (
                f"  {indicators()[pair.indicator].name:<62} {_shown(pair.first):>16} {_shown(pair.second):>16} "
                f"{_difference(pair):>12}"
            )


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{figure.numerator:,}" + ("" if figure.denominator is None else f" of {figure.denominator:,}")


def _difference(pair: Pair) -> str:
    if pair.first is None or pair.second is None or pair.same:
        return ""
    change = pair.second.numerator - pair.first.numerator
    if change or pair.first.denominator is None or pair.second.denominator is None:
        return f"{change:+,}"
    return f"of {pair.second.denominator - pair.first.denominator:+,}"

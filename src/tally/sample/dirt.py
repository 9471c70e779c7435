"""Spoils a share of a table's cells as real files are spoilt, and says where it did real damage.

Half of the dirt is harmless: a reader must see through it and give the same figures. The other half is damage:
the cell cannot be read any more, and the report must name it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

BROKEN_DATES = ("31/02/2026", "tbc", "2026-13-01", "not known yet", "00/00/0000")


@dataclass(frozen=True, slots=True)
class Damage:
    """A spoilt cell: table, row among the table's rows (from 0), column (from 0), and what stands there now."""

    table: str
    row: int
    column: int
    value: str


@dataclass(slots=True)
class Dirt:
    """Spoils tables, a ``share`` of their rows; remembers the damage done."""

    share: float
    dice: random.Random
    damage: list[Damage] = field(default_factory=list)

    def spoil(
        self, name: str, header: Sequence[str], rows: list[list[Any]], keep: int = 1
    ) -> list[list[Any]]:
        """The rows with dirt. The first ``keep`` columns (identifiers) are never damaged, only decorated."""
        if not self.share:
            return rows
        spoilt: list[list[Any]] = []
        for row in rows:
            if self.dice.random() >= self.share:
                spoilt.append(row)
            elif self.dice.random() < 0.5:
                spoilt += self._decorate(list(row))
            else:
                spoilt.append(self._break(name, len(spoilt), list(row), keep))
        return spoilt

    def _decorate(self, row: list[Any]) -> list[list[Any]]:
        way: Callable[[list[Any]], list[list[Any]]] = self.dice.choice(
            (_twice, _spaces, _text_dates, _bare_words)
        )
        return way(row)

    def _break(self, name: str, at: int, row: list[Any], keep: int) -> list[Any]:
        dates = [place for place, cell in enumerate(row) if isinstance(cell, date) and place >= keep]
        if dates:
            place = self.dice.choice(dates)
            row[place] = self.dice.choice(BROKEN_DATES)
            self.damage.append(Damage(name, at, place, row[place]))
        return row


def _twice(row: list[Any]) -> list[list[Any]]:
    return [row, list(row)]


def _spaces(row: list[Any]) -> list[list[Any]]:
    return [[f"\u00a0{cell} " if isinstance(cell, str) and cell else cell for cell in row]]


def _text_dates(row: list[Any]) -> list[list[Any]]:
    return [[cell.strftime("%d/%m/%Y") if isinstance(cell, date) else cell for cell in row]]


def _bare_words(row: list[Any]) -> list[list[Any]]:
    return [[cell.split(") ", 1)[1] if isinstance(cell, str) and cell[1:3] == ") " else cell for cell in row]]

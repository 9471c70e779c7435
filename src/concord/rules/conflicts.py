"""What could cloud a person's judgement of an authority: what they declare, and what their offices show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from concord.charter import words

NATURES: Mapping[str, str] = {
    "works-there": "Works or worked there",
    "family": "Family or somebody close works or lives there",
    "close": "Close working relationship with somebody there",
    "interest": "Contract, grant or other interest there",
    "dispute": "Past dispute or complaint there",
    "other": "Something else",
}
"""What may be declared. What an office shows (working there now) need not be."""
WORKS_THERE = "works-there"
"""What an office held there until lately is declared as."""
RECENT = 5
"""Years for which an office that was held counts as a significant past; a working rule."""

Source = Literal["office", "declared", "past"]


@dataclass(frozen=True, slots=True)
class Held:
    """An office that a person held at an authority, from a day to a last day (None: still)."""

    title: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Clash:
    """Something between a person and an authority.

    ``office``: they hold an office there, which nothing waives. ``declared``: in their words, waived or not.
    ``past``: an office there until lately, which is to be declared before a seat is taken, and is not yet.
    """

    source: Source
    words: str
    waived: bool = False
    because: str = ""
    conflict: int | None = None

    @property
    def bars(self) -> bool:
        """Whether the person may not sit while it stands."""
        return self.source == "office" or (self.source == "declared" and not self.waived)


def nature_words(nature: str) -> str:
    """A kind of conflict in words."""
    return NATURES.get(nature, nature)


def from_offices(held: Iterable[Held], day: date) -> list[Clash]:
    """What a person's offices at an authority show on a day: those held now, and those of the last years."""
    found = []
    for office in held:
        if office.starts <= day <= (office.ends or date.max):
            found.append(Clash("office", f"holds the office of {office.title} there"))
        elif office.ends and day - timedelta(days=round(RECENT * 365.25)) <= office.ends < day:
            found.append(Clash("past", f"was {office.title} there until {words.day(office.ends)}"))
    return list(dict.fromkeys(found))

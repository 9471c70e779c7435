"""What a duty is: whose, of when, in which state; and what sets one off, discharges it or waives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from concord.charter.base import Owner
from concord.charter.due import Due
from concord.charter.schema import Commitment

State = Literal["missed", "due", "not-due", "done-late", "done", "waived", "not-agreed", "untracked"]
Key = tuple[Owner, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown: a letter, what it means, and the colour's name."""

    letter: str
    words: str
    colour: str


# In the order in which they matter: of several duties in one cell, the first of these shows.
STATES: Mapping[State, Mark] = {
    "missed": Mark("M", "missed", "missed"),
    "due": Mark("D", "due now", "due"),
    "not-due": Mark("N", "not due yet", "not-due"),
    "done-late": Mark("L", "done late", "late"),
    "done": Mark("✓", "done", "done"),
    "waived": Mark("W", "waived by a variation", "waived"),
    "not-agreed": Mark("–", "not agreed to", "none"),
    "untracked": Mark("?", "not kept in Concord", "none"),
}
OPEN: tuple[State, ...] = ("missed", "due")
DONE: tuple[State, ...] = ("done", "done-late")
NOT_KEPT = "This is not kept in Concord yet."
BEFORE = "This fell due before anything of its kind was kept in Concord."


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which a party takes part, the last included; with ``clauses``, only in those (by id)."""

    starts: date
    ends: date | None = None
    clauses: frozenset[str] | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Party:
    """One that can owe a duty: an authority (by DfE code), a sub-region, the alliance or a partner, by key."""

    kind: Owner
    key: str
    name: str
    spans: tuple[Span, ...]
    row: int | None = None

    @property
    def id(self) -> Key:
        """What evidence and waivers are kept under."""
        return self.kind, self.key

    def on(self, day: date) -> Span | None:
        """How it takes part on a day, or None."""
        for span in self.spans:
            if span.covers(day):
                return span
        return None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that discharges a duty, on a day; until a day where it lasts, as the holding of an office does.

    ``period`` where it belongs to one, ``office`` where only that office's duty is met by it, ``role`` where only
    the duty of that part in a challenge is, ``thing`` where it belongs to one thing (“challenge 12”) that sets a
    duty off.
    """

    on: date
    period: str = ""
    office: str = ""
    until: date | None = None
    role: str = ""
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """Something that sets a duty off, on a day; for a role in a challenge, and from one thing, where it has them.

    ``about`` says whose thing it is, in words.
    """

    on: date
    role: str = ""
    thing: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """Commitments (by id) that a variation waives for an authority, or gives another due rule, for a time."""

    party: Key
    commitments: frozenset[str]
    starts: date
    ends: date | None
    due: Due | None = None

    def covers(self, commitment: str, day: date) -> bool:
        """Whether it speaks of a commitment on a day."""
        return (
            commitment in self.commitments and self.starts <= day and (self.ends is None or day <= self.ends)
        )


Evidence = Mapping[tuple[str, str], Mapping[Key, Sequence[Happening]]]  # by kind and name, then by party
Triggers = Mapping[str, Mapping[Key, Sequence[Started]]]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty of one party, once; ``due`` None where it holds always or no day is set."""

    commitment: Commitment
    party: Party
    office: str
    period: str
    opens: date | None
    due: date | None
    state: State
    done_on: date | None = None
    why: str = ""
    role: str = ""
    thing: str = ""
    about: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody has to do something now."""
        return self.state in OPEN

    @property
    def coming(self) -> bool:
        """Whether it is still to come."""
        return self.state == "not-due"

    @property
    def done(self) -> bool:
        """Whether it was done, in time or late."""
        return self.state in DONE

    @property
    def kept_elsewhere(self) -> bool:
        """Whether Concord does not keep what would discharge it."""
        return self.state == "untracked" and self.why == NOT_KEPT

    @property
    def key(self) -> str:
        """A name that stays the same from day to day, for calendars and reminders."""
        start = self.period or (self.opens.isoformat() if self.opens and self.commitment.after else "")
        about = (self.role, self.thing.replace(" ", "-"))
        parts = (self.commitment.id, self.party.kind, self.party.key, self.office, start, *about)
        return ".".join(part for part in parts if part)


def in_words(due: date, today: date) -> str:
    """A due day as one says it: “in 9 days, Monday 30 November 2026”, “yesterday, …”; far off, the day alone."""
    days = (due - today).days
    named = f"{due:%A} {due.day} {due:%B %Y}"
    if not -60 <= days <= 100:
        return named
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return f"{near.get(days) or (f'in {days} days' if days > 0 else f'{-days} days ago')}, {named}"

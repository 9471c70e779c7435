"""Signatures: what an office's answer under a text is worth today.

An answer binds the text whose hash it carries. Another text (a new edition, a new version) leaves the answer in
sight and void: it must be given anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Status = Literal["unsigned", "signed", "declined", "void"]
WORDS: Mapping[Status, str] = {
    "unsigned": "Not signed yet",
    "signed": "Signed",
    "declined": "Declined",
    "void": "Void: given under another text",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an office answered under a text, on a day; withdrawn from a moment, or not."""

    office: str
    name: str
    on: date
    how: str
    answer: str
    reason: str
    text: str  # the key of what was signed
    hash: str
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one office on a signature page: the answer that counts, and every earlier one."""

    office: str
    status: Status
    answer: Answer | None
    earlier: tuple[Answer, ...]


def place(office: str, answers: Iterable[Answer], text: str, hash: str) -> Place:
    """Where an office stands under a text. ``answers`` are all it ever gave, the first first."""
    own = [a for a in answers if a.office == office]
    live = [a for a in own if a.withdrawn_at is None]
    now = next((a for a in reversed(live) if (a.text, a.hash) == (text, hash)), None)
    last = now or (live[-1] if live else None)
    status: Status = "unsigned" if last is None else "void"
    if now is not None:
        status = "signed" if now.answer == "signed" else "declined"
    return Place(office, status, last, tuple(a for a in own if a is not last))


def complete(places: Iterable[Place]) -> date | None:
    """The day on which the last office signed, once all have; else None."""
    days = [p.answer.on if p.status == "signed" and p.answer else None for p in places]
    known = [d for d in days if d]
    return max(known) if known and len(known) == len(days) else None

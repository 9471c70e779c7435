"""The journal's chain: each entry's hash covers its content and the hash before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from concord.rules.hashing import content_hash

GENESIS = "0" * 64
FIELDS = (
    "number",
    "at",
    "verb",
    "alliance",
    "authority",
    "person",
    "actor",
    "subject",
    "sentence",
    "clauses",
    "detail",
    "previous",
)


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over its fields (``at`` as ISO text in UTC), the previous hash among them."""
    return content_hash({name: entry[name] for name in FIELDS})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found: how many entries hold, and the first that does not."""

    sound: int
    last_hash: str
    broken_at: int | None = None
    problem: str = ""


def verify(entries: Iterable[Mapping[str, Any]], expected_last: str = "") -> Verdict:
    """Walk the entries in order of number. Stops at the first that was changed, removed or put in.

    ``expected_last`` is a hash noted outside: with it, entries cut off the end are found too.
    """
    previous, sound, seen_expected = GENESIS, 0, not expected_last
    for entry in entries:
        number = entry["number"]
        if number != sound + 1:
            return Verdict(sound, previous, sound + 1, f"entry {sound + 1} is missing")
        if entry["previous"] != previous:
            return Verdict(sound, previous, number, f"entry {number} does not follow the entry before it")
        if entry_hash(entry) != entry["hash"]:
            return Verdict(sound, previous, number, f"entry {number} was changed after it was written")
        previous, sound = entry["hash"], sound + 1
        seen_expected = seen_expected or previous == expected_last
    if not seen_expected:
        return Verdict(
            sound, previous, sound + 1, "the noted hash is not in the journal: entries were removed"
        )
    return Verdict(sound, previous)

"""The chain of the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from concord.rules.journal import FIELDS, GENESIS, entry_hash, verify


def chain(length: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for number in range(1, length + 1):
        entry = dict.fromkeys(FIELDS, "")
        entry |= {
            "number": number,
            "at": datetime(2026, 4, 1, tzinfo=UTC),
            "person": None,
            "clauses": ["L2.1c"],
            "detail": {"n": number},
            "previous": entries[-1]["hash"] if entries else GENESIS,
        }
        entries.append(entry | {"hash": entry_hash(entry)})
    return entries


def test_a_whole_journal_holds() -> None:
    entries = chain(5)
    assert verify(entries).sound == 5
    assert verify(entries).broken_at is None
    assert verify([]).last_hash == GENESIS


@pytest.mark.parametrize("field", FIELDS)
def test_a_change_to_any_field_is_found_at_its_entry(field: str) -> None:
    entries = chain(5)
    entries[2][field] = 99 if field == "number" else "tampered"
    assert verify(entries).broken_at == 3


def test_a_removed_entry_is_found() -> None:
    entries = chain(5)
    del entries[1]
    assert verify(entries).broken_at == 2


def test_a_rewritten_entry_is_found_where_the_next_does_not_follow() -> None:
    entries = chain(5)
    entries[2]["detail"] = {"n": "forged"}
    entries[2]["hash"] = entry_hash(entries[2])
    assert verify(entries).broken_at == 4


def test_entries_cut_off_the_end_are_found_by_a_hash_noted_outside() -> None:
    entries = chain(5)
    noted = entries[-1]["hash"]
    assert verify(entries[:3]).broken_at is None
    assert verify(entries[:3], noted).broken_at == 4
    assert verify(entries, noted).broken_at is None

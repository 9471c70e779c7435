"""Papers: what differs between two texts, what a signature binds, who opens what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.charter import vocabulary
from concord.pages.checks import known
from concord.rules.papers import DOCUMENTS, PAPER, changes, hash_of, is_inadequate, reading

WORDS = st.text(alphabet="ab \nçé–", max_size=60)


@given(WORDS, WORDS)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert "".join(p.text for p in pieces if p.kind != "put in") == before
    assert "".join(p.text for p in pieces if p.kind != "taken out") == after


def test_only_the_words_that_changed_are_marked() -> None:
    pieces = changes("We audit two cases a month.\nGood.", "We audit four cases a month.\nGood.")
    assert [(p.kind, p.text) for p in pieces if p.kind != "kept"] == [
        ("taken out", "two"),
        ("put in", "four"),
    ]


def test_a_long_passage_that_changed_is_shown_whole() -> None:
    before, after = "one " * 3000, "two " * 3000
    assert [(p.kind, p.text) for p in changes(before, after)] == [("taken out", before), ("put in", after)]


SECTION: dict[str, Any] = {
    "key": "a",
    "text": "Text",
    "grade": "good",
    "listed": [],
    "evidence": ["f1", "f2"],
}


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Text."},
        {"grade": ""},
        {"evidence": ["f1"]},
        {"listed": [{"title": "Figures"}]},
        {"key": "b"},
    ],
)
def test_whatever_is_read_is_bound(other: dict[str, Any]) -> None:
    def of(section: dict[str, Any]) -> str:
        return hash_of("self-evaluation", "form", "2026-27", [section])

    assert of(SECTION) != of(SECTION | other)
    assert of(SECTION) == of(SECTION | {"evidence": ["f2", "f1"]}), "the order of files says nothing"


def test_every_ability_is_one_that_the_policy_decides() -> None:
    assert set(DOCUMENTS) <= set(vocabulary.DOCUMENTS)
    for kind, document in DOCUMENTS.items():
        assert document.record in vocabulary.RECORDS
        for ability in (document.writes, document.submits, document.drafts, document.reads or "sit"):
            assert known(ability), ability
        for state in PAPER.states:
            assert known(reading(kind, state))
    assert {move.needs for move in PAPER.moves} <= set(vocabulary.ABILITIES)


@pytest.mark.parametrize(
    ("grade", "so"),
    [("Inadequate", True), ("inadequate", True), ("requires improvement", False), ("", False)],
)
def test_inadequate(grade: str, so: bool) -> None:
    assert is_inadequate(grade) is so

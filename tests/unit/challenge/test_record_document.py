"""The printed record: a finding stays on one page with what is said of it."""

from __future__ import annotations

import io

from docx import Document

from concord.outputs import word_text
from concord.outputs.blocks import Paragraph, filled
from concord.outputs.challenge_record import Item, Record, text


def record(item: Item) -> Record:
    return Record(
        "Record", "Alliance", (), (("Host", "A director", "Derby"),), (), (), {"Recommendations": (item,)}
    )


def test_a_finding_is_kept_with_its_answer_and_what_peers_think() -> None:
    item = Item("Visit in five days", "Four files", answer="Accepted", judged="In proportion")
    made = text(record(item))
    found = [(b.runs[0].text, b.keep) for b in made.blocks if isinstance(b, Paragraph)]
    assert found == [
        ("1. ", True), ("What shows it. ", True), ("Answer: Accepted. ", True), ("Judged: In proportion. ", False),
    ]  # fmt: skip
    words = Document(io.BytesIO(word_text.write(made)))
    kept = [p.text for p in words.paragraphs if p.paragraph_format.keep_with_next]
    assert any("Visit in five days" in line for line in kept)
    assert not any("Judged" in line for line in kept)


def test_a_finding_of_which_nothing_more_is_said_holds_nothing_back() -> None:
    (only,) = [b for b in text(record(Item("Early help is near"))).blocks if isinstance(b, Paragraph)]
    assert not only.keep


def test_an_empty_cell_of_a_list_says_so() -> None:
    assert filled([["Re-referrals", ""]]) == (("Re-referrals", "Nothing yet"),)

"""What people write becomes blocks, and blocks become Word and PDF."""

from __future__ import annotations

import io

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from concord.outputs import pdf, word_text
from concord.outputs.blocks import (
    Grid,
    Heading,
    Items,
    Paragraph,
    Run,
    Signature,
    Signatures,
    Text,
    prose,
    say,
)

WRITTEN = """# High

##### Deep

Plain, **bold**, *slanted*, ~~gone~~ and a [link](https://example.org/a).

- one
  - under one
- two

1. first
2. second

> Said by a child.

| Figure | Value |
| --- | --- |
| Visits | 12 |
"""


def test_markdown_becomes_blocks_with_an_outline_that_skips_nothing() -> None:
    blocks = prose(WRITTEN, under=2)
    headings = [b for b in blocks if isinstance(b, Heading)]
    assert [(h.text, h.level) for h in headings] == [("High", 2), ("Deep", 3)]
    runs = next(b for b in blocks if isinstance(b, Paragraph)).runs
    assert Run("bold", bold=True) in runs
    assert Run("slanted", italic=True) in runs
    assert Run("gone", struck=True) in runs
    assert Run("link", link="https://example.org/a") in runs
    lists = [b for b in blocks if isinstance(b, Items)]
    assert [(b.numbered, [depth for depth, _ in b.items]) for b in lists] == [
        (False, [0, 1, 0]),
        (True, [0, 0]),
    ]
    assert Grid("", ("Figure", "Value"), (("Visits", "12"),)) in blocks
    assert any(isinstance(b, Paragraph) and b.quote for b in blocks)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x"]
)
def test_only_plain_addresses_become_links(address: str) -> None:
    assert not any(
        run.link for b in prose(f"[here]({address})") if isinstance(b, Paragraph) for run in b.runs
    )


def test_html_stays_words() -> None:
    (block,) = prose("<script>alert(1)</script>")
    assert isinstance(block, Paragraph)
    assert "".join(run.text for run in block.runs).startswith("<script>")


@given(st.text(max_size=300))
def test_any_text_becomes_blocks_whose_headings_skip_nothing(text: str) -> None:
    last = 1
    for block in prose(text):
        if isinstance(block, Heading):
            assert 2 <= block.level <= last + 1 or block.level <= last
            last = block.level


def whole() -> Text:
    blocks = (
        Heading("Where we stand"),
        *prose(WRITTEN),
        say("A note #not $markup$ [in] *typst*", quiet=True),
        Grid("Figures", ("Indicator", "Why"), (("Re-referrals", "Two\nlines"),), (1, 2)),
        Signatures((Signature("Director", "A Person", "1 May 2026"), Signature("Lead member")), "ab" * 32),
    )
    return Text("Self-evaluation", "An alliance", (("Who may see this", "the group"),), blocks)


def test_word_has_real_headings_lists_tables_and_links() -> None:
    document = Document(io.BytesIO(word_text.write(whole())))
    styles = [(p.style.name, p.text) for p in document.paragraphs]
    assert ("Heading 1", "Where we stand") in styles
    assert ("Heading 2", "High") in styles
    assert ("List Bullet 2", "under one") in styles
    assert ("List Number", "first") in styles
    assert ("Quote", "Said by a child.") in styles
    assert {r.target_ref for r in document.part.rels.values() if r.is_external} == {"https://example.org/a"}
    assert [t.rows[0].cells[0].text for t in document.tables] == ["Figure", "Indicator", "Office"]
    assert document.tables[2].rows[1].cells[1].text == "A Person"


def test_each_numbered_list_begins_with_one() -> None:
    made = Text("T", "A", (), prose("1. a\n\nbetween\n\n1. b"))
    document = Document(io.BytesIO(word_text.write(made)))
    numbers = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert len(set(numbers)) == 2


def test_the_pdf_is_tagged_and_reads_nothing_as_markup() -> None:
    content = pdf.text(whole())
    assert content.startswith(b"%PDF-")
    assert b"/MarkInfo" in content
    assert b"pdfuaid" in content

"""What people paste never keeps a document from being made."""

from __future__ import annotations

import io

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation

from concord.outputs import pdf, slides, word_text
from concord.outputs.blocks import Grid, Text, prose
from concord.outputs.pack import Slides
from concord.outputs.printable import printable
from concord.outputs.report import Section
from concord.pages.prose import prose as page

# A line end and bullets of Word’s, a form feed, control marks, letters of one font, no letter at all.
PASTED = "First\x0bsecond\n\n\uf0b7 point\x0c\x1b\x01 \uf0a7 other \ue123 \ufffe end"


def text(words: str) -> Text:
    table = Grid(words, ("A", words), (("1", words),))
    return Text(words, "Over", (("Fact", words),), (*prose(words), table))


def test_words_own_marks_keep_their_meaning() -> None:
    assert printable(PASTED) == "First\nsecond\n\n• point\n ▪ other \ufffd  end"
    assert printable({"a": ["\x0b", 1, None, ("\uf0fc",)]}) == {"a": ["\n", 1, None, ("✓",)]}


def test_what_was_pasted_is_printed() -> None:
    assert pdf.text(text(PASTED)).startswith(b"%PDF")
    written = Document(io.BytesIO(word_text.write(text(PASTED))))
    assert "• point" in "\n".join(paragraph.text for paragraph in written.paragraphs)


def test_what_was_pasted_is_shown_on_slides_and_pages() -> None:
    slide = Section(PASTED, (PASTED,), slide=True)
    deck = Presentation(io.BytesIO(slides.write(Slides(PASTED, "Over", (PASTED,), (), (slide,)))))
    shown = [shape.text_frame.text for one in deck.slides for shape in one.shapes if shape.has_text_frame]
    assert any("• point" in text for text in shown)
    assert "• point" in page(PASTED)


def test_a_sign_without_a_font_costs_the_claim_and_not_the_document() -> None:
    made = pdf.text(text("Done \U00010fff here"))
    assert made.startswith(b"%PDF")
    assert b"/Marked true" in made
    assert b"<pdfuaid:part>" not in made
    assert b"<pdfuaid:part>1" in pdf.text(text("Done here"))


def test_another_fault_of_the_document_is_still_raised() -> None:
    with pytest.raises(Exception, match="title"):
        pdf.text(Text("", "Over", (), ()))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_written(words: str) -> None:
    assert word_text.write(text(words))

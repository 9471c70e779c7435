"""A text as a Word document: what people wrote, with real headings, lists, tables, links and places to sign."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import singledispatch
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from concord.outputs.blocks import Chart, Grid, Heading, Items, Paragraph, Run, Signatures, Text
from concord.outputs.charts import png
from concord.outputs.charts.draw import Spec
from concord.outputs.printable import printable
from concord.outputs.word import QUIET, WIDE, borders, drawn, kept_together, look

_LINK = RGBColor(0x1D, 0x70, 0xB8)
_DEEPEST = 2  # of the list styles that Word comes with, counted from 0


def write(made: Text, draw: Callable[[Spec], bytes] = png) -> bytes:
    """The document (.docx); ``draw`` gives the PNG of a chart."""
    made, document = printable(made), Document()
    look(document, made.title, made.over)
    document.add_paragraph(made.over).runs[0].font.color.rgb = QUIET
    document.add_heading(made.title, 0)
    for words, text in made.facts:
        line = document.add_paragraph()
        line.add_run(f"{words}: ").bold = True
        line.add_run(text)
    for block in made.blocks:
        if isinstance(block, Chart):
            drawn(document, block.title, block.alt, draw(block.spec))
        else:
            _put(block, document)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


@singledispatch
def _put(block: Any, document: Any) -> None:
    raise TypeError(f"no way to write {type(block).__name__}")


@_put.register
def _(block: Heading, document: Any) -> None:
    document.add_heading(block.text, block.level).paragraph_format.page_break_before = block.fresh


@_put.register
def _(block: Paragraph, document: Any) -> None:
    paragraph = document.add_paragraph(style="Quote" if block.quote else None)
    paragraph.paragraph_format.keep_with_next = block.keep
    _runs(paragraph, block.runs)
    if block.quiet:
        for run in paragraph.runs:
            run.font.color.rgb, run.font.size = QUIET, Pt(9)


@_put.register
def _(block: Items, document: Any) -> None:
    style = "List Number" if block.numbered else "List Bullet"
    number = _numbering(document, style) if block.numbered else None
    for depth, runs in block.items:
        level = min(depth, _DEEPEST)
        paragraph = document.add_paragraph(style=style if level == 0 else f"List Bullet {level + 1}")
        if number is not None and level == 0:
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
        _runs(paragraph, runs)


def _numbering(document: Any, style: str) -> int:
    """A numbering of its own, from 1: Word would go on counting from the list before."""
    numbering = document.part.numbering_part.numbering_definitions._numbering
    found = document.styles[style].element.pPr.numPr.numId.val
    abstract = next(n for n in numbering.num_lst if n.numId == found).abstractNumId.val
    made = numbering.add_num(abstract)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


@_put.register
def _(block: Grid, document: Any) -> None:
    if block.title:
        document.add_paragraph(block.title, style="Caption").paragraph_format.keep_with_next = True
    _table(document, block.head, block.rows, block.widths or (1.0,) * len(block.head))


def _table(
    document: Any, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], shares: tuple[float, ...]
) -> Any:
    rows = tuple(rows)
    made = document.add_table(rows=1 + len(rows), cols=len(head))
    made.autofit = False
    borders(made)
    widths = [Cm(share * WIDE / sum(shares)) for share in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for number, row in enumerate((head, *rows)):
        kept_together(made.rows[number], header=number == 0)
        for cell, words, width in zip(made.rows[number].cells, row, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(words)
            run.font.size, run.font.bold = Pt(9), number == 0
    document.add_paragraph()
    return made


@_put.register
def _(block: Signatures, document: Any) -> None:
    rows = tuple((place.title, place.name, place.on) for place in block.places)
    made = _table(document, ("Office", "Name and signature", "Date"), rows, (4, 6, 3))
    for row in made.rows[1:]:
        row.height = Cm(1.4)  # room for a pen
    for row in made.rows:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # what is bound stands under the names
    _put(
        Paragraph((Run(f"The signatures bind exactly this text: SHA-256 {block.hash}"),), quiet=True),
        document,
    )


def _runs(paragraph: Any, runs: Iterable[Run]) -> None:
    for words in runs:
        run = paragraph.add_run(words.text)
        run.bold, run.italic = words.bold or None, words.italic or None
        run.font.strike = words.struck or None
        if words.link:
            run.font.color.rgb, run.underline = _LINK, True
            _linked(paragraph, run, words.link)


def _linked(paragraph: Any, run: Any, to: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(to, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run._r.addprevious(link)
    link.append(run._r)

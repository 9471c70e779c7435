"""A report or a pack as slides: one thing a slide, every picture with its words, all that was said in the notes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.util import Cm, Pt

from concord.outputs.charts import png
from concord.outputs.charts.draw import Spec
from concord.outputs.printable import printable
from concord.outputs.report import Cell, Figure, Section, Table

_COLOUR: Any = RGBColor  # without types of its own
TEAL, MIST, INK, WHITE = (_COLOUR.from_string(c) for c in ("0F4C54", "EEF5F4", "12262B", "FFFFFF"))
WIDE, HIGH, MARGIN = 33.87, 19.05, 1.4  # centimetres
ROWS = 11  # of a table that can be read from the back of a room
LINE = 58  # characters of a title that fit into one line at its full size
COVER, TITLE_ONLY = 0, 5  # of the layouts that python-pptx brings


class Shown(Protocol):
    """What can be shown as slides: its title, whose it is, the lines under the title, facts and sections."""

    @property
    def title(self) -> str: ...

    @property
    def over(self) -> str: ...

    @property
    def under(self) -> tuple[str, ...]: ...

    @property
    def facts(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def sections(self) -> tuple[Section, ...]: ...


def write(made: Shown, draw: Callable[[Spec], bytes] = png) -> bytes:
    """The slides (.pptx); ``draw`` gives the PNG of a chart, drawn or kept from before."""
    made, deck = printable(made), Presentation()
    deck.slide_width, deck.slide_height = Cm(WIDE), Cm(HIGH)
    deck.core_properties.title = made.title
    deck.core_properties.author = made.over
    deck.core_properties.language = "en-GB"
    _cover(deck, made)
    for section in made.sections:
        if section.slide and section.pictures:
            _pictures(deck, section, draw)
        elif section.slide and section.tables:
            for table in section.tables:
                for number, rows in enumerate(_parts(table.rows)):
                    _table(deck, section.title + (", continued" if number else ""), table, rows)
        elif section.slide:
            _words(deck, section)
    kept = io.BytesIO()
    deck.save(kept)
    return kept.getvalue()


def _cover(deck: Any, made: Shown) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[COVER])
    _placed(slide.shapes.title, 5.5, 4)
    _title(slide, made.title, 36)
    below = slide.placeholders[1]
    _placed(below, 10, 3)
    below.text_frame.text = "\n".join((made.over, *made.under))
    for line in below.text_frame.paragraphs:
        _says(line, 20)
    _notes(slide, [f"{words}: {text}" for words, text in made.facts])


def _slide(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    _placed(slide.shapes.title, 0.8, 1.8)
    _title(slide, title, 28 if len(title) <= LINE else 22)
    return slide


def _placed(shape: Any, top: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Cm(MARGIN), Cm(top), Cm(WIDE - 2 * MARGIN), Cm(height)


def _title(slide: Any, words: str, size: float) -> None:
    slide.shapes.title.text_frame.text = words
    line = slide.shapes.title.text_frame.paragraphs[0]
    _says(line, size)
    line.font.bold, line.font.color.rgb = True, TEAL


def _says(line: Any, size: float) -> None:
    line.alignment = PP_ALIGN.LEFT
    line.font.size, line.font.name, line.font.color.rgb = Pt(size), "Arial", INK


def _text(slide: Any, sentences: Sequence[str], top: float, height: float, size: float) -> None:
    frame = slide.shapes.add_textbox(Cm(MARGIN), Cm(top), Cm(WIDE - 2 * MARGIN), Cm(height)).text_frame
    frame.word_wrap = True
    for number, sentence in enumerate(sentences):
        line = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        line.text = sentence
        line.space_after = Pt(size / 2)
        _says(line, size)


def _notes(slide: Any, sentences: Sequence[str]) -> None:
    slide.notes_slide.notes_text_frame.text = "\n".join(sentences)


def _words(deck: Any, section: Section) -> None:
    slide = _slide(deck, section.title)
    long = sum(map(len, section.sentences))
    _text(slide, section.sentences, 3.2, HIGH - 4, 20 if long < 900 else 17)
    _notes(slide, section.notes or section.sentences)


def _pictures(deck: Any, section: Section, draw: Callable[[Spec], bytes]) -> None:
    slide = _slide(deck, section.title)
    _text(slide, section.sentences[:3], 2.8, 4, 16)
    each = (WIDE - 2 * MARGIN - 0.8) / 2
    for number, picture in enumerate(section.pictures):
        left = MARGIN + number * (each + 0.8)
        shape = slide.shapes.add_picture(io.BytesIO(draw(picture.spec)), Cm(left), Cm(8.6), width=Cm(each))
        shape.name = picture.title
        shape._element.nvPicPr.cNvPr.set("descr", picture.alt)
    _notes(slide, [*section.sentences, *(f"{p.title}. {p.alt}" for p in section.pictures)])


def _parts(rows: Sequence[tuple[Cell, ...]]) -> Iterator[Sequence[tuple[Cell, ...]]]:
    """Parts of about the same length, none longer than ROWS."""
    count = -(-len(rows) // ROWS)
    size = -(-len(rows) // count) if count else 1
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _table(deck: Any, title: str, table: Table, rows: Sequence[tuple[Cell, ...]]) -> None:
    slide = _slide(deck, title)
    whole = WIDE - 2 * MARGIN
    frame = slide.shapes.add_table(
        1 + len(rows), len(table.head), Cm(MARGIN), Cm(3), Cm(whole), Cm(1.15 * (1 + len(rows)))
    )
    frame.name = title
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{title}: {len(rows)} rows")
    first = 0.36 if len(table.head) > 4 else 0.25
    for number, column in enumerate(frame.table.columns):
        column.width = Cm(whole * (first if number == 0 else (1 - first) / (len(table.head) - 1)))
    size = 18 if len(rows) <= 3 else 15 if len(rows) <= 9 and len(table.head) <= 4 else 12
    for y, row in enumerate((table.head, *rows)):
        for x, content in enumerate(row):
            _cell(frame.table.cell(y, x), content, size, head=y == 0, odd=y % 2 == 1)


def _cell(cell: Any, content: Cell, size: float, head: bool, odd: bool) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = TEAL if head else MIST if odd else WHITE
    cell.text_frame.text = str(content)
    cell.margin_top = cell.margin_bottom = Cm(0.08)
    line = cell.text_frame.paragraphs[0]
    _says(line, size)
    line.font.bold = head
    if head:
        line.font.color.rgb = WHITE
    if isinstance(content, Figure):
        line.alignment = PP_ALIGN.RIGHT

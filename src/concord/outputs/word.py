"""A report as a Word document: real headings, tables with header rows, pictures that say what they show."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from concord.outputs.charts import png
from concord.outputs.charts.draw import Spec
from concord.outputs.report import Figure, Report, Table

TEAL, QUIET = RGBColor(0x0F, 0x4C, 0x54), RGBColor(0x4A, 0x5A, 0x5E)
TITLES = {0: 22, 1: 16, 2: 12, 3: 11, 4: 10}
WIDE = 17.0  # centimetres between the margins


def write(made: Report, draw: Callable[[Spec], bytes] = png) -> bytes:
    """The document (.docx); ``draw`` gives the PNG of a chart, drawn or kept from before."""
    document = Document()
    look(document, made.title, made.about.alliance)
    document.add_paragraph(made.about.alliance).runs[0].font.color.rgb = QUIET
    document.add_heading(made.title, 0)
    for words, text in made.facts:
        line = document.add_paragraph()
        line.add_run(f"{words}: ").bold = True
        line.add_run(text)
    for section in made.sections:
        document.add_heading(section.title, section.level).paragraph_format.page_break_before = section.fresh
        for sentence in section.sentences:
            document.add_paragraph(sentence).paragraph_format.keep_with_next = section.level == 2
        for picture in section.pictures:
            drawn(document, picture.title, picture.alt, draw(picture.spec))
        for table in section.tables:
            _table(document, table, together=section.level == 2)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def look(document: Any, title: str, author: str) -> None:
    """What every document of ours looks like: A4, Arial, teal headings, English, its title at the foot."""
    document.core_properties.title = title
    document.core_properties.author = author
    document.core_properties.language = "en-GB"
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    styles = document.styles
    _font(styles["Normal"], 10)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for level, size in TITLES.items():
        style = styles["Title" if level == 0 else f"Heading {level}"]
        _font(style, size)
        style.font.color.rgb = TEAL
        style.font.bold = True
    styles["Caption"].font.color.rgb = QUIET
    _font(styles["Caption"], 8.5)
    footer = page.footer.paragraphs[0]
    footer.add_run(f"{title}, page ").font.size = Pt(8)
    _field(footer.add_run(), "PAGE")


def _font(style: Any, size: float) -> None:
    style.font.name, style.font.size = "Arial", Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme's font would win
        fonts.attrib.pop(qn(f"w:{script}"), None)
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), "Arial")
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    style.element.rPr.append(language)


def _field(run: Any, name: str) -> None:
    run.font.size = Pt(8)
    for kind in ("begin", "end"):
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)
        if kind == "begin":
            text = OxmlElement("w:instrText")
            text.text = name
            run._r.append(text)


def drawn(document: Any, title: str, alt: str, content: bytes) -> None:
    """A picture that says what it shows, with its title under it."""
    shape = document.add_picture(io.BytesIO(content), width=Cm(12.5))
    properties = shape._inline.docPr
    properties.set("descr", alt)
    properties.set("title", title)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(title, style="Caption")


def _table(document: Any, table: Table, together: bool) -> None:
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.head))
    made.autofit = False
    borders(made)
    widths = [Cm(width) for width in _widths(table)]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for number, row in enumerate((table.head, *table.rows)):
        kept_together(made.rows[number], header=number == 0)
        for cell, content, width in zip(made.rows[number].cells, row, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = together and number < len(table.rows)
            run = paragraph.add_run(str(content))
            run.font.size, run.font.bold = Pt(8.5), number == 0
            if isinstance(content, Figure):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def borders(table: Any) -> None:
    """A thin line under each row, as in the PDF."""
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", "C3D2D2")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _widths(table: Table) -> list[float]:
    shares = {6: [5.2, 1.7, 2.5, 1.6, 2.9, 3.2], 4: [6.0, 3.6, 3.7, 3.7]}[len(table.head)]
    if table.title == "What is counted":
        shares = [3.0, 6.0, 5.5, 2.5]
    return [share * WIDE / sum(shares) for share in shares]


def kept_together(row: Any, header: bool) -> None:
    """A row that no page end parts; a header is said again on each page."""
    for name in ("w:cantSplit", "w:tblHeader") if header else ("w:cantSplit",):
        mark = OxmlElement(name)
        row._tr.get_or_add_trPr().append(mark)

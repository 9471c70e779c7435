"""The report of one authority, and the four files that it becomes, each opened again."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

import catalogue
from concord.outputs import pdf, report_workbook, slides, word
from concord.outputs.report import CHARTED, About, Line, Report, furthest, report
from concord.rules.analysis import analyse
from concord.rules.panel import Given, Group, Unit
from concord.rules.signals import search

PERIODS = tuple(f"{year}-{year - 1999}Q{q}" for year in (2022, 2023, 2024, 2025) for q in (1, 2, 3, 4))
KNOWN = catalogue.indicators()
PLANTED, FEW = "cpp_repeat_ever_pct", "rereferrals_pct"
ABOUT = About(
    authority="Anytown",
    alliance="An alliance",
    group="The Region",
    period="January to March 2026",
    dataset="Core indicators",
    label="Made up.",
    release=2,
    made="1 June 2026",
    status="provisional",
    who_sees="every member authority",
    caution="Do not pass them on.",
    hash="f00d",
)


def figures(indicator: str, first: float, size: int) -> Given:
    """Twelve authorities at 30 of a hundred; the first at ``first`` of a hundred, with a denominator of ``size``."""
    share = np.random.default_rng(sum(map(ord, indicator))).normal(0.3, 0.03, (12, len(PERIODS)))
    below = np.full(share.shape, 400.0)
    share[0], below[0] = first, size
    return Given(KNOWN[indicator], np.round(share * below), below)


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    names = ("Anytown", *(f"Town {n}" for n in range(2, 13)))
    units = tuple(Unit(str(100 + n), name) for n, name in enumerate(names))
    group = Group("region", "The Region", PERIODS, units)
    given = [figures(FEW, 0.9, 5), figures("assessments_45d_pct", 0.31, 400), figures(PLANTED, 0.75, 400)]
    found = search(KNOWN, analyse(group, given))
    return [Line(KNOWN[it.indicator], it, it.rows[0]) for it in found.analysed]


@pytest.fixture(scope="module")
def made(lines: list[Line]) -> Report:
    return report(ABOUT, lines)


def section(made: Report, title: str) -> Any:
    return next(s for s in made.sections if s.title == title)


def test_it_begins_with_what_differs_most_and_has_its_pictures(made: Report, lines: list[Line]) -> None:
    assert furthest(lines)[0].indicator.id == PLANTED
    short = section(made, "In short").sentences
    assert short[0] == "Anytown has 3 of 3 figures in January to March 2026."
    assert "75.0%" in short[1]
    drawn = section(made, KNOWN[PLANTED].name)
    assert [p.title.split(": ")[1] for p in drawn.pictures] == ["against The Region", "over time"]
    assert "outside the 99.8 per cent limits" in drawn.pictures[0].alt
    assert "16 periods" in drawn.pictures[1].alt


def test_a_figure_of_a_few_children_is_not_compared(made: Report, lines: list[Line]) -> None:
    assert FEW not in {line.indicator.id for line in furthest(lines)}
    few = section(made, KNOWN[FEW].name)
    assert (few.pictures, few.tables) == ((), ())
    row = next(
        r for r in section(made, "Every indicator").tables[0].rows if str(r[0]).startswith(KNOWN[FEW].short)
    )
    assert row[1] == "4 of 5"


def test_flags_do_not_reach_a_report_that_more_people_see(lines: list[Line]) -> None:
    """Where to look is shared more narrowly: a report is the same with and without its flags."""
    from msgspec.structs import replace

    bare = [
        Line(x.indicator, x.it, replace(x.row, flagged=not x.row.flagged, score=0.0, q=1.0, direction=""))
        for x in lines
    ]
    assert report(ABOUT, bare) == report(ABOUT, lines)


def test_no_more_is_drawn_than_can_be_talked_about(lines: list[Line]) -> None:
    many = report(ABOUT, lines * 5)
    assert sum(bool(s.pictures) for s in many.sections) == CHARTED


def test_where_nothing_is_known_it_says_so() -> None:
    empty = report(ABOUT, [])
    assert "None can be compared" in section(empty, "In short").sentences[1]
    assert pdf.report(empty).startswith(b"%PDF")
    assert Document(io.BytesIO(word.write(empty))).core_properties.title == empty.title
    assert len(Presentation(io.BytesIO(slides.write(empty))).slides) >= 3
    assert openpyxl.load_workbook(io.BytesIO(report_workbook.write(empty))).sheetnames[0] == "Report"


def test_the_pdf_says_that_it_is_accessible(made: Report) -> None:
    content = pdf.report(made)
    assert b"pdfuaid:part>1<" in content
    assert made.title.encode() in content


def test_word_has_real_headings_header_rows_and_pictures_with_words(made: Report) -> None:
    document = Document(io.BytesIO(word.write(made)))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert headings == [made.title, *(s.title for s in made.sections)]
    pictures = [shape._inline.docPr for shape in document.inline_shapes]
    assert [p.get("descr") for p in pictures] == [p.alt for s in made.sections for p in s.pictures]
    tables = sum(len(s.tables) for s in made.sections)
    assert len(document.tables) == tables
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in document.tables)


def test_slides_have_titles_words_for_pictures_and_notes(made: Report) -> None:
    deck = Presentation(io.BytesIO(slides.write(made)))
    assert all(slide.shapes.title.text for slide in deck.slides)
    told = {
        shape._element.nvPicPr.cNvPr.get("descr")
        for slide in deck.slides
        for shape in slide.shapes
        if shape.shape_type == 13
    }
    assert told == {p.alt for s in made.sections for p in s.pictures}
    shown = next(s for s in deck.slides if s.shapes.title.text == KNOWN[PLANTED].name)
    notes = shown.notes_slide.notes_text_frame.text
    assert all(saying in notes for saying in section(made, KNOWN[PLANTED].name).sentences)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height, shape.name


def test_the_workbook_has_real_numbers_in_tables(made: Report, lines: list[Line]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report_workbook.write(made)))
    assert book.sheetnames == ["Report", "Every indicator", "Over time", "Beside others", "What is counted"]
    series = book["Over time"]
    assert list(series.tables) == ["Over_time"]
    points = sum(len(x.row.points) for x in lines)
    assert series.max_row == 3 + points
    assert all(isinstance(series.cell(row, 3).value, int | float) for row in range(4, 4 + points))
    assert series.cell(4, 4).value == lines[0].row.points[0].numerator


def test_a_chart_is_drawn_by_whoever_is_asked_to(made: Report) -> None:
    """The job draws each once and hands it to every format."""
    from concord.outputs.charts import png

    asked: list[Any] = []

    def draw(spec: Any) -> bytes:
        asked.append(spec)
        return png(spec, 0.2)

    word.write(made, draw)
    slides.write(made, draw)
    specs = [p.spec for s in made.sections for p in s.pictures]
    assert asked == specs * 2

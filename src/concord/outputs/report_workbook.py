"""A report as an Excel workbook: what it says, and its figures as real numbers in long tables."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from concord.outputs.report import Cell, Figure, Report, Table

TEAL = "#0F4C54"
HEADER = 2  # the row of the headers, from nought
WIDTHS = {
    "Indicator": 44, "What it counts": 80, "What to mind": 80, "Source": 30, "Rules": 24, "Beside": 30,
    "How sure": 24, "Rank (by chance)": 20, "95% interval": 20,
}  # fmt: skip


def write(made: Report) -> bytes:
    """The workbook (.xlsx)."""
    kept = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(kept, options)
    book.set_properties({"title": made.title, "author": made.about.alliance})
    styles = _Styles(book)
    _cover(book, made, styles)
    for table in made.sheets:
        _sheet(book, made, table, styles)
    book.close()
    return kept.getvalue()


class _Styles:
    """The workbook's formats; a number's by its decimals."""

    def __init__(self, book: Workbook) -> None:
        base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.title = book.add_format(base | {"bold": True, "font_size": 16, "font_color": TEAL})
        self.strong = book.add_format(base | {"bold": True})
        self.text = book.add_format(base | {"text_wrap": True})
        self.head = book.add_format(
            base | {"bold": True, "bg_color": TEAL, "font_color": "#FFFFFF", "text_wrap": True, "border": 1}
        )
        shapes = ["#,##0" + ("." + "0" * places if places else "") for places in range(5)]
        self.numbers: list[Format] = [book.add_format(base | {"num_format": shape}) for shape in shapes]


def _cover(book: Workbook, made: Report, styles: _Styles) -> None:
    sheet = book.add_worksheet("Report")
    sheet.set_column("A:A", 24)
    sheet.set_column("B:B", 110)
    sheet.write_string(0, 0, made.title, styles.title)
    said = [
        section for section in made.sections if section.sentences and section.level == 1 and section.slide
    ]
    rows = [("Alliance", made.about.alliance), *made.facts]
    rows += [(section.title, sentence) for section in said for sentence in section.sentences]
    before = ""
    for number, (words, text) in enumerate(rows, 2):
        sheet.write_string(number, 0, "" if words == before else words, styles.strong)
        sheet.write_string(number, 1, text, styles.text)
        sheet.set_row(number, _height(text, 110))
        before = words
    _printed(sheet)


def _sheet(book: Workbook, made: Report, table: Table, styles: _Styles) -> None:
    sheet = book.add_worksheet(table.title)
    sheet.write_string(0, 0, f"{table.title}: {made.title}", styles.title)
    for column, words in enumerate(table.head):
        sheet.set_column(column, column, WIDTHS.get(words, 15))
    for number, row in enumerate(table.rows, HEADER + 1):
        for column, cell in enumerate(row):
            _put(sheet, number, column, cell, styles)
        lines = zip(row, table.head, strict=True)
        sheet.set_row(number, max(_height(str(cell), WIDTHS.get(words, 15)) for cell, words in lines))
    options = {
        "columns": [{"header": words, "header_format": styles.head} for words in table.head],
        "style": None,
        "name": table.title.replace(" ", "_"),
    }
    sheet.add_table(HEADER, 0, HEADER + max(len(table.rows), 1), len(table.head) - 1, options)
    sheet.freeze_panes(HEADER + 1, 1)
    sheet.repeat_rows(HEADER)
    _printed(sheet)


def _height(text: str, width: int) -> float:
    """Points that a wrapped text takes in a column of so many letters; not every reader works that out."""
    return 14.0 * (1 + max(0, len(text) - 1) // width)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, styles: _Styles) -> None:
    if not isinstance(cell, Figure):
        sheet.write_string(row, column, cell, styles.text)
    elif cell.value is not None:
        sheet.write_number(row, column, cell.value, styles.numbers[cell.decimals])


def _printed(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)

"""A release as an Excel workbook: real numbers in real tables, headers that stay, nothing said by colour alone."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from catalogue.model import Indicator
from concord.rules.figures import Amount
from concord.rules.released import FIFTHS, Released, changed, why_none

TEAL, MIST = "#0F4C54", "#EEF5F4"
NOT_AVAILABLE, NOT_APPLICABLE = "[x]", "[z]"
POLARITY = {"high": "High is good", "low": "Low is good", "none": "Neither high nor low is good"}
HEADER = 3  # the row of the headers, from nought: above it the sheet’s title and what to know
_COUNT = "#,##0.##"

Cell = str | Decimal | int | None
Styles = dict[str, Format]


def write(release: Released, who_sees: str, made: str, caution: str) -> bytes:
    """The workbook (.xlsx). ``who_sees``, ``made`` (the moment of release) and ``caution`` are said in words."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(
        kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {"title": f"{release.heading}, release {release.number}", "company": release.alliance_name}
    )
    styles = _styles(book)
    sheets = list(_sheets(release))
    _cover(book, release, styles, who_sees, made, caution, [(title, note) for title, note, *_ in sheets])
    for title, note, headers, rows, formats in sheets:
        _sheet(book, f"{title}: {release.heading}", title, note, headers, rows, formats, styles)
    book.close()
    return kept.getvalue()


def _styles(book: Workbook) -> Styles:
    base: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16, "font_color": TEAL},
        "head": {"bold": True, "bg_color": TEAL, "font_color": "#FFFFFF", "text_wrap": True, "border": 1},
        "strong": {"bold": True},
        "text": {"text_wrap": True},
        "mark": {"align": "right"},
        _COUNT: {"num_format": _COUNT},
    }
    for places in range(5):
        shape = "#,##0" + ("." + "0" * places if places else "")
        looks[shape] = {"num_format": shape}
    return {name: book.add_format({**base, **look}) for name, look in looks.items()}


def _shape(indicator: Indicator) -> str:
    return "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")


Table = tuple[str, str, Sequence[str], list[list[Cell]], Sequence[str]]


def _sheets(release: Released) -> Iterable[Table]:
    """Name, note, headers, rows and number formats of every table."""
    shapes = [_shape(i) for i in release.indicators]
    counts = [_COUNT] * len(shapes)
    figures = f"{NOT_AVAILABLE}: no figure. {NOT_APPLICABLE}: nothing to divide by."
    yield _grid(release, "Figures", figures, shapes, lambda i, a: a.value(i))
    yield _grid(release, "Numerators", f"{NOT_AVAILABLE}: no figure.", counts, lambda _, a: a.numerator)
    below = f"{NOT_AVAILABLE}: no figure. {NOT_APPLICABLE}: a count, which has none."
    yield _grid(release, "Denominators", below, counts, lambda _, a: a.denominator)
    yield _list(release)
    yield _standing(release)
    if release.changes:
        yield _changes(release)
    yield _definitions(release)


def _grid(
    release: Released,
    title: str,
    note: str,
    shapes: Sequence[str],
    part: Callable[[Indicator, Amount], Decimal | None],
) -> Table:
    """Authorities by indicator; sums of the region and its parts below."""

    def row(amounts: Iterable[Amount | None]) -> list[Cell]:
        return [_mark(i, a, title, part) for i, a in zip(release.indicators, amounts, strict=True)]

    rows: list[list[Cell]] = []
    for member in release.members:
        found = [release.figures.get((member.code, i.id)) for i in release.indicators]
        rows.append([member.name, member.code, *row(f.amount if f else None for f in found)])
    for place, name in release.places.items():
        sums = [release.sums.get((place, i.id)) for i in release.indicators]
        rows.append([f"{name} (sum of those that returned)", "", *row(s.amount if s else None for s in sums)])
    headers = ["Authority", "DfE code", *(i.name for i in release.indicators)]
    return title, note, headers, rows, ["text", "text", *shapes]


def _mark(
    indicator: Indicator,
    amount: Amount | None,
    title: str,
    part: Callable[[Indicator, Amount], Decimal | None],
) -> Cell:
    if title == "Denominators" and not indicator.has_denominator:
        return NOT_APPLICABLE
    if amount is None or not amount.given:
        return NOT_AVAILABLE
    value = part(indicator, amount)
    if value is not None:
        return value
    return NOT_AVAILABLE if amount.denominator is None else NOT_APPLICABLE


def _list(release: Released) -> Table:
    headers = (
        "Authority", "DfE code", "Indicator", "Figure", "Unit", "Numerator", "Denominator", "Status", "Rank",
        "Of", "Fifth", "Why there is none", "Explanation",
    )  # fmt: skip
    rows: list[list[Cell]] = []
    for indicator in release.indicators:
        ranked = release.ranked(indicator.id)
        for member in release.included:
            figure = release.figures.get((member.code, indicator.id))
            amount = figure.amount if figure else Amount()
            rows.append(
                [
                    member.name,
                    member.code,
                    indicator.name,
                    _mark(indicator, amount, "", lambda i, a: a.value(i)),
                    indicator.unit,
                    _mark(indicator, amount, "", lambda _, a: a.numerator),
                    _mark(indicator, amount, "Denominators", lambda _, a: a.denominator),
                    figure.status if figure else "",
                    figure.rank if figure and figure.rank else "",
                    ranked if figure and figure.rank else "",
                    FIFTHS.get(figure.fifth, "") if figure else "",
                    why_none(figure, indicator),
                    amount.explanation,
                ]
            )
    note = "Rank 1 is the best, or the highest where neither end is better. Few children: no rank."
    formats = [
        "text",
        "text",
        "text",
        "#,##0.0",
        "text",
        _COUNT,
        _COUNT,
        "text",
        "#,##0",
        "#,##0",
        "text",
        "text",
        "text",
    ]
    return "All figures", note, headers, rows, formats


def _standing(release: Released) -> Table:
    rows: list[list[Cell]] = [
        [m.name, m.code, m.gss, m.sub_region, m.words, release.status(m.code)] for m in release.members
    ]
    headers = ("Authority", "DfE code", "ONS code", "Sub-region", "Where it stands", "Status")
    return "Standing", "Every member, also those that are late or missing.", headers, rows, ["text"] * 6


def _changes(release: Released) -> Table:
    rows: list[list[Cell]] = []
    names = {m.code: m.name for m in release.members}
    for one in changed(release.changes, names, {i.id: i for i in release.indicators}):
        if one.came:
            rows.append([one.name, f"{one.came} indicators", "not in the release", "in the release"])
        if one.went:
            rows.append([one.name, f"{one.went} indicators", "in the release", "not in the release"])
        if one.status:
            rows.append([one.name, "Status", *one.status])
        rows += [[one.name, short, before, after] for short, before, after in one.figures]
    headers = ("Authority", "Indicator", "Before", "Now")
    return "Changes", f"What this correction changed. Why: {release.reason}", headers, rows, ["text"] * 4


def _definitions(release: Released) -> Table:
    headers = (
        "Indicator", "Numerator", "Denominator", "Unit", "Which way is good", "Counted", "Definition", "Source",
        "What to mind", "Version",
    )  # fmt: skip
    basis = {"flow": "In the period", "stock": "On its last day"}
    rows: list[list[Cell]] = [
        [
            i.name, i.numerator, i.denominator or "none", i.unit, POLARITY[i.polarity], basis[i.basis],
            i.definition, i.source_return, " ".join(i.traps), i.version,
        ]
        for i in release.indicators
    ]  # fmt: skip
    return "Definitions", "What each figure counts.", headers, rows, ["text"] * len(headers)


WIDTHS = {
    "Authority": 30, "DfE code": 10, "ONS code": 12, "Sub-region": 14, "Where it stands": 46, "Indicator": 40,
    "Unit": 24, "Why there is none": 36, "Explanation": 48, "Numerator": 14, "Denominator": 14, "Before": 34,
    "Now": 34, "Definition": 70, "Source": 30, "What to mind": 60, "Which way is good": 24,
}  # fmt: skip


def _sheet(
    book: Workbook,
    heading: str,
    title: str,
    note: str,
    headers: Sequence[str],
    rows: list[list[Cell]],
    formats: Sequence[str],
    styles: Styles,
) -> None:
    sheet = book.add_worksheet(title)
    sheet.write_string(0, 0, heading, styles["title"])
    sheet.write_string(1, 0, note, styles["strong"])
    wide = title == "Definitions"
    for column, words in enumerate(headers):
        width = 44 if wide and words in ("Numerator", "Denominator") else WIDTHS.get(words, 15)
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows, HEADER + 1):
        for column, (cell, shape) in enumerate(zip(row, formats, strict=True)):
            _put(sheet, number, column, cell, styles, shape)
    columns = [{"header": words, "header_format": styles["head"]} for words in headers]
    last = HEADER + max(len(rows), 1)
    options = {
        "columns": columns,
        "style": None,
        "name": title.replace(" ", "_"),
        "autofilter": len(rows) > 1,
    }
    sheet.add_table(HEADER, 0, last, len(headers) - 1, options)
    sheet.freeze_panes(HEADER + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, styles: Styles, shape: str) -> None:
    if isinstance(cell, Decimal | int):
        sheet.write_number(row, column, float(cell), styles[shape])
    else:
        sheet.write_string(row, column, cell or "", styles["text" if shape == "text" else "mark"])


def _cover(
    book: Workbook,
    release: Released,
    styles: Styles,
    who_sees: str,
    made: str,
    caution: str,
    sheets: Sequence[tuple[str, str]],
) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.set_column("A:A", 26)
    sheet.set_column("B:B", 100)
    sheet.write_string(0, 0, release.heading, styles["title"])
    late = [f"{m.name} ({m.words[:1].lower()}{m.words[1:]})" for m in release.left_out]
    told = [
        ("Alliance", release.alliance_name),
        ("Period", f"{release.period.label} ({release.period.key})"),
        ("What this list is", release.label),
        ("Release", f"Number {release.number}, made {made} by {release.by}"),
        ("Why it corrects", release.reason),
        (
            "Replaced",
            f"By release {release.newest}" if release.replaced else "No: this is the newest release",
        ),
        ("In it", f"{len(release.included)} of {len(release.members)} authorities"),
        ("Not in it", "; ".join(late) or "None"),
        ("Who may see this", who_sees),
        ("Small numbers", caution),
        ("Hash (SHA-256)", release.hash),
    ]
    row = 2
    for words, text in told:
        if text:
            sheet.write_string(row, 0, words, styles["strong"])
            sheet.write_string(row, 1, text, styles["text"])
            row += 1
    sheet.write_string(row + 1, 0, "Sheets", styles["strong"])
    for title, note in sheets:
        row += 1
        sheet.write_url(row + 1, 0, f"internal:'{title}'!A1", styles["text"], title)
        sheet.write_string(row + 1, 1, note, styles["text"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def sheet(rows: Sequence[Sequence[object]], title: str) -> bytes:
    """A workbook of one sheet: a heading row, frozen, and its rows, numbers as numbers."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": title})
        page = book.add_worksheet("Figures")
        page.freeze_panes(1, 1)
        for number, row in enumerate(rows):
            page.write_row(
                number,
                0,
                ["" if cell is None else cell for cell in row],
                book.add_format({"bold": number == 0}),
            )
        page.autofit()
    return stream.getvalue()

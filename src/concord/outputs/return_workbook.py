"""Writes the workbook of one authority’s return for one period, filled with what stands and what was last sent."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Format, Workbook
from xlsxwriter.worksheet import Worksheet

from catalogue.model import POPULATION, Indicator
from concord.rules.figures import Amount, with_denominators
from concord.rules.return_checks import LONGEST_TEXT
from concord.rules.return_sheet import (
    DEFINITIONS,
    FIRST_ROW,
    GUIDE,
    HEADER_ROW,
    HEADERS,
    INPUTS,
    KEY_SHEET,
    SHEET,
    SIGN,
    Target,
)

WIDTHS = {"A": 5, "B": 46, "C": 12, "D": 13, "E": 13, "F": 12, "G": 34, "H": 40, "I": 13, "J": 13, "K": 30}
BETTER = {
    "high": "A high figure is good",
    "low": "A low figure is good",
    "none": "Neither high nor low is good",
}
TEAL, MIST, LINE = "#0F4C54", "#EEF5F4", "#C3D2D2"


def write(
    target: Target,
    now: Mapping[str, Amount],
    last: Mapping[str, Amount],
    population: Decimal | None,
    due: str,
) -> bytes:
    """The workbook as bytes (.xlsx). ``now`` and ``last`` are amounts by indicator; ``due`` is said in words.

    White cells are for filling in; the rest is locked, without a password.
    """
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(
        kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": f"{target.dataset_title}, {target.period.label}", "company": target.name})
    styles = _styles(book)
    sheet = book.add_worksheet(SHEET)
    whole = with_denominators(target.asked, now, population)
    _head(sheet, target, due, styles)
    for offset, indicator in enumerate(target.asked):
        before = last.get(indicator.id, Amount())
        _row(sheet, FIRST_ROW - 1 + offset, indicator, whole[indicator.id], before, target, styles)
    _guide(book.add_worksheet(GUIDE), target, due, styles)
    _definitions(book.add_worksheet(DEFINITIONS), target, styles)
    _key(book.add_worksheet(KEY_SHEET), target)
    book.close()
    return kept.getvalue()


def _styles(book: Workbook) -> dict[str, Format]:
    base: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    fill = {"locked": False, "border": 1, "border_color": "#8AA3A5"}
    quiet = {"bg_color": MIST, "border": 1, "border_color": LINE}
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16, "font_color": TEAL},
        "plain": {},
        "head": {"bold": True, "bg_color": TEAL, "font_color": "#FFFFFF", "text_wrap": True, "border": 1},
        "name": {"text_wrap": True, **quiet},
        "code": {"font_color": "#8AA3A5", "font_size": 7, **quiet},
        "number": {"num_format": "#,##0.##", **quiet},
        "figure": {"num_format": "#,##0.##", **fill},
        "count": {"num_format": "#,##0", **fill},
        "text": {"text_wrap": True, "num_format": "@", **fill},
        "wrapped": {"text_wrap": True},
        "strong": {"bold": True},
        "wrong": {"bg_color": "#F9D3D0"},
    }
    return {name: book.add_format({**base, **look}) for name, look in looks.items()}


def _head(sheet: Worksheet, target: Target, due: str, styles: Mapping[str, Format]) -> None:
    sheet.write("A1", f"{target.name}: {target.dataset_title}, {target.period.label}", styles["title"])
    sheet.set_row(0, 24)
    sheet.write("A2", f"{target.alliance_name}. Due {due}.", styles["strong"])
    sheet.write("A3", "Fill in the white cells, save, and upload the file to Concord.", styles["plain"])
    sheet.write(
        "A4", "No figure? Leave it empty and say why. Counts only: nothing about a child.", styles["plain"]
    )
    for column, words in HEADERS.items():
        sheet.set_column(f"{column}:{column}", WIDTHS[column])
        sheet.write(f"{column}{HEADER_ROW}", words, styles["head"])
    sheet.set_row(HEADER_ROW - 1, 30)
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW - 1)


def _row(
    sheet: Worksheet,
    row: int,
    indicator: Indicator,
    now: Amount,
    before: Amount,
    target: Target,
    styles: Mapping[str, Format],
) -> None:
    at = row + 1
    sheet.write_string(row, 0, indicator.id, styles["code"])
    sheet.write_string(row, 1, indicator.name, styles["name"])
    value = before.value(indicator)
    _number(sheet, row, 2, value if value is None else round(value, indicator.decimals), styles["number"])
    entry = styles["count" if indicator.whole else "figure"]
    _number(sheet, row, 3, now.numerator, entry)
    typed = indicator.denominator_from == "return"
    if other := indicator.denominator_indicator:
        position = FIRST_ROW + [i.id for i in target.asked].index(other)
        shown = "" if now.denominator is None else float(now.denominator)
        sheet.write_formula(row, 4, f'=IF(D{position}="","",D{position})', styles["number"], shown)
    else:
        _number(sheet, row, 4, now.denominator, entry if typed else styles["number"])
    _gives(sheet, row, indicator, now, styles)
    sheet.write_string(row, 6, now.missing, styles["text"])
    sheet.write_string(row, 7, now.explanation, styles["text"])
    _number(sheet, row, 8, before.numerator, styles["number"])
    _number(sheet, row, 9, before.denominator, styles["number"])
    sheet.write_string(row, 10, indicator.unit, styles["name"])
    for column, name in INPUTS.items():
        if name in ("numerator", "denominator") and (name == "numerator" or typed):
            sheet.data_validation(f"{column}{at}", _validation(indicator, name))
    if any(check.__struct_config__.tag == "numerator-at-most-denominator" for check in indicator.checks):
        rule = {"type": "formula", "criteria": f"=AND(ISNUMBER(D{at}),ISNUMBER(E{at}),D{at}>E{at})"}
        sheet.conditional_format(f"D{at}:E{at}", {**rule, "format": styles["wrong"]})


def _gives(
    sheet: Worksheet, row: int, indicator: Indicator, now: Amount, styles: Mapping[str, Format]
) -> None:
    at, times, places = row + 1, indicator.multiplier, indicator.decimals
    if indicator.has_denominator:
        formula = f'=IFERROR(IF(D{at}="","",ROUND(D{at}*{times}/E{at},{places})),"")'
    else:
        formula = f'=IFERROR(IF(D{at}="","",ROUND(D{at}*{times},{places})),"")'
    value = now.value(indicator)
    sheet.write_formula(
        row, 5, formula, styles["number"], "" if value is None else float(round(value, places))
    )


def _number(sheet: Worksheet, row: int, column: int, value: Decimal | None, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, float(value), style)


def _validation(indicator: Indicator, name: str) -> dict[str, Any]:
    whole = indicator.whole and (name == "numerator" or indicator.kind == "proportion")
    words = indicator.numerator if name == "numerator" else indicator.denominator
    return {
        "validate": "integer" if whole else "decimal",
        "criteria": ">=",
        "value": 0,
        "ignore_blank": True,
        "input_title": name.capitalize(),
        "input_message": words[:255],
        "error_title": "Is this right?",
        "error_message": f"A {'whole ' if whole else ''}number of 0 or more is expected here.",
        "error_type": "warning",  # a DfE symbol such as c may stand, and is read as missing
    }


def _guide(sheet: Worksheet, target: Target, due: str, styles: Mapping[str, Format]) -> None:
    sheet.set_column("A:A", 4)
    sheet.set_column("B:B", 110)
    sheet.write("A1", "How to fill this in", styles["title"])
    steps = (
        f"This workbook is for {target.name} and {target.period.label} alone. Due {due}.",
        f"On the sheet “{SHEET}” fill in the white cells: numerator, denominator where one is asked for, and words.",
        "Grey denominators come from Concord (the ONS population) or repeat another line.",
        "Where there is no figure, leave it empty and say why. c, x, z, u, k, low, : and ~ also count as missing.",
        f"Where a figure is surprising, explain it, in {LONGEST_TEXT:,} characters or fewer.",
        "Do not move, add or merge rows or columns, and do not rename sheets. Results of formulas are read.",
        "Counts only. Never put a child’s name, number or date of birth in this file.",
        "Save it and upload it on the return’s page in Concord. You see what would change before it is taken in.",
        "An indicator left wholly empty keeps what stands in Concord.",
    )
    for number, step in enumerate(steps, 1):
        sheet.write_number(number, 0, number, styles["plain"])
        sheet.write_string(number, 1, step, styles["wrapped"])
    sheet.protect()


def _definitions(sheet: Worksheet, target: Target, styles: Mapping[str, Format]) -> None:
    columns = (
        ("Indicator", 34), ("Numerator", 40), ("Denominator", 40), ("Definition", 70), ("Unit", 24),
        ("Which way is good", 22), ("Source", 30), ("What to mind", 60), ("Version", 9),
    )  # fmt: skip
    for column, (words, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words, styles["head"])
    for row, i in enumerate(target.asked, 1):
        under = "Concord gives it: " + i.denominator if i.denominator_from == POPULATION else i.denominator
        told = (
            i.name, i.numerator, under, i.definition, i.unit, BETTER[i.polarity], i.source_return,
            "\n".join(i.traps), i.version,
        )  # fmt: skip
        for column, text in enumerate(told):
            sheet.write_string(row, column, text, styles["wrapped"])
    sheet.freeze_panes(1, 1)
    sheet.protect()


def _key(sheet: Worksheet, target: Target) -> None:
    sheet.write_string(0, 0, SIGN)
    for row, (key, value) in enumerate(target.keys.items(), 1):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()
    sheet.protect()

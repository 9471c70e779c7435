"""Files to keep, as a browser and a spreadsheet take them."""

from __future__ import annotations

import csv
import io

import pytest

from concord.pages.analysis.files import answer
from concord.pages.downloads import TYPES, saved


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_is_saved_and_never_shown(kind: str) -> None:
    given = saved(b"content", f"london-202.{kind}")
    assert given["Content-Type"] == TYPES[kind]
    assert given["Content-Disposition"] == f'attachment; filename="london-202.{kind}"'


def test_a_name_cannot_break_out_of_its_header() -> None:
    given = saved(b"content", 'a"; x=\r\nSet-Cookie: é.pdf', "application/pdf")
    assert given["Content-Disposition"] == 'attachment; filename="a__ x___Set-Cookie_ _.pdf"'


@pytest.mark.parametrize(
    "words", ["=1+2", '=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"]
)
def test_a_councils_own_words_are_no_formula_in_a_spreadsheet(words: str) -> None:
    content = answer(
        "csv", None, [["why_none", "value"], [words, -1.5], ["No system", None]], "Title", "file"
    ).content
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert rows == [["why_none", "value"], [f"'{words}", "-1.5"], ["No system", ""]]

"""What PDF/UA-1 asks and a machine can see, of a whole report: the conditions of the Matterhorn protocol.

The file is taken apart by hand: its objects stand in it as text, and its streams are unpacked. Where its page
content is read, every mark must lie within something tagged, or be called an artifact.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise

import pytest

from concord.outputs import pdf
from concord.outputs.report import Report

from .test_reports import lines, made  # noqa: F401  the fixtures

Objects = dict[int, bytes]
OPERATORS = set(b"BDC BMC EMC Tj TJ f f* S Do".split())


@pytest.fixture(scope="module")
def content(made: Report) -> bytes:  # noqa: F811
    return pdf.report(made)


@pytest.fixture(scope="module")
def objects(content: bytes) -> Objects:
    found = re.finditer(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", content, re.DOTALL)
    return {int(match[1]): match[2] for match in found}


def kinds(objects: Objects) -> list[tuple[str, bytes]]:
    """The structure elements: what each is, and what is said of it."""
    elements = [body for body in objects.values() if b"/Type/StructElem" in body]
    return [(re.search(rb"/S/(\w+)", body)[1].decode(), body) for body in elements]  # type: ignore[index]


def unpacked(objects: Objects) -> Iterator[tuple[bytes, bytes]]:
    """Each stream with its dictionary."""
    for body in objects.values():
        head, mark, rest = body.partition(b"stream\n")
        if mark:
            data = rest.removesuffix(b"\nendstream")
            yield head, zlib.decompress(data) if b"/FlateDecode" in head else data


def test_it_says_what_it_is(content: bytes, objects: Objects, made: Report) -> None:  # noqa: F811
    """Tagged, in a language, its title shown in place of its file’s name (06, 07, 11)."""
    [catalog] = [body for body in objects.values() if b"/Type/Catalog" in body]
    assert re.search(rb"/MarkInfo ?<<[^>]*/Marked true", catalog)
    assert b"/Suspects true" not in catalog
    assert b"/Lang(en-GB)" in catalog
    assert re.search(rb"/ViewerPreferences ?<<[^>]*/DisplayDocTitle true", catalog)
    assert b"/StructTreeRoot" in catalog
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert made.title.encode() in content
    assert b"/Encrypt" not in content


def test_each_figure_has_words_and_each_table_heads(objects: Objects, made: Report) -> None:  # noqa: F811
    """Figures have alternatives (13), header cells a scope, rows as many cells as there are columns (15)."""
    tagged = kinds(objects)
    figures = [body for kind, body in tagged if kind == "Figure"]
    assert len(figures) == sum(len(s.pictures) for s in made.sections) > 0
    assert all(re.search(rb"/Alt ?[(<].{20,}", body, re.DOTALL) for body in figures)
    heads = [body for kind, body in tagged if kind == "TH"]
    assert heads
    assert all(re.search(rb"/Scope/(Column|Row|Both)", body) for body in heads)
    assert sum(kind == "Table" for kind, _ in tagged) >= sum(len(s.tables) for s in made.sections) > 0


def test_headings_go_down_one_step_at_a_time(objects: Objects) -> None:
    """In the order of the text, which is that of their numbers (14)."""
    levels = [int(kind[1]) for kind, _ in kinds(objects) if re.fullmatch(r"H\d", kind)]
    assert levels[0] == 1
    assert len(levels) > 5
    assert all(later <= before + 1 for before, later in pairwise(levels))


def test_each_page_is_read_in_the_order_of_its_structure_and_nothing_is_untagged(objects: Objects) -> None:
    """Tabs follow the structure where there are links (28); what is shown is tagged or an artifact (01)."""
    pages = [body for body in objects.values() if re.search(rb"/Type/Page\b", body)]
    assert pages
    assert all(b"/Tabs/S" in page for page in pages if b"/Annots" in page)
    assert all(b"/StructParents" in page for page in pages)
    shown = 0
    for page in pages:
        number = int(re.search(rb"/Contents (\d+) 0 R", page)[1])  # type: ignore[index]
        [(_, text)] = unpacked({number: objects[number]})
        depth = 0
        bare = re.sub(rb"\((?:\\.|[^\\()])*\)", b" ", text, flags=re.DOTALL)
        words = re.findall(rb"/[^\s/<>\[\]()]+|[A-Za-z]+\*?", bare)
        for operator in (word for word in words if word in OPERATORS):
            if operator in (b"BDC", b"BMC"):
                depth += 1
            elif operator == b"EMC":
                depth -= 1
            else:
                shown += 1
                assert depth > 0, operator
        assert depth == 0
    assert shown > 100


def test_each_font_is_in_the_file_and_its_letters_can_be_read_out(objects: Objects) -> None:
    """Fonts are embedded (31) and map to Unicode (10)."""
    fonts = [body for body in objects.values() if b"/Type/Font/" in body or b"/Type/Font\n" in body]
    described = [body for body in objects.values() if b"/Type/FontDescriptor" in body]
    assert described
    assert all(re.search(rb"/FontFile[23]? \d+ 0 R", body) for body in described)
    outer = [body for body in fonts if b"/Subtype/Type0" in body]
    assert outer
    assert all(b"/ToUnicode" in body for body in outer)

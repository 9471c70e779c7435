"""A file of evidence is judged by what is in it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.inputs.evidence import KINDS, LARGEST, look
from concord.inputs.returned import Refusal


def packed(*names: str, method: int = zipfile.ZIP_STORED, **texts: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as made:
        for name in names:
            made.writestr(name, "x")
        for name, text in texts.items():
            made.writestr(name, text)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("audit.pdf", b"%PDF-1.7"),
        ("Audit 2026.DOCX", packed("[Content_Types].xml", "word/document.xml")),
        ("figures.xlsx", packed("[Content_Types].xml", "xl/workbook.xml")),
        ("talk.odt", packed("content.xml", mimetype=KINDS["odt"])),
        ("photo.jpeg", b"\xff\xd8\xff\xe0"),
        ("figures.csv", b"a,b\n1,2\n"),
    ],
)
def test_what_may_be_kept(name: str, content: bytes) -> None:
    kept = look(f"C:\\papers\\{name}", content)
    assert (kept.name, kept.content) == (name, content)
    assert kept.kind in KINDS.values()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("audit.pdf", b"", "is empty"),
        ("audit.pdf", b"MZ", "not what its name says"),
        ("audit.docx", packed("[Content_Types].xml", "xl/workbook.xml"), "not what its name says"),
        ("macro.docx", packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "not what"),
        ("program.exe", b"MZ", "of a kind that is not kept"),
        ("noending", b"x", "of a kind that is not kept"),
        ("page.html", b"<html>", "of a kind that is not kept"),
        ("data.csv", b"a\0b", "not what its name says"),
        ("big.txt", b"x" * (LARGEST + 1), "larger than 10 MB"),
    ],
)
def test_what_may_not(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        look(name, content)


def test_what_unpacks_to_a_thousand_times_its_size_is_not_unpacked() -> None:
    bomb = packed(method=zipfile.ZIP_DEFLATED, mimetype="0" * 50_000_000)
    tracemalloc.start()
    with pytest.raises(Refusal, match="not what its name says"):
        look("bomb.odt", bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000


def test_a_damaged_part_is_refused() -> None:
    content = bytearray(packed(method=zipfile.ZIP_DEFLATED, mimetype=KINDS["odt"] * 50))
    content[40:50] = b"\xff" * 10
    with pytest.raises(Refusal, match="not what its name says"):
        look("talk.odt", bytes(content))


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=200))
def test_any_bytes_are_kept_or_refused_with_a_sentence(ending: str, content: bytes) -> None:
    try:
        told = ""
        assert look(f"x.{ending}", content).content == content
    except Refusal as refusal:
        told = str(refusal)
    assert told.endswith(".") or not told

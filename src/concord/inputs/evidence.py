"""Files of evidence: what may stand beside a text. Judged by what is in them, never by what they say they are."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from concord.inputs.returned import Refusal

LARGEST = 10 * 1024 * 1024  # bytes
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "csv": "text/csv",
    "txt": "text/plain",
}
WORDS = "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG, CSV or plain text"
_BEGINS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that may be kept: its name without folders, its media type, its content."""

    name: str
    kind: str
    content: bytes


def look(name: str, content: bytes) -> Kept:
    """The file, if it may be kept. Raises Refusal with a sentence that says what to do."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1].strip()[-200:] or "file"
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if not content:
        raise Refusal(f"“{name}” is empty. Choose the file again.")
    if len(content) > LARGEST:
        raise Refusal(f"“{name}” is larger than {LARGEST // 1024 // 1024} MB. Make it smaller, or split it.")
    if ending not in KINDS:
        raise Refusal(f"“{name}” is of a kind that is not kept here. Save it as {WORDS}.")
    if not _is(ending, content):
        raise Refusal(
            f"“{name}” is not what its name says. Open it, save it again as {WORDS}, and send that."
        )
    return Kept(name, KINDS[ending], content)


def _is(ending: str, content: bytes) -> bool:
    if ending in _BEGINS:
        return content.startswith(_BEGINS[ending])
    if ending in ("csv", "txt"):
        return b"\0" not in content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            declared = _begin(packed, "mimetype") if ending.startswith("od") and "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError):
        return False
    if any(n.lower().endswith(("vbaproject.bin", ".exe", ".js")) for n in names):
        return False  # macros and programs
    if ending in _FOLDERS:
        return "[Content_Types].xml" in names and any(n.startswith(_FOLDERS[ending]) for n in names)
    return declared.decode("ascii", "replace").strip() == KINDS[ending]


def _begin(packed: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a part and no more: it may unpack to a thousand times the file."""
    with packed.open(name) as part:
        return part.read(100)

"""Files to keep: what each kind is to a browser, and the answer that has one saved and never shown."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from concord.outputs import pdf, word_text
from concord.outputs.blocks import Text

_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ics": "text/calendar; charset=utf-8",
}
WRITERS: dict[str, Callable[[Text], bytes]] = {"pdf": pdf.text, "docx": word_text.write}


def saved(content: bytes | str, name: str, kind: str = "") -> HttpResponse:
    """A file that the browser saves as ``name``; its ending says what it is, unless ``kind`` (a media type) does."""
    answer = HttpResponse(content, content_type=kind or TYPES[name.rpartition(".")[2]])
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
    answer["Content-Disposition"] = f'attachment; filename="{safe}"'
    return answer

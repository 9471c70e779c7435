"""Files that people send: bounded while they come in, scanned where a scanner is set, then read."""

from __future__ import annotations

import socket
import struct
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from concord.inputs.returned import Refusal, Taken
from concord.inputs.table import read_csv
from concord.inputs.workbook import looks_like_workbook, read_workbook
from concord.rules.return_sheet import Target

PATIENCE = 20  # seconds for the scanner
_CHUNK = 64 * 1024


class Bounded(FileUploadHandler):
    """Drops a file as it comes in once it is larger than any return, so that none fills the disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to count a file."""
        super().new_file(*args, **kwargs)
        self.came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on, or drop the file."""
        self.came += len(raw_data)
        if self.came > settings.UPLOAD_LIMIT:
            if self.request is not None:
                self.request.too_large = True  # type: ignore[attr-defined]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""


def uploaded(request: HttpRequest, target: Target) -> Taken:
    """The file called “file” of a request, read. Raises Refusal."""
    file = request.FILES.get("file")
    limit = settings.UPLOAD_LIMIT
    if getattr(request, "too_large", False) or (file is not None and (file.size or 0) > limit):
        raise Refusal(
            f"The file is larger than {limit // 1024 // 1024} MB; a filled-in workbook is under 1 MB. "
            "Download the workbook for this return again and fill that in."
        )
    if file is None:
        raise Refusal("Choose a file first: the workbook that you filled in, or a CSV file.")
    content = file.read()
    if settings.CLAMD:
        scan(content, settings.CLAMD)
    return read_workbook(content, target) if looks_like_workbook(content) else read_csv(content, target)


def received(request: HttpRequest) -> tuple[str, bytes]:
    """The name and content of the file called “file” of a request, scanned. Raises Refusal."""
    file, limit = request.FILES.get("file"), settings.UPLOAD_LIMIT
    if getattr(request, "too_large", False):
        raise Refusal(f"The file is larger than {limit // 1024 // 1024} MB. Make it smaller, or split it.")
    if file is None:
        raise Refusal("Choose a file first.")
    content = file.read()
    if settings.CLAMD:
        scan(content, settings.CLAMD)
    return file.name or "file", content


def scan(content: bytes, address: str) -> None:
    """Have a clamd (host:port) look at the content, by its INSTREAM command. Raises Refusal unless it is clean."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                piece = content[start : start + _CHUNK]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except (OSError, ValueError):
        raise Refusal(
            "The file could not be scanned for viruses, so it was not read. Try again in a few minutes; "
            "you can also type or paste the figures."
        ) from None
    if answer.endswith("FOUND"):
        raise Refusal(
            f"The virus scanner refused the file ({answer.removeprefix('stream: ')[:80]}). Nothing was read."
        )
    if answer != "stream: OK":
        raise Refusal(f"The virus scanner could not judge the file ({answer[:80]}), so it was not read.")


def _answer(line: socket.socket) -> str:
    kept = b""
    while not kept.endswith(b"\0") and len(kept) < 4096:
        piece = line.recv(4096)
        if not piece:
            break
        kept += piece
    if not kept:
        raise OSError("the scanner hung up")
    return kept.rstrip(b"\0\n").decode("utf-8", "replace")

"""Files are scanned before they are read, against a clamd that speaks the protocol: INSTREAM, lengths, answer."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from concord.inputs.returned import Refusal
from concord.pages.returns.uploads import scan

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.BaseRequestHandler):
    """Answers as clamd answers the z-terminated INSTREAM command."""

    def handle(self) -> None:
        file = self.request.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += file.read(1)
        if command != b"zINSTREAM\0":
            self.request.sendall(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while length := struct.unpack("!L", file.read(4))[0]:
            content += file.read(length)
            if len(content) > self.server.limit:  # type: ignore[attr-defined]
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.got.append(content)  # type: ignore[attr-defined]
        answer = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(b"" if b"hang up" in content else answer)


@pytest.fixture
def clamd() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        server.got, server.limit = [], 10**7  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server: Any) -> str:
    return f"127.0.0.1:{server.server_address[1]}"


@pytest.mark.parametrize("content", [b"", b"fine", b"x" * 200_000])
def test_a_clean_file_is_sent_whole_and_passes(clamd: Any, content: bytes) -> None:
    scan(content, address(clamd))
    assert clamd.got == [content]


def test_an_infected_file_is_refused_by_its_name(clamd: Any) -> None:
    with pytest.raises(Refusal, match="Eicar-Signature FOUND"):
        scan(b"head" + EICAR, address(clamd))


def test_a_scanner_that_cannot_judge_passes_nothing(clamd: Any) -> None:
    clamd.limit = 10
    with pytest.raises(Refusal, match="scan"):
        scan(b"x" * 100, address(clamd))


@pytest.mark.parametrize("content", [b"hang up"])
def test_a_scanner_that_hangs_up_passes_nothing(clamd: Any, content: bytes) -> None:
    with pytest.raises(Refusal, match="could not be scanned"):
        scan(content, address(clamd))


def test_a_scanner_that_is_not_there_passes_nothing(clamd: Any) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as closed:
        gone = address(closed)
    for place in (gone, "nowhere", "127.0.0.1:port"):
        with pytest.raises(Refusal, match="could not be scanned"):
            scan(b"fine", place)

"""A mail server on loopback that speaks SMTP as RFC 5321 has it, as far as a client needs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast


class Server(socketserver.ThreadingTCPServer):
    """Keeps what it took; ``refuse`` names recipients that it does not know."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[tuple[str, list[str], EmailMessage]] = []
        self.refuse: set[str] = set()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    """One client: HELO, MAIL, RCPT, DATA, in that order and no other."""

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        server = cast(Server, self.server)
        sender, recipients, greeted = "", [], False
        self.say("220 test ready")
        while line := self.rfile.readline().decode().strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    greeted = True
                    self.say("250 test")
                case "MAIL" if greeted:
                    sender, recipients = _address(rest), []
                    self.say("250 ok")
                case "RCPT" if sender:
                    if _address(rest) in server.refuse:
                        self.say("550 no such person")
                    else:
                        recipients.append(_address(rest))
                        self.say("250 ok")
                case "DATA" if recipients:
                    self.say("354 go on")
                    server.taken.append((sender, recipients, self.message()))
                    sender, recipients = "", []
                    self.say("250 taken")
                case "RSET":
                    sender, recipients = "", []
                    self.say("250 ok")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("503 not now")

    def message(self) -> EmailMessage:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return cast(EmailMessage, message_from_bytes(b"".join(lines), policy=cast(Any, policy.default)))


def _address(text: str) -> str:
    return text[text.index("<") + 1 : text.index(">")]


@contextmanager
def serving() -> Iterator[Server]:
    """A server for as long as the block runs."""
    with Server() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()

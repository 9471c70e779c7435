"""The one error of this package: a sentence for the person at the keyboard."""

from __future__ import annotations


class TallyFault(Exception):
    """Something that stops the work; its text says what, where, and what to do. ``code`` is the exit code."""

    def __init__(self, message: str, code: int = 3) -> None:
        super().__init__(message)
        self.code = code

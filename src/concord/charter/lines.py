"""Where each key of a TOML text stands, so that a fault can name its line.

The standard reader tells no positions. This walks a text that it has already accepted, so it need not judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}'  # long strings
    r"|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'"  # strings
    r"|#[^\n]*|\n|[\[\]{}=,]|[^\s\[\]{}=,#\"']+",
    re.S,
)


def positions(text: str) -> Mapping[Path, int]:
    """Line numbers, from 1, by path: ("commitments", 3, "due")."""
    return _Walk(text).found


def nearest(found: Mapping[Path, int], path: Path) -> int | None:
    """The line of a path, or of the nearest thing around it that has a line."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return None


class _Walk:
    """One pass over the tokens, keeping the path of the table or value that it is in."""

    def __init__(self, text: str) -> None:
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self.tokens: list[tuple[str, int]] = []
        line = 1
        for word in _TOKEN.findall(text):
            if not word.startswith("#"):
                self.tokens.append((word, line))
            line += word.count("\n")
        self.at = 0
        table: Path = ()
        while self.at < len(self.tokens):
            word, line = self.tokens[self.at]
            if word == "\n":
                self.at += 1
            elif word == "[":
                table = self._header(line)
            else:
                self._pair(table)

    def _header(self, line: int) -> Path:
        many = self.tokens[self.at + 1][0] == "["
        self.at += 2 if many else 1
        names = self._key("]")
        self.at += 1 if many else 0
        path = self._resolved(names[:-1]) + (names[-1],)
        if many:
            index = self.counts[path] = self.counts.get(path, -1) + 1
            self.found.setdefault(path, line)
            path += (index,)
        self.found.setdefault(path, line)
        return path

    def _resolved(self, names: Path) -> Path:
        """A header’s path, with the latest element of each array of tables on the way."""
        path: Path = ()
        for name in names:
            path += (name,)
            if path in self.counts:
                path += (self.counts[path],)
        return path

    def _key(self, end: str) -> Path:
        """The parts of a dotted key up to ``end``, which is passed over."""
        names: list[str] = []
        while (word := self.tokens[self.at][0]) != end:
            names += [word[1:-1]] if word[0] in "\"'" else [part for part in word.split(".") if part]
            self.at += 1
        self.at += 1
        return tuple(names)

    def _pair(self, table: Path) -> None:
        line = self.tokens[self.at][1]
        path = table + self._key("=")
        self.found.setdefault(path, line)
        self._value(path)

    def _value(self, path: Path) -> None:
        word, line = self.tokens[self.at]
        self.found.setdefault(path, line)
        self.at += 1
        if word == "[":
            for index, _ in enumerate(self._until("]")):
                self._value((*path, index))
        elif word == "{":
            for _ in self._until("}"):
                self._pair(path)
        else:  # a date with a space between day and time is two words
            while self.at < len(self.tokens) and self.tokens[self.at][0] not in ("\n", ",", "]", "}"):
                self.at += 1

    def _until(self, end: str) -> Iterator[None]:
        """Once for each element before the closing bracket."""
        while True:
            while self.tokens[self.at][0] in ("\n", ","):
                self.at += 1
            if self.tokens[self.at][0] == end:
                self.at += 1
                return
            yield

"""The formats that can be read: what each list holds, under which headers, and how it becomes canonical.

A format is two files: ``<key>.toml`` (lists, columns, headers, kinds) and ``<key>.sql`` (from the lists, one
staged table each, to the canonical tables). Nothing here reads a file of a council.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import msgspec

Kind = Literal["id", "date", "flag", "count", "number", "code", "text"]
KEYS = ("annexa", "ssda903", "cin", "ssd")

TYPES: Mapping[Kind, str] = MappingProxyType(
    {
        "id": "VARCHAR",
        "date": "DATE",
        "flag": "VARCHAR",
        "count": "INTEGER",
        "number": "DOUBLE",
        "code": "VARCHAR",
        "text": "VARCHAR",
    }
)


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A column of a list. ``header`` is a regular expression; ``words`` are whole cells that stand for codes.

    ``loose`` is tried, where it is known which list it is, on the headers left over when none fits ``header``.
    """

    header: str
    loose: str = ""
    kind: Kind
    pattern: str = ""
    words: Mapping[str, str] | str = {}
    gives: tuple[str, ...] | None = None
    optional: bool = False


class List(msgspec.Struct, frozen=True, kw_only=True):
    """One list of a format: a sheet, a CSV or a repeated element, one row for each record."""

    format: str
    key: str
    title: str
    name: str
    table: str
    columns: Mapping[str, Column]
    unless: str = ""

    def gives(self, found: Sequence[str]) -> set[str]:
        """The canonical columns that the columns found make possible."""
        given: set[str] = set()
        for name in found:
            column = self.columns[name]
            given.update((f"{self.table}.{name}",) if column.gives is None else column.gives)
        return given

    def match(self, headers: Sequence[str], loosely: bool = False) -> dict[str, int]:
        """Column name -> position of the first header that names it; what is missing is left out.

        Nothing at all when a header is there that the list never has (``unless``).
        """
        plainly = [plain(header) for header in headers]
        if self.unless and any(re.fullmatch(self.unless, header) for header in plainly):
            return {}
        found = _positions({name: column.header for name, column in self.columns.items()}, plainly)
        if loosely:
            left = ["" if place in found.values() else header for place, header in enumerate(plainly)]
            wanted = {
                name: one.loose for name, one in self.columns.items() if one.loose and name not in found
            }
            found |= _positions(wanted, left)
        return found


def _positions(patterns: Mapping[str, str], headers: Sequence[str]) -> dict[str, int]:
    """Name -> position of the first header that its pattern fits whole."""
    found: dict[str, int] = {}
    for name, pattern in patterns.items():
        for position, header in enumerate(headers):
            if re.fullmatch(pattern, header):
                found[name] = position
                break
    return found


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """A format: its lists and the statements that bring them to the canonical tables."""

    key: str
    title: str
    lists: Mapping[str, List]
    statements: tuple[str, ...]


def plain(header: str) -> str:
    """A header for comparison: lower case, only letters and digits, single spaces.

    >>> plain("Child's  Legal\\u00a0Status (Y/N)")
    'child s legal status y n'
    """
    return " ".join(re.findall(r"[a-z0-9]+", header.lower().replace("_", " ")))


def statements(sql: str) -> tuple[str, ...]:
    """The statements of a file, without comments and blank ends."""
    bare = "\n".join(
        line.split("--")[0] if line.lstrip().startswith("--") else line for line in sql.splitlines()
    )
    return tuple(part.strip() for part in bare.split(";") if part.strip())


def finishing() -> tuple[str, ...]:
    """The statements that run once every list is in the canonical tables, whatever its format."""
    return (*statements(read_text("one_a_day.sql")), *statements(read_text("checks.sql")))


def read_text(name: str) -> str:
    """A file of the folder, as text."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def formats() -> Mapping[str, Format]:
    """Every format by key."""
    return MappingProxyType({key: _format(key) for key in KEYS})


def _format(key: str) -> Format:
    raw = tomllib.loads(read_text(f"{key}.toml"))
    words = raw.get("words", {})
    lists = {}
    for name, entry in raw["lists"].items():
        columns = raw.get("prefix", {}) | entry.pop("columns")
        lists[name] = List(
            format=key,
            key=name,
            columns={column: _column(spec, words) for column, spec in columns.items()},
            **entry,
        )
    sql = [one for file in raw.get("sql", [f"{key}.sql"]) for one in statements(read_text(file))]
    return Format(key=raw["key"], title=raw["title"], lists=lists, statements=tuple(sql))


def _column(spec: dict[str, Any], words: Mapping[str, Mapping[str, str]]) -> Column:
    column = msgspec.convert(spec, Column)
    if isinstance(column.words, str):
        return msgspec.structs.replace(column, words=words[column.words])
    return column

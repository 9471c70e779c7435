"""A finding: something wrong with a charter, by its path in the file; and ways to look through the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from concord.charter.lines import Path

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, by its path in the file."""

    path: Path
    problem: str
    expected: str


def meant(word: str, known: Iterable[str]) -> str:
    """“ (did you mean “director”?)”, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean “{close[0]}”?)" if close else ""


def walk(raw: Any, pattern: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value at a pattern: ``commitments[].through``. One word may stand for a list of one."""
    head, _, rest = pattern.partition(".")
    if not isinstance(raw, dict) or (key := head.removesuffix("[]")) not in raw:
        return
    value, path = raw[key], (*path, key)
    found = [(path, value)]
    if head.endswith("[]") and isinstance(value, list):
        found = [((*path, index), item) for index, item in enumerate(value)]
    for at, item in found:
        yield from walk(item, rest, at) if rest else [(at, item)]


def repeated(found: Iterable[tuple[Path, Any]], problem: str) -> Iterator[Finding]:
    """Each name that was there before; ``problem`` has a place for it."""
    seen: set[str] = set()
    for path, name in found:
        if isinstance(name, str) and name in seen:
            yield Finding(path, problem.format(name), "each once")
        seen |= {name} if isinstance(name, str) else set()

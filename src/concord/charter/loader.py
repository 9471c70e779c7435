"""Reads a charter: TOML in, a frozen `Charter` out, or every fault at once with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from concord.charter.base import Part
from concord.charter.checks import Finding, check, meant
from concord.charter.lines import Path, nearest, positions
from concord.charter.schema import UNSET, Charter

_LARGEST = 2_000_000  # characters; London's is about 25,000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a charter: where, what, and what was expected."""

    place: str
    problem: str
    expected: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}. Expected: {self.expected}."


class CharterFaults(Exception):
    """A charter that cannot be used; ``faults`` holds everything found wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load_file(path: str | FilePath) -> Charter:
    """Read a charter from a file. Raises CharterFaults, also when the file cannot be read."""
    path = FilePath(path)
    try:
        if path.is_dir():
            raise _single(
                path.name or str(path),
                "this is a folder",
                "a charter file, such as charters/london-2019.toml",
            )
        return load(path.read_bytes().decode("utf-8"), path.name)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _single(
            f"{path.name}, line {line}", "the text is not in UTF-8", "the file saved as UTF-8"
        ) from error
    except OSError as error:
        reason = (
            "there is no such file"
            if isinstance(error, FileNotFoundError)
            else f"it cannot be read ({error.strerror})"
        )
        raise _single(str(path), reason, "a charter file that can be read") from error


def load(text: str, name: str) -> Charter:
    """Read a charter from text; ``name`` is what faults call it. Raises CharterFaults with all faults."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise _single(name, "the file is empty", "a charter, which begins with [memorandum]")
    if len(text) > _LARGEST:
        raise _single(name, f"the file has {len(text):,} characters", f"a charter of at most {_LARGEST:,}")
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _single(name, f"this is not TOML: {error or 'too deeply nested'}", "valid TOML") from error
    findings = list(check(raw))
    try:
        charter = Charter.model_validate(raw)
    except ValidationError as error:
        findings += [_finding(detail) for detail in error.errors()]
        charter = None
    if findings or charter is None:
        raise CharterFaults(_placed(findings, text, name))
    return _complete(charter)


def _single(place: str, problem: str, expected: str) -> CharterFaults:
    return CharterFaults((Fault(place, problem, expected),))


def _complete(charter: Charter) -> Charter:
    """Fill in what the file leaves to be understood: ids, days of joining, a dataset’s timing."""
    start, letter = charter.memorandum.commences, charter.memorandum.letter
    members = tuple(m if m.joins != UNSET else m.model_copy(update={"joins": start}) for m in charter.members)
    commitments = []
    for commitment in charter.commitments:
        update: dict[str, Any] = {
            "id": letter + commitment.clause,
            "cited": commitment.cited or commitment.clause,
        }
        if commitment.timing_borrowed:
            dataset = charter.dataset(commitment.met_by.of)
            released = commitment.met_by.kind == "release" and dataset.release_due
            update |= {"every": dataset.every, "due": released or dataset.due}
        commitments.append(commitment.model_copy(update=update))
    membership = charter.membership.model_copy(update={"members": members})
    return charter.model_copy(update={"membership": membership, "commitments": tuple(commitments)})


def _placed(findings: list[Finding], text: str, name: str) -> tuple[Fault, ...]:
    """Findings as faults, each once, in the order of the lines."""
    found = positions(text)
    lined = sorted({(nearest(found, f.path) or 0, _dotted(f.path), f.problem, f.expected) for f in findings})
    return tuple(
        Fault(", ".join(filter(None, (name, f"line {line}" if line else "", path))), problem, expected)
        for line, path, problem, expected in lined
    )


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


# What pydantic calls an error, and what a clerk would call it.
_EXPECTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false, without quotes",
    "int_type": "a whole number, without quotes",
    "date_type": "a date without quotes, such as 2019-04-01",
    "tuple_type": "a list in square brackets",
    "model_type": "a table of keys and values",
    "model_attributes_type": "a table of keys and values",
    "string_too_short": "some text",
    "too_short": "at least one",
}


def _finding(detail: ErrorDetails) -> Finding:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    path: Path = tuple(part for part in detail["loc"] if part != "tuple[str, ...]")
    key = str(path[-1]) if path else ""
    if kind == "charter":
        return Finding(path, context["problem"], context["expected"])
    if kind == "missing":
        return Finding(path, f"“{key}” is missing", f"a value for “{key}”")
    if kind == "extra_forbidden":
        known = _keys(path)
        return Finding(
            path, f"there is no key “{key}” here{meant(key, known)}", f"one of: {', '.join(known)}"
        )
    if kind == "literal_error":
        return Finding(
            path, f"“{value}” is not known here{meant(str(value), _quoted(context))}", context["expected"]
        )
    if kind == "string_pattern_mismatch":
        return Finding(
            path, f"“{value}” is not well formed", _PATTERNS.get(context["pattern"], context["pattern"])
        )
    if kind in ("greater_than_equal", "less_than_equal"):
        return Finding(
            path, f"{_shown(value)} is out of range", detail["msg"].removeprefix("Input should be ")
        )
    return Finding(path, f"{_shown(value)} will not do", _EXPECTED.get(kind, detail["msg"]))


def _keys(path: Path) -> list[str]:
    """The keys that may stand where the last part of a path stands."""
    model: type[Part] = Charter
    for part in path[:-1]:
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                model = next(_parts(field.annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _parts(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters and figures with hyphens, such as lead-member",
    r"^\d{3}$": 'the DfE’s three-figure code in quotes, such as "201"',
    r"^[A-Z]{1,3}$": "one to three capital letters",
    r"^\d+(\.\d+)*[a-z]?$": "a clause number, such as 2.1 or 2.1c",
}


def _quoted(context: Mapping[str, Any]) -> list[str]:
    return [part for part in str(context["expected"]).split("'") if part.strip(" ,or")]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float | date | datetime):
        return f"“{value}”"
    return {dict: "a table", list: "a list"}.get(type(value), "this")

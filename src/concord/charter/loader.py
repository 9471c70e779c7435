"""Reads a charter: TOML in, a frozen `Charter` out, or every fault at once with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import ValidationError

from concord.charter.base import Part
from concord.charter.checks import check
from concord.charter.findings import Finding, Raw
from concord.charter.lines import Path, nearest, positions
from concord.charter.schema import UNSET, Charter
from concord.charter.wording import worded

_LARGEST = 2_000_000  # characters; London's is about 25,000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a charter: where, what, and what was expected."""

    place: str
    problem: str
    expected: str

    def __str__(self) -> str:
        said = f"{self.place}: {self.problem}. Expected: {self.expected}."
        return "".join(
            c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in said
        )  # one fault, one line


class CharterFaults(Exception):
    """A charter that cannot be used; ``faults`` holds everything found wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load_file(path: str | FilePath) -> Charter:
    """Read a charter from a file. Raises CharterFaults, also when the file cannot be read."""
    return load(*text_of(path))


def text_of(path: str | FilePath) -> tuple[str, str]:
    """What a file says, and the name that faults call it. Raises CharterFaults when it cannot be read."""
    path = FilePath(path)
    try:
        if path.is_dir():
            raise _single(str(path), "this is a folder", "a charter file, such as london-2019.toml")
        return path.read_bytes().decode("utf-8"), path.name
    except UnicodeDecodeError as error:
        place = f"{path.name}, line {error.object.count(10, 0, error.start) + 1}"
        raise _single(place, "the text is not in UTF-8", "the file saved as UTF-8") from error
    except FileNotFoundError as error:
        raise _single(str(path), "there is no such file", "the path of a charter file") from error
    except (OSError, ValueError) as error:
        raise _single(str(path), f"it cannot be read ({error})", "a file that can be read") from error


def load(text: str, name: str) -> Charter:
    """Read a charter from text; ``name`` is what faults call it. Raises CharterFaults with all faults."""
    return _complete(read(text, name, Charter, check))


_P = TypeVar("_P", bound=Part)


def read(text: str, name: str, model: type[_P], rules: Callable[[Raw], Iterable[Finding]]) -> _P:
    """TOML of some model, held to rules between its parts. Raises CharterFaults with everything found wrong."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise _single(name, "the file is empty", "a charter, which begins with [memorandum]")
    if len(text) > _LARGEST:
        raise _single(name, f"the file has {len(text):,} characters", f"a charter of at most {_LARGEST:,}")
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _single(name, f"this is not TOML: {error or 'too deeply nested'}", "valid TOML") from error
    findings = list(rules(raw))
    try:
        found = model.model_validate(raw)
    except ValidationError as error:
        findings += [worded(detail, model) for detail in error.errors()]
        found = None
    if findings or found is None:
        raise CharterFaults(_placed(findings, text, name))
    return found


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
        if commitment.met_by.kind in ("document", "sign-off"):
            document = charter.template(commitment.met_by.of).document
            update["met_by"] = commitment.met_by.model_copy(update={"document": document})
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

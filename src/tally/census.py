"""Reads a children in need census, child by child, and holds each element against the census's order.

Nothing of the file is kept but the rows. What stands where it should not, or is not there, is a fault with its
line; the rest of the child is still read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from tally.faults import TallyFault
from tally.formats import List, formats, read_text
from tally.workbook import Row

if TYPE_CHECKING:
    from tally.workspace import Workspace

_BLOCK = 5_000
_NEAR_LAST_LINE = 50_000
"""libxml2 keeps lines to 65,535; no child has so many that one which begins before this ends beyond that."""
MESSAGE = "Message"
"""The outermost element of a census."""
INSIDE: Mapping[str, str] = {
    "Assessments": "cin_assessment",
    "CINPlanDates": "cin_plan_dates",
    "Section47": "cin_section47",
    "ChildProtectionPlans": "cin_protection",
}


Record = tuple[str, int, list[str]]
"""A record of an XML file: the key of its list, its line, its cells."""


class _Part(NamedTuple):
    place: int
    repeats: bool


class _Content(NamedTuple):
    parts: dict[str, _Part]
    required: frozenset[str]


Order = dict[str, _Content]


class _Block(NamedTuple):
    name: str
    line: int
    facts: dict[str, str]
    blocks: list[_Block]


class Misfit(NamedTuple):
    """Something that does not fit the census: line, child, element and why."""

    line: int
    child: str
    element: str
    reason: str


def root_of(path: Path) -> str:
    """The outermost element of an XML file. Raises TallyFault if it is not well-formed at its start."""
    try:
        for _, element in _parse(path, ("start",)):
            return name_of(element)
    except etree.XMLSyntaxError as fault:
        raise TallyFault(f"{path.name}: is not XML that can be read ({fault.msg}).") from fault
    return ""


def read_census(workspace: Workspace, path: Path) -> None:
    """Take a census into a workspace. Raises TallyFault where the XML breaks off; nothing is guessed after that."""
    lists = formats()["cin"].lists
    headers = {key: [column.header for column in one.columns.values()] for key, one in lists.items()}
    misfits: list[Misfit] = []
    take_in(workspace, path, lists, headers, _records(path, misfits), misfits)


def take_in(
    workspace: Workspace,
    path: Path,
    lists: Mapping[str, List],
    headers: Mapping[str, list[str]],
    records: Iterable[Record],
    misfits: list[Misfit],
) -> None:
    """Stage the records of an XML file, a block of a list at a time, and then what did not fit (with the first list).

    A record's cells are in the order of its list's columns; ``headers`` are the elements that hold them.
    """
    sources = {
        key: workspace.source(
            path.name, one.title, one, headers[key], {name: at for at, name in enumerate(one.columns)}
        )
        for key, one in lists.items()
    }
    waiting: dict[str, list[Row]] = {key: [] for key in lists}
    latest = dict.fromkeys(lists, 0)
    workspace.progress(f"Reading {path.name} ({formats()[next(iter(lists.values())).format].title})")
    for key, line, cells in records:
        latest[key] = max(line, latest[key] + 1)  # a number of its own, even where all stands on one line
        waiting[key].append((latest[key], cells))
        if len(waiting[key]) == _BLOCK:
            workspace.stage_block(sources[key], waiting[key])
            waiting[key] = []
            workspace.progress(f"  {sources[key].rows:,} {lists[key].name}")
    for key, block in waiting.items():
        if block:
            workspace.stage_block(sources[key], block)
    first = sources[next(iter(lists))]
    for start in range(0, len(misfits), _BLOCK):
        workspace.note_misfits(first, misfits[start : start + _BLOCK])


def child_elements(path: Path, *tags: str) -> Iterator[tuple[Any, int]]:
    """Each child (the first tag) whole with its line, then forgotten; other tags as they come. Raises TallyFault."""
    children, end = 0, 0
    try:
        for _, element in _parse(path, ("end",), tuple(f"{{*}}{tag}" for tag in tags)):
            if name_of(element) != tags[0]:
                yield element, element.sourceline
                continue
            start = _start(element, end)
            if start > _NEAR_LAST_LINE:
                end = start + etree.tostring(element, with_tail=False).count(b"\n")
            yield element, start
            children += 1
            element.clear(keep_tail=True)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as fault:
        raise TallyFault(
            f"{path.name}: the XML breaks off after {children:,} children ({fault.msg}). "
            "Make the file again; half of it gives wrong figures, so none of it was used."
        ) from fault


def _start(element: Any, end: int) -> int:
    """The line on which a child begins: libxml2 knows it to 65,535 and then guesses, so from there it is counted
    from the line on which the child before ended."""
    if end == 0:
        return int(element.sourceline)
    return end + sum(
        _breaks(one.tail) + (0 if isinstance(one.tag, str) else _breaks(one.text))
        for one in element.itersiblings(preceding=True)
    )


def count_lines(element: Any, line: int, found: dict[Any, int]) -> int:
    """Enter an element, which begins on a line, and all in it with their lines; the line on which it ends."""
    found[element] = line
    line += _breaks(element.text)
    for part in element:
        line = count_lines(part, line, found) + _breaks(part.tail)
    return line


def _breaks(text: str | None) -> int:
    return text.count("\n") if text else 0


def _records(path: Path, misfits: list[Misfit]) -> Iterator[Record]:
    """Each record: its list, its line, its cells in the order of the list's columns."""
    reference = ""
    for element, line in child_elements(path, "Child", "ReferenceDate"):
        if name_of(element) == "ReferenceDate":
            reference = text_of(element)
        else:
            yield from _child(element, line, reference, misfits)


def _parse(
    path: Path, events: tuple[str, ...], tags: tuple[str, ...] | None = None
) -> Iterator[tuple[str, Any]]:
    safely = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
    with path.open("rb") as stream:
        yield from etree.iterparse(stream, events=events, tag=tags, **safely)


def _child(element: Any, line: int, reference: str, misfits: list[Misfit]) -> Iterator[Record]:
    id = text_of(element.find("{*}ChildIdentifiers/{*}LAchildID"))
    child, _ = _read(element, "Child", id, misfits, order(), line)
    facts = next((block.facts for block in child.blocks if block.name == "ChildIdentifiers"), {})
    sex = facts.get("Sex") or facts.get("GenderCurrent", "")
    yield "cin_child", child.line, [id, facts.get("PersonBirthDate", ""), sex, reference]
    for case in child.blocks:
        if case.name == "CINdetails":
            referred = case.facts.get("CINreferralDate", "")
            yield (
                "cin_referral",
                case.line,
                [id, *(case.facts.get(name, "") for name in _wanted("cin_referral"))],
            )
            for part in case.blocks:
                key = INSIDE.get(part.name)
                if key:
                    part.facts["CINreferralDate"] = referred
                    yield key, part.line, [id, *(part.facts.get(name, "") for name in _wanted(key))]


def _read(
    element: Any, name: str, child: str, misfits: list[Misfit], order: Order, line: int
) -> tuple[_Block, int]:
    """An element with the plain elements and the blocks in it, held against the order on the way; and its last line.

    ``line`` is that on which it begins.
    """
    block = _Block(name, line, {}, [])
    parts, required = order[name]
    facts = block.facts
    if text := element.text:
        line += text.count("\n")
        if not text.isspace():
            misfits.append(Misfit(block.line, child, name, "has text of its own, where only elements belong"))
    place, seen = -1, set[str]()
    for part in element:
        tag = part.tag
        text, tail = part.text, part.tail
        if not isinstance(tag, str):
            line += _breaks(text) + _breaks(tail)
            continue  # a comment
        if tag[0] == "{":
            tag = tag.rpartition("}")[2]
        if tail and not tail.isspace():
            misfits.append(Misfit(line, child, tag, "is followed by text that belongs to nothing"))
        known = parts.get(tag)
        if known is not None and known.place >= place and (known.repeats or tag not in seen):
            place = known.place
        else:
            misfits.append(Misfit(line, child, tag, _why(known, place, name)))
        if known is not None and tag in order:
            inside, line = _read(part, tag, child, misfits, order, line)
            block.blocks.append(inside)
        else:
            if not facts.get(tag):  # of two, the first that is not empty
                facts[tag] = text.strip() if text else ""
            line = count_lines(part, line, {}) if len(part) else line + _breaks(text)
        if tail:
            line += tail.count("\n")
        seen.add(tag)
    if not seen.issuperset(required):
        missing = (tag for tag in required if tag not in seen)
        misfits += (Misfit(block.line, child, tag, f"is missing from {name}") for tag in missing)
    return block, line


def _why(known: _Part | None, place: int, name: str) -> str:
    """Why an element does not fit where it stands."""
    if known is None:
        return f"is not known within {name}"
    return f"stands out of order within {name}" if known.place < place else f"stands twice within {name}"


@cache
def _wanted(key: str) -> tuple[str, ...]:
    return tuple(column.header for column in formats()["cin"].lists[key].columns.values())[1:]


@cache
def order() -> Order:
    """Element -> what may stand in it, in which place, and what must."""
    raw = tomllib.loads(read_text("cin.toml"))["elements"]
    found = {}
    for name, text in raw.items():
        parts = {word.strip("!*"): _Part(place, "*" in word) for place, word in enumerate(text.split())}
        found[name] = _Content(parts, frozenset(word.strip("!*") for word in text.split() if "!" in word))
    return found


def text_of(element: Any) -> str:
    """An element's text; nothing for no element."""
    return ((element.text if element is not None else "") or "").strip()


def name_of(element: Any) -> str:
    """An element's name without its namespace; '' for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""

"""What must hold between the parts of a charter: every name resolves, nothing is said twice or overlaps.

Works on the file as read, before it is made into objects, so that a slip in one place does not hide others.
What has the wrong shape is left to the schema to report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from concord.charter import vocabulary as words
from concord.charter.findings import Finding, Raw, repeated, walk
from concord.charter.lines import Path
from concord.charter.references import LISTS, unresolved


def check(raw: Raw) -> Iterator[Finding]:
    """Everything that does not hold in a charter file read as ``raw``."""
    for rule in (
        unresolved,
        _repeats,
        _clashes,
        _memberships,
        _bodies,
        _sub_regions,
        _owners,
        _timings,
        _ids,
    ):
        yield from rule(raw)


_UNIQUE = {
    "membership.sub_regions[].key": "sub-regions",
    "partners[].key": "partners",
    "offices[].key": "offices",
    "datasets[].key": "datasets",
    "templates[].key": "templates",
    "events[].key": "events",
    "groups[].key": "groups",
    "follow_ups[].key": "follow-ups",
    "challenge.roles[].role": "roles",
    "commitments[].clause": "commitments with one clause:",
}


def _repeats(raw: Raw) -> Iterator[Finding]:
    for pattern, title in _UNIQUE.items():
        yield from repeated(walk(raw, pattern), f"two {title} “{{}}”")
    for pattern in LISTS:
        for _, names in groupby(walk(raw, pattern), key=lambda found: found[0][:-1]):
            yield from repeated(names, "“{}” stands twice in this list")
    rules = (
        (path, f"{rule.get('what')} of {rule['of']}" if "of" in rule else rule.get("what"))
        for path, rule in walk(raw, "sharing[]")
        if isinstance(rule, dict)
    )
    yield from repeated(rules, "two sharing rules for “{}”")


def _clashes(raw: Raw) -> Iterator[Finding]:
    """A word in seen_by must mean one thing."""
    taken = dict.fromkeys(words.AUDIENCES, "an audience")
    for pattern, kind in (("partners[].key", "a partner"), ("offices[].key", "an office")):
        for path, key in walk(raw, pattern):
            if isinstance(key, str) and taken.setdefault(key, kind) != kind:
                yield Finding(path, f"“{key}” already names {taken[key]}", "another key")


@dataclass(frozen=True, slots=True)
class _Stay:
    path: Path
    name: str
    first: date
    last: date


def _stay(path: Path, name: Any, first: Any, last: Any) -> Iterator[_Stay]:
    if type(first) is date and type(last) is date:
        yield _Stay(path, str(name), first, last)


def _tables(raw: Any, pattern: str, path: Path = ()) -> Iterator[tuple[Path, Raw]]:
    return ((at, table) for at, table in walk(raw, pattern, path) if isinstance(table, dict))


def _overlaps(stays: Iterable[_Stay], problem: str) -> Iterator[Finding]:
    for earlier, later in pairwise(sorted(stays, key=lambda stay: (stay.first, stay.last))):
        if later.first <= earlier.last:
            yield Finding(
                later.path,
                f"{problem}: {earlier.name} and {later.name} both hold on {later.first}",
                "one to end before the next begins",
            )


def _memberships(raw: Raw) -> Iterator[Finding]:
    start = next((value for _, value in walk(raw, "memorandum.commences")), None)
    by_code: dict[str, list[_Stay]] = {}
    for path, member in _tables(raw, "membership.members[]"):
        code, name = member.get("code"), member.get("name")
        for stay in _stay(path, name, member.get("joins", start), member.get("leaves", date.max)):
            # A later edition names those who have left, with the days that they were in: without “joins” it is a slip.
            if stay.first > stay.last and "joins" not in member:
                problem = f"{name} leaves on {stay.last}, before commencement"
                yield Finding(path, problem, "a later day, or a day in “joins”")
            by_code.setdefault(str(code), []).append(stay)
    for code, stays in by_code.items():
        for stay in stays[1:]:
            if stay.name != stays[0].name:
                problem = f"two members with the code “{code}”: {stays[0].name} and {stay.name}"
                yield Finding(stay.path, problem, "each authority with a code of its own")
        same = [stay for stay in stays if stay.name == stays[0].name]
        yield from _overlaps(same, f"memberships with the code “{code}” overlap")


def _bodies(raw: Raw) -> Iterator[Finding]:
    start = next((value for _, value in walk(raw, "memorandum.commences")), None)
    by_code: dict[str, list[_Stay]] = {}
    for path, body in _tables(raw, "membership.bodies[]"):
        for stay in _stay(path, body.get("name"), body.get("from", start), body.get("to", date.max)):
            if stay.first > stay.last and "from" not in body:
                yield Finding(
                    path, f"{stay.name} ends on {stay.last}, before commencement", "a day in “from”"
                )
        stays = list(_stay(path, body.get("name"), body.get("from", date.min), body.get("to", date.max)))
        for _, code in walk(body, "codes[]"):
            by_code.setdefault(str(code), []).extend(stays)
    for code, stays in by_code.items():
        yield from _overlaps(stays, f"two bodies answer for “{code}”")


def _sub_regions(raw: Raw) -> Iterator[Finding]:
    divided = any(True for _ in walk(raw, "membership.sub_regions[]"))
    for path, member in _tables(raw, "membership.members[]"):
        name = member.get("name")
        if divided and not member.get("sub_region"):
            yield Finding(path, f"{name} is in no sub-region", "“sub_region” with the key of one")
        spans = [
            stay
            for at, span in _tables(member, "sub_region[]", path)
            for stay in _stay(at, span.get("key"), span.get("from", date.min), span.get("to", date.max))
        ]
        yield from _overlaps(spans, f"sub-regions of {name} overlap")
    for pattern in () if divided else _DIVIDED:
        for path, word in walk(raw, pattern):
            if word == "sub-region" or (word == "lead" and pattern.endswith("seen_by[]")):
                yield Finding(path, f"“{word}” needs sub-regions, and there are none", "something else")


_DIVIDED = (
    "offices[].of",
    "events[].scope",
    "contributions[].spent_in",
    "challenge.within",
    "sharing[].seen_by[]",
    "commitments[].owed_by",
    "commitments[].seen_by[]",
)


def _owners(raw: Raw) -> Iterator[Finding]:
    """A duty goes through an office of whoever owes it."""
    holds = {str(office.get("key")): str(office.get("of")) for _, office in _tables(raw, "offices[]")}
    for path, commitment in _tables(raw, "commitments[]"):
        owner, office = str(commitment.get("owed_by")), str(commitment.get("through"))
        held = holds.get(office, owner)
        if {owner, held} <= set(words.OWNERS) and held != owner:
            yield Finding(
                (*path, "through"),
                f"the duty is owed by “{owner}”, but “{office}” is an office of “{held}”",
                f"an office of “{owner}”",
            )


def _timings(raw: Raw) -> Iterator[Finding]:
    """A duty that states its own timing must not contradict its dataset’s."""
    every = {str(dataset.get("key")): dataset.get("every") for _, dataset in _tables(raw, "datasets[]")}
    for path, commitment in _tables(raw, "commitments[]"):
        stated = commitment.get("every")
        for key in ("met_by.return", "met_by.release"):
            for _, dataset in walk(commitment, key):
                if stated and every.get(str(dataset), stated) != stated:
                    yield Finding(
                        (*path, "every"),
                        f"the duty recurs every {stated}, but “{dataset}” every {every[str(dataset)]}",
                        "the same, or nothing here: the dataset’s timing then holds",
                    )


def _ids(raw: Raw) -> Iterator[Finding]:
    """An id is made from letter and clause; a file that sets it would say so twice."""
    for path, _ in walk(raw, "commitments[].id"):
        yield Finding(path, "an id is not written in the file", "only “clause”; the letter is put before it")

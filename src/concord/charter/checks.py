"""What must hold between the parts of a charter: every name resolves, nothing is said twice or overlaps.

Works on the file as read, before it is made into objects, so that a slip in one place does not hide others.
What has the wrong shape is left to the schema to report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

import catalogue
from concord.charter import vocabulary as words
from concord.charter.lines import Path

Raw = Mapping[str, Any]
_LISTED = 16  # a longer list of what was expected helps nobody


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, by its path in the file."""

    path: Path
    problem: str
    expected: str


def meant(word: str, known: Iterable[str]) -> str:
    """“; did you mean “director”?”, or nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean “{close[0]}”?" if close else ""


def check(raw: Raw) -> Iterator[Finding]:
    """Everything that does not hold in a charter file read as ``raw``."""
    for rule in (
        _names,
        _evidence,
        _repeats,
        _clashes,
        _memberships,
        _sub_regions,
        _owners,
        _timings,
        _own_keys,
    ):
        yield from rule(raw)


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


def _values(*patterns: str) -> Callable[[Raw], list[str]]:
    return lambda raw: [v for pattern in patterns for _, v in walk(raw, pattern) if isinstance(v, str)]


def _audiences(raw: Raw) -> list[str]:
    return [*words.AUDIENCES, *_values("partners[].key", "offices[].key")(raw)]


# What a name can be the name of: in words, and which names there are.
_KINDS: dict[str, tuple[str, Callable[[Raw], Collection[str]]]] = {
    "office": ("an office of this charter", _values("offices[].key")),
    "partner": ("a partner of this charter", _values("partners[].key")),
    "sub-region": ("a sub-region of this charter", _values("membership.sub_regions[].key")),
    "member": ("the code of a member", _values("membership.members[].code")),
    "event": ("an event of this charter", _values("events[].key")),
    "group": ("a group of this charter", _values("groups[].key")),
    "template": ("a template of this charter", _values("templates[].key")),
    "dataset": ("a dataset of this charter", _values("datasets[].key")),
    "narrowing": ("a dataset or template of this charter", _values("datasets[].key", "templates[].key")),
    "clause": ("a clause with a commitment", _values("commitments[].clause")),
    "contribution": ("the clause of a contribution", _values("contributions[].clause")),
    "post": ("a role in the challenge or an office", _values("challenge.roles[].role", "offices[].key")),
    "role": ("a role in this charter’s challenge", _values("challenge.roles[].role")),
    "audience": ("an audience, a partner or an office", _audiences),
    "memorandum": ("something that is signed so", lambda raw: ["memorandum"]),
    "catalogue dataset": ("a dataset of the catalogue", lambda raw: catalogue.datasets()),
    "indicator": ("an indicator of the catalogue", lambda raw: catalogue.indicators()),
    "ability": ("an ability", lambda raw: words.ABILITIES),
    "trigger": ("a trigger", lambda raw: words.TRIGGERS),
    "record": ("a kind of record", lambda raw: words.RECORDS),
    "document": ("a kind of document", lambda raw: words.DOCUMENTS),
    "challenge role": ("a role that a challenge can have", lambda raw: words.CHALLENGE_ROLES),
    "act": ("an act of a challenge", lambda raw: words.CHALLENGE_ACTS),
    "level": ("a level of participation", lambda raw: words.PARTICIPATION_LEVELS),
}

_REFERENCES: dict[str, str] = {
    "memorandum.signed_by[]": "office",
    "membership.members[].sub_region": "sub-region",
    "membership.members[].sub_region[].key": "sub-region",
    "membership.members[].follows[]": "member",
    "membership.bodies[].codes[]": "member",
    "participation.levels[]": "level",
    "participation.varied_with": "office",
    "participation.waivable[]": "clause",
    "offices[].partner": "partner",
    "offices[].may[]": "ability",
    "datasets[].key": "catalogue dataset",
    "datasets[].indicators[]": "indicator",
    "datasets[].collated_by": "office",
    "templates[].document": "document",
    "templates[].clause": "clause",
    "templates[].signed_by[]": "office",
    "templates[].shared_with[]": "office",
    "events[].clause": "clause",
    "events[].convened_by": "office",
    "events[].invites[]": "office",
    "groups[].clause": "clause",
    "contributions[].clause": "clause",
    "contributions[].managed_by": "office",
    "support.clause": "clause",
    "support.brokered_by": "office",
    "support.offered_by[]": "office",
    "challenge.clause": "clause",
    "challenge.formed_by": "office",
    "challenge.each_year[]": "role",
    "challenge.deposited_with": "office",
    "challenge.roles[].role": "challenge role",
    "challenge.roles[].office": "office",
    "challenge.stages[].acts[]": "act",
    "challenge.stages[].led_by": "post",
    "challenge.stages[].template": "template",
    "follow_ups[].clause": "clause",
    "follow_ups[].reported_by": "post",
    "follow_ups[].reviewed_by[]": "post",
    "follow_ups[].delegated_to[]": "office",
    "follow_ups[].template": "template",
    "ladder[].held_by": "office",
    "ladder[].told[]": "office",
    "ladder[].clause": "clause",
    "sharing[].what": "record",
    "sharing[].of": "narrowing",
    "sharing[].seen_by[]": "audience",
    "sharing[].clause": "clause",
    "commitments[].through": "office",
    "commitments[].roles[]": "role",
    "commitments[].after[]": "trigger",
    "commitments[].at": "event",
    "commitments[].seen_by[]": "audience",
}

_EVIDENCE: dict[str, str] = {
    "return": "dataset",
    "release": "dataset",
    "signature": "memorandum",
    "sign-off": "template",
    "document": "template",
    "acknowledgement": "record",
    "event": "event",
    "attendance": "event",
    "nomination": "group",
    "contribution": "contribution",
    "office": "office",
    "record": "record",
}


def _names(raw: Raw) -> Iterator[Finding]:
    known = {kind: names(raw) for kind, (_, names) in _KINDS.items()}
    for pattern, kind in _REFERENCES.items():
        for path, name in walk(raw, pattern):
            if isinstance(name, str) and name not in known[kind]:
                yield _unknown(path, name, kind, known[kind])


def _evidence(raw: Raw) -> Iterator[Finding]:
    for path, pair in walk(raw, "commitments[].met_by"):
        for kind, name in pair.items() if isinstance(pair, dict) else ():
            if (
                (of := _EVIDENCE.get(kind))
                and isinstance(name, str)
                and name not in (known := _KINDS[of][1](raw))
            ):
                yield _unknown((*path, kind), name, of, known)


def _unknown(path: Path, name: str, kind: str, known: Collection[str]) -> Finding:
    if not known:
        expected = f"{_KINDS[kind][0]}, but there is none"
    elif len(known) <= _LISTED:
        expected = f"one of: {', '.join(dict.fromkeys(known))}"
    else:
        expected = f"{_KINDS[kind][0]}, such as {', '.join(list(known)[:3])}"
    return Finding(path, f"“{name}” is not {_KINDS[kind][0]}{meant(name, known)}", expected)


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
        yield from _repeated(walk(raw, pattern), f"two {title} “{{}}”")
    rules = (
        (path, f"{rule.get('what')} of {rule['of']}" if "of" in rule else rule.get("what"))
        for path, rule in walk(raw, "sharing[]")
        if isinstance(rule, dict)
    )
    yield from _repeated(rules, "two sharing rules for “{}”")


def _repeated(found: Iterable[tuple[Path, Any]], problem: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, name in found:
        if isinstance(name, str) and name in seen:
            yield Finding(path, problem.format(name), "each once")
        seen |= {name} if isinstance(name, str) else set()


def _clashes(raw: Raw) -> Iterator[Finding]:
    """A word in seen_by must mean one thing."""
    partners = set(_values("partners[].key")(raw))
    for pattern, taken in (
        ("partners[].key", set(words.AUDIENCES)),
        ("offices[].key", partners | set(words.AUDIENCES)),
    ):
        for path, key in walk(raw, pattern):
            if isinstance(key, str) and key in taken:
                yield Finding(path, f"“{key}” already names an audience or a partner", "another key")


@dataclass(frozen=True, slots=True)
class _Stay:
    path: Path
    name: str
    first: date
    last: date


def _stay(path: Path, name: Any, first: Any, last: Any) -> Iterator[_Stay]:
    if type(first) is date and type(last) is date:
        yield _Stay(path, str(name), first, last)


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
    for path, member in walk(raw, "membership.members[]"):
        if not isinstance(member, dict) or not isinstance(code := member.get("code"), str):
            continue
        for stay in _stay(
            path, member.get("name"), member.get("joins", start), member.get("leaves", date.max)
        ):
            same = by_code.setdefault(code, [])
            if any(other.name != stay.name for other in same):
                yield Finding(
                    path, f"two members with the code “{code}”: {same[0].name}, {stay.name}", "each its own"
                )
            if stay.first > stay.last:
                yield Finding(
                    path, f"{stay.name} leaves ({stay.last}) before it joins ({stay.first})", "a later day"
                )
            same.append(stay)
    for code, stays in by_code.items():
        if len({stay.name for stay in stays}) == 1:
            yield from _overlaps(stays, f"memberships of “{code}” overlap")
    bodies: dict[str, list[_Stay]] = {}
    for path, body in walk(raw, "membership.bodies[]"):
        for _, code in walk(body, "codes[]"):
            stays = _stay(path, body.get("name"), body.get("from", date.min), body.get("to", date.max))
            bodies.setdefault(str(code), []).extend(stays)
    for code, stays in bodies.items():
        yield from _overlaps(stays, f"two bodies answer for “{code}”")


def _sub_regions(raw: Raw) -> Iterator[Finding]:
    divided = bool(list(walk(raw, "membership.sub_regions[]")))
    for path, member in walk(raw, "membership.members[]"):
        if not isinstance(member, dict):
            continue
        if divided and not member.get("sub_region"):
            yield Finding(
                path, f"{member.get('name')} is in no sub-region", "“sub_region” with the key of one"
            )
        spans = [
            stay
            for at, span in walk(member, "sub_region[]", path)
            if isinstance(span, dict)
            for stay in _stay(at, span.get("key"), span.get("from", date.min), span.get("to", date.max))
        ]
        yield from _overlaps(spans, f"sub-regions of {member.get('name')} overlap")
    if divided:
        return
    for pattern in (
        "offices[].of",
        "commitments[].owed_by",
        "challenge.within",
        "events[].scope",
        "contributions[].spent_in",
    ):
        yield from _undivided(raw, pattern, "sub-region")
    for pattern in ("sharing[].seen_by[]", "commitments[].seen_by[]"):
        yield from _undivided(raw, pattern, "sub-region", "lead")


def _undivided(raw: Raw, pattern: str, *names: str) -> Iterator[Finding]:
    for path, name in walk(raw, pattern):
        if name in names:
            yield Finding(path, f"“{name}” needs sub-regions, and this charter has none", "something else")


def _owners(raw: Raw) -> Iterator[Finding]:
    holds = {o.get("key"): o.get("of") for _, o in walk(raw, "offices[]") if isinstance(o, dict)}
    for path, commitment in walk(raw, "commitments[]"):
        if not isinstance(commitment, dict):
            continue
        owner, office = commitment.get("owed_by"), commitment.get("through")
        if (
            owner in words.OWNERS
            and office in holds
            and holds[office] in words.OWNERS
            and holds[office] != owner
        ):
            yield Finding(
                (*path, "through"),
                f"the duty is owed by “{owner}”, but “{office}” is an office of “{holds[office]}”",
                f"an office of “{owner}”",
            )


def _timings(raw: Raw) -> Iterator[Finding]:
    """A duty that states its own timing must not contradict its dataset’s."""
    every = {d.get("key"): d.get("every") for _, d in walk(raw, "datasets[]") if isinstance(d, dict)}
    for path, commitment in walk(raw, "commitments[]"):
        if not isinstance(commitment, dict) or not isinstance(commitment.get("met_by"), dict):
            continue
        dataset = commitment["met_by"].get("return") or commitment["met_by"].get("release")
        stated = commitment.get("every")
        if isinstance(dataset, str) and stated and every.get(dataset) not in (None, stated):
            yield Finding(
                (*path, "every"),
                f"the duty recurs every “{stated}”, but “{dataset}” is returned every “{every[dataset]}”",
                "the same, or nothing here: the dataset’s timing then holds",
            )


def _own_keys(raw: Raw) -> Iterator[Finding]:
    """An id is made from letter and clause; a file that sets it would say so twice."""
    for path, _ in walk(raw, "commitments[].id"):
        yield Finding(path, "an id is not written in the file", "only “clause”; the letter is put before it")

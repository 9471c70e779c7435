"""Every name in a charter must be the name of something: which names stand where, and what they may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import catalogue
from concord.charter import vocabulary as words
from concord.charter.findings import Finding, Raw, meant, walk
from concord.charter.lines import Path

_LISTED = 16  # a longer list of what was expected helps nobody


def _values(*patterns: str) -> Callable[[Raw], list[str]]:
    return lambda raw: [v for pattern in patterns for _, v in walk(raw, pattern) if isinstance(v, str)]


def _audiences(raw: Raw) -> list[str]:
    offices = [one for _, one in walk(raw, "offices[]") if isinstance(one, dict)]
    every = [
        f"{words.EVERY}{one.get('key')}" for one in offices if one.get("of") in ("authority", "sub-region")
    ]
    return [*words.AUDIENCES, *_values("partners[].key", "offices[].key")(raw), *every]


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
    "audience": ("an audience, a partner, an office, or “every” with an authority’s office", _audiences),
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

LISTS = tuple(pattern for pattern in _REFERENCES if pattern.endswith("[]"))

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
    "act": "act",
}


def unresolved(raw: Raw) -> Iterator[Finding]:
    """Every name that is the name of nothing."""
    known = {kind: names(raw) for kind, (_, names) in _KINDS.items()}
    named = [(path, name, kind) for pattern, kind in _REFERENCES.items() for path, name in walk(raw, pattern)]
    for path, pair in walk(raw, "commitments[].met_by"):
        if isinstance(pair, dict):
            for key in pair.keys() & _EVIDENCE.keys():
                named += [(at, name, _EVIDENCE[key]) for at, name in walk(pair, f"{key}[]", path)]
    for path, name, kind in named:
        if isinstance(name, str) and name not in known[kind]:
            yield _unknown(path, name, kind, known[kind])


def _unknown(path: Path, name: str, kind: str, known: Collection[str]) -> Finding:
    if not known:
        expected = f"{_KINDS[kind][0]}, but there is none"
    elif len(known) <= _LISTED:
        expected = f"one of: {', '.join(dict.fromkeys(known))}"
    else:
        expected = f"{_KINDS[kind][0]}, such as {', '.join(list(known)[:3])}"
    return Finding(path, f"“{name}” is not {_KINDS[kind][0]}{meant(name, known)}", expected)

"""A year's grouping on its way: proposed, changed by hand, agreed; and what a change by hand is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from concord.rules.grouping import Grouping, Setting, as_codes
from concord.rules.lifecycle import Lifecycle, Move

ROUND = Lifecycle(
    thing="grouping",
    first="proposed",
    states={"proposed": "Proposed", "agreed": "Agreed"},
    moves=(
        Move("propose", ("proposed",), "proposed", "challenge.group", "Propose again", "proposed"),
        Move("wish", ("proposed",), None, "challenge.group", "Add", "told of a wish"),
        Move("change", ("proposed",), None, "challenge.group", "Make this change", "changed by hand"),
        Move("agree", ("proposed",), "agreed", "challenge.group", "Agree these groups", "agreed"),
        Move("reopen", ("agreed",), "proposed", "challenge.group", "Form them anew", "opened again"),
    ),
)


def has_begun(acts: Collection[str], meetings: int) -> bool:
    """Whether a challenge has begun: more was done than to answer the invitations, or a meeting is arranged."""
    return bool(set(acts) - {"conflicts"}) or meetings > 0


def places(setting: Setting, groups: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Every place of a grouping that two authorities could swap, as (key, words); keys are for `swapped`."""
    found = []
    for number, group in enumerate(groups):
        if "members" in group:
            found += [
                (f"{number}.members.{code}", f"{setting.name(code)} (group {number + 1})")
                for code in group["members"]
            ]
            if len(group["members"]) < setting.sizes[1]:
                found.append((f"{number}.members.", f"A free place in group {number + 1}"))
        else:
            found += [
                (
                    f"{number}.{role}.{code}",
                    f"{setting.name(group['host'])}: {setting.name(code)}, {role.replace('-', ' ')}",
                )
                for role, _ in setting.parts
                for code in as_codes(group.get(role))
            ]
    return found


def swapped(groups: Grouping, one: str, other: str) -> Grouping:
    """The grouping with who is in two places exchanged. Raises ValueError where a place is not one of its."""
    first, second = _place(groups, one), _place(groups, other)
    changed: Grouping = [
        {role: list(part) if isinstance(part, list) else part for role, part in group.items()}
        for group in groups
    ]
    for (number, role, code), new in ((first, second[2]), (second, first[2])):
        part = changed[number][role]
        if isinstance(part, list):
            changed[number][role] = sorted([*(c for c in part if c != code), *([new] if new else [])])
        else:
            changed[number][role] = new
    return changed


def _place(groups: Grouping, key: str) -> tuple[int, str, str]:
    number, _, rest = key.partition(".")
    role, _, code = rest.rpartition(".")
    known = (
        number.isdecimal() and int(number) < len(groups) and role in groups[int(number)] and role != "host"
    )
    if not known or (code and code not in as_codes(groups[int(number)][role])):
        raise ValueError(key)
    return int(number), role, code


def rota_proof(setting: Setting, groups: Grouping) -> list[tuple[str, dict[str, list[str]]]]:
    """For each authority, by role, the hosts for whom its director takes it (names): once each is the promise."""
    found = []
    for party in setting.parties:
        taken: dict[str, list[str]] = {"host": []}
        for role, _ in setting.parts:
            taken[role] = []
        for group in groups:
            for role, part in group.items():
                if party.code in as_codes(part):
                    taken[role].append(setting.name(group["host"]))
        found.append((party.name, taken))
    return found

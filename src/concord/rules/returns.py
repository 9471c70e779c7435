"""A return: the states it goes through, how two editors' figures come together, and how submissions differ.

(The checks are in ``return_checks``.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from concord.rules.figures import Amount
from concord.rules.lifecycle import Lifecycle, Move

RETURN = Lifecycle(
    thing="return",
    first="open",
    states={
        "open": "Open",
        "submitted": "Submitted",
        "queried": "Queried",
        "accepted": "Accepted",
    },
    moves=(
        Move("save", ("open", "queried"), None, "return.prepare", "Save", "changed"),
        Move("submit", ("open", "queried"), "submitted", "return.submit", "Submit", "submitted"),
        Move("query", ("submitted", "queried"), "queried", "return.query", "Send query", "queried"),
        Move("answer", ("queried",), "submitted", "return.prepare", "Send answers", "answered"),
        Move("accept", ("submitted",), "accepted", "return.accept", "Accept", "accepted"),
        Move("reopen", ("submitted", "accepted"), "open", "return.reopen", "Reopen", "reopened"),
        Move("chase", ("open", "queried"), None, "return.chase", "Remind", "chased"),
    ),
)


def is_sent(state: str | None) -> bool:
    """Whether a return in that state is with the analyst; None is one that nobody began."""
    return state in ("submitted", "queried", "accepted")


def is_accepted(state: str | None) -> bool:
    """Whether a return in that state counts for a release."""
    return state == "accepted"


FIELDS = ("numerator", "denominator", "missing", "explanation")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that two people changed: what stands now, and what was to be put there. Nothing was overwritten."""

    indicator: str
    field: str
    theirs: Any
    mine: Any


def merge(
    now: Mapping[str, Amount], seen: Mapping[str, Amount] | None, mine: Mapping[str, Amount]
) -> tuple[dict[str, Amount], list[Conflict]]:
    """Lay what somebody sends over what stands, cell by cell.

    ``seen`` is what they had before them when they began; without it, what they send stands. A cell that they
    left alone keeps what stands. A cell that both changed, to different things, is a conflict and keeps what
    stands. Returns the lines that change, and the conflicts.
    """
    changed, conflicts = {}, []
    for id, amount in mine.items():
        stands = now.get(id, Amount())
        before = stands if seen is None else seen.get(id, Amount())
        result = stands
        for field in FIELDS:
            there, was, put = (getattr(a, field) for a in (stands, before, amount))
            if put in (was, there):
                continue
            if there == was:
                result = replace(result, **{field: put})
            else:
                conflicts.append(Conflict(id, field, there, put))
        if result != stands:
            changed[id] = result
    return changed, conflicts


def as_json(amounts: Mapping[str, Amount], methods: Mapping[str, str]) -> dict[str, dict[str, str | None]]:
    """The lines of a submission as they are kept and hashed: figures as text, so that none is rounded."""
    return {
        id: {
            "numerator": _text(a.numerator),
            "denominator": _text(a.denominator),
            "missing": a.missing,
            "explanation": a.explanation,
            "method": methods.get(id, ""),
        }
        for id, a in amounts.items()
    }


def from_json(lines: Mapping[str, Mapping[str, Any]]) -> dict[str, Amount]:
    """The amounts of a submission."""
    return {
        id: Amount(
            _number(line.get("numerator")),
            _number(line.get("denominator")),
            line.get("missing") or "",
            line.get("explanation") or "",
        )
        for id, line in lines.items()
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize() + 0, "f")


def _number(text: str | None) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell that differs between two submissions."""

    indicator: str
    field: str
    before: Any
    after: Any


def differences(before: Mapping[str, Amount], after: Mapping[str, Amount]) -> Iterator[Difference]:
    """What differs from one set of lines to another, in the order of the second."""
    for id in [*after, *(i for i in before if i not in after)]:
        old, new = before.get(id, Amount()), after.get(id, Amount())
        for field in FIELDS:
            was, now = getattr(old, field), getattr(new, field)
            if was != now:
                yield Difference(id, field, was, now)

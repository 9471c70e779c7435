"""The grid of a return as it is posted: one row of cells an indicator, with what each held when it was shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core import signing

from catalogue.model import Indicator
from concord.inputs.returned import LONGEST_CELL, Look
from concord.queries.return_page import ReturnPage
from concord.rules.figures import Amount
from concord.rules.return_checks import Unreadable, read_amount
from concord.rules.returns import FIELDS, as_json, from_json

PREFIX = {"numerator": "n", "denominator": "d", "missing": "m", "explanation": "e"}
_DAY = 24 * 3600


def cell(indicator: str, name: str) -> str:
    """The name and id of a cell’s input: “n-cla_rate”."""
    return f"{PREFIX[name]}-{indicator}"


@dataclass
class Typed:
    """What somebody sent: the lines that they changed, what they had before them, and what could not be read.

    ``texts`` keeps what was typed in cells that could not be saved, so that nothing typed is lost.
    """

    amounts: dict[str, Amount] = field(default_factory=dict)
    seen: dict[str, Amount] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def keep(self, data: Mapping[str, str]) -> None:
        """Keep the text of every changed cell, where a save was refused as a whole."""
        for id, amount in self.amounts.items():
            for name in FIELDS:
                if getattr(amount, name) != getattr(self.seen[id], name):
                    self.texts[cell(id, name)] = data.get(cell(id, name), "")


def typed(page: ReturnPage, data: Mapping[str, str]) -> Typed:
    """Read the posted grid. A row that was not sent is left alone."""
    found = Typed()
    for row in page.rows:
        id = row.indicator.id
        if not any(cell(id, name) in data for name in FIELDS):
            continue
        seen = _seen(data.get(f"was-{id}", ""))
        put = {name: _value(found, row.indicator, name, data, seen) for name in FIELDS}
        amount = Amount(**put)
        if amount != seen:
            found.amounts[id], found.seen[id] = amount, seen
    return found


def _value(found: Typed, indicator: Indicator, name: str, data: Mapping[str, str], seen: Amount) -> Any:
    where = cell(indicator.id, name)
    if where not in data:
        return getattr(seen, name)
    text = data[where].replace("\r\n", "\n").replace("\x00", "").strip()
    if name in ("missing", "explanation"):
        return text[:LONGEST_CELL]
    try:
        return read_amount(text, indicator.whole and (name == "numerator" or indicator.kind == "proportion"))
    except Unreadable as problem:
        found.texts[where], found.faults[where] = text[:40], str(problem)
        return getattr(seen, name)


def was(amount: Amount) -> str:
    """What a row holds, for the hidden field that goes with it."""
    parts = [amount.numerator, amount.denominator, amount.missing, amount.explanation]
    return json.dumps([str(p) if isinstance(p, Decimal) else p for p in parts], ensure_ascii=False)


def _seen(text: str) -> Amount:
    try:
        over, under, missing, explanation = json.loads(text)
        return Amount(_number(over), _number(under), str(missing), str(explanation))
    except (ValueError, TypeError, InvalidOperation):
        return (
            Amount()
        )  # as if the row had been empty: then whatever stands is told as somebody else’s change


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


# --- what a file would change, kept by the person’s own browser until they say so -----------------------------


def sealed(page: ReturnPage, look: Look, methods: Mapping[str, str], person: int | None) -> str:
    """The lines of a file that was looked at, signed, so that they come back as they were."""
    return signing.dumps(
        {"of": _of(page, person), "version": page.version, "lines": as_json(look.amounts, methods)},
        salt="concord.return",
        compress=True,
    )


def unsealed(
    page: ReturnPage, text: str, person: int | None
) -> tuple[dict[str, Amount], dict[str, str], int] | None:
    """Amounts, methods, and the version of the return that they were held against; None if it is not ours."""
    try:
        kept = signing.loads(text, salt="concord.return", max_age=_DAY)
    except signing.BadSignature:
        return None
    if kept["of"] != _of(page, person):
        return None
    methods = {id: line["method"] for id, line in kept["lines"].items() if line["method"]}
    return from_json(kept["lines"]), methods, kept["version"]


def _of(page: ReturnPage, person: int | None) -> list[Any]:
    target = page.target
    return [target.alliance, target.code, target.dataset, target.period.key, person]

"""How rows of any table become happenings: the one shape in which evidence and triggers are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast

TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which alliances (rows), editions (keys) and periods evidence is wanted, on a day.

    Ten years of returns lie beyond the year that a board shows: only the periods asked for are read.
    """

    alliances: tuple[int, ...]
    editions: tuple[str, ...]
    periods: tuple[str, ...]
    day: date


COLUMNS = (
    *("e_alliance", "e_kind", "e_of", "e_owner", "e_place", "e_period", "e_office", "e_role", "e_thing"),
    *("e_about", "e_on", "e_until"),
)


def _text(value: Any) -> Any:
    """A text column of one type, so that the databases can put the rows of several tables together."""
    return Cast(Value(value) if isinstance(value, str) else value, CharField(max_length=120))


def happened(
    rows: QuerySet[Any],
    alliance: str,
    kind: str,
    of: Any,
    owner: Any,
    place: Any,
    on: Any,
    *,
    period: Any = "",
    office: Any = "",
    role: Any = "",
    thing: Any = "",
    about: Any = "",
    until: Any = None,
) -> QuerySet[Any, Any]:
    """The rows as happenings: expressions, or texts that stand for themselves; ``alliance`` names the row's key."""
    texts = {"kind": kind, "of": of, "owner": owner, "place": place, "period": period, "office": office}
    texts |= {"role": role, "thing": thing, "about": about}
    columns = {f"e_{name}": _text(value) for name, value in texts.items()}
    columns |= {"e_alliance": F(alliance), "e_on": on, "e_until": until or Cast(Value(None), DateField())}
    found: QuerySet[Any, Any] = rows.order_by().annotate(**columns).values_list(*COLUMNS)
    return found

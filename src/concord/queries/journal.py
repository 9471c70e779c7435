"""Reading the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from concord.records.models import Authority, Entry
from concord.rules import access
from concord.rules.access import Actor
from concord.rules.journal import FIELDS

JSON = ("clauses", "detail")


def entries_in_order() -> Iterator[dict[str, Any]]:
    """Every entry by number, as the chain's check wants it; streamed, so that a long journal fits in memory.

    A moment or a JSON text that somebody made unreadable does not stop it: such an entry does not fit its hash.
    """
    texts = {f"{name}_text": Cast(name, TextField()) for name in JSON}
    plain = [name for name in FIELDS if name not in JSON]
    rows = Entry.objects.order_by("number").annotate(**texts).values(*plain, "hash", *texts)
    for entry in rows.iterator(chunk_size=2000):
        entry |= {name: _value(entry.pop(f"{name}_text")) for name in JSON}
        entry["at"] = entry["at"] and entry["at"].astimezone(UTC)
        yield entry


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """The entries that the actor may read: those of alliances whose journal is shared with them."""
    seen = Q(pk__in=[])
    for grant in access.grants(actor, "see journal"):
        mine = Q(alliance=grant.alliance)
        if grant.authorities is not None:
            codes = _codes(grant.authorities)
            mine &= Q(authority__in=codes)
        seen |= mine
    if actor.operator:
        seen |= Q(alliance="")
    return Entry.objects.filter(seen)


def _codes(authorities: frozenset[int]) -> list[str]:
    return list(Authority.objects.filter(pk__in=authorities).values_list("code", flat=True))


def page_of(actor: Actor, alliance: str, number: int, *, verb: str = "", authority: str = "") -> Page[Entry]:
    """One page of 50 entries, newest first, of one alliance."""
    entries = visible_to(actor).filter(alliance=alliance)
    if verb:
        entries = entries.filter(verb=verb)
    if authority:
        entries = entries.filter(authority=authority)
    return Paginator(entries, 50).get_page(number)


def verbs(actor: Actor, alliance: str) -> list[str]:
    """The verbs of the entries that the actor may read in an alliance, for the filter."""
    found = visible_to(actor).filter(alliance=alliance).order_by("verb").values_list("verb", flat=True)
    return list(found.distinct())


def names(alliance: str) -> dict[str, str]:
    """Names of the authorities that take or took part in an alliance, by code."""
    found = Authority.objects.filter(participations__alliance__key=alliance)
    return dict(found.values_list("code", "name"))

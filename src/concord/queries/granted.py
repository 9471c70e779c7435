"""The policy as a filter: which rows of a table somebody sees, by the same grants that decide for one of them."""

from __future__ import annotations

from django.db.models import Q

from concord.rules import access
from concord.rules.access import Actor


def granted(
    actor: Actor, ability: str, alliance: str, *, year: str = "", challenge: str = "", draft: Q | None = None
) -> Q:
    """The rows over which the actor has an ability, of a table with the columns alliance and authority.

    ``year`` and ``challenge`` name its columns for what a seat narrows; ``draft`` is true of rows that are their
    own authority’s alone. Rows without an authority belong to the alliance as a whole.
    """
    found = Q(pk__in=())
    for grant in access.grants(actor, ability, alliance):
        mine = Q(pk__isnull=False)  # an empty condition would vanish in the union
        if grant.authorities is not None:
            mine &= Q(authority__in=grant.authorities)
        if draft is not None and not grant.own:
            mine &= ~draft
        if year and grant.year:
            mine &= Q(**{year: grant.year})
        if challenge and grant.challenge:
            mine &= Q(**{challenge: grant.challenge}) | Q(**{f"{challenge}__isnull": True})
        found |= mine
    return Q(alliance__key=alliance) & found

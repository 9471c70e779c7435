"""The journal: what was done, by whom, under which clause."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.pages.access import actor_of, page
from concord.pages.asking import numbered
from concord.pages.sharing import who_sees
from concord.queries import journal as queries
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.standing import standing_of


@page("see journal", of=facts_of_alliance)
def journal(request: HttpRequest, alliance: str) -> HttpResponse:
    """50 entries a page, the newest first, by authority and by verb."""
    standing = standing_of(alliance_named(alliance), today())
    chosen = {name: request.GET.get(name, "") for name in ("authority", "verb")}
    number = numbered(request.GET.get("page", "")) or 1
    found = queries.page_of(actor_of(request), alliance, number, **chosen)
    charter = standing.charter
    context = {
        "title": "Journal",
        "caption": charter.memorandum.alliance,
        "who_sees": who_sees(standing, "journal"),
        "found": found,
        "chosen": chosen,
        "verbs": queries.verbs(actor_of(request), alliance),
        "members": standing.members,
        "names": queries.names(alliance),
        "clauses": {c.id: c.cited or c.clause for c in charter.commitments},
        "standing": standing,
        "steps": _steps(found, chosen),
    }
    return render(request, "journal/journal.html", context)


def _steps(found: Any, chosen: dict[str, str]) -> dict[str, str]:
    """Addresses of the page before and after, with the filters kept."""
    kept = {name: value for name, value in chosen.items() if value}
    steps = {}
    if found.has_previous():
        steps["newer"] = "?" + urlencode(kept | {"page": found.previous_page_number()})
    if found.has_next():
        steps["older"] = "?" + urlencode(kept | {"page": found.next_page_number()})
    return steps

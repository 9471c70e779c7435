"""An alliance at a glance."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.charter import words
from concord.pages.access import actor_of, page
from concord.pages.sharing import who_sees
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.overview import overview as overview_of
from concord.rules.duty import in_words

PARTS = {"members": "participation", "collections": "duties", "released": "release", "offices": "people"}


@page("see charter", of=facts_of_alliance)
def overview(request: HttpRequest, alliance: str) -> HttpResponse:
    """Who is in it, what is going on this quarter, which dates come next, and who holds which office."""
    found = overview_of(actor_of(request), alliance_named(alliance))
    standing = found.standing
    memorandum = standing.charter.memorandum
    context = {
        "title": memorandum.alliance,
        "caption": f"{memorandum.region}: the alliance",
        "who_sees": f"{who_sees(standing, 'charter')}; parts that fewer people see say so",
        "who": {part: who_sees(standing, kind) for part, kind in PARTS.items()},
        "found": found,
        "standing": standing,
        "memorandum": memorandum,
        "summary": words.summary(standing.charter)[1:3],
        "in_words": partial(in_words, today=today()),
    }
    return render(request, "alliance/overview.html", context)

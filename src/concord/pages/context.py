"""What every page has: the sections, who is signed in, and whether this is a demonstration."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from concord.pages.access import actor_of
from concord.rules import access
from concord.rules.access import Actor, Facts

# (name of the page, its title, what it needs)
SECTIONS = (
    ("duties", "Duties", "see duties"),
    ("memorandum", "Memorandum", "see charter"),
    ("returns", "Returns", "signed-in"),
    ("releases", "Releases", "see release"),
    ("where_to_look", "Where to look", "see signals"),
    ("self_evaluations", "Self-evaluations", "see self-evaluation"),
    ("groups", "Groups", "see round"),
    ("challenges", "Challenges", "signed-in"),
    ("plans", "Plans", "see plan"),
    ("members", "Authorities", "see participation"),
    ("journal", "Journal", "see journal"),
)
"""In the order of a year; the alliance's own page is behind its name, above them. They fit into one row."""


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """Context of the layout. Costs no query beyond the actor's."""
    actor = actor_of(request)
    match = request.resolver_match
    key = match.kwargs.get("alliance", "") if match else ""
    if not key and actor.holdings:
        key = actor.holdings[0].alliance
    rules = actor.alliances.get(key)
    return {
        "actor": actor,
        "alliance_key": key,
        "alliance": rules.name if rules else "",
        "alliance_link": reverse("alliance", kwargs={"alliance": key})
        if rules and access.decide(actor, "see charter", Facts(key)).allowed
        else "",
        "navigation": _navigation(request, actor, key) if rules else [],
        "person": actor.name if actor.person else "",
        "person_links": _person_links(actor),
        "demo": any(r.demo for r in actor.alliances.values()),
        "footer_links": [
            {"text": "Accessibility", "href": reverse("accessibility")},
            {"text": "Sources", "href": reverse("sources")},
            {"text": "Published figures", "href": reverse("published")},
        ],
    }


def _navigation(request: HttpRequest, actor: Actor, key: str) -> list[dict[str, Any]]:
    here = request.path
    items = [{"text": "Home", "href": reverse("home"), "current": here == "/"}]
    for name, title, needs in SECTIONS:
        if access.decide(actor, needs, Facts(key)).allowed:
            href = reverse(name, kwargs={"alliance": key})
            items.append({"text": title, "href": href, "current": here.startswith(href)})
    return items


def _person_links(actor: Actor) -> list[dict[str, str]]:
    if actor.person is None:
        return [{"text": "Sign in", "href": reverse("account_login")}]
    return [
        {"text": "Your account", "href": reverse("me")},
        {"text": "Sign out", "href": reverse("account_logout")},
    ]

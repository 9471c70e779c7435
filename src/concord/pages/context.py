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
    ("alliance", "Alliance", "see charter"),
    ("duties", "Duties", "see duties"),
    ("memorandum", "Memorandum", "see charter"),
    ("returns", "Returns", "signed-in"),
    ("releases", "Releases", "see release"),
    ("members", "Authorities", "see participation"),
    ("self_evaluations", "Self-evaluations", "see self-evaluation"),
    ("challenges", "Challenges", "signed-in"),
    ("plans", "Plans", "see plan"),
    ("groups", "Groups", "see round"),
    ("where_to_look", "Where to look", "see signals"),
    ("journal", "Journal", "see journal"),
)


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
            current = here == href if name == "alliance" else here.startswith(href)
            items.append({"text": title, "href": href, "current": current})
    return items


def _person_links(actor: Actor) -> list[dict[str, str]]:
    if actor.person is None:
        return [{"text": "Sign in", "href": reverse("account_login")}]
    return [
        {"text": "Your account", "href": reverse("me")},
        {"text": "Sign out", "href": reverse("account_logout")},
    ]

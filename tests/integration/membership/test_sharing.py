"""Sharing rules are stated per kind of record and enforced: over every page of membership, both regions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.factories import actor, client_of, east_midlands, london

from concord.queries.membership import today
from concord.queries.standing import standing_of

pytestmark = pytest.mark.django_db

# page → kind of record that it shows
PAGES = {
    "members/": "participation",
    "members/{code}/about/": "participation",
    "people/": "people",
    "signatures/": "signatures",
    "signatures/{code}/": "signatures",
    "members/{code}/variations/": "variation",
    "editions/": "charter",
    "journal/": "journal",
}


def _may(audience: frozenset[str], who: str) -> bool:
    """What a charter's words mean for the people of this test."""
    words = {
        "own director": {"members", "own", "sub-region"},
        "another director": {"members"},
        "lead": {"members", "lead", "sub-region"},
        "analyst": {"programme"},
        "dfe": {"dfe"},
        "elsewhere": set(),
        "nobody": set(),
    }[who]
    return bool(audience & words) or "public" in audience


@pytest.mark.clause("E0d")
@pytest.mark.parametrize("key", ["london", "east-midlands"])
def test_every_page_follows_its_rule(key: str) -> None:
    regions = {"london": london(), "east-midlands": east_midlands()}
    alliance = regions.pop(key)
    [elsewhere] = regions.values()
    code, other = ("202", "317") if key == "london" else ("831", "830")
    people: dict[str, Any] = {
        "own director": client_of(actor(alliance, "director", code=code)),
        "another director": client_of(actor(alliance, "director", code=other)),
        "analyst": client_of(actor(alliance, "analyst" if key == "london" else "data-specialist")),
        "dfe": client_of(actor(alliance, "dfe-officer")),
        "elsewhere": client_of(actor(elsewhere, "director", code="831" if key == "london" else "202")),
        "nobody": Client(),
    }
    if key == "london":
        people["lead"] = client_of(actor(alliance, "sub-regional-lead", sub_region="north"))
    rules = standing_of(alliance, today()).rules
    seen = 0
    for page, kind in PAGES.items():
        audience = rules.audiences(kind)
        for who, client in people.items():
            found = client.get(f"/alliances/{key}/" + page.format(code=code))
            allowed = _may(audience, who)
            refused = 302 if who == "nobody" else 403
            assert found.status_code == (200 if allowed else refused), (page, who, audience)
            if allowed:
                seen += 1
                assert "Who can see this:" in found.content.decode(), page
    assert seen > 10

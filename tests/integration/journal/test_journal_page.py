"""The journal's page: whole, filtered, paged, and only for those entitled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.factories import actor, client_of, east_midlands, london

from concord.actions.participation import set_participation
from concord.queries.membership import today
from concord.records.models import Authority, Entry

pytestmark = pytest.mark.django_db
REGIONS = pytest.mark.parametrize(
    ("region", "code", "clause"), [(london, "202", "1.3a"), (east_midlands, "831", "0")], ids=["london", "em"]
)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@REGIONS
def test_shows_what_was_done_and_under_which_clause(region: Any, code: str, clause: str) -> None:
    alliance = region()
    director = actor(alliance, "director", code=code)
    authority = Authority.objects.get(code=code)
    set_participation(by=director, alliance=alliance, authority=authority, level="declined", starts=today())
    manager = client_of(actor(alliance, "programme-manager"))
    page = text(manager.get(f"/alliances/{alliance.key}/journal/"))
    assert f"{authority.name} does not take part from" in page
    assert "director of " + code in page
    assert "concord journal verify" in page
    newest = Entry.objects.filter(alliance=alliance.key).first()
    assert newest
    assert newest.hash in page
    if region is london:
        assert f"Clause {clause}</a>" in page
        assert "/alliances/london/memorandum/L1.3a/" in page


def test_filters_and_pages() -> None:
    alliance = london()
    manager = client_of(actor(alliance, "programme-manager"))
    for code in ("202", "203"):
        director = actor(alliance, "director", code=code)
        authority = Authority.objects.get(code=code)
        for n in range(60 if code == "202" else 2):
            level = "declined" if n % 2 else "full"
            starts = today() - timedelta(days=100 - n)
            set_participation(by=director, alliance=alliance, authority=authority, level=level, starts=starts)
    base = "/alliances/london/journal/"

    def rows(query: str) -> int:
        return text(manager.get(base + query)).count("<tr> <td>")

    assert rows("") == 50
    assert rows("?page=2") == Entry.objects.filter(alliance="london").count() - 50
    assert rows("?authority=203&verb=participation.set") == 2
    assert rows("?authority=999") == 0
    assert "No entry fits" in text(manager.get(base + "?authority=999"))
    assert rows("?page=nonsense") == 50
    assert rows("?page=99999") == rows("?page=2")
    older = text(manager.get(base + "?verb=participation.set"))
    assert "?verb=participation.set&amp;page=2" in older


@REGIONS
def test_only_for_those_entitled(region: Any, code: str, clause: str) -> None:
    alliance, other = region(), (east_midlands if region is london else london)()
    path = f"/alliances/{alliance.key}/journal/"
    assert client_of(actor(alliance, "programme-manager")).get(path).status_code == 200
    strangers = [
        actor(alliance, "director", code=code),
        actor(alliance, "data-lead", code=code),
        actor(alliance, "dfe-officer"),
        actor(other, "programme-manager"),
    ]
    for stranger in strangers:
        assert client_of(stranger).get(path).status_code == 403
    from django.test import Client

    assert Client().get(path).status_code == 302


def test_costs_the_same_for_few_and_for_many(django_assert_max_num_queries: Any) -> None:
    alliance = london()
    manager = client_of(actor(alliance, "programme-manager"))
    manager.get("/alliances/london/journal/")
    with django_assert_max_num_queries(10):
        manager.get("/alliances/london/journal/")

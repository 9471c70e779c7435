"""Every address of Concord, tried by every office of both regions, by strangers, and by nobody signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
# Signing in and out, and what stands in place of the library’s pages that are not offered.
DOORS = ("account/", "sign-in/", "sign-out/")
REGIONS = ("london", "east_midlands")


def every_address() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, route and methods of every address of Concord’s own."""
    from concord.pages.checks import addresses

    for route, pattern in addresses():
        methods = getattr(pattern.callback, "methods", None)
        if methods and not route.startswith(DOORS):
            yield str(pattern.name), route, methods


def _names() -> list[str]:
    import django

    django.setup()
    return [name for name, _, _ in every_address()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", _names())


def route_of(name: str) -> tuple[str, tuple[str, ...]]:
    return next((route, methods) for found, route, methods in every_address() if found == name)


def at(name: str, region: Any) -> str:
    """The address with its parts filled in."""
    from tests.contracts.expected import QUERY, parts

    given = parts(name, region)
    route, _ = route_of(name)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(given[part[1]]), route) + QUERY.get(name, "")


def tried(world: Any, region: Any, line: Any) -> list[str]:
    """Everybody; a few of each sort where a page is open to all."""
    few = {"director", "leaver", "dfe-officer", "director elsewhere", "operator", "no office", "nobody"}
    return [label for label in world.who(region) if label in few or line.london != "everyone"]


def rows() -> dict[str, int]:
    """How many rows each table has, and the journal’s last hash: what a page that only shows must not change."""
    from django.apps import apps
    from django.db import connection

    tables = [m._meta.db_table for m in apps.get_models() if m._meta.label != "sessions.Session"]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', COUNT(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


def test_every_address_has_its_line() -> None:
    from tests.contracts.expected import LIBRARY, LINES

    from concord.pages.checks import addresses

    known, found = {*LINES}, {*_names()}
    assert found <= known, (
        f"New addresses: {sorted(found - known)}. Say in tests/contracts/expected.py who opens each, in both "
        "regions, from the charters’ rules."
    )
    assert known <= found, f"These are addresses no more: {sorted(known - found)}"
    libraries = {str(p.name) for _, p in addresses() if not hasattr(p.callback, "ability")}
    assert libraries == {*LIBRARY}, "django-allauth opens other doors than tests/contracts/expected.py says"


@pytest.mark.clause("E0d")
@pytest.mark.parametrize("place", REGIONS)
def test_each_office_opens_what_the_charter_says_and_no_more(place: str, name: str, world: Any) -> None:
    from tests.contracts.expected import LINES

    region, line = getattr(world, place), LINES[name]
    _, methods = route_of(name)
    address, allowed = at(name, region), line.who(region)
    before, wrong = rows(), {}
    for label in tried(world, region, line):
        expected = 200 if label in allowed else line.refused
        if label in allowed and region.key in line.nothing:
            expected = 404
        if label == "nobody" and label not in allowed:
            expected = 302
        if "GET" not in methods:
            expected = 405
        answer = world.client(region, label).get(address)
        if answer.status_code != expected:
            wrong[label] = f"{answer.status_code}, not {expected}"
        elif expected == 302:
            assert answer["Location"].startswith("/sign-in/?next="), label
    assert not wrong, f"{address}: {wrong}"
    assert rows() == before, f"Looking at {address} wrote something"


@pytest.mark.parametrize("place", REGIONS)
def test_nobody_else_acts(place: str, name: str, world: Any) -> None:
    """Whoever may not do what an address does is refused, and nothing is written."""
    from tests.contracts.expected import LINES

    region, line = getattr(world, place), LINES[name]
    _, methods = route_of(name)
    address, opens, does = at(name, region).partition("?")[0], line.who(region), line.doers(region)
    before, wrong = rows(), {}
    for label in tried(world, region, line):
        if label in does and "POST" in methods:
            continue
        expected = {403} if label == "nobody" else {line.refused}
        if "POST" not in methods:
            expected = {405}
        elif label in opens:
            expected = {403, 404} if region.key in line.nothing else {200, 403}  # told on the page why not
        answer = world.client(region, label).post(address, line.sends)
        if answer.status_code not in expected:
            wrong[label] = f"{answer.status_code}, not {expected}"
    assert not wrong, f"POST {address}: {wrong}"
    assert rows() == before, f"Somebody who may not act at {address} wrote something"


def test_the_library_asks_who_one_is(world: Any) -> None:
    from tests.contracts.expected import LIBRARY

    from concord.pages.checks import addresses

    before = rows()
    for route, pattern in addresses():
        if not route.startswith(DOORS) or "(?P" in route:
            continue
        address = "/" + re.sub(r"<\w+:\w+>", "1", route)
        answer = world.client(world.london, "nobody").get(address)
        if not LIBRARY.get(str(pattern.name), "open"):
            asked = answer.status_code == 404 or (
                answer.status_code == 302 and "sign-in" in answer["Location"] + answer.get("Refresh", "")
            )
            said = b"comes with an office" in answer.content  # in place of pages that are not offered
            assert asked or said, f"{address}: {answer.status_code}"
        assert answer.status_code < 500, address
    assert rows() == before

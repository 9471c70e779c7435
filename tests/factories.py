"""Builds anything a test needs, through the same actions that people use."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client

from concord.actions._run import SYSTEM
from concord.actions.editions import load_edition, load_reference
from concord.actions.people import appoint
from concord.queries.membership import actor_of
from concord.records.models import Alliance, Authority, Body, Person, SubRegion
from concord.rules.access import Actor

CHARTERS = Path(__file__).parents[1] / "charters"


@cache
def _text(name: str) -> str:
    return (CHARTERS / f"{name}.toml").read_text(encoding="utf-8")


def reference() -> None:
    """The table of English authorities."""
    if not Authority.objects.exists():
        load_reference(by=SYSTEM)


def alliance(edition: str, demo: bool = False) -> Alliance:
    """An alliance founded from a shipped charter."""
    reference()
    return load_edition(by=SYSTEM, text=_text(edition), name=f"{edition}.toml", demo=demo).alliance


def london(**kwargs: Any) -> Alliance:
    """London, with its 33 authorities."""
    return alliance("london-2019", **kwargs)


def east_midlands(**kwargs: Any) -> Alliance:
    """The East Midlands, with its ten (and Northamptonshire before)."""
    return alliance("east-midlands-2020", **kwargs)


def person(
    of: Alliance,
    office: str,
    *,
    code: str = "",
    body: str = "",
    sub_region: str = "",
    starts: date = date(2022, 4, 1),
    name: str = "",
) -> Person:
    """Somebody appointed to an office, for an authority (by DfE code), a body or a sub-region (by key)."""
    place = code or sub_region or body.lower().replace(" ", "-").replace("’", "") or of.key
    email = f"{office}.{place}@example.org"
    return appoint(
        by=SYSTEM,
        alliance=of,
        office=office,
        email=email,
        name=name or f"{office} of {place}",
        starts=starts,
        authority=Authority.objects.get(code=code) if code else None,
        body=Body.objects.get(name=body) if body else None,
        sub_region=SubRegion.objects.get(alliance=of, key=sub_region) if sub_region else None,
    ).person


def actor(of: Alliance, office: str, **place: Any) -> Actor:
    """As ``person``, seen as the policy sees them."""
    return actor_of(person(of, office, **place))


def client_of(somebody: Actor | Person) -> Client:
    """A browser without pictures, signed in as somebody."""
    client = Client()
    who = Person.objects.get(pk=somebody.person) if isinstance(somebody, Actor) else somebody
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client

"""Signing in: with a password, as somebody of a demonstration, and never without an invitation."""

from __future__ import annotations

import argparse
import html
import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from tests.factories import actor, client_of, east_midlands, london, person

from concord.actions._run import SYSTEM, Invalid
from concord.actions.people import add_person, set_password
from concord.commands import people
from concord.notices.post import invitation
from concord.records.models import Entry, Notice, Person

pytestmark = pytest.mark.django_db
PASSWORD = "three words apart"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def somebody() -> Person:
    found = person(london(), "director", code="202")
    set_password(by=SYSTEM, person=found, password=PASSWORD)
    return Person.objects.get(pk=found.pk)


def test_signs_in_and_out(somebody: Person) -> None:
    client = Client()
    closed = client.get("/alliances/london/members/")
    assert closed.headers["Location"] == "/sign-in/?next=/alliances/london/members/"
    sent = {"login": somebody.email, "password": PASSWORD, "next": "/alliances/london/members/"}
    opened = client.post("/sign-in/", sent)
    assert opened.headers["Location"] == "/alliances/london/members/"
    assert "Barnet" in text(client.get("/alliances/london/members/"))
    assert "Sign out" in text(client.get("/sign-out/"))
    client.post("/sign-out/")
    assert client.get("/me/").status_code == 302


def test_a_shared_link_keeps_every_choice_in_it_through_signing_in(somebody: Person) -> None:
    link = "/alliances/london/members/?of=north%20west&order=name"
    client = Client()
    closed = client.get(link)
    shown = text(client.get(closed.headers["Location"]))
    kept = html.unescape(re.search(r'name="next" value="([^"]*)"', shown)[1])  # type: ignore[index]
    opened = client.post("/sign-in/", {"login": somebody.email, "password": PASSWORD, "next": kept})
    assert opened.headers["Location"] == link


@pytest.mark.parametrize(
    ("login", "password"), [("director.202@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", "")]
)
def test_wrong_words_are_told_without_saying_which(somebody: Person, login: str, password: str) -> None:
    response = Client().post("/sign-in/", {"login": login, "password": password})
    assert response.status_code == 200
    assert "There is a problem" in text(response)
    assert PASSWORD not in text(response)


def test_guessing_is_slowed_down_by_address_behind_a_balancer_too(somebody: Person, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()
    right = {"login": somebody.email, "password": PASSWORD}

    def send(sent: dict[str, str], address: str) -> int:
        # The last address is the balancer's word; those before it are whatever was claimed.
        return (
            Client()
            .post("/sign-in/", sent, headers={"X-Forwarded-For": f"203.0.113.9, {address}"})
            .status_code
        )

    guesses = [send({"login": f"{n}@example.org", "password": "guess"}, "203.0.113.1") for n in range(40)]
    assert 429 in guesses
    assert send(right, "203.0.113.1") == 429
    assert send(right, "203.0.113.2") == 302
    cache.clear()


def test_next_never_leads_elsewhere(somebody: Person) -> None:
    sent = {"login": somebody.email, "password": PASSWORD, "next": "https://example.net/"}
    assert "example.net" not in Client().post("/sign-in/", sent).headers["Location"]


def test_an_invited_person_chooses_a_password() -> None:
    invited = person(london(), "data-lead", code="202")
    assert not invited.has_usable_password()
    assert Notice.objects.get(person=invited, kind="invitation").urgent
    client = Client()
    path = urlsplit(invitation(invited)).path
    page = client.get(path, follow=True)
    where = page.redirect_chain[-1][0]
    assert "too short" in text(client.post(where, {"password1": "short", "password2": "short"}))
    client.post(where, {"password1": PASSWORD, "password2": PASSWORD})
    assert Person.objects.get(pk=invited.pk).check_password(PASSWORD)
    assert "can no longer be used" in text(Client().get(path, follow=True))


def test_a_forgotten_password_comes_by_mail(somebody: Person) -> None:
    client = Client()
    done = client.post("/account/password/reset/", {"email": somebody.email}, follow=True)
    assert "Look in your e-mail" in text(done)
    [sent] = mail.outbox
    assert sent.to == [somebody.email]
    assert re.search(r"/account/password/reset/key/\S+", str(sent.body))
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert "Look in your e-mail" in text(unknown)


@pytest.mark.parametrize("path", ["/account/signup/", "/account/email/", "/account/3rdparty/signup/"])
def test_nobody_signs_up_or_changes_their_address(somebody: Person, path: str) -> None:
    sent = {"email": "x@example.org", "email1": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for client in (Client(), client_of(somebody)):
        client.post(path, sent)
        assert "Nobody signs up by themselves" in text(client.get(path))
    assert not Person.objects.filter(email="x@example.org").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/account/second-step/",
        "/account/second-step/totp/activate/",
        "/account/password/change/",
        "/account/3rdparty/",
        "/account/reauthenticate/",
    ],
)
def test_pages_of_the_library_wear_the_same_coat(somebody: Person, path: str) -> None:
    client = Client()
    client.post("/sign-in/", {"login": somebody.email, "password": PASSWORD})
    page = text(client.get(path, follow=True))
    assert "app-header__name" in page
    assert "govuk-heading-l" in page


def test_a_second_step_is_asked_for(somebody: Person) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    client = Client()
    client.post("/sign-in/", {"login": somebody.email, "password": PASSWORD})
    activate = "/account/second-step/totp/activate/"
    assert client.get(activate).headers["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": activate})
    page = client.get(activate)
    secret = re.search(r'value="([A-Z2-7]{16,})"', page.content.decode())
    assert secret
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret[1], counter))
    assert client.post(activate, {"code": code}).status_code == 302
    again = Client()
    asked = again.post("/sign-in/", {"login": somebody.email, "password": PASSWORD})
    assert asked.headers["Location"] == "/account/second-step/authenticate/"
    assert again.get("/me/").status_code == 302
    assert "app-header__name" in text(again.get("/account/second-step/authenticate/"))


class TestDemonstration:
    """One click signs in as somebody made up, and never as anybody else."""

    def test_lists_and_signs_in(self) -> None:
        alliance = london(demo=True)
        director = actor(alliance, "director", code="202")
        actor(alliance, "director", code="203")
        actor(alliance, "analyst")
        client = Client()
        page = text(client.get("/sign-in/?next=/alliances/london/members/"))
        assert "Look around as somebody" in page
        assert "Data analyst of the alliance" in page
        sent = {"person": director.person, "next": "/alliances/london/members/"}
        assert client.post("/demo-sign-in/", sent).headers["Location"] == "/alliances/london/members/"
        assert "director of 202" in text(client.get("/me/"))
        assert client.get("/demo-sign-in/").status_code == 405

    def test_never_for_real_people(self) -> None:
        demo, real = london(demo=True), east_midlands()
        both = person(demo, "director", code="202")
        from concord.actions.people import appoint
        from concord.queries.membership import today
        from concord.records.models import Authority

        appoint(
            by=SYSTEM, alliance=real, office="director", email=both.email, name=both.name, starts=today(),
            authority=Authority.objects.get(code="831"),
        )  # fmt: skip
        keeper = add_person(by=SYSTEM, email="keeper@example.org", name="Keeper", operator=True)
        only_real = person(real, "director", code="830")
        client = Client()
        assert both.name not in text(client.get("/sign-in/"))
        for number in (both.pk, keeper.pk, only_real.pk, 10**9, "x", "", "²", "9" * 5000):
            assert client.post("/demo-sign-in/", {"person": number}).status_code == 404
        assert client.get("/me/").status_code == 302

    def test_not_offered_without_one(self) -> None:
        found = person(london(), "director", code="202")
        client = Client()
        assert "Look around as somebody" not in text(client.get("/sign-in/"))
        assert client.post("/demo-sign-in/", {"person": found.pk}).status_code == 404


class TestCommands:
    """``concord people``."""

    def run(self, *words: str) -> int:
        parser = argparse.ArgumentParser()
        people.add_arguments(parser)
        return people.run(parser.parse_args(words))

    def test_adds_a_keeper_and_sets_a_password(self, monkeypatch: Any, capsys: Any) -> None:
        assert self.run("add", "--email", "K@Example.org", "--name", "Keeper", "--operator") == 0
        keeper = Person.objects.get(email="k@example.org")
        assert keeper.operator
        monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
        assert self.run("password", "k@example.org") == 1
        monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
        assert self.run("password", "k@example.org") == 0
        assert Person.objects.get(pk=keeper.pk).check_password(PASSWORD)
        assert PASSWORD not in str(list(Entry.objects.values()))
        assert "too short" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("add", "--email", "nonsense", "--name", "N"), "Enter an e-mail address"),
            (("add", "--email", "n@example.org", "--name", " "), "Enter the person’s name"),
            (("password", "nobody@example.org"), "Nobody has the address"),
            (
                ("appoint", "--email", "n@example.org", "--name", "N", "--alliance", "x", "--office", "y"),
                "no alliance",
            ),
        ],
    )
    def test_says_what_is_wrong(self, words: tuple[str, ...], told: str, capsys: Any) -> None:
        assert self.run(*words) == 1
        assert told in capsys.readouterr().err

    def test_appoints_the_first_office(self) -> None:
        london()
        words = ("appoint", "--email", "pm@example.org", "--name", "PM", "--alliance", "london")
        assert self.run(*words, "--office", "programme-manager") == 0
        assert self.run(*words, "--office", "programme-manager") == 1
        assert Person.objects.get(email="pm@example.org").tenures.get().office == "programme-manager"


def test_only_the_keeper_adds_people() -> None:
    from concord.actions._run import Refused

    with pytest.raises(Refused):
        add_person(by=actor(london(), "programme-manager"), email="x@example.org", name="X")
    with pytest.raises(Invalid):
        add_person(by=SYSTEM, email="x", name="X")


@pytest.mark.parametrize("path", ["/accessibility/", "/sources/"])
def test_statements(path: str) -> None:
    assert Client().get(path).status_code == 200


def test_not_found_and_refused() -> None:
    client = client_of(actor(london(), "data-lead", code="202"))
    assert "Page not found" in text(client.get("/nowhere/"))
    refused = client.get("/alliances/london/journal/")
    assert refused.status_code == 403
    assert "This is shared with the alliance’s own officers" in text(refused)

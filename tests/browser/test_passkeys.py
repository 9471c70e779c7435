"""A passkey is registered in a browser and signs in by itself.

The passkey lies in Chromium’s virtual authenticator, which answers as a telephone or a security key would.
"""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect
from tests import factories

from concord.actions._run import SYSTEM
from concord.actions.people import set_password
from concord.records.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "three words apart"


@pytest.fixture
def somebody(transactional_db: None) -> Person:
    found = factories.person(factories.london(), "director", code="202")
    set_password(by=SYSTEM, person=found, password=PASSWORD)
    return Person.objects.get(pk=found.pk)


@pytest.fixture
def base(live_server: Any) -> str:
    """The server by a name: a passkey belongs to a host’s name, never to its number."""
    return live_server.url.replace("127.0.0.1", "localhost")


def with_password(page: Page, base: str, person: Person) -> None:
    page.goto(f"{base}/sign-in/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def second_step(page: Page, base: str, step: str) -> None:
    """Where a second step is added: the password is asked for once more at its door."""
    page.goto(f"{base}/account/second-step/{step}/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(f"**/second-step/{step}/")


def sign_out(page: Page, base: str) -> None:
    page.goto(f"{base}/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_a_passkey_is_registered_and_signs_in_by_itself(
    page: Page, base: str, somebody: Person, page_errors: Any
) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    with_password(page, base, somebody)
    second_step(page, base, "webauthn/add")
    page.get_by_label("Name").fill("My telephone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("My telephone").or_(page.get_by_text("recovery codes")).first).to_be_visible()
    assert Authenticator.objects.filter(user=somebody, type=Authenticator.Type.WEBAUTHN).count() == 1
    held = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [key["rpId"] for key in held] == ["localhost"]

    sign_out(page, base)
    page.goto(f"{base}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    expect(page.locator(".app-header__person")).to_contain_text(somebody.name)

    sign_out(page, base)
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    with_password(page, base, somebody)
    page.goto(f"{base}/alliances/london/members/")
    expect(page.get_by_role("link", name="Sign out")).to_have_count(0)

"""A code from an app beside the password, in a browser: taken up, asked for, each code once, and the way back in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect
from tests import factories

from concord.actions._run import SYSTEM
from concord.actions.people import set_password
from concord.records.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "three words apart"
HALF_MINUTE = 30
ASKS = "/account/second-step/authenticate/"


@pytest.fixture
def somebody(transactional_db: None) -> Person:
    found = factories.person(factories.london(), "director", code="202")
    set_password(by=SYSTEM, person=found, password=PASSWORD)
    return Person.objects.get(pk=found.pk)


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands still, for browser and test need the same half-minute."""
    with time_machine.travel(time.time(), tick=False) as still:
        yield still


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // HALF_MINUTE))


def other_than(code: str) -> str:
    return str((int(code) + 1) % 1_000_000).zfill(6)


def sign_in(page: Page, base: str, person: Person) -> None:
    page.goto(f"{base}/sign-in/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in/"))


def sign_out(page: Page, base: str) -> None:
    page.goto(f"{base}/sign-out/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def give(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign In", exact=True).click()


def inside(page: Page, person: Person) -> None:
    expect(page.locator(".app-header__person")).to_contain_text(person.name)


def take_up(page: Page, base: str) -> str:
    """Connect the app: a wrong code connects nothing, the right one does. Gives the app’s secret."""
    page.goto(f"{base}/account/second-step/totp/activate/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(other_than(code_of(secret)))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Incorrect code.").first).to_be_visible()
    assert not Authenticator.objects.exists()
    assert page.locator("#authenticator_secret").input_value() == secret
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url(lambda url: "/totp/" not in url)
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1
    return secret


def test_a_code_is_asked_for_beside_the_password_and_each_is_taken_once(
    page: Page, live_server: Any, somebody: Person, page_errors: Any, clock: Any
) -> None:
    base = live_server.url
    sign_in(page, base, somebody)
    secret = take_up(page, base)
    sign_out(page, base)

    sign_in(page, base, somebody)
    assert page.url.endswith(ASKS)
    page.goto(f"{base}/me/")
    assert page.url.endswith(ASKS)  # the password alone opens nothing
    clock.shift(HALF_MINUTE)
    give(page, other_than(code_of(secret)))
    expect(page.get_by_text("Incorrect code.").first).to_be_visible()
    give(page, code_of(secret))
    inside(page, somebody)

    sign_out(page, base)
    sign_in(page, base, somebody)
    give(page, code_of(secret))  # as somebody would who read it over a shoulder
    expect(page.get_by_text("Incorrect code.").first).to_be_visible()
    clock.shift(HALF_MINUTE)
    give(page, code_of(secret))
    inside(page, somebody)


def test_a_recovery_code_lets_somebody_in_who_lost_the_app_and_no_second_time(
    page: Page, live_server: Any, somebody: Person, page_errors: Any, clock: Any
) -> None:
    base = live_server.url
    sign_in(page, base, somebody)
    take_up(page, base)
    page.goto(f"{base}/account/second-step/recovery-codes/")
    shown = page.locator("#recovery_codes").input_value()
    codes = re.findall(r"\w{8,}", shown)
    assert len(codes) >= 8
    sign_out(page, base)

    sign_in(page, base, somebody)
    give(page, codes[0])
    inside(page, somebody)
    sign_out(page, base)
    sign_in(page, base, somebody)
    give(page, codes[0])
    expect(page.get_by_text("Incorrect code.").first).to_be_visible()
    give(page, codes[1])
    inside(page, somebody)

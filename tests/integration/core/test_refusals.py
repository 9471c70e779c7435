"""Words that somebody wrote in a form that could not be taken stand on the page that says why."""

from __future__ import annotations

import pytest
from django.test import Client
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = {"what": "I led that team <until> last year", "password": "open sesame", "authority": "202"}


def test_a_time_out_keeps_what_was_written() -> None:
    factories.london()
    answer = Client().post("/alliances/london/conflicts/", WORDS)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "I led that team &lt;until&gt; last year</textarea>" in page
    assert "open sesame" not in page
    assert page.count("<textarea") == 1, "words alone, no choices and keys"


def test_so_does_a_page_that_was_open_since_before_one_signed_in_again() -> None:
    director = factories.person(factories.london(), "director", code="202")
    client = Client(enforce_csrf_checks=True)
    client.force_login(director)
    answer = client.post("/alliances/london/conflicts/", WORDS)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This could not be taken" in page
    assert "open since before you signed in last" in page
    assert "I led that team &lt;until&gt; last year</textarea>" in page
    assert "open sesame" not in page


def test_what_another_page_sent_is_not_said_back() -> None:
    factories.london()
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = Client(enforce_csrf_checks=True).post("/alliances/london/conflicts/", WORDS, headers=headers)
    assert answer.status_code == 403
    assert b"I led that team" not in answer.content


def test_a_refused_look_shows_no_box() -> None:
    factories.london()
    assert b"What you wrote" not in Client().get("/alliances/london/conflicts/", follow=True).content

"""A person's calendar: made, read by a calendar program, revoked."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from icalendar import Calendar
from tests import factories

from concord.actions._run import SYSTEM, Invalid
from concord.actions.feeds import make_feed, revoke_feed
from concord.actions.people import end_tenure
from concord.outputs.calendar import calendar
from concord.queries.feeds import Day
from concord.queries.membership import actor_of
from concord.records.models import Alliance, CalendarFeed, Entry, Person, Tenure

from .conftest import TODAY
from .steps import returned


def events(token: str) -> dict[str, dict[str, object]]:
    """The feed as a calendar program reads it, by UID."""
    response = Client().get(f"/feeds/{token}.ics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    found = Calendar.from_ical(response.content)
    return {
        str(e["UID"]): {
            "on": e.decoded("DTSTART"),
            "title": str(e["SUMMARY"]),
            "text": str(e["DESCRIPTION"]),
            "link": str(e["URL"]),
        }
        for e in found.walk("VEVENT")
    }


@pytest.mark.parametrize(("name", "code", "clause"), [("london", "202", "L2.1c"), ("east", "830", "E1.6b")])
def test_a_calendar_shows_a_persons_due_days(
    db: None, name: str, code: str, clause: str, request: pytest.FixtureRequest
) -> None:
    alliance = request.getfixturevalue(name)
    lead = factories.actor(alliance, "data-lead", code=code)
    token = make_feed(by=lead)
    found = events(token)
    [key] = [k for k in found if f".{clause}.authority.{code}.data-lead.2026-27Q3@" in k]
    assert found[key]["on"] == date(2027, 2, 12)
    assert f"/returns/{'london-core-18' if name == 'london' else 'riia-31'}/2026-27Q3/{code}/" in str(
        found[key]["link"]
    )
    assert "Not due yet" in str(found[key]["text"])
    days = [e["on"] for e in found.values()]
    assert all(TODAY - timedelta(days=90) <= day <= TODAY + timedelta(days=400) for day in days)  # type: ignore[operator]
    # Another authority's days are not in it, and the names of days stay when something is done.
    assert not [k for k in found if ".203." in k]
    dataset = "london-core-18" if name == "london" else "riia-31"
    returned(lead, alliance, code, dataset, "2026-27Q2", date(2026, 11, 10))
    again = events(token)
    assert again.keys() == found.keys()
    [q2] = [k for k in again if f".{clause}.authority.{code}.data-lead.2026-27Q2@" in k]
    assert "Done." in str(again[q2]["text"])


def test_only_the_hash_of_the_token_is_kept(london: Alliance) -> None:
    token = make_feed(by=factories.actor(london, "data-lead", code="202"))
    assert token not in str(list(CalendarFeed.objects.values()))
    assert token not in str(list(Entry.objects.values()))


def test_an_unknown_a_revoked_and_a_replaced_address_open_nothing(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    first = make_feed(by=lead)
    second = make_feed(by=lead)
    assert Client().get(f"/feeds/{first}.ics").status_code == 404
    assert Client().get(f"/feeds/{second}.ics").status_code == 200
    revoke_feed(by=lead)
    assert Client().get(f"/feeds/{second}.ics").status_code == 404
    assert Client().get("/feeds/guess.ics").status_code == 404
    with pytest.raises(Invalid):
        revoke_feed(by=lead)


def test_who_has_left_an_office_sees_none_of_it(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    token = make_feed(by=lead)
    assert events(token)
    end_tenure(by=SYSTEM, tenure=Tenure.objects.get(person=lead.person), last_day=TODAY - timedelta(days=1))
    assert not events(token)
    Person.objects.filter(pk=lead.person).update(is_active=False)
    assert Client().get(f"/feeds/{token}.ics").status_code == 404


def test_who_holds_no_office_makes_no_calendar(london: Alliance) -> None:
    nobody = actor_of(Person.objects.create(email="nobody@example.org", name="Nobody"))
    with pytest.raises(Invalid):
        make_feed(by=nobody)


def test_the_address_is_shown_once_on_the_page(london: Alliance) -> None:
    client = factories.client_of(factories.actor(london, "data-lead", code="202"))
    assert "Make a calendar address" in client.get("/me/").content.decode()
    made = client.post("/me/calendar/")
    token = re.search(r"/feeds/([\w-]+)\.ics", made.content.decode())
    assert token
    assert "no-store" in made["Cache-Control"]
    assert events(token[1])
    account = client.get("/me/").content.decode()
    assert token[1] not in account
    assert "It cannot be shown again" in account
    client.post("/me/calendar/revoke/")
    assert Client().get(f"/feeds/{token[1]}.ics").status_code == 404
    assert client.get("/me/calendar/").status_code == 405


def test_a_calendar_keeps_marks_and_long_lines(london: Alliance) -> None:
    long = Day("a.b", date(2027, 2, 28), "Semi; colon, comma \\ and “quotes” " + "x" * 200, "One\nTwo", "/x/")
    body = calendar("Duties", [long], "https://concord.example.org/", TODAY)
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["SUMMARY"]) == long.title
    assert event.decoded("DTEND") == date(2027, 3, 1)
    assert str(event["UID"]) == "a.b@concord.example.org"
    assert body == calendar("Duties", [long], "https://concord.example.org/", TODAY)

"""Meetings of a timetable in calendars: in the feeds of those who take part, and in the letters that invite them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar, Event
from tests.integration.challenge.region import NOW, Place
from tests.integration.duties.smtp import Server, serving

from concord.actions import challenges, seats, slots
from concord.actions.feeds import make_feed
from concord.commands import notices as command
from concord.records.models import Notice, Seat, Slot

pytestmark = pytest.mark.django_db
STARTS = datetime(2027, 2, 3, 9, 30, tzinfo=UTC)
HOURS = {"starts": STARTS, "ends": STARTS + timedelta(hours=6)}


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.SITE_URL = "https://concord.example"
    with serving() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture(params=["em", "london"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    for seat in Seat.objects.filter(challenge=found.challenge, state="invited"):
        label = next(name for name, one in found.people.items() if one.pk == seat.person_id)
        found.accept(label)
    Notice.objects.all().delete()
    return found


def post(server: Server) -> dict[str, tuple[EmailMessage, str, Event]]:
    """What is sent now, by recipient: the letter, the method of its calendar part, and the event."""
    before = len(server.taken)
    command._send(digest=False)
    found = {}
    for _, [to], message in server.taken[before:]:
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        if parts:
            [part] = parts
            made = Calendar.from_ical(part.get_content())
            assert str(made["METHOD"]) == part.get_param("method")
            [event] = made.walk("VEVENT")
            found[to] = (message, str(made["METHOD"]), event)
    return found


def former(place: Place) -> Any:
    return place.actor("co-ordinator" if "co-ordinator" in place.people else "north")


def arranges(place: Place) -> Any:
    return place.actor("host")


@pytest.mark.clause("E2.4")
def test_an_invitation_carries_its_calendar_entry_and_a_change_and_the_end_do_too(
    place: Place, server: Server
) -> None:
    seated = set(
        Seat.objects.filter(challenge=place.challenge, ended_at=None).values_list("person__email", flat=True)
    )
    host = place.people["host"].email
    meeting = {"title": "The conversation", **HOURS, "place": "County Hall; room 2"}
    slot = slots.add(by=arranges(place), challenge=place.challenge, **meeting)
    sent = post(server)
    assert set(sent) == seated - {host}, "who arranges it has it before them"
    for to, (message, method, event) in sent.items():
        assert message.get_content_type() == "multipart/alternative"
        assert "The conversation" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert (method, int(event["SEQUENCE"]), str(event["STATUS"])) == ("REQUEST", 0, "CONFIRMED")
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (HOURS["starts"], HOURS["ends"])
        assert str(event["ATTENDEE"]) == f"mailto:{to}"
        assert event["ATTENDEE"].params["RSVP"] == "FALSE"
        assert str(event["ORGANIZER"]) == "mailto:concord@localhost"
        assert str(event["LOCATION"]) == "County Hall; room 2"
        assert str(event["URL"]).endswith(f"/challenges/{place.challenge.pk}/timetable/#meeting-{slot.pk}")
    uid = str(next(iter(sent.values()))[2]["UID"])

    later = {"starts": HOURS["starts"] + timedelta(days=1), "ends": HOURS["ends"] + timedelta(days=1)}
    slots.change(by=arranges(place), slot=slot, title="The conversation", **later, place="", seen_sequence=0)
    for _, method, event in post(server).values():
        assert (method, int(event["SEQUENCE"]), str(event["UID"])) == ("REQUEST", 1, uid)
        assert event.decoded("DTSTART") == later["starts"]

    slots.cancel(by=arranges(place), slot=slot)
    ended = post(server)
    assert set(ended) == seated - {host}
    for _, method, event in ended.values():
        assert (method, int(event["SEQUENCE"]), str(event["UID"])) == ("CANCEL", 2, uid)
        assert str(event["STATUS"]) == "CANCELLED"


def test_who_joins_later_is_invited_and_who_leaves_loses_the_meeting(place: Place, server: Server) -> None:
    seat = Seat.objects.filter(challenge=place.challenge, role="triad", ended_at=None).first()
    assert seat
    slot = slots.add(by=arranges(place), challenge=place.challenge, title="The conversation", **HOURS)
    slots.add(
        by=arranges(place), challenge=place.challenge, title="Long over",
        starts=NOW - timedelta(days=2), ends=NOW - timedelta(days=2, hours=-1),
    )  # fmt: skip
    post(server)
    lead = former(place)
    seats.stand_down(by=lead, seat=seat, reason="Has left")
    [(to, (_, method, event))] = post(server).items()
    assert (to, method, str(event["STATUS"])) == (seat.person.email, "CANCEL", "CANCELLED")
    seats.invite(
        by=lead, challenge=place.challenge, role="triad", person=seat.person, office="director",
        authority=seat.authority,
    )  # fmt: skip
    [(to, (_, method, event))] = post(server).items()
    assert (to, method) == (seat.person.email, "REQUEST")
    assert str(event["UID"]).startswith(f"meeting.{slot.pk}@"), "only what is to come"


def test_a_challenge_that_is_called_off_takes_its_meetings_with_it(place: Place, server: Server) -> None:
    slots.add(by=arranges(place), challenge=place.challenge, title="The conversation", **HOURS)
    post(server)
    challenges.cancel(by=former(place), challenge=place.challenge, reason="An inspection")
    sent = post(server)
    assert sent
    assert {method for _, method, _ in sent.values()} == {"CANCEL"}
    assert Slot.objects.get().cancelled_at is not None


def test_the_meetings_are_in_the_feeds_of_those_who_take_part(place: Place) -> None:
    slot = slots.add(
        by=arranges(place), challenge=place.challenge, title="The conversation", place="County Hall", **HOURS
    )
    other = slots.add(by=arranges(place), challenge=place.challenge, title="Called off", **HOURS)
    slots.cancel(by=arranges(place), slot=other)

    def meetings(label: str) -> list[Event]:
        feed = Client().get(f"/feeds/{make_feed(by=place.actor(label))}.ics")
        events = Calendar.from_ical(feed.content).walk("VEVENT")
        return [e for e in events if str(e["UID"]).startswith("meeting.")]

    taker = Seat.objects.filter(challenge=place.challenge, role="triad", state="taken").first()
    assert taker
    label = next(name for name, one in place.people.items() if one.pk == taker.person_id)
    for who in ("host", label):
        [event] = meetings(who)
        assert str(event["SUMMARY"]) == f"The conversation: {place.challenge.title}"
        assert event.decoded("DTSTART") == HOURS["starts"]
        assert str(event["LOCATION"]) == "County Hall"
    assert meetings("outside") == []
    seats.stand_down(by=place.actor(label), seat=taker, reason="Leaving")
    assert meetings(label) == []
    with time_machine.travel(STARTS + timedelta(days=120), tick=False):
        assert meetings("host") == [], "long past"
    assert slot.sequence == 0

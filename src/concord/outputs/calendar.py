"""Calendar files (RFC 5545, 5546): days on which something is due, meetings, and an invitation to one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText


class Due(Protocol):
    """One thing due: ``key`` names it for good, ``link`` is a path."""

    @property
    def key(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def link(self) -> str: ...


class Meeting(Protocol):
    """One meeting; ``pk`` names it for good, ``sequence`` grows with each change."""

    @property
    def pk(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def starts(self) -> datetime: ...
    @property
    def ends(self) -> datetime: ...
    @property
    def place(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


class Placed(Meeting, Protocol):
    """A meeting that says what it belongs to, and the path of its page."""

    @property
    def about(self) -> str: ...
    @property
    def link(self) -> str: ...


def calendar(name: str, days: Iterable[Due], site: str, stamped: date, these: Iterable[Placed] = ()) -> bytes:
    """The feed as bytes: days on which something is due, and meetings.

    ``site`` is the address that links begin with, ``stamped`` the day it was worked out. Nothing in it depends on
    the hour, so that a feed fetched twice in a day is the same.
    """
    host, at = _host(site), datetime.combine(stamped, time(), UTC)
    made = _begun("Duties")
    made.add("x-wr-calname", name)
    made.add("x-published-ttl", "PT12H")
    for due in days:
        event = Event()
        event.add("uid", f"{due.key}@{host}")
        event.add("dtstamp", at)
        event.add("dtstart", due.on)
        event.add("dtend", due.on + timedelta(days=1))
        event.add("summary", due.title)
        event.add("description", f"{due.text}\n{site.rstrip('/')}{due.link}")
        event.add("url", f"{site.rstrip('/')}{due.link}")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    for meeting in these:
        made.add_component(_event(meeting, meeting.about, site, meeting.link, at))
    return bytes(made.to_ical())


def meetings(name: str, these: Iterable[Meeting], site: str, link: str, stamped: datetime) -> bytes:
    """The meetings of a timetable as a file. Taken in again, it changes those whose sequence has grown.

    ``link`` is the path of the page that they belong to; one that was called off is in it as cancelled.
    """
    made = _begun("Timetable")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for meeting in these:
        made.add_component(_event(meeting, name, site, link, stamped))
    return bytes(made.to_ical())


REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitation(
    meeting: Placed, asked: tuple[str, str], sender: str, site: str, stamped: datetime, stands: bool = True
) -> tuple[str, bytes]:
    """One meeting for one person, for a letter: its method (RFC 5546) and content.

    ``asked`` is the name and address of who is invited, ``sender`` the address that letters come from. Where the
    meeting no longer ``stands``, it is taken out of their calendar. No answer is asked for: nobody reads replies.
    """
    method = REQUEST if stands else CANCEL
    made = _begun("Timetable")
    made.add("method", method)
    event = _event(meeting, meeting.about, site, meeting.link, stamped)
    event["status"] = vText("CONFIRMED" if stands else "CANCELLED")
    organiser = vCalAddress(f"mailto:{sender}")
    organiser.params["CN"] = vText("Concord")
    event["organizer"] = organiser
    attendee = vCalAddress(f"mailto:{asked[1]}")
    attendee.params |= {"CN": vText(asked[0]), "ROLE": vText("REQ-PARTICIPANT"), "RSVP": vText("FALSE")}
    event.add("attendee", attendee, encode=False)
    made.add_component(event)
    return method, bytes(made.to_ical())


def _host(site: str) -> str:
    return urlsplit(site).hostname or "concord"


def _begun(product: str) -> Calendar:
    made = Calendar()
    made.add("prodid", f"-//Concord//{product}//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    return made


def _event(meeting: Meeting, about: str, site: str, link: str, stamped: datetime) -> Event:
    """A meeting, named alike wherever it is told, so that a calendar knows it again."""
    address = f"{site.rstrip('/')}{link}"
    event = Event()
    event.add("uid", f"meeting.{meeting.pk}@{_host(site)}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamped.astimezone(UTC))
    event.add("dtstart", meeting.starts.astimezone(UTC))
    event.add("dtend", meeting.ends.astimezone(UTC))
    event.add("summary", f"{meeting.title}: {about}")
    event.add("location", meeting.place)
    event.add("description", address)
    event.add("url", address)
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    return event

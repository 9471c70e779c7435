"""Calendar files (RFC 5545): a feed of days on which something is due, and the meetings of a timetable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from icalendar import Calendar, Event


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


def calendar(name: str, days: Iterable[Due], site: str, stamped: date) -> bytes:
    """The feed as bytes. ``site`` is the address that links begin with, ``stamped`` the day it was worked out.

    Nothing in it depends on the hour, so that a feed fetched twice in a day is the same.
    """
    host = urlsplit(site).hostname or "concord"
    made = Calendar()
    made.add("prodid", "-//Concord//Duties//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", name)
    made.add("x-published-ttl", "PT12H")
    for due in days:
        event = Event()
        event.add("uid", f"{due.key}@{host}")
        event.add("dtstamp", datetime.combine(stamped, time(), UTC))
        event.add("dtstart", due.on)
        event.add("dtend", due.on + timedelta(days=1))
        event.add("summary", due.title)
        event.add("description", f"{due.text}\n{site.rstrip('/')}{due.link}")
        event.add("url", f"{site.rstrip('/')}{due.link}")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())


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


def meetings(name: str, these: Iterable[Meeting], site: str, link: str, stamped: datetime) -> bytes:
    """The meetings of a timetable as a file. Taken in again, it changes those whose sequence has grown.

    ``link`` is the path of the page that they belong to; one that was called off is in it as cancelled.
    """
    host, address = urlsplit(site).hostname or "concord", f"{site.rstrip('/')}{link}"
    made = Calendar()
    made.add("prodid", "-//Concord//Timetable//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    for meeting in these:
        event = Event()
        event.add("uid", f"meeting.{meeting.pk}@{host}")
        event.add("sequence", meeting.sequence)
        event.add("dtstamp", stamped.astimezone(UTC))
        event.add("dtstart", meeting.starts.astimezone(UTC))
        event.add("dtend", meeting.ends.astimezone(UTC))
        event.add("summary", f"{meeting.title}: {name}")
        event.add("location", meeting.place)
        event.add("description", address)
        event.add("url", address)
        event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
        made.add_component(event)
    return bytes(made.to_ical())

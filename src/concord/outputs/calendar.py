"""An iCalendar feed (RFC 5545) of days on which something is due."""

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

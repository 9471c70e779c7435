"""What a person keeps for themselves: a private calendar address, and up to when they have looked at the news."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone

from concord.actions._run import Invalid, Run, action
from concord.queries.feeds import hash_of
from concord.records.models import CalendarFeed, Person
from concord.rules import access


@action("feed.made")
def make_feed(run: Run) -> str:
    """Give the person a new calendar address; the one before opens nothing any more. Returns its token, once.

    Raises Invalid where they hold no office that has one.
    """
    person = _person(run)
    if not access.grants(run.by, "feed.own"):
        raise Invalid("You hold no office that has a calendar, so there is nothing to put into one.")
    _revoke(run, person)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person=person, token_hash=hash_of(token), made_at=run.at)
    run.journal(f"person {person.pk}", f"{person.name} made a calendar address")
    return token


@action("feed.revoked")
def revoke_feed(run: Run) -> None:
    """The person's calendar address opens nothing from now on. Raises Invalid where there is none."""
    person = _person(run)
    if not _revoke(run, person):
        raise Invalid("You have no calendar address.")
    run.journal(f"person {person.pk}", f"{person.name} revoked a calendar address")


@action("news.seen")
def see_news(run: Run, *, until: datetime) -> None:
    """The person has looked at what changed up to a moment (never a later one than now, nor back again)."""
    person = _person(run)
    until = min(until, run.at)
    if person.seen_until is None or until > person.seen_until:
        person.seen_until = until
        person.save(update_fields=["seen_until"])
    day = timezone.localtime(person.seen_until)
    run.journal(f"person {person.pk}", f"{person.name} has looked at the changes up to {day:%-d %B %Y}")


def _person(run: Run) -> Person:
    run.require(access.SIGNED_IN)
    return Person.objects.select_for_update().get(pk=run.by.person or 0)


def _revoke(run: Run, person: Person) -> int:
    return CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=run.at)

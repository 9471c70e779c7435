"""A person's calendar: made and revoked on their account page, fetched by calendar programs with its token."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from concord.actions._run import Invalid
from concord.actions.feeds import make_feed, revoke_feed
from concord.outputs.calendar import calendar
from concord.pages.access import actor_of, page
from concord.queries import feeds as reading
from concord.queries.membership import today


@page("signed-in", methods=("POST",))
@never_cache
def make(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once."""
    try:
        token = make_feed(by=actor_of(request))
    except Invalid as fault:
        messages.error(request, str(fault))
        return redirect("me")
    context = {
        "title": "Your calendar address",
        "address": f"{settings.SITE_URL.rstrip('/')}/feeds/{token}.ics",
        "who_sees": "only you, this once",
        "breadcrumbs": [{"text": "Your account", "href": "/me/"}, {"text": "Calendar"}],
    }
    return render(request, "duties/feed_made.html", context)


@page("signed-in", methods=("POST",))
def revoke(request: HttpRequest) -> HttpResponse:
    """The address opens nothing any more."""
    try:
        revoke_feed(by=actor_of(request))
        messages.success(request, "Your calendar address is revoked. It opens nothing any more.")
    except Invalid as fault:
        messages.error(request, str(fault))
    return redirect("me")


@page("anyone")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar. The token is the key; one that is unknown or revoked is not found."""
    person = reading.owner(token)
    if person is None:
        raise Http404("There is no such calendar")
    day = today()
    days, meetings = reading.days_of(person, day), reading.meetings_of(person, day)
    body = calendar("Duties in Concord", days, settings.SITE_URL, day, meetings)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Disposition"] = 'inline; filename="concord.ics"'
    return response

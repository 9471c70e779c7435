"""Challenges of a year, how they were answered, and opening a visit or review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from catalogue.periods import Period
from concord.actions import challenges as actions
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.challenges import forms
from concord.pages.sharing import who_sees
from concord.queries import challenges as reading
from concord.queries.challenge_record import answered
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.return_page import places
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.access import Facts
from concord.rules.challenge import ACTIVITIES, CHALLENGE, FORMS, activity_title, acts_of
from concord.rules.records import RESPONSES


def _year(request: HttpRequest) -> str:
    """The year that the address names, else the one that runs. Raises Http404 for what is not one."""
    try:
        return Period.parse(request.GET.get("year") or Period.year_of(today()).key).key[:7]
    except ValueError:
        raise Http404("There is no such year.") from None


@page(access.SIGNED_IN, of=facts_of_alliance)
def challenges(request: HttpRequest, alliance: str) -> HttpResponse:
    """The challenges that the person may see or is asked to sit in."""
    standing = standing_of(alliance_named(alliance), today())
    actor, year = actor_of(request), _year(request)
    rows = reading.listed(actor, alliance, year)
    may_open = [
        m for m in standing.taking_part if access.decide(actor, FORMS, Facts(alliance, m.id, m.name)).allowed
    ]
    years = sorted({*reading.years(alliance), Period.year_of(today()).key}, reverse=True)
    context = {
        "title": "Challenges",
        "caption": standing.charter.memorandum.alliance,
        "who_sees": "you; each challenge is shown to " + who_sees(standing, "challenge"),
        "breadcrumbs": [],
        "year": year,
        "years": years,
        "rows": [(x, activity_title(standing.charter, x.row.activity)) for x in rows],
        "main": activity_title(standing.charter, CHALLENGE),
        "may_open": may_open,
        "responses": "respond" in acts_of(standing.charter, CHALLENGE)
        and access.decide(actor, "see follow-up", Facts(alliance)).allowed,
        "key": alliance,
        "activities": ACTIVITIES,
    }
    return render(request, "challenges/challenges.html", context)


@page("see follow-up", of=facts_of_alliance)
def responses(request: HttpRequest, alliance: str) -> HttpResponse:
    """How each authority answered its challenge, and whether its peers found the answers in proportion."""
    standing, year = standing_of(alliance_named(alliance), today()), _year(request)
    context = {
        "title": "Answers to challenges",
        "caption": f"{standing.charter.memorandum.alliance}, {year}",
        "who_sees": who_sees(standing, "follow-up"),
        "breadcrumbs": [{"text": "Challenges", "href": reverse("challenges", kwargs={"alliance": alliance})}],
        "rows": answered(actor_of(request), alliance, year),
        "year": year,
        "words": RESPONSES,
    }
    return render(request, "challenges/responses.html", context)


@page(FORMS, of=facts_of_member, methods=("GET", "POST"))
def new(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Open a visit, a team review or a thematic challenge of an authority."""
    row, authority = places(alliance, code)
    standing = standing_of(row, today())
    people = reading.directors(standing, authority)
    offered = [(str(c.id), c.words) for c in people]
    form = forms.Activity(request.POST or None, people=offered)

    def act(given: Any) -> Any:
        lead = given.pop("lead")
        seats = [("lead", reading.person_and_office(row.pk, int(lead))[0])] if lead else []
        year = Period.year_of(today()).key
        return actions.open_activity(
            by=actor_of(request), alliance=row, authority=authority, year=year, seats=seats, **given
        )

    if request.method == "POST" and (made := attempt(form, act)):
        messages.success(request, "Opened. Ask the people whom it needs.")
        return redirect("challenge_seats", alliance=alliance, number=made.pk)
    context = {
        "title": "Open a visit or review",
        "caption": authority.name,
        "who_sees": "you; what is opened is shown to " + who_sees(standing, "challenge"),
        "breadcrumbs": [{"text": "Challenges", "href": reverse("challenges", kwargs={"alliance": alliance})}],
        "form": form,
        "hints": {key: activity.about for key, activity in ACTIVITIES.items()},
    }
    return render(request, "challenges/new.html", context)

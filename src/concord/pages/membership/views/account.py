"""Your account: the offices you hold, what you have handed on, what was handed to you."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions.people import delegate, end_delegation
from concord.charter import vocabulary
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.membership import forms
from concord.queries import accounts, feeds
from concord.queries.membership import today
from concord.queries.standing import standing_of
from concord.rules import access

WHO = "only you"


@page(access.SIGNED_IN)
def me(request: HttpRequest) -> HttpResponse:
    """Offices, delegations, calendar, security."""
    actor = actor_of(request)
    person = actor.person or 0
    held = accounts.held_by(person, today())
    own = {h.tenure: h for h in actor.holdings if not h.delegated_by}
    context = {
        "title": "Your account",
        "caption": actor.name,
        "who_sees": WHO,
        "now": [h for h in held if h.now(today())],
        "past": [h for h in held if h.until and h.until < today()],
        "coming": [h for h in held if h.starts > today()],
        "delegating": {number for number, h in own.items() if "delegate" in h.may},
        "participating": {number for number, h in own.items() if "participation.set" in h.may},
        "received": list(accounts.delegated_to(person, today())),
        "abilities": vocabulary.ABILITIES,
        "day": today(),
        "feed_made_at": feeds.made_at(person),
    }
    return render(request, "membership/me.html", context)


@page(access.SIGNED_IN, methods=("GET", "POST"))
def hand_on(request: HttpRequest, number: int) -> HttpResponse:
    """Let somebody else do named things in an office that you hold."""
    actor = actor_of(request)
    tenure = accounts.tenure_of(actor.person, number)
    if tenure is None:
        raise Http404("You hold no such office")
    standing = standing_of(tenure.alliance, today())
    [held] = accounts.held_in(standing, tenures=[tenure])
    form = forms.DelegationForm(request.POST or None, charter=standing.charter, held=held)

    def do(data: Mapping[str, Any]) -> Any:
        return delegate(by=actor, tenure=tenure, **data)

    if request.method == "POST" and (made := attempt(form, do)):
        messages.success(request, f"{made.to.name} can act for you. They have been told.")
        return redirect("me")
    context = {
        "title": "Let somebody act for you",
        "caption": f"{held.title}, {held.place}",
        "breadcrumbs": [{"text": "Your account", "href": "/me/"}],
        "who_sees": WHO + ", whoever acts for you, and those who see who holds which office",
        "form": form,
        "intro": "You keep the office and its duties. What they do is recorded in their name, for you.",
        "button": "Let them act for me",
    }
    return render(request, "membership/ask.html", context)


@page(access.SIGNED_IN, methods=("GET", "POST"))
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """End a delegation that you made."""
    actor = actor_of(request)
    found = accounts.delegation_by(actor.person, number)
    if found is None:
        raise Http404("You have made no such delegation")
    form = forms.LastDayForm(request.POST or None, initial={"last_day": today()})

    def do(data: Mapping[str, Any]) -> Any:
        end_delegation(by=actor, delegation=found, **data)
        return True

    if request.method == "POST" and attempt(form, do):
        messages.success(
            request, f"{found.to.name} acts for you up to {form.cleaned_data['last_day']:%-d %B %Y}."
        )
        return redirect("me")
    context = {
        "title": f"{found.to.name} no longer acts for you",
        "caption": "Your account",
        "breadcrumbs": [{"text": "Your account", "href": "/me/"}],
        "who_sees": WHO,
        "form": form,
        "intro": "",
        "button": "End it",
    }
    return render(request, "membership/ask.html", context)

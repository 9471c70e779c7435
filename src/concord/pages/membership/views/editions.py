"""Editions of the memorandum: which is in force, what each says, reviews, revocation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions.memorandum import hold_review, request_review, revoke_edition
from concord.charter import vocabulary, words
from concord.pages.access import actor_of, page, refusal
from concord.pages.asking import attempt
from concord.pages.membership import forms
from concord.pages.sharing import who_sees
from concord.queries import authorities, memorandum
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.access import Actor, Facts

REVIEW = "memorandum.review"


@page("see charter", of=facts_of_alliance)
def editions(request: HttpRequest, alliance: str) -> HttpResponse:
    """Every edition with its dates, the reviews asked for and held, and when the next is due."""
    actor, row = actor_of(request), alliance_named(alliance)
    standing, held = standing_of(row, today()), memorandum.reviews(row)
    signed_in = actor.person is not None
    context = {
        "title": "Editions of the memorandum",
        "caption": standing.charter.memorandum.alliance,
        "who_sees": who_sees(standing, "charter"),
        "standing": standing,
        "editions": memorandum.editions(row, today()),
        # Who asked for a review, and why, is for the alliance's own people.
        "reviews": held if _belongs(actor, alliance) else [],
        "due": memorandum.review_due(standing, held),
        "day": today(),
        "may_ask": bool(signed_in and _parties(actor, standing)),
        "may_manage": access.decide(actor, "edition.manage", Facts(alliance)).allowed,
    }
    return render(request, "membership/editions.html", context)


def _belongs(actor: Actor, alliance: str) -> bool:
    return access.decide(actor, "see participation", Facts(alliance)).allowed


def _parties(actor: Actor, standing: Standing) -> list[tuple[str, str]]:
    """The parties for which the actor may ask for a review: the alliance, or their own authorities."""
    found = [("", standing.name)] if access.decide(actor, REVIEW, Facts(standing.key)).allowed else []
    own = frozenset().union(*(h.authorities for h in actor.holdings if h.of == "authority"))
    return found + [
        (m.code, m.name)
        for m in standing.members
        if m.id in own and access.decide(actor, REVIEW, Facts(standing.key, m.id, m.name)).allowed
    ]


@page("see charter", of=facts_of_alliance)
def edition(request: HttpRequest, alliance: str, key: str) -> HttpResponse:
    """One edition as readable text, clause by clause, with its hash."""
    found = memorandum.edition_of(alliance, key)
    if found is None:
        raise Http404("There is no such edition")
    charter = memorandum.charter_of(found)
    context = {
        "title": found.title,
        "caption": charter.memorandum.alliance,
        "breadcrumbs": [{"text": "Editions", "href": f"/alliances/{alliance}/editions/"}],
        "who_sees": who_sees(standing_of(found.alliance, today()), "charter"),
        "edition": found,
        "charter": charter,
        "timing": words.timing,
        "owners": vocabulary.OWNERS,
        "alliance_key": alliance,
    }
    return render(request, "membership/edition.html", context)


@page("see charter", of=facts_of_alliance)
def edition_file(request: HttpRequest, alliance: str, key: str) -> HttpResponse:
    """The charter file exactly as it was loaded; its SHA-256 is the hash that signatures carry."""
    found = memorandum.edition_of(alliance, key)
    if found is None:
        raise Http404("There is no such edition")
    response = HttpResponse(found.text.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{found.key}.toml"'
    return response


@page(access.SIGNED_IN, methods=("GET", "POST"))
def ask_review(request: HttpRequest, alliance: str) -> HttpResponse:
    """A party asks for a review of the edition in force."""
    actor, row = actor_of(request), alliance_named(alliance)
    standing = standing_of(row, today())
    parties = _parties(actor, standing)
    if not parties:
        return refusal(request, access.decide(actor, REVIEW, Facts(alliance)))
    found = memorandum.edition_of(alliance, standing.edition)
    choices = [(code or "alliance", name) for code, name in parties]
    form = forms.ReviewForm(request.POST or None, parties=choices, initial={"party": choices[0][0]})

    def do(data: Mapping[str, Any]) -> Any:
        own = data["party"] != "alliance"
        authority = authorities.authority_in(alliance, data["party"]) if own else None
        return request_review(by=actor, edition=found, reason=data["reason"], authority=authority)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "The review is asked for. The alliance’s officers have been told.")
        return redirect("editions", alliance=alliance)
    context = {
        "title": "Ask for a review",
        "caption": standing.charter.memorandum.title,
        "breadcrumbs": [{"text": "Editions", "href": f"/alliances/{alliance}/editions/"}],
        "form": form,
        "intro": "Any party can ask, at any time, that the memorandum be looked at again.",
        "button": "Ask for it",
        "who_sees": who_sees(standing, "participation"),
    }
    return render(request, "membership/ask.html", context)


@page("edition.manage", of=facts_of_alliance, methods=("GET", "POST"))
def review_held(request: HttpRequest, alliance: str, key: str, number: int | None = None) -> HttpResponse:
    """Record a review that was held: one that was asked for, or the one due by its date."""
    found = memorandum.edition_of(alliance, key)
    asked = memorandum.review_request(alliance, number) if number else None
    if found is None or (number and (asked is None or asked.edition_id != found.pk)):
        raise Http404("There is no such review")
    form = forms.HeldForm(request.POST or None)

    def do(data: Mapping[str, Any]) -> Any:
        return hold_review(by=actor_of(request), edition=found, request=asked, **data)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "The review is recorded.")
        return redirect("editions", alliance=alliance)
    context = {
        "title": "Record a review that was held",
        "caption": found.title,
        "breadcrumbs": [{"text": "Editions", "href": f"/alliances/{alliance}/editions/"}],
        "who_sees": who_sees(standing_of(found.alliance, today()), "participation"),
        "form": form,
        "intro": f"Asked for by {asked.asked_by}: {asked.reason}" if asked else "",
        "button": "Record it",
    }
    return render(request, "membership/ask.html", context)


@page("edition.manage", of=facts_of_alliance, methods=("GET", "POST"))
def revoke(request: HttpRequest, alliance: str, key: str) -> HttpResponse:
    """The parties revoke an edition."""
    found = memorandum.edition_of(alliance, key)
    if found is None:
        raise Http404("There is no such edition")
    form = forms.RevokeForm(request.POST or None)

    def do(data: Mapping[str, Any]) -> Any:
        return revoke_edition(by=actor_of(request), edition=found, **data)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, f"{found.title} is revoked.")
        return redirect("editions", alliance=alliance)
    context = {
        "title": "Revoke the memorandum",
        "caption": found.title,
        "breadcrumbs": [{"text": "Editions", "href": f"/alliances/{alliance}/editions/"}],
        "who_sees": who_sees(standing_of(found.alliance, today()), "charter"),
        "form": form,
        "intro": "After the last day nothing is asked of anybody under this edition. What was done stays. Every "
        "member’s director is told. A revocation cannot be undone: a new edition takes its place.",
        "button": "Revoke it",
    }
    return render(request, "membership/ask.html", context)

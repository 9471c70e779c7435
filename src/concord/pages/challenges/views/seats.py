"""Who sits in a challenge: answering an invitation, asking somebody, standing down."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from concord.actions import seats as actions
from concord.pages.access import page
from concord.pages.challenges import forms
from concord.pages.challenges.common import OPENS, Shown
from concord.pages.sharing import who_sees
from concord.queries.challengers import eligible
from concord.queries.challenges import (
    candidates,
    facts_of_challenge,
    open_seat_of,
    person_and_office,
    seat_named,
)
from concord.queries.conflicts import conflicts_of
from concord.queries.membership import facts_of_alliance, today
from concord.rules import access
from concord.rules.challenge import FORMS, TRIAD, role_title, roles_of
from concord.rules.conflicts import WORKS_THERE
from concord.rules.seats import SEAT


@page(access.SIGNED_IN, of=facts_of_alliance, methods=("GET", "POST"))
def answer(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Take the part that one was offered, with conflicts declared; or decline it. Nothing for anybody else."""
    shown = Shown.of(request, alliance, number)
    seat = open_seat_of(shown.actor, shown.row)
    if seat is None:
        raise Http404("No part in this challenge was offered to you.")
    past = [
        c.words for c in conflicts_of(seat.person_id, shown.row.authority_id, today()) if c.source == "past"
    ]
    known = {"nature": WORKS_THERE, "what": "; ".join(f"I {words}" for words in past)} if past else None
    accepting, declining = forms.Answer(initial=known), forms.Reason()
    form: Any = None
    if request.method == "POST":
        declines = request.POST.get("do") == "decline"
        form = forms.Reason(request.POST) if declines else forms.Answer(request.POST)
        done = shown.done(form, lambda d: _answer(shown, seat, declines, d), _said(declines, request))
        if done:
            return _onward(shown, done)
        accepting, declining = (accepting, form) if declines else (form, declining)
    return shown.render(
        "challenge_answer",
        "answer",
        "Your part",
        sees="you; your answer also those in this challenge and those who form the groups",
        form=form,
        seat=seat,
        role=role_title(shown.now.charter, seat.role),
        waiting=seat.state == SEAT.first,
        label=SEAT.states[seat.state],
        past=past,
        accepting=accepting,
        declining=declining,
    )


def _answer(shown: Shown, seat: Any, declines: bool, given: Any) -> Any:
    if declines:
        return actions.decline(by=shown.actor, seat=seat, **given)
    return actions.accept(by=shown.actor, seat=seat, **given)


def _said(declines: bool, request: HttpRequest) -> str:
    if declines:
        return "Declined. Whoever forms the groups has been told."
    if request.POST.get("what", "").strip():
        return "Declared. Whoever forms the groups decides whether you sit all the same, and tells you."
    return "You take part."


def _onward(shown: Shown, done: HttpResponse) -> HttpResponse:
    """Who has declined has no page here any more."""
    seat = open_seat_of(shown.actor, shown.row)
    return done if seat else redirect(reverse("challenges", kwargs={"alliance": shown.row.alliance.key}))


@page(OPENS, of=facts_of_challenge, methods=("GET", "POST"))
def people(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Who sits, who was asked, which places are free; ask somebody, stand somebody down."""
    shown = Shown.of(request, alliance, number)
    invites = shown.now.open and shown.may(f"{TRIAD} or {FORMS}")
    roles = [
        (role, role_title(shown.now.charter, role))
        for role in roles_of(shown.now.charter, shown.row.activity)
        if role != "host"
    ]
    found = candidates(shown.row, shown.standing) if invites else []
    offered = {"roles": roles, "people": [(str(c.id), c.words) for c in found]}
    asking, ending = forms.Invite(**offered), forms.Reason()
    form: Any = None
    if request.method == "POST":
        if request.POST.get("do") == "end":
            form = ending = forms.SeatAndReason(request.POST)
            done = shown.done(form, lambda d: _stand_down(shown, d), "The place is free.")
        else:
            form = asking = forms.Invite(request.POST, **offered)
            done = shown.done(form, lambda d: _invite(shown, d), "Asked. They have been told.")
        if done:
            return done
    return shown.render(
        "challenge_seats",
        "seats",
        "People",
        sees=f"{who_sees(shown.standing, 'challenge')}; and those who arrange it",
        form=form,
        invites=invites,
        register=eligible(shown.row, "member", today()) if invites else [],
        asking=asking,
        ending=ending,
    )


def _stand_down(shown: Shown, given: Any) -> Any:
    seat = seat_named(shown.row, given["seat"])
    return actions.stand_down(by=shown.actor, seat=seat, reason=given["reason"])


def _invite(shown: Shown, given: Any) -> Any:
    person, office, authority = person_and_office(shown.row.alliance_id, int(given["person"]))
    return actions.invite(
        by=shown.actor,
        challenge=shown.row,
        role=given["role"],
        person=person,
        office=office,
        authority=authority,
        why=given["why"],
    )

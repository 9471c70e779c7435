"""Variations for one authority: proposed, agreed, declined, withdrawn, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions import variations as actions
from concord.charter import Charter
from concord.pages.access import actor_of, page
from concord.pages.asking import Confirmation, attempt
from concord.pages.membership import forms
from concord.pages.sharing import who_sees
from concord.queries import authorities, participation
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.variations import ABILITY, OTHER, VARIATION, Side

MOVES = {
    "agree": actions.agree_variation,
    "decline": actions.decline_variation,
    "withdraw": actions.withdraw_variation,
    "end": actions.end_variation,
}
COLOURS = {"proposed": "blue", "agreed": "green", "ended": "grey", "declined": "red", "withdrawn": "grey"}


def _sides(actor: Actor, standing: Standing, facts: Facts) -> list[tuple[str, str]]:
    """The sides for which the actor may speak."""
    words = forms.sides_of(standing)
    return [(s, words[s]) for s, ability in ABILITY.items() if access.decide(actor, ability, facts).allowed]


def _crumbs(alliance: str, code: str, name: str) -> list[dict[str, str]]:
    about = f"/alliances/{alliance}/members/{code}/about/"
    return [
        {"text": "Authorities", "href": f"/alliances/{alliance}/members/"},
        {"text": name, "href": about},
        {"text": "Variations", "href": about.replace("about/", "variations/")},
    ]


@page("see variation", of=facts_of_alliance)
def every(request: HttpRequest, alliance: str) -> HttpResponse:
    """Every variation of the alliance that this person may see, newest first."""
    standing = standing_of(alliance_named(alliance), today())
    found = participation.variations_seen(actor_of(request), alliance)
    context = {
        "title": "Variations",
        "caption": standing.charter.memorandum.alliance,
        "breadcrumbs": [{"text": "Authorities", "href": f"/alliances/{alliance}/members/"}],
        "who_sees": who_sees(standing, "variation"),
        "shown": [(v, _words(standing.charter, v)) for v in found],
        "states": VARIATION.states,
        "colours": COLOURS,
        "alliance_key": alliance,
        "day": today(),
    }
    return render(request, "membership/every_variation.html", context)


@page("see variation", of=facts_of_member)
def variations(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Every variation of the authority, with what this person can do about each."""
    actor, row = actor_of(request), alliance_named(alliance)
    authority, standing = authorities.authority_in(alliance, code), standing_of(row, today())
    speaks = dict(_sides(actor, standing, Facts(alliance, authority.pk, authority.name)))
    found = participation.variations_of(row, authority.pk)
    context = {
        "title": "Variations",
        "caption": authority.name,
        "breadcrumbs": _crumbs(alliance, code, authority.name)[:2],
        "who_sees": who_sees(standing, "variation"),
        "authority": authority,
        "alliance_key": alliance,
        "shown": [(v, _words(standing.charter, v), _moves(v, speaks, actor)) for v in found],
        "states": VARIATION.states,
        "sides": forms.sides_of(standing),
        "may_propose": bool(speaks) and code in standing.by_code,
        "colours": COLOURS,
        "day": today(),
    }
    return render(request, "membership/variations.html", context)


def _words(charter: Charter, v: participation.Varied) -> list[tuple[str, str, str]]:
    return participation.names_of_clauses(charter, sorted(v.commitments))


def _moves(v: participation.Varied, speaks: Mapping[str, str], actor: Actor) -> list[tuple[str, str]]:
    """(name, label) of the moves that the actor can make now."""
    own = v.proposed_side in speaks
    other = OTHER[_side(v.proposed_side)] in speaks and v.proposer != actor.person
    can = {"agree": other, "decline": other, "withdraw": own, "end": bool(speaks)}
    return [(m.name, m.label) for m in VARIATION.open_to(v.state) if can[m.name]]


def _side(side: str) -> Side:
    return "lead" if side == "lead" else "authority"


@page("see variation", of=facts_of_member, methods=("GET", "POST"))
def propose(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Propose a variation to the other side."""
    actor, row = actor_of(request), alliance_named(alliance)
    authority, standing = authorities.authority_in(alliance, code), standing_of(row, today())
    sides = _sides(actor, standing, Facts(alliance, authority.pk, authority.name))
    form = forms.VariationForm(request.POST or None, charter=standing.charter, sides=sides)

    def do(data: Mapping[str, Any]) -> Any:
        terms = actions.Terms(
            effect=data["effect"],
            commitments=tuple(data["commitments"]),
            reason=data["reason"],
            starts=data["starts"],
            ends=data["ends"],
            due=data["due"],
        )
        return actions.propose_variation(
            by=actor, alliance=row, authority=authority, side=data["side"], terms=terms
        )

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "The variation is proposed. The other side has been told.")
        return redirect("variations", alliance=alliance, code=code)
    context = {
        "title": "Propose a variation",
        "caption": authority.name,
        "breadcrumbs": _crumbs(alliance, code, authority.name),
        "who_sees": who_sees(standing, "variation"),
        "form": form,
        "intro": "For an authority in intervention, what is expected of it is agreed one by one. It holds once the "
        "other side has agreed, and for the days that you name.",
        "button": "Propose it",
    }
    if not sides:
        context["intro"] = "The offices that you hold speak for neither side."
    return render(request, "membership/ask.html", context)


@page("see variation", of=facts_of_member, methods=("GET", "POST"))
def move(request: HttpRequest, alliance: str, code: str, number: int, verb: str) -> HttpResponse:
    """Agree, decline, withdraw or end a variation."""
    found = participation.variation(alliance, code, number)
    if found is None or verb not in MOVES:
        raise Http404("There is no such variation")
    form = (forms.LastDayForm if verb == "end" else Confirmation)(request.POST or None)
    if request.method == "POST":
        form = type(form)(request.POST)

    def do(data: Mapping[str, Any]) -> Any:
        return MOVES[verb](by=actor_of(request), variation=found, **data)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, f"The variation is {VARIATION.move(verb, found.state).done}.")
        return redirect("variations", alliance=alliance, code=code)
    label = next(m.label for m in VARIATION.moves if m.name == verb)
    authority = authorities.authority_in(alliance, code)
    standing = standing_of(alliance_named(alliance), today())
    context = {
        "title": f"{label} the variation" if verb != "end" else "End the variation early",
        "caption": authority.name,
        "breadcrumbs": _crumbs(alliance, code, authority.name),
        "who_sees": who_sees(standing, "variation"),
        "form": form,
        "intro": "",
        "button": label,
    }
    return render(request, "membership/ask.html", context)

"""The register of challengers: everybody on it, one entry with training and needs, and a nomination."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import challengers as actions
from concord.charter import Charter
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.challengers.forms import Leave, Need, Nominate, Offer, Train
from concord.pages.sharing import who_sees
from concord.queries import challengers as queries
from concord.queries.authorities import authority_in
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.challenge import role_title
from concord.rules.challengers import TIERS, roles_for


@page("see challengers", of=facts_of_alliance)
def challengers(request: HttpRequest, alliance: str) -> HttpResponse:
    """Everybody on the register, with how often each was released in the memorandum's time."""
    standing, actor = standing_of(alliance_named(alliance), today()), actor_of(request)
    found = queries.register(actor, standing, standing.day)
    chapter = standing.charter.challenge
    nominates = queries.nominates_for(actor, standing)
    context = {
        "title": "Register of challengers",
        "caption": "Who is trained to challenge others",
        "who_sees": who_sees(standing, "challengers"),
        "breadcrumbs": _crumbs(alliance),
        "standing": standing,
        "found": found,
        "tiers": TIERS,
        "role": lambda role: role_title(standing.charter, role),
        "each": chapter.team.released_once_each if chapter else None,
        "years": chapter.team.third_tier_years if chapter else 0,
        "memorandum": standing.charter.memorandum,
        "nominates": nominates,
        "own": [(i, name) for i, name in nominates if len(nominates) <= 3],
        "codes": {m.id: m.code for m in standing.members},
        "without": [m.name for m in standing.taking_part if m.id not in {r.row.authority_id for r in found}],
        "clauses": _clauses(standing.charter),
    }
    return render(request, "challengers/challengers.html", context)


@page(queries.NOMINATES, of=facts_of_member, methods=("GET", "POST"))
def nominate(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Nominate somebody of an authority."""
    row, authority = alliance_named(alliance), authority_in(alliance, code)
    standing = standing_of(row, today())
    people = {str(p.pk): p for p in queries.to_nominate(row, authority, standing.day)}
    form = Nominate(
        request.POST or None,
        people=[(pk, p.name) for pk, p in people.items()],
        roles=_roles(standing.charter),
    )
    if request.method == "POST":
        made = attempt(
            form,
            lambda given: actions.nominate(
                by=actor_of(request),
                alliance=row,
                authority=authority,
                **{**given, "person": people[given["person"]]},
            ),
        )
        if made is not None:
            messages.success(request, f"{made.person.name} is on the register.")
            return redirect("challenger", alliance=alliance, number=made.pk)
    context = {
        "title": "Nominate a challenger",
        "caption": authority.name,
        "who_sees": who_sees(standing, "challengers"),
        "breadcrumbs": _crumbs(alliance, register=True),
        "form": form,
        "people": people,
        "standing": standing,
    }
    return render(request, "challengers/nominate.html", context)


@page("see challengers", of=queries.facts_of_challenger, methods=("GET", "POST"))
def challenger(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One entry: what they offer, their training and needs, and how often they were released."""
    row, actor = queries.challenger_named(alliance, number), actor_of(request)
    standing = standing_of(row.alliance, today())
    it = queries.entry(standing, row, standing.day)
    keeps = access.decide(actor, queries.NOMINATES, queries.facts_of(row)).allowed
    own = actor.person is not None and actor.person == row.person_id
    asked = _forms(it, standing.charter, "", None)
    if request.method == "POST":
        do = request.POST.get("do", "")
        asked = _forms(it, standing.charter, do, request.POST)
        if _done(request, it, asked, do):
            return redirect(request.path)
    context = {
        "title": row.person.name,
        "caption": f"Register of challengers: {row.authority.name if row.authority else standing.name}",
        "who_sees": who_sees(standing, "challengers"),
        "breadcrumbs": _crumbs(alliance, register=True),
        "it": it,
        "tier": TIERS[row.tier],
        "role": lambda role: role_title(standing.charter, role) if role else "any part",
        "keeps": keeps and row.ended_on is None,
        "own": own and row.ended_on is None,
        "asked": asked,
        "form": next((f for f in asked.values() if f.is_bound), None),
        "memorandum": standing.charter.memorandum,
    }
    return render(request, "challengers/challenger.html", context)


def _forms(it: queries.Registered, charter: Charter, do: str, data: Any) -> dict[str, forms.Form]:
    row = it.row
    offered = {name: getattr(row, name) for name in ("available_from", "available_to", "expertise")}
    return {
        "train": Train(
            data if do == "train" else None,
            roles=_roles(charter),
            needs=[(str(n.pk), n.need) for n in it.open_needs],
        ),
        "offer": Offer(data if do == "offer" else None, initial=offered),
        "need": Need(data if do == "need" else None),
        "leave": Leave(data if do == "leave" else None),
    }


def _done(request: HttpRequest, it: queries.Registered, asked: Mapping[str, forms.Form], do: str) -> bool:
    """Do what the pressed button asks. False when it was refused; the form then says why."""
    by, row = actor_of(request), it.row
    needs = {str(n.pk): n for n in it.open_needs}

    def train(given: Mapping[str, Any]) -> Any:
        meets = [needs[pk] for pk in given.get("meets", ())]
        return actions.record_training(by=by, challenger=row, **{**given, "meets": meets})

    def need(given: Mapping[str, Any]) -> Any:
        return actions.note_need(
            by=by, alliance=row.alliance, person=row.person, authority=row.authority, need=given["need"]
        )

    verbs: dict[str, tuple[Callable[[Mapping[str, Any]], Any], str]] = {
        "train": (train, "The training is recorded."),
        "offer": (lambda given: actions.update(by=by, challenger=row, **given), "It is kept."),
        "need": (need, "The need is noted."),
        "leave": (lambda given: actions.end(by=by, challenger=row, on=given["on"]), "It is recorded."),
    }
    if do not in verbs:
        raise Http404("There is no such button.")
    act, said = verbs[do]
    if attempt(asked[do], act) is None:
        return False
    messages.success(request, said)
    return True


def _roles(charter: Charter) -> list[tuple[str, str]]:
    chapter = charter.challenge
    parts = [r for tier in TIERS for r in roles_for(chapter, tier)] if chapter else []
    return list(dict.fromkeys((r.role, r.title) for r in parts))


def _clauses(charter: Charter) -> list[Any]:
    return [c for c in charter.commitments if (c.met_by.kind, c.met_by.of) == ("record", "challengers")]


def _crumbs(alliance: str, register: bool = False) -> list[dict[str, str]]:
    found = [{"text": "Groups", "href": reverse("groups", kwargs={"alliance": alliance})}]
    if register:
        href = reverse("challengers", kwargs={"alliance": alliance})
        found.append({"text": "Register of challengers", "href": href})
    return found

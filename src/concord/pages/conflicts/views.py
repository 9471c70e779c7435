"""Conflicts of interest: one's own declarations, and those of others that wait for a waiver."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import conflicts as actions
from concord.pages.access import actor_of, page, refusal
from concord.pages.asking import Confirmation, attempt
from concord.pages.conflicts.forms import Declare, Waive
from concord.pages.sharing import who_sees
from concord.queries import conflicts as queries
from concord.queries.membership import alliance_named, today
from concord.queries.rounds import authorities_by_code
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.conflicts import nature_words


@page("signed-in", methods=("GET", "POST"))
def conflicts(request: HttpRequest, alliance: str) -> HttpResponse:
    """One's own declarations, what might be declared, and what others declared as far as one may see it."""
    row, actor = alliance_named(alliance), actor_of(request)
    standing = standing_of(row, today())
    declares = access.decide(actor, queries.DECLARES, queries.own_facts(actor, alliance))
    others = queries.declared_by_others(actor, alliance, standing.day)
    sees = access.decide(
        actor, "see conflict or challenge.group", queries.own_facts(actor, alliance, "see conflict")
    )
    if not declares.allowed and (request.method == "POST" or not (others or sees.allowed)):
        return refusal(request, declares)
    members = [(m.code, m.name) for m in standing.members]
    suggested = queries.suggested(standing, actor.person) if actor.person and declares.allowed else []
    chosen = next((c for c, name in members if c == request.GET.get("authority")), "")
    form = Declare(
        request.POST or None,
        members=members,
        initial={"authority": chosen, "nature": "works-there" if chosen else None},
    )
    if request.method == "POST":
        codes = authorities_by_code([str(request.POST.get("authority"))])
        made = attempt(
            form,
            lambda given: actions.declare(
                by=actor, alliance=row, **{**given, "authority": codes[given["authority"]]}
            ),
        )
        if made is not None:
            messages.success(request, "It is declared. Those who form the groups were told.")
            return redirect("conflicts", alliance=alliance)
    context = {
        "title": "Conflicts of interest",
        "caption": "Who should not review whom",
        "who_sees": f"you, those who form the groups, and {who_sees(standing, 'conflict')}",
        "breadcrumbs": _crumbs(alliance),
        "standing": standing,
        "mine": queries.declared_by(actor, alliance),
        "others": others,
        "suggested": [(s, standing.by_id[s.authority].code) for s in suggested],
        "declares": declares.allowed,
        "form": form,
        "nature": nature_words,
    }
    return render(request, "conflicts/conflicts.html", context)


@page("signed-in", methods=("GET", "POST"))
def conflict(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One declaration: its own person takes it back, whoever forms the groups waives it."""
    row, actor = queries.conflict_named(alliance, number), actor_of(request)
    facts, own = queries.facts_of(row), row.person_id == actor.person
    seen = access.decide(actor, "see conflict or challenge.group", facts)
    if not own and not seen.allowed:
        return refusal(request, seen)
    waives = not own and access.decide(actor, "challenge.group", facts).allowed
    do = request.POST.get("do", "")
    form = Waive(request.POST if do == "waive" else None)
    if request.method == "POST":
        if do == "waive":
            done = attempt(
                form, lambda given: actions.waive(by=actor, conflict=row, because=given["because"])
            )
        elif do == "withdraw":
            done = attempt(Confirmation(request.POST), lambda _: actions.withdraw(by=actor, conflict=row))
        else:
            raise Http404("There is no such button.")
        if done is not None:
            messages.success(request, "It is waived." if do == "waive" else "It was taken back.")
            if do == "withdraw":
                return redirect("conflicts", alliance=alliance)
            return redirect(request.path)
    standing = standing_of(row.alliance, today())
    context = {
        "title": f"{row.person.name} and {row.authority.name}",
        "caption": "Conflict of interest",
        "who_sees": f"the person, those who form the groups, and {who_sees(standing, 'conflict')}",
        "breadcrumbs": [
            *_crumbs(alliance),
            {"text": "Conflicts of interest", "href": reverse("conflicts", kwargs={"alliance": alliance})},
        ],
        "row": row,
        "own": own,
        "waives": waives and row.waived_at is None and row.withdrawn_at is None,
        "form": form,
        "nature": nature_words(row.nature),
    }
    return render(request, "conflicts/conflict.html", context)


def _crumbs(alliance: str) -> list[dict[str, str]]:
    return [{"text": "Groups", "href": reverse("groups", kwargs={"alliance": alliance})}]

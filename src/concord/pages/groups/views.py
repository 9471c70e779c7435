"""The workspace of whoever forms the groups, and one year's grouping: its proof, wishes, changes and agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from catalogue.periods import Period
from concord.actions import rounds as actions
from concord.actions._run import Invalid
from concord.pages.access import actor_of, page
from concord.pages.asking import Confirmation, attempt, numbered
from concord.pages.groups.forms import Reopening, Swap, Weights, WishForm
from concord.pages.sharing import who_sees
from concord.queries import rounds as queries
from concord.queries.forming import begun, earlier, forming, gatherings
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.rounds import RoundNow
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.challenge import role_title
from concord.rules.grouping import name_of
from concord.rules.rounds import places, rota_proof, swapped


@page("see round", of=facts_of_alliance)
def groups(request: HttpRequest, alliance: str) -> HttpResponse:
    """Each place with its groups of a year; for whoever forms them, how their challenges go."""
    standing = standing_of(alliance_named(alliance), today())
    now = Period.year_of(standing.day)
    year = _year(request.GET.get("year", ""), now)
    actor = actor_of(request)
    context = {
        "title": "Groups",
        "caption": f"Who challenges whom, {year.key}",
        "who_sees": f"{who_sees(standing, 'round')}; before groups are agreed, those who form them",
        "standing": standing,
        "year": year,
        "years": [now, now.next()],
        "forming": forming(actor, standing, year.key),
        "gatherings": gatherings(standing, year.key),
        "earlier": earlier(alliance_named(alliance), now.key),
        "whole": queries.WHOLE,
        "name": name_of,
        "role": lambda role: role_title(standing.charter, role),
        "clauses": [standing.charter.commitment(id) for id in queries.clauses_of(standing.charter)],
        "registers": access.decide(actor, "see challengers", facts_of_alliance(alliance)).allowed,
    }
    return render(request, "groups/groups.html", context)


def _year(asked: str, now: Period) -> Period:
    if not asked:
        return now
    try:
        found = Period.parse(asked)
    except ValueError:
        raise Http404("There is no such year.") from None
    if found.kind != "year":
        raise Http404("There is no such year.")
    return found


@page("challenge.group", of=queries.facts_of_place, methods=("POST",))
def begin(request: HttpRequest, alliance: str, year: str, place: str) -> HttpResponse:
    """Propose the groups of a year for the first time."""
    row = alliance_named(alliance)
    where = queries.place_named(alliance, place)
    try:
        made = actions.propose(
            by=actor_of(request), alliance=row, year=year, sub_region=queries.sub_region_of(row, where)
        )
    except Invalid as fault:
        messages.error(request, str(fault))
        return redirect("groups", alliance=alliance)
    return redirect("grouping", alliance=alliance, number=made.pk)


@page("see round or challenge.group", of=queries.facts_of_round, methods=("GET", "POST"))
def grouping(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One grouping: read by the members once it is agreed; until then formed by those who may."""
    row = queries.round_named(alliance, number)
    standing = standing_of(row.alliance, today())
    now = queries.round_now(standing, row)
    forms_it = access.decide(actor_of(request), "challenge.group", queries.facts_of(row, standing)).allowed
    asked = _forms(now)
    if request.method == "POST":
        do = request.POST.get("do", "")
        asked = _forms(now, do, request.POST)
        if _done(request, now, asked, do):
            return redirect("grouping", alliance=alliance, number=number)
    context = {
        "title": f"Groups of {now.place.name}, {row.year}",
        "caption": "Who challenges whom",
        "who_sees": who_sees(standing, "round")
        if row.state == "agreed"
        else "those who form these groups, until they are agreed",
        "breadcrumbs": [{"text": "Groups", "href": reverse("groups", kwargs={"alliance": alliance})}],
        "standing": standing,
        "row": row,
        "now": now,
        "forms_it": forms_it,
        "open": forms_it and row.state == "proposed",
        "begun": begun(row) if forms_it and row.state == "agreed" else [],
        "reopened": _reopened(row) if forms_it else [],
        "wishes": now.wishes,
        "asked": asked,
        "form": next((f for f in asked.values() if f.is_bound), None),
        "tried": _tried(request, now) if forms_it else None,
        "proof": rota_proof(now.setting, row.groups) if now.setting.parts and now.fits else [],
        "rota_clauses": queries.rota_clauses(standing.charter),
        "role": lambda role: role_title(standing.charter, role),
    }
    return render(request, "groups/grouping.html", context)


def _reopened(row: Any) -> list[dict[str, Any]]:
    """When and why agreed groups were opened again, the latest first."""
    told = reversed(row.proposal.get("reopened", []))
    return [it | {"at": datetime.fromisoformat(it["at"])} for it in told]


def _forms(now: RoundNow, do: str = "", data: Any = None) -> dict[str, Any]:
    """The forms of the page, the one that was sent bound to what was sent."""
    members = [(party.code, party.name) for party in now.setting.parties]
    seats = places(now.setting, now.row.groups) if now.fits else []
    return {
        "propose": Weights(data if do == "propose" else None, weights=now.setting.weights),
        "wish": WishForm(data if do == "wish" else None, members=members),
        "reopen": Reopening(data if do == "reopen" else None),
        "swap": Swap(data if do == "swap" else None, places=seats),
    }


def _done(request: HttpRequest, now: RoundNow, asked: Mapping[str, forms.Form], do: str) -> bool:
    """Do what the pressed button asks. False when it was refused; the form or a message then says why."""
    by, row = actor_of(request), now.row
    version = numbered(request.POST.get("version", ""))
    wish = next((w for w in now.wishes if str(w.pk) == request.POST.get("wish")), None)

    def told(given: Mapping[str, Any]) -> Any:
        both = queries.authorities_by_code([given["one"], given["other"]])
        details = {name: given[name] for name in ("kind", "must", "reason")}
        return actions.wish(by=by, round=row, one=both[given["one"]], other=both[given["other"]], **details)

    verbs: dict[str, tuple[Callable[[Mapping[str, Any]], Any], str]] = {
        "propose": (
            lambda given: actions.propose(
                by=by, alliance=row.alliance, year=row.year, sub_region=row.sub_region, weights=given
            ),
            "Worked out anew.",
        ),
        "wish": (told, "The wish is kept. Propose again to see what comes of it."),
        "swap": (
            lambda given: actions.change(
                by=by,
                round=row,
                groups=swapped(row.groups, given["one"], given["other"]),
                seen_version=version,
            ),
            "The groups were changed.",
        ),
        "agree": (
            lambda _: actions.agree(by=by, round=row, seen_version=version),
            "The groups are agreed. Everybody was invited.",
        ),
    }
    verbs["reopen"] = (
        lambda given: actions.reopen(by=by, round=row, reason=given["reason"]),
        "The groups are open again. Everybody who was invited was told.",
    )
    if wish is not None:
        verbs["unwish"] = (
            lambda _: actions.unwish(by=by, wish=wish),
            "The wish was taken back. Propose again to see what comes of it.",
        )
    if do not in verbs:
        raise Http404("There is no such button.")
    act, said = verbs[do]
    form = asked.get(do) or Confirmation(request.POST)
    if attempt(form, act) is None:
        if do not in asked:
            messages.error(request, " ".join(str(e) for e in form.non_field_errors()))
        return False
    messages.success(request, said)
    return True


def _tried(request: HttpRequest, now: RoundNow) -> dict[str, Any] | None:
    """What exchanging two places would cost, before it is done."""
    one, other = request.GET.get("one", ""), request.GET.get("other", "")
    if not one or not other or one == other or not now.fits:
        return None
    try:
        groups = swapped(now.row.groups, one, other)
    except ValueError:
        return None
    told, names = now.costs(groups), dict(places(now.setting, now.row.groups))
    base = now.row.proposal.get("points")
    return {
        "one": one,
        "other": other,
        "names": (names.get(one, one), names.get(other, other)),
        "told": told,
        "more": told.points - now.now.points,
        "than_best": None if base is None else told.points - base,
        "lines": [
            (line, line.points - before.points)
            for line, before in zip(told.lines, now.now.lines, strict=True)
        ],
    }

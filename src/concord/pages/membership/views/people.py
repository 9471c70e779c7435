"""Who holds which office; appointing, replacing, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions.people import appoint, end_tenure
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.membership import forms
from concord.pages.sharing import who_sees
from concord.queries import accounts
from concord.queries.accounts import Held
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.access import Actor, Facts

MANAGE = "people.manage"


@page("see people", of=facts_of_alliance)
def people(request: HttpRequest, alliance: str) -> HttpResponse:
    """Every office with its holders, from when to when; ``?at=`` shows one authority's, ``?past`` also the past."""
    actor, standing = actor_of(request), standing_of(alliance_named(alliance), today())
    at, past = request.GET.get("at", ""), "past" in request.GET
    found = [h for h in accounts.held_in(standing) if past or h.until is None or h.until >= today()]
    if at in standing.by_code:
        found = [h for h in found if at in h.authorities and h.of == "authority"]
    by_office: dict[str, list[Held]] = {}
    for held in found:
        by_office.setdefault(held.title, []).append(held)
    context = {
        "title": "Who holds which office",
        "caption": standing.by_code[at].name
        if at in standing.by_code
        else standing.charter.memorandum.alliance,
        "who_sees": who_sees(standing, "people"),
        "by_office": by_office,
        "standing": standing,
        "at": at if at in standing.by_code else "",
        "past": past,
        "day": today(),
        "may_appoint": bool(places(actor, standing)),
        "may_end": {h.tenure for h in found if may_manage(actor, standing, h)},
        "vacant": [] if at else vacancies(standing, found),
    }
    return render(request, "membership/people.html", context)


def vacancies(standing: Standing, found: list[Held]) -> list[tuple[str, list[str]]]:
    """Offices that carry duties of authorities, with the members where nobody holds them today."""
    owed = {c.through for c in standing.charter.commitments if c.owed_by == "authority"}
    signed = set(standing.charter.memorandum.signed_by)
    missing = []
    for office in standing.charter.offices:
        if office.of != "authority" or office.key not in owed | signed:
            continue
        filled = {c for h in found if h.office == office.key and h.now(standing.day) for c in h.authorities}
        if gaps := [m.name for m in standing.taking_part if m.code not in filled]:
            missing.append((office.title, gaps))
    return missing


def may_manage(actor: Actor, standing: Standing, held: Held) -> bool:
    """Whether the actor may end a tenure: of its own authority (all of a body's), or anywhere."""
    ids = [standing.by_code[c].id for c in held.authorities] if held.of == "authority" else []
    facts = [Facts(standing.key, i) for i in ids] or [Facts(standing.key)]
    return all(access.decide(actor, MANAGE, f).allowed for f in facts)


def places(actor: Actor, standing: Standing) -> list[tuple[str, Any]]:
    """The offices and places over which the actor may appoint, as choices grouped by office."""
    everywhere = access.decide(actor, MANAGE, Facts(standing.key)).allowed
    members = [m for m in standing.members if access.decide(actor, MANAGE, Facts(standing.key, m.id)).allowed]
    ids = {m.id for m in members}
    bodies = [(b, n) for b, n in standing_bodies(standing).items() if standing.bodies[b] <= ids]
    found = []
    for office in standing.charter.offices:
        match office.of:
            case "authority":
                rows = [(f"{office.key}|authority|{m.code}", m.name) for m in members]
                rows += [(f"{office.key}|body|{b}", name) for b, name in bodies]
            case "sub-region" if everywhere:
                rows = [(f"{office.key}|sub_region|{k}", n) for k, n in standing.sub_regions.items()]
            case "alliance" | "partner" if everywhere:
                rows = [(f"{office.key}||", office.title)]
            case _:
                rows = []
        if rows:
            found.append((office.title, rows))
    return found


def standing_bodies(standing: Standing) -> dict[int, str]:
    """Bodies that answer for members today, by number."""
    names = {i: m.answered_by for m in standing.members if m.answered_by for i in [m.id]}
    return {b: names[next(iter(ids & set(names)))] for b, ids in standing.bodies.items() if ids & set(names)}


@page(access.SIGNED_IN, methods=("GET", "POST"))
def appoint_somebody(request: HttpRequest, alliance: str) -> HttpResponse:
    """Put somebody in an office; the invitation goes out with it."""
    actor, row = actor_of(request), alliance_named(alliance)
    standing = standing_of(row, today())
    choices = places(actor, standing)
    if not choices:
        return refused_to_appoint(request, actor, alliance)
    at = request.GET.get("place", "")
    form = forms.AppointForm(request.POST or None, places=choices, initial={"place": at})

    def do(data: Mapping[str, Any]) -> Any:
        office, kind, key = data["place"].split("|")
        rest = {k: data[k] for k in ("name", "email", "starts", "succeeds")}
        place = {kind: accounts.place_named(row, kind, key)} if kind else {}
        return appoint(by=actor, alliance=row, office=office, **place, **rest)

    if request.method == "POST" and (tenure := attempt(form, do)):
        messages.success(request, f"{tenure.person.name} holds the office from {tenure.starts:%-d %B %Y}.")
        return redirect("people", alliance=alliance)
    context = {
        "title": "Appoint somebody",
        "caption": standing.name,
        "breadcrumbs": [{"text": "Who holds which office", "href": f"/alliances/{alliance}/people/"}],
        "who_sees": who_sees(standing, "people"),
        "form": form,
        "intro": "The office carries the duties and the rights. Whoever holds it has them from the first day to the "
        "last, and their history stays.",
        "button": "Appoint",
    }
    return render(request, "membership/ask.html", context)


def refused_to_appoint(request: HttpRequest, actor: Actor, alliance: str) -> HttpResponse:
    """The policy's own refusal, for somebody who may appoint nowhere in the alliance."""
    from concord.pages.access import refusal

    return refusal(request, access.decide(actor, MANAGE, Facts(alliance)))


@page("see people", of=facts_of_alliance, methods=("GET", "POST"))
def leave(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Somebody leaves an office after a last day."""
    tenure = accounts.tenure_in(alliance, number)
    if tenure is None:
        raise Http404("Nobody holds that office here")
    standing = standing_of(alliance_named(alliance), today())
    title, _ = accounts.office_words(standing.charter, tenure.office)
    form = forms.LastDayForm(request.POST or None)

    def do(data: Mapping[str, Any]) -> Any:
        end_tenure(by=actor_of(request), tenure=tenure, **data)
        return True

    if request.method == "POST" and attempt(form, do):
        messages.success(
            request, f"{tenure.person.name} leaves after {form.cleaned_data['last_day']:%-d %B %Y}."
        )
        return redirect("people", alliance=alliance)
    context = {
        "title": f"{tenure.person.name} leaves the office",
        "caption": title,
        "breadcrumbs": [{"text": "Who holds which office", "href": f"/alliances/{alliance}/people/"}],
        "who_sees": who_sees(standing, "people"),
        "form": form,
        "intro": "What they did stays in their name. Open duties wait for whoever follows.",
        "button": "Record that they leave",
    }
    return render(request, "membership/ask.html", context)

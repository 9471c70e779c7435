"""Who takes part: the list, one authority's membership, joining, limiting, leaving, and its judgements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions.judgements import AREAS, record_judgement
from concord.actions.participation import move_sub_region, set_participation
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.membership import forms
from concord.pages.sharing import who_sees
from concord.queries import authorities, participation
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.access import Facts


@page("see participation", of=facts_of_alliance)
def members(request: HttpRequest, alliance: str) -> HttpResponse:
    """Everybody in the alliance, by sub-region where there are any."""
    actor, row, day = actor_of(request), alliance_named(alliance), today()
    standing = standing_of(row, day)
    judged = {}
    if access.decide(actor, "see judgements", Facts(alliance)).allowed:
        judged = authorities.latest_judgements([m.id for m in standing.members], day)
    parts = {key: name for key, name in standing.sub_regions.items() if standing.in_sub_region(key)} or {
        "": ""
    }
    grouped = [(name, [m for m in standing.members if m.sub_region == key]) for key, name in parts.items()]
    if loose := [m for m in standing.members if m.sub_region not in parts]:
        grouped.append(("In no sub-region", loose))
    context = {
        "title": "Authorities",
        "caption": standing.charter.memorandum.alliance,
        "who_sees": who_sees(standing, "participation"),
        "grouped": grouped,
        "standing": standing,
        "judged": judged,
        "levels": participation.LEVELS,
        "may_vary": access.decide(actor, "see variation", Facts(alliance)).allowed,
        "may_join": access.decide(actor, "participation.set", Facts(alliance)).allowed,
    }
    return render(request, "membership/members.html", context)


@page("see participation", of=facts_of_member)
def about(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """One authority: how it took part and takes part, what it came from and became, who answers for it."""
    actor, row, day = actor_of(request), alliance_named(alliance), today()
    authority = authorities.authority_in(alliance, code)
    standing, facts = standing_of(row, day), Facts(alliance, authority.pk, authority.name)
    may = {
        name: access.decide(actor, ability, facts).allowed
        for name, ability in {
            "participate": "participation.set",
            "move": "edition.manage",
            "judge": "judgement.record",
            "vary": "see variation",
            "judged": "see judgements",
            "signed": "see signatures",
        }.items()
    }
    context = {
        "title": authority.name,
        "caption": standing.name,
        "who_sees": who_sees(standing, "participation"),
        "breadcrumbs": _crumbs(alliance),
        "authority": authority,
        "member": standing.by_code.get(code),
        "standing": standing,
        "spans": participation.history(row, authority.pk)[::-1],
        "past": authorities.past(authority, row),
        "together": authorities.answers_with(authority, day),
        "judgements": list(authorities.judgements(authority)) if may["judged"] else [],
        "areas": AREAS,
        "frameworks": authorities.FRAMEWORKS,
        "clauses": lambda ids: participation.names_of_clauses(standing.charter, ids),
        "may": may,
    }
    return render(request, "membership/about.html", context)


def _crumbs(alliance: str, *more: dict[str, str]) -> list[dict[str, str]]:
    return [{"text": "Authorities", "href": f"/alliances/{alliance}/members/"}, *more]


def _about(alliance: str, code: str) -> str:
    return f"/alliances/{alliance}/members/{code}/about/"


@page("participation.set", of=facts_of_member, methods=("GET", "POST"))
def participate(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Say how far the authority takes part, from a day."""
    row, authority = alliance_named(alliance), authorities.authority_in(alliance, code)
    standing = standing_of(row, today())
    form = forms.ParticipationForm(request.POST or None, charter=standing.charter)

    def do(data: Mapping[str, Any]) -> Any:
        return set_participation(by=actor_of(request), alliance=row, authority=authority, **data)

    if request.method == "POST" and (span := attempt(form, do)):
        messages.success(
            request, f"{authority.name} {participation.LEVELS[span.level]} from {span.starts:%-d %B %Y}."
        )
        return redirect("me" if span.level in ("declined", "left") else _about(alliance, code))
    context = {
        "title": "How the authority takes part",
        "caption": authority.name,
        "who_sees": who_sees(standing, "participation"),
        "breadcrumbs": _crumbs(alliance, {"text": authority.name, "href": _about(alliance, code)}),
        "form": form,
        "spans": participation.history(row, authority.pk)[::-1],
        "clauses": lambda ids: participation.names_of_clauses(standing.charter, ids),
        "intro": "Taking part is voluntary. An authority can join, decline, limit its part or leave, and is asked "
        "for nothing that it did not agree to.",
        "button": "Record this",
    }
    return render(request, "membership/participate.html", context)


@page("participation.set", of=facts_of_alliance, methods=("GET", "POST"))
def join(request: HttpRequest, alliance: str) -> HttpResponse:
    """An authority that is not in the alliance joins it."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    could = {a.code: a for a in participation.could_join(row, today())}
    choices = [(code, f"{a.name} ({a.region})") for code, a in could.items()]
    form = forms.JoinForm(request.POST or None, charter=standing.charter, authorities=choices)

    def do(data: Mapping[str, Any]) -> Any:
        rest = {k: v for k, v in data.items() if k != "code"}
        return set_participation(by=actor_of(request), alliance=row, authority=could[data["code"]], **rest)

    if request.method == "POST" and (span := attempt(form, do)):
        messages.success(request, f"{span.authority.name} has joined.")
        return redirect(_about(alliance, span.authority.code))
    context = {
        "title": "An authority joins",
        "caption": standing.name,
        "who_sees": who_sees(standing, "participation"),
        "breadcrumbs": _crumbs(alliance),
        "form": form,
        "intro": "An authority that was never a member, or has left, joins from a day.",
        "button": "Record that it joins",
    }
    return render(request, "membership/ask.html", context)


@page("edition.manage", of=facts_of_member, methods=("GET", "POST"))
def sub_region(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Move the authority to another sub-region, from a day."""
    row, authority = alliance_named(alliance), authorities.authority_in(alliance, code)
    standing = standing_of(row, today())
    parts = {p.key: p for p in row.sub_regions.all()}
    form = forms.SubRegionForm(request.POST or None, parts=[(key, p.name) for key, p in parts.items()])

    def do(data: Mapping[str, Any]) -> Any:
        return move_sub_region(
            by=actor_of(request),
            alliance=row,
            authority=authority,
            sub_region=parts[data["sub_region"]],
            starts=data["starts"],
        )

    if request.method == "POST" and (span := attempt(form, do)):
        messages.success(
            request, f"{authority.name} belongs to {span.sub_region.name} from {span.starts:%-d %B %Y}."
        )
        return redirect(_about(alliance, code))
    context = {
        "title": "Sub-region",
        "caption": authority.name,
        "breadcrumbs": _crumbs(alliance, {"text": authority.name, "href": _about(alliance, code)}),
        "who_sees": who_sees(standing, "participation"),
        "form": form,
        "intro": "",
        "button": "Move the authority",
    }
    return render(request, "membership/ask.html", context)


@page("judgement.record", of=facts_of_member, methods=("GET", "POST"))
def judge(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Record an ILACS judgement that Ofsted has published."""
    row, authority = alliance_named(alliance), authorities.authority_in(alliance, code)
    form = forms.JudgementForm(request.POST or None)

    def do(data: Mapping[str, Any]) -> Any:
        grades = {area: data[area] for area in AREAS if data[area]}
        rest = {k: v for k, v in data.items() if k not in AREAS}
        return record_judgement(
            by=actor_of(request), alliance=row, authority=authority, grades=grades, **rest
        )

    if request.method == "POST" and (found := attempt(form, do)):
        messages.success(request, f"The judgement published on {found.published:%-d %B %Y} is recorded.")
        return redirect(_about(alliance, code))
    context = {
        "title": "Record an Ofsted judgement",
        "caption": authority.name,
        "breadcrumbs": _crumbs(alliance, {"text": authority.name, "href": _about(alliance, code)}),
        "who_sees": who_sees(standing_of(row, today()), "judgements"),
        "form": form,
        "intro": "Copy it from the report that Ofsted published. What is not in the report stays “Not given”.",
        "button": "Record the judgement",
    }
    return render(request, "membership/ask.html", context)

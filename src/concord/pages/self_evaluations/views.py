"""The self-evaluations of a year: how far each is, and beginning one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import papers as actions
from concord.pages.access import actor_of, page
from concord.pages.asking import Confirmation, attempt
from concord.pages.papers.forms import BeginForm
from concord.pages.papers.views import COLOURS
from concord.pages.sharing import who_sees
from concord.queries import paper_page as reading
from concord.queries.authorities import authority_in
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.papers import self_evaluation_of
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.access import Facts


def _year(request: HttpRequest, known: list[str]) -> str:
    """The year asked for, or this one."""
    asked = request.GET.get("year", "")
    return asked if asked in known else known[0]


@page("see self-evaluation", of=facts_of_alliance)
def self_evaluations(request: HttpRequest, alliance: str) -> HttpResponse:
    """Every self-evaluation of a year that the reader may see."""
    actor, standing = actor_of(request), standing_of(alliance_named(alliance), today())
    template = self_evaluation_of(standing.charter)
    if template is None:
        raise Http404("The memorandum asks for no self-evaluation.")
    known = reading.years(standing)
    year = _year(request, known)
    rows = reading.rows(actor, standing, year)
    needs = "self-evaluation.write"
    own = {
        r.member.id
        for r in rows
        if r.own and access.decide(actor, needs, Facts(alliance, r.member.id, r.member.name)).allowed
    }
    context = {
        "title": f"{template.title}s",
        "caption": standing.charter.memorandum.alliance,
        "who_sees": f"{who_sees(standing, 'self-evaluation', template.key)}; a draft, its own authority alone",
        "rows": rows,
        "own": own,
        "years": known,
        "year": year,
        "standing": standing,
        "template": template,
        "colours": COLOURS,
    }
    return render(request, "self_evaluations/list.html", context)


@page("self-evaluation.write", of=facts_of_member, methods=("GET", "POST"))
def begin(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Begin this year's; an authority that was judged inadequate chooses which document it hands in."""
    standing = standing_of(alliance_named(alliance), today())
    authority, template = authority_in(alliance, code), self_evaluation_of(standing.charter)
    if template is None:
        raise Http404("The memorandum asks for no self-evaluation.")
    known = reading.years(standing)
    year, judged = _year(request, known), reading.may_be_similar(standing, authority.pk)
    form: Any = Confirmation(request.POST if request.method == "POST" else None)
    if judged and template.alternative:
        form = BeginForm(request.POST if request.method == "POST" else None, initial={"kind": "template"})
        form.fields["kind"].choices = [("template", template.title), ("similar", template.alternative.title)]

    def do(given: Mapping[str, Any]) -> Any:
        return actions.begin(
            by=actor_of(request),
            alliance=alliance_named(alliance),
            authority=authority,
            template=template.key,
            period=year,
            alternative=given.get("kind") == "similar",
        )

    if request.method == "POST" and (paper := attempt(form, do)):
        messages.success(request, "Begun. Give the sections to those who write them, or begin to write.")
        return redirect("paper", alliance=alliance, number=paper.pk)
    context = {
        "title": f"Begin the {template.title.lower()} {year}",
        "caption": authority.name,
        "who_sees": "the authority itself, until it is handed in",
        "breadcrumbs": [
            {"text": f"{template.title}s", "href": reverse("self_evaluations", kwargs={"alliance": alliance})}
        ],
        "form": form,
        "intro": "It begins empty; last year’s text is one click away in every section.",
        "button": "Begin",
    }
    return render(request, "membership/ask.html", context)

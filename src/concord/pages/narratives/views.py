"""The narratives of an authority on its figures that stand out in a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from catalogue.periods import Period
from concord.actions import narratives as actions
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.narratives.forms import NarrativeForm
from concord.pages.sharing import who_sees
from concord.queries import narratives as queries
from concord.queries.membership import alliance_named, facts_of_member, today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.narratives import PARTS


@page("see narrative", of=facts_of_member)
def narratives(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """What stands out after the latest release, and how far the narrative of each is."""
    standing = standing_of(alliance_named(alliance), today())
    release = queries.latest_release(standing)
    member = standing.by_code.get(code)
    if member is None:
        raise Http404("It is not a member today.")
    context = {
        "title": "Narratives",
        "caption": member.name,
        "who_sees": who_sees(standing, "narrative"),
        "breadcrumbs": _crumbs(alliance, code, member.name),
        "standing": standing,
        "code": code,
        "release": release,
        "asked": _asked(request, standing, release, code) if release else None,
        "percent": standing.charter.benchmark.ends_per_cent if standing.charter.benchmark else None,
    }
    return render(request, "narratives/narratives.html", context)


@page("see narrative", of=facts_of_member, methods=("GET", "POST"))
def narrative(
    request: HttpRequest, alliance: str, code: str, dataset: str, period: str, indicator: str
) -> HttpResponse:
    """One narrative: read by those who may, written by the authority's own."""
    standing = standing_of(alliance_named(alliance), today())
    release = queries.latest_release(standing, dataset, period)
    member = standing.by_code.get(code)
    if release is None or member is None:
        raise Http404("There is no such release.")
    asked = _asked(request, standing, release, code)
    row = queries.one(asked, indicator)
    kept = row.narrative
    form = NarrativeForm(initial=_texts(kept) | {"version": kept.version if kept else 0})
    if request.method == "POST":
        form = NarrativeForm(request.POST)
        if _done(request, form, release, code, row):
            return redirect(request.path)
    writes = access.decide(actor_of(request), "narrative.write", facts_of_member(alliance, code)).allowed
    context = {
        "title": row.indicator.name,
        "caption": f"{member.name}, {asked.period.label}",
        "who_sees": who_sees(standing, "narrative"),
        "breadcrumbs": [
            *_crumbs(alliance, code, member.name),
            {
                "text": "Narratives",
                "href": reverse("narratives", kwargs={"alliance": alliance, "code": code}),
            },
        ],
        "asked": asked,
        "row": row,
        "before": Period.parse(row.earlier.release.period).label if row.earlier else "",
        "form": form,
        "writes": writes,
        "parts": PARTS,
        "alliance_of": alliance,
        "code": code,
        "dataset": dataset,
        "period": period,
    }
    return render(request, "narratives/narrative.html", context)


def _asked(request: HttpRequest, standing: Standing, release: Any, code: str) -> queries.AskedOf:
    sees = access.decide(actor_of(request), "see signals", facts_of_member(standing.key, code)).allowed
    return queries.asked_of(standing, release, code, signals=sees)


def _texts(kept: Any) -> dict[str, str]:
    return {name: getattr(kept, name) if kept else "" for name in PARTS}


def _done(request: HttpRequest, form: NarrativeForm, release: Any, code: str, row: queries.Asked) -> bool:
    """Do what the pressed button asks. False when it was refused; the form then says why and keeps the text."""
    by, do = actor_of(request), request.POST.get("do", "save")
    of = {"release": release, "code": code, "indicator": row.indicator.id}

    def act(given: Mapping[str, Any]) -> Any:
        if do == "carry":
            return actions.carry_over(by=by, **of)
        if do == "revise" and row.narrative:
            return actions.revise(by=by, narrative=row.narrative)
        texts = {name: given[name] for name in PARTS}
        return actions.save(by=by, **of, texts=texts, seen_version=given["version"], ready=do == "finish")

    if attempt(form, act) is None:
        return False
    said = {
        "finish": "The narrative is ready.",
        "carry": "The earlier text was carried over.",
        "revise": "Change it below.",
    }
    messages.success(request, said.get(do, "Saved as a draft."))
    return True


def _crumbs(alliance: str, code: str, name: str) -> list[dict[str, str]]:
    return [
        {"text": "Authorities", "href": reverse("members", kwargs={"alliance": alliance})},
        {"text": name, "href": reverse("authority", kwargs={"alliance": alliance, "code": code})},
    ]

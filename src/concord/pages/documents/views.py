"""The reports of a release: how far they are, asking for them again, and fetching one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

import catalogue
from catalogue.periods import Period
from concord.actions import documents as actions
from concord.actions._run import Invalid
from concord.pages.access import actor_of, page
from concord.pages.analysis.reading import facts_of_dataset, facts_of_one
from concord.pages.downloads import saved
from concord.pages.sharing import who_sees
from concord.queries import analysis
from concord.queries import documents as queries
from concord.queries.membership import alliance_named, today
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.access import Facts

SEE = "see benchmark"


def _release(alliance: str, dataset: str, period: str, number: int) -> Any:
    row = alliance_named(alliance)
    found = analysis.newest_release(row, dataset, period, number)
    if found is None:
        raise Http404("There is no such release.")
    found.alliance = row  # is at hand
    return found


@page(SEE, of=facts_of_dataset, methods=("GET", "POST"))
def documents(request: HttpRequest, alliance: str, dataset: str, period: str, number: int) -> HttpResponse:
    """Each authority with its reports, and how far the making is; who makes releases can have them made again."""
    release = _release(alliance, dataset, period, number)
    if request.method == "POST":
        return _asked(request, release)
    actor = actor_of(request)
    standing = standing_of(release.alliance, today())
    when = Period.parse(period)
    place = {"alliance": alliance, "dataset": dataset, "period": period, "number": number}
    title = catalogue.datasets()[dataset].title
    context = {
        "title": "Reports of each authority",
        "caption": f"{title}, {when.label}, release {number}",
        "breadcrumbs": [
            {"text": "Releases", "href": reverse("releases", kwargs={"alliance": alliance})},
            {"text": f"{title}, {when.label}", "href": reverse("release", kwargs=place)},
        ],
        "who_sees": who_sees(standing, "benchmark", dataset),
        "standing": standing,
        "place": place,
        "worked_out": analysis.analysed_yet(release),
        "progress": queries.progress(actor, release),
        "kinds": queries.KINDS,
        "may_ask": access.decide(actor, "release.make", Facts(alliance, of=dataset)).allowed,
    }
    return render(request, "documents/documents.html", context)


def _asked(request: HttpRequest, release: Any) -> HttpResponse:
    try:
        many = actions.ask(by=actor_of(request), release=release)
        noun = "authority" if many == 1 else "authorities"
        messages.success(request, f"The reports of {many} {noun} are being made. Look again in a minute.")
    except Invalid as problem:
        messages.error(request, str(problem))
    return redirect(request.path)


@page(SEE, of=facts_of_one)
def download(
    request: HttpRequest, alliance: str, dataset: str, period: str, number: int, code: str, kind: str
) -> HttpResponse:
    """One report as it was made."""
    found = queries.document(_release(alliance, dataset, period, number), code, kind)
    if found is None:
        raise Http404("This report has not been made.")
    with default_storage.open(found.file) as stored:
        answer = saved(stored.read(), f"{alliance}-{code}-{dataset}-{period}-{number}.{kind}")
    answer["ETag"] = f'"{found.hash}"'
    return answer

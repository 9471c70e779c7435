"""What was shown to somebody, and saying that it was read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import acknowledgements as actions
from concord.actions._run import Refused
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.plans.forms import TextForm
from concord.queries import acknowledgements as queries
from concord.queries.membership import alliance_named, today
from concord.queries.standing import standing_of
from concord.rules.access import SIGNED_IN, Decision, Facts

WHO = "you, for the offices that you hold; and who showed it to you sees when you have read it"


@page(SIGNED_IN)
def board(request: HttpRequest, alliance: str) -> HttpResponse:
    """Everything that was shown to the offices that the reader holds."""
    standing = standing_of(alliance_named(alliance), today())
    context = {
        "title": "Shown to you",
        "who_sees": WHO,
        "rows": queries.shown_to(actor_of(request), standing),
        "standing": standing,
    }
    return render(request, "plans/shown.html", context)


def _facts(alliance: str, number: int, **_: Any) -> Facts:
    return queries.facts_of_shown(alliance, number)


@page(queries.READ, of=_facts, methods=("GET", "POST"))
def one(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One thing that was shown: read it, then say so."""
    standing = standing_of(alliance_named(alliance), today())
    it = queries.one(actor_of(request), standing, number)
    if it is None:
        raise Refused(Decision(False, "not-shown", "This was shown to another office."))
    form = TextForm("A word back", request.POST if request.method == "POST" else None, required=False)
    if request.method == "POST":
        done = attempt(
            form, lambda given: actions.acknowledge(by=actor_of(request), row=it.row, note=given["text"])
        )
        if done is not None:
            messages.success(request, "Thank you. It is kept that you have read it, and when.")
            return redirect("shown", alliance=alliance)
    context = {
        "title": it.title,
        "caption": f"Shown to you: {it.row.authority.name}",
        "who_sees": WHO,
        "breadcrumbs": [{"text": "Shown to you", "href": reverse("shown", kwargs={"alliance": alliance})}],
        "it": it,
        "form": form,
        "office": standing.charter.office(it.row.office).title,
    }
    return render(request, "plans/read.html", context)

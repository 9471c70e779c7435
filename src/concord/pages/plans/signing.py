"""Signing a plan: the page to which a signatory is led, the answer, and what was signed on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.pages import signing as pages
from concord.pages.access import actor_of, page
from concord.pages.plans.views import basis, shown
from concord.queries.plan_page import PlanPage
from concord.queries.plans import facts_of_plan
from concord.queries.sign_offs import as_equivalent, own_offices
from concord.rules import access, signing
from concord.rules.plans import WRITE


@page("see plan", of=facts_of_plan)
def signatures(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The places under the plan, and its text."""
    it = shown(request, alliance, number)
    return render(request, "plans/signatures.html", _places(request, it, "Signatures"))


def _places(request: HttpRequest, it: PlanPage, title: str) -> dict[str, Any]:
    actor, facts = actor_of(request), it.what.facts
    own = own_offices(actor, it.what)
    return basis(request, it, title) | {
        "words": signing.WORDS,
        "tags": pages.TAGS,
        "open": not it.what.closed,
        "own": own,
        "stands_in": as_equivalent(actor, it.what) is not None,
        "records": access.decide(actor, WRITE, facts).allowed,
    }


@page("document.sign", of=facts_of_plan, methods=("GET", "POST"))
def answer(request: HttpRequest, alliance: str, number: int, office: str, verb: str) -> HttpResponse:
    """Sign, decline or withdraw, for one’s own office, or in an equivalent one."""
    it = shown(request, alliance, number)
    asked = pages.answer(request, it.what, office, verb)
    if asked is None:
        return redirect("plan_signatures", alliance=alliance, number=number)
    return render(request, "plans/answer.html", basis(request, it, "") | asked)


@page(WRITE, of=facts_of_plan, methods=("GET", "POST"))
def on_paper(request: HttpRequest, alliance: str, number: int, office: str) -> HttpResponse:
    """Record a signature that was made on paper, also by an equivalent whose office stands with the name."""
    it = shown(request, alliance, number)
    asked = pages.on_paper(request, it.what, office)
    if asked is None:
        return redirect("plan_signatures", alliance=alliance, number=number)
    return render(request, "membership/ask.html", basis(request, it, "") | asked)

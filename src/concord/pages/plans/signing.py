"""Signing a plan: the page to which a signatory is led, the answer, and what was signed on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions import sign_offs
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.papers.forms import SignedForm
from concord.pages.papers.signing import ANSWERS, TAGS
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
        "tags": TAGS,
        "open": not it.what.closed,
        "own": own,
        "stands_in": as_equivalent(actor, it.what) is not None,
        "records": access.decide(actor, WRITE, facts).allowed,
    }


@page("document.sign", of=facts_of_plan, methods=("GET", "POST"))
def answer(request: HttpRequest, alliance: str, number: int, office: str, verb: str) -> HttpResponse:
    """Sign, decline or withdraw, for one’s own office, or in an equivalent one."""
    it = shown(request, alliance, number)
    if verb not in ANSWERS or office not in it.what.offices:
        raise Http404("There is no such answer.")
    title, button, said, kind = ANSWERS[verb]
    form = kind(request.POST if request.method == "POST" else None)

    def do(given: Mapping[str, Any]) -> Any:
        details = {"by": actor_of(request), "what": it.what, "office": office}
        if verb in ("sign", "stand-in"):
            return sign_offs.sign(**details, seen_hash=request.POST.get("seen_hash", ""), **given)
        act = sign_offs.decline if verb == "decline" else sign_offs.withdraw
        return act(**details, **given)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, said)
        return redirect("plan_signatures", alliance=alliance, number=number)
    context = basis(request, it, title) | {
        "form": form,
        "verb": verb,
        "button": button,
        "office": it.what.offices[office],
        "person_name": actor_of(request).name,
    }
    return render(request, "plans/answer.html", context)


@page(WRITE, of=facts_of_plan, methods=("GET", "POST"))
def on_paper(request: HttpRequest, alliance: str, number: int, office: str) -> HttpResponse:
    """Record a signature that was made on paper, also by an equivalent whose office stands with the name."""
    it = shown(request, alliance, number)
    if office not in it.what.offices:
        raise Http404("That office does not sign it.")
    form = SignedForm(request.POST or None)

    def do(given: Mapping[str, Any]) -> Any:
        return sign_offs.record_paper_signature(by=actor_of(request), what=it.what, office=office, **given)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "The paper signature is recorded.")
        return redirect("plan_signatures", alliance=alliance, number=number)
    equivalent = (
        " Where an equivalent signed, write the office after the name." if it.what.or_equivalent else ""
    )
    context = basis(request, it, "Record a signature made on paper") | {
        "form": form,
        "intro": f"For the {it.what.offices[office]}, under exactly the text that stands now. Keep the paper."
        + equivalent,
        "button": "Record it",
    }
    return render(request, "membership/ask.html", context)

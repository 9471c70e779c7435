"""Handing a paper in, signing it, taking it up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions import papers as actions
from concord.pages import signing as pages
from concord.pages.access import actor_of, page
from concord.pages.asking import Confirmation, attempt
from concord.pages.papers import forms
from concord.pages.papers.views import basis, shown
from concord.queries.papers import facts_of_paper, reads, signable, submits
from concord.queries.sign_offs import as_equivalent
from concord.rules import signing
from concord.rules.papers import is_signing


@page(submits, of=facts_of_paper, methods=("GET", "POST"))
def hand_in(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Hand it in: to those who sign, or to its readers."""
    it = shown(request, alliance, number)
    form = Confirmation(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        sent = attempt(form, lambda _: actions.submit(by=actor_of(request), paper=it.paper))
        if sent is not None:
            waits = is_signing(sent.state)
            messages.success(
                request, "Sent to those who sign it." if waits else "Handed in. Its readers are told."
            )
            return redirect("paper", alliance=alliance, number=number)
    title = "Send it for signature" if it.places else "Hand it in"
    return render(request, "papers/hand_in.html", basis(it, title) | {"form": form})


@page(submits, of=facts_of_paper, methods=("GET", "POST"))
def reopen(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Take it up again, with a reason."""
    it = shown(request, alliance, number)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda given: actions.reopen(by=actor_of(request), paper=it.paper, **given))
        if done is not None:
            messages.success(request, "It can be written again. Those who had it are told.")
            return redirect("paper", alliance=alliance, number=number)
    context = basis(it, "Take it up again") | {
        "form": form,
        "intro": "Its readers no longer see it until it is handed in again. Signatures stay valid until "
        "something in it changes; then each is void, in sight of all, and asked for anew.",
        "button": "Take it up again",
    }
    return render(request, "membership/ask.html", context)


@page(reads, of=facts_of_paper)
def signatures(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The places under the text, and the text itself: the page to which a signatory is led."""
    it = shown(request, alliance, number)
    context = basis(it, "Signatures") | {
        "words": signing.WORDS,
        "tags": pages.TAGS,
        "open": not it.writing,
        "equivalent": as_equivalent(actor_of(request), signable(it.paper)) is not None,
    }
    return render(request, "papers/signatures.html", context)


@page("document.sign", of=facts_of_paper, methods=("GET", "POST"))
def answer(request: HttpRequest, alliance: str, number: int, office: str, verb: str) -> HttpResponse:
    """Sign, decline or withdraw, for one's own office, or in an equivalent one."""
    it = shown(request, alliance, number)
    asked = pages.answer(request, signable(it.paper), office, verb)
    if asked is None:
        return redirect("paper_signatures", alliance=alliance, number=number)
    return render(request, "papers/answer.html", basis(it, "") | asked)


@page(submits, of=facts_of_paper, methods=("GET", "POST"))
def on_paper(request: HttpRequest, alliance: str, number: int, office: str) -> HttpResponse:
    """Record a signature that was made on paper, also by an equivalent whose office stands with the name."""
    it = shown(request, alliance, number)
    asked = pages.on_paper(request, signable(it.paper), office)
    if asked is None:
        return redirect("paper_signatures", alliance=alliance, number=number)
    return render(request, "membership/ask.html", basis(it, "") | asked)

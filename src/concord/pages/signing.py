"""What every page on which something is signed shares: the answers there are, and what was signed on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest

from concord.actions import sign_offs
from concord.pages.access import actor_of
from concord.pages.asking import Confirmation, attempt
from concord.pages.papers import forms
from concord.queries.sign_offs import Signable

TAGS = {"signed": "green", "declined": "red", "void": "orange", "unsigned": "grey"}
ANSWERS = {
    "sign": ("Sign", "I sign", "Your signature is recorded.", Confirmation),
    "stand-in": ("Sign in this place", "I sign", "Your signature is recorded.", forms.EquivalentForm),
    "decline": ("Decline to sign", "Decline", "It is recorded that you decline.", forms.ReasonForm),
    "withdraw": (
        "Withdraw your answer",
        "Withdraw",
        "Your answer is withdrawn. It stays in sight.",
        forms.ReasonForm,
    ),
}


def answer(request: HttpRequest, what: Signable, office: str, verb: str) -> dict[str, Any] | None:
    """Sign, decline or withdraw for an office: what the page then shows, or None once it was done. Raises Http404."""
    if verb not in ANSWERS or office not in what.offices:
        raise Http404("There is no such answer.")
    title, button, said, kind = ANSWERS[verb]
    form = kind(request.POST if request.method == "POST" else None)

    def do(given: Mapping[str, Any]) -> Any:
        details = {"by": actor_of(request), "what": what, "office": office}
        if verb in ("sign", "stand-in"):
            return sign_offs.sign(**details, seen_hash=request.POST.get("seen_hash", ""), **given)
        act = sign_offs.decline if verb == "decline" else sign_offs.withdraw
        return act(**details, **given)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, said)
        return None
    return {
        "title": title,
        "form": form,
        "verb": verb,
        "button": button,
        "office": what.offices[office],
        "person_name": actor_of(request).name,
    }


def on_paper(request: HttpRequest, what: Signable, office: str) -> dict[str, Any] | None:
    """Record a signature made on paper: what the page then shows, or None once it was done. Raises Http404."""
    if office not in what.offices:
        raise Http404("That office does not sign it.")
    form = forms.SignedForm(request.POST or None)

    def do(given: Mapping[str, Any]) -> Any:
        return sign_offs.record_paper_signature(by=actor_of(request), what=what, office=office, **given)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "The paper signature is recorded.")
        return None
    equivalent = " Where an equivalent signed, write the office after the name." if what.or_equivalent else ""
    return {
        "title": "Record a signature made on paper",
        "form": form,
        "intro": f"For the {what.offices[office]}, under exactly the text that stands now. Keep the paper."
        + equivalent,
        "button": "Record it",
    }

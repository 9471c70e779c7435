"""Signing the memorandum: who has, one authority's page, answering, and recording what was signed on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions import signatures as actions
from concord.charter import vocabulary
from concord.charter import words as charter_words
from concord.outputs import pdf
from concord.pages.access import actor_of, page
from concord.pages.asking import Confirmation, attempt
from concord.pages.downloads import saved
from concord.pages.membership import forms
from concord.pages.sharing import who_sees
from concord.queries import authorities, memorandum, sign_offs, signatures
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.standing import standing_of
from concord.rules import access, signing
from concord.rules.access import Facts

COLOURS = {"signed": "green", "declined": "red", "void": "orange", "unsigned": "grey"}


def _edition(alliance: str) -> Any:
    edition = signatures.edition_to_sign(alliance_named(alliance))
    if edition is None:
        raise Http404("No edition of the memorandum is open to signature")
    return edition


@page("see signatures", of=facts_of_alliance)
def board(request: HttpRequest, alliance: str) -> HttpResponse:
    """Every member and its three offices."""
    edition = _edition(alliance)
    standing = standing_of(edition.alliance, today())
    rows = signatures.board(standing, edition)
    context = {
        "title": "Signatures",
        "caption": edition.title,
        "who_sees": who_sees(standing, "signatures"),
        "rows": rows,
        "done": sum(r.complete is not None for r in rows),
        "charter": memorandum.charter_of(edition),
        "standing": standing,
        "words": signing.WORDS,
        "colours": COLOURS,
    }
    return render(request, "membership/signatures.html", context)


@page("see signatures", of=facts_of_member)
def signature_page(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """The text that is signed and the three places under it; made to be printed as well."""
    actor, edition = actor_of(request), _edition(alliance)
    authority, standing = authorities.authority_in(alliance, code), standing_of(edition.alliance, today())
    charter = memorandum.charter_of(edition)
    found = signatures.of_authority(authority, edition)
    facts = Facts(alliance, authority.pk, authority.name)
    context = {
        "title": f"Signatures for {authority.name}",
        "caption": edition.title,
        "breadcrumbs": [{"text": "Signatures", "href": f"/alliances/{alliance}/signatures/"}],
        "who_sees": who_sees(standing, "signatures"),
        "found": found,
        "edition": edition,
        "charter": charter,
        "authority": authority,
        "standing": standing,
        "own": sign_offs.own_offices(actor, signatures.signable(edition, authority)),
        "may_record": access.decide(actor, "memorandum.record", facts).allowed,
        "words": signing.WORDS,
        "colours": COLOURS,
        "timing": charter_words.timing,
        "owners": vocabulary.OWNERS,
    }
    return render(request, "membership/signature_page.html", context)


@page("see signatures", of=facts_of_member)
def signature_pdf(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """The signature page as a PDF: blank places to sign on paper, and what was signed already."""
    edition, authority = _edition(alliance), authorities.authority_in(alliance, code)
    charter = memorandum.charter_of(edition)
    places = [
        pdf.SignaturePlace(
            title=charter.office(p.office).title,
            name=p.answer.name if p.answer and p.status == "signed" else "",
            on=charter_words.day(p.answer.on) if p.answer and p.status == "signed" else "",
        )
        for p in signatures.of_authority(authority, edition).places
    ]
    sheet = pdf.SignaturePage(
        alliance=charter.memorandum.alliance,
        title=edition.title,
        authority=authority.name,
        commences=charter_words.day(edition.commences),
        places=tuple(places),
        clauses=tuple((c.cited or c.clause, c.duty) for c in charter.commitments),
        hash=edition.hash,
    )
    return saved(pdf.signature_page(sheet), f"signatures-{edition.key}-{code}.pdf")


ANSWERS = {
    "sign": ("Sign the memorandum", "I sign", "Your signature is recorded."),
    "decline": ("Decline to sign", "Decline", "It is recorded that you decline."),
    "withdraw": ("Withdraw your answer", "Withdraw", "Your answer is withdrawn. It stays in sight."),
}


@page("memorandum.sign", of=facts_of_member, methods=("GET", "POST"))
def answer(request: HttpRequest, alliance: str, code: str, office: str, verb: str) -> HttpResponse:
    """Sign, decline or withdraw, for one's own office."""
    edition, authority = _edition(alliance), authorities.authority_in(alliance, code)
    charter = memorandum.charter_of(edition)
    if verb not in ANSWERS or office not in charter.memorandum.signed_by:
        raise Http404("There is no such answer")
    kind = Confirmation if verb == "sign" else forms.ReasonForm
    form = kind(request.POST) if request.method == "POST" else kind()

    def do(data: Mapping[str, Any]) -> Any:
        details = {"by": actor_of(request), "edition": edition, "authority": authority, "office": office}
        if verb == "sign":
            return actions.sign_memorandum(**details, seen_hash=request.POST.get("seen_hash", ""))
        act = actions.decline_memorandum if verb == "decline" else actions.withdraw_signature
        return act(**details, **data)

    if request.method == "POST" and attempt(form, do):
        messages.success(request, ANSWERS[verb][2])
        return redirect("signature_page", alliance=alliance, code=code)
    title, button, _ = ANSWERS[verb]
    context = {
        "title": title,
        "caption": f"{charter.office(office).title}, {authority.name}",
        "breadcrumbs": _crumbs(alliance, code, authority.name),
        "who_sees": who_sees(standing_of(edition.alliance, today()), "signatures"),
        "form": form,
        "edition": edition,
        "alliance_key": alliance,
        "answer": verb,
        "button": button,
        "person_name": actor_of(request).name,
        "day": today(),
    }
    return render(request, "membership/answer.html", context)


def _crumbs(alliance: str, code: str, name: str) -> list[dict[str, str]]:
    board = f"/alliances/{alliance}/signatures/"
    return [{"text": "Signatures", "href": board}, {"text": name, "href": f"{board}{code}/"}]


@page("memorandum.record", of=facts_of_member, methods=("GET", "POST"))
def paper(request: HttpRequest, alliance: str, code: str, office: str) -> HttpResponse:
    """Record a signature that was made on paper."""
    edition, authority = _edition(alliance), authorities.authority_in(alliance, code)
    charter = memorandum.charter_of(edition)
    if office not in charter.memorandum.signed_by:
        raise Http404("That office does not sign the memorandum")
    form = forms.PaperForm(request.POST or None)

    def do(data: Mapping[str, Any]) -> Any:
        return actions.record_paper_signature(
            by=actor_of(request), edition=edition, authority=authority, office=office, **data
        )

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "The paper signature is recorded.")
        return redirect("signature_page", alliance=alliance, code=code)
    context = {
        "title": "Record a signature made on paper",
        "caption": f"{charter.office(office).title}, {authority.name}",
        "breadcrumbs": _crumbs(alliance, code, authority.name),
        "who_sees": who_sees(standing_of(edition.alliance, today()), "signatures"),
        "form": form,
        "intro": f"Under: {edition.title}. Keep the paper; here stand the name and the day.",
        "button": "Record it",
    }
    return render(request, "membership/ask.html", context)

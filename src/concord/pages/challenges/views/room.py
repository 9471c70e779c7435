"""The record as it is written in the room: a plain form, and the same address for the page's script.

The script keeps what was typed on the computer until the server has it, and sends it again with the same key; a key
that came before adds nothing.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from concord.actions import challenges
from concord.actions import findings as actions
from concord.actions._run import Invalid
from concord.pages.access import page
from concord.pages.challenges import forms
from concord.pages.challenges.common import Shown
from concord.pages.sharing import who_sees
from concord.queries import challenge_record as reading
from concord.queries.challenges import facts_of_challenge
from concord.queries.enquiry import lines_of
from concord.rules.challenge import TEAM, TRIAD, act_words, waits_for
from concord.rules.enquiry import AGREED
from concord.rules.lifecycle import NotNow

SCRIPT = "X-Concord-Room"
"""The header by which the page's own script says that it wants an answer and no page."""


@page(TEAM, of=facts_of_challenge, methods=("GET", "POST"))
def room(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Write findings down, line of enquiry by line of enquiry; finish the record."""
    shown = Shown.of(request, alliance, number, act="record")
    lines = [x for x in lines_of(shown.row) if x.row.state in AGREED]
    choices = [(str(x.row.number), f"{x.row.number}. {x.row.question}") for x in lines]
    form: Any = forms.Finding(initial={"client_key": uuid4().hex}, lines=choices)
    if request.method == "POST":
        if request.headers.get(SCRIPT):
            return _for_script(shown, forms.Finding(request.POST, lines=choices))
        if request.POST.get("do") == "finish":
            form = forms.Note(request.POST)
            done = shown.done(
                form, lambda d: _finish(shown), "The record is finished. The host has been told."
            )
        else:
            form = forms.Finding(request.POST, lines=choices)
            done = shown.done(form, lambda d: _keep(shown, d), "Written down.")
        if done:
            return done
    writing = (
        form
        if isinstance(form, forms.Finding)
        else forms.Finding(initial={"client_key": uuid4().hex}, lines=choices)
    )
    return shown.render(
        "challenge_room",
        "room",
        "In the room",
        sees=f"those who sit in it, until the record is finished; then {who_sees(shown.standing, 'challenge')}",
        width="app-wide",
        form=form if form.is_bound else None,
        writing=writing,
        lines=lines,
        kinds=reading.by_kind(reading.findings_of(shown.row)),
        writes=shown.now.open and shown.now.opens("converse") and "record" not in shown.now.done,
        first=[
            act_words(shown.now.charter, shown.row.activity, act)
            for act in waits_for(shown.now.charter, shown.row.activity, "converse", shown.now.done)
        ],
        finishes=shown.may(TRIAD) and shown.now.opens("record") and "record" not in shown.now.done,
        paper=reading.written_part(shown.row),
        person=shown.actor.person,
    )


def _written(given: Any) -> actions.Written:
    return actions.Written(
        client_key=given["client_key"] or uuid4().hex,
        kind=given["kind"],
        text=given["text"],
        evidence=given["evidence"],
        line=int(given["line"]) if given["line"] else None,
        owner=given["owner"],
        due=given["due"],
    )


def _keep(shown: Shown, given: Any) -> Any:
    return actions.keep(by=shown.actor, challenge=shown.row, written=[_written(given)]) or True


def _finish(shown: Shown) -> Any:
    return challenges.do(by=shown.actor, challenge=shown.row, act="record")


def _for_script(shown: Shown, form: forms.Finding) -> JsonResponse:
    """Kept, with the record as it stands now; or 422 and what is wrong with this one finding."""
    if not form.is_valid():
        faults = {name: str(texts[0]) for name, texts in form.errors.items()}
        return JsonResponse({"faults": faults}, status=422)
    try:
        _keep(shown, form.cleaned_data)
    except (Invalid, NotNow) as fault:
        return JsonResponse({"faults": getattr(fault, "fields", None) or {"text": str(fault)}}, status=422)
    kinds = reading.by_kind(reading.findings_of(shown.row))
    context = {"kinds": kinds, "writes": True, "place": shown.place}
    html = render_to_string("challenges/findings.html", context, shown.request)
    return JsonResponse({"kept": form.cleaned_data["client_key"], "html": html})


@page(TEAM, of=facts_of_challenge, methods=("GET", "POST"))
def finding(request: HttpRequest, alliance: str, number: int, finding: int) -> HttpResponse:
    """Amend one finding, or take it out."""
    shown = Shown.of(request, alliance, number, act="record")
    row = reading.finding_named(shown.row, finding)
    choices = [(str(x.row.number), f"{x.row.number}. {x.row.question}") for x in lines_of(shown.row)]
    kept = {name: getattr(row, name) for name in ("kind", "text", "evidence", "owner", "due", "client_key")}
    form: Any = forms.Finding(
        initial=kept | {"line": str(row.line.number) if row.line else "", "seen": row.text}, lines=choices
    )
    if request.method == "POST":
        if request.POST.get("do") == "remove":
            form = forms.Note(request.POST)
            done = shown.done(form, lambda d: actions.remove(by=shown.actor, finding=row), "Taken out.")
        else:
            form = forms.Finding(request.POST, lines=choices)
            done = shown.done(
                form,
                lambda d: actions.amend(by=shown.actor, finding=row, written=_written(d), seen=d["seen"]),
                "Changed.",
            )
        if done:
            return cast(HttpResponse, redirect("challenge_room", **shown.place))
    return shown.render("challenge_room", "finding", "A finding", form=form, finding=row)

"""What needs care in a challenge: coaching, critical incidents, disputes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from concord.actions import disputes as settling
from concord.actions import incidents as reporting
from concord.actions import themes as noting
from concord.pages.access import page
from concord.pages.challenges import forms
from concord.pages.challenges.common import Shown
from concord.pages.sharing import who_sees
from concord.queries import challenge_record as reading
from concord.queries.challenges import dispute_named, facts_of_challenge, incident_named
from concord.queries.membership import today
from concord.rules.challenge import HOST, RAISES, TEAM, role_title


@page("sit", of=facts_of_challenge, methods=("GET", "POST"))
def contacts(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """First contact and coaching by the triad directors."""
    shown = Shown.of(request, alliance, number, act="coach")
    form: Any = forms.Contact(initial={"on": today()})
    if request.method == "POST":
        form = forms.Contact(request.POST)
        done = shown.done(
            form, lambda d: noting.note_contact(by=shown.actor, challenge=shown.row, **d), "Noted."
        )
        if done:
            return done
    return shown.render(
        "challenge_contacts",
        "contacts",
        "Coaching",
        sees="those who sit in this challenge",
        form=form,
        rows=reading.contacts_of(shown.row),
        writes=shown.now.open and shown.may("sit triad"),
    )


@page("see incident", of=facts_of_challenge, methods=("GET", "POST"))
def incidents(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Report a critical incident to the host director at once; acknowledge it."""
    shown = Shown.of(request, alliance, number)
    reporting_form, noting_form = forms.Incident(), forms.Note()
    form: Any = None
    if request.method == "POST":
        do, _, which = request.POST.get("do", "").partition(":")
        if do == "acknowledge":
            form = noting_form = forms.Note(request.POST)
            row = incident_named(shown.row, which)
            done = shown.done(
                form, lambda d: reporting.acknowledge(by=shown.actor, incident=row, **d), "Acknowledged."
            )
        else:
            form = reporting_form = forms.Incident(request.POST)
            done = shown.done(
                form,
                lambda d: reporting.report(by=shown.actor, challenge=shown.row, **d),
                "Reported. The host director is written to at once.",
            )
        if done:
            return done
    return shown.render(
        "challenge_incidents",
        "incidents",
        "Critical incidents",
        sees=who_sees(shown.standing, "incident"),
        form=form,
        rows=reading.incidents_of(shown.row),
        reports=shown.may(TEAM),
        acknowledges=shown.may(HOST),
        reporting=reporting_form,
        noting=noting_form,
    )


@page("see dispute", of=facts_of_challenge, methods=("GET", "POST"))
def disputes(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Raise a dispute; mediate, settle or decide one."""
    shown = Shown.of(request, alliance, number)
    raising, stepping = forms.Dispute(), forms.Step()
    form: Any = None
    if request.method == "POST":
        do, _, which = request.POST.get("do", "").partition(":")
        if which:
            form = stepping = forms.Step(request.POST)
            row = dispute_named(shown.row, which)
            done = shown.done(
                form, lambda d: settling.move(by=shown.actor, dispute=row, name=do, **d), "Noted."
            )
        else:
            form = raising = forms.Dispute(request.POST)
            done = shown.done(
                form,
                lambda d: settling.raise_dispute(by=shown.actor, challenge=shown.row, **d),
                "Raised. Those who settle it have been told.",
            )
        if done:
            return done
    return shown.render(
        "challenge_disputes",
        "disputes",
        "Disputes and complaints",
        sees=who_sees(shown.standing, "dispute"),
        form=form,
        rows=[(x, _moves(shown, x)) for x in reading.disputes_of(shown.row)],
        settles=role_title(shown.standing.charter, "triad"),
        raises=shown.may(RAISES),
        raising=raising,
        stepping=stepping,
    )


def _moves(shown: Shown, it: reading.DisputeNow) -> list[tuple[str, str]]:
    """Who raised it withdraws it; the other triad directors do all else."""
    own = it.row.raiser_id == shown.actor.person
    triad = shown.may("sit triad")
    return [m for m in it.moves if (own if m[0] == "withdraw" else triad and not own)]

"""A challenge at a glance: its stages, whose turn it is, and what its host has to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from concord.actions import challenges as actions
from concord.pages.access import page
from concord.pages.challenges import forms
from concord.pages.challenges.common import OPENS, SEE, Shown
from concord.pages.sharing import who_sees
from concord.queries.challenge_record import checklist_of
from concord.queries.challenges import facts_of_challenge
from concord.queries.membership import today
from concord.queries.packs import to_submit
from concord.rules.challenge import ACTS, COURSE, activity_title, unfinished, with_pack
from concord.rules.packs import CHALLENGE as PACK
from concord.rules.packs import KINDS
from concord.rules.stages import ActNow

# Where an act is done, where it has no button on the overview.
PAGES = {
    "seats": "challenge_seats",
    "reading": "challenge_reading",
    "lines": "challenge_lines",
    "timetable": "challenge_timetable",
    "room": "challenge_room",
    "reflections": "challenge_reflections",
    "report": "challenge_report",
    "response": "challenge_report",
    "themes": "challenge_themes",
    "contacts": "challenge_contacts",
}
BUTTONS = {
    "request": "Ask the host for them",
    "submit": "Submit them",
    "converse": "It was held",
}


@dataclass(frozen=True)
class ActShown:
    """An act with what who looks can do about it: a button of its own, or the page where it is done."""

    now: ActNow
    mine: bool
    button: str
    page: str
    late: bool


@page(OPENS, of=facts_of_challenge, methods=("GET", "POST"))
def challenge(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The stages with who, what and by when; the buttons of the acts whose turn it is."""
    shown = Shown.of(request, alliance, number)
    form: Any = None
    if request.method == "POST":
        form, answer = _act(shown)
        if answer:
            return answer
    now = shown.now
    stages = [(stage, [_shown(shown, act) for act in stage.acts]) for stage in now.stages]
    todo = [a for _, acts in stages for a in acts if a.mine and now.open and not a.now.optional]
    undoable = [(a.now.act, a.now.words) for _, acts in stages for a in acts if _can_undo(shown, a.now)]
    return shown.render(
        "challenge",
        "overview",
        shown.row.authority.name,
        caption=f"{activity_title(now.charter, shown.row.activity)}, {shown.row.year}",
        sees=f"{who_sees(shown.standing, 'challenge')}; its people and days also those who arrange it",
        form=form,
        stages=stages,
        todo=todo,
        undoable=undoable,
        unfinished=unfinished(now.charter, shown.row.activity, now.done),
        moves={move.name for move in COURSE.open_to(shown.row.state) if shown.may(move.needs)},
        held=forms.Held(initial={"on": today()}),
        host=shown.may(ACTS["submit"].ability),
        submits=to_submit(shown.row) if any(a.now.act == "submit" for a in todo) else None,
        packs=with_pack(now.charter, shown.row.activity),
        makes=shown.may(KINDS[PACK].asks),
    )


def _act(shown: Shown) -> tuple[Any, HttpResponse | None]:
    """What the pressed button asks."""
    post, by, row = shown.request.POST, shown.actor, shown.row
    do, _, act = post.get("do", "").partition(":")
    if do == "undo":
        form: Any = forms.Reason(post)
        return form, shown.done(
            form, lambda d: actions.undo(by=by, challenge=row, act=post.get("act", ""), **d), "Taken back."
        )
    if do in ("cancel", "reopen"):
        form, move = forms.Reason(post), getattr(actions, do)
        said = {"cancel": "Called off.", "reopen": "Opened again."}[do]
        return form, shown.done(form, lambda d: move(by=by, challenge=row, **d), said)
    if do == "close":
        form = forms.Because(post)
        return form, shown.done(form, lambda d: actions.close(by=by, challenge=row, **d), "Closed.")
    form = forms.Held(post) if act == "converse" else forms.Act(post)
    if act not in ACTS:
        form.full_clean()
        form.add_error(None, "Choose what was done")
        return form, None
    return form, shown.done(
        form,
        lambda d: actions.do(by=by, challenge=row, act=act, **d),
        "Noted. Whoever comes next has been told.",
    )


def _shown(shown: Shown, act: ActNow) -> ActShown:
    mine = act.state == "open" and act.page != "later" and shown.may(ACTS[act.act].ability)
    late = bool(act.due and act.state != "done" and act.due.latest < today())
    return ActShown(act, mine, BUTTONS.get(act.act, ""), PAGES.get(act.page, ""), late)


def _can_undo(shown: Shown, act: ActNow) -> bool:
    later = any(act.act in ACTS[name].after for name in shown.now.done)
    mine = act.page != "later" and shown.may(ACTS[act.act].ability)
    return act.state == "done" and shown.now.open and mine and not later


@page(SEE, of=facts_of_challenge)
def checklist(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """What the host has to do, and how far it is."""
    shown = Shown.of(request, alliance, number)
    return shown.render(
        "challenge_checklist", "checklist", "The host’s checklist", tasks=checklist_of(shown.now)
    )

"""Reading the papers alone, and agreeing what to ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from concord.actions import challenges, readings
from concord.actions import lines as acting
from concord.pages.access import page
from concord.pages.challenges import forms
from concord.pages.challenges.common import SEE, Shown
from concord.queries import enquiry
from concord.queries.challenges import facts_of_challenge, line_named
from concord.rules.challenge import LEADS, PARTS, READS, TRIAD
from concord.rules.enquiry import AGREED, LINE


@page(READS, of=facts_of_challenge, methods=("GET", "POST"))
def reading(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One's own reading; the others' once all have sent theirs."""
    shown = Shown.of(request, alliance, number, act="scrutinise")
    opened = "scrutinise" in shown.now.done
    found = enquiry.readings_for(shown.actor, shown.row, opened)
    mine = found.mine
    kept = {name: getattr(mine, name) if mine else "" for name in PARTS}
    form: Any = forms.Reading(initial=kept | {"version": mine.version if mine else 0})
    if request.method == "POST":
        form, done = _read(shown)
        if done:
            return done
    return shown.render(
        "challenge_reading",
        "reading",
        "Reading the papers",
        sees="those who read the papers with you"
        if opened
        else "you alone, until all have sent theirs; then those who read the papers with you",
        form=form,
        found=found,
        labels=PARTS,
        papers=enquiry.papers_of(shown.row),
        writing=form if isinstance(form, forms.Reading) else forms.Reading(initial=kept),
        turn=shown.now.opens("scrutinise"),
        leads=shown.may(TRIAD),
        waited=enquiry.readers_of(shown.row),
        conflict=bool(form.is_bound and mine and form.data.get("version") != str(mine.version)),
    )


def _read(shown: Shown) -> tuple[Any, HttpResponse | None]:
    post, by, row = shown.request.POST, shown.actor, shown.row
    do = post.get("do", "save")
    if do == "back":
        form: Any = forms.Note(post)
        return form, shown.done(form, lambda d: readings.take_back(by=by, challenge=row), "Change it below.")
    if do == "open":
        form = forms.Because(post)
        return form, shown.done(
            form, lambda d: readings.open_now(by=by, challenge=row, **d), "The readings are open."
        )
    form, send = forms.Reading(post), do == "send"
    said = "Sent. You will be told when the readings are open." if send else "Saved. Nobody else sees it."
    return form, shown.done(form, lambda d: _save(shown, d, send), said)


def _save(shown: Shown, given: Any, send: bool) -> Any:
    texts = {name: given[name] for name in PARTS}
    return readings.save(
        by=shown.actor, challenge=shown.row, texts=texts, seen_version=given["version"], send=send
    )


@page(SEE, of=facts_of_challenge, methods=("GET", "POST"))
def lines(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """What reviewers and Concord suggest, and what the lead agrees; the host sees those that are agreed."""
    shown = Shown.of(request, alliance, number, act="enquire")
    form: Any = None
    if request.method == "POST":
        form, done = _ask(shown)
        if done:
            return done
    reads, agreed = shown.may(READS), "enquire" in shown.now.done
    found = enquiry.lines_of(shown.row)
    working = reads and not agreed and shown.now.opens("enquire") and shown.now.open
    return shown.render(
        "challenge_lines",
        "lines",
        "Lines of enquiry",
        form=form,
        lines=found if reads else [x for x in found if agreed and x.row.state in AGREED],
        suggestions=enquiry.suggestions(shown.standing, shown.row, found) if working else [],
        working=working,
        leads=shown.may(LEADS),
        reads=reads,
        agreed=agreed,
        proposing=form if isinstance(form, forms.Line) and not form.data.get("line") else forms.Line(),
        colours={"proposed": "blue", "agreed": "green", "dropped": "grey"},
        first=LINE.first,
    )


def _ask(shown: Shown) -> tuple[Any, HttpResponse | None]:
    post, by, row = shown.request.POST, shown.actor, shown.row
    do, _, which = post.get("do", "").partition(":")
    if do == "agree-all":
        form: Any = forms.Note(post)
        return form, shown.done(
            form,
            lambda d: challenges.do(by=by, challenge=row, act="enquire"),
            "The lines of enquiry are agreed.",
        )
    if do in {move.name for move in LINE.moves}:
        form, line = forms.Note(post), line_named(row, which)
        return form, shown.done(form, lambda d: acting.move(by=by, line=line, name=do), "Done.")
    form = forms.Line(post)
    if do == "reword":
        line = line_named(row, post.get("line", ""))
        return form, shown.done(
            form,
            lambda d: acting.reword(by=by, line=line, question=d["question"], why=d["why"], seen=d["seen"]),
            "Reworded.",
        )
    return form, shown.done(form, lambda d: _propose(shown, d), "Proposed.")


def _propose(shown: Shown, given: Any) -> Any:
    given.pop("seen")
    return acting.propose(
        by=shown.actor, challenge=shown.row, **{**given, "source": given["source"] or "reviewer"}
    )

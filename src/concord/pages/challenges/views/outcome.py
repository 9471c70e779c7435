"""What came of a challenge: record and report with their answers, reflections, themes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from concord.actions import challenges, findings, papers, seats
from concord.actions import themes as passing
from concord.actions._run import Refused
from concord.pages.access import page
from concord.pages.asking import numbered
from concord.pages.challenges import forms
from concord.pages.challenges.common import SEE, Shown
from concord.pages.challenges.documents import answers_shown, report_sees, words
from concord.pages.downloads import WRITERS, saved
from concord.pages.sharing import who_sees
from concord.queries import challenge_record as reading
from concord.queries.challenges import facts_of_challenge, seat_named, theme_named
from concord.rules.access import Decision
from concord.rules.challenge import HOST, LEADS, REPORTED, TEAM, THEMES, TRIAD
from concord.rules.records import RESPONSES


@page(REPORTED, of=facts_of_challenge, methods=("GET", "POST"))
def report(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The record, the written part, and each recommendation with its answer and what peers think of that."""
    shown = Shown.of(request, alliance, number, act="record")
    form: Any = None
    if request.method == "POST":
        form, done = _report(shown)
        if done:
            return done
    readable = _readable(shown)
    found = reading.findings_of(shown.row) if readable else []
    done_acts = shown.now.done
    return shown.render(
        "challenge_report",
        "report",
        "Record and report",
        sees=report_sees(shown),
        form=form,
        readable=readable,
        sent=answers_shown(shown),
        kinds=reading.by_kind([f for f in found if f.kind != "recommendation"]),
        asked=[_asked(f, form) for f in found if f.kind == "recommendation"],
        paper=reading.written_part(shown.row),
        begins=bool(reading.template_of(shown.now.charter, reading.RECORD)),
        joins=shown.may(SEE),
        writes=shown.may(TEAM) and shown.now.open,
        issues=shown.may(LEADS) and "report" not in done_acts and shown.now.opens("report"),
        answers=shown.may(HOST) and shown.now.opens("respond") and "respond" not in done_acts,
        weighs=shown.may(TRIAD) and shown.now.opens("weigh") and "weigh" not in done_acts,
        words=RESPONSES,
        note=done_acts["report"].note if "report" in done_acts else "",
        issuing=forms.Act(),
    )


def _readable(shown: Shown) -> bool:
    """While the record is being written, those who sit on the team alone read it; who is not of the challenge
    reads it once the report is out."""
    return shown.reads_report and ("record" in shown.now.done or shown.may(TEAM))


def _asked(finding: Any, bound: Any) -> tuple[Any, Any, Any]:
    """A recommendation with its two forms; the one that was sent and refused keeps what was typed."""
    prefix = f"f{finding.pk}"
    mine = bound is not None and bound.prefix == prefix
    answering = (
        bound
        if mine and isinstance(bound, forms.Response)
        else forms.Response(
            prefix=prefix, initial={"response": finding.response, "text": finding.response_text}
        )
    )
    judged = {None: "", True: "yes", False: "no"}[finding.proportionate]
    weighing = (
        bound
        if mine and isinstance(bound, forms.Weighed)
        else forms.Weighed(prefix=prefix, initial={"proportionate": judged, "text": finding.review_text})
    )
    return finding, answering, weighing


def _report(shown: Shown) -> tuple[Any, HttpResponse | None]:
    post, by, row = shown.request.POST, shown.actor, shown.row
    do, _, which = post.get("do", "").partition(":")
    if do == "begin":
        return None, redirect(_begun(shown, reading.RECORD))
    if do == "answer":
        form: Any = forms.Response(post, prefix=f"f{which}")
        finding = reading.finding_named(row, numbered(which))
        return form, shown.done(form, lambda d: findings.respond(by=by, finding=finding, **d), "Answered.")
    if do == "weigh":
        form = forms.Weighed(post, prefix=f"f{which}")
        finding = reading.finding_named(row, numbered(which))
        return form, shown.done(
            form,
            lambda d: findings.weigh(
                by=by, finding=finding, proportionate=d["proportionate"] == "yes", text=d["text"]
            ),
            "Judged.",
        )
    act = {"issue": "report", "respond": "respond", "weighed": "weigh"}.get(do)
    if act is None:
        raise Http404("There is no such step.")
    form = forms.Act(post)
    said = {
        "report": "The report is out. The host has been told.",
        "respond": "Sent. Those who challenged you have been told.",
        "weigh": "The host has been told.",
    }[act]
    return form, shown.done(
        form, lambda d: challenges.do(by=by, challenge=row, act=act, note=d["note"]), said
    )


def _begun(shown: Shown, kind: str) -> str:
    """The address of a paper of this challenge, begun if it was not yet."""
    paper = papers.begin(
        by=shown.actor,
        alliance=shown.row.alliance,
        authority=shown.row.authority,
        template=reading.template_of(shown.now.charter, kind),
        period=shown.row.year,
        challenge=shown.row,
    )
    return f"/alliances/{shown.row.alliance.key}/papers/{paper.pk}/"


@page(REPORTED, of=facts_of_challenge)
def report_file(request: HttpRequest, alliance: str, number: int, kind: str) -> HttpResponse:
    """Record and report as Word or PDF, for those who may read it now."""
    shown = Shown.of(request, alliance, number, act="record")
    if kind not in WRITERS:
        raise Http404("There is no such file.")
    if not _readable(shown):
        raise Refused(Decision(False, "draft", "The record is being written, so only the team reads it."))
    name = f"challenge-{shown.row.authority.code}-{shown.row.year}.{kind}"
    return saved(WRITERS[kind](words(shown)), name)


@page(SEE, of=facts_of_challenge, methods=("GET", "POST"))
def reflections(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Who has reflected; one's own to write; a reason where none comes."""
    shown = Shown.of(request, alliance, number, act="reflect")
    form: Any = None
    if request.method == "POST":
        if request.POST.get("do") == "begin":
            return redirect(_begun(shown, reading.REFLECTION))
        form = forms.SeatAndReason(request.POST)
        done = shown.done(form, lambda d: _excuse(shown, d), "Noted.")
        if done:
            return done
    rows = reading.reflections_of(shown.now)
    template = reading.template_of(shown.now.charter, reading.REFLECTION)
    return shown.render(
        "challenge_reflections",
        "reflections",
        "Reflections",
        sees=f"{who_sees(shown.standing, 'challenge')}; the texts: {who_sees(shown.standing, 'reflection')}",
        form=form,
        rows=rows,
        mine=next((r for r in rows if r.seat.person == shown.actor.person), None),
        opens=shown.now.opens("reflect") and shown.now.open and bool(template),
        reads=shown.may("see reflection"),
        excuses=shown.now.open and shown.may(f"{TRIAD} or challenge.arrange"),
    )


def _excuse(shown: Shown, given: Any) -> Any:
    seat = seat_named(shown.row, given["seat"])
    return seats.excuse(by=shown.actor, seat=seat, reason=given["reason"])


@page(SEE, of=facts_of_challenge, methods=("GET", "POST"))
def themes(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """What it taught: written down, passed on, taken in; and the deposit of the report."""
    shown = Shown.of(request, alliance, number, act="record")
    form: Any = None
    if request.method == "POST":
        form, done = _themes(shown)
        if done:
            return done
    now = shown.now
    return shown.render(
        "challenge_themes",
        "themes",
        "Themes",
        sees=f"{who_sees(shown.standing, 'challenge')}; what is passed on, {who_sees(shown.standing, 'theme')}",
        form=form,
        rows=reading.themes_of(shown.row),
        writes=shown.may(THEMES),
        writing=form if isinstance(form, forms.Theme) else forms.Theme(),
        takes_in=shown.may("challenge.group"),
        passes="themes" not in now.done
        and now.opens("themes")
        and now.open
        and shown.may("sit host lead triad"),
        deposits="deposit" not in now.done and now.opens("deposit") and now.open and shown.may(LEADS),
    )


def _themes(shown: Shown) -> tuple[Any, HttpResponse | None]:
    post, by, row = shown.request.POST, shown.actor, shown.row
    do, _, which = post.get("do", "").partition(":")
    if do in ("pass", "deposit"):
        form: Any = forms.Act(post)
        act = {"pass": "themes", "deposit": "deposit"}[do]
        said = {"pass": "Passed on.", "deposit": "Deposited."}[do]
        return form, shown.done(form, lambda d: challenges.do(by=by, challenge=row, act=act), said)
    if do == "receive":
        form = forms.Note(post)
        theme = theme_named(row, which)
        return form, shown.done(form, lambda d: passing.receive(by=by, theme=theme), "Taken in.")
    form = forms.Theme(post)
    return form, shown.done(form, lambda d: passing.record(by=by, challenge=row, **d), "Written down.")

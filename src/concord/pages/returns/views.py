"""Returning a quarter: the grid, files and pasting, submissions, and what the analyst does on the same page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import collating
from concord.actions import returns as actions
from concord.actions._run import Invalid
from concord.inputs.returned import Fault, Refusal, Taken, look
from concord.inputs.table import read_text
from concord.outputs.return_workbook import write
from concord.pages.access import actor_of, page
from concord.pages.asking import numbered
from concord.pages.downloads import saved
from concord.pages.jinja import day, when
from concord.pages.returns import forms, uploads
from concord.pages.sharing import who_sees
from concord.queries import return_page as reading
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.return_page import ReturnPage, facts_of_return
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.lifecycle import NotNow
from concord.rules.return_checks import Finding, words
from concord.rules.returns import FIELDS

SEE = "see return"


@page(access.SIGNED_IN, of=facts_of_alliance)
def returns(request: HttpRequest, alliance: str) -> HttpResponse:
    """The returns that are the person’s to make, and the collations that they follow."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    own, boards = reading.returns_of(actor_of(request), alliance)
    context = {
        "title": "Returns",
        "caption": standing.charter.memorandum.alliance,
        "who_sees": "you; each return is shown to " + who_sees(standing, "return"),
        "own": own,
        "boards": boards,
        "several": len({item.code for item in own}) > 1,
        "key": alliance,
    }
    return render(request, "returns/list.html", context)


@page(SEE, of=facts_of_return, methods=("GET", "POST"))
def one(request: HttpRequest, **where: Any) -> HttpResponse:
    """One return: fill in, save, submit, answer; query, accept and reopen."""
    shown = reading.return_page(actor_of(request), **where)
    if request.method == "GET":
        return _grid(request, shown)
    step = request.POST.get("do", "save")
    typed = forms.typed(shown, request.POST)
    try:
        if typed.amounts:
            _save(request, typed, where)
        if not typed.faults and step in STEPS:
            messages.success(request, STEPS[step](request, where))
            return redirect(request.path)
    except actions.Blocked as blocked:
        return _grid(
            request, reading.return_page(actor_of(request), **where), typed, str(blocked), blocked.findings
        )
    except (Invalid, NotNow) as problem:
        typed.keep(request.POST)
        fields = getattr(problem, "fields", {}) or {"return": str(problem)}
        return _grid(request, reading.return_page(actor_of(request), **where), typed, "", (), fields)
    if typed.faults:
        return _grid(request, reading.return_page(actor_of(request), **where), typed)
    if typed.amounts:
        messages.info(request, "Saved.")
    return redirect(request.path)


def _save(request: HttpRequest, typed: forms.Typed, where: dict[str, str]) -> None:
    """Save what changed; a cell that somebody else changed meanwhile keeps theirs, and the person’s is shown."""
    saved = actions.save(by=actor_of(request), **_of(where), amounts=typed.amounts, seen=typed.seen)
    if not saved.conflicts:
        return
    lines = {row.indicator.id: row for row in reading.return_page(actor_of(request), **where).rows}
    for conflict in saved.conflicts:
        at = forms.cell(conflict.indicator, conflict.field)
        row = lines[conflict.indicator]
        theirs = f"“{_said(conflict.theirs)}”" if conflict.theirs not in (None, "") else "nothing"
        clock = f" at {when(row.saved_at)}" if row.saved_at else ""
        typed.texts[at] = _said(conflict.mine)
        typed.faults[at] = (
            f"{row.saved_by or 'Somebody'} changed this{clock} to {theirs}. Save again to put yours in its place"
        )


def _said(value: Decimal | str | None) -> str:
    return words(value) if isinstance(value, Decimal) else value or ""


def _of(where: dict[str, str]) -> dict[str, Any]:
    alliance, authority = reading.places(where["alliance"], where["code"])
    return {
        "alliance": alliance,
        "authority": authority,
        "dataset": where["dataset"],
        "period": where["period"],
    }


def _return(where: dict[str, str]) -> Any:
    found = reading.return_named(**where)
    if found is None:
        raise Invalid("Nothing has been filled in yet.")
    return found


# --- what the buttons do --------------------------------------------------------------------------------------


def _submit(request: HttpRequest, where: dict[str, str]) -> str:
    status, note = request.POST.get("status", ""), request.POST.get("note", "")
    sent = actions.submit(by=actor_of(request), ret=_return(where), status=status, note=note)
    return f"Submitted. This is submission {sent.number}; the analyst has been told."


def _answer(request: HttpRequest, where: dict[str, str]) -> str:
    prefix = "answer-"
    answers = {
        number: text
        for name, text in request.POST.items()
        if name.startswith(prefix) and (number := numbered(name.removeprefix(prefix))) and str(text).strip()
    }
    sent = actions.answer(by=actor_of(request), ret=_return(where), answers=answers)
    return f"Answered, with amended figures as submission {sent.number}." if sent else "Answered."


def _query(request: HttpRequest, where: dict[str, str]) -> str:
    question, indicator = request.POST.get("question", ""), request.POST.get("indicator", "")
    collating.query(by=actor_of(request), ret=_return(where), question=question, indicator=indicator)
    return "Your question was sent."


def _accept(request: HttpRequest, where: dict[str, str]) -> str:
    collating.accept(by=actor_of(request), ret=_return(where))
    return "Accepted. It will be in the next release."


def _reopen(request: HttpRequest, where: dict[str, str]) -> str:
    collating.reopen(by=actor_of(request), ret=_return(where), reason=request.POST.get("reason", ""))
    return "Reopened. Those who return it have been told."


def _chase(request: HttpRequest, where: dict[str, str]) -> str:
    collating.chase(by=actor_of(request), **_of(where))
    return "Reminded."


STEPS: dict[str, Callable[[HttpRequest, dict[str, str]], str]] = {
    "submit": _submit,
    "answer": _answer,
    "query": _query,
    "accept": _accept,
    "reopen": _reopen,
    "chase": _chase,
}


def _grid(
    request: HttpRequest,
    shown: ReturnPage,
    typed: forms.Typed | None = None,
    problem: str = "",
    findings: Any = (),
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    """The page, with what could not be saved or sent kept in its cells and listed on top."""
    actor, typed = actor_of(request), typed or forms.Typed()
    may = shown.may(actor)
    errors = [{"text": problem}] if problem else []
    errors += [{"text": f"{_name(shown, at)}: {text}", "href": f"#{at}"} for at, text in typed.faults.items()]
    if "save" not in may:
        errors += [
            {"text": f"{_name(shown, at)}: you typed “{text}”; it was not saved"}
            for at, text in typed.texts.items()
        ]
    errors += [{"text": text, "href": f"#{at}"} for at, text in (fields or {}).items()]
    errors += [_listed(shown, f) for f in findings]
    context = {
        "title": f"{shown.target.name}: {shown.target.period.label}",
        "caption": shown.target.dataset_title,
        "who_sees": _who_sees(shown),
        "breadcrumbs": _crumbs(shown.target, last=False),
        "width": "app-wide",
        "errors": errors,
        "problem": problem,
        "it": shown,
        "may": may,
        "typed": typed,
        "fields": fields or {},
        "data": request.POST,
        "cell": forms.cell,
        "was": forms.was,
        "listed": [_listed(shown, f) for f in shown.stops],
        "asking": request.GET.get("ask", ""),
        "today": today(),
        "place": _place(shown.target),
    }
    return render(request, "returns/one.html", context)


def _who_sees(shown: ReturnPage) -> str:
    """Before it is submitted, its own authority; then whoever the memorandum says, until it is released to more."""
    others = who_sees(shown.standing, "return", shown.target.dataset)
    return f"figures that are not submitted, {shown.target.name} alone; submitted, {others}, until it is released"


def _name(shown: ReturnPage, at: str) -> str:
    return next((r.indicator.short for r in shown.rows if at.endswith("-" + r.indicator.id)), "")


def _listed(shown: ReturnPage, finding: Finding) -> dict[str, str]:
    """A finding for a list, leading to the cell where it is mended: an explanation answers a query."""
    name = next(r.indicator.short for r in shown.rows if r.indicator.id == finding.indicator)
    at = forms.cell(finding.indicator, "explanation" if finding.severity == "query" else finding.field)
    return {"text": f"{name}: {finding.sentence}", "href": f"#{at}"}


def _place(target: Any) -> dict[str, str]:
    return {
        "alliance": target.alliance,
        "dataset": target.dataset,
        "period": target.period.key,
        "code": target.code,
    }


def _crumbs(target: Any, last: bool = True) -> list[dict[str, str]]:
    place = _place(target)
    crumbs = [{"text": "Returns", "href": reverse("returns", kwargs={"alliance": target.alliance})}]
    if last:
        crumbs.append(
            {"text": f"{target.name}, {target.period.label}", "href": reverse("return", kwargs=place)}
        )
    return crumbs


# --- files ----------------------------------------------------------------------------------------------------


@page("return.prepare", of=facts_of_return)
def workbook(request: HttpRequest, **where: Any) -> HttpResponse:
    """The workbook of this return, filled with what stands and what was last sent."""
    shown = reading.return_page(actor_of(request), **where)
    due = day(shown.due, True) if shown.due else "on a day to be set"
    content = write(shown.target, shown.now, shown.around.last, shown.around.population, due)
    return saved(content, f"{shown.target.code}-{shown.target.dataset}-{shown.target.period.key}.xlsx")


@page("return.prepare", of=facts_of_return, methods=("GET", "POST"))
def file(request: HttpRequest, **where: Any) -> HttpResponse:
    """Upload a filled-in workbook or a CSV file, and see what it would change."""
    shown = reading.return_page(actor_of(request), **where)
    return _looked(request, shown, "file", lambda: uploads.uploaded(request, shown.target))


@page("return.prepare", of=facts_of_return, methods=("GET", "POST"))
def paste(request: HttpRequest, **where: Any) -> HttpResponse:
    """Paste cells from Excel, and see what they would change."""
    shown = reading.return_page(actor_of(request), **where)
    text = request.POST.get("table", "")
    return _looked(request, shown, "table", lambda: read_text(text, shown.target))


def _looked(request: HttpRequest, shown: ReturnPage, name: str, read: Callable[[], Taken]) -> HttpResponse:
    """Read what was sent and show what it would do. Nothing is stored until the person takes it in."""
    seen, token, errors = None, "", []
    if request.method == "POST":
        try:
            taken = read()
            around = shown.around
            seen = look(shown.target, taken, shown.now, around.last, around.region, around.population)
            errors = [_fault(f, name) for f in seen.faults]
            if not errors:
                token = forms.sealed(shown, seen, taken.methods, actor_of(request).person)
        except Refusal as problem:
            errors = [{"text": str(problem), "href": f"#{name}"}]
    title = {"file": "Upload a workbook or CSV file", "table": "Paste from Excel"}[name]
    if seen and not errors:
        title = "What would change"
    context = {
        "title": title,
        "caption": f"{shown.target.name}, {shown.target.dataset_title}, {shown.target.period.label}",
        "breadcrumbs": _crumbs(shown.target),
        "who_sees": "you; what is taken in, " + who_sees(shown.standing, "return", shown.target.dataset),
        "errors": errors,
        "it": shown,
        "may": shown.may(actor_of(request)),
        "place": _place(shown.target),
        "seen": seen,
        "token": token,
        "kind": name,
        "text": request.POST.get("table", ""),
        "names": {i.id: i.short for i in shown.target.asked},
    }
    return render(request, "returns/look.html", context)


def _fault(fault: Fault, name: str) -> dict[str, str]:
    return {"text": f"{fault.place}: {fault.sentence}", "href": f"#{name}"}


@page("return.prepare", of=facts_of_return, methods=("POST",))
def take_in(request: HttpRequest, **where: Any) -> HttpResponse:
    """Take in what was looked at, in one step; refused where somebody saved meanwhile."""
    shown = reading.return_page(actor_of(request), **where)
    actor = actor_of(request)
    kept = forms.unsealed(shown, request.POST.get("lines", ""), actor.person)
    try:
        if kept is None:
            raise Invalid("What you looked at is no longer at hand. Upload or paste it again.")
        amounts, methods, version = kept
        saved = actions.save(by=actor, **_of(where), amounts=amounts, methods=methods, seen_version=version)
    except (Invalid, NotNow) as problem:
        fields = {"return": str(problem)}
        return _grid(request, reading.return_page(actor_of(request), **where), None, "", (), fields)
    messages.success(request, f"Taken in: {len(saved.changed)} of {len(amounts)} indicators changed.")
    return redirect(reverse("return", kwargs=where))


# --- submissions ----------------------------------------------------------------------------------------------


@page(SEE, of=facts_of_return)
def submission(request: HttpRequest, number: int, **where: Any) -> HttpResponse:
    """One submission, exactly as it was sent."""
    found = reading.comparison(**where, number=number)
    return _submission(request, found, f"Submission {number}")


@page(SEE, of=facts_of_return)
def compare(request: HttpRequest, **where: Any) -> HttpResponse:
    """Two submissions beside each other: /compare/?a=1&b=2."""
    chosen = [request.GET.get(name, "") for name in ("a", "b")]
    numbers = sorted({numbered(n) for n in chosen} - {0})
    if len(numbers) != 2:
        messages.warning(request, "Choose two different submissions to compare.")
        return redirect(reverse("return", kwargs=where))
    found = reading.comparison(**where, number=numbers[1], other=numbers[0])
    return _submission(request, found, f"Submissions {numbers[0]} and {numbers[1]} compared")


def _submission(request: HttpRequest, found: reading.Comparison, title: str) -> HttpResponse:
    context = {
        "title": title,
        "caption": f"{found.target.name}, {found.target.dataset_title}, {found.target.period.label}",
        "who_sees": who_sees(found.standing, "return", found.target.dataset) + ", until it is released",
        "breadcrumbs": _crumbs(found.target),
        "it": found,
        "place": _place(found.target),
        "names": {i.id: i.short for i in found.target.asked},
        "fields": FIELDS,
    }
    return render(request, "returns/submission.html", context)

"""A paper: its sections, writing one, reading it whole, comparing with what was before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import papers as actions
from concord.actions import remarks
from concord.actions._run import Invalid
from concord.inputs import evidence
from concord.inputs.returned import Refusal
from concord.pages.access import actor_of, page
from concord.pages.asking import Questions, attempt, numbered
from concord.pages.jinja import when
from concord.pages.papers import forms
from concord.pages.returns.uploads import received
from concord.pages.sharing import who_sees
from concord.queries import paper_page as reading
from concord.queries.membership import today
from concord.queries.paper_page import PaperPage, SectionView
from concord.queries.papers import facts_of_paper, paper_named, reads, writes
from concord.rules.lifecycle import NotNow
from concord.rules.papers import DOCUMENTS, is_draft

COLOURS = {"draft": "yellow", "signing": "blue", "submitted": "green"}
STATES = {"empty": ("Nothing yet", "grey"), "begun": ("Begun", "yellow"), "ready": ("Ready", "green")}


def shown(request: HttpRequest, alliance: str, number: int) -> PaperPage:
    """The paper of an address as the reader sees it."""
    return reading.paper_page(actor_of(request), paper_named(alliance, number))


def basis(it: PaperPage, title: str, *, last: bool = True) -> dict[str, Any]:
    """What every page of a paper tells the layout: whose it is, who can see it, and the way back."""
    paper, document = it.paper, DOCUMENTS[it.paper.document]
    seen = who_sees(it.standing, document.record, paper.template)
    if is_draft(paper.state):
        first = "the challenge team" if document.by_the_group else "the authority itself"
        first = "you alone" if document.authored else first
        seen = f"{first}, until it is handed in; then {seen}"
    place = {"alliance": paper.alliance.key}
    crumbs = [{"text": "Self-evaluations", "href": reverse("self_evaluations", kwargs=place)}]
    if paper.challenge_id:
        at = f"/alliances/{paper.alliance.key}/challenges/{paper.challenge_id}/"
        crumbs = [{"text": "Challenge", "href": at}]
    if last:
        href = reverse("paper", kwargs=place | {"number": paper.pk})
        crumbs.append({"text": f"{paper.authority.name}, {paper.period}", "href": href})
    return {
        "title": title,
        "caption": f"{it.title}, {paper.authority.name}" if last else paper.authority.name,
        "who_sees": seen,
        "breadcrumbs": crumbs,
        "it": it,
        "place": place | {"number": paper.pk},
        "colours": COLOURS,
        "states": STATES,
        "today": today(),
    }


@page(reads, of=facts_of_paper)
def paper(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """How far it is: section by section, who writes what, who has signed, and what to do next."""
    it = shown(request, alliance, number)
    return render(request, "papers/paper.html", basis(it, it.title, last=False))


@page(reads, of=facts_of_paper)
def whole(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The whole document, to read and to print."""
    it = shown(request, alliance, number)
    return render(request, "papers/whole.html", basis(it, "The whole document"))


@page(reads, of=facts_of_paper)
def compare(request: HttpRequest, alliance: str, number: int, key: str) -> HttpResponse:
    """A section beside last year’s, or (?version=2) beside a text that it had before."""
    it = shown(request, alliance, number)
    one, wanted = it.one(key), numbered(request.GET.get("version", "")) or None
    found = reading.compared(it, key, wanted)
    context = basis(it, "What has changed") | {
        "one": one,
        "found": found,
        "texts": reading.texts(one),
        "version": wanted,
        "previous": it.paper.previous,
    }
    return render(request, "papers/compare.html", context)


# --- one section ----------------------------------------------------------------------------------------------


@page(reads, of=facts_of_paper, methods=("GET", "POST"))
def section(request: HttpRequest, alliance: str, number: int, key: str) -> HttpResponse:
    """One section: read it, write it, put files beside it, comment on it, answer."""
    it = shown(request, alliance, number)
    one = it.one(key)
    form = _section_form(it, one)
    remark, answer = forms.RemarkForm(_grades(it, one)), forms.AnswerForm()
    do = request.POST.get("do", "save") if request.method == "POST" else ""
    if do == "autosave":
        return _autosaved(request, it, one)
    answered = request.POST.get("remark", "") if do == "answer" else ""
    refused: list[dict[str, str]] = []
    bound: Any = None
    if do:
        if do == "save":
            form = bound = _section_form(it, one, request.POST)
        elif do == "remark":
            remark = bound = forms.RemarkForm(_grades(it, one), request.POST)
        elif do == "answer":
            answer = bound = forms.AnswerForm(request.POST)
        else:
            bound = Questions(request.POST)
        try:
            if attempt(bound, lambda given: _done(request, it, one, do, given)) is not None:
                return redirect(_next(request, it, key))
        except Refusal as problem:
            refused = [{"text": str(problem), "href": "#file"}]
        else:
            refused = [] if do in ("save", "remark", "answer") else _listed(bound)
        it = shown(request, alliance, number)
        one = it.one(key)
    context = basis(it, one.asked.title) | {
        "one": one,
        "form": {"save": form, "remark": remark, "answer": answer}.get(do, form),
        "writing": form,
        "remark": remark,
        "answer": answer,
        "answered": answered,
        "errors": refused,
        "conflict": _conflict(form, one),
        "lists": it.listed(one),
        "last": reading.last_year(it.paper, key),
        "beside": it.beside(key),
        "limit": evidence.LARGEST // 1024 // 1024,
        "kinds": evidence.WORDS,
    }
    return render(request, "papers/section.html", context)


def _section_form(it: PaperPage, one: SectionView, data: Any = None) -> forms.SectionForm:
    row = one.row
    now = {"text": row.text, "grade": row.grade, "ready": row.ready, "version": row.version}
    return forms.SectionForm(one.asked, it.form.grades, data, initial=now)


def _grades(it: PaperPage, one: SectionView) -> tuple[str, ...]:
    return it.form.grades if one.asked.graded and "scrutinise" in it.may else ()


def _conflict(form: forms.SectionForm, one: SectionView) -> bool:
    """Whether what was sent was written over another text than the one that is kept now."""
    return form.is_bound and str(form["version"].value()) != str(one.row.version)


def _listed(form: Any) -> list[dict[str, str]]:
    return [{"text": str(text)} for texts in form.errors.values() for text in texts]


def _save(request: HttpRequest, it: PaperPage, one: SectionView, given: Mapping[str, Any]) -> Any:
    return actions.save_section(
        by=actor_of(request),
        paper=it.paper,
        key=one.asked.key,
        text=given["text"],
        grade=given.get("grade", ""),
        seen_version=given["version"],
        ready=given["ready"],
    )


def _remark(request: HttpRequest, it: PaperPage, one: SectionView, given: Mapping[str, Any]) -> Any:
    return remarks.remark(
        by=actor_of(request),
        paper=it.paper,
        key=one.asked.key,
        text=given["text"],
        grade=given.get("grade", ""),
    )


def _answer(request: HttpRequest, it: PaperPage, one: SectionView, given: Mapping[str, Any]) -> Any:
    row = reading.remark_of(it.paper, numbered(request.POST.get("remark", "")))
    return remarks.answer_remark(by=actor_of(request), remark=row, answer=given["answer"])


def _add(request: HttpRequest, it: PaperPage, one: SectionView, given: Mapping[str, Any]) -> Any:
    kept = evidence.look(*received(request))
    return remarks.add_evidence(
        by=actor_of(request),
        paper=it.paper,
        key=one.asked.key,
        name=kept.name,
        content=kept.content,
        kind=kept.kind,
    )


def _remove(request: HttpRequest, it: PaperPage, one: SectionView, given: Mapping[str, Any]) -> Any:
    row = reading.evidence_of(it.paper, numbered(request.POST.get("file", "")))
    return remarks.remove_evidence(by=actor_of(request), evidence=row)


_Step = Callable[[HttpRequest, PaperPage, SectionView, Mapping[str, Any]], Any]
STEPS: dict[str, tuple[_Step, str]] = {
    "save": (_save, "Saved."),
    "remark": (_remark, "Your comment is kept."),
    "answer": (_answer, "Answered."),
    "add": (_add, "The file is kept beside this section."),
    "remove": (_remove, "The file is no longer shown here."),
}


def _done(request: HttpRequest, it: PaperPage, one: SectionView, do: str, given: Mapping[str, Any]) -> Any:
    if do not in STEPS:
        raise Http404("There is no such step.")
    step, said = STEPS[do]
    result = step(request, it, one, given)
    messages.success(request, said)
    return result


def _next(request: HttpRequest, it: PaperPage, key: str) -> str:
    """Back to the section, or on to the next one."""
    _, after = it.beside(key)
    at = after.asked.key if after and request.POST.get("then") == "next" else key
    place = {"alliance": it.paper.alliance.key, "number": it.paper.pk, "key": at}
    return reverse("paper_section", kwargs=place)


def _autosaved(request: HttpRequest, it: PaperPage, one: SectionView) -> HttpResponse:
    """What a script sends while somebody writes; it never marks as ready, and never wins over somebody else."""
    form = _section_form(it, one, request.POST)
    if not form.is_valid():
        return JsonResponse({"said": "Not saved: press Save to see why."}, status=400)
    try:
        row = _save(request, it, one, form.cleaned_data | {"ready": one.row.ready})
    except (Invalid, NotNow) as problem:
        return JsonResponse({"said": f"Not saved. {problem}"}, status=409)
    return JsonResponse({"version": row.version, "said": f"Saved {when(row.saved_at)}"})


@page(writes, of=facts_of_paper, methods=("GET", "POST"))
def assign(request: HttpRequest, alliance: str, number: int, key: str) -> HttpResponse:
    """Give a section to a colleague."""
    it = shown(request, alliance, number)
    one, people = it.one(key), reading.writers(it.paper)
    now = {"writer": str(one.row.writer_id or ""), "due": one.row.due}
    form = forms.AssignForm(people, request.POST or None, initial=now)

    def do(given: Mapping[str, Any]) -> Any:
        writer = next((p for p in people if str(p.pk) == given["writer"]), None)
        return actions.assign(by=actor_of(request), paper=it.paper, key=key, writer=writer, due=given["due"])

    if request.method == "POST" and attempt(form, do):
        messages.success(request, "Kept. A colleague is told once.")
        return redirect("paper", alliance=alliance, number=number)
    context = basis(it, f"Who writes “{one.asked.title}”") | {
        "form": form,
        "intro": "Those who hold an office that writes it are listed. The director can delegate to others.",
        "button": "Save",
    }
    return render(request, "membership/ask.html", context)

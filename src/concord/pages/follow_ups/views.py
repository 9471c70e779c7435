"""Looks back: the list, one of them, and each step of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import follow_ups as actions
from concord.actions import papers
from concord.actions._run import Invalid
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.follow_ups import forms
from concord.pages.sharing import who_sees
from concord.queries import follow_ups as queries
from concord.queries import plans
from concord.queries.follow_ups import LookPage, facts_of_follow_up, follow_up_of
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.plans import facts_of_plan, plan_of
from concord.queries.standing import standing_of
from concord.rules import access
from concord.rules.follow_ups import FOLLOW_UP

COLOURS = {"waiting": "grey", "reported": "blue", "received": "blue", "reviewed": "green"}
FOUND = {"enough": "green", "more": "yellow", "concern": "red"}


@page("see follow-up", of=facts_of_alliance)
def board(request: HttpRequest, alliance: str) -> HttpResponse:
    """The looks back that the reader may see, those that wait first."""
    standing = standing_of(alliance_named(alliance), today())
    context = {
        "title": "Looks back",
        "who_sees": who_sees(standing, "follow-up"),
        "rows": queries.rows_for(actor_of(request), standing),
        "colours": COLOURS,
        "found": FOUND,
        "alliance_of": alliance,
        "rules": standing.charter.follow_ups,
    }
    return render(request, "follow_ups/list.html", context)


@page("see follow-up", of=facts_of_follow_up, methods=("GET", "POST"))
def look(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One look back: its window, the report, what was checked, and the review."""
    row = follow_up_of(alliance, number)
    it = queries.page_of(row, today())
    do = request.POST.get("do", "")
    chosen = {name: make(it, request.POST if name == do else None) for name, make in _FORMS.items()}
    if request.method == "POST":
        if do in ("write", "receive"):
            return _moved(request, it, do)
        if do in chosen and attempt(chosen[do], lambda given: _done(request, it, do, given)) is not None:
            messages.success(request, _SAID[do])
            return redirect("follow_up", alliance=alliance, number=number)
    standing = standing_of(row.alliance, today())
    context = {
        "title": it.look.rule.title,
        "caption": f"{row.authority.name}, {queries.year_of(row)}",
        "who_sees": who_sees(standing, "follow-up"),
        "breadcrumbs": [{"text": "Looks back", "href": reverse("follow_ups", kwargs={"alliance": alliance})}],
        "it": it,
        "row": row,
        "place": {"alliance": alliance, "number": number},
        "may": _may(request, it),
        "forms_of": chosen,
        "form": chosen.get(do),
        "colours": COLOURS,
        "found": FOUND,
    }
    return render(request, "follow_ups/look.html", context)


def _may(request: HttpRequest, it: LookPage) -> set[str]:
    """What the reader may do now."""
    actor, row, rule = actor_of(request), it.look.row, it.look.rule
    facts = queries.facts_of(row)

    def allowed(needs: str) -> bool:
        return access.decide(actor, needs, facts).allowed

    may = {m.name for m in FOLLOW_UP.open_to(row.state) if allowed(queries.ability(rule, m.needs))}
    if "check" in {m.name for m in FOLLOW_UP.open_to(row.state)} and (
        allowed("plan.check") or row.delegate_id == actor.person is not None
    ):
        may.add("check")
    if "report" in {m.name for m in FOLLOW_UP.open_to(row.state)} and allowed("plan.write or plan.check"):
        may.add("write")
    return may if it.people else may - {"delegate"}


def _moved(request: HttpRequest, it: LookPage, do: str) -> HttpResponse:
    row, by = it.look.row, actor_of(request)
    try:
        if do == "write":
            paper = papers.begin(
                by=by, alliance=row.alliance, authority=row.authority, template=it.look.rule.template or "",
                period=queries.year_of(row), challenge=row.challenge,
            )  # fmt: skip
            return redirect("paper", alliance=row.alliance.key, number=paper.pk)
        actions.receive(by=by, follow_up=row)
        messages.success(request, "It is marked as received. The authority is told.")
    except Invalid as problem:
        messages.error(request, str(problem))
    return redirect("follow_up", alliance=row.alliance.key, number=row.pk)


_FORMS: Mapping[str, Any] = {
    "delegate": lambda it, given: forms.HandForm(it.people, given),
    "check": lambda it, given: forms.CheckForm(it.look.rule.activities, given, initial={"on": today()}),
    "review": lambda it, given: forms.ReviewForm(given),
}
_SAID = {
    "delegate": "It is handed on. They are told.",
    "check": "What was checked is kept.",
    "review": "The review is kept. The authority is told.",
}


def _done(request: HttpRequest, it: LookPage, do: str, given: Mapping[str, Any]) -> Any:
    by, row = actor_of(request), it.look.row
    if do == "delegate":
        to = next(person for person, _ in it.people if str(person.pk) == given["to"])
        return actions.delegate(by=by, follow_up=row, to=to)
    if do == "check":
        return actions.record_check(by=by, follow_up=row, **given)
    return actions.review(by=by, follow_up=row, **given)


@page(queries.SETS_UP, of=facts_of_plan, methods=("GET", "POST"))
def set_up(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Set up by hand the look back that follows a concern."""
    plan = plan_of(alliance, number)
    if not any(queries.set_off_by(plans.charter_of(plan), "concern")):
        raise Http404("The memorandum looks back at nothing after a concern.")
    form: django_forms.Form = forms.SetUpForm(request.POST or None)

    def do(given: Mapping[str, Any]) -> Any:
        return actions.set_up(by=actor_of(request), plan=plan, trigger="concern", since=given["since"])

    if request.method == "POST" and (made := attempt(form, do)) is not None:
        messages.success(request, "It is set up, in the window that the memorandum gives.")
        return redirect("follow_up", alliance=alliance, number=made[0].pk)
    context = {
        "title": "Look back after a concern",
        "caption": f"{plans.title_of(plan)}, {plan.authority.name}",
        "who_sees": who_sees(standing_of(plan.alliance, today()), "follow-up"),
        "breadcrumbs": [{"text": "Looks back", "href": reverse("follow_ups", kwargs={"alliance": alliance})}],
        "form": form,
        "intro": "Where a challenge found a concern that the plan did not answer strongly enough, its peers look at "
        "the plan again. The window is counted from the day on which the concern was recorded.",
        "button": "Set it up",
    }
    return render(request, "membership/ask.html", context)

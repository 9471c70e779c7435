"""Writing a plan, piece by piece: its summary, strengths, areas, support wanted, and actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions import plan_text
from concord.actions._run import Invalid
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.plans import forms
from concord.pages.plans.views import basis, shown
from concord.queries import latest
from concord.queries.membership import today
from concord.queries.plan_page import PlanPage
from concord.queries.plans import facts_of_plan, said
from concord.rules.lifecycle import NotNow
from concord.rules.plans import POINTS, WRITE

HELP = {
    "summary": "What this plan is for, in a few sentences. A blank line begins a paragraph.",
    "strength": "One strength, and how it is known.",
    "area": "One thing that must get better, and for whom.",
    "support": "What help would make a difference, and from whom it might come.",
}
TITLES = {"summary": "Summary", "action": "Action"} | POINTS


@page(WRITE, of=facts_of_plan, methods=("GET", "POST"))
def write(request: HttpRequest, alliance: str, number: int, part: str, key: int) -> HttpResponse:
    """One piece of the plan; ``key`` 0 is a new one."""
    it = shown(request, alliance, number)
    if part not in TITLES:
        raise Http404("A plan has no such part.")
    kept = _kept(it, part, key)
    form = _form(request, it, part, kept)
    if request.method == "POST":
        if request.POST.get("do") == "remove":
            done = _removed(request, it, part, kept)
        else:
            done = attempt(form, lambda given: _saved(request, it, part, kept, given)) is not None
        if done:
            messages.success(request, "Taken out." if request.POST.get("do") == "remove" else "Saved.")
            return redirect("plan", alliance=alliance, number=number)
    context = basis(request, it, TITLES[part] if key or part == "summary" else f"Add: {TITLES[part].lower()}")
    context |= {
        "form": form,
        "part": part,
        "kept": kept,
        "button": "Save",
        "signed": any(p.status == "signed" for p in it.places),
    }
    return render(request, "plans/write.html", context)


def _kept(it: PlanPage, part: str, key: int) -> Any:
    """The row behind an address; None for a new one. Raises Http404."""
    if part == "summary" or key == 0:
        return None
    rows = (
        [a.action for a in it.actions]
        if part == "action"
        else [*it.strengths, *it.support, *(a.point for a in it.areas if a.point)]
    )
    found = next((row for row in rows if row.pk == key), None)
    if found is None or part not in ("action", getattr(found, "kind", "action")):
        raise Http404("It is no longer in this plan.")
    return found


def _form(request: HttpRequest, it: PlanPage, part: str, kept: Any) -> django_forms.Form:
    given = request.POST if request.method == "POST" else None
    if part == "action":
        return _action_form(request, it, kept, given)
    text = it.plan.summary if part == "summary" else kept.text if kept else ""
    initial = {"text": text, "seen": plan_text.mark(text)}
    return forms.TextForm(TITLES[part], given, initial=initial, required=part != "summary", help=HELP[part])


def _action_form(request: HttpRequest, it: PlanPage, kept: Any, given: Any) -> forms.ActionForm:
    areas = [(str(a.point.pk), a.point.text[:80]) for a in it.areas if a.point]
    initial = said(kept) | {"due": kept.due, "area": str(kept.area_id or "")} if kept else {}
    initial["seen"] = plan_text.mark(said(kept)) if kept else ""
    if not kept and request.GET.get("area", "") in dict(areas):
        initial["area"] = request.GET["area"]
    return forms.ActionForm(areas, _indicators(request, it), given, initial=initial)


def _indicators(request: HttpRequest, it: PlanPage) -> list[tuple[str, str]]:
    """The indicators that the alliance collects, each with its latest figure."""
    plan, known = it.plan, latest.collected(it.plan.alliance, today())
    figures = latest.latest(actor_of(request), plan.alliance, plan.authority, [i.id for i in known])
    found = []
    for indicator in known:
        now = figures.get((indicator.id, ""))
        value = (
            f": {now.value:,.{indicator.decimals}f} in {now.period.short}"
            if now and now.value is not None
            else ""
        )
        found.append((indicator.id, f"{indicator.short} ({indicator.unit}){value}"))
    return found


def _saved(request: HttpRequest, it: PlanPage, part: str, kept: Any, given: Mapping[str, Any]) -> Any:
    by, plan = actor_of(request), it.plan
    if part == "summary":
        return plan_text.save_summary(by=by, plan=plan, text=given["text"], seen=given["seen"])
    if part != "action":
        return plan_text.save_point(
            by=by, plan=plan, kind=part, point=kept, text=given["text"], seen=given["seen"]
        )
    details = dict(given)
    area = next((a.point for a in it.areas if a.point and str(a.point.pk) == details["area"]), None)
    return plan_text.save_action(by=by, plan=plan, part=kept, **details | {"area": area})


def _removed(request: HttpRequest, it: PlanPage, part: str, kept: Any) -> bool:
    if kept is None:
        raise Http404("There is nothing to take out.")
    try:
        if part == "action":
            plan_text.remove_action(by=actor_of(request), plan=it.plan, part=kept)
        else:
            plan_text.remove_point(by=actor_of(request), plan=it.plan, point=kept)
    except (Invalid, NotNow) as problem:
        messages.error(request, str(problem))
        return False
    return True

"""Development plans: the list, beginning one, one plan, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from catalogue.periods import Period
from concord.actions import plan_life, plans
from concord.actions._run import Invalid
from concord.outputs import plan as printed
from concord.outputs.blocks import Signature, Signatures
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.downloads import WRITERS, saved
from concord.pages.jinja import day
from concord.pages.papers.forms import ReasonForm
from concord.pages.plans import forms
from concord.pages.sharing import who_sees
from concord.queries import plans as queries
from concord.queries.follow_ups import SETS_UP
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.plan_page import PlanPage, page_of
from concord.queries.plans import facts_of_plan, plan_of
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.lifecycle import NotNow
from concord.rules.packs import SEES
from concord.rules.plans import PLAN, UNSHARED, WRITE

COLOURS = {"draft": "yellow", "signing": "blue", "signed": "green", "replaced": "grey"}
GOES = {"on-track": "blue", "behind": "orange", "done": "green", "stopped": "grey", "": "grey"}
BESIDE = (
    ("follow_ups", "Looks back", "see follow-up"),
    ("packs", "Packs", SEES),
    ("shown", "Shown to you", access.SIGNED_IN),
)


@page("see plan", of=facts_of_alliance)
def board(request: HttpRequest, alliance: str) -> HttpResponse:
    """The plans that the reader may see, by year."""
    actor, standing = actor_of(request), standing_of(alliance_named(alliance), today())
    rows = queries.rows_for(actor, standing)
    context = {
        "title": "Development plans",
        "who_sees": who_sees(standing, "plan") + "; a plan that is not signed yet, its own authority",
        "years": list(dict.fromkeys(row.plan.period for row in rows)),
        "rows": rows,
        "colours": COLOURS,
        "begins": _begins(actor, standing),
        "beside": [
            (name, text)
            for name, text, needs in BESIDE
            if access.decide(actor, needs, Facts(alliance)).allowed
        ],
        "alliance_of": alliance,
    }
    return render(request, "plans/list.html", context)


def _begins(actor: Actor, standing: Standing) -> list[tuple[str, str]]:
    """The authorities for which somebody may begin a plan."""
    own = frozenset().union(
        *(h.authorities for h in actor.holdings if WRITE in h.may and h.alliance == standing.key)
    )
    return [(m.code, m.name) for m in standing.members if m.id in own]


@page(WRITE, of=facts_of_member, methods=("GET", "POST"))
def begin(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """Begin a plan: from the challenge’s findings, from what last year left open, or empty."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    member = standing.by_code.get(code)
    if member is None:
        raise Http404("It is not a member today.")
    year = Period.year_of(today())
    years = [year.key, year.previous().key]
    found, earlier = queries.may_begin_from(row.pk, member.id, year.key)
    sources = [(str(c.pk), f"The findings of: {c.title}") for c in found]
    if earlier:
        sources.append(("last", f"What is still open in the plan of {earlier.period}"))
    initial = {"period": year.key, "sources": [key for key, _ in sources]}
    form = forms.BeginForm(years, sources, request.POST or None, initial=initial)

    def do(given: Mapping[str, Any]) -> Any:
        chosen = given.get("sources", [])
        authority = queries.authority_of(member.id)
        challenge = next((c for c in found if str(c.pk) in chosen and given["period"] == year.key), None)
        return plans.begin(
            by=actor_of(request), alliance=row, authority=authority, period=given["period"], challenge=challenge,
            last_year="last" in chosen,
        )  # fmt: skip

    if request.method == "POST" and (made := attempt(form, do)) is not None:
        messages.success(request, "The plan is begun. Look through what was brought over.")
        return redirect("plan", alliance=alliance, number=made.pk)
    context = {
        "title": "Begin a development plan",
        "caption": member.name,
        "who_sees": "your own authority, until it is signed; then " + who_sees(standing, "plan"),
        "breadcrumbs": [{"text": "Plans", "href": reverse("plans", kwargs={"alliance": alliance})}],
        "form": form,
        "intro": "What is brought over can be changed. It keeps its link to the finding that it came from.",
        "button": "Begin",
    }
    return render(request, "membership/ask.html", context)


def basis(request: HttpRequest, it: PlanPage, title: str, *, inner: bool = True) -> dict[str, Any]:
    """What every page of a plan tells the layout, and what the reader may do."""
    plan, actor = it.plan, actor_of(request)
    place = {"alliance": plan.alliance.key, "number": plan.pk}
    standing = standing_of(plan.alliance, today())
    seen = who_sees(standing, "plan")
    if plan.state in UNSHARED:
        seen = f"its own authority, until all have signed; then {seen}"
    crumbs = [{"text": "Plans", "href": reverse("plans", kwargs={"alliance": plan.alliance.key})}]
    if inner:
        crumbs.append(
            {"text": f"{plan.authority.name}, {plan.period}", "href": reverse("plan", kwargs=place)}
        )
    facts = queries.facts_of(plan)
    moves = {m.name: m for m in PLAN.open_to(plan.state)}
    needs = {name: plan_life.CHALLENGERS if name == "challenge" else m.needs for name, m in moves.items()}
    may = {name for name, ability in needs.items() if access.decide(actor, ability, facts).allowed}
    if it.after_concern and access.decide(actor, SETS_UP, facts).allowed:
        may.add("look-back")
    return {
        "title": title,
        "caption": it.title if inner else plan.authority.name,
        "who_sees": seen,
        "breadcrumbs": crumbs,
        "it": it,
        "place": place,
        "may": may,
        "colours": COLOURS,
        "goes": GOES,
        "today": today(),
    }


def shown(request: HttpRequest, alliance: str, number: int) -> PlanPage:
    """The plan of an address as the reader sees it."""
    return page_of(actor_of(request), plan_of(alliance, number), today())


@page("see plan", of=facts_of_plan, methods=("GET", "POST"))
def plan(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One plan: its text, its signatures, how it goes, what peers asked, and what is done next."""
    it = shown(request, alliance, number)
    do = request.POST.get("do", "")
    asked = forms.TextForm(
        "What do you ask of this plan?", help="As a critical friend. Say also if nothing is to be asked."
    )
    answer = forms.TextForm("Your answer")
    if request.method == "POST":
        if do in ("send", "show", "renew"):
            return _moved(request, it, do)
        form = forms.TextForm("What do you ask of this plan?", request.POST)
        if attempt(form, lambda given: _said(request, it, do, given["text"])) is not None:
            messages.success(
                request, "Kept. The authority is told." if do == "challenge" else "The answer is kept."
            )
            return redirect("plan", alliance=alliance, number=number)
        asked, answer = (form, answer) if do == "challenge" else (asked, form)
    context = basis(request, it, it.title.split(":")[0], inner=False)
    faults = next((f for f in (asked, answer) if f.is_bound), None)
    context |= {"asked": asked, "answer": answer, "form": faults, "answering": request.POST.get("of", "")}
    return render(request, "plans/plan.html", context)


_DONE = {
    "send": "The plan is out for signature. Those who sign are told.",
    "show": "The plan is shown. Those to whom it is shown say when they have read it.",
    "renew": "A newer plan is begun with everything that this one says. It takes its place once it is signed.",
}


def _moved(request: HttpRequest, it: PlanPage, do: str) -> HttpResponse:
    act = {"send": plans.send, "show": plans.show, "renew": plans.renew}[do]
    number = it.plan.pk
    try:
        number = act(by=actor_of(request), plan=it.plan).pk
        messages.success(request, _DONE[do])
    except (Invalid, NotNow) as problem:
        messages.error(request, str(problem))
    return redirect("plan", alliance=it.plan.alliance.key, number=number)


def _said(request: HttpRequest, it: PlanPage, do: str, text: str) -> Any:
    by = actor_of(request)
    if do == "challenge":
        return plan_life.challenge(by=by, plan=it.plan, text=text)
    of = next((c for c in it.challenged if str(c.pk) == request.POST.get("of")), None)
    if of is None:
        raise Http404("Nobody asked that of this plan.")
    return plan_life.answer(by=by, challenged=of, text=text)


@page(WRITE, of=facts_of_plan, methods=("GET", "POST"))
def reopen(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """Open a plan again, with a reason."""
    it = shown(request, alliance, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda given: plans.reopen(by=actor_of(request), plan=it.plan, **given))
        if done is not None:
            messages.success(request, "It can be changed again. Those who signed are told.")
            return redirect("plan", alliance=alliance, number=number)
    context = basis(request, it, "Open the plan again") | {
        "form": form,
        "intro": "Until it is signed again your own authority alone sees it. Signatures count until the text changes; "
        "then each is void, in sight of all, and asked for anew. To keep it in force meanwhile, renew it instead.",
        "button": "Open it again",
    }
    return render(request, "membership/ask.html", context)


@page("plan.write or plan.check", of=facts_of_plan, methods=("GET", "POST"))
def progress(request: HttpRequest, alliance: str, number: int, key: int) -> HttpResponse:
    """Say how an action stands, and read how it went so far."""
    it = shown(request, alliance, number)
    view = next((a for a in it.actions if a.action.pk == key), None)
    if view is None:
        raise Http404("There is no such action in this plan.")
    form = forms.ProgressForm(request.POST or None, initial={"on": today(), "state": view.state or None})
    if request.method == "POST":
        by = actor_of(request)
        done = attempt(form, lambda given: plan_life.record_progress(by=by, part=view.action, **given))
        if done is not None:
            messages.success(request, "Kept.")
            return redirect("plan", alliance=alliance, number=number)
    context = basis(request, it, "How it goes") | {"form": form, "view": view}
    return render(request, "plans/progress.html", context)


@page("see plan", of=facts_of_plan)
def document(request: HttpRequest, alliance: str, number: int, kind: str) -> HttpResponse:
    """The plan as Word or PDF, with its places to sign."""
    if kind not in WRITERS:
        raise Http404("It is made as PDF and Word.")
    it = shown(request, alliance, number)
    plan = it.plan
    context = basis(request, it, "")
    places = tuple(
        Signature(it.what.offices[p.office], p.answer.name, day(p.answer.on))
        if p.status == "signed" and p.answer
        else Signature(it.what.offices[p.office])
        for p in it.places
    )
    facts = (
        ("State", it.label),
        ("Who can see this", context["who_sees"]),
        (
            "Printed",
            f"{day(today())}; version {plan.version}, saved by {plan.saved_by} on {day(plan.saved_at)}",
        ),
    )
    said = printed.of(it, facts, Signatures(places, plan.hash) if places else None)
    made = WRITERS[kind](
        printed.document(said, standing_of(plan.alliance, today()).charter.memorandum.alliance)
    )
    return saved(made, f"{plan.template}-{plan.authority.code}-{plan.period}-{plan.number}.{kind}")

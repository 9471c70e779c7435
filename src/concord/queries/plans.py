"""Reading development plans: those that somebody may see, one as a page, and what exactly it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Prefetch, Q
from django.http import Http404

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.charter import Charter
from concord.charter.chapters import Template
from concord.charter.words import day as day_words
from concord.queries.granted import granted
from concord.queries.latest import Latest, latest
from concord.queries.memorandum import clauses
from concord.queries.sign_offs import Signable, places, places_of, signatories
from concord.queries.standing import Standing, parsed
from concord.records.models import (
    Acknowledgement,
    Challenge,
    FollowUp,
    Plan,
    PlanAction,
    PlanChallenge,
    PlanPoint,
    Progress,
)
from concord.rules.access import Actor, Facts
from concord.rules.plans import OVER, PLAN, PLAN_SUBJECT, PROGRESS, UNSHARED, lacks, way
from concord.rules.signing import Place, complete


@dataclass(frozen=True, slots=True)
class Row:
    """A plan in a list."""

    plan: Plan
    areas: int
    actions: int
    over: int
    signed: int
    asked: int

    @property
    def label(self) -> str:
        """Its state in words."""
        return PLAN.states[self.plan.state]


@dataclass(frozen=True)
class ActionView:
    """An action with how it went. ``now`` is the measure’s latest released figure; None where none may be shown."""

    action: PlanAction
    progress: tuple[Progress, ...]
    indicator: Indicator | None
    now: Latest | None
    day: date

    @property
    def last(self) -> Progress | None:
        """How it stood when somebody last said."""
        return self.progress[-1] if self.progress else None

    @property
    def state(self) -> str:
        """The state of the last progress; none yet: "" ."""
        return self.last.state if self.last else ""

    @property
    def label(self) -> str:
        """The state in words."""
        return PROGRESS.get(self.state, "Not begun")

    @property
    def overdue(self) -> bool:
        """Whether its day has passed while it is still waited for."""
        return self.state not in OVER and self.action.due is not None and self.action.due < self.day

    @property
    def due(self) -> str:
        """Its day in words."""
        return day_words(self.action.due) if self.action.due else "no day set"

    @property
    def measure(self) -> str:
        """By what it will be known: words, and the indicator from its baseline to its aim."""
        action, indicator = self.action, self.indicator
        if indicator is None:
            return action.measure
        places = indicator.decimals
        of = f" ({Period.parse(action.baseline_period).label})" if action.baseline_period else ""
        start = "" if action.baseline is None else f" from {action.baseline:,.{places}f}{of}"
        aim = "" if action.aim is None else f" to {action.aim:,.{places}f}"
        return f"{action.measure} {indicator.short}{start}{aim}, {indicator.unit}.".strip()

    @property
    def stands(self) -> str:
        """How it goes, in words: what was said last, and the measure’s latest released figure."""
        said = [f"{self.label} ({day_words(self.last.on)}). {self.last.text}".strip()] if self.last else []
        if self.overdue:
            said.append("Its day has passed.")
        if self.now is not None and self.now.value is not None and self.indicator is not None:
            value = f"{self.now.value:,.{self.indicator.decimals}f}"
            said.append(f"{value} in {self.now.period.label}, {self.now.status}. {self.way}".strip())
        return " ".join(said)

    @property
    def way(self) -> str:
        """How far the measure has come."""
        if self.indicator is None or self.now is None:
            return ""
        value = None if self.now.value is None else float(self.now.value)
        return way(self.action.baseline, self.action.aim, value, self.indicator.decimals)


@dataclass(frozen=True)
class Area:
    """An area for development with its actions; ``point`` None for actions that belong to no area."""

    point: PlanPoint | None
    actions: tuple[ActionView, ...]


@dataclass(frozen=True)
class PlanPage:
    """One plan, whole."""

    plan: Plan
    template: Template
    strengths: tuple[PlanPoint, ...]
    areas: tuple[Area, ...]
    support: tuple[PlanPoint, ...]
    what: Signable
    places: tuple[Place, ...]
    challenged: tuple[PlanChallenge, ...]
    shown: tuple[Acknowledgement, ...]
    follow_ups: tuple[FollowUp, ...]
    lacks: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its state in words."""
        return PLAN.states[self.plan.state]

    @property
    def title(self) -> str:
        """“Development plan 2026-27: Camden”."""
        return f"{title_of(self.plan)}: {self.plan.authority.name}"

    @property
    def followed(self) -> bool:
        """Whether it is signed, so that it is said how its actions go."""
        return self.plan.state not in UNSHARED

    @cached_property
    def actions(self) -> tuple[ActionView, ...]:
        """Every action, in order."""
        return tuple(a for area in self.areas for a in area.actions)

    @property
    def complete(self) -> date | None:
        """The day of the last signature, once all have signed."""
        return complete(self.places)

    def counts(self) -> dict[str, int]:
        """How many actions are in each state of progress, in words; those past their day as well."""
        found = {label: sum(a.state == state for a in self.actions) for state, label in PROGRESS.items()}
        found["Not begun"] = sum(not a.state for a in self.actions)
        return found | {"Past their day": sum(a.overdue for a in self.actions)}


def plan_of(alliance: str, number: int) -> Plan:
    """A plan with its authority and challenge. Raises Http404."""
    rows = Plan.objects.filter(alliance__key=alliance).select_related(
        "alliance", "authority", "edition", "challenge", "replaces"
    )
    found = rows.filter(pk=number).first()
    if found is None:
        raise Http404("There is no such plan in this alliance.")
    return found


def facts_of(plan: Plan) -> Facts:
    """What the policy needs to know of a plan. It is its own authority’s alone until it is signed."""
    return Facts(
        plan.alliance.key,
        plan.authority_id,
        plan.authority.name,
        draft=plan.state in UNSHARED,
        year=plan.period,
    )


def facts_of_plan(alliance: str, number: int, **_: Any) -> Facts:
    """The same, from an address."""
    return facts_of(plan_of(alliance, number))


def charter_of(plan: Plan) -> Charter:
    """The charter under whose edition the plan was made."""
    return parsed(plan.edition.hash, plan.edition_id)


def template_of(charter: Charter) -> Template | None:
    """The charter’s template of development plans, if it has one."""
    return next((t for t in charter.templates if t.document == PLAN_SUBJECT), None)


def title_of(plan: Plan) -> str:
    """“Development plan 2026-27, renewed”."""
    title = charter_of(plan).template(plan.template).title
    again = "" if plan.number == 1 else f" (number {plan.number})"
    return f"{title} {plan.period}{again}"


def link_of(plan: Plan) -> str:
    """The address of its page."""
    return f"/alliances/{plan.alliance.key}/plans/{plan.pk}/"


def signable(plan: Plan) -> Signable:
    """The plan as a text that offices sign: open to signature while it is out for it."""
    charter = charter_of(plan)
    template = charter.template(plan.template)
    closed = {
        "draft": "The plan is still being written, so it cannot be signed yet.",
        "signed": "The plan is signed. To change it, open it again or renew it.",
        "replaced": "A newer plan has taken its place.",
    }
    return Signable(
        subject=PLAN_SUBJECT,
        key=str(plan.pk),
        alliance=plan.alliance,
        authority=plan.authority,
        hash=plan.hash,
        offices=signatories(charter, template),
        title=f"{title_of(plan)}, {plan.authority.name}",
        link=link_of(plan),
        kept_by="plan.write",
        clauses=clauses(charter, "sign-off", template.key),
        or_equivalent=template.or_equivalent,
        closed=closed.get(plan.state, ""),
    )


def content(plan: Plan) -> dict[str, Any]:
    """All that a plan says, as plain data: what is hashed, signed, printed, and kept as its text. Two queries."""
    actions: dict[int | None, list[dict[str, Any]]] = {}
    for row in PlanAction.objects.filter(plan=plan).order_by("place", "pk"):
        actions.setdefault(row.area_id, []).append(said(row))
    points = [
        {"kind": p.kind, "text": p.text, "actions": actions.get(p.pk, [])}
        for p in PlanPoint.objects.filter(plan=plan).order_by("kind", "place", "pk")
    ]
    return {
        "authority": plan.authority.code,
        "period": plan.period,
        "number": plan.number,
        "summary": plan.summary,
        "points": points,
        "actions": actions.get(None, []),
    }


SAID = ("text", "owner", "due", "measure", "indicator", "baseline", "baseline_period", "aim")


def said(row: PlanAction) -> dict[str, Any]:
    """What an action says."""
    values = {name: getattr(row, name) for name in SAID}
    return values | {"due": row.due.isoformat() if row.due else None}


def current(alliance: int, authority: int, period: str = "") -> Plan | None:
    """An authority’s newest plan that was signed, of a year or of any. One query."""
    rows = Plan.objects.filter(alliance=alliance, authority=authority, state="signed")
    rows = rows.filter(period=period) if period else rows
    return (
        rows.select_related("alliance", "authority", "edition", "challenge")
        .order_by("-period", "-number")
        .first()
    )


def rows_for(actor: Actor, standing: Standing, year: str = "") -> list[Row]:
    """The plans that somebody may see, of a year or of all, newest year first. Three queries."""
    mine = granted(actor, "see plan", standing.key, year="period", draft=Q(state__in=UNSHARED))
    rows = Plan.objects.filter(mine).select_related("alliance", "authority", "edition")
    rows = rows.filter(period=year) if year else rows
    plans = list(
        rows.annotate(
            areas=Count("points", filter=Q(points__kind="area"), distinct=True),
            acts=Count("actions", distinct=True),
        ).order_by("-period", "authority__name", "-number")
    )
    over = _over([p.pk for p in plans])
    signed = places_of([signable(p) for p in plans])
    return [
        Row(
            p,
            p.areas,
            p.acts,
            over.get(p.pk, 0),
            sum(place.status == "signed" for place in signed[str(p.pk)]),
            len(signed[str(p.pk)]),
        )
        for p in plans
    ]


def _over(plans: list[int]) -> dict[int, int]:
    """How many actions of each plan are done or stopped, by the last that was said of them. One query."""
    newest = PlanAction.objects.filter(plan__in=plans).annotate(last=Max("progress__pk")).values("last")
    rows = Progress.objects.filter(pk__in=newest, state__in=OVER).values_list("action__plan")
    return dict(rows.annotate(many=Count("pk")))


def page_of(actor: Actor | None, plan: Plan, day: date) -> PlanPage:
    """Everything on a plan’s page; without an actor, for a document. Eight queries, whatever the plan’s length."""
    points = list(
        PlanPoint.objects.filter(plan=plan).select_related("finding", "earlier").order_by("place", "pk")
    )
    rows = PlanAction.objects.filter(plan=plan).order_by("place", "pk")
    actions = list(rows.prefetch_related(Prefetch("progress", Progress.objects.order_by("on", "at"))))
    figures = latest(actor, plan.alliance, plan.authority, {a.indicator for a in actions if a.indicator})
    views: dict[int | None, list[ActionView]] = {}
    for action in actions:
        views.setdefault(action.area_id, []).append(_action(action, figures, day))
    areas = [Area(p, tuple(views.get(p.pk, ()))) for p in points if p.kind == "area"]
    if loose := views.get(None):
        areas.append(Area(None, tuple(loose)))
    charter, what = charter_of(plan), signable(plan)
    key = f"{plan.pk}."
    return PlanPage(
        plan,
        charter.template(plan.template),
        tuple(p for p in points if p.kind == "strength"),
        tuple(areas),
        tuple(p for p in points if p.kind == "support"),
        what,
        places(what),
        tuple(PlanChallenge.objects.filter(plan=plan)),
        tuple(
            Acknowledgement.objects.filter(
                alliance=plan.alliance_id,
                authority=plan.authority_id,
                subject=PLAN_SUBJECT,
                subject_key__startswith=key,
            ).order_by("shown_at", "office")
        ),
        tuple(FollowUp.objects.filter(plan=plan)),
        tuple(lacks(_brief(points, views))) if plan.state in UNSHARED else (),
    )


def _action(action: PlanAction, figures: Mapping[tuple[str, str], Latest], day: date) -> ActionView:
    kind = "quarter" if "Q" in action.baseline_period else "year" if action.baseline_period else ""
    now = figures.get((action.indicator, kind)) if action.indicator else None
    indicator = catalogue.indicators().get(action.indicator)
    return ActionView(action, tuple(action.progress.all()), indicator, now, day)


def _brief(points: Iterable[PlanPoint], views: Mapping[int | None, list[ActionView]]) -> dict[str, Any]:
    """As much of the content as shows what is lacking."""

    def of(area: int | None) -> list[dict[str, Any]]:
        return [said(v.action) for v in views.get(area, ())]

    found = [{"kind": p.kind, "text": p.text, "actions": of(p.pk)} for p in points]
    return {"points": found, "actions": of(None)}


def may_begin_from(alliance: int, authority: int, period: str) -> tuple[list[Challenge], Plan | None]:
    """What a plan of a year can begin from: challenges with findings, and the last plan of an earlier year."""
    found = Challenge.objects.filter(
        alliance=alliance, authority=authority, year=period, findings__removed_at=None, findings__isnull=False
    )
    earlier = Plan.objects.filter(
        alliance=alliance, authority=authority, period__lt=period, state__in=("signed", "replaced")
    )
    return list(found.distinct()), earlier.order_by("-period", "-number").first()

"""One plan as a page: its points and actions, how each goes, who signed, what peers asked, who was shown it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Prefetch

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.charter.chapters import Template
from concord.charter.words import day as day_words
from concord.queries.follow_ups import Look, looks_at, set_off_by
from concord.queries.latest import Latest, latest
from concord.queries.plans import charter_of, said, shown_to, signable, text_key, title_of
from concord.queries.sign_offs import Signable, places
from concord.records.models import Acknowledgement, Plan, PlanAction, PlanChallenge, PlanPoint, Progress
from concord.rules.access import Actor
from concord.rules.plans import OVER, PLAN, PLAN_SUBJECT, PROGRESS, UNSHARED, lacks, way
from concord.rules.signing import Place, complete


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
    def period(self) -> str:
        """The period of the baseline, in words."""
        return Period.parse(self.action.baseline_period).label if self.action.baseline_period else ""

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
        of = f" ({self.period})" if self.period else ""
        percent, unit = ("%", "") if indicator.unit == "%" else ("", f" ({indicator.unit})")
        start = "" if action.baseline is None else f" from {action.baseline:,.{places}f}{percent}{of}"
        aim = "" if action.aim is None else f" to {action.aim:,.{places}f}{percent}"
        return f"{action.measure} {indicator.short}{unit}{start}{aim}.".strip()

    @property
    def stands(self) -> str:
        """How it goes, in words: what was said last, and the measure’s latest released figure."""
        said = [f"{self.label} ({day_words(self.last.on)}). {self.last.text}".strip()] if self.last else []
        if self.overdue:
            said.append("Its day has passed.")
        if self.now is not None and self.now.value is not None and self.indicator is not None:
            percent = "%" if self.indicator.unit == "%" else ""
            value = f"{self.now.value:,.{self.indicator.decimals}f}{percent}"
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
    follow_ups: tuple[Look, ...]
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

    @property
    def after_concern(self) -> bool:
        """Whether the memorandum looks back after a concern, and no look back at this plan waits yet."""
        rules = {rule.key for rule, _ in set_off_by(charter_of(self.plan), "concern")}
        return self.followed and bool(rules - {look.row.key for look in self.follow_ups})

    @property
    def readers(self) -> str:
        """To whom it is shown, in words."""
        titles = [self.office(office).lower() for office in self.shown_to]
        return " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1] if titles else "")))

    @property
    def shown_to(self) -> tuple[str, ...]:
        """The offices to which it is shown."""
        return shown_to(self.template)

    @property
    def shown_now(self) -> bool:
        """Whether this text was shown to all of them, or there is nobody to show it to."""
        return {r.office for r in self.shown if self.of_this_text(r)} >= set(self.shown_to)

    def of_this_text(self, row: Acknowledgement) -> bool:
        """Whether what was shown is what the plan says now."""
        return row.subject_key == text_key(self.plan)

    def office(self, key: str) -> str:
        """The title of an office."""
        return charter_of(self.plan).office(key).title

    def counts(self) -> dict[str, int]:
        """How many actions are in each state of progress, in words; those past their day as well."""
        found = {label: sum(a.state == state for a in self.actions) for state, label in PROGRESS.items()}
        found["Not begun"] = sum(not a.state for a in self.actions)
        return found | {"Past their day": sum(a.overdue for a in self.actions)}


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
        looks_at(plan, day),
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

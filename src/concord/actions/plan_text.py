"""Writing a development plan: its summary, points and actions, each saved by itself, and kept as it was.

Two colleagues may write at once: each form knows the text that it was opened with (``seen``), and who saves over
somebody else’s is told. Every text that a plan had is kept whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import catalogue
from concord.actions._plan import begun, saved
from concord.actions._run import Invalid, Run, action
from concord.queries import plans as queries
from concord.queries.latest import latest
from concord.records.models import Plan, PlanAction, PlanPoint
from concord.rules.hashing import content_hash
from concord.rules.plans import POINTS

LONGEST = 4000  # characters of one text
OWNER = 160
T = TypeVar("T", PlanPoint, PlanAction)


@action("plan.summarised")
def save_summary(run: Run, *, plan: Plan, text: str, seen: str) -> Plan:
    """Save what the plan says first. Raises Invalid where it is too long or somebody saved meanwhile."""
    row = begun(run, plan)
    unchanged(row.saved_by, mark(row.summary), seen)
    row.summary = _fitting(text, "text")
    return saved(run, row, "The summary was changed")


@action("plan.point-saved")
def save_point(
    run: Run, *, plan: Plan, kind: str, text: str, point: PlanPoint | None = None, seen: str = ""
) -> Plan:
    """Add a strength, an area or support wanted; or change ``point``."""
    row = begun(run, plan)
    if kind not in POINTS:
        raise Invalid("A plan has strengths, areas for development, and support wanted.")
    text = _fitting(text, "text")
    if not text:
        raise Invalid("Nothing is written.", {"text": "Write what it is"})
    if point is None:
        place = PlanPoint.objects.filter(plan=row, kind=kind).count() + 1
        PlanPoint.objects.create(plan=row, kind=kind, place=place, text=text)
    else:
        kept = _own(row, point)
        unchanged(row.saved_by, mark(kept.text), seen)
        kept.text = text
        kept.save(update_fields=["text"])
    return saved(run, row, f"{POINTS[kind]}: {'added' if point is None else 'changed'}")


@action("plan.point-removed")
def remove_point(run: Run, *, plan: Plan, point: PlanPoint) -> Plan:
    """Take a point out. An area that still has actions stays: they are moved or taken out first."""
    row = begun(run, plan)
    kept = _own(row, point)
    if kept.actions.exists():
        raise Invalid("Actions belong to this area. Take them out first, or move them to another area.")
    kept.delete()
    return saved(run, row, f"{POINTS[kept.kind]}: taken out")


@action("plan.action-saved")
def save_action(
    run: Run,
    *,
    plan: Plan,
    text: str,
    owner: str,
    due: date | None,
    area: PlanPoint | None = None,
    measure: str = "",
    indicator: str = "",
    baseline: float | None = None,
    aim: float | None = None,
    part: PlanAction | None = None,
    seen: str = "",
) -> Plan:
    """Add an action, or change ``part``: what, who sees to it, by when, and by what it will be known.

    With an indicator an aim is needed, in its unit; where no baseline is given the latest released figure is taken,
    with its period. Raises Invalid with the fields that are wrong.
    """
    row = begun(run, plan)
    given = {"text": text.strip(), "owner": owner.strip(), "due": due, "measure": measure.strip(), "aim": aim}
    given |= {"indicator": indicator, "baseline": baseline}
    _check(given)
    kept = PlanAction(plan=row, place=PlanAction.objects.filter(plan=row).count() + 1)
    if part is not None:
        kept = _own(row, part)
        unchanged(row.saved_by, mark(queries.said(kept)), seen)
    before = (kept.indicator, kept.baseline, kept.baseline_period)
    for name, value in given.items():
        setattr(kept, name, value)
    kept.area = _own(row, area) if area else None
    kept.baseline_period = before[2] if before[:2] == (indicator, baseline) else ""
    if indicator and baseline is None:
        _offer(run, row, kept)
    if not indicator:
        kept.baseline, kept.aim = None, None
    kept.save()
    return saved(run, row, f"An action was {'added' if part is None else 'changed'}")


@action("plan.action-removed")
def remove_action(run: Run, *, plan: Plan, part: PlanAction) -> Plan:
    """Take an action out. One of which it was said how it goes stays, and is marked as stopped instead."""
    row = begun(run, plan)
    kept = _own(row, part)
    if kept.progress.exists():
        raise Invalid(
            "It has been said how this action goes. Mark it as stopped, and say why, in place of taking it out."
        )
    kept.delete()
    return saved(run, row, "An action was taken out")


def _check(given: Mapping[str, Any]) -> None:
    needed = {"text": "Write what will be done", "owner": "Enter who sees to it, by their office"}
    faults = {name: words for name, words in needed.items() if not given[name]}
    if given["due"] is None:
        faults["due"] = "Enter the day by which it is done"
    for name, most in (("text", LONGEST), ("owner", OWNER), ("measure", LONGEST)):
        if len(given[name]) > most:
            faults[name] = f"Write {most:,} characters or fewer"
    if given["indicator"]:
        if given["indicator"] not in catalogue.indicators():
            faults["indicator"] = "Choose an indicator of the list"
        elif given["aim"] is None:
            faults["aim"] = "Enter the figure that you aim at, in the indicator’s unit"
    elif given["aim"] is not None or given["baseline"] is not None:
        faults["indicator"] = "Choose the indicator that the figures are of, or leave them out"
    if faults:
        raise Invalid("The action cannot be saved as it stands.", faults)


def _offer(run: Run, plan: Plan, kept: PlanAction) -> None:
    """Take the latest released figure as the baseline, with its period."""
    found = latest(run.by, plan.alliance, plan.authority, [kept.indicator]).get((kept.indicator, ""))
    if found and found.value is not None:
        kept.baseline = round(float(found.value), found.indicator.decimals)
        kept.baseline_period = found.period.key


def _fitting(text: str, name: str) -> str:
    if len(text) > LONGEST:
        raise Invalid("The text is too long.", {name: f"Write {LONGEST:,} characters or fewer"})
    return text.strip()


def _own(plan: Plan, part: T) -> T:
    found = type(part).objects.filter(plan=plan, pk=part.pk).first()
    if found is None:
        raise Invalid("It is no longer in this plan: somebody took it out.")
    return found


def mark(text: Any) -> str:
    """What a form remembers of the text that it was opened with."""
    return content_hash(text)[:16]


def unchanged(who: str, now: str, seen: str) -> None:
    """Raise Invalid where the text is no longer the one that the form was opened with."""
    if now != seen:
        raise Invalid(
            f"{who} saved this while you were writing. Your text is below; theirs is on the plan’s page: bring them "
            "together and save again."
        )

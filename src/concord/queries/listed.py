"""What Concord lists beside a section by itself: figures that stand out, last year's plan, judgements.

A list is plain data, so that it can be kept with the paper as it stood when the paper was handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import OuterRef, Subquery

from concord.charter import words
from concord.queries import authorities, narratives
from concord.queries.membership import today
from concord.queries.standing import standing_of
from concord.records.models import Paper, Plan, PlanAction, Progress
from concord.rules.narratives import PARTS
from concord.rules.papers import SELF_EVALUATION
from concord.rules.plans import PROGRESS, UNSHARED

Listed = dict[str, Any]  # title, head, rows (cells of words), empty (what to say where there are none)


def listed(paper: Paper, shows: str) -> Listed:
    """The list that a section asks for, as of today."""
    return LISTS[shows](paper)


def _listed(title: str, head: tuple[str, ...], rows: list[list[str]], empty: str) -> Listed:
    return {"title": title, "head": list(head), "rows": rows, "empty": empty}


def _exceptions(paper: Paper) -> Listed:
    """The figures that stand out after the latest release, and what is said of each."""
    standing = standing_of(paper.alliance, today())
    title, head = "Figures that stand out", ("Indicator", "Figure", *PARTS.values())
    release = narratives.latest_release(standing)
    if release is None:
        return _listed(title, head, [], "No figure has been released yet.")
    asked = narratives.asked_of(standing, release, paper.authority.code)
    rows = []
    for row in asked.rows:
        done = row.narrative if row.state == "ready" else None
        unit = row.indicator.unit if row.indicator.unit == "%" else ""
        value = "no figure" if row.value is None else f"{row.value:,.{row.indicator.decimals}f}{unit}"
        figure = f"{value}, {row.why}" if asked.required else row.why  # which tells the figure itself
        rows.append([row.indicator.name, figure, *(getattr(done, part) if done else "" for part in PARTS)])
    where = f", {asked.source}" if asked.source else ""
    return _listed(f"{title}, {asked.period.label}{where}", head, rows, asked.nothing)


def _progress(paper: Paper) -> Listed:
    """The actions of the newest plan that was signed (for a self-evaluation: before its year), and how each stands."""
    plans = Plan.objects.filter(alliance=paper.alliance_id, authority=paper.authority_id).exclude(
        state__in=UNSHARED
    )
    plans = plans.filter(period__lt=paper.period) if paper.challenge_id is None and _early(paper) else plans
    newest = plans.order_by("-period", "-number").values("pk")[:1]
    last = Progress.objects.filter(action=OuterRef("pk")).order_by("-on", "-at")
    found = PlanAction.objects.filter(plan=Subquery(newest)).select_related("plan").order_by("place", "pk")
    acts = list(
        found.annotate(now=Subquery(last.values("state")[:1]), told=Subquery(last.values("text")[:1]))
    )
    rows = []
    for act in acts:
        due = words.day(act.due) if act.due else "no day set"
        state = PROGRESS[act.now] if act.now else "Nothing reported yet"
        rows.append([act.text, act.owner, due, state, act.told or ""])
    title = f"The plan of {acts[0].plan.period}" if acts else "Last year’s plan"
    return _listed(title, _ACTIONS, rows, "There is no signed development plan to look back on in Concord.")


_ACTIONS = ("Action", "Owner", "Due", "How it stands", "What was said")


def _early(paper: Paper) -> bool:
    return paper.document == SELF_EVALUATION


def _judgements(paper: Paper) -> Listed:
    """The newest ILACS judgement, area by area."""
    found = authorities.judgements(paper.authority).first()
    empty = "No judgement is recorded."
    if found is None:
        return _listed("Ofsted’s latest judgement", _AREAS, [], empty)
    title = f"Ofsted’s latest judgement, published on {words.day(found.published)}"
    areas = (
        ("Overall", found.overall),
        ("Leaders", found.leaders),
        ("Help and protection", found.help_and_protection),
        ("Children in care", found.in_care),
        ("Care leavers", found.care_leavers),
    )
    return _listed(title, _AREAS, [[area, grade.capitalize()] for area, grade in areas if grade], empty)


_AREAS = ("Area", "Judgement")
LISTS: dict[str, Callable[[Paper], Listed]] = {
    "exceptions": _exceptions,
    "progress": _progress,
    "judgements": _judgements,
}

"""A development plan as a text: what is strong, what is to be done and how it goes, who signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from concord.outputs.blocks import Block, Grid, Heading, Items, Run, Signatures, Text, prose, say

NONE = "None is named."


@dataclass(frozen=True, slots=True)
class Act:
    """An action in words: ``measure`` with its baseline and aim, ``stands`` how it goes now, "" before anybody said."""

    text: str
    owner: str
    due: str
    measure: str = ""
    stands: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """An area for development, and what is done about it; the title is empty for actions of no area."""

    title: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a peer asked of the plan, and the answer; "" while there is none."""

    by: str
    text: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class PlanText:
    """A plan as it is printed. ``followed``: it is signed, so that its table says how each action goes."""

    title: str
    summary: str
    strengths: tuple[str, ...]
    areas: tuple[Area, ...]
    support: tuple[str, ...]
    asked: tuple[Asked, ...] = ()
    followed: bool = False
    signatures: Signatures | None = None
    facts: tuple[tuple[str, str], ...] = ()


def of(page: Any, facts: tuple[tuple[str, str], ...] = (), signatures: Signatures | None = None) -> PlanText:
    """A plan as ``queries.plans.page_of`` gives it."""
    areas = tuple(
        Area(
            area.point.text if area.point else "",
            tuple(Act(a.action.text, a.action.owner, a.due, a.measure, a.stands) for a in area.actions),
        )
        for area in page.areas
    )
    return PlanText(
        page.title,
        page.plan.summary,
        tuple(p.text for p in page.strengths),
        areas,
        tuple(p.text for p in page.support),
        tuple(Asked(c.by, c.text, c.answer) for c in page.challenged),
        page.followed,
        signatures,
        facts,
    )


def document(plan: PlanText, over: str) -> Text:
    """The plan by itself, with its places to sign."""
    blocks = list(inside(plan, 1))
    if plan.asked:
        blocks += [Heading("What peers asked, and the answers", 1), _asked(plan)]
    if plan.signatures:
        blocks += [Heading("Signed", 1), plan.signatures]
    return Text(plan.title, over, plan.facts, tuple(blocks))


def inside(plan: PlanText, level: int) -> Iterator[Block]:
    """The plan within another text, its headings at a level."""
    if plan.summary:
        yield from prose(plan.summary, level)
    yield Heading("Strengths", level)
    yield listed(plan.strengths)
    yield Heading("Areas for development", level)
    if not plan.areas:
        yield say(NONE)
    for number, area in enumerate(plan.areas, 1):
        yield Heading(f"{number}. {area.title}" if area.title else "Other actions", level + 1)
        yield _acts(area, plan.followed)
    yield Heading("Support wanted", level)
    yield listed(plan.support)


def listed(texts: tuple[str, ...]) -> Block:
    """A list, or that there is nothing to list."""
    return Items(tuple((0, (Run(text),)) for text in texts)) if texts else say(NONE)


def _acts(area: Area, followed: bool) -> Block:
    if not area.acts:
        return say("Nothing is planned yet.")
    many = 5 if followed else 4
    head = ("What will be done", "Who sees to it", "By when", "How it will be known", "How it goes")[:many]
    rows = ((a.text, a.owner, a.due, a.measure, a.stands or "Nothing was said yet") for a in area.acts)
    return Grid("", head, tuple(row[:many] for row in rows), (5.0, 2.6, 2.2, 4.0, 4.0)[:many])


def _asked(plan: PlanText) -> Block:
    rows = tuple((a.by, a.text, a.answer or "Not answered yet") for a in plan.asked)
    return Grid("", ("Who asked", "What was asked", "The answer"), rows, (3, 6, 6))

"""Reading what reviewers read and ask: readings (each alone until all have sent), lines of enquiry, suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

import catalogue
from concord.queries import analysis
from concord.queries.papers import form_of
from concord.queries.standing import Standing
from concord.records.models import Challenge, LineOfEnquiry, Pack, Paper, Reading, Section
from concord.rules.access import Actor
from concord.rules.challenge import READERS, READS
from concord.rules.enquiry import LINE, SOURCES, Claim, Suggestion, unsupported
from concord.rules.seats import TAKEN

MOST = 4
"""Suggestions from figures: as many as a meeting can talk about."""
ODDS = 0.05  # p under which a distance from the region is more than it usually is


@dataclass(frozen=True, slots=True)
class Readings:
    """One's own reading, and the others' once they are open to all; before that not even their number."""

    mine: Reading | None
    reads: bool
    others: tuple[Reading, ...]
    opened: bool


def readings_for(actor: Actor, challenge: Challenge, opened: bool) -> Readings:
    """What somebody may read of the readings. Those who do not read the papers see none."""
    rows = Reading.objects.filter(seat__challenge=challenge).select_related("seat__person", "seat__authority")
    sits = challenge.seats.filter(
        person=actor.person, role__in=READS.split()[1:], state__in=TAKEN, ended_at=None
    ).exists()
    mine = rows.filter(seat__person=actor.person).first() if sits else None
    others = rows.filter(sent_at__isnull=False).order_by("pk") if opened and sits else rows.none()
    return Readings(mine, sits, tuple(r for r in others if r != mine), opened)


def readers_of(challenge: Challenge) -> int:
    """How many readings are waited for."""
    return challenge.seats.filter(role__in=READERS, state__in=TAKEN, ended_at=None).count()


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line of enquiry in words."""

    row: LineOfEnquiry
    label: str
    origin: str
    indicator: str
    moves: tuple[tuple[str, str], ...]


def lines_of(challenge: Challenge) -> list[LineNow]:
    """Every line, in its order. One query."""
    known = catalogue.indicators()
    return [
        LineNow(
            line,
            LINE.states[line.state],
            SOURCES[line.source],
            known[line.indicator].name if line.indicator in known else "",
            tuple((move.name, move.label) for move in LINE.open_to(line.state)),
        )
        for line in LineOfEnquiry.objects.filter(challenge=challenge)
    ]


def suggestions(standing: Standing, challenge: Challenge, lines: Sequence[LineNow]) -> list[Suggestion]:
    """What Concord suggests to ask, from the figures and the claims, without what was taken up already."""
    taken = {(x.row.source, x.row.indicator or x.row.section) for x in lines}
    found = [*_from_data(standing, challenge), *unsupported(claims_of(challenge))]
    return [s for s in found if (s.source, s.indicator or s.section) not in taken]


def papers_of(challenge: Challenge) -> tuple[Paper | None, Pack | None]:
    """What reviewers read: the host's self-evaluation of the year, handed in, and the newest pack. Two queries."""
    paper = _self_evaluation(challenge)
    pack = Pack.objects.filter(challenge=challenge).order_by("-number").first()
    return paper, pack


def _self_evaluation(challenge: Challenge) -> Paper | None:
    papers = Paper.objects.filter(
        alliance=challenge.alliance_id,
        authority=challenge.authority_id,
        period=challenge.year,
        document="self-evaluation",
        submitted_at__isnull=False,
    )
    return papers.order_by("-submitted_at").first()


def claims_of(challenge: Challenge) -> list[Claim]:
    """The sections of the host's self-evaluation of the year, as handed in."""
    paper = _self_evaluation(challenge)
    if paper is None:
        return []
    titles = {section.key: section.title for section in form_of(paper).sections}
    rows = Section.objects.filter(paper=paper).annotate(
        files=Count("evidence", filter=Q(evidence__removed_at=None))
    )
    by_key = {row.key: row for row in rows}
    return [
        Claim(key, title, by_key[key].text, by_key[key].grade, by_key[key].files)
        for key, title in titles.items()
        if key in by_key
    ]


def _from_data(standing: Standing, challenge: Challenge) -> list[Suggestion]:
    """The indicators on which the host lies furthest from its region, more than chance and the usual spread bring.

    What a benchmark shows to every member, and no more: where to look is shared more narrowly.
    """
    dataset = next((d.key for d in standing.charter.datasets if d.every == "quarter"), "")
    release = analysis.newest_release(challenge.alliance, dataset)
    view = analysis.authority_view(release, challenge.authority.code) if release else None
    if view is None:
        return []
    far = [x for x in view.lines if x.row.p is not None and x.row.p < ODDS and not x.row.small]
    far = [x for x in far if x.row.fifth != "top"]  # a strength is no line of enquiry
    far.sort(key=lambda x: x.row.p or 0.0)
    return [
        Suggestion(
            "data",
            f"{x.indicator.name}: what lies behind it, and what is being done?",
            " ".join(x.row.sayings[:2]),
            indicator=x.indicator.id,
        )
        for x in far[:MOST]
    ]

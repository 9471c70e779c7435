"""What a challenge group writes: a record together, a reflection each; nobody reads along before its time."""

from __future__ import annotations

import pytest
from tests.factories import actor, client_of, east_midlands
from tests.integration.papers.test_papers import Place, fresh, save

from concord.actions import papers
from concord.actions._run import Invalid, Refused
from concord.queries import papers as queries
from concord.records.models import Challenge, Paper
from concord.rules import access
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return Place(east_midlands, "self-evaluation", "831")


def opens(by: Actor, paper: Paper) -> bool:
    ability = queries.reads(alliance=paper.alliance.key, number=paper.pk)
    decision = access.decide(by, ability, queries.facts_of(fresh(paper)))
    page = client_of(by).get(f"/alliances/{paper.alliance.key}/papers/{paper.pk}/")
    assert page.status_code == (200 if decision.allowed else 403)
    return decision.allowed


def begin(by: Actor, template: str, place: Place) -> Paper:
    return papers.begin(by=by, alliance=place.alliance, authority=place.authority, template=template,
                        period="2026-27", challenge=Challenge.objects.get())  # fmt: skip


def test_a_reflection_is_its_writers_own_until_it_is_handed_in(place: Place) -> None:
    lead = place.seat("lead", "director", "830")
    triad = place.seat("triad", "director", "855")
    outside = actor(place.alliance, "director", code="925")
    mine, theirs = begin(lead, "reflection", place), begin(triad, "reflection", place)
    assert mine.pk != theirs.pk
    assert begin(lead, "reflection", place) == mine
    assert [opens(by, mine) for by in (lead, triad, place.director, outside)] == [True, False, False, False]
    with pytest.raises(Refused, match="only the person who writes it"):
        save(triad, mine, "worked", "In your words")
    for key in ("worked", "differently", "take-home"):
        save(lead, mine, key, "The questions came late.")
    papers.submit(by=lead, paper=mine)
    assert [opens(by, mine) for by in (lead, triad, outside)] == [True, True, False]
    with pytest.raises(Refused):
        begin(outside, "reflection", place)


def test_a_record_is_written_by_the_team_and_read_by_the_host_when_it_is_done(place: Place) -> None:
    lead = place.seat("lead", "director", "830")
    triad = place.seat("triad", "director", "855")
    paper = begin(lead, "review-report", place)
    save(triad, paper, "summary", "Strong front door; visits late in one team.")
    assert [opens(by, paper) for by in (lead, triad, place.director)] == [True, True, False]
    with pytest.raises(Refused):
        save(place.director, paper, "summary", "Kinder words")
    save(lead, paper, "discussion", "Line by line.")
    papers.submit(by=lead, paper=paper)
    assert opens(place.director, paper)
    with pytest.raises(Invalid, match="belongs to a challenge"):
        papers.begin(by=lead, alliance=place.alliance, authority=place.authority, template="review-report",
                     period="2026-27")  # fmt: skip

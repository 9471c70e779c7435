"""Handing in the year's self-evaluation discharges the duty to do so; half-signed it does not."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import client_of, east_midlands, london
from tests.integration.papers.test_papers import Place, fresh, hand_in

from concord.actions import papers, sign_offs
from concord.queries import duties
from concord.queries import papers as queries
from concord.queries.membership import actor_of, today
from concord.records.models import Person

pytestmark = pytest.mark.django_db


def state(place: Place, clause: str, office: str = "director") -> str:
    place.alliance.refresh_from_db()
    setting = duties.setting_of(place.alliance, today(), date(2026, 4, 1), date(2027, 3, 31))
    found = duties.duties([setting], today())[place.alliance.key]
    (one,) = [
        d
        for d in found
        if (d.commitment.id, d.party.key, d.period, d.office) == (clause, place.code, "2026-27", office)
    ]
    return one.state


@pytest.mark.clause("L2.1a")
def test_london(db: None) -> None:
    place = Place(london, "self-assessment", "202")
    paper = place.written()
    assert state(place, "L2.1a") in ("due", "not-due")
    papers.submit(by=place.director, paper=paper)
    assert state(place, "L2.1a") == "done"
    papers.reopen(by=place.director, paper=paper, reason="A figure was wrong")
    assert state(place, "L2.1a") != "done"


@pytest.mark.clause("E1.6a")
def test_the_east_midlands(db: None) -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.written()
    before = state(place, "E1.6a")
    assert before in ("due", "not-due")
    hand_in(place, paper)
    assert state(place, "E1.6a") == "done"
    papers.reopen(by=place.director, paper=paper, reason="A figure was wrong")
    papers.save_section(by=place.writer, paper=fresh(paper), key="summary", text="Mended.", seen_version=1)
    papers.submit(by=place.director, paper=paper)
    assert state(place, "E1.6a") == before, "sent for signature is not handed in"


@pytest.mark.clause("E1.6a")
def test_a_signature_withdrawn_after_hand_in_is_owed_again_by_that_office_alone(db: None) -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.written()
    before = state(place, "E1.6a", "lead-member")
    hand_in(place, paper)
    member = actor_of(Person.objects.get(tenures__office="lead-member", tenures__authority=place.authority))
    what = queries.signable(fresh(paper))
    sign_offs.withdraw(by=member, what=what, office="lead-member", reason="A page was missing")
    assert fresh(paper).state == "submitted", "what was handed in stays handed in"
    assert state(place, "E1.6a", "lead-member") == before
    assert state(place, "E1.6a", "director") == state(place, "E1.6a", "chief-executive") == "done"
    page = (
        client_of(Person.objects.get(pk=place.director.person)).get(queries.link_of(paper)).content.decode()
    )
    assert "not signed in full" in page
    sign_offs.sign(by=member, what=what, office="lead-member", seen_hash=what.hash)
    assert state(place, "E1.6a", "lead-member") == "done"

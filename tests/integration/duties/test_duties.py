"""Duties computed from what the database holds, in both regions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from tests import factories

from concord.actions._run import SYSTEM
from concord.actions.collating import accept, reopen
from concord.actions.editions import renew
from concord.actions.people import appoint, end_tenure
from concord.actions.releases import make_release
from concord.actions.signatures import record_paper_signature, sign_memorandum, withdraw_signature
from concord.queries import duties as reading
from concord.queries.membership import actor_of
from concord.records.models import Alliance, Authority, Body, Edition, Entry, Person, Tenure, Variation
from concord.rules.duty import Obligation

from .conftest import TODAY
from .steps import returned

Key = tuple[str, str, str, str]


def states(alliance: Alliance, day: date = TODAY) -> dict[Key, Obligation]:
    """The duties by clause, party, office and period."""
    alliance.refresh_from_db()
    setting = reading.setting_of(alliance, day, date(2025, 4, 1), date(2027, 3, 31))
    found = reading.duties([setting], day)[alliance.key]
    return {(o.commitment.id, o.party.key, o.office, o.period): o for o in found}


CAMDEN_Q2 = ("L2.1c", "202", "data-lead", "2026-27Q2")


@pytest.mark.parametrize(
    ("edition", "clause", "code", "dataset"),
    [("london", "L2.1c", "202", "london-core-18"), ("east_midlands", "E1.6b", "830", "riia-31")],
)
def test_a_return_discharges_its_duty_on_the_day_it_was_first_sent(
    db: None, edition: str, clause: str, code: str, dataset: str, request: pytest.FixtureRequest
) -> None:
    alliance = request.getfixturevalue({"london": "london", "east_midlands": "east"}[edition])
    lead = factories.actor(alliance, "data-lead", code=code)
    key = (clause, code, "data-lead", "2026-27Q2")
    assert states(alliance)[key].state == "missed"
    ret = returned(lead, alliance, code, dataset, "2026-27Q2", date(2026, 11, 10))
    assert (states(alliance)[key].state, states(alliance)[key].done_on) == ("done", date(2026, 11, 10))
    # Sent back and sent again after the day: it was first sent in time.
    office = "analyst" if alliance.key == "london" else "data-specialist"
    analyst = factories.actor(alliance, office)
    reopen(by=analyst, ret=ret, reason="A shifted column")
    assert states(alliance)[key].state == "missed"
    returned(lead, alliance, code, dataset, "2026-27Q2", date(2026, 11, 19))
    assert states(alliance)[key].state == "done"


def test_a_release_discharges_the_analysts_half(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    analyst = factories.actor(london, "analyst")
    ret = returned(lead, london, "202", "london-core-18", "2026-27Q2", date(2026, 11, 10))
    key = ("L2.1c", "london", "analyst", "2026-27Q2")
    assert states(london)[key].state == "due"
    accept(by=analyst, ret=ret)
    make_release(by=analyst, alliance=london, dataset="london-core-18", period="2026-27Q2")
    assert (states(london)[key].state, states(london)[key].done_on) == ("done", TODAY)


@pytest.mark.parametrize(("name", "clause", "code"), [("london", "L5", "202"), ("east", "E0e", "830")])
def test_each_signature_discharges_its_own_office(
    db: None, name: str, clause: str, code: str, request: pytest.FixtureRequest
) -> None:
    alliance = request.getfixturevalue(name)
    manager = factories.actor(alliance, "programme-manager")
    edition = Edition.objects.get(alliance=alliance)
    authority = Authority.objects.get(code=code)
    record_paper_signature(
        by=manager, edition=edition, authority=authority, office="director", name="A. Director", on=TODAY
    )
    now = states(alliance)
    assert now[clause, code, "director", ""].state == "done-late"
    assert now[clause, code, "chief-executive", ""].state == "missed"


def test_a_withdrawn_signature_opens_the_duty_again(london: Alliance) -> None:
    director = factories.actor(london, "director", code="202")
    edition = Edition.objects.get(alliance=london)
    camden = Authority.objects.get(code="202")
    sign_memorandum(by=director, edition=edition, authority=camden, office="director", seen_hash=edition.hash)
    assert states(london)["L5", "202", "director", ""].state == "done-late"
    withdraw_signature(
        by=director, edition=edition, authority=camden, office="director", reason="The cabinet"
    )
    assert states(london)["L5", "202", "director", ""].state == "missed"


@pytest.mark.clause("E1.6c")
def test_naming_a_data_lead_discharges_the_duty_to_name_one(east: Alliance) -> None:
    key = ("E1.6c", "830", "director", "")
    assert states(east)[key].state == "due"
    tenure = Tenure.objects.get(person=factories.person(east, "data-lead", code="830"))
    assert states(east)[key].state == "done"
    end_tenure(by=SYSTEM, tenure=tenure, last_day=TODAY - timedelta(days=1))
    assert states(east)[key].state == "due"


def test_one_body_holds_the_office_for_both_its_authorities(east: Alliance) -> None:
    trust = Body.objects.get(answers__authority__code="940")
    appoint(
        by=SYSTEM,
        alliance=east,
        office="data-lead",
        email="trust@example.org",
        name="The trust’s data lead",
        starts=TODAY,
        body=trust,
    )
    now = states(east)
    assert {now["E1.6c", code, "director", ""].state for code in ("940", "941")} == {"done"}
    assert now["E1.6c", "830", "director", ""].state == "due"


def vary(alliance: Alliance, **more: object) -> None:
    Variation.objects.create(
        alliance=alliance,
        authority=Authority.objects.get(code="202"),
        state="agreed",
        commitments=["L2.1c"],
        reason="In intervention",
        starts=date(2026, 10, 1),
        proposed_by="A",
        proposed_side="authority",
        agreed_by="B",
        agreed_at=datetime(2026, 9, 20, tzinfo=UTC),
        **more,
    )
    renew(alliance)


def test_an_agreed_variation_waives_and_shows_the_leads_agreement(london: Alliance) -> None:
    vary(london, effect="waive")
    now = states(london)
    assert now[CAMDEN_Q2].state == "waived"
    assert now["L2.1c", "202", "data-lead", "2026-27Q1"].state == "missed"
    assert now["L1.3b", "north", "sub-regional-lead", ""].state == "done"
    assert ("L1.3b", "east", "sub-regional-lead", "") not in now


def test_a_changed_due_rule_moves_the_day(london: Alliance) -> None:
    vary(london, effect="change", due="60 working days after the quarter ends")
    assert states(london)[CAMDEN_Q2].due == date(2026, 12, 23)
    assert states(london)[CAMDEN_Q2].state == "due"


def test_a_change_of_holder_moves_open_duties(london: Alliance) -> None:
    old = factories.actor(london, "data-lead", code="202")
    duty = states(london)[CAMDEN_Q2]
    assert reading.mine(old.holdings, "london", duty)
    new = appoint(
        by=SYSTEM,
        alliance=london,
        office="data-lead",
        email="new@example.org",
        name="New lead",
        starts=TODAY,
        authority=Authority.objects.get(code="202"),
        succeeds=True,
    ).person
    assert reading.mine(actor_of(new).holdings, "london", duty)
    assert not reading.mine(actor_of(Person.objects.get(pk=old.person)).holdings, "london", duty)


def test_one_query_however_many_alliances(london: Alliance, east: Alliance) -> None:
    settings = [reading.setting_of(a, TODAY, date(2026, 4, 1), date(2027, 3, 31)) for a in (london, east)]
    with CaptureQueriesContext(connection) as queries:
        reading.duties(settings, TODAY)
    assert len(queries) == 1


def test_what_fell_due_before_the_alliance_came_is_nobodys_fault(db: None) -> None:
    alliance = factories.london()
    assert Entry.objects.exists()
    now = states(alliance)
    assert now["L2.1c", "202", "data-lead", "2026-27Q2"].state == "untracked"
    assert now["L2.1c", "202", "data-lead", "2026-27Q3"].state == "not-due"
    assert now["L5", "202", "director", ""].due == date(2027, 2, 20)


def test_every_task_leads_to_an_address_that_exists(london: Alliance, east: Alliance) -> None:
    for alliance in (london, east):
        for duty in states(alliance).values():
            path = reading.link(alliance.key, duty)
            try:
                resolve(path)
            except Resolver404:
                pytest.fail(f"{duty.key}: {path} is no address")

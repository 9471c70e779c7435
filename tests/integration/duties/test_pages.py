"""The first page, the board, the memorandum live, a clause, a duty, the alliance: what each reader sees."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories

from concord.actions._run import SYSTEM
from concord.actions.collating import query
from concord.actions.participation import set_participation
from concord.actions.people import appoint, delegate
from concord.actions.variations import Terms, propose_variation
from concord.queries.membership import actor_of
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Entry, Person, Tenure

from .conftest import TODAY
from .steps import returned


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return " ".join(response.content.decode().split())


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next."""
    return page.split(heading, 1)[1].split("<h2", 1)[0] if heading in page else ""


# --- the first page -------------------------------------------------------------------------------------------


def test_a_stranger_is_told_what_concord_is(london: Alliance, east: Alliance) -> None:
    page = text(Client(), "/")
    assert "Sign in" in page
    assert "/alliances/east-midlands/memorandum/" in page


def test_a_stranger_is_told_where_no_alliance_is_yet(db: None) -> None:
    assert "concord charter load" in text(Client(), "/")


@pytest.mark.parametrize(
    ("name", "code", "clause", "board"),
    [("london", "202", "2.1c", "london-core-18"), ("east", "830", "1.6b", "riia-31")],
)
def test_a_data_lead_sees_the_return_first_with_its_clause_and_date(
    db: None, name: str, code: str, clause: str, board: str, request: pytest.FixtureRequest
) -> None:
    alliance = request.getfixturevalue(name)
    page = text(factories.client_of(factories.actor(alliance, "data-lead", code=code)), "/")
    todo = section(page, "To do now")
    assert f"/alliances/{alliance.key}/returns/{board}/2026-27Q2/{code}/" in todo
    assert "Due 9 days ago, Wednesday 11 November 2026" in todo
    assert f"Clause {clause}" in todo
    assert todo.index("2026-27Q1") < todo.index("2026-27Q2")
    assert "Friday 12 February 2027" in section(page, "In the next three months")


def test_two_clauses_that_one_return_discharges_are_one_task(east: Alliance) -> None:
    todo = section(
        text(factories.client_of(factories.actor(east, "data-lead", code="830")), "/"), "To do now"
    )
    assert todo.count("/returns/riia-31/2026-27Q2/830/") == 1
    assert "Clause 1.5a" in todo
    assert "Clause 1.6b" in todo


def test_a_director_sees_what_others_of_the_authority_owe(london: Alliance) -> None:
    page = text(factories.client_of(factories.actor(london, "director", code="202")), "/")
    assert "/returns/london-core-18/2026-27Q2/202/" not in section(page, "To do now")
    waiting = section(page, "Waiting on others")
    assert "Data lead, Camden" in waiting
    assert "Barnet" not in waiting
    # What Concord does not keep yet is told apart.
    assert "pan-London summit" in section(page, "not kept in Concord yet")


def test_the_analyst_sees_returns_to_look_at_and_who_is_still_out(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    returned(lead, london, "202", "london-core-18", "2026-27Q2", date(2026, 11, 10))
    page = text(factories.client_of(factories.actor(london, "analyst")), "/")
    assert "Look at 1 return, then accept or query" in section(page, "To do now")
    assert "Due in 5 days, Wednesday 25 November 2026" in section(page, "To do now")
    assert "and 29 others" in section(page, "Waiting on others")


def test_a_queried_return_comes_back_to_its_authority(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    ret = returned(lead, london, "202", "london-core-18", "2026-27Q2", date(2026, 11, 10))
    client = factories.client_of(lead)
    assert "Your return was sent" in section(text(client, "/"), "Waiting on others")
    query(by=factories.actor(london, "analyst"), ret=ret, question="Why is everything missing?")
    page = text(client, "/")
    assert "Answer the questions about your return" in section(page, "To do now")
    assert "Asked about" in section(page, "What changed since")


def test_a_duty_follows_the_office_to_its_next_holder(london: Alliance) -> None:
    old = factories.actor(london, "data-lead", code="202")
    address = "/returns/london-core-18/2026-27Q2/202/"
    assert address in text(factories.client_of(old), "/")
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
    assert address in section(text(factories.client_of(new), "/"), "To do now")
    assert address not in text(factories.client_of(old), "/")


def test_a_delegate_has_what_they_were_lent_and_no_more(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    helper = factories.person(london, "improvement-lead", code="203")
    tenure = Tenure.objects.get(person=lead.person)
    address = "/returns/london-core-18/2026-27Q2/202/"
    delegate(by=lead, tenure=tenure, to=helper, abilities=["return.prepare"], starts=TODAY, ends=TODAY)
    assert address not in text(factories.client_of(helper), "/")
    delegate(by=lead, tenure=tenure, to=helper, abilities=["return.submit"], starts=TODAY, ends=TODAY)
    page = section(text(factories.client_of(helper), "/"), "To do now")
    assert address in page
    assert "Delegated to you by" in page


def test_somebody_without_an_office_is_told_so(london: Alliance) -> None:
    nobody = Person.objects.create(email="nobody@example.org", name="Nobody")
    assert "You hold no office today" in text(factories.client_of(nobody), "/")


def test_offices_in_both_regions_come_together_on_one_page(london: Alliance, east: Alliance) -> None:
    both = factories.person(london, "data-lead", code="202")
    appoint(
        by=SYSTEM,
        alliance=east,
        office="data-lead",
        email=both.email,
        name=both.name,
        starts=TODAY,
        authority=Authority.objects.get(code="830"),
    )
    todo = section(text(factories.client_of(both), "/"), "To do now")
    assert "Camden, London" in todo
    assert "Derbyshire, East Midlands" in todo


def test_seen_changes_go_and_later_ones_come(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    analyst = factories.client_of(factories.actor(london, "analyst"))
    returned(lead, london, "202", "london-core-18", "2026-27Q2", date(2026, 11, 10))
    assert "Submitted number 1" in section(text(analyst, "/"), "What changed since")
    until = datetime(2026, 11, 20, 9, tzinfo=UTC)
    response = analyst.post("/news/seen/", {"until": until.isoformat()}, follow=True)
    page = " ".join(response.content.decode().split())
    assert "Submitted number 1" not in page
    assert "Nothing that you may see has changed" in page
    with time_machine.travel(until + timedelta(hours=3), tick=False):
        other = factories.actor(london, "data-lead", code="203")
        returned(other, london, "203", "london-core-18", "2026-27Q2", date(2026, 11, 20))
        assert "Greenwich" in section(text(analyst, "/"), "What changed since")


@pytest.mark.parametrize("until", ["", "yesterday", "2026-11-20", "2026-13-45T00:00:00Z", "9" * 400])
def test_a_nonsensical_moment_changes_nothing(london: Alliance, until: str) -> None:
    somebody = factories.person(london, "data-lead", code="202")
    response = factories.client_of(somebody).post("/news/seen/", {"until": until}, follow=True)
    assert "out of date" in response.content.decode()
    assert Person.objects.get(pk=somebody.pk).seen_until is None


def test_changes_are_told_only_to_those_who_may_see_the_record(london: Alliance, east: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    returned(lead, london, "202", "london-core-18", "2026-27Q2", date(2026, 11, 10))
    told = {
        name: "Submitted number 1" in text(factories.client_of(factories.actor(of, office, **place)), "/")
        for name, of, office, place in (
            ("own", london, "director", {"code": "202"}),
            ("other", london, "director", {"code": "203"}),
            ("analyst", london, "analyst", {}),
            ("dfe", london, "dfe-officer", {}),
            ("east", east, "data-specialist", {}),
        )
    }
    assert told == {"own": True, "other": False, "analyst": True, "dfe": False, "east": False}


# --- who sees the pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "member", "dfe", "east_", "stranger"),
    [
        ("/alliances/london/", 200, 200, 200, 200),
        ("/alliances/london/memorandum/", 200, 200, 200, 200),
        ("/alliances/london/memorandum/L2.1c/", 200, 200, 200, 200),
        ("/alliances/london/memorandum/E1.1/", 404, 404, 404, 404),
        ("/alliances/london/duties/", 200, 200, 403, 302),
        ("/alliances/london/duties/L2.1c/203/", 200, 200, 403, 302),
        ("/alliances/london/duties/L5/203/", 200, 403, 403, 302),
        ("/alliances/london/duties/L3.5a/203/", 403, 403, 403, 302),
        ("/alliances/london/duties/L2.1c/999/", 404, 404, 404, 404),
        ("/alliances/london/duties/L9/203/", 404, 404, 404, 404),
        ("/alliances/paris/duties/", 404, 404, 404, 404),
    ],
)
def test_each_reader_opens_what_the_charter_gives_them(
    london: Alliance, east: Alliance, path: str, member: int, dfe: int, east_: int, stranger: int
) -> None:
    readers = {
        factories.client_of(factories.actor(london, "director", code="202")): member,
        factories.client_of(factories.actor(london, "dfe-officer")): dfe,
        factories.client_of(factories.actor(east, "director", code="830")): east_,
        Client(): stranger,
    }
    assert [client.get(path).status_code for client in readers] == list(readers.values())


def test_the_dfe_sees_the_column_that_is_shared_with_it_alone(london: Alliance) -> None:
    page = text(factories.client_of(factories.actor(london, "dfe-officer")), "/alliances/london/duties/")
    assert "/duties/L2.1c/202/" in page
    assert "/duties/L5/202/" not in page


@pytest.mark.parametrize(("region", "shared"), [("london", "L2.1c"), ("east", "E1.6b")])
def test_the_board_of_the_dfe_has_no_cell_of_another_duty(
    request: pytest.FixtureRequest, region: str, shared: str
) -> None:
    alliance: Alliance = request.getfixturevalue(region)

    def cells(office: str, **place: str) -> set[str]:
        client = factories.client_of(factories.actor(alliance, office, **place))
        page = text(client, f"/alliances/{alliance.key}/duties/")
        return set(re.findall(rf"/alliances/{alliance.key}/duties/([\w.]+)/", page))

    assert cells("dfe-officer") == {shared}
    code = "202" if region == "london" else "831"
    assert cells("director", code=code) > {shared}


def test_a_stranger_reads_the_text_without_anybodys_state(london: Alliance) -> None:
    for path in ("memorandum/", "memorandum/L2.1c/", ""):
        page = text(Client(), f"/alliances/london/{path}")
        assert "app-state--" not in page
        assert "Hackney" not in page


def test_another_sub_regions_variation_is_not_seen(london: Alliance) -> None:
    director = factories.actor(london, "director", code="202")
    factories.actor(london, "sub-regional-lead", sub_region="north")
    propose_variation(
        by=director,
        alliance=london,
        authority=Authority.objects.get(code="202"),
        side="authority",
        terms=Terms("waive", ("L2.1c",), "In intervention", TODAY, date(2027, 3, 31)),
    )
    page = "/alliances/london/memorandum/L1.3b/"
    own = factories.client_of(actor_of(Person.objects.get(pk=director.person)))
    other = factories.client_of(factories.actor(london, "director", code="203"))
    assert "/duties/L1.3b/north/" in text(own, page)
    assert "/duties/L1.3b/north/" not in text(other, page)


# --- the board ------------------------------------------------------------------------------------------------


@pytest.fixture
def board(london: Alliance) -> Client:
    lead = factories.actor(london, "data-lead", code="202")
    returned(lead, london, "202", "london-core-18", "2026-27Q2", date(2026, 11, 10))
    return factories.client_of(factories.actor(london, "director", code="203"))


def test_the_board_shows_each_authority_and_says_what_a_cell_means(board: Client) -> None:
    page = text(board, "/alliances/london/duties/")
    assert "Camden, clause 2.1c, July to September 2026: done" in page
    assert "Barnet, clause 2.1c, July to September 2026: missed" in page
    assert page.count('th scope="row"') == 33


def test_the_board_is_narrowed_by_year_place_authority_and_commitment(board: Client) -> None:
    path = "/alliances/london/duties/"
    assert text(board, f"{path}?sub_region=north").count('th scope="row"') == 8
    assert "October to December 2024" in text(board, f"{path}?year=2024-25&authority=202")
    one = text(board, f"{path}?authority=202")
    assert "Barnet" not in one.split("</form>", 1)[1]
    column = text(board, f"{path}?commitment=L5")
    assert "/duties/L2.1c/" not in column


@pytest.mark.parametrize(
    "query", ["year=1066-67", "year=x", "authority=999", "sub_region=moon", "commitment=L99"]
)
def test_a_choice_that_there_is_not_is_no_error(board: Client, query: str) -> None:
    text(board, f"/alliances/london/duties/?{query}")


def test_a_limited_authority_shows_what_it_did_not_agree_to(london: Alliance) -> None:
    set_participation(
        by=factories.actor(london, "programme-manager"),
        alliance=london,
        authority=Authority.objects.get(code="202"),
        level="limited",
        starts=date(2026, 10, 1),
        agreed=["L1.3a", "L5"],
        note="",
    )
    page = text(
        factories.client_of(factories.actor(london, "director", code="203")), "/alliances/london/duties/"
    )
    assert "Camden, clause 2.1c, July to September 2026: not agreed to" in page
    todo = text(factories.client_of(factories.actor(london, "data-lead", code="202")), "/")
    assert "/2026-27Q2/202/" not in section(todo, "To do now")


# --- the memorandum and the alliance --------------------------------------------------------------------------


def test_the_memorandum_has_every_clause_and_how_many_did_it(board: Client) -> None:
    page = text(board, "/alliances/london/memorandum/")
    for clause in ("1.1", "2.1o", "3.6", "5"):
        assert f"Clause {clause}" in page
    assert "1 done" in page
    assert "32 missed" in page


def test_a_clause_says_what_is_the_readers_own_to_do(london: Alliance) -> None:
    lead = factories.client_of(factories.actor(london, "data-lead", code="202"))
    page = text(lead, "/alliances/london/memorandum/L2.1c/")
    assert "/returns/london-core-18/2026-27Q2/202/" in section(page, "What is yours to do")
    assert "through the Data lead" in page
    other = factories.client_of(factories.actor(london, "director", code="203"))
    assert "What is yours to do" not in text(other, "/alliances/london/memorandum/L2.1c/")


def test_every_clause_of_both_regions_has_a_page(london: Alliance, east: Alliance) -> None:
    for alliance in (london, east):
        alliance.refresh_from_db()
        client = factories.client_of(factories.actor(alliance, "chair"))
        for commitment in standing_of(alliance, TODAY).charter.commitments:
            page = text(client, f"/alliances/{alliance.key}/memorandum/{commitment.id}/")
            assert commitment.duty in page.replace("&#39;", "'")


def test_a_duty_shows_each_time_it_fell_due(board: Client) -> None:
    page = text(board, "/alliances/london/duties/L2.1c/202/")
    assert "10 November 2026" in page
    assert "/returns/london-core-18/2026-27Q2/202/" in page


def test_the_alliance_at_a_glance(board: Client, london: Alliance) -> None:
    page = text(board, "/alliances/london/")
    assert "Still out: Barking and Dagenham" in page
    assert "In 5 days, Wednesday 25 November 2026" in page
    assert "North London" in page


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 10),
        ("/alliances/london/duties/", 10),
        ("/alliances/london/memorandum/", 10),
        ("/alliances/london/memorandum/L2.1c/", 10),
        ("/alliances/london/duties/L2.1c/202/", 10),
        ("/alliances/london/", 15),
    ],
)
def test_pages_take_as_many_queries_for_many_returns_as_for_none(
    london: Alliance, path: str, most: int
) -> None:
    client = factories.client_of(factories.actor(london, "analyst"))

    def count() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            text(client, path)
        return len(queries)

    before = count()
    for code in ("202", "203", "204", "205", "206", "207"):
        lead = factories.actor(london, "data-lead", code=code)
        returned(lead, london, code, "london-core-18", "2026-27Q2", date(2026, 11, 10))
    assert count() == before <= most
    assert Entry.objects.exists()


def test_reading_writes_nothing(london: Alliance) -> None:
    client: Any = factories.client_of(factories.actor(london, "analyst"))
    before = Entry.objects.count()
    for path in ("/", "/alliances/london/duties/", "/alliances/london/memorandum/"):
        text(client, path)
    assert Entry.objects.count() == before

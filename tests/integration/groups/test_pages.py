"""The pages of groups, conflicts and the register, as forms are sent without scripts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.factories import actor, client_of, east_midlands, london

from concord.actions import challengers
from concord.queries.home import Home, home
from concord.queries.membership import actor_of, alliances
from concord.queries.standing import standing_of
from concord.records.models import (
    Alliance,
    Authority,
    Challenge,
    Challenger,
    Conflict,
    Person,
    Round,
    Tenure,
    TrainingNeed,
    Wish,
)
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(page.split())


def send(client: Client, address: str, follow: bool = True, **form: object) -> str:
    answer = client.post(address, form, follow=follow)
    assert answer.status_code == 200, (address, answer.status_code)
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(page.split())


def day(name: str, when: date) -> dict[str, int]:
    return {f"{name}-day": when.day, f"{name}-month": when.month, f"{name}-year": when.year}


def with_directors(of: Alliance, sub_region: str = "") -> dict[str, Person]:
    found = {}
    for m in standing_of(of, TODAY).taking_part:
        if not sub_region or m.sub_region == sub_region:
            made = actor(of, "director", code=m.code)
            found[m.code] = Person.objects.get(pk=made.person)
    return found


@pytest.mark.clause("L3.2")
def test_a_london_lead_proposes_wishes_changes_and_agrees_by_hand() -> None:
    of = london()
    directors = with_directors(of, "north")
    lead = client_of(actor(of, "sub-regional-lead", sub_region="north"))
    home = "/alliances/london/groups/"
    assert "Propose groups" in text(lead, home)
    page = send(lead, f"{home}begin/2026-27/north/")
    row = Round.objects.get()
    one = f"{home}{row.pk}/"
    assert "No grouping that keeps what must hold costs less than" in page
    assert "This is proven" in page
    # peers do not see it before it is agreed
    camden = client_of(directors["202"])
    assert camden.get(one).status_code == 403
    assert "not agreed yet" in text(camden, home)
    # a wish, its refusal with what was typed, and the proposal again
    page = send(lead, one, do="wish", one="202", kind="apart", other="206", must="on", reason="")
    assert "Say why it must be, whatever it costs" in page
    page = send(
        lead, one, do="wish", one="202", kind="apart", other="206", must="on", reason="One director for both"
    )
    assert "Something changed since this was proposed" in page
    send(lead, one, do="propose", **{"repeat": 4, "mix": 2, "travel": 1, "sub-region": 1, "wish": 3})
    row.refresh_from_db()
    assert not any({"202", "206"} <= set(g["members"]) for g in row.groups)
    assert Wish.objects.count() == 1
    # a change by hand: its cost first, then done
    first, second = row.groups[0]["members"], row.groups[1]["members"]
    a = next(c for c in first if c not in ("202", "206"))
    b = next(c for c in second if c not in ("202", "206"))
    tried = text(lead, f"{one}?one=0.members.{a}&other=1.members.{b}")
    assert "change places" in tried
    assert "above the best" in tried
    page = send(lead, one, do="swap", version=row.version, one=f"0.members.{a}", other=f"1.members.{b}")
    assert "These groups were changed by hand and cost" in page
    # two hands at once are told
    page = send(lead, one, do="swap", version=row.version, one=f"0.members.{b}", other=f"1.members.{a}")
    assert "changed meanwhile" in page
    row.refresh_from_db()
    page = send(lead, one, do="agree", version=row.version)
    assert "The groups are agreed" in page
    assert Challenge.objects.filter(round=row).count() == 8
    workspace = text(lead, home)
    assert "Timetable and state of each challenge" in workspace
    assert "director of 202" in workspace, "who has not answered is named"
    assert "Sub-regional summit" in workspace
    assert "Group 1" in text(camden, one)
    assert "Timetable" not in text(camden, home)
    # nothing has begun, so they can be formed anew, with a reason
    assert "Form these groups anew" not in text(camden, one)
    assert "Form these groups anew" in text(lead, one)
    assert "Why they are formed anew" in send(lead, one, do="reopen", reason="")
    page = send(lead, one, do="reopen", reason="A director has left")
    assert "The groups are open again" in page
    assert "Opened again on" in page
    assert "A director has left" in page
    assert camden.get(one).status_code == 403
    row.refresh_from_db()
    assert "The groups are agreed" in send(lead, one, do="agree", version=row.version)


def test_an_east_midlands_rota_shows_who_does_what_once() -> None:
    of = east_midlands()
    with_directors(of)
    keeper = client_of(actor(of, "co-ordinator"))
    home = "/alliances/east-midlands/groups/"
    page = send(keeper, f"{home}begin/2026-27/alliance/")
    assert "What each director does" in page
    assert "Northamptonshire Children’s Trust answers for both" in page
    row = Round.objects.get()
    one = f"{home}{row.pk}/"
    hosts = {g["host"]: n for n, g in enumerate(row.groups)}
    derby, rutland = row.groups[hosts["831"]], row.groups[hosts["857"]]
    tried = text(
        keeper, f"{one}?one={hosts['831']}.lead.{derby['lead']}&other={hosts['857']}.lead.{rutland['lead']}"
    )
    assert "change places" in tried
    assert keeper.post(one, {"do": "nothing"}).status_code == 404
    assert keeper.post(f"{home}begin/2026-27/north/").status_code == 404
    page = send(keeper, one, do="agree", version="0")
    assert "changed meanwhile" in page


@pytest.mark.clause("E2.2b")
def test_a_person_declares_a_conflict_and_whoever_forms_the_groups_waives_it() -> None:
    of = east_midlands()
    director = client_of(actor(of, "director", code="831"))
    keeper = client_of(actor(of, "co-ordinator"))
    stranger = client_of(actor(of, "lead-member", code="856"))
    home = "/alliances/east-midlands/conflicts/"
    page = send(director, home, authority="830", nature="", what="")
    assert "Answer “What kind it is”" in page
    send(director, home, authority="830", nature="family", what="My brother is head of audit")
    row = Conflict.objects.get()
    one = f"{home}{row.pk}/"
    assert "Stands" in text(keeper, home)
    assert "My brother" in text(keeper, one)
    assert stranger.get(one).status_code == 403
    assert stranger.get(home).status_code == 403
    assert "Waive it" not in text(director, one)
    page = send(keeper, one, do="waive", because="")
    assert "Answer “Why it does not stand in the way”" in page
    send(keeper, one, do="waive", because="He left in October")
    assert "He left in October" in text(director, one)
    send(director, one, do="withdraw")
    row.refresh_from_db()
    assert row.withdrawn_at


def test_an_office_held_lately_is_suggested() -> None:
    of = london()
    mover = actor(of, "director", code="202")
    Tenure.objects.filter(person=mover.person).update(ends=date(2025, 3, 31))
    from concord.actions._run import SYSTEM
    from concord.actions.people import appoint

    somebody = Person.objects.get(pk=mover.person)
    appoint(
        by=SYSTEM, alliance=of, office="director", email=somebody.email, name=somebody.name,
        starts=date(2025, 4, 1), authority=Authority.objects.get(code="206"),
    )  # fmt: skip
    page = text(client_of(actor_of(somebody)), "/alliances/london/conflicts/")
    assert "Camden: you were director there until 31 March 2025" in page


@pytest.mark.clause("E2.3e")
def test_each_training_need_is_told_apart_on_the_first_page_and_once_to_those_who_wait() -> None:
    of = east_midlands()
    director, deputy = actor(of, "director", code="831"), actor(of, "assistant-director", code="831")
    common = {"alliance": of, "authority": Authority.objects.get(code="831"), "found_at": timezone.now()}
    for who, need in ((director, "Charts"), (director, "Open questions"), (deputy, "Charts")):
        TrainingNeed.objects.create(**common, person_id=who.person, need=need)
    manager = actor(of, "programme-manager")

    def first_page(of_whom: Actor) -> Home:
        return home(of_whom, alliances(), timezone.now(), None)

    told = [t.period for t in first_page(director).todo if t.sentence.startswith("Take up the training")]
    assert sorted(told) == [
        "“Charts”, assistant-director of 831",
        "“Charts”, director of 831",
        "“Open questions”, director of 831",
    ]
    [wait] = [w for w in first_page(manager).waiting if w.sentence.startswith("Take up the training")]
    assert (wait.period, wait.on[:38]) == ("", "Director of Children’s Services, Derby")


@pytest.mark.clause("E2.1", "E2.3e")
def test_a_director_nominates_and_the_register_keeps_training_needs_and_release() -> None:
    of = east_midlands()
    director, deputy = actor(of, "director", code="831"), actor(of, "assistant-director", code="831")
    client, person = client_of(director), Person.objects.get(pk=deputy.person)
    home = "/alliances/east-midlands/challengers/"
    form = {
        "person": person.pk,
        "tier": 3,
        "expertise": "Court work",
        **day("experience_since", date(2025, 6, 1)),
    }
    page = send(client, f"{home}nominate/831/", **form)
    assert "The third tier needs 2 years of experience: from 1 June 2027" in page
    form |= day("experience_since", date(2024, 6, 1))
    page = send(client, f"{home}nominate/831/", **form)
    assert "is on the register" in page
    row = Challenger.objects.get()
    one = f"{home}{row.pk}/"
    assert "Not yet" in text(client, home)
    # the person notes a need of their own; training meets it
    own = client_of(deputy)
    send(own, one, do="need", need="Asking open questions")
    assert own.post(one, {"do": "train", "title": "x", **day("on", TODAY)}).status_code == 403
    need = row.person.training_needs.get()
    page = send(
        client, one, do="train", title="A day on questions", meets=[need.pk], **day("on", date(2026, 11, 2))
    )
    assert "Met" in page
    need.refresh_from_db()
    assert need.met_by.title == "A day on questions"
    page = send(own, one, do="offer", expertise="Court work", **day("available_to", date(2027, 1, 31)))
    assert "until 31 January 2027" in page
    other = client_of(actor(of, "director", code="830"))
    assert other.get(f"{home}nominate/831/").status_code == 403
    assert "Record training" not in text(other, one)
    page = send(client, one, do="leave", **day("on", date(2026, 12, 31)))
    assert "Off the register" in page
    with pytest.raises(Exception, match="already"):
        challengers.end(by=director, challenger=row, on=date(2027, 1, 1))


def test_the_register_works_in_london_too() -> None:
    of = london()
    keeper = client_of(actor(of, "programme-manager"))
    director = client_of(actor(of, "director", code="202"))
    assert "Nobody is on the register yet" in text(keeper, "/alliances/london/challengers/")
    assert "Nominate somebody of Camden" in text(director, "/alliances/london/challengers/")

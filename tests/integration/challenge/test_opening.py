"""Opening a challenge, who is invited, and the order of its acts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.factories import client_of
from tests.integration.challenge.region import NOW, TEAM, YEAR, Place

from concord.actions import challenges, conflicts, seats
from concord.actions._run import Invalid, Refused
from concord.queries import challenges as reading
from concord.records.models import Act, Authority, Conflict, Entry, Notice, Pack, Seat, Tenure
from concord.rules.access import decide
from concord.rules.lifecycle import NotNow


def roles(place: Place) -> list[tuple[str, str, str]]:
    now = reading.challenge_page(place.challenge)
    return [(s.role, s.where or s.name, s.state) for s in now.seats]


def test_a_challenge_opens_with_its_host_seated_and_all_others_asked(em: Place) -> None:
    assert roles(em) == [
        ("host", "Derby", "taken"),
        ("lead", "Derbyshire", "invited"),
        ("triad", "Leicester", "invited"),
        ("triad", "Nottingham", "invited"),
        ("quality-assurance", "Lincolnshire", "invited"),
        ("data", "data-specialist of east-midlands", "invited"),
        ("logistics", "logistics-officer of east-midlands", "invited"),
    ]
    told = set(Notice.objects.filter(kind="challenge").values_list("person__email", flat=True))
    assert len(told) == 7
    with pytest.raises(Invalid, match="already"):
        challenges.open_challenge(
            by=em.actor("co-ordinator"),
            alliance=em.alliance,
            authority=Authority.objects.get(code="831"),
            year=YEAR,
            seats={},
        )


def test_london_has_peers_without_a_lead(london: Place) -> None:
    assert [(role, state) for role, _, state in roles(london)] == [
        ("host", "taken"), ("triad", "invited"), ("triad", "invited"),
    ]  # fmt: skip
    now = reading.challenge_page(london.challenge)
    assert [s.title for s in now.stages][:2] == ["Self-assessment", "Group discussion"]
    assert now.free == ()


def test_only_who_forms_groups_opens_one(em: Place, london: Place) -> None:
    for place, label in ((em, "lead"), (em, "logistics-officer"), (london, "south"), (london, "triad")):
        with pytest.raises(Refused):
            challenges.open_challenge(
                by=place.actor(label),
                alliance=place.alliance,
                authority=place.challenge.authority,
                year="2027-28",
                seats={},
            )


def test_each_act_opens_when_its_turn_comes(em: Place) -> None:
    em.accept(*TEAM)
    assert set(reading.acts_done(em.challenge)) == {"conflicts"}
    with pytest.raises(NotNow, match="ask the host"):
        em.do("host", "submit")
    em.do("logistics-officer", "request")
    with pytest.raises(Invalid, match="not handed in"):
        em.do("host", "submit")
    em.self_evaluation()
    with pytest.raises(Invalid, match="challenge pack of 2026-27 is not made yet"):
        em.do("host", "submit")
    pack = em.pack()
    Pack.objects.filter(pk=pack.pk).update(failed="The printer is on fire")
    with pytest.raises(Invalid, match="could not be made"):
        em.do("host", "submit")
    Pack.objects.filter(pk=pack.pk).update(failed="", asked_at=NOW - timedelta(days=1))
    with pytest.raises(Invalid, match="before the self-evaluation was handed in"):
        em.do("host", "submit")
    Pack.objects.filter(pk=pack.pk).update(asked_at=NOW)
    em.do("host", "submit")
    with pytest.raises(NotNow, match="already"):
        em.do("host", "submit")
    with pytest.raises(NotNow, match="key lines of enquiry"):
        em.do("lead", "converse", on=date(2027, 1, 20))
    with pytest.raises(Refused):
        em.do("lead", "submit")
    with pytest.raises(Refused):
        em.do("outside", "request")
    entries = Entry.objects.filter(verb="act.done").order_by("number")
    assert [e.clauses for e in entries] == [[], ["E1.6a"]]


def test_an_act_is_taken_back_with_a_reason_and_kept_in_the_journal(em: Place) -> None:
    em.accept(*TEAM)
    em.do("lead", "request")
    with pytest.raises(Invalid):
        challenges.undo(by=em.actor("lead"), challenge=em.challenge, act="request", reason=" ")
    challenges.undo(by=em.actor("lead"), challenge=em.challenge, act="request", reason="Too early")
    assert not Act.objects.filter(act="request").exists()
    assert Entry.objects.latest("number").detail["reason"] == "Too early"


def test_a_seat_is_taken_only_by_whom_it_was_offered(em: Place) -> None:
    lead = Seat.objects.get(challenge=em.challenge, role="lead")
    for label in ("triad", "co-ordinator", "outside"):
        with pytest.raises(Refused):
            seats.accept(by=em.actor(label), seat=lead, declares_none=True)
    with pytest.raises(Invalid) as asked:
        seats.accept(by=em.actor("lead"), seat=lead, declares_none=False)
    assert set(asked.value.fields) == {"declares_none"}


@pytest.mark.clause("E2.2b")
def test_a_conflict_is_declared_and_keeps_its_holder_out_until_it_is_waived(em: Place) -> None:
    lead = Seat.objects.get(challenge=em.challenge, role="lead")
    by = em.actor("lead")
    seats.accept(
        by=by, seat=lead, declares_none=False, nature="works-there", what="I was deputy there to 2024"
    )
    lead.refresh_from_db()
    assert lead.state == "invited"
    told = Notice.objects.filter(person=em.people["co-ordinator"], sentence__contains="declared a conflict")
    assert told.count() == 1
    with pytest.raises(Invalid, match="must waive it"):
        seats.accept(by=by, seat=lead, declares_none=True)
    Conflict.objects.update(
        waived_at=lead.invited_at, waived_by="The co-ordinator", waived_because="Long ago"
    )
    seats.accept(by=by, seat=lead, declares_none=True)
    lead.refresh_from_db()
    assert (lead.state, lead.why) == ("taken", "Under a waiver: Long ago")


@pytest.mark.clause("E2.2b")
@pytest.mark.parametrize("region", ["em", "london"])
def test_an_office_held_at_the_host_lately_is_declared_before_a_seat_is_taken(
    region: str, request: pytest.FixtureRequest
) -> None:
    place: Place = request.getfixturevalue(region)
    past = place.people["triad"]
    Tenure.objects.create(
        alliance=place.alliance, person=past, office="assistant-director", authority=place.challenge.authority,
        starts=date(2021, 1, 1), ends=date(2024, 8, 31),
    )  # fmt: skip
    seat = Seat.objects.get(challenge=place.challenge, person=past)
    with pytest.raises(Invalid, match="assistant director there until 31 August 2024"):
        seats.accept(by=place.actor("triad"), seat=seat, declares_none=True)
    page = client_of(past).get(f"{reading.address(place.challenge)}answer/").content.decode()
    assert "I was assistant director there until 31 August 2024" in page, "it is filled in for them"
    seats.accept(
        by=place.actor("triad"),
        seat=seat,
        declares_none=False,
        nature="works-there",
        what="I was there to 2024",
    )
    seat.refresh_from_db()
    assert seat.state == "invited"
    former = place.actor("co-ordinator" if region == "em" else "north")
    conflicts.waive(by=former, conflict=Conflict.objects.get(), because="Long ago")
    seats.accept(by=place.actor("triad"), seat=seat, declares_none=True)
    seat.refresh_from_db()
    assert (seat.state, seat.why) == ("taken", "Under a waiver: Long ago")


def test_who_declines_is_replaced(em: Place) -> None:
    lead = Seat.objects.get(challenge=em.challenge, role="lead")
    seats.decline(by=em.actor("lead"), seat=lead, reason="An inspection")
    assert ("lead", "Lead challenge director", 1) in reading.challenge_page(em.challenge).free
    seats.invite(
        by=em.actor("logistics-officer"),
        challenge=em.challenge,
        role="lead",
        person=em.people["outside"],
        office="director",
        authority=Authority.objects.get(code="891"),
    )
    em.accept("outside")
    assert reading.challenge_page(em.challenge).free == ()
    host = em.people["host"]
    with pytest.raises(Invalid, match="the one that is challenged"):
        seats.invite(by=em.actor("logistics-officer"), challenge=em.challenge, role="expert", person=host)


def test_a_seat_ends_with_a_reason_and_its_rights_with_it(em: Place) -> None:
    em.accept("lead")
    lead = Seat.objects.get(challenge=em.challenge, role="lead")
    assert reading.visible_to(em.actor("lead"), "east-midlands").exists()
    with pytest.raises(Refused):
        seats.stand_down(by=em.actor("outside"), seat=lead, reason="No")
    seats.stand_down(by=em.actor("lead"), seat=lead, reason="Ill")
    assert not reading.visible_to(em.actor("lead"), "east-midlands").exists()


def test_who_sees_which_challenge(em: Place, london: Place) -> None:
    em.accept("lead")
    london.accept("triad")
    sees = {
        "east-midlands": (em, {"host", "lead", "co-ordinator", "lead-director"}),
        "london": (london, {"host", "triad", "north"}),
    }
    for key, (place, expected) in sees.items():
        found = {label for label in place.people if reading.visible_to(place.actor(label), key).exists()}
        assert found == expected


def test_what_a_list_shows_and_what_the_policy_says_are_one(em: Place, london: Place) -> None:
    em.accept("lead", "data-specialist")
    london.accept("triad")
    for place in (em, london):
        for label in place.people:
            actor = place.actor(label)
            for kind in ("challenge", "incident", "dispute", "reflection"):
                listed = reading.visible_to(actor, place.alliance.key, kind).exists()
                told = decide(actor, f"see {kind}", reading.facts_of(place.challenge)).allowed
                assert listed == told, (label, kind)

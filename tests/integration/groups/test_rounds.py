"""Forming the groups of a year, in both regions: proposed with a proof, wished for, changed by hand, agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from tests.factories import actor, east_midlands, london

from concord.actions import challenges, conflicts, rounds, seats, slots
from concord.actions._run import Invalid, Refused
from concord.queries.membership import actor_of
from concord.queries.rounds import round_now
from concord.queries.standing import standing_of
from concord.records.models import (
    Act,
    Alliance,
    Authority,
    Challenge,
    Entry,
    Notice,
    Round,
    Seat,
    SubRegion,
    Wish,
)
from concord.rules.access import Actor
from concord.rules.grouping import met_in
from concord.rules.lifecycle import NotNow

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
YEAR = "2026-27"


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield


def authority(code: str) -> Authority:
    return Authority.objects.get(code=code)


def north(of: Alliance) -> SubRegion:
    return SubRegion.objects.get(alliance=of, key="north")


def with_directors(of: Alliance, sub_region: str = "") -> dict[str, Actor]:
    """A director for each member (one for both where a body answers for two), by code."""
    found = {}
    for member in standing_of(of, TODAY).taking_part:
        if not sub_region or member.sub_region == sub_region:
            found[member.code] = actor(of, "director", code=member.code)
    return found


def now(row: Round) -> object:
    row.refresh_from_db()
    return round_now(standing_of(row.alliance, TODAY), row)


@pytest.mark.clause("L3.2")
def test_a_sub_regional_lead_forms_the_groups_of_the_year_and_opens_their_challenges() -> None:
    of = london()
    directors = with_directors(of, "north")
    lead = actor(of, "sub-regional-lead", sub_region="north")
    row = rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    assert sorted(len(g["members"]) for g in row.groups) == [4, 4]
    assert row.proposal["proven"]
    assert row.proposal["points"] == row.proposal["bound"]
    rounds.agree(by=lead, round=row, seen_version=row.version)
    opened = Challenge.objects.filter(round=row)
    assert opened.count() == len(directors) == 8
    camden = opened.get(authority__code="202")
    peers = next(set(g["members"]) - {"202"} for g in row.groups if "202" in g["members"])
    asked = Seat.objects.filter(challenge=camden, role="triad").values_list("authority__code", flat=True)
    assert set(asked) == peers
    assert Notice.objects.filter(kind="round", person=directors["202"].person).exists()
    entry = Entry.objects.filter(verb="round.agreed").get()
    assert set(entry.clauses) == {"L2.1d", "L3.2"}


@pytest.mark.clause("E2.5a")
def test_the_co_ordinator_makes_a_rota_in_which_each_leads_hosts_and_assures_quality_once() -> None:
    of = east_midlands()
    with_directors(of)
    row = rounds.propose(by=actor(of, "co-ordinator"), alliance=of, year=YEAR)
    members = sorted(m.code for m in standing_of(of, TODAY).taking_part)
    assert len(members) == 10
    for role in ("host", "lead", "quality-assurance"):
        assert sorted(g[role] for g in row.groups) == members
    assert sorted(code for g in row.groups for code in g["triad"]) == sorted(members * 2)
    assert all(len({g["host"], g["lead"], g["quality-assurance"], *g["triad"]}) == 5 for g in row.groups)
    assert row.proposal["proven"]
    assert not any({"940", "941"} == set(pair) for pair in met_in(row.groups)), "one trust answers for both"
    rounds.agree(by=actor_of(_holder(of, "co-ordinator")), round=row, seen_version=row.version)
    derby = Challenge.objects.get(round=row, authority__code="831")
    seats = dict(Seat.objects.filter(challenge=derby, role="lead").values_list("role", "authority__code"))
    assert seats == {"lead": next(g["lead"] for g in row.groups if g["host"] == "831")}
    assert "E2.5a" in Entry.objects.filter(verb="round.agreed").get().clauses


def _holder(of: Alliance, office: str) -> object:
    from concord.records.models import Tenure

    return Tenure.objects.get(alliance=of, office=office).person


def test_who_met_last_year_is_not_put_together_again() -> None:
    of = london()
    lead = actor(of, "sub-regional-lead", sub_region="north")
    last = rounds.propose(by=lead, alliance=of, sub_region=north(of), year="2025-26")
    rounds.agree(by=lead, round=last, seen_version=last.version)
    row = rounds.propose(
        by=lead, alliance=of, sub_region=north(of), year=YEAR, weights={"repeat": 9, "mix": 0}
    )
    told = now(row).now  # type: ignore[attr-defined]
    # eight in two fours: two of each old four must meet again, no fewer
    assert told.lines[0].words == "4 of 12 pairs met in the last 5 years"


@pytest.mark.clause("E2.2b")
def test_a_conflict_is_honoured_until_it_is_waived_with_a_reason() -> None:
    of = east_midlands()
    directors = with_directors(of)
    keeper = actor(of, "co-ordinator")
    declared = conflicts.declare(
        by=directors["831"], alliance=of, authority=authority("830"), nature="works-there", what="Until 2019"
    )
    row = rounds.propose(by=keeper, alliance=of, year=YEAR)
    visits = {(g["lead"], g["host"]) for g in row.groups} | {
        (g["quality-assurance"], g["host"]) for g in row.groups
    }
    visits |= {(code, g["host"]) for g in row.groups for code in g["triad"]}
    assert ("831", "830") not in visits
    assert [b.why for b in now(row).setting.bars if b.reviewer == "831"] == [  # type: ignore[attr-defined]
        "director of 831 declared a conflict: works or worked there"
    ]
    with pytest.raises(Invalid, match="would review Derbyshire"):
        rounds.change(
            by=keeper, round=row, groups=_derby_leads_derbyshire(row.groups), seen_version=row.version
        )
    with pytest.raises(Refused):
        conflicts.waive(by=directors["856"], conflict=declared, because="I do not mind")
    with pytest.raises(Invalid, match="needs its reason"):
        conflicts.waive(by=keeper, conflict=declared, because=" ")
    conflicts.waive(by=keeper, conflict=declared, because="Seven years ago, in another service")
    assert not [b for b in now(row).setting.bars if b.reviewer == "831"]  # type: ignore[attr-defined]
    rounds.change(by=keeper, round=row, groups=_derby_leads_derbyshire(row.groups), seen_version=row.version)
    assert next(g for g in row.groups if g["host"] == "830")["lead"]


def _derby_leads_derbyshire(groups: list[dict[str, object]]) -> list[dict[str, object]]:
    """The rota with whole teams exchanged until Derby leads for Derbyshire, keeping everybody's number of parts."""
    from concord.rules.rounds import swapped

    host = next(n for n, g in enumerate(groups) if g["host"] == "830")
    leads = next(n for n, g in enumerate(groups) if g["lead"] == "831")
    return swapped(groups, f"{host}.lead.{groups[host]['lead']}", f"{leads}.lead.831")


def test_a_wish_is_kept_or_said_why_not_and_makes_the_proposal_stale() -> None:
    of = london()
    lead = actor(of, "sub-regional-lead", sub_region="north")
    row = rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    assert not now(row).stale  # type: ignore[attr-defined]
    islington, camden = authority("206"), authority("202")
    rounds.wish(
        by=lead,
        round=row,
        one=islington,
        other=camden,
        kind="apart",
        must=True,
        reason="They share a director",
    )
    assert now(row).stale  # type: ignore[attr-defined]
    rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    row.refresh_from_db()
    assert frozenset({"202", "206"}) not in met_in(row.groups)
    for code in ("203", "204", "205"):  # five who cannot all be together in a four
        if {"202", code} <= {m.code for m in standing_of(of, TODAY).members if m.sub_region == "north"}:
            rounds.wish(by=lead, round=row, one=camden, other=authority(code), kind="together")
    rounds.wish(by=lead, round=row, one=islington, other=authority("204"), kind="together")
    rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    row.refresh_from_db()
    assert row.proposal["not_kept"]
    assert all(n["points"] is not None or n["against"] for n in row.proposal["not_kept"])
    with pytest.raises(Invalid, match="as it stands"):
        rounds.wish(by=lead, round=row, one=camden, other=camden, kind="apart")
    with pytest.raises(Invalid):
        rounds.wish(by=lead, round=row, one=camden, other=authority("203"), kind="apart", must=True)
    rounds.unwish(by=lead, wish=Wish.objects.filter(round=row).first())


def test_what_cannot_be_is_said_with_what_would_have_to_give_way() -> None:
    of = london()
    lead = actor(of, "sub-regional-lead", sub_region="north")
    row = rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    for one, other, kind in (("202", "206", "together"), ("204", "206", "together"), ("202", "204", "apart")):
        rounds.wish(
            by=lead,
            round=row,
            one=authority(one),
            other=authority(other),
            kind=kind,
            must=True,
            reason="A reason",
        )
    row = rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    assert row.groups == []
    assert row.proposal["impossible"]["why"] == "No grouping keeps all that must hold."
    assert len(row.proposal["impossible"]["give_way"]) == 1
    with pytest.raises(Invalid, match="no groups to agree"):
        rounds.agree(by=lead, round=row, seen_version=row.version)


def test_nobody_else_forms_groups_and_what_is_agreed_stays() -> None:
    of = london()
    lead = actor(of, "sub-regional-lead", sub_region="north")
    west = actor(of, "sub-regional-lead", sub_region="west")
    for other in (west, actor(of, "director", code="202"), actor(of, "programme-manager")):
        with pytest.raises(Refused):
            rounds.propose(by=other, alliance=of, sub_region=north(of), year=YEAR)
    assert not Round.objects.exists()
    with pytest.raises(Invalid, match="in each sub-region"):
        rounds.propose(by=lead, alliance=of, year=YEAR)
    with pytest.raises(Invalid, match="Choose a year"):
        rounds.propose(by=lead, alliance=of, sub_region=north(of), year="2026-27Q1")
    row = rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    with pytest.raises(Invalid, match="changed meanwhile"):
        rounds.change(by=lead, round=row, groups=row.groups, seen_version=row.version - 1)
    with pytest.raises(Invalid, match="can be given"):
        rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR, weights={"repeat": 99})
    rounds.agree(by=lead, round=row, seen_version=row.version)
    row.refresh_from_db()
    for again in (
        lambda: rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR),
        lambda: rounds.change(by=lead, round=row, groups=row.groups, seen_version=row.version),
        lambda: rounds.agree(by=lead, round=row, seen_version=row.version),
    ):
        with pytest.raises(NotNow, match="agreed"):
            again()


@pytest.mark.clause("L3.2", "E2.5a")
@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_agreed_groups_are_formed_anew_until_a_challenge_has_begun(region: str) -> None:
    of, host = (london(), "202") if region == "london" else (east_midlands(), "831")
    with_directors(of, "north" if region == "london" else "")
    former = (
        actor(of, "sub-regional-lead", sub_region="north")
        if region == "london"
        else actor(of, "co-ordinator")
    )
    where = {"sub_region": north(of)} if region == "london" else {}
    row = rounds.propose(by=former, alliance=of, year=YEAR, **where)
    rounds.agree(by=former, round=row, seen_version=row.version)
    one = Challenge.objects.get(round=row, authority__code=host)
    for seat in Seat.objects.filter(challenge=one, state="invited"):
        seats.accept(by=actor_of(seat.person), seat=seat, declares_none=True)
    assert Act.objects.filter(challenge=one, act="conflicts").exists(), "answering is not yet to begin"
    asked = set(Seat.objects.filter(challenge__round=row).values_list("person", flat=True))
    with pytest.raises(Invalid, match="Say why"):
        rounds.reopen(by=former, round=row, reason=" ")
    with pytest.raises(Refused):
        rounds.reopen(by=actor(of, "chief-executive", code=host), round=row, reason="Because")
    rounds.reopen(by=former, round=row, reason="Two directors have left")
    row.refresh_from_db()
    assert (row.state, row.agreed_at) == ("proposed", None)
    assert row.groups, "they stay as the proposal to go on from"
    assert not Challenge.objects.filter(round=row).exclude(state="cancelled").exists()
    assert not Seat.objects.filter(challenge__round=row, ended_at=None).exists()
    told = Notice.objects.filter(sentence__contains="Two directors have left")
    assert set(told.values_list("person", flat=True)) == asked
    entry = Entry.objects.get(verb="round.reopened")
    assert entry.detail["reason"] == "Two directors have left"
    assert entry.detail["groups"] == row.groups
    row = rounds.propose(by=former, alliance=of, year=YEAR, **where)
    assert [it["reason"] for it in row.proposal["reopened"]] == ["Two directors have left"], "it is kept"

    rounds.agree(by=former, round=row, seen_version=row.version)
    again = Challenge.objects.get(round=row, authority__code=host)
    assert (again.pk, again.state, again.closed_because) == (one.pk, "open", "")
    assert not Act.objects.filter(challenge=again).exists()
    assert Seat.objects.filter(challenge=again, ended_at=None).count() >= 2
    assert Seat.objects.filter(challenge=again, why="Two directors have left").exists(), "history is kept"
    lead = Seat.objects.filter(challenge=again, ended_at=None).exclude(role="host").order_by("pk").first()
    seats.accept(by=actor_of(lead.person), seat=lead, declares_none=True)
    slots.add(
        by=actor_of(Seat.objects.get(challenge=again, role="host", ended_at=None).person),
        challenge=again, title="First meeting", starts=datetime(2026, 12, 7, 9, tzinfo=UTC),
        ends=datetime(2026, 12, 7, 10, tzinfo=UTC),
    )  # fmt: skip
    with pytest.raises(Invalid, match=f"the challenge of {again.authority.name} has begun"):
        rounds.reopen(by=former, round=row, reason="Once more")


def test_a_challenge_that_was_called_off_is_taken_up_again_when_groups_are_agreed_anew() -> None:
    of = london()
    with_directors(of, "north")
    lead = actor(of, "sub-regional-lead", sub_region="north")
    row = rounds.propose(by=lead, alliance=of, sub_region=north(of), year=YEAR)
    rounds.agree(by=lead, round=row, seen_version=row.version)
    off = Challenge.objects.get(round=row, authority__code="202")
    challenges.cancel(by=lead, challenge=off, reason="An inspection")
    rounds.reopen(by=lead, round=row, reason="An inspection of Camden")
    row.refresh_from_db()
    rounds.agree(by=lead, round=row, seen_version=row.version)
    off.refresh_from_db()
    assert (off.state, off.closed_at) == ("open", None)

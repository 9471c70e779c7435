"""Taking part is voluntary: joined, limited, declined and left from a day, with the past kept."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from tests.factories import actor, east_midlands, london

from concord.actions._run import Invalid, Refused
from concord.actions.participation import move_sub_region, set_participation
from concord.queries.membership import today
from concord.queries.participation import history
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Entry, Notice, SubRegion

pytestmark = pytest.mark.django_db
REGIONS = [(london, "202", "L1.1", "L2.1c"), (east_midlands, "831", "E1.1", "E1.6b")]


def _authority(code: str) -> Authority:
    return Authority.objects.get(code=code)


@pytest.mark.clause("L1.1", "L1.3a")
@pytest.mark.parametrize(("region", "code", "_", "clause"), REGIONS)
def test_limits_declines_joins_and_leaves(region, code: str, _: str, clause: str) -> None:
    alliance, authority = region(), _authority(code)
    director = actor(alliance, "director", code=code)
    days = [today() - timedelta(days=n) for n in (300, 200, 100, 50)]
    steps = zip(("limited", "declined", "full", "left"), days, strict=True)
    for level, day in steps:
        agreed = [clause] if level == "limited" else []
        set_participation(
            by=director, alliance=alliance, authority=authority, level=level, starts=day, agreed=agreed
        )
    spans = history(alliance, authority.pk)
    assert [s.level for s in spans] == ["full", "limited", "declined", "full", "left"]
    assert spans[1].clauses == (clause,)
    for before, after in pairwise(spans):
        assert before.ends == after.starts - timedelta(days=1)
    assert spans[-1].ends is None
    alliance.refresh_from_db()
    assert standing_of(alliance, days[0]).by_code[code].clauses == {clause}
    assert standing_of(alliance, days[1]).by_code[code].level == "declined"
    assert code not in {m.code for m in standing_of(alliance, days[1]).taking_part}
    assert code not in standing_of(alliance, today()).by_code
    entry = Entry.objects.filter(verb="participation.set").first()
    assert entry
    assert entry.authority == code
    if region is london:
        assert entry.clauses == ["L1.1", "L1.3a"]


def test_nobody_is_compelled() -> None:
    """Another authority's director, and the analyst, cannot set it; the programme manager can."""
    alliance, camden = london(), _authority("202")
    for stranger in (actor(alliance, "director", code="203"), actor(alliance, "analyst")):
        with pytest.raises(Refused):
            set_participation(
                by=stranger, alliance=alliance, authority=camden, level="declined", starts=today()
            )
    director = actor(alliance, "director", code="202")
    manager = actor(alliance, "programme-manager")
    set_participation(by=manager, alliance=alliance, authority=camden, level="declined", starts=today())
    assert Notice.objects.filter(person=director.person, kind="participation").exists()


def test_past_is_kept_and_plans_can_change() -> None:
    alliance, camden = london(), _authority("202")
    director = actor(alliance, "director", code="202")

    def change(level: str, day: date) -> None:
        set_participation(by=director, alliance=alliance, authority=camden, level=level, starts=day)

    with pytest.raises(Invalid, match="the past is kept"):
        change("declined", date(2019, 4, 1))
    later = today() + timedelta(days=60)
    change("declined", later)
    change("left", later + timedelta(days=30))
    assert [(s.level, s.starts) for s in history(alliance, camden.pk)] == [
        ("full", date(2019, 4, 1)),
        ("left", later + timedelta(days=30)),
    ]


@pytest.mark.parametrize(
    ("level", "agreed", "field"),
    [
        ("limited", [], "agreed"),
        ("limited", ["L9.9"], "agreed"),
        ("limited", ["L2.1h"], "agreed"),
        ("x", [], "level"),
    ],
)
def test_says_what_to_mend(level: str, agreed: list[str], field: str) -> None:
    alliance = london()
    with pytest.raises(Invalid) as refused:
        set_participation(
            by=actor(alliance, "director", code="202"),
            alliance=alliance,
            authority=_authority("202"),
            level=level,
            starts=today(),
            agreed=agreed,
        )
    assert field in refused.value.fields


def test_authority_that_ended_cannot_rejoin() -> None:
    alliance = east_midlands()
    with pytest.raises(Invalid, match="ended on 31 March 2021"):
        set_participation(
            by=actor(alliance, "programme-manager"),
            alliance=alliance,
            authority=_authority("928"),
            level="full",
            starts=today(),
        )


@pytest.mark.clause("E1.1")
def test_nine_become_ten() -> None:
    alliance = east_midlands()
    before, after = standing_of(alliance, date(2021, 3, 31)), standing_of(alliance, date(2021, 4, 1))
    assert len(before.members) == 9
    assert len(after.members) == 10
    assert "928" in before.by_code
    assert {"940", "941"} <= set(after.by_code)
    assert after.by_code["940"].answered_by == "Northamptonshire Children’s Trust"


def test_moves_to_another_sub_region() -> None:
    alliance, camden = london(), _authority("202")
    west = SubRegion.objects.get(alliance=alliance, key="west")
    manager = actor(alliance, "programme-manager")
    with pytest.raises(Refused):
        move_sub_region(
            by=actor(alliance, "director", code="202"),
            alliance=alliance, authority=camden, sub_region=west, starts=today(),
        )  # fmt: skip
    move_sub_region(by=manager, alliance=alliance, authority=camden, sub_region=west, starts=today())
    fresh = Alliance.objects.get(pk=alliance.pk)
    assert standing_of(fresh, today()).by_code["202"].sub_region == "west"
    assert standing_of(fresh, today() - timedelta(days=1)).by_code["202"].sub_region == "north"
    with pytest.raises(Invalid, match="already"):
        move_sub_region(by=manager, alliance=fresh, authority=camden, sub_region=west, starts=today())


def test_declined_authority_no_longer_sees_the_members() -> None:
    from concord.queries.membership import actor_of
    from concord.records.models import Person
    from concord.rules.access import Facts, decide

    alliance, camden = london(), _authority("202")
    director = actor(alliance, "director", code="202")
    facts = Facts("london", _authority("203").pk, of="london-core-18")
    assert decide(director, "see release", facts).allowed
    set_participation(by=director, alliance=alliance, authority=camden, level="declined", starts=today())
    now = actor_of(Person.objects.get(pk=director.person))
    assert not decide(now, "see release", facts).allowed
    assert decide(now, "participation.set", Facts("london", camden.pk)).allowed

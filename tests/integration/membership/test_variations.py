"""What is expected of an authority in intervention is agreed one by one, by two sides, for a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.factories import actor, east_midlands, london

from concord.actions._run import Invalid, Refused
from concord.actions.variations import (
    Terms,
    agree_variation,
    decline_variation,
    end_variation,
    propose_variation,
    withdraw_variation,
)
from concord.queries.membership import today
from concord.queries.participation import variations_in_force, variations_seen
from concord.records.models import Authority, Entry, Notice
from concord.rules.lifecycle import NotNow

pytestmark = pytest.mark.django_db
REGIONS = {
    "london": (london, "202", "sub-regional-lead", {"sub_region": "north"}, "L2.1c"),
    "east-midlands": (east_midlands, "831", "lead-director", {}, "E1.6b"),
}


def terms(clause: str, **changed: Any) -> Terms:
    days = {"starts": today(), "ends": today() + timedelta(days=180)}
    plain = {"effect": "waive", "commitments": (clause,), "reason": "Under intervention"}
    return Terms(**{**plain, **days, **changed})


@pytest.fixture(params=REGIONS)
def setting(request: pytest.FixtureRequest) -> Any:
    found, code, office, place, clause = REGIONS[request.param]
    alliance = found()
    return (
        alliance,
        Authority.objects.get(code=code),
        actor(alliance, "director", code=code),
        actor(alliance, office, **place),
        clause,
    )


@pytest.mark.clause("L1.3b")
@pytest.mark.parametrize("side", ["authority", "lead"])
def test_either_side_proposes_and_the_other_agrees(setting: Any, side: str) -> None:
    alliance, authority, director, lead, clause = setting
    mine, other = (director, lead) if side == "authority" else (lead, director)
    variation = propose_variation(
        by=mine, alliance=alliance, authority=authority, side=side, terms=terms(clause)
    )
    assert Notice.objects.filter(person=other.person, kind="variation").exists()
    assert variations_in_force(alliance, today()) == []
    with pytest.raises(Refused):
        agree_variation(by=mine, variation=variation)
    agree_variation(by=other, variation=variation)
    [now] = variations_in_force(alliance, today())
    assert (now.authority, now.effect, now.commitments) == (authority.pk, "waive", {clause})
    assert other.name in now.agreed_by
    assert variations_in_force(alliance, now.ends + timedelta(days=1)) == []
    last = today() + timedelta(days=10)
    end_variation(by=mine, variation=variation, last_day=last)
    assert variations_in_force(alliance, last)
    assert variations_in_force(alliance, last + timedelta(days=1)) == []
    assert Entry.objects.filter(subject=f"variation {variation.pk}").count() == 3
    if alliance.key == "london":
        assert all(e.clauses == ["L1.3b"] for e in Entry.objects.filter(subject=f"variation {variation.pk}"))


def test_declined_and_withdrawn_change_nothing(setting: Any) -> None:
    alliance, authority, director, lead, clause = setting
    details = {"alliance": alliance, "authority": authority, "side": "authority", "terms": terms(clause)}
    declined = propose_variation(by=director, **details)
    decline_variation(by=lead, variation=declined)
    withdrawn = propose_variation(by=director, **details)
    with pytest.raises(Refused):
        withdraw_variation(by=lead, variation=withdrawn)
    withdraw_variation(by=director, variation=withdrawn)
    with pytest.raises(NotNow):
        agree_variation(by=lead, variation=withdrawn)
    assert variations_in_force(alliance, today()) == []


def test_nobody_agrees_with_themselves(setting: Any) -> None:
    """A director who also holds the lead office cannot be both sides."""
    from concord.actions._run import SYSTEM
    from concord.actions.people import appoint
    from concord.queries.membership import actor_of
    from concord.records.models import Person, SubRegion

    alliance, authority, director, lead, clause = setting
    person = Person.objects.get(pk=director.person)
    part = SubRegion.objects.get(alliance=alliance, key="north") if alliance.key == "london" else None
    appoint(
        by=SYSTEM, alliance=alliance, office=lead.holdings[0].office, email=person.email, name=person.name,
        starts=today(), sub_region=part,
    )  # fmt: skip
    both = actor_of(person)
    mine = propose_variation(
        by=both, alliance=alliance, authority=authority, side="authority", terms=terms(clause)
    )
    with pytest.raises(Invalid, match="somebody else"):
        agree_variation(by=both, variation=mine)
    agree_variation(by=lead, variation=mine)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"commitments": ()}, "commitments"),
        ({"commitments": ("X9",)}, "commitments"),
        ({"effect": "abolish"}, "effect"),
        ({"effect": "change", "due": "some day"}, "due"),
        ({"reason": "  "}, "reason"),
        ({"ends": today() - timedelta(days=1)}, "ends"),
    ],
)
def test_says_what_to_mend(setting: Any, changed: dict[str, Any], field: str) -> None:
    alliance, authority, director, _, clause = setting
    with pytest.raises(Invalid) as refused:
        propose_variation(
            by=director,
            alliance=alliance,
            authority=authority,
            side="authority",
            terms=terms(clause, **changed),
        )
    assert field in refused.value.fields


def test_two_variations_do_not_overlap(setting: Any) -> None:
    alliance, authority, director, _, clause = setting
    details = {"alliance": alliance, "authority": authority, "side": "authority"}
    propose_variation(by=director, terms=terms(clause), **details)
    with pytest.raises(Invalid, match="Another variation covers"):
        propose_variation(by=director, terms=terms(clause), **details)


def test_who_sees_it(setting: Any) -> None:
    alliance, authority, director, lead, clause = setting
    propose_variation(
        by=director, alliance=alliance, authority=authority, side="authority", terms=terms(clause)
    )
    other = actor(alliance, "director", code="203" if alliance.key == "london" else "830")
    assert len(variations_seen(director, alliance.key)) == 1
    assert len(variations_seen(lead, alliance.key)) == 1
    assert variations_seen(other, alliance.key) == []
    assert variations_seen(actor(alliance, "dfe-officer"), alliance.key) == []

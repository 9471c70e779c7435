"""The memorandum is signed per authority by three offices, and every answer stays in sight."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import CHARTERS, actor, east_midlands, london

from concord.actions._run import SYSTEM, Invalid, Refused
from concord.actions.editions import load_edition
from concord.actions.signatures import (
    decline_memorandum,
    record_paper_signature,
    sign_memorandum,
    withdraw_signature,
)
from concord.queries.membership import today
from concord.queries.signatures import edition_to_sign, of_authority
from concord.queries.standing import standing_of
from concord.records.models import Authority, Edition, Entry, SignOff

pytestmark = pytest.mark.django_db
OFFICES = ("director", "lead-member", "chief-executive")


@pytest.fixture(
    params=[(london, "202", "L5"), (east_midlands, "831", "E0e")], ids=["london", "east-midlands"]
)
def setting(request: pytest.FixtureRequest) -> Any:
    region, code, clause = request.param
    alliance = region()
    edition = edition_to_sign(alliance)
    return alliance, edition, Authority.objects.get(code=code), clause


def statuses(authority: Authority, edition: Edition) -> list[str]:
    return [p.status for p in of_authority(authority, edition).places]


@pytest.mark.clause("L5", "E0e")
def test_three_offices_sign_in_any_order(setting: Any) -> None:
    alliance, edition, authority, clause = setting
    for office in reversed(OFFICES):
        signer = actor(alliance, office, code=authority.code)
        sign_memorandum(
            by=signer, edition=edition, authority=authority, office=office, seen_hash=edition.hash
        )
    found = of_authority(authority, edition)
    assert statuses(authority, edition) == ["signed"] * 3
    assert found.complete == today()
    assert {p.answer.hash for p in found.places} == {edition.hash}
    entry = Entry.objects.filter(verb="memorandum.signed").first()
    assert entry
    assert entry.clauses == [clause]


def test_only_the_holder_signs(setting: Any) -> None:
    alliance, edition, authority, _ = setting
    details = {"edition": edition, "authority": authority, "office": "director", "seen_hash": edition.hash}
    with pytest.raises(Invalid, match="do not hold that office"):
        sign_memorandum(by=actor(alliance, "lead-member", code=authority.code), **details)
    with pytest.raises(Refused):
        sign_memorandum(by=actor(alliance, "programme-manager"), **details)
    other = "203" if alliance.key == "london" else "830"
    with pytest.raises(Refused):
        sign_memorandum(by=actor(alliance, "director", code=other), **details)
    with pytest.raises(Invalid, match="not the one that you were shown"):
        sign_memorandum(
            by=actor(alliance, "director", code=authority.code), **{**details, "seen_hash": "0" * 64}
        )
    assert not SignOff.objects.exists()


def test_declines_then_signs_then_withdraws(setting: Any) -> None:
    alliance, edition, authority, _ = setting
    director = actor(alliance, "director", code=authority.code)
    details = {"by": director, "edition": edition, "authority": authority, "office": "director"}
    with pytest.raises(Invalid):
        decline_memorandum(**details, reason=" ")
    decline_memorandum(**details, reason="Awaiting cabinet")
    assert statuses(authority, edition)[0] == "declined"
    sign_memorandum(**details, seen_hash=edition.hash)
    with pytest.raises(Invalid, match="already"):
        sign_memorandum(**details, seen_hash=edition.hash)
    assert statuses(authority, edition)[0] == "signed"
    with pytest.raises(Invalid):
        withdraw_signature(**details, reason="")
    withdraw_signature(**details, reason="Cabinet changed its mind")
    place = of_authority(authority, edition).places[0]
    assert place.status == "unsigned"
    assert [(a.answer, a.reason) for a in place.earlier] == [("declined", "Awaiting cabinet"), ("signed", "")]
    assert place.earlier[-1].withdrawn_because == "Cabinet changed its mind"


def test_records_paper(setting: Any) -> None:
    alliance, edition, authority, _ = setting
    manager = actor(alliance, "programme-manager")
    details = {"by": manager, "edition": edition, "authority": authority, "office": "chief-executive"}
    for wrong in ({"name": "", "on": today()}, {"name": "A N Other", "on": today() + timedelta(days=1)}):
        with pytest.raises(Invalid) as refused:
            record_paper_signature(**details, **wrong)
        assert refused.value.fields
    record_paper_signature(**details, name="A N Other", on=edition.commences)
    answer = of_authority(authority, edition).places[2].answer
    assert answer
    assert (answer.name, answer.how, answer.on) == ("A N Other", "paper", edition.commences)
    with pytest.raises(Refused):
        record_paper_signature(
            **{**details, "by": actor(alliance, "director", code=authority.code)}, name="X", on=today()
        )


def test_another_edition_voids_in_plain_sight(setting: Any) -> None:
    alliance, edition, authority, _ = setting
    director = actor(alliance, "director", code=authority.code)
    sign_memorandum(
        by=director, edition=edition, authority=authority, office="director", seen_hash=edition.hash
    )
    text = (CHARTERS / f"{edition.key}.toml").read_text(encoding="utf-8")
    text = text.replace(f'key = "{edition.key}"', 'key = "next"', 1)
    text = text.replace(f"commences = {edition.commences}", "commences = 2025-04-01", 1)
    text = text.replace("review = { after = 2020-04-30", "review = { after = 2027-04-30")
    text = text.replace("review = { on = 2022-03-31", "review = { on = 2027-03-31")
    text = text.replace(
        '928", name = "Northamptonshire", leaves',
        '928", name = "Northamptonshire", joins = 2020-09-01, leaves',
    )
    following = load_edition(by=SYSTEM, text=text, name="next.toml")
    assert edition_to_sign(alliance) == following
    place = of_authority(authority, following).places[0]
    assert (place.status, place.answer.text) == ("void", edition.key)
    assert statuses(authority, edition)[0] == "signed"
    sign_memorandum(
        by=director, edition=following, authority=authority, office="director", seen_hash=following.hash
    )
    place = of_authority(authority, following).places[0]
    assert place.status == "signed"
    assert [a.text for a in place.earlier] == [edition.key]


def test_one_body_signs_for_both_authorities() -> None:
    alliance = london()
    both = actor(alliance, "director", body="Achieving for Children")
    edition = edition_to_sign(alliance)
    assert edition
    for code in ("314", "318"):
        authority = Authority.objects.get(code=code)
        sign_memorandum(
            by=both, edition=edition, authority=authority, office="director", seen_hash=edition.hash
        )
        assert statuses(authority, edition)[0] == "signed"


def test_a_delegate_cannot_sign(setting: Any) -> None:
    from concord.actions.people import delegate
    from concord.records.models import Tenure

    alliance, _, authority, _ = setting
    director = actor(alliance, "director", code=authority.code)
    with pytest.raises(Invalid, match="memorandum.sign"):
        delegate(
            by=director,
            tenure=Tenure.objects.get(person=director.person),
            email="deputy@example.org",
            name="Deputy",
            abilities=["memorandum.sign"],
            starts=today(),
            ends=None,
        )


def test_signed_for_an_authority_that_has_ended() -> None:
    alliance = east_midlands()
    edition, past = edition_to_sign(alliance), Authority.objects.get(code="928")
    manager = actor(alliance, "programme-manager")
    details = {"by": manager, "edition": edition, "authority": past, "office": "director", "name": "Director"}
    with pytest.raises(Invalid, match="cannot be recorded"):
        record_paper_signature(**details, on=date(2021, 4, 1))
    record_paper_signature(**details, on=date(2020, 10, 1))
    assert "928" not in standing_of(alliance, today()).by_code

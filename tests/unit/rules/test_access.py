"""The policy, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from concord.rules.access import (
    ANYONE,
    OPERATE,
    SIGNED_IN,
    Actor,
    AllianceRules,
    Facts,
    Holding,
    audience_sentence,
    decide,
    grants,
)

CAMDEN, BARNET, SUTTON = 1, 2, 3
LONDON = AllianceRules(
    "london",
    "London",
    {
        ("charter", ""): frozenset({"public"}),
        ("return", ""): frozenset({"own", "programme"}),
        ("release", ""): frozenset({"members", "programme"}),
        ("release", "core"): frozenset({"members", "programme", "dfe"}),
        ("plan", ""): frozenset({"own", "lead"}),
        ("themes", ""): frozenset({"sub-region"}),
        ("welfare", ""): frozenset({"chair"}),
        ("answers", ""): frozenset({"own", "every director", "chair"}),
    },
    frozenset({CAMDEN, BARNET, SUTTON}),
)


def someone(office: str, of: str, authorities: set[int] = frozenset(), **more: object) -> Actor:
    holding = Holding(
        office, office.title(), of, "london", more.pop("may", frozenset()), frozenset(authorities), **more
    )
    return Actor(7, "Somebody", (holding,), {"london": LONDON})


DIRECTOR = someone("director", "authority", {CAMDEN}, neighbours=frozenset({CAMDEN, BARNET}))
LEAD = someone("sub-regional-lead", "sub-region", {CAMDEN, BARNET})
ANALYST = someone("analyst", "alliance", {CAMDEN, BARNET, SUTTON}, may=frozenset({"return.accept"}))
CHAIR = someone("chair", "alliance")
DFE = someone("dfe-officer", "partner", partner="dfe")
STRANGER = Actor(9, "An officer elsewhere", (), {"london": LONDON})
NOBODY = Actor(alliances={"london": LONDON})
ALL = (DIRECTOR, LEAD, ANALYST, CHAIR, DFE, STRANGER, NOBODY)


@pytest.mark.parametrize(
    ("ability", "facts", "allowed"),
    [
        ("see charter", Facts("london"), ALL),
        ("see return", Facts("london", CAMDEN), (DIRECTOR, ANALYST, CHAIR)),
        ("see return", Facts("london", BARNET), (ANALYST, CHAIR)),
        ("see release", Facts("london", of="core"), (DIRECTOR, LEAD, ANALYST, CHAIR, DFE)),
        ("see release", Facts("london", of="annual"), (DIRECTOR, LEAD, ANALYST, CHAIR)),
        ("see plan", Facts("london", BARNET), (LEAD,)),
        ("see plan", Facts("london", SUTTON), ()),
        ("see themes", Facts("london", BARNET), (DIRECTOR, LEAD)),
        ("see themes", Facts("london", SUTTON), ()),
        ("see welfare", Facts("london", CAMDEN), (CHAIR,)),
        ("see answers", Facts("london", SUTTON), (DIRECTOR, CHAIR)),
        ("see answers", Facts("london", SUTTON, draft=True), ()),
        ("see nothing-written", Facts("london", CAMDEN), ()),
        ("see release", Facts("east-midlands", of="core"), ()),
        ("return.accept", Facts("london", CAMDEN), (ANALYST,)),
        (ANYONE, Facts(), ALL),
        (SIGNED_IN, Facts(), (DIRECTOR, LEAD, ANALYST, CHAIR, DFE, STRANGER)),
        (OPERATE, Facts(), ()),
    ],
)
def test_who_may(ability: str, facts: Facts, allowed: tuple[Actor, ...]) -> None:
    for actor in ALL:
        decision = decide(actor, ability, facts)
        assert decision.allowed == (actor in allowed), (ability, facts, actor.holdings)
        assert decision.sentence


def test_an_authority_office_never_acts_for_the_alliance_itself() -> None:
    """Without an authority in the facts, only an office of the alliance does things."""
    data_lead = someone("data-lead", "authority", {CAMDEN}, may=frozenset({"return.submit"}))
    assert decide(data_lead, "return.submit", Facts("london", CAMDEN)).allowed
    assert not decide(data_lead, "return.submit", Facts("london")).allowed
    assert decide(data_lead, "see return", Facts("london")).allowed


def test_an_authority_that_takes_no_part_keeps_its_own_house_and_no_more() -> None:
    may = frozenset({"participation.set", "people.manage", "return.submit", "memorandum.review"})
    outside = replace(LONDON, member_authorities=frozenset({BARNET}))
    held = someone("director", "authority", {CAMDEN}, may=may).holdings
    declined = Actor(7, "A director", held, {"london": outside})
    for kept in ("participation.set", "people.manage", "return.submit"):
        assert decide(declined, kept, Facts("london", CAMDEN)).allowed, kept
    refused = decide(declined, "memorandum.review", Facts("london", CAMDEN))
    assert (refused.allowed, refused.code) == (False, "no-part")
    assert declined.acting("memorandum.review", Facts("london", CAMDEN)) is None
    both = replace(held[0], authorities=frozenset({CAMDEN, BARNET}))  # a body that answers for two
    body = Actor(7, "A director", (both,), {"london": outside})
    assert [g.authorities for g in grants(body, "memorandum.review")] == [frozenset({BARNET})]


def test_a_refusal_says_why() -> None:
    assert decide(NOBODY, "see return", Facts("london", CAMDEN)).code == "sign-in"
    assert decide(STRANGER, "see return", Facts("london", CAMDEN)).code == "other-alliance"
    refused = decide(DIRECTOR, "see return", Facts("london", BARNET))
    assert refused.code == "not-shared"
    assert refused.sentence == "This is shared with the authority itself and the alliance’s own officers."
    assert decide(DFE, "return.accept", Facts("london", CAMDEN)).code == "not-your-office"


def test_the_dfe_sees_the_quarter_and_nothing_else_of_the_kind() -> None:
    (grant,) = grants(DFE, "see release")
    assert grant.of == "core"
    assert grant.covers(Facts("london", CAMDEN, of="core"))
    assert not grant.covers(Facts("london", CAMDEN, of="annual"))


def test_audiences_in_words() -> None:
    assert audience_sentence(frozenset()) == "nobody"
    assert audience_sentence(frozenset({"members", "dfe", "chair"})) == (
        "every member authority, the Department for Education and the chair"
    )


def test_every_holder_of_an_office_sees_what_a_charter_shares_so_while_their_authority_takes_part() -> None:
    assert audience_sentence(frozenset({"own", "every director", "chair"})) == (
        "the authority itself, every director and the chair"
    )
    outside = replace(LONDON, member_authorities=frozenset({BARNET, SUTTON}))
    left = replace(DIRECTOR, alliances={"london": outside})
    assert not decide(left, "see answers", Facts("london", SUTTON)).allowed
    assert decide(left, "see answers", Facts("london", CAMDEN)).allowed, "its own"
    data_lead = someone("data-lead", "authority", {CAMDEN})
    assert not decide(data_lead, "see answers", Facts("london", SUTTON)).allowed


def test_offices_are_named_in_words_and_a_co_ordinator_keeps_the_hyphen() -> None:
    assert audience_sentence(frozenset({"co-ordinator", "lead-director"})) == (
        "the co-ordinator and the lead director"
    )

"""What a seat in a challenge gives, and what a draft keeps to its own authority."""

from concord.rules.access import Actor, AllianceRules, Facts, Holding, Seated, decide, grants

HOST, OTHER = 1, 2
RULES = AllianceRules(
    "em",
    "East Midlands",
    {("pack", ""): frozenset({"own", "group"}), ("return", ""): frozenset({"own", "programme"})},
    frozenset({HOST, OTHER}),
)


def _director(of: int, *roles: str) -> Actor:
    holding = Holding("director", "Director", "authority", "em", frozenset(), frozenset({of}))
    seats = tuple(Seated("em", 7, HOST, "2026-27", role) for role in roles)
    return Actor(of, "A director", (holding,), {"em": RULES}, seats=lambda: seats)


def test_a_seat_shows_the_host_s_papers_of_its_year_alone() -> None:
    peer = _director(OTHER, "lead")
    assert decide(peer, "see pack", Facts("em", HOST, year="2026-27")).allowed
    assert decide(peer, "see pack", Facts("em", HOST, challenge=7)).allowed
    assert not decide(peer, "see pack", Facts("em", HOST, year="2025-26")).allowed
    assert not decide(peer, "see pack", Facts("em", HOST, challenge=8)).allowed
    assert not decide(peer, "see pack", Facts("em", 3, year="2026-27")).allowed
    assert not decide(_director(OTHER), "see pack", Facts("em", HOST)).allowed


def test_a_draft_is_seen_by_its_own_authority_alone() -> None:
    assert decide(_director(HOST), "see pack", Facts("em", HOST, draft=True)).allowed
    assert decide(_director(OTHER, "lead"), "see pack", Facts("em", HOST, draft=True)).code == "draft"
    analyst = Holding("analyst", "Analyst", "alliance", "em", frozenset())
    officer = Actor(9, "Analyst", (analyst,), {"em": RULES})
    assert decide(officer, "see return", Facts("em", HOST)).allowed
    assert decide(officer, "see return", Facts("em", HOST, draft=True)).code == "draft"


def test_what_a_seat_does_depends_on_its_role() -> None:
    peer = _director(OTHER, "triad")
    assert decide(peer, "sit", Facts("em", HOST, challenge=7)).allowed
    assert decide(peer, "sit lead triad", Facts("em", HOST, challenge=7)).allowed
    assert decide(peer, "sit lead", Facts("em", HOST, challenge=7)).code == "no-seat"
    assert decide(peer, "sit lead or sit triad", Facts("em", HOST, challenge=7)).allowed
    assert not decide(peer, "sit triad", Facts("em", HOST, challenge=8)).allowed
    assert [g.challenge for g in grants(peer, "sit triad")] == [7]

"""Pages ask the database few questions, and no more of them for many rows than for few."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
MOST = {"list": 10, "detail": 15}

# Address: its kind and who looks. Of the queries the request itself spends four.
PAGES = {
    "home": ("list", "director"),
    "me": ("list", "director"),
    "alliance": ("list", "director"),
    "duties": ("list", "director"),
    "duty": ("detail", "director"),
    "memorandum": ("list", "director"),
    "clause": ("detail", "director"),
    "members": ("list", "director"),
    "member_about": ("detail", "director"),
    "people": ("list", "director"),
    "signatures": ("list", "director"),
    "signature_page": ("detail", "director"),
    "editions": ("list", "director"),
    "edition": ("detail", "director"),
    "every_variation": ("list", "programme-manager"),
    "variations": ("detail", "director"),
    "journal": ("list", "programme-manager"),
    "returns": ("list", "collator"),
    "return": ("detail", "director"),
    "return_submission": ("detail", "director"),
    "return_tally": ("detail", "director"),
    "board": ("list", "collator"),
    "release_make": ("detail", "collator"),
    "releases": ("list", "director"),
    "release": ("detail", "director"),
    "release_indicator": ("detail", "director"),
    "indicator": ("detail", "director"),
    "authority": ("detail", "director"),
    "authority_indicator": ("detail", "director"),
    "published": ("list", "director"),
    "published_measure": ("detail", "director"),
    "published_map": ("detail", "director"),
    "published_authority": ("detail", "director"),
    "documents": ("list", "director"),
    "where_to_look": ("list", "director"),
    "authority_signals": ("detail", "director"),
    "rug": ("list", "director"),
    "quarter": ("detail", "director"),
    "compare": ("detail", "director"),
    "benchmark": ("detail", "director"),
    "narratives": ("list", "director"),
    "self_evaluations": ("list", "director"),
    "paper": ("detail", "director"),
    "paper_section": ("detail", "director"),
    "paper_whole": ("detail", "director"),
    "paper_compare": ("detail", "director"),
    "paper_signatures": ("detail", "director"),
    "paper_assign": ("detail", "director"),
    "paper_hand_in": ("detail", "director"),
    "plans": ("list", "director"),
    "plan_begin": ("detail", "director"),
    "plan": ("detail", "director"),
    "plan_write": ("detail", "director"),
    "plan_progress": ("detail", "director"),
    "plan_signatures": ("detail", "director"),
    "shown": ("list", "chief-executive"),
    "shown_one": ("detail", "chief-executive"),
    "follow_ups": ("list", "director"),
    "follow_up": ("detail", "director"),
    "packs": ("list", "director"),
    "pack_ask": ("detail", "director"),
    "pack": ("detail", "director"),
    "challenges": ("list", "director"),
    "groups": ("list", "director"),
    "grouping": ("detail", "former"),
    "conflicts": ("list", "director"),
    "conflict": ("detail", "neighbour"),
    "challengers": ("list", "director"),
    "challenger": ("detail", "director"),
    "challenge_responses": ("list", "director"),
    "challenge": ("detail", "director"),
    "challenge_seats": ("detail", "director"),
    "challenge_timetable": ("detail", "director"),
    "challenge_reading": ("detail", "director"),
    "challenge_lines": ("detail", "director"),
    "challenge_room": ("detail", "director"),
    "challenge_report": ("detail", "director"),
    "challenge_reflections": ("detail", "director"),
    "challenge_themes": ("detail", "director"),
    "challenge_incidents": ("detail", "director"),
    "challenge_disputes": ("detail", "director"),
    "challenge_checklist": ("detail", "director"),
}


# In London the lead sees their whole sub-region’s, where a director sees their own.
LED = (
    "home alliance duties memorandum clause members people signatures editions returns releases where_to_look "
    "self_evaluations plans follow_ups packs challenges challenge_responses groups conflicts challengers"
)
MANY = dict.fromkeys(LED.split(), "lead") | {
    "every_variation": "programme-manager",
    "journal": "programme-manager",
    "board": "collator",
}


def spent(world: Any, region: Any, name: str, who: str = "") -> int:
    """How many queries a page takes once the process is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.contracts.test_addresses import at

    label = who or PAGES[name][1]
    named = {"collator": region.setting.analyst, "former": "lead" if region.setting.leads else "co-ordinator"}
    client = world.client(region, named.get(label, label))
    address = at(name, region)
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


@pytest.mark.parametrize("place", ["london", "east_midlands"])
def test_every_page_asks_few_questions(place: str, world: Any) -> None:
    from tests.contracts.expected import LINES

    region = getattr(world, place)
    counts = {name: spent(world, region, name) for name in PAGES if region.key not in LINES[name].nothing}
    much = {name: n for name, n in counts.items() if n > MOST[PAGES[name][0]]}
    assert not much, f"More than {MOST}: {much}"


@pytest.mark.parametrize("place", ["london", "east_midlands"])
def test_the_whole_of_a_draft_asks_no_more_than_what_was_handed_in(place: str, world: Any) -> None:
    """While a paper is written, what Concord lists beside its sections is worked out for each reading."""
    region = getattr(world, place)
    region.numbers["paper"], handed_in = region.numbers["paper begun"], region.numbers["paper"]
    try:
        n = spent(world, region, "paper_whole")
    finally:
        region.numbers["paper"] = handed_in
    assert n <= MOST["detail"], n


def test_many_rows_cost_no_more_than_few(world: Any) -> None:
    """50 more people, returns, papers, plans, challenges …: the lists ask as many questions as before."""
    before = {name: spent(world, world.london, name, who) for name, who in MANY.items()}
    _fill(world.london)
    _fill_the_year(world.london)
    after = {name: spent(world, world.london, name, who) for name, who in MANY.items()}
    more = {name: (before[name], after[name]) for name in MANY if after[name] > before[name]}
    assert not more, f"Queries before and after: {more}"


def _fill_the_year(region: Any) -> None:
    """A paper, a plan, a pack, a challenge with its seats, a look back and a conflict more of every member."""
    from concord.queries.standing import standing_of
    from concord.records.models import Challenge, Conflict, FollowUp, Pack, Paper, Plan, Seat

    seats = list(Seat.objects.filter(challenge__alliance=region.alliance))
    for model in (Challenge, Paper, Plan, Pack, FollowUp, Conflict):
        there = model.objects.filter(alliance=region.alliance).order_by("pk")
        has = set(there.values_list("authority", flat=True))
        one = there[0]
        for member in standing_of(region.alliance, date(2026, 11, 20)).members:
            if member.id in has:
                continue
            one.pk, one.authority_id = None, member.id
            for name, others in (("challenge", Challenge), ("plan", Plan), ("paper", Paper)):
                if getattr(one, f"{name}_id", None):
                    setattr(one, name, others.objects.filter(authority=member.id).first())
            one.save(force_insert=True)
            for seat in seats if model is Challenge else ():
                seat.pk, seat.challenge = None, one
                seat.save(force_insert=True)
        assert there.count() > 25, model


def _fill(region: Any) -> None:
    from tests import factories, releasing
    from tests.contracts.world import QUARTER

    from concord.actions import variations
    from concord.queries.standing import standing_of
    from concord.records.models import Authority, Return

    alliance, dataset = region.alliance, region.setting.dataset
    terms = variations.Terms("waive", ("L2.1b",), "A new system", date(2027, 4, 1), date(2027, 9, 30))
    for member in standing_of(alliance, date(2026, 11, 20)).taking_part[:25]:
        for office in ("improvement-lead", "lead-member"):
            if not (office in region.people and member.code == region.setting.code):
                factories.person(alliance, office, code=member.code, starts=date(2023, 1, 1))
        director = (
            factories.actor(alliance, "director", code=member.code)
            if member.code not in _held(region)
            else None
        )
        if director:
            of = {"alliance": alliance, "authority": Authority.objects.get(code=member.code)}
            variations.propose_variation(by=director, **of, side="authority", terms=terms)
        if not Return.objects.filter(alliance=alliance, authority=member.id, period=QUARTER).exists():
            content = releasing.lines(dataset, member.code)
            releasing.accepted(alliance, member.code, dataset, QUARTER, content, "provisional")


def _held(region: Any) -> set[str]:
    one = region.setting
    return {one.code, one.neighbour, one.far, one.leaver, "314", "318"}

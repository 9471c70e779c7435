"""The states of duties, by cases that a programme officer would recognise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from concord.charter import Charter, load_file
from concord.charter.calendar import collations, occurrences
from concord.charter.due import parse
from concord.rules.duty import BEFORE, NOT_KEPT, Happening, Obligation, Party, Span, Started, Waiver
from concord.rules.obligations import obligations, offices

CHARTERS = Path(__file__).parents[3] / "charters"
LONDON = load_file(CHARTERS / "london-2019.toml")
EAST = load_file(CHARTERS / "east-midlands-2020.toml")
CAMDEN = Party("authority", "202", "Camden", (Span(date(2019, 4, 1)),))
ALLIANCE = Party("alliance", "london", "London", (Span(date(2019, 4, 1)),))
CORE = ("return", "london-core-18")


def run(
    today: date,
    *,
    party: Party = CAMDEN,
    charter: Charter = LONDON,
    evidence: Any = None,
    waivers: tuple[Waiver, ...] = (),
    **more: Any,
) -> dict[tuple[str, str], Obligation]:
    """The duties of one party by clause id and period, over the years around ``today``."""
    times = occurrences(charter, date(today.year - 2, 4, 1), date(today.year + 1, 3, 31))
    times += tuple(collations(charter, times))
    found = obligations(charter, [party], times, evidence or {CORE: {}}, waivers, today, **more)
    return {(o.commitment.id, o.period): o for o in found}


Q1 = ("L2.1c", "2026-27Q1")  # April to June 2026, due on 11 August 2026


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 6, 30), "not-due"),
        (date(2026, 7, 1), "due"),
        (date(2026, 8, 11), "due"),
        (date(2026, 8, 12), "missed"),
    ],
)
def test_a_quarter_is_not_due_then_due_then_missed(today: date, state: str) -> None:
    assert run(today)[Q1].state == state
    assert run(today)[Q1].due == date(2026, 8, 11)


@pytest.mark.parametrize(("on", "state"), [(date(2026, 8, 11), "done"), (date(2026, 8, 12), "done-late")])
def test_a_return_is_done_on_the_day_and_late_the_day_after(on: date, state: str) -> None:
    evidence = {CORE: {CAMDEN.id: [Happening(on, period="2026-27Q1")]}}
    found = run(date(2026, 9, 1), evidence=evidence)[Q1]
    assert (found.state, found.done_on) == (state, on)


def test_a_return_of_another_period_or_of_another_authority_discharges_nothing() -> None:
    happenings = {
        CAMDEN.id: [Happening(date(2026, 7, 20), period="2025-26Q4")],
        ("authority", "203"): [Happening(date(2026, 7, 20), period="2026-27Q1")],
    }
    assert run(date(2026, 9, 1), evidence={CORE: happenings})[Q1].state == "missed"


def test_nothing_done_tomorrow_counts_today() -> None:
    evidence = {CORE: {CAMDEN.id: [Happening(date(2026, 8, 2), period="2026-27Q1")]}}
    assert run(date(2026, 8, 1), evidence=evidence)[Q1].state == "due"


def test_what_is_not_kept_is_said_to_be_so() -> None:
    found = run(date(2026, 9, 1))["L2.1a", "2026-27"]
    assert (found.state, found.why) == ("untracked", NOT_KEPT)


def test_what_fell_due_before_concord_came_is_not_held_against_anybody() -> None:
    found = run(date(2026, 9, 1), since=date(2026, 9, 1))
    assert (found[Q1].state, found[Q1].why) == ("untracked", BEFORE)
    assert found["L2.1c", "2026-27Q2"].state == "not-due"


def test_evidence_of_the_kind_reaches_back_before_concord_came() -> None:
    others = {CORE: {("authority", "203"): [Happening(date(2026, 7, 20), period="2026-27Q1")]}}
    found = run(date(2026, 9, 1), evidence=others, since=date(2026, 9, 1))
    assert found[Q1].state == "missed"
    assert found["L2.1c", "2025-26Q4"].state == "untracked"


def test_nothing_is_asked_before_joining_or_after_leaving() -> None:
    joined = replace(CAMDEN, spans=(Span(date(2026, 7, 1), date(2026, 10, 20)),))
    found = run(date(2026, 12, 1), party=joined)
    # Not a member on the last day of Q1; gone before Q2 fell due.
    assert not [key for key in found if key[0] == "L2.1c"]


def test_an_authority_that_declined_owes_nothing() -> None:
    assert not run(date(2026, 9, 1), party=replace(CAMDEN, spans=()))


def test_limited_participation_is_asked_only_what_was_agreed() -> None:
    limited = replace(CAMDEN, spans=(Span(date(2019, 4, 1), None, frozenset({"L2.1b"})),))
    found = run(date(2026, 9, 1), party=limited)
    assert found[Q1].state == "not-agreed"
    assert found["L2.1b", "2025-26"].state == "untracked"


def test_northamptonshire_ends_where_north_and_west_begin() -> None:
    old = Party("authority", "928", "Northamptonshire", (Span(date(2020, 9, 1), date(2021, 3, 31)),))
    new = Party("authority", "940", "North Northamptonshire", (Span(date(2021, 4, 1)),))
    kept = {("return", "riia-31"): {}}
    quarters = {
        party.key: [
            period
            for clause, period in run(date(2021, 9, 1), party=party, charter=EAST, evidence=kept)
            if clause == "E1.6b"
        ]
        for party in (old, new)
    }
    # The last quarter of 2020-21 fell due in May 2021, when neither could be asked for it.
    assert quarters["928"] == ["2020-21Q2", "2020-21Q3"]
    assert quarters["940"][0] == "2021-22Q1"


def test_a_waiver_wins_while_it_lasts() -> None:
    waiver = Waiver(CAMDEN.id, frozenset({"L2.1c"}), date(2026, 7, 1), date(2026, 9, 30))
    found = run(date(2027, 1, 1), waivers=(waiver,))
    assert found[Q1].state == "waived"
    assert found["L2.1c", "2026-27Q2"].state == "missed"


def test_a_variation_gives_another_due_day() -> None:
    later = parse("40 working days after the quarter ends")
    waiver = Waiver(CAMDEN.id, frozenset({"L2.1c"}), date(2026, 7, 1), date(2026, 9, 30), later)
    found = run(date(2026, 8, 20), waivers=(waiver,))[Q1]
    assert (found.state, found.due) == ("due", date(2026, 8, 25))


def test_the_memorandum_is_signed_by_three_offices_each_for_itself() -> None:
    kept = {
        ("signature", "memorandum"): {CAMDEN.id: [Happening(date(2019, 3, 20), office="chief-executive")]}
    }
    times = occurrences(LONDON, date(2019, 4, 1), date(2020, 3, 31))
    found = obligations(LONDON, [CAMDEN], times, kept, [], date(2019, 8, 1))
    states = {o.office: (o.state, o.due) for o in found if o.commitment.id == "L5"}
    assert states == {
        "director": ("missed", date(2019, 7, 1)),
        "lead-member": ("missed", date(2019, 7, 1)),
        "chief-executive": ("done", date(2019, 7, 1)),
    }


def test_signing_is_asked_from_the_day_that_concord_came() -> None:
    kept: Any = {("signature", "memorandum"): {}}
    found = run(date(2026, 9, 2), evidence=kept, since=date(2026, 9, 1))["L5", ""]
    assert (found.state, found.due) == ("due", date(2026, 12, 1))


def test_an_office_that_nobody_holds_leaves_its_duty_open() -> None:
    north = Party("sub-region", "north", "North London", (Span(date(2019, 4, 1)),))
    office = ("office", "sub-regional-lead")
    held = {office: {north.id: [Happening(date(2024, 1, 1), until=date(2026, 8, 31))]}}
    assert run(date(2026, 8, 31), party=north, evidence=held)["L3.2", ""].state == "done"
    assert run(date(2026, 9, 1), party=north, evidence=held)["L3.2", ""].state == "due"


def test_the_analyst_owes_the_release_when_the_returns_are_in() -> None:
    kept: Any = {("release", "london-core-18"): {}}
    found = run(date(2026, 8, 12), party=ALLIANCE, evidence=kept)[Q1]
    assert (found.state, found.office, found.due) == ("due", "analyst", date(2026, 8, 25))
    kept = {("release", "london-core-18"): {ALLIANCE.id: [Happening(date(2026, 8, 26), "2026-27Q1")]}}
    assert run(date(2026, 9, 1), party=ALLIANCE, evidence=kept)[Q1].state == "done-late"


def test_a_change_of_participation_sets_its_duty_off_again() -> None:
    changed = replace(
        CAMDEN,
        spans=(Span(date(2019, 4, 1), date(2024, 3, 31)), Span(date(2024, 4, 1), None, frozenset({"L1.3a"}))),
    )
    kept = {("record", "participation"): {CAMDEN.id: [Happening(date(2019, 4, 1))]}}
    times = occurrences(LONDON, date(2024, 4, 1), date(2025, 3, 31))
    found = obligations(LONDON, [changed], times, kept, [], date(2024, 5, 1))
    states = [(o.opens, o.state) for o in found if o.commitment.id == "L1.3a"]
    assert states == [(date(2019, 4, 1), "done"), (date(2024, 4, 1), "due")]


def test_what_is_done_after_it_was_asked_again_answers_both() -> None:
    party = Party(
        "authority", "202", "Camden", (Span(date(2019, 4, 1), date(2022, 3, 31)), Span(date(2023, 1, 2)))
    )
    kind = ("signature", "memorandum")
    signed = [Happening(date(2023, 1, 9), office=office) for office in LONDON.memorandum.signed_by]
    times = occurrences(LONDON, date(2022, 4, 1), date(2023, 3, 31))
    found = obligations(LONDON, [party], times, {kind: {party.id: signed}}, (), date(2023, 2, 1))
    asked = [o for o in found if o.commitment.met_by.kind == "signature" and o.office == "director"]
    assert [(o.state, o.done_on) for o in asked] == [
        ("done-late", date(2023, 1, 9)),
        ("done", date(2023, 1, 9)),
    ]


def test_a_review_falls_due_by_its_date_and_again_when_a_party_asks() -> None:
    review = LONDON.commitment("4.2")
    kept = {(review.met_by.kind, review.met_by.of): {ALLIANCE.id: [Happening(date(2021, 1, 10))]}}
    asked = {"request": {ALLIANCE.id: [Started(date(2026, 5, 1))]}}
    times = occurrences(LONDON, date(2026, 4, 1), date(2027, 3, 31))
    found = obligations(LONDON, [ALLIANCE], times, kept, [], date(2026, 9, 1), triggers=asked)
    assert [(o.opens, o.state) for o in found if o.commitment.id == "L4.2"] == [
        (date(2020, 4, 30), "done"),
        (date(2026, 5, 1), "due"),
    ]


def test_every_commitment_of_both_regions_has_an_office_to_do_it() -> None:
    for charter in (LONDON, EAST):
        for commitment in charter.commitments:
            assert all(charter.office(office) for office in offices(charter, commitment))


def test_partners_owe_only_what_goes_through_their_own_office() -> None:
    lga = Party("partner", "lga", "LGA", (Span(date(2020, 9, 1)),))
    dfe = Party("partner", "dfe", "DfE", (Span(date(2020, 9, 1)),))
    assert {key[0] for key in run(date(2026, 9, 1), party=lga, charter=EAST)} == {"E5.2", "E5.3"}
    assert not run(date(2026, 9, 1), party=dfe, charter=EAST)


def test_keys_tell_duties_apart_and_stay_from_day_to_day() -> None:
    times = occurrences(LONDON, date(2026, 4, 1), date(2027, 3, 31))
    parties = [CAMDEN, ALLIANCE, replace(CAMDEN, key="203")]
    lists = [
        [o.key for o in obligations(LONDON, parties, times, {CORE: {}}, [], day)]
        for day in (date(2026, 4, 2), date(2027, 2, 1))
    ]
    assert lists[0] == lists[1]
    assert len(set(lists[0])) == len(lists[0])


def test_joining_is_asked_at_joining_and_again_at_coming_back_but_not_at_a_change() -> None:
    chequered = replace(
        CAMDEN,
        spans=(
            Span(date(2019, 4, 1), date(2021, 3, 31)),
            Span(date(2021, 4, 1), date(2022, 3, 31)),  # another level, straight on
            Span(date(2024, 4, 1)),  # back after two years
        ),
    )
    times = occurrences(LONDON, date(2026, 4, 1), date(2027, 3, 31))
    found = obligations(LONDON, [chequered], times, {("record", "participation"): {}}, [], date(2026, 9, 1))
    opened = {id: [o.opens for o in found if o.commitment.id == id] for id in ("L1.1", "L1.3a")}
    assert opened["L1.1"] == [date(2019, 4, 1), date(2024, 4, 1)]
    assert opened["L1.3a"] == [date(2019, 4, 1), date(2021, 4, 1), date(2024, 4, 1)]


DERBY = Party("authority", "831", "Derby", (Span(date(2020, 9, 1)),))


def _after(
    name: str, *started: Started, evidence: Any = None, today: date = date(2026, 6, 1)
) -> list[Obligation]:
    commitment = EAST.commitment(name)
    kept: Any = {(commitment.met_by.kind, of): {} for of in commitment.met_by.names} | (evidence or {})
    asked = {trigger: {DERBY.id: list(started)} for trigger in commitment.after}
    times = occurrences(EAST, date(2025, 4, 1), date(2026, 3, 31))
    found = obligations(EAST, [DERBY], times, kept, [], today, triggers=asked)
    return [o for o in found if o.commitment.id == f"E{name}"]


def test_a_duty_of_a_role_falls_only_on_whoever_has_it() -> None:
    led, hosted = (
        Started(date(2026, 2, 2), "lead", "challenge 1"),
        Started(date(2026, 2, 3), "host", "challenge 2"),
    )
    [follow_up] = _after("2.2d", led, hosted)
    assert (follow_up.role, follow_up.thing, follow_up.due) == ("lead", "challenge 1", date(2026, 8, 2))


def test_what_was_done_for_one_challenge_does_not_count_for_another() -> None:
    first, second = (Started(date(2026, 2, day), "lead", f"challenge {day}") for day in (2, 9))
    reviewed = Happening(date(2026, 5, 20), role="lead", thing="challenge 9")
    found = _after("2.2d", first, second, evidence={("record", "follow-up"): {DERBY.id: [reviewed]}})
    assert [o.state for o in found] == ["due", "done"]


def test_leading_hosting_and_assuring_quality_are_each_asked_once_a_year() -> None:
    held = [
        Happening(date(2026, 2, 2), "2025-26", role=role, thing="challenge 1") for role in ("lead", "host")
    ]
    found = _after("2.5a", evidence={("act", "converse"): {DERBY.id: held}})
    assert {o.role: o.state for o in found if o.period == "2025-26"} == {
        "lead": "done",
        "host": "done",
        "quality-assurance": "missed",
    }


def test_a_year_before_anybody_wrote_a_self_assessment_here_is_held_against_nobody() -> None:
    kind, times = ("document", "self-assessment"), occurrences(LONDON, date(2024, 4, 1), date(2026, 3, 31))
    barnet = ("authority", "302")
    found = obligations(
        LONDON,
        [CAMDEN],
        times,
        {kind: {barnet: [Happening(date(2025, 12, 1), "2025-26")]}},
        [],
        date(2026, 6, 1),
    )
    states = {o.period: (o.state, o.why) for o in found if o.commitment.id == "L2.1a"}
    assert states == {"2024-25": ("untracked", BEFORE), "2025-26": ("missed", "")}
    nobody = obligations(LONDON, [CAMDEN], times, {kind: {}}, [], date(2026, 6, 1))
    assert {o.state for o in nobody if o.commitment.id == "L2.1a"} == {"missed"}

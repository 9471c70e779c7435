"""What holds of every duty, whatever happened and whenever one looks."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concord.charter import load_file
from concord.charter.calendar import occurrences
from concord.rules.duty import OPEN, STATES, Happening, Obligation, Party, Span, Waiver
from concord.rules.obligations import obligations

CHARTERS = Path(__file__).parents[3] / "charters"
BOTH = [load_file(CHARTERS / name) for name in ("london-2019.toml", "east-midlands-2020.toml")]
TIMES = {c.key: occurrences(c, date(2024, 4, 1), date(2026, 3, 31)) for c in BOTH}
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine too
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
PERIODS = st.sampled_from(["", "2024-25Q1", "2024-25Q4", "2025-26Q2", "2024-25", "2025-26"])
ORDER = {"not-due": 0, "due": 1, "missed": 2}


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """An alliance's authority with a chequered membership, some evidence and some variations."""
    charter = draw(st.sampled_from(BOTH))
    ids = [c.id for c in charter.commitments]
    some = st.frozensets(st.sampled_from(ids), max_size=10)
    cuts = sorted(draw(st.lists(DAYS, min_size=2, max_size=4, unique=True)))
    spans = tuple(
        Span(start, end - timedelta(days=1), draw(st.none() | some)) for start, end in pairwise(cuts)
    )
    party = Party("authority", "202", "Camden", spans)
    kinds = sorted({(c.met_by.kind, c.met_by.of) for c in charter.commitments})
    happening = st.builds(Happening, on=DAYS, period=PERIODS, office=st.sampled_from(["", "director"]))
    evidence = {
        kind: {party.id: draw(st.lists(happening, max_size=3))}
        for kind in draw(st.lists(st.sampled_from(kinds), unique=True, max_size=8))
    }
    waivers = [
        Waiver(party.id, draw(some), start, draw(st.none() | st.just(start + timedelta(days=90))))
        for start in draw(st.lists(DAYS, max_size=2))
    ]
    return {
        "charter": charter,
        "parties": [party],
        "occurrences": TIMES[charter.key],
        "evidence": evidence,
        "waivers": waivers,
        "since": draw(st.just(date.min) | DAYS),
    }


def at(case: dict[str, Any], day: date, **other: Any) -> dict[str, Obligation]:
    """The duties on a day, by key."""
    return {o.key: o for o in obligations(today=day, **(case | other))}


@UNHURRIED
@given(cases(), DAYS)
def test_each_duty_has_one_state_that_its_dates_bear_out(case: dict[str, Any], today: date) -> None:
    found = obligations(today=today, **case)
    assert len({o.key for o in found}) == len(found)
    for o in found:
        assert o.state in STATES
        match o.state:
            case "not-due":
                assert o.opens is not None
                assert today < o.opens
            case "due":
                assert o.due is None or today <= o.due
            case "missed":
                assert o.due is not None
                assert o.due < today
                assert o.done_on is None
            case "done":
                assert o.done_on is not None
                assert o.due is None or o.done_on <= o.due
            case "done-late":
                assert o.done_on is not None
                assert o.due is not None
                assert o.done_on > o.due
            case "untracked":
                assert o.why


@UNHURRIED
@given(cases(), DAYS)
def test_a_waiver_always_wins(case: dict[str, Any], today: date) -> None:
    party, everything = case["parties"][0], frozenset(c.id for c in case["charter"].commitments)
    waiver = Waiver(party.id, everything, date.min, None)
    assert {o.state for o in obligations(today=today, **(case | {"waivers": [waiver]}))} <= {"waived"}


@UNHURRIED
@given(cases(), DAYS, st.integers(0, 500))
def test_time_alone_moves_a_duty_only_forward(case: dict[str, Any], today: date, days: int) -> None:
    quiet = {kind: dict.fromkeys(by, ()) for kind, by in case["evidence"].items()}
    before = at(case, today, evidence=quiet)
    after = at(case, today + timedelta(days=days), evidence=quiet)
    for key in before.keys() & after.keys():
        one, two = before[key], after[key]
        if one.due and one.state in ORDER and two.state in ORDER:
            assert ORDER[two.state] >= ORDER[one.state]


@UNHURRIED
@given(cases(), DAYS)
def test_what_was_done_in_time_stays_done(case: dict[str, Any], today: date) -> None:
    later = at(case, today + timedelta(days=30))
    for key, o in at(case, today).items():
        if o.state in ("done", "done-late") and o.due and key in later:
            assert (later[key].state, later[key].done_on) == (o.state, o.done_on)


@UNHURRIED
@given(cases(), DAYS)
def test_nothing_open_is_asked_of_who_does_not_take_part(case: dict[str, Any], today: date) -> None:
    party = case["parties"][0]
    for o in obligations(today=today, **case):
        span = party.on(o.due or today)
        assert span is not None
        if o.state in OPEN:
            assert span.clauses is None or o.commitment.id in span.clauses
            assert any(key == (o.commitment.met_by.kind, o.commitment.met_by.of) for key in case["evidence"])


@UNHURRIED
@given(cases(), DAYS)
def test_doing_it_today_closes_it(case: dict[str, Any], today: date) -> None:
    party = case["parties"][0]
    for o in obligations(today=today, **case):
        if o.state not in OPEN:
            continue
        met = o.commitment.met_by
        done = case["evidence"] | {
            (met.kind, of): {party.id: [Happening(today, o.period)]} for of in met.names
        }
        if o.due is None and not o.period and o.commitment.after and o.opens and o.opens > today:
            continue
        assert at(case, today, evidence=done)[o.key].state in ("done", "done-late")

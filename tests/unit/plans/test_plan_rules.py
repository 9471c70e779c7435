"""What a plan lacks, how far a measure has come, and whether a look back came in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.rules.follow_ups import done_words, standing_words
from concord.rules.plans import lacks, way

ACTION = {"text": "Audit ten", "owner": "Head of service", "due": "2027-03-31"}


def point(kind: str, text: str = "Text", actions: int = 0) -> dict[str, object]:
    return {"kind": kind, "text": text, "actions": [ACTION] * actions}


def test_a_plan_needs_a_strength_an_area_and_something_done_about_each() -> None:
    assert len(lacks({"points": [], "actions": []})) == 2
    found = lacks(
        {"points": [point("strength"), point("area", "Timeliness"), point("area", "Voice", 1)], "actions": []}
    )
    assert found == ["Say what will be done about “Timeliness”."]
    assert lacks({"points": [point("strength"), point("area", actions=2)], "actions": []}) == []
    loose = [ACTION | {"owner": "", "due": None}]
    assert lacks({"points": [point("strength"), point("area", actions=1)], "actions": loose}) == [
        "Say who sees to “Audit ten”.",
        "Say by when “Audit ten” is done.",
    ]


@pytest.mark.parametrize(
    ("baseline", "aim", "latest", "said"),
    [
        (20.0, 15.0, 18.0, "2.0 of the 5.0 asked for: 3.0 still to go."),
        (20.0, 15.0, 14.0, "The aim is reached."),
        (20.0, 15.0, 15.0, "The aim is reached."),
        (20.0, 15.0, 22.5, "2.5 further from the aim than at the start: 7.5 still to go."),
        (20.0, 15.0, 20.0, "Where it was at the start: 5.0 still to go."),
        (60.0, 80.0, 70.0, "10.0 of the 20.0 asked for: 10.0 still to go."),
        (60.0, 80.0, 85.0, "The aim is reached."),
        (None, 80.0, 85.0, ""),
        (60.0, 60.0, 70.0, "10.0 from where it is to be held."),
        (60.0, 60.0, 50.0, "10.0 from where it is to be held."),
        (60.0, 60.0, 60.0, "The aim is reached."),
    ],
)
def test_how_far_a_measure_has_come(baseline: float | None, aim: float, latest: float, said: str) -> None:
    assert way(baseline, aim, latest) == said


@given(*[st.floats(-1000, 1000)] * 3)
def test_reached_is_said_exactly_when_it_is(baseline: float, aim: float, latest: float) -> None:
    said = way(baseline, aim, latest)
    reached = round(aim - latest, 1) == 0 or (
        round(aim - baseline, 1) != 0 and (latest - aim) * (aim - baseline) > 0
    )
    assert (said == "The aim is reached.") == reached


OPENS, DUE = date(2026, 9, 1), date(2026, 12, 1)


@given(st.integers(-400, 400))
def test_early_in_time_and_late_are_told_apart(days: int) -> None:
    day = OPENS + timedelta(days=days)
    done, now = done_words(OPENS, DUE, day), standing_words(OPENS, DUE, day)
    assert done.endswith("early") == now.startswith("opens in") == (day < OPENS)
    assert done.endswith("late") == now.endswith("late") == (day > DUE)
    assert (done == "within its window") == (OPENS <= day <= DUE)


def test_the_words_of_a_window() -> None:
    assert standing_words(OPENS, DUE, date(2026, 8, 31)) == "opens in 1 day"
    assert standing_words(OPENS, DUE, OPENS) == "open now; 13 weeks left"
    assert standing_words(OPENS, DUE, DUE) == "due today"
    assert done_words(OPENS, DUE, date(2026, 12, 2)) == "1 day late"
    assert done_words(OPENS, DUE, date(2026, 12, 31)) == "4 weeks late"

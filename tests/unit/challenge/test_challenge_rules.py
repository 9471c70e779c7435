"""Stages and acts from both charters, seats of a group, what a claim shows for itself, and the calendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from concord.charter import Charter, load
from concord.charter.vocabulary import CHALLENGE_ACTS
from concord.outputs.calendar import meetings
from concord.rules import challenge as rules
from concord.rules import stages
from concord.rules.enquiry import Claim, unsupported
from concord.rules.lifecycle import NotNow

CHARTERS = Path(__file__).parents[3] / "charters"


def charter(name: str) -> Charter:
    return load((CHARTERS / f"{name}.toml").read_text("utf-8"), name)


LONDON, EAST_MIDLANDS = charter("london-2019"), charter("east-midlands-2020")
DONE = stages.Done(date(2027, 1, 20), "Somebody")


def test_every_act_that_a_charter_can_name_has_its_rule() -> None:
    assert set(CHALLENGE_ACTS) == set(rules.ACTS)


def test_five_steps_in_the_east_midlands_and_londons_own() -> None:
    for made, titles in (
        (
            EAST_MIDLANDS,
            ["Request and submit", "Read and agree key lines of enquiry", "Challenge conversation"],
        ),
        (LONDON, ["Self-assessment", "Group discussion", "Record"]),
    ):
        found = stages.progress(made, rules.CHALLENGE, {}, "2026-27", None)
        assert [stage.title for stage in found][:3] == titles
        assert found[0].state == "now"
        assert [s.number for s in found] == list(range(1, len(found) + 1))


def test_an_act_that_a_charter_leaves_out_is_left_out_of_every_order() -> None:
    acts = rules.acts_of(LONDON, rules.CHALLENGE)
    assert "enquire" not in acts
    assert rules.comes_after("converse", acts) == ("scrutinise", "timetable")
    assert rules.comes_after("converse", ("scrutinise", "enquire")) == ("scrutinise", "enquire")
    with pytest.raises(NotNow, match="no such step"):
        rules.require_turn(LONDON, rules.CHALLENGE, "deposit", set(acts))


def test_by_when_comes_from_the_clause_and_counts_from_the_conversation() -> None:
    held = stages.progress(EAST_MIDLANDS, rules.CHALLENGE, {}, "2026-27", date(2027, 2, 10))
    found = {act.act: act for stage in held for act in stage.acts}
    assert found["converse"].due is not None
    assert found["converse"].due.latest == date(2027, 2, 28)
    assert found["deposit"].duty is not None
    assert found["deposit"].duty.id == "E2.5k"
    assert found["deposit"].due is not None
    assert found["deposit"].due.latest == date(2027, 3, 10)  # 20 working days on
    assert found["follow-up"].due is not None
    assert (found["follow-up"].due.earliest, found["follow-up"].due.latest) == (
        date(2027, 5, 10),
        date(2027, 8, 10),
    )
    before = stages.progress(EAST_MIDLANDS, rules.CHALLENGE, {}, "2026-27", None)
    assert next(a for s in before for a in s.acts if a.act == "deposit").due is None


def test_a_stage_is_done_without_what_it_may_do_without() -> None:
    acts = {"scrutinise": DONE, "enquire": DONE, "timetable": DONE}
    found = stages.progress(EAST_MIDLANDS, rules.CHALLENGE, acts, "2026-27", None)
    assert found[1].state == "done"
    assert "invite-experts" not in rules.unfinished(EAST_MIDLANDS, rules.CHALLENGE, acts)
    assert "follow-up" not in rules.unfinished(EAST_MIDLANDS, rules.CHALLENGE, {})


def labels(made: Charter, done: set[str], state: str) -> dict[str, str]:
    acts = dict.fromkeys(done, DONE)
    found = stages.progress(made, rules.CHALLENGE, acts, "2026-27", date(2027, 2, 10), state)
    return {act.act: act.label for stage in found for act in stage.acts}


def test_what_was_not_needed_is_not_open_once_a_challenge_is_closed() -> None:
    done = set(rules.acts_of(EAST_MIDLANDS, rules.CHALLENGE)) - {"invite-experts", "deposit", "follow-up"}
    under_way, closed = labels(EAST_MIDLANDS, done, "open"), labels(EAST_MIDLANDS, done, "closed")
    assert (under_way["invite-experts"], under_way["deposit"], under_way["follow-up"]) == (
        "If needed", "Open", "Open",
    )  # fmt: skip
    assert (closed["invite-experts"], closed["deposit"]) == ("Not needed", "Not done")
    assert closed["follow-up"] == "Open", "looks back go on after the close"
    assert set(labels(EAST_MIDLANDS, {"request"}, "cancelled").values()) == {"Done", "Not done", "Not needed"}
    assert (labels(LONDON, set(), "open")["desk-review"], labels(LONDON, set(), "closed")["desk-review"]) == (
        "If needed", "Not needed",
    )  # fmt: skip


def test_a_stage_says_whether_it_is_ahead() -> None:
    def words(state: str, done: set[str]) -> list[str]:
        acts = dict.fromkeys(done, DONE)
        return [s.label for s in stages.progress(LONDON, rules.CHALLENGE, acts, "2026-27", None, state)]

    first = {"request", "submit", "conflicts", "scrutinise"}
    assert words("open", first) == ["Done", "Now", "Later", "Later", "If needed"]
    assert words("cancelled", set()) == ["Not done"] * 4 + ["Not needed"]


def test_the_pack_is_asked_for_where_the_charter_has_one() -> None:
    assert rules.act_words(EAST_MIDLANDS, rules.CHALLENGE, "submit") == "submit the self-evaluation and pack"
    assert rules.act_words(LONDON, rules.CHALLENGE, "submit") == "submit the self-evaluation"


@pytest.mark.parametrize("activity", list(rules.ACTIVITIES))
def test_other_activities_have_fewer_stages_and_a_report(activity: str) -> None:
    acts = rules.acts_of(LONDON, activity)
    assert {"converse", "record", "report", "respond"} <= set(acts)
    assert len(rules.stages_of(LONDON, activity)) == 3
    assert rules.roles_of(LONDON, activity)[0] == "host"


def test_seats_of_a_group_with_a_lead_and_of_peers() -> None:
    led = {"host": "831", "lead": "830", "triad": ["856", "892"], "quality-assurance": None}
    assert rules.hosts_of(led) == ["831"]
    assert rules.seats_of(led, "831") == {"lead": ["830"], "triad": ["856", "892"]}
    peers = {"members": ["202", "206", "204"]}
    assert rules.hosts_of(peers) == ["202", "206", "204"]
    assert rules.seats_of(peers, "206") == {"triad": ["202", "204"]}


@pytest.mark.parametrize(
    ("text", "grade", "files", "doubted"),
    [
        ("Our practice is robust and consistently good.", "", 0, True),
        ("Visits are seen.", "Outstanding", 0, True),
        ("Our practice is robust: 92% of visits in time.", "good", 0, False),
        ("Our practice is robust.", "good", 1, False),
        ("We visit, and we write it down.", "requires improvement", 0, False),
        ("  ", "good", 0, False),
        ("The neighbourhood is goods yard country.", "", 0, False),
        ("Oversight is regular, but not always curious.", "", 0, False),
    ],
)
def test_a_claim_without_a_figure_or_a_file_is_asked_about(
    text: str, grade: str, files: int, doubted: bool
) -> None:
    found = unsupported([Claim("leaders", "Leaders", text, grade, files)])
    assert bool(found) is doubted
    if found:
        assert (found[0].source, found[0].section) == ("claim", "leaders")
        assert "no evidence" in found[0].why


@dataclass
class Slot:
    pk: int
    title: str
    starts: datetime
    ends: datetime
    place: str = ""
    sequence: int = 0
    cancelled_at: datetime | None = None


def test_the_calendar_file_moves_what_moved_and_takes_out_what_was_called_off() -> None:
    start, end = datetime(2027, 2, 10, 9, 30, tzinfo=UTC), datetime(2027, 2, 10, 16, tzinfo=UTC)
    rows = [
        Slot(1, "The day", start, end, "County Hall", 2),
        Slot(2, "Call", start, end, "", 1, cancelled_at=start),
    ]
    content = meetings("Derby", rows, "https://concord.example.org/", "/alliances/x/challenges/1/", start)
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [str(e["uid"]) for e in events] == [
        "meeting.1@concord.example.org",
        "meeting.2@concord.example.org",
    ]
    assert [int(e["sequence"]) for e in events] == [2, 1]
    assert [str(e["status"]) for e in events] == ["CONFIRMED", "CANCELLED"]
    assert events[0].decoded("dtstart") == start
    assert str(events[0]["url"]) == "https://concord.example.org/alliances/x/challenges/1/"

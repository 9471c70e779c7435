"""Looks back in their windows: set up, handed on, checked, reported, received, reviewed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from tests import factories
from tests.integration.plans import steps

from concord.actions import _run, acknowledgements, follow_ups, papers, plans
from concord.actions._run import Invalid, Refused
from concord.queries import acknowledgements as shown
from concord.queries import follow_ups as reading
from concord.queries.papers import form_of, title_of
from concord.queries.standing import standing_of
from concord.records.models import Act, Authority, FollowUp, Notice, Paper, Plan, Seat
from concord.rules.lifecycle import NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(steps.AT, tick=False) as moment:
        yield moment


def held(of: steps.Place) -> FollowUp:
    """The conversation was held: what follows is set up."""
    run = _run.Run("test", of.actor("director"), steps.AT)
    [row] = follow_ups.schedule(run, of.challenge, "challenge", steps.HELD)
    return row


def report(of: steps.Place, row: FollowUp, by: str = "director") -> Paper:
    """The host’s report, written and handed in."""
    rule, actor = reading.rule_of(row), of.actor(by)
    paper = papers.begin(
        by=actor, alliance=of.alliance, authority=of.authority, template=rule.template, period=steps.YEAR,
        challenge=row.challenge,
    )  # fmt: skip
    for section in form_of(paper).sections:
        papers.save_section(by=actor, paper=paper, key=section.key, text="What was done.", seen_version=0)
    return papers.submit(by=actor, paper=paper)


@pytest.mark.clause("E2.2d", "E2.4")
def test_the_host_reports_three_to_six_months_on_and_lead_and_triad_review(today: Any) -> None:
    of = steps.place("east-midlands")
    row = held(of)
    assert (row.key, row.opens, row.due) == ("follow-up-report", date(2027, 2, 6), date(2027, 5, 6))
    assert (
        follow_ups.schedule(
            _run.Run("t", of.actor("director"), steps.AT), of.challenge, "challenge", steps.HELD
        )
        == []
    )
    with pytest.raises(NotNow):
        follow_ups.receive(by=of.actor("lead"), follow_up=row)
    today.move_to(datetime(2027, 5, 20, 9, tzinfo=UTC))
    report(of, row)
    row = reading.follow_up_of(of.alliance.key, row.pk)
    look = reading.page_of(row, date(2027, 5, 20)).look
    assert (row.state, look.timing, look.late) == ("reported", "14 days late", True)
    told = set(
        Notice.objects.filter(kind="follow-up", sentence__contains="has come").values_list(
            "person", flat=True
        )
    )
    assert told == {of.people[p].pk for p in ("lead", "triad", "triad two")}
    assert Act.objects.filter(act="follow-up").exists()
    for stranger in ("director", "far"):
        with pytest.raises(Refused):
            follow_ups.receive(by=of.actor(stranger), follow_up=row)
    row = follow_ups.receive(by=of.actor("lead"), follow_up=row)
    with pytest.raises(Invalid) as refused:
        follow_ups.review(by=of.actor("triad"), follow_up=row, outcome="fine", text="")
    assert set(refused.value.fields) == {"outcome", "text"}
    row = follow_ups.review(by=of.actor("triad"), follow_up=row, outcome="more", text="Two actions are slow.")
    assert (row.state, row.outcome) == ("reviewed", "more")
    assert Notice.objects.filter(
        person=of.people["director"], sentence__contains="more is to be done"
    ).exists()


@pytest.mark.clause("E2.5i")
def test_a_progress_check_is_handed_on_and_what_was_checked_is_kept(today: Any) -> None:
    of = steps.place("east-midlands")
    plan = steps.signed(of)
    row = FollowUp.objects.get(plan=plan)
    assert (row.key, row.opens, row.due) == ("progress-check", date(2027, 4, 20), date(2027, 6, 20))
    look = reading.page_of(row, steps.AT.date()).look
    assert look.last_working_day == date(2027, 6, 18), "its last day is a Sunday"
    member = factories.person(of.alliance, "assistant-director", code="856")
    names = {p.pk for p, _ in reading.page_of(row, steps.AT.date()).people}
    assert names == {of.people["assistant-director"].pk, of.people["data-lead"].pk}
    with pytest.raises(Invalid, match="asked into the team"):
        follow_ups.delegate(by=of.actor("lead"), follow_up=row, to=member)
    Seat.objects.create(
        challenge=of.challenge, role="member", person=member, state="taken", invited_at=steps.AT,
        authority=Authority.objects.get(code="856"),
    )  # fmt: skip
    follow_ups.delegate(by=of.actor("lead"), follow_up=row, to=member)
    assert Notice.objects.filter(person=member, urgent=True, sentence__contains="handed to you").exists()
    today.move_to(datetime(2027, 5, 4, 9, tzinfo=UTC))
    by = steps.actor_of(member)
    what = {
        "follow_up": row,
        "activity": "Moderation of audits",
        "on": date(2027, 5, 3),
        "found": "Judged alike.",
    }
    with pytest.raises(Invalid) as refused:
        follow_ups.record_check(by=by, **what, number=8, agreed=9)
    assert set(refused.value.fields) == {"agreed"}
    kept = follow_ups.record_check(by=by, **what, number=8, agreed=7)
    assert (kept.number, kept.agreed) == (8, 7)
    with pytest.raises(Refused):
        follow_ups.record_check(by=of.actor("far"), **what)
    report(of, row, "data-lead")
    row = reading.follow_up_of(of.alliance.key, row.pk)
    assert reading.page_of(row, date(2027, 5, 4)).look.timing == "within its window"
    follow_ups.review(
        by=of.actor("lead"),
        follow_up=follow_ups.receive(by=of.actor("lead"), follow_up=row),
        outcome="enough",
        text="Well done.",
    )
    assert Act.objects.filter(act="progress-check").exists()
    with pytest.raises(NotNow):
        follow_ups.delegate(by=of.actor("lead"), follow_up=row, to=member)


@pytest.mark.clause("E2.5i")
def test_a_renewed_plan_is_looked_back_at_in_a_report_of_its_own(today: Any) -> None:
    of = steps.place("east-midlands")
    old = steps.signed(of)
    today.move_to(datetime(2027, 5, 4, 9, tzinfo=UTC))
    first = report(of, FollowUp.objects.get(plan=old), "data-lead")
    new = plans.renew(by=of.actor("director"), plan=old)
    plans.send(by=of.actor("director"), plan=new)
    for office in ("director", "chief-executive", "lead-member"):
        steps.sign(of, new, office)
    row = FollowUp.objects.get(plan=new)
    again = papers.reopen(by=of.actor("director"), paper=first, reason="A figure was wrong")
    papers.submit(by=of.actor("director"), paper=again)
    assert FollowUp.objects.get(pk=row.pk).state == "waiting", "the first report is not the second’s"
    today.move_to(datetime(2027, 11, 20, 9, tzinfo=UTC))
    page = f"/alliances/east-midlands/follow-ups/{row.pk}/"
    begun = factories.client_of(of.actor("data-lead")).post(page, {"do": "write"})
    second = report(of, row, "data-lead")
    assert begun["Location"] == f"/alliances/east-midlands/papers/{second.pk}/", "begun once"
    row.refresh_from_db()
    assert (row.paper_id, second.number, second.previous_id) == (second.pk, 2, first.pk)
    assert title_of(second).endswith("2026-27, number 2")
    assert FollowUp.objects.get(plan=old).paper_id == first.pk
    assert Paper.objects.get(pk=first.pk).submitted_at < Paper.objects.get(pk=second.pk).submitted_at


def test_london_looks_back_at_the_desk_after_a_concern_and_tells_the_top_of_the_council(today: Any) -> None:
    of = steps.place("london")
    plan = steps.signed(of)
    assert not FollowUp.objects.exists(), "London’s memorandum asks for a look back only after a concern"
    with pytest.raises(Refused):
        follow_ups.set_up(by=of.actor("director"), plan=plan, trigger="concern", since=steps.HELD)
    [row] = follow_ups.set_up(by=of.actor("triad"), plan=plan, trigger="concern", since=steps.HELD)
    assert (row.opens, row.due) == (date(2027, 1, 29), date(2027, 2, 26))
    with pytest.raises(Invalid, match="Nothing new"):
        follow_ups.set_up(by=of.actor("triad"), plan=plan, trigger="concern", since=steps.HELD)
    with pytest.raises(Invalid, match="does not let this be handed on"):
        follow_ups.delegate(by=of.actor("triad"), follow_up=row, to=of.people["data-lead"])
    today.move_to(datetime(2027, 1, 20, 9, tzinfo=UTC))
    report(of, row)
    row = reading.follow_up_of(of.alliance.key, row.pk)
    assert reading.page_of(row, date(2027, 1, 20)).look.timing == "9 days early"
    for office in ("chief-executive", "lead-member"):
        actor = of.actor(office)
        [it] = shown.shown_to(actor, standing_of(of.alliance, date(2027, 1, 20)))
        acknowledgements.acknowledge(by=actor, row=it.row)
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_conversation_put_right_moves_the_window() -> None:
    of = steps.place("east-midlands")
    row = held(of)
    run = _run.Run("test", of.actor("director"), steps.AT)
    follow_ups.schedule(run, of.challenge, "challenge", date(2026, 11, 13))
    row.refresh_from_db()
    assert (row.opens, row.due) == (date(2027, 2, 13), date(2027, 5, 13))


@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_who_sees_a_look_back(region: str) -> None:
    of = steps.place(region)
    plan = Plan.objects.get(pk=steps.signed(of).pk)
    if region == "london":
        follow_ups.set_up(by=of.actor("triad"), plan=plan, trigger="concern", since=steps.HELD)
    day = standing_of(of.alliance, steps.AT.date())
    seen = {label for label in of.people if reading.rows_for(of.actor(label), day)}
    # In the East Midlands the directors see together that answers are in proportion (clause 4.3).
    assert seen == set(of.people) - ({"far"} if region == "london" else set())

"""What plans and looks back discharge: the duties of both memoranda, worked out as the boards do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from tests.integration.follow_ups.test_follow_ups import held, report
from tests.integration.plans import steps

from concord.actions import acknowledgements, follow_ups, plan_life, plan_text, plans
from concord.actions.challenges import do
from concord.queries.duties import duties, setting_of
from concord.queries.follow_ups import follow_up_of
from concord.records.models import Acknowledgement, Act, FollowUp, Plan, PlanChallenge, PlanPoint
from concord.rules.duty import Obligation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(steps.AT, tick=False) as moment:
        yield moment


def owed(of: steps.Place, day: date, clause: str, code: str = "") -> list[Obligation]:
    setting = setting_of(of.alliance, day, date(2026, 4, 1), date(2027, 12, 31))
    found = duties([setting], day)[of.alliance.key]
    return [d for d in found if d.commitment.id == clause and d.party.key == (code or of.code)]


def acted(of: steps.Place, act: str) -> None:
    """The act was done in the challenge, as its own chapter does it."""
    Act.objects.create(challenge=of.challenge, act=act, by="The lead", on=steps.HELD, at=steps.AT)


def test_a_signed_and_challenged_plan_meets_the_east_midlands_duties() -> None:
    of = steps.place("east-midlands")
    plan = steps.signed(of)
    day = date(2027, 4, 2)
    assert {d.state for d in owed(of, day, "E1.6e") if d.period == steps.YEAR} == {"done"}
    before = [d.state for d in owed(of, day, "E2.5c") if d.period == steps.YEAR]
    plan_life.challenge(by=of.actor("lead"), plan=plan, text="What if the audits show nothing?")
    assert PlanChallenge.objects.count() == 1
    after = [d.state for d in owed(of, day, "E2.5c") if d.period == steps.YEAR]
    assert "done" not in before
    assert set(after) == {"done"}


@pytest.mark.clause("E1.6e")
def test_a_plan_that_is_opened_again_and_changed_is_to_be_signed_anew() -> None:
    of = steps.place("east-midlands")
    plan, day = steps.signed(of), date(2027, 4, 2)

    def unsigned() -> set[str]:
        return {d.office for d in owed(of, day, "E1.6e") if d.period == steps.YEAR and d.state != "done"}

    plans.reopen(by=of.actor("director"), plan=plan, reason="A date was wrong")
    assert unsigned() == set(), "every signature still stands under this text"
    area = PlanPoint.objects.filter(plan=plan, kind="area").first()
    plan_text.save_action(
        by=of.actor("director"), plan=plan, area=area, text="And hear them", owner="The director", due=day
    )
    assert unsigned() == {"director", "lead-member", "chief-executive"}
    plans.send(by=of.actor("director"), plan=Plan.objects.get(pk=plan.pk))
    for office in ("director", "chief-executive"):
        steps.sign(of, plan, office)
    assert unsigned() == {"lead-member"}
    steps.sign(of, plan, "lead-member")
    assert unsigned() == set()


def test_the_progress_check_is_owed_by_the_peers_once_the_plan_is_signed(today: Any) -> None:
    of = steps.place("east-midlands")
    steps.signed(of)
    row, day = FollowUp.objects.get(), date(2027, 5, 4)
    assert {d.state for d in owed(of, day, "E2.5i", "830")} == {"due"}
    today.move_to(datetime(2027, 5, 4, 9, tzinfo=UTC))
    report(of, row, "data-lead")
    assert {d.state for d in owed(of, day, "E2.5i", "830")} == {"done"}


def test_the_follow_up_report_is_owed_by_the_host_and_its_review_by_the_peers(today: Any) -> None:
    of = steps.place("east-midlands")
    acted(of, "converse")
    row, day = held(of), date(2027, 3, 1)
    today.move_to(datetime(2027, 3, 1, 9, tzinfo=UTC))
    assert {d.state for d in owed(of, day, "E2.4")} == {"due"}
    report(of, row)
    assert {d.state for d in owed(of, day, "E2.4")} == {"done"}
    assert {d.state for d in owed(of, day, "E2.2d", "830")} == {"due"}
    row = follow_ups.receive(by=of.actor("lead"), follow_up=follow_up_of(of.alliance.key, row.pk))
    follow_ups.review(by=of.actor("lead"), follow_up=row, outcome="enough", text="Well done.")
    assert {d.state for d in owed(of, day, "E2.2d", "830")} == {"done"}


def test_the_plan_is_shown_and_read_in_london() -> None:
    of = steps.place("london")
    acted(of, "converse")
    plan, day = steps.signed(of), steps.AT.date()
    assert {d.state for d in owed(of, day, "L2.1g")} == {"due"}
    plans.show(by=of.actor("director"), plan=plan)
    for office in ("chief-executive", "lead-member"):
        assert {d.state for d in owed(of, day, "L2.1g")} == {"due"}
        row = Acknowledgement.objects.get(office=office)
        acknowledgements.acknowledge(by=of.actor(office), row=row)
    assert {d.state for d in owed(of, day, "L2.1g")} == {"done"}


def test_holding_the_conversation_sets_the_follow_up_up() -> None:
    of = steps.place("east-midlands")
    for act in ("conflicts", "coach", "request", "submit", "scrutinise", "enquire", "timetable"):
        acted(of, act)
    do(by=of.actor("lead"), challenge=of.challenge, act="converse", on=steps.HELD)
    assert FollowUp.objects.get().since == steps.HELD

"""A development plan from the findings to its renewal, in both regions."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from tests import releasing
from tests.integration.plans import steps

from concord.actions import acknowledgements, plan_life, plan_text, plans, sign_offs
from concord.actions._run import Invalid, Refused
from concord.queries import acknowledgements as shown
from concord.queries import plans as reading
from concord.queries.plan_page import page_of
from concord.queries.standing import standing_of
from concord.records.models import (
    Acknowledgement,
    Act,
    FollowUp,
    Notice,
    Plan,
    PlanAction,
    PlanPoint,
    PlanText,
    Progress,
)
from concord.rules.lifecycle import NotNow

pytestmark = pytest.mark.django_db
REGIONS = ("london", "east-midlands")


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(steps.AT, tick=False) as moment:
        yield moment


@pytest.mark.clause("E1.6e", "L2.1g", "E2.5c")
@pytest.mark.parametrize("region", REGIONS)
def test_a_plan_from_the_findings_to_the_last_signature(region: str) -> None:
    of = steps.place(region)
    plan, by = steps.begun(of), of.actor("director")
    points = list(PlanPoint.objects.filter(plan=plan).values_list("kind", "text"))
    assert ("strength", "Early help is well led") in points
    assert ("area", "Hear children’s voices in audits") in points
    assert "Move the front door" not in dict(points).values(), "a recommendation that was declined"
    assert PlanPoint.objects.get(plan=plan, kind="strength").finding.kind == "strength"
    with pytest.raises(Invalid, match="Say what will be done about “Assessments take too long”"):
        plans.send(by=by, plan=plan)
    with pytest.raises(Invalid, match="already"):
        steps.begun(of)
    Plan.objects.all().delete()

    plan = steps.whole(of)
    plan = plans.send(by=by, plan=plan)
    waiting = Notice.objects.filter(kind="to-sign").values_list("person", "link", "urgent")
    asked = {of.people[o].pk for o in ("chief-executive", "lead-member")}
    assert set(waiting) >= {(p, reading.link_of(plan), True) for p in asked}
    for office in ("lead-member", "director", "chief-executive"):  # in any order
        assert Plan.objects.get(pk=plan.pk).state == "signing"
        steps.sign(of, plan, office)
    plan = Plan.objects.get(pk=plan.pk)
    assert plan.state == "signed"
    assert Act.objects.filter(challenge=of.challenge, act="plan").exists()

    plans.show(by=by, plan=plan)
    read = Acknowledgement.objects.filter(subject="plan")
    assert set(read.values_list("office", flat=True)) == {"chief-executive", "lead-member"}
    for office in ("chief-executive", "lead-member"):
        actor = of.actor(office)
        [it] = shown.shown_to(actor, standing_of(of.alliance, steps.AT.date()))
        assert it.link == reading.link_of(plan)
        acknowledgements.acknowledge(by=actor, row=it.row, note="Thank you")
    assert not read.filter(read_at=None).exists()
    assert Plan.objects.get(pk=plan.pk).read_at == steps.AT
    with pytest.raises(Invalid, match="shown already"):
        plans.show(by=by, plan=plan)

    peer = of.actor("triad")
    said = plan_life.challenge(by=peer, plan=plan, text="How will you know?")
    plan_life.answer(by=by, challenged=said, text="By the audits.")
    assert Act.objects.filter(act="challenge-plan").exists() == (region == "east-midlands")
    with pytest.raises(Invalid, match="answered this already"):
        plan_life.answer(by=by, challenged=said, text="Again.")


def test_an_edit_voids_the_signatures_in_plain_sight() -> None:
    of = steps.place("east-midlands")
    by = of.actor("director")
    plan = plans.send(by=by, plan=steps.whole(of))
    steps.sign(of, plan, "chief-executive")
    seen = reading.signable(plan)
    Notice.objects.all().delete()
    plan = plan_text.save_summary(by=by, plan=plan, text="Faster, together.", seen=plan_text.mark(""))
    statuses = {p.office: p.status for p in page_of(by, plan, steps.AT.date()).places}
    assert statuses == {"director": "unsigned", "lead-member": "unsigned", "chief-executive": "void"}
    assert of.people["chief-executive"].pk in Notice.objects.filter(kind="void").values_list(
        "person", flat=True
    )
    with pytest.raises(Invalid, match="not the one that you were shown"):
        sign_offs.sign(
            by=of.actor("lead-member"), what=reading.signable(plan), office="lead-member", seen_hash=seen.hash
        )
    assert [t.version for t in PlanText.objects.filter(plan=plan)] == list(range(1, plan.version + 1))


def test_opened_again_and_not_changed_it_is_still_signed() -> None:
    of = steps.place("east-midlands")
    plan, by = steps.signed(of), of.actor("director")
    with pytest.raises(NotNow):
        plan_text.save_summary(by=by, plan=plan, text="New", seen=plan_text.mark(""))
    plan = plans.reopen(by=by, plan=plan, reason="A slip of the pen")
    assert plan.state == "draft"
    assert plans.send(by=by, plan=plan).state == "signed"


def test_a_stale_signature_does_not_complete_a_changed_plan() -> None:
    of = steps.place("london")
    by = of.actor("director")
    plan = plans.send(by=by, plan=steps.whole(of))
    stale = reading.signable(plan)
    steps.sign(of, plan, "director")
    steps.sign(of, plan, "chief-executive")
    plan_text.save_summary(by=by, plan=plan, text="Changed", seen=plan_text.mark(""))
    sign_offs.sign(by=of.actor("lead-member"), what=stale, office="lead-member", seen_hash=stale.hash)
    assert Plan.objects.get(pk=plan.pk).state == "signing"


def test_two_who_write_are_told() -> None:
    of = steps.place("london")
    plan = steps.begun(of)
    point = PlanPoint.objects.get(plan=plan, kind="strength")
    details = {"plan": plan, "kind": "strength", "point": point, "seen": plan_text.mark(point.text)}
    plan_text.save_point(by=of.actor("improvement-lead"), **details, text="Theirs")
    with pytest.raises(Invalid, match="improvement-lead of 202.* saved this while you were writing"):
        plan_text.save_point(by=of.actor("director"), **details, text="Mine")
    point.refresh_from_db()
    assert point.text == "Theirs"
    other = {"plan": plan, "kind": "strength", "text": "Another place is nobody’s conflict"}
    plan_text.save_point(by=of.actor("director"), **other)


def test_the_latest_released_figure_is_the_baseline_and_says_its_period() -> None:
    of = steps.place("london")
    analyst = releasing.analyst(of.alliance)
    releasing.released(
        of.alliance, "london-core-18", "2026-27Q1", analyst, ["202", "204", "206"],
        c202=releasing.lines("london-core-18", "x", sw_vacancy_pct=(30, 120)),
    )  # fmt: skip
    plan, by = steps.begun(of), of.actor("director")
    area = PlanPoint.objects.filter(plan=plan, kind="area").first()
    given = {
        "plan": plan,
        "text": "Look at each one",
        "owner": "Head",
        "due": date(2027, 1, 31),
        "area": area,
    }
    with pytest.raises(Invalid) as refused:
        plan_text.save_action(by=by, **given, indicator="sw_vacancy_pct")
    assert set(refused.value.fields) == {"aim"}
    plan_text.save_action(by=by, **given, indicator="sw_vacancy_pct", aim=18.0)
    made = PlanAction.objects.get(text="Look at each one")
    assert (made.baseline, made.baseline_period, made.aim) == (25.0, "2026-27Q1", 18.0)
    releasing.released(
        of.alliance, "london-core-18", "2026-27Q2", analyst, ["202", "204", "206"],
        c202=releasing.lines("london-core-18", "y", sw_vacancy_pct=(26, 120)),
    )  # fmt: skip
    view = next(a for a in page_of(by, plan, steps.AT.date()).actions if a.action.pk == made.pk)
    assert view.now is not None
    assert view.now.period.key == "2026-27Q2"
    assert view.way == "3.3 of the 7.0 asked for: 3.7 still to go."
    # who may see the plan but not releases is told no figure
    plan_text.save_action(
        by=by, **given | {"text": "Typed by hand"}, indicator="sw_vacancy_pct", aim=18.0, baseline=24.0
    )
    assert PlanAction.objects.get(text="Typed by hand").baseline_period == ""


def test_progress_is_kept_and_what_has_some_is_not_taken_out() -> None:
    of = steps.place("east-midlands")
    plan = steps.signed(of)
    part = PlanAction.objects.filter(plan=plan).first()
    told = {"part": part, "on": steps.AT.date()}
    with pytest.raises(Invalid) as refused:
        plan_life.record_progress(by=of.actor("assistant-director"), **told, state="behind", text="")
    assert set(refused.value.fields) == {"text"}
    plan_life.record_progress(by=of.actor("assistant-director"), **told, state="behind", text="Two left")
    plan_life.record_progress(by=of.actor("director"), **told, state="done", text="All ten")
    page = page_of(of.actor("director"), plan, steps.AT.date())
    view = next(a for a in page.actions if a.action.pk == part.pk)
    assert [p.state for p in view.progress] == ["behind", "done"]
    assert view.label == "Done"
    with pytest.raises(Refused):
        plan_life.record_progress(by=of.actor("triad"), **told, state="done", text="Not theirs")
    plans.reopen(by=of.actor("director"), plan=plan, reason="To change it")
    with pytest.raises(Invalid, match="stopped"):
        plan_text.remove_action(by=of.actor("director"), plan=plan, part=part)


def test_a_renewed_plan_takes_the_place_of_the_old_one_when_it_is_signed() -> None:
    of = steps.place("east-midlands")
    old, by = steps.signed(of), of.actor("director")
    check = FollowUp.objects.get(plan=old, key="progress-check")
    new = plans.renew(by=by, plan=old)
    assert (new.number, new.replaces_id) == (2, old.pk)
    assert PlanAction.objects.filter(plan=new).count() == PlanAction.objects.filter(plan=old).count()
    with pytest.raises(Invalid, match="begun already"):
        plans.renew(by=by, plan=old)
    plans.send(by=by, plan=new)
    for office in ("director", "chief-executive", "lead-member"):
        steps.sign(of, new, office)
    old.refresh_from_db()
    assert old.state == "replaced"
    moved = FollowUp.objects.get(pk=check.pk)
    assert (moved.plan_id, moved.due) == (new.pk, check.due), "renewing a plan puts nothing off"
    assert FollowUp.objects.filter(plan=new).count() == 1


def test_a_plan_that_begins_empty_belongs_to_the_years_challenge() -> None:
    of = steps.place("east-midlands")
    plan = plans.begin(
        by=of.actor("director"), alliance=of.alliance, authority=of.authority, period=steps.YEAR
    )
    assert plan.challenge == of.challenge
    assert not PlanPoint.objects.filter(plan=plan).exists()


def test_next_year_begins_with_what_is_still_open() -> None:
    of = steps.place("london")
    plan, by = steps.signed(of), of.actor("director")
    first = PlanAction.objects.filter(plan=plan, area__isnull=False).first()
    plan_life.record_progress(by=by, part=first, on=steps.AT.date(), state="done", text="Done")
    nxt = plans.begin(by=by, alliance=of.alliance, authority=of.authority, period="2027-28", last_year=True)
    carried = PlanAction.objects.filter(plan=nxt)
    assert first.pk not in set(carried.values_list("earlier", flat=True))
    assert carried.count() == PlanAction.objects.filter(plan=plan).count() - 1
    assert not PlanPoint.objects.filter(plan=nxt, earlier=first.area).exists()
    assert not Progress.objects.filter(action__plan=nxt).exists()


@pytest.mark.parametrize("region", REGIONS)
def test_who_sees_a_plan_before_and_after_it_is_signed(region: str) -> None:
    of = steps.place(region)
    plan = plans.send(by=of.actor("director"), plan=steps.whole(of))
    standing = standing_of(of.alliance, steps.AT.date())

    def seen() -> set[str]:
        return {label for label in of.people if reading.rows_for(of.actor(label), standing)}

    own = {
        "director",
        "chief-executive",
        "lead-member",
        "data-lead",
        "improvement-lead",
        "assistant-director",
    }
    assert seen() == own
    for office in ("director", "chief-executive", "lead-member"):
        steps.sign(of, plan, office)
    peers = {"triad", "triad two"} | ({"lead", "far"} if region == "east-midlands" else set())
    assert seen() == own | peers
    with pytest.raises(Refused):
        plan_life.challenge(by=of.actor("far"), plan=plan, text="Not a peer")
    with pytest.raises(Refused):
        plan_text.save_summary(by=of.actor("triad"), plan=plan, text="x", seen="")

"""The pages of plans, looks back, packs and what was shown: forms that come back, refusals, documents."""

from __future__ import annotations

import io
from typing import Any

import pytest
import time_machine
from docx import Document
from tests.factories import client_of
from tests.integration.plans import steps

from concord.actions import plan_text, plans
from concord.queries import plans as reading
from concord.queries.standing import standing_of
from concord.records.models import Acknowledgement, Plan, PlanAction, PlanPoint
from concord.rules import access

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(steps.AT, tick=False) as moment:
        yield moment


def at(of: steps.Place, path: str) -> str:
    return f"/alliances/{of.alliance.key}/{path}"


def test_two_who_write_see_both_texts() -> None:
    of = steps.place("london")
    plan = steps.begun(of)
    point = PlanPoint.objects.get(plan=plan, kind="strength")
    client = client_of(of.people["director"])
    page = at(of, f"plans/{plan.pk}/text/strength/{point.pk}/")
    assert plan_text.mark(point.text) in client.get(page).content.decode()
    details = {"plan": plan, "kind": "strength", "point": point, "seen": plan_text.mark(point.text)}
    plan_text.save_point(by=of.actor("improvement-lead"), **details, text="Theirs")
    answer = client.post(page, {"text": "Mine", "seen": plan_text.mark(point.text), "do": "save"})
    assert "saved this while you were writing" in answer.content.decode()
    assert "Mine" in answer.content.decode()
    assert "Theirs" in client.get(at(of, f"plans/{plan.pk}/")).content.decode()


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() -> None:
    of = steps.place("london")
    plan = steps.begun(of)
    given = {
        "text": "Audit",
        "owner": "Head",
        "due-day": "31",
        "due-month": "2",
        "due-year": "2027",
        "do": "save",
    }
    answer = client_of(of.people["director"]).post(at(of, f"plans/{plan.pk}/text/action/0/"), given)
    assert "must be a real date" in answer.content.decode()
    assert 'value="31"' in answer.content.decode()
    assert PlanAction.objects.filter(plan=plan).count() == 1


def test_an_area_with_actions_is_not_taken_out() -> None:
    of = steps.place("london")
    plan = steps.whole(of)
    area = PlanPoint.objects.filter(plan=plan, kind="area").first()
    client = client_of(of.people["director"])
    page = at(of, f"plans/{plan.pk}/text/area/{area.pk}/")
    answer = client.post(page, {"do": "remove"})
    assert "Take them out first" in answer.content.decode()
    assert PlanPoint.objects.filter(pk=area.pk).exists()
    part = PlanAction.objects.get(area=area)
    client.post(at(of, f"plans/{plan.pk}/text/action/{part.pk}/"), {"do": "remove"})
    client.post(page, {"do": "remove"})
    assert not PlanPoint.objects.filter(pk=area.pk).exists()


def test_the_printed_plan_has_its_places_to_sign_and_says_how_it_goes() -> None:
    of = steps.place("east-midlands")
    plan = steps.signed(of)
    client = client_of(of.people["chief-executive"])
    answer = client.get(at(of, f"plans/{plan.pk}/document.docx"))
    document = Document(io.BytesIO(answer.content))
    cells = "\n".join(c.text for t in document.tables for row in t.rows for c in row.cells)
    assert "chief-executive of 831" in cells
    assert "Nothing was said yet" in cells
    assert plan.hash in "\n".join(p.text for p in document.paragraphs)
    assert client.get(at(of, f"plans/{plan.pk}/document.pdf")).content.startswith(b"%PDF")
    assert client.get(at(of, f"plans/{plan.pk}/document.exe")).status_code == 404


def test_only_the_office_to_which_it_was_shown_says_that_it_read() -> None:
    of = steps.place("london")
    plan = steps.signed(of)
    plans.show(by=of.actor("director"), plan=plan)
    row = Acknowledgement.objects.get(office="chief-executive")
    page = at(of, f"shown/{row.pk}/")
    assert client_of(of.people["lead-member"]).get(page).status_code == 403
    assert client_of(of.people["triad"]).post(page, {"text": ""}).status_code == 403
    assert client_of(of.people["chief-executive"]).post(page, {"text": "Thank you"}).status_code == 302
    row.refresh_from_db()
    assert (row.note, row.person_id) == ("Thank you", of.people["chief-executive"].pk)


def test_a_look_back_is_set_up_by_hand_in_london() -> None:
    of = steps.place("london")
    plan = steps.signed(of)
    client = client_of(of.people["triad"])
    assert "Look back after a concern" in client.get(at(of, f"plans/{plan.pk}/")).content.decode()
    day = {"since-day": "6", "since-month": "11", "since-year": "2026"}
    answer = client.post(at(of, f"plans/{plan.pk}/look-back/"), day)
    look = client.get(answer["Location"]).content.decode()
    assert "29 January 2027" in look
    assert "opens in 10 weeks" in look
    assert "Look back after a concern" not in client.get(at(of, f"plans/{plan.pk}/")).content.decode()


@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_the_list_and_the_decision_are_one(region: str) -> None:
    of = steps.place(region)
    draft = steps.begun(of)
    standing = standing_of(of.alliance, steps.AT.date())
    for state in ("draft", "signing", "signed", "replaced"):
        Plan.objects.filter(pk=draft.pk).update(state=state)
        facts = reading.facts_of(reading.plan_of(of.alliance.key, draft.pk))
        for label in of.people:
            actor = of.actor(label)
            listed = bool(reading.rows_for(actor, standing))
            assert listed == access.decide(actor, "see plan", facts).allowed, (state, label)

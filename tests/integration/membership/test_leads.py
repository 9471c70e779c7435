"""The alliance names the director, the lead member and the chief executive who lead it, each from a day to a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories import actor, client_of, east_midlands, person

from concord.queries.membership import today
from concord.records.models import Entry, Tenure

pytestmark = pytest.mark.django_db
LEADS = {
    "lead-director": "Lead director for sector-led improvement",
    "regional-lead-member": "Lead Member for the alliance",
    "regional-chief-executive": "Lead Chief Executive for the alliance",
}
BASE = "/alliances/east-midlands/"


def day(name: str, when: date) -> dict[str, str]:
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.clause("E4.1")
def test_three_leads_are_named_replaced_and_remembered() -> None:
    alliance = east_midlands()
    manager = client_of(actor(alliance, "programme-manager"))
    member = client_of(actor(alliance, "director", code="831"))
    begun = today() - timedelta(days=400)
    for office in LEADS:
        sent = {"place": f"{office}||", "name": f"First {office}", "email": f"first.{office}@example.org"}
        refused = member.post(BASE + "people/appoint/", {**sent, **day("starts", begun)})
        assert "Select a valid choice" in text(refused)
        assert not Tenure.objects.filter(office=office).exists()
        manager.post(BASE + "people/appoint/", {**sent, **day("starts", begun)})
    listed = text(member.get(BASE + "people/"))
    for office, title in LEADS.items():
        assert title in listed
        assert f"First {office}" in listed
    assert f"{begun.day} {begun:%B %Y}" in listed

    sent = {"place": "lead-director||", "name": "Second", "email": "second@example.org", "succeeds": "on"}
    manager.post(BASE + "people/appoint/", {**sent, **day("starts", today())})
    first, second = Tenure.objects.filter(office="lead-director").order_by("starts")
    assert (first.ends, second.starts, second.ends) == (today() - timedelta(days=1), today(), None)
    now, always = text(member.get(BASE + "people/")), text(member.get(BASE + "people/?past"))
    assert "Second" in now
    assert "First lead-director" not in now
    assert "First lead-director" in always
    assert Entry.objects.filter(verb="person.appointed", alliance="east-midlands").count() >= 6


@pytest.mark.clause("E4.1")
def test_the_clause_stands_as_done_once_all_three_lead() -> None:
    alliance = east_midlands()
    member = client_of(actor(alliance, "director", code="831"))
    address = BASE + "memorandum/E4.1/"
    stands = "Give the alliance a director, a member and a chief executive to lead it: "
    for office in LEADS:
        assert stands + "due now" in text(member.get(address)), office
        person(alliance, office, starts=today() - timedelta(days=9))
    shown = text(member.get(address))
    assert stands + "done" in shown
    assert all(title in shown for title in LEADS.values())

    Tenure.objects.filter(office="regional-chief-executive").update(ends=today() - timedelta(days=1))
    assert stands + "due now" in text(member.get(address)), "a lead that left does not lead"

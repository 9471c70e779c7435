"""The first page tells what a person is asked for by name, until they answer, and what they were told of."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import time_machine
from tests.factories import client_of
from tests.integration.challenge.region import NOW, Place, east_midlands
from tests.integration.plans import steps

from concord.actions import acknowledgements, incidents, plans, sign_offs
from concord.records.models import Acknowledgement, Incident, Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def em() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield east_midlands()


def page_of(person: Any) -> str:
    page = client_of(person).get("/").content.decode()
    return html.unescape(re.sub(r"\s+", " ", page[page.index('id="main-content"') :]))


def tasks(person: Any) -> str:
    page = page_of(person)
    return page[page.index("To do now") : page.index("What changed since")]


@pytest.mark.clause("E2.2c")
def test_an_invitation_and_an_incident_wait_on_the_first_page_until_they_are_answered(em: Place) -> None:
    link = f"/alliances/east-midlands/challenges/{em.challenge.pk}/"
    lead, host = em.people["lead"], em.people["host"]
    assert f'href="{link}answer/"' in tasks(lead)
    assert "answer/" not in tasks(host), "who hosts is not asked"
    em.accept("lead", "triad")
    assert "answer/" not in tasks(lead)

    text = "A child was left without a plan"
    incidents.report(by=em.actor("triad"), challenge=em.challenge, what=text, names_nobody=True)
    assert f'href="{link}incidents/"' in tasks(host)
    assert "reported to you" in page_of(host)[page_of(host).index("What changed since") :]
    assert text not in page_of(host), "what it says is read on its own page"
    for other in ("lead", "quality", "outside", "co-ordinator"):
        assert "incidents/" not in tasks(em.people[other]), other
    incidents.acknowledge(by=em.actor("host"), incident=Incident.objects.get(), note="")
    assert "incidents/" not in tasks(host)


@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_a_signature_waits_until_it_is_given_and_again_once_an_edit_voids_it(region: str) -> None:
    with time_machine.travel(steps.AT, tick=False):
        of = steps.place(region)
        plan = plans.send(by=of.actor("director"), plan=steps.whole(of))
        link = f'href="/alliances/{region}/plans/{plan.pk}/"'
        signer, officer = of.people["chief-executive"], of.people["data-lead"]
        assert link in tasks(signer)
        assert f"Development plan 2026-27, {of.authority.name}" in tasks(signer)
        assert link not in tasks(officer)
        steps.sign(of, plan, "chief-executive")
        assert link not in tasks(signer)
        assert link in tasks(of.people["lead-member"])
        what = steps.reading.signable(Plan.objects.get(pk=plan.pk))
        sign_offs.withdraw(
            by=of.actor("chief-executive"), what=what, office="chief-executive", reason="Later"
        )
        assert link in tasks(signer)


@pytest.mark.clause("L2.1g")
def test_what_was_shown_waits_until_it_is_read() -> None:
    with time_machine.travel(steps.AT, tick=False):
        of = steps.place("london")
        plans.show(by=of.actor("director"), plan=steps.signed(of))
        shown = Acknowledgement.objects.get(office="lead-member")
        link = f'href="/alliances/london/shown/{shown.pk}/"'
        assert link in tasks(of.people["lead-member"])
        assert f"Development plan, {of.authority.name}" in tasks(of.people["lead-member"])
        assert link not in tasks(of.people["chief-executive"])
        acknowledgements.acknowledge(by=of.actor("lead-member"), row=shown, note="")
        assert link not in tasks(of.people["lead-member"])

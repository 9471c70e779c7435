"""The clauses on returning data, from the first figure to the day on which those entitled see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from tests import factories

import catalogue
from concord.actions import collating, returns
from concord.actions.releases import make_release
from concord.records.models import Alliance, Authority
from concord.rules.access import Actor
from concord.rules.figures import Amount

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 7, 20, 9, 30, tzinfo=UTC), tick=False):
        yield


def a_whole_return(dataset: str) -> dict[str, Amount]:
    """Figures that no check asks about."""
    found = {}
    for id in catalogue.datasets()[dataset].indicators:
        indicator = catalogue.indicators()[id]
        found[id] = Amount(Decimal(20), Decimal(200) if indicator.denominator_from == "return" else None)
    return (
        found
        | {"cin_rate": Amount(Decimal(900))}
        | ({"sw_establishment_fte": Amount(Decimal(200))} if "sw_establishment_fte" in found else {})
    )


def returned(alliance: Alliance, dataset: str, period: str, lead: Actor, code: str, collator: Actor) -> None:
    """Returned by the authority’s data lead, accepted by whoever collates."""
    of = {
        "alliance": alliance,
        "authority": Authority.objects.get(code=code),
        "dataset": dataset,
        "period": period,
    }
    ret = returns.save(by=lead, **of, amounts=a_whole_return(dataset)).of
    returns.submit(by=lead, ret=ret, status="validated")
    collating.accept(by=collator, ret=ret)


def sees(actor: Actor, *path: Any) -> bool:
    return factories.client_of(actor).get(f"/alliances/{'/'.join(map(str, path))}/").status_code == 200


@pytest.mark.clause("L2.1c")
def test_london_returns_a_quarter_that_all_members_and_the_dfe_see_once_it_is_released() -> None:
    london, midlands = factories.london(), factories.east_midlands()
    lead, analyst = factories.actor(london, "data-lead", code="202"), factories.actor(london, "analyst")
    borough = factories.actor(london, "director", code="203")
    officer = factories.actor(london, "dfe-officer")
    elsewhere = factories.actor(midlands, "director", code="831")
    returned(london, "london-core-18", "2026-27Q1", lead, "202", analyst)
    before = ("london", "returns", "london-core-18", "2026-27Q1", "202")
    assert [sees(a, *before) for a in (lead, analyst, borough, officer, elsewhere)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    make_release(by=analyst, alliance=london, dataset="london-core-18", period="2026-27Q1")
    after = ("london", "releases", "london-core-18", "2026-27Q1", 1)
    assert [sees(a, *after) for a in (lead, analyst, borough, officer, elsewhere)] == [
        True,
        True,
        True,
        True,
        False,
    ]


@pytest.mark.clause("E1.6b")
def test_the_east_midlands_send_the_agreed_data_every_quarter() -> None:
    midlands = factories.east_midlands()
    lead = factories.actor(midlands, "data-lead", code="831")
    specialist = factories.actor(midlands, "data-specialist")
    other = factories.actor(midlands, "director", code="830")
    for period in ("2025-26Q4", "2026-27Q1"):
        returned(midlands, "riia-31", period, lead, "831", specialist)
        make_release(by=specialist, alliance=midlands, dataset="riia-31", period=period)
        assert sees(other, "east-midlands", "releases", "riia-31", period, 1)


def test_londons_annual_data_are_returned_and_shared_among_members() -> None:
    london = factories.london()
    lead, analyst = factories.actor(london, "data-lead", code="202"), factories.actor(london, "analyst")
    returned(london, "annual", "2025-26", lead, "202", analyst)
    make_release(by=analyst, alliance=london, dataset="annual", period="2025-26")
    after = ("london", "releases", "annual", "2025-26", 1)
    assert sees(factories.actor(london, "director", code="203"), *after)
    assert not sees(factories.actor(london, "dfe-officer"), *after)

"""What Concord serves for counting a return in the browser, and what it takes from there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests import factories

from concord.actions import returns
from concord.records.models import Authority, Line
from concord.rules.figures import Amount
from tally.engine import definitions_hash
from tally.plan import plan

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 20, 9, 30, tzinfo=UTC)
URL = "/alliances/london/returns/london-core-18/2026-27Q1/202/"


@pytest.fixture
def lead() -> Any:
    """Camden’s data lead."""
    return factories.actor(factories.london(), "data-lead", code="202")


def test_only_this_page_may_run_webassembly_and_it_can_reach_nothing_but_concord(lead: Any) -> None:
    client = factories.client_of(lead)
    policy = client.get(URL + "tally/")["Content-Security-Policy"].split("; ")
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "worker-src 'self' blob:" in policy
    assert "connect-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "wasm" not in client.get(URL)["Content-Security-Policy"]


def test_the_plan_is_the_whole_of_the_rules_and_is_kept_by_the_browser(lead: Any) -> None:
    client = factories.client_of(lead)
    page = client.get(URL + "tally/").content.decode()
    setup = json.loads(page.split('id="tally-setup">')[1].split("</script>")[0])
    answer = client.get(setup["planAt"])
    assert answer.json() == json.loads(json.dumps(dict(plan())))
    assert answer.json()["hash"] == definitions_hash()
    assert "immutable" in answer["Cache-Control"]
    assert "Cache-Control" not in client.get("/tally/plan.json?v=old"), "an old address is not kept for ever"
    assert setup["authority"] == "202"
    assert setup["period"] == {
        "key": "2026-27Q1",
        "label": "April to June 2026",
        "start": "2026-04-01",
        "end": "2026-06-30",
    }
    assert "rereferrals_pct" in setup["wanted"]
    assert "sw_agency_pct" not in setup["wanted"], "no list holds it"


def test_the_returns_page_leads_there(lead: Any) -> None:
    assert f'href="{URL}tally/"' in factories.client_of(lead).get(URL).content.decode()


def test_a_year_is_not_counted_from_lists() -> None:
    director = factories.actor(factories.east_midlands(), "director", code="830")
    client = factories.client_of(director)
    year = "/alliances/east-midlands/returns/annual/2025-26/830/"
    shown = client.get(year)
    assert shown.status_code == 200
    assert "tally/" not in shown.content.decode()
    assert client.get(year + "tally/").status_code == 404


def test_how_a_figure_was_counted_holds_until_the_figure_changes(lead: Any) -> None:
    """Explaining a counted figure does not unsay how it was counted; typing another does."""
    of = {
        "alliance": factories.london(),
        "authority": Authority.objects.get(code="202"),
        "dataset": "london-core-18",
        "period": "2026-27Q1",
    }
    counted = Amount(Decimal(40))
    returns.save(
        by=lead, at=AT, **of, amounts={"contacts_rate": counted}, methods={"contacts_rate": "day of contact"}
    )
    explained = Amount(Decimal(40), explanation="A new front door")
    returns.save(by=lead, at=AT, **of, amounts={"contacts_rate": explained}, seen={"contacts_rate": counted})
    assert Line.objects.get().method == "day of contact"
    returns.save(by=lead, at=AT, **of, amounts={"contacts_rate": Amount(Decimal(41))})
    assert Line.objects.get().method == ""

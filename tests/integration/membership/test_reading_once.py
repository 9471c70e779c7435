"""A request reads the alliances once, and anew after an action: nothing that it shows is out of date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import actor, london

from concord.actions.participation import set_participation
from concord.queries.membership import alliance_named, alliances, read_once, today
from concord.queries.standing import standing_of
from concord.records.models import Authority

pytestmark = pytest.mark.django_db


def test_once_a_request_and_anew_after_an_action() -> None:
    alliance = london()
    manager = actor(alliance, "programme-manager")
    with read_once():
        before = alliance_named("london")
        with CaptureQueriesContext(connection) as caught:
            assert alliance_named("london") is before
            assert alliances() == [before]
        assert len(caught) == 0
        set_participation(
            by=manager,
            alliance=alliance,
            authority=Authority.objects.get(code="202"),
            level="declined",
            starts=today() - timedelta(days=1),
        )
        after = alliance_named("london")
        assert after.token != before.token
        assert standing_of(after, today()).by_code["202"].level == "declined"
    with CaptureQueriesContext(connection) as caught:
        alliance_named("london")
    assert len(caught) == 1, "nothing is kept from one request to the next"

"""Duties computed from what the database holds, in both regions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from concord.queries import duties as reading
from concord.records.models import Alliance, Authority
from concord.rules.obligations import Obligation
from tests import factories

from .conftest import BEGUN, TODAY

pytestmark = pytest.mark.django_db


def states(alliance: Alliance, day: date = TODAY) -> dict[tuple[str, str, str, str], Obligation]:
    setting = reading.setting_of(alliance, day, date(2025, 4, 1), date(2027, 3, 31))
    found = reading.duties([setting], day)[alliance.key]
    return {(o.commitment.id, o.party.key, o.office, o.period): o for o in found}


@pytest.fixture
def london() -> Alliance:
    with time_machine.travel(BEGUN, tick=False):
        return factories.london()


@pytest.fixture
def east() -> Alliance:
    with time_machine.travel(BEGUN, tick=False):
        return factories.east_midlands()



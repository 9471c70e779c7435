"""An alliance is founded from its charter file."""

from __future__ import annotations

import pytest
from tests.factories import east_midlands, london

from concord.records.models import Participation

pytestmark = pytest.mark.django_db


def test_founded() -> None:
    assert Participation.objects.filter(alliance=london(), level="full", ends=None).count() == 33
    assert Participation.objects.filter(alliance=east_midlands(), level="full", ends=None).count() == 10

"""An alliance is founded from its charter file."""

from __future__ import annotations

import pytest
from tests.factories import CHARTERS, east_midlands, london

from concord.actions._run import SYSTEM
from concord.actions.editions import load_edition, load_reference
from concord.records.models import Participation

pytestmark = pytest.mark.django_db


def test_founded() -> None:
    assert Participation.objects.filter(alliance=london(), level="full", ends=None).count() == 33
    assert Participation.objects.filter(alliance=east_midlands(), level="full", ends=None).count() == 10


def test_who_left_before_the_memorandum_began_is_named_in_it_and_takes_no_part() -> None:
    load_reference(by=SYSTEM)
    text = (CHARTERS / "london-2019.toml").read_text(encoding="utf-8")
    gone = text.replace('"Barnet",', '"Barnet", joins = 2015-01-01, leaves = 2016-01-01,', 1)
    assert gone != text
    load_edition(by=SYSTEM, text=gone, name="gone.toml")
    assert Participation.objects.count() == 32
    assert not Participation.objects.filter(authority__name="Barnet").exists()

"""The day on which these tests are played: Friday 20 November 2026, with Concord in use since April 2024."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

TODAY = date(2026, 11, 20)
BEGUN = datetime(2024, 4, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield

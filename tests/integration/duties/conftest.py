"""The day on which these tests are played: Friday 20 November 2026, with Concord in use since April 2024."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

TODAY = date(2026, 11, 20)
BEGUN = datetime(2024, 4, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield


def _founded(name: str) -> Any:
    from tests import factories  # Django is not ready while pytest gathers

    with time_machine.travel(BEGUN, tick=False):
        return getattr(factories, name)()


@pytest.fixture
def london(db: None) -> Any:
    return _founded("london")


@pytest.fixture
def east(db: None) -> Any:
    return _founded("east_midlands")

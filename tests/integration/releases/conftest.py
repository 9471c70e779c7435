"""The day on which these tests are played, and a quarter in each region."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Friday 20 November 2026: the quarter was due on the 11th."""
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture(params=["london", "east-midlands"])
def region(request: pytest.FixtureRequest, db: None) -> Any:
    return _named(request.param)


@pytest.fixture
def london(db: None) -> Any:
    return _named("london")


@pytest.fixture
def east_midlands(db: None) -> Any:
    return _named("east-midlands")


def _named(key: str) -> Any:
    from tests.integration.releases.quarter import region_named  # not before Django is ready

    return region_named(key)

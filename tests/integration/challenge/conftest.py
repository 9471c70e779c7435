"""A challenge in each region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def january() -> Iterator[None]:
    """Wednesday 20 January 2027."""
    import time_machine
    from tests.integration.challenge.region import NOW  # not before Django is ready

    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def em(db: None, january: None) -> Any:
    """Derby's challenge."""
    from tests.integration.challenge.region import east_midlands

    return east_midlands()


@pytest.fixture
def london(db: None, january: None) -> Any:
    """Camden's challenge."""
    from tests.integration.challenge import region

    return region.london()

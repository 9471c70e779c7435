"""The world that the contracts are tried on, built once for each module and rolled back after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The world, on a day that stands still. Each test, marked django_db, leaves it as it was."""
    from django.db import transaction
    from tests.contracts import world  # not before Django is ready

    with django_db_blocker.unblock(), world.today(), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)

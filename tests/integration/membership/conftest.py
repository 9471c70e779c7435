"""What the tests of membership's pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.fixture
def queries_of() -> Callable[..., int]:
    """``queries_of(client, path)``: how many queries a page takes once the process is warm."""

    def count(client: Any, path: str) -> int:
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    return count

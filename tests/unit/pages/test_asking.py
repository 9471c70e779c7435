"""What somebody typed, as what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.pages.asking import numbered


@given(st.integers(min_value=0, max_value=10**17 - 1))
def test_a_number_is_read(number: int) -> None:
    assert numbered(str(number)) == number


@pytest.mark.parametrize("text", ["", " ", "-1", "1.5", "²", "٣", "x", "9" * 18, "9" * 5000])
def test_what_is_no_number_names_nothing(text: str) -> None:
    assert numbered(text) == 0

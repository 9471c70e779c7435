"""Against PHEindicatormethods 2.1.0 (OHID, R): to 1e-9 of the limit, or 1e-12 of the scale near zero."""

from __future__ import annotations

import numpy as np
import pytest

from concord.statistics import count_interval, proportion_interval, rate_interval

from .conftest import number

pytestmark = pytest.mark.parametrize("confidence", ["0.95", "0.998"])


def columns(rows, confidence, *names):
    chosen = [row for row in rows if row["confidence"] == confidence]
    assert len(chosen) > 20
    return [np.array([number(row[name]) for row in chosen]) for name in names]


def test_wilson(reference, confidence):
    x, n, multiplier, lower, upper = columns(
        reference("wilson.csv"), confidence, "x", "n", "multiplier", "lower", "upper"
    )
    low, high = proportion_interval(x, n, float(confidence))
    np.testing.assert_allclose(low * multiplier, lower, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(high * multiplier, upper, rtol=1e-9)


def test_byar(reference, confidence):
    x, lower, upper = columns(reference("byars_counts.csv"), confidence, "x", "lower", "upper")
    low, high = count_interval(x, float(confidence))
    np.testing.assert_allclose(low, lower, rtol=1e-12)  # NaN where Byar's is negative, as there
    np.testing.assert_allclose(high, upper, rtol=1e-12)


def test_rates_exact_below_ten_events(reference, confidence):
    x, n, multiplier, lower, upper = columns(
        reference("rates_byar_exact.csv"), confidence, "x", "n", "multiplier", "lower", "upper"
    )
    for per in np.unique(multiplier):
        these = multiplier == per
        low, high = rate_interval(x[these], n[these], per, float(confidence))
        np.testing.assert_allclose(low, lower[these], rtol=1e-9)
        np.testing.assert_allclose(high, upper[these], rtol=1e-9)


def test_published_by_fingertips(reference, confidence):
    """Only rows whose limits come from the counts published; the others come from unrounded counts."""
    rows = [
        row
        for row in reference("fingertips_published_ci.csv")
        if row["reproduces_from_published_count"] == "1"
    ]
    names = ("lower95", "upper95") if confidence == "0.95" else ("lower998", "upper998")
    rows = [row for row in rows if row[names[0]]]
    if not rows:
        pytest.skip(f"no published limits at {confidence} that the counts published give")
    x, n, lower, upper = (
        np.array([number(row[name]) for row in rows]) for name in ("count", "denominator", *names)
    )
    low, high = rate_interval(x, n, 10_000, float(confidence))
    np.testing.assert_allclose(low, lower, rtol=1e-6)
    np.testing.assert_allclose(high, upper, rtol=1e-6)

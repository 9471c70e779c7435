"""On the DfE's published figures (Open Government Licence): what the research found, found again."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from concord.statistics import funnel, rank_interval, suppress

PARTS = (
    "3_months_or_less",
    "more_than_3_months_6_months",
    "more_than_6_months_less_than_1_year",
    "1_year_less_than_2_years",
    "2_years_or_more",
)


def rows(shared_data: Path, name: str) -> list[dict[str, str]]:
    path = shared_data / "published" / name
    if not path.is_file():
        pytest.skip(f"no published figures at {path}: set SHARED_DATA to run this")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["geographic_level"] == "Local authority"]


def test_children_looked_after_need_overdispersion(shared_data):
    """Plain limits put 105 of 151 authorities outside 99.8 per cent; phi is 47."""
    found = [
        row
        for row in rows(shared_data, "cla_number_and_rate_per_10k_children.csv")
        if row["time_period"] == "2025" and "31 march" in row["population_type"].lower()
    ]
    figures = [(row["children_count"], row["population_estimate"]) for row in found]
    x, n = np.array([pair for pair in figures if pair[0].isdigit() and pair[1].isdigit()], dtype=float).T
    assert len(x) == 151
    plain, wide = funnel(x, n, "rate", overdispersion=False), funnel(x, n, "rate")
    assert plain.outside998.sum() == pytest.approx(105, abs=3)
    assert wide.outside998.sum() <= 6
    assert wide.phi == pytest.approx(49.1, abs=0.1)
    roots = funnel(x, n, "rate", transform="square-root")
    assert roots.phi == pytest.approx(47.1, abs=0.1)
    assert roots.outside998.sum() == 4


def test_re_referrals(shared_data):
    """104 of 153 plain, 4 with overdispersion; a rank is sure to about 31 places."""
    found = [
        row
        for row in rows(shared_data, "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv")
        if row["time_period"] == "2025"
    ]
    x, n = np.array(
        [
            (row["rereferral_count"], row["referral_count"])
            for row in found
            if row["rereferral_count"].isdigit()
        ],
        dtype=float,
    ).T
    assert len(x) == 153
    wide = funnel(x, n)
    assert funnel(x, n, overdispersion=False).outside998.sum() == pytest.approx(104, abs=2)
    assert wide.outside998.sum() == 4
    assert wide.phi == pytest.approx(29.6, rel=0.02)
    ranked = rank_interval(x, n, best="low")
    assert np.median(ranked.upper - ranked.lower) == pytest.approx(31, abs=3)


def test_suppression_of_plans_by_duration(shared_data):
    """Hidden parts are filled in (their sum is known), and hidden again with every total and region published.

    The DfE's own rule: 1 to 5 withheld, no row with one part hidden, the smallest figure shown is 6.
    """
    years: dict[str, list[dict[str, str]]] = {}
    for row in rows(shared_data, "d5_cpps_at31march_by_duration_2013_to_2025.csv"):
        if row["CPP_At31"].isdigit():
            years.setdefault(row["time_period"], []).append(row)
    theirs = ours = 0
    for found in years.values():
        table = np.array([filled(row) for row in found])
        result = suppress(table, 5, regions=[row["region_code"] for row in found])
        hidden = np.isnan(result.table)
        theirs += sum(not row[part].isdigit() for row in found for part in PARTS)
        ours += hidden.sum()
        assert not result.exposed.any()
        assert result.exposed_totals == 0
        shown = result.table[~hidden]
        assert shown[shown > 0].min() >= 6
        alone = (hidden.sum(axis=1) == 1) & ~np.isnan(result.row_totals)
        assert not alone.any()
        assert not np.isnan(result.column_totals).any()
    assert ours < 1.5 * theirs  # they do not guard the sums over regions, which they round to ten


def filled(row: dict[str, str]) -> list[float]:
    """A row's counts, what is hidden made up so that the sum is as published."""
    shown = {part: int(row[part]) for part in PARTS if row[part].isdigit()}
    hidden = [part for part in PARTS if part not in shown]
    rest = max(int(row["CPP_At31"]) - sum(shown.values()), 0)
    for place, part in enumerate(hidden, start=1):
        shown[part] = rest if place == len(hidden) else min(rest, 4)
        rest -= shown[part]
    return [float(shown[part]) for part in PARTS]

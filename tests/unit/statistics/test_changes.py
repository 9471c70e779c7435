"""Changes: the p-value is fair where nothing happens, and finds what was planted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from concord.statistics import changes, changes_of_values
from concord.statistics.distributions import student_p

CHILDREN = 50_000.0


def counts(seed: int, units: int = 33, points: int = 12, mean: float = 40) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return chance.poisson(mean * np.exp(0.3 * chance.normal(size=(units, 1))), (units, points)).astype(float)


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 19, 32])
def test_the_tails_of_student_are_those_of_scipy(freedom: int) -> None:
    t = np.array([0.0, 0.4, 1.9, 4.2, -4.2])
    assert student_p(t, freedom) == pytest.approx(2 * stats.t.sf(np.abs(t), freedom), abs=1e-12)


@pytest.mark.parametrize("points", [12, 24])
@pytest.mark.parametrize("mean", [5, 300])
def test_stable_series_are_found_changed_no_more_often_than_p_says(points: int, mean: float) -> None:
    p = np.concatenate([changes(counts(s, 33, points, mean), CHILDREN).p for s in range(60)])
    assert p.size == 60 * 33
    assert np.mean(p < 0.05) < 0.06
    assert np.mean(p < 0.01) < 0.012


def test_a_step_is_found_where_it_began() -> None:
    x = counts(4)
    x[7, 8:] *= 2
    found = changes(x, CHILDREN)
    assert found.p[7] < 1e-4
    assert (found.start[7], bool(found.drift[7]), bool(found.up[7])) == (8, False, True)
    assert np.delete(found.p, 7).min() > 1e-3


def test_a_drift_is_found_as_a_drift() -> None:
    chance = np.random.default_rng(5)
    n = np.full((33, 12), 400.0)
    share = np.full((33, 12), 0.85)
    share[3, 5:] -= 0.02 * np.arange(1, 8)
    found = changes(chance.binomial(n.astype(int), share).astype(float), n, "proportion")
    assert found.p[3] < 1e-4
    assert bool(found.drift[3])
    assert not found.up[3]
    assert 4 <= found.start[3] <= 7


def test_what_the_whole_group_does_is_nobodys_change() -> None:
    chance = np.random.default_rng(6)
    mean = 200 * np.exp(0.3 * chance.normal(size=(33, 1))) * np.where(np.arange(12) >= 7, 1.5, 1.0)
    found = changes(chance.poisson(mean).astype(float), CHILDREN)
    assert found.p.min() > 1e-3
    assert found.movement[-1] / found.movement[0] == pytest.approx(1.5, rel=0.1)


def test_with_too_few_points_or_without_the_newest_nothing_is_said() -> None:
    x = counts(7)
    x[0, :5] = np.nan  # seven left
    x[1, -1] = np.nan
    x[2, 3] = np.nan
    found = changes(x, CHILDREN)
    assert np.isnan(found.p[:2]).all()
    assert (found.start[:2] == -1).all()
    assert not np.isnan(found.p[2])


def test_a_step_is_placed_among_all_points_though_one_is_missing() -> None:
    x = counts(4)
    x[7, 8:] *= 2
    x[7, 2] = np.nan
    assert changes(x, CHILDREN).start[7] == 8


def test_series_that_wander_are_given_their_due() -> None:
    chance = np.random.default_rng(8)
    p = []
    for _ in range(40):
        noise = chance.normal(size=(33, 40))
        for t in range(1, 40):
            noise[:, t] = 0.8 * noise[:, t - 1] + 0.6 * noise[:, t]
        found = changes(np.maximum(0, np.round(300 + 17 * noise[:, -12:])), CHILDREN)
        p.append(found.p)
    assert np.mean(np.concatenate(p) < 0.05) < 0.06


def test_values_without_counts_are_judged_each_on_its_own_scale() -> None:
    chance = np.random.default_rng(9)
    scale = np.array([[1.0], [100.0]] * 10)
    values = 50 + scale * chance.normal(size=(20, 12))
    values[4, 6:] += 30
    found = changes_of_values(values)
    assert found.p[4] < 0.001
    assert np.nanmin(np.delete(found.p, 4)) > 0.001


def test_impossible_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="more than its total"):
        changes([[5.0] * 9], [[4.0] * 9], "proportion")
    with pytest.raises(ValueError, match="expected"):
        changes([1.0, 2.0], [3.0, 3.0])

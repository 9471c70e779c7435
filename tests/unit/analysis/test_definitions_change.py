"""A change of definition is no change of what is counted: nothing is laid side by side across it."""

from __future__ import annotations

import numpy as np
import pytest

import catalogue
from catalogue.periods import Period
from concord.outputs.charts.analysed import rolling
from concord.rules.analysed import Analysed
from concord.rules.analysis import analyse
from concord.rules.panel import Given, Group, Unit
from concord.rules.signals import search, without_flags

KNOWN = catalogue.indicators()
STARTS = KNOWN["cla_start_rate"]
QUARTERS = 16
PERIODS = tuple(Period(2026, 1).shift(back).key for back in range(1 - QUARTERS, 1))


def analysed(broken_at: int | None = None, risen_from: int = 8) -> Analysed:
    """Twenty authorities, of which the first counts twice as many from a quarter on, and all a third more."""
    x = np.random.default_rng(3).poisson(60, (20, QUARTERS)).astype(float)
    x[:, risen_from:] = np.round(x[:, risen_from:] * 1.4)
    x[0, risen_from:] *= 2
    breaks = (PERIODS[broken_at],) if broken_at is not None else ()
    units = tuple(Unit(f"{i}", f"Authority {i}") for i in range(20))
    group = Group("region", "London", PERIODS, units, breaks=breaks)
    given = Given(STARTS, x, np.full(x.shape, 50_000.0))
    return search(KNOWN, analyse(group, [given])).analysed[0]


def test_a_step_at_the_change_is_no_change() -> None:
    without, broken = analysed(), analysed(broken_at=8)
    changed, same = without.rows[0].change, broken.rows[0].change
    assert changed is not None
    assert changed.p < 0.0001
    assert without.group.flagged
    assert same is None or same.p > 0.01
    assert not broken.group.flagged


def test_figures_before_a_later_step_begin_at_the_change() -> None:
    """Were the quarters before counted in, “before” would be half of what it was."""
    found = analysed(broken_at=4, risen_from=12).rows[0].change
    assert found is not None
    assert found.since == PERIODS[12]
    points = analysed(broken_at=4, risen_from=12).rows[0].points
    before = [p.numerator or 0 for p in points[4:12]]
    assert found.before == pytest.approx(np.mean(before) / 50_000 * 10_000, abs=0.001)


def test_a_recent_trend_does_not_go_across_it() -> None:
    assert analysed(broken_at=13, risen_from=13).rows[0].recent == "unknown"


def test_limits_are_on_trial_again() -> None:
    assert not analysed().rows[0].trial
    assert analysed(broken_at=8).rows[0].trial


def test_no_twelve_months_are_summed_across_it() -> None:
    it = analysed(broken_at=8)
    drawn = [p.value is not None for p in rolling(it, it.rows[0], STARTS)]
    # the windows that end in the break's own quarter and the two after it hold both definitions
    assert drawn == [not 8 <= end < 11 for end in range(3, QUARTERS)]


def test_whoever_does_not_see_the_list_reads_of_a_change_as_of_a_distance() -> None:
    """The sentence of the change stands there; beside it “nothing unusual” would be untrue."""
    it = analysed()
    row = without_flags(STARTS, it, it.rows[0])
    assert any("It has been higher since" in words for words in row.sayings)
    assert row.sure == "perhaps"
    assert not row.flagged
    assert "among so many figures some will" not in " ".join(row.sayings)  # not of one in a million

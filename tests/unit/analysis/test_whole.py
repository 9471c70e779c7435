"""A region as a whole, against its own past."""

from __future__ import annotations

import numpy as np

import catalogue
from catalogue.periods import Period
from concord.rules.analysed import Analysed
from concord.rules.analysis import analyse
from concord.rules.panel import Given, Group, Unit
from concord.rules.signals import Found, search

KNOWN = catalogue.indicators()
QUARTERS = 12


def found_in(x: np.ndarray, n: np.ndarray, indicator: str = "cla_start_rate") -> Found:
    periods = tuple(Period(2026, 1).shift(back).key for back in range(1 - QUARTERS, 1))
    group = Group("region", "London", periods, tuple(Unit(f"{i}", f"Authority {i}") for i in range(len(x))))
    return search(KNOWN, analyse(group, [Given(KNOWN[indicator], x, n)]))


def whole(found: Found) -> Analysed:
    return found.analysed[0]


def quiet(units: int = 20, mean: float = 60.0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(3)
    return chance.poisson(mean, (units, QUARTERS)).astype(float), np.full((units, QUARTERS), 50_000.0)


def test_a_rise_of_all_is_nobodys_flag_and_the_regions_own() -> None:
    x, n = quiet()
    x[:, 8:] = np.round(x[:, 8:] * 1.4)
    found = found_in(x, n)
    place = whole(found).group
    assert not found.flags
    assert place.flagged
    assert place.sure in ("sure", "fairly")
    assert place.direction == "higher"
    assert place.sentence.startswith("London: it has been higher since ")
    assert "16.9, against 11.9 before" in place.sentence
    assert found.searched.flagged == 1


def test_a_member_that_stops_answering_changes_nothing_of_the_whole() -> None:
    """A count of all falls by what is missing; so only those with every figure are laid side by side."""
    x, n = quiet()
    x[0] *= 20
    n[0] *= 20
    x[0, 10:] = n[0, 10:] = np.nan
    place = whole(found_in(x, n, "care_leavers_count")).group
    assert place.always == 19
    assert not place.flagged
    assert "the 19 authorities with every figure" in place.sentence


def test_without_half_of_the_members_nothing_is_said() -> None:
    x, n = quiet()
    x[:11, 5] = np.nan
    place = whole(found_in(x, n)).group
    assert place.change is None
    assert (place.sentence, place.sure) == ("", "not-checked")


def test_a_quiet_region_has_not_changed() -> None:
    place = whole(found_in(*quiet())).group
    assert not place.flagged

"""What must hold of an analysis, its flags and its sentences, whatever the figures are."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st

import catalogue
from catalogue.periods import Period
from concord.rules.analysed import Analysed, from_json, from_text, to_json
from concord.rules.analysis import analyse
from concord.rules.panel import Given, Group, Unit
from concord.rules.signals import RATE, Found, search

KNOWN = catalogue.indicators()
INDICATORS = ["cla_rate", "referrals_rate", "assessments_45d_pct", "rereferrals_pct", "cpp_rate"]
JUDGED = ("better", "worse", "best", "worst")


def given(*strategies):
    """As hypothesis has it, without its deadline, and not too often: each is a whole analysis."""
    return lambda test: settings(deadline=None, max_examples=15)(given_(*strategies)(test))


@st.composite
def regions(draw):
    """Five to twelve authorities over one to fourteen quarters: small ones, far ones, steps, and gaps."""
    units, quarters = draw(st.integers(5, 12)), draw(st.integers(1, 14))
    chance = np.random.default_rng(draw(st.integers(0, 10**6)))
    gaps, far = draw(st.sampled_from([0.0, 0.1, 0.5])), draw(st.sampled_from([1.0, 3.0]))
    periods = tuple(Period(2026, 1).shift(back).key for back in range(1 - quarters, 1))
    shape = (units, quarters)
    made = []
    for id in INDICATORS:
        n = np.round(10 ** chance.uniform(0.5, 5, size=(units, 1))) * np.ones(shape)
        level = np.full(shape, 0.2 if KNOWN[id].kind == "proportion" else 0.004)
        level[0] *= far
        level[1, quarters // 2 :] *= far
        x = chance.binomial(n.astype(int), np.minimum(level, 1)).astype(float)
        missing = chance.random(shape) < gaps
        made.append(Given(KNOWN[id], np.where(missing, np.nan, x), np.where(missing, np.nan, n)))
    people = tuple(Unit(f"{i:03d}", f"Authority {i}", "east" if i % 2 else "west") for i in range(units))
    return Group("region", "The region", periods, people, places={"east": "East", "west": "West"}), made


def looked(region: tuple[Group, list[Given]]) -> Found:
    return search(KNOWN, analyse(*region))


def rows(found: Found) -> list[tuple[Analysed, object]]:
    return [(it, row) for it in found.analysed for row in it.rows]


@given(regions(), st.randoms())
def test_the_order_of_the_authorities_does_not_matter(region, random):
    group, made = region
    order = list(range(len(group.units)))
    random.shuffle(order)
    turned = [
        replace(one, numerator=one.numerator[order], denominator=one.denominator[order]) for one in made
    ]
    other = looked((replace(group, units=tuple(group.units[i] for i in order)), turned))
    found = looked(region)
    for it, again in zip(found.analysed, other.analysed, strict=True):
        for row in it.rows:
            twin = again.row(row.code)
            for name in (
                "value",
                "rank",
                "fifth",
                "band",
                "outside",
                "flagged",
                "sure",
                "direction",
                "change",
            ):
                assert getattr(row, name) == getattr(twin, name), name
            assert (row.p or 0) == pytest.approx(twin.p or 0, rel=1e-6)
        assert it.group.sentence == again.group.sentence
    assert {(f.code, f.indicator) for f in found.flags} == {(f.code, f.indicator) for f in other.flags}


@given(regions())
def test_a_neutral_indicator_is_never_better_or_worse(region):
    found = looked(region)
    for it, row in rows(found):
        neutral = KNOWN[it.indicator].polarity == "none"
        assert row.direction in (("", "higher", "lower") if neutral else ("", "better", "worse"))
        if neutral:
            words = " ".join((*row.sayings, it.group.sentence)).split()
            assert not {*JUDGED} & {word.strip(".,;:") for word in words}
            assert {point.kind for point in row.points} <= {"", "neutral"}
            assert row.fifth in ("", "highest", "lowest")
    for flag in found.flags:
        neutral = KNOWN[flag.indicator].polarity == "none"
        assert flag.direction in (("higher", "lower") if neutral else ("better", "worse"))


@given(regions())
def test_small_denominators_do_not_shout(region):
    for it, row in rows(looked(region)):
        least = KNOWN[it.indicator].min_denominator
        few = row.denominator is not None and row.denominator < least
        assert row.small == few
        if few or row.value is None:
            assert not row.flagged
            assert (row.p, row.rank, row.fifth, row.outside, row.q) == (None, None, "", "", None)
            assert row.sure == ("too-few" if few and row.value is not None else row.sure)


@given(regions())
def test_what_is_drawn_and_what_is_listed_agree(region):
    """A figure lies outside the drawn limits exactly if its p says so, up to the rounding of what is kept."""
    for _, row in rows(looked(region)):
        if row.p is None or row.lower95 is None:
            continue
        assert row.outside == ("99.8" if row.p < 0.002 else "95" if row.p < 0.05 else "")
        for name, low, high in (("95", row.lower95, row.upper95), ("99.8", row.lower998, row.upper998)):
            beyond = row.value < low - 1e-4 or row.value > high + 1e-4
            within = low + 1e-4 <= row.value <= high - 1e-4
            listed = row.outside in ("95", "99.8") if name == "95" else row.outside == "99.8"
            assert not (beyond and not listed)
            assert not (within and listed)


@given(regions())
def test_the_search_counts_what_it_did(region):
    found = looked(region)
    checks = sum(p is not None for _, row in rows(found) if not row.small and row.value is not None
                 for p in (row.p, row.change.p if row.change else None))  # fmt: skip
    wholes = [it.group for it in found.analysed if it.group.change]
    assert found.searched.checks == checks + len(wholes)
    flagged = [row for _, row in rows(found) if row.flagged] + [whole for whole in wholes if whole.flagged]
    assert found.searched.flagged == len(flagged)
    assert found.searched.expected == pytest.approx(RATE * len(flagged))
    assert all(one.q <= RATE + 1e-6 for one in flagged)
    assert len(found.flags) == sum(row.flagged for _, row in rows(found))


@given(regions())
def test_what_is_kept_is_what_is_read(region):
    for it in looked(region).analysed:
        text = json.dumps(to_json(it))
        assert from_json(json.loads(text)) == from_text(text) == it
        alone = from_text(text, "001")
        assert alone.rows == tuple(row for row in it.rows if row.code == "001")
        assert (alone.group, alone.curve, alone.counted) == (it.group, it.curve, it.counted)

"""Sentences, case by case."""

from __future__ import annotations

import pytest

import catalogue
from concord.rules.analysed import Analysed, Change, Gap, Place, Row
from concord.rules.phrases import PHRASES, the, when
from concord.rules.sayings import rarity, sayings

KNOWN = catalogue.indicators()


def it(indicator: str, period: str = "2026-27Q1", name: str = "London") -> Analysed:
    place = Place("region", name, 49.3, 1.0, 1.0, 33)
    return Analysed(indicator=indicator, period=period, periods=(period,), rows=(), group=place, counted=33)


def said(indicator: str, name: str = "London", **row: object) -> str:
    whole: dict = {
        "code": "202",
        "name": "Camden",
        "value": 62.0,
        "numerator": 248.0,
        "denominator": 40_000.0,
    } | row
    gap = whole.pop("gap", Gap("region", name, 49.3, 12.7, 48.0, 33))
    return " ".join(
        sayings(KNOWN[indicator], it(indicator, name=name), Row(**whole, gaps=(gap,) if gap else ()))
    )


def test_a_neutral_rate_that_is_surely_higher() -> None:
    words = said("cla_rate", p=1e-5, z=5.0, flagged=True, sure="sure", rank=2, rank_lower=1, rank_upper=4)
    assert words == (
        "Camden had 62.0 children looked after for every 10,000 children at the end of June 2026; London had 49.3. "
        "If it were like London, there would be about 48 fewer children looked after. "
        "We are sure that it is really higher: chance and the usual differences between authorities bring a "
        "distance like this less than once in 100,000. "
        "It ranks 2nd of 33, the first being the highest; figures of this size leave it anywhere from 1st to 4th."
    )


def test_a_share_whose_better_end_is_low() -> None:
    gap = Gap("region", "East Midlands", 20.0, 5.0, 12.4, 10)
    words = said("rereferrals_pct", "East Midlands", value=25.0, gap=gap, p=0.01, z=2.6, sure="perhaps")
    assert words == (
        "In Camden 25.0% of referrals came within a year of an earlier one in April to June 2026; "
        "the East Midlands had 20.0%. If it were like the East Midlands, there would be about 12 fewer re-referrals. "
        "It may really be worse: chance and the usual differences between authorities bring a distance like this "
        "about once in 100, and among so many figures some will."
    )


def test_a_usual_distance_says_nothing() -> None:
    assert "where it stands says little" in said("cla_rate", p=0.4, z=0.8)
    assert "sure" not in said("cla_rate", p=0.4, z=0.8)


def test_hardly_any_difference() -> None:
    words = said("cla_rate", gap=Gap("region", "London", 49.3, 0.1, 0.4, 33))
    assert "practically the same as London" in words


def test_too_few() -> None:
    words = said("cpp_repeat_ever_pct", numerator=9.0, denominator=12.0, small=True, value=75.0)
    assert words.startswith("Camden counted 9 of 12 in April to June 2026. With fewer than 20")
    assert "75" not in words


def test_missing() -> None:
    assert said("cla_rate", value=None, missing="The system was down.") == (
        "Camden has no figure at the end of June 2026: the system was down."
    )


@pytest.mark.parametrize(
    ("shape", "periods", "expected"),
    [
        (
            "step",
            4,
            "It has been higher since July to September 2025: 6.6, against 4.3 before; over the same time",
        ),
        ("drift", 4, "It has risen steadily since July to September 2025: now 6.6, against 4.3 before"),
        ("step", 1, "It is higher than before in July to September 2025: 6.6, against 4.3 before"),
    ],
)
def test_changes(shape: str, periods: int, expected: str) -> None:
    change = Change(shape, "2025-26Q2", periods, 1e-5, 4.3, 6.6, 5.7, 5.7, True)  # type: ignore[arg-type]
    words = said("cla_start_rate", change=change, flagged=True)
    assert expected in words
    assert "London stayed at 5.7" in words
    assert "Chance brings a change like this less than once in 100,000." in words


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (0.9, "Most authorities differ from London by as much."),
        (0.13, "About 1 in 7 authorities would differ from London by as much."),
        (1e-5, "Fewer than 1 in 100,000 authorities would differ from London by as much."),
    ],
)
def test_a_distance_is_set_beside_how_far_authorities_usually_are(p: float, expected: str) -> None:
    row = Row(code="202", name="Camden", p=p)
    assert rarity(it("cla_rate"), row) == expected
    change = Change("step", "2025-26Q2", 4, p / 2, 4.3, 6.6, 5.7, 5.7, True)
    assert "Chance brings a change like this" in rarity(
        it("cla_rate"), Row(code="202", name="Camden", p=p, change=change)
    )


def test_a_change_that_chance_may_bring_is_not_told() -> None:
    change = Change("step", "2025-26Q2", 4, 0.3, 4.3, 6.6, 5.7, 5.7, True)
    assert "It has been" not in said("cla_start_rate", change=change)


def test_an_indicator_without_a_phrase_is_said_by_its_name() -> None:
    import msgspec

    own = msgspec.structs.replace(KNOWN["cla_rate"], id="own_measure", name="Our own measure", short="Own")
    row = Row(code="202", name="Camden", value=3.0, numerator=3.0, denominator=9.0)
    assert sayings(own, it("own_measure"), row)[0].startswith("In Camden, “Our own measure” was 3.0")


def test_every_indicator_of_the_catalogue_has_a_phrase() -> None:
    assert set(KNOWN) <= set(PHRASES)


def test_names_and_periods() -> None:
    assert [the(n) for n in ("London", "East Midlands", "East Sussex", "Isle of Wight", "North Somerset")] == [
        "London", "the East Midlands", "East Sussex", "the Isle of Wight", "North Somerset",
    ]  # fmt: skip
    assert when(KNOWN["cla_rate"], "2025") == "at the end of March 2025"
    assert when(KNOWN["referrals_rate"], "2025") == "in the year to March 2025"
    assert when(KNOWN["referrals_rate"], "2025-26") == "in the year to March 2026"

"""The catalogue’s files hold together, and a file that does not is refused with its name and key."""

import re
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import CatalogueFault, datasets, indicators, publications
from catalogue.loader import read_datasets, read_indicators, read_publications
from catalogue.model import GROUPS, AnyCheck, PartOf

INDICATORS = indicators()

GOOD = """
id = "visits_pct"
name = "Visits in time (%)"
short = "Visits"
group = "Front door"
question = "Why?"
numerator = "Visits in time"
denominator = "Visits"
denominator_from = "return"
kind = "proportion"
unit = "%"
multiplier = 100
decimals = 1
whole = true
polarity = "high"
basis = "flow"
definition = "Visits made within ten days."
source_return = "local"
input = "typed"
min_denominator = 20
version = "1"
author = "test"
checked_by = "test"
reviewed = 2026-01-01
next_review = 2027-01-01
"""
DATASET = """
key = "few"
title = "Few"
label = "Few"
source = "test"
cadence = "quarter"
version = "1"
indicators = ["visits_pct"]
"""


def load(folder: Path, text: str = GOOD) -> None:
    (folder / "visits_pct.toml").write_text(text, "utf-8")
    read_indicators(folder, publications())


def test_a_good_file_loads_and_is_frozen(tmp_path: Path) -> None:
    (tmp_path / "visits_pct.toml").write_text(GOOD, "utf-8")
    (tmp_path / "notes.md").write_text("not an indicator", "utf-8")
    found = read_indicators(tmp_path, publications())
    assert list(found) == ["visits_pct"]
    with pytest.raises(AttributeError):
        found["visits_pct"].name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        found["other"] = found["visits_pct"]  # type: ignore[index]


CHECK = "\n[[checks]]\nkind = "
FAULTS = {
    "not TOML": (GOOD + "???", ""),
    "a name that is not known": (GOOD + 'colour = "red"\n', "colour"),
    "a key left out": (GOOD.replace('unit = "%"\n', ""), "unit"),
    "the wrong type": (GOOD.replace("decimals = 1", 'decimals = "1"'), "decimals"),
    "a polarity that is none": (GOOD.replace('"high"', '"up"'), "polarity"),
    "another file’s id": (GOOD.replace('"visits_pct"', '"visit_pct"'), "id"),
    "a chapter that is none": (GOOD.replace("Front door", "Back door"), "group"),
    "a denominator from nowhere": (GOOD.replace('"return"', '"sky"'), "denominator_from"),
    "a denominator of no indicator": (GOOD.replace('"return"', '"indicator:calls"'), "denominator_from"),
    "itself as denominator": (GOOD.replace('"return"', '"indicator:visits_pct"'), "denominator_from"),
    "a proportion without denominator": (GOOD.replace('"return"', '"none"'), "denominator_from"),
    "a denominator without words": (GOOD.replace('"Visits"\nden', '""\nden'), "denominator"),
    "per cent by ten": (GOOD.replace("multiplier = 100", "multiplier = 10"), "multiplier"),
    "too many decimals": (GOOD.replace("decimals = 1", "decimals = 9"), "decimals"),
    "a review before the last": (GOOD.replace("2027-01-01", "2025-01-01"), "next_review"),
    "a check that is none": (GOOD + CHECK + '"looks-odd"\n', "checks[0]"),
    "a check with a wrong key": (GOOD + CHECK + '"at-most"\nvalu = 5\n', "checks[0]"),
    "a check of no indicator": (GOOD + CHECK + '"part-of"\nof = "calls"\n', "checks[0]"),
    "an unpublished measure": (
        GOOD + '[[published]]\npublication = "cin-referrals"\nmeasure = "calls"\n',
        "published[0]",
    ),
    "no such publication": (GOOD + '[[published]]\npublication = "gazette"\nmeasure = "x"\n', "published[0]"),
}


@pytest.mark.parametrize(("text", "key"), FAULTS.values(), ids=FAULTS.keys())
def test_a_bad_file_is_named_with_the_key(tmp_path: Path, text: str, key: str) -> None:
    assert text != GOOD
    with pytest.raises(CatalogueFault) as fault:
        load(tmp_path, text)
    assert fault.value.file == "visits_pct.toml"
    assert key in f"{fault.value.key} {fault.value.problem}"
    assert "visits_pct.toml" in str(fault.value)


@pytest.mark.parametrize(
    ("indicator_list", "place"),
    [('["calls"]', "indicators[0]"), ('["visits_pct", "visits_pct"]', "indicators[1]")],
)
def test_a_dataset_names_known_indicators_once(tmp_path: Path, indicator_list: str, place: str) -> None:
    (tmp_path / "few.toml").write_text(DATASET.replace('["visits_pct"]', indicator_list), "utf-8")
    known = {"visits_pct": INDICATORS["rereferrals_pct"]}
    known["visits_pct"] = INDICATORS["sw_turnover_pct"]
    with pytest.raises(CatalogueFault) as fault:
        read_datasets(tmp_path, known)
    assert fault.value.key == place


def test_a_share_needs_its_whole_in_the_same_dataset(tmp_path: Path) -> None:
    text = DATASET.replace("visits_pct", "rereferrals_pct")
    (tmp_path / "few.toml").write_text(text, "utf-8")
    with pytest.raises(CatalogueFault, match="referrals_rate"):
        read_datasets(tmp_path, INDICATORS)
    with_whole = text.replace('["rereferrals_pct"]', '["referrals_rate", "rereferrals_pct"]')
    (tmp_path / "few.toml").write_text(with_whole, "utf-8")
    assert list(read_datasets(tmp_path, INDICATORS)) == ["few"]


def test_a_publication_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "gazette.toml").write_bytes(b'key = "\xff"')
    with pytest.raises(CatalogueFault, match="gazette.toml"):
        read_publications(tmp_path)


def test_the_three_datasets_are_there_in_their_sizes() -> None:
    sizes = {key: (len(d.indicators), d.cadence) for key, d in datasets().items()}
    assert sizes == {
        "annual": (19, "year"),
        "london-core-18": (18, "quarter"),
        "riia-31": (31, "quarter"),
    }
    assert "not public" in datasets()["london-core-18"].label


def test_every_indicator_is_in_a_dataset_and_reads_as_a_definition() -> None:
    assert {id for d in datasets().values() for id in d.indicators} == set(INDICATORS)
    for indicator in INDICATORS.values():
        assert len(indicator.short) <= 22, indicator.id
        assert indicator.definition.endswith("."), indicator.id
        assert indicator.question.endswith("."), indicator.id
        assert not re.search(r"  |\n", indicator.definition + indicator.question), indicator.id
        assert indicator.next_review <= date(indicator.reviewed.year + 2, 1, 1), indicator.id


def test_indicators_come_chapter_by_chapter() -> None:
    chapters = [GROUPS.index(i.group) for i in INDICATORS.values()]
    assert chapters == sorted(chapters)


def test_what_is_a_share_can_never_exceed_its_whole_unasked() -> None:
    kinds = {
        i.id: {type(c).__name__ for c in i.checks} for i in INDICATORS.values() if i.kind == "proportion"
    }
    without = {id for id, checks in kinds.items() if "NumeratorAtMostDenominator" not in checks}
    assert without == {"sw_turnover_pct"}  # leavers can outnumber those who are left


def test_only_what_cannot_be_blocks_and_the_rest_asks() -> None:
    severities = {type(c).__name__: c.severity for i in INDICATORS.values() for c in i.checks}
    assert severities["NumeratorAtMostDenominator"] == "error"
    assert severities["StockBalance"] == severities["LargeChange"] == "query"
    within_two_years = INDICATORS["cpp_repeat_2y_pct"].checks
    assert [c.severity for c in within_two_years if isinstance(c, PartOf)] == ["error"]


def test_values() -> None:
    assert INDICATORS["rereferrals_pct"].value(Decimal(142900), Decimal(632830)).quantize(  # type: ignore[union-attr]
        Decimal("0.1")
    ) == Decimal("22.6")
    assert INDICATORS["cla_rate"].value(Decimal(81770), Decimal(12183016)).quantize(Decimal(1)) == 67  # type: ignore[union-attr]
    assert INDICATORS["care_leavers_count"].value(Decimal(310)) == 310
    assert INDICATORS["cla_rate"].value(Decimal(1), Decimal(0)) is None
    assert INDICATORS["cla_rate"].value(Decimal(1), None) is None


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_proportion_of_a_part_lies_between_0_and_100(part: int, rest: int) -> None:
    value = INDICATORS["rereferrals_pct"].value(Decimal(part), Decimal(part + rest))
    assert value is not None
    assert 0 <= value <= 100


def test_the_users_page_lists_every_indicator_and_check_as_it_is() -> None:
    page = (Path(__file__).parents[3] / "docs/users/indicators.md").read_text("utf-8")
    letters = {"L": "london-core-18", "R": "riia-31", "A": "annual"}
    for i in INDICATORS.values():
        inside = " ".join(letter for letter, key in letters.items() if i.id in datasets()[key].indicators)
        assert f"| `{i.id}` | {i.name} | {i.polarity} | {inside} |" in page
    for check in get_args(AnyCheck):
        assert f"| `{check.__struct_config__.tag}` |" in page


def test_a_regions_own_folder_adds_and_never_replaces(tmp_path: Path) -> None:
    own = next(iter(INDICATORS))
    text = (files("catalogue") / f"indicators/{own}.toml").read_text("utf-8")
    (tmp_path / "ours.toml").write_text(text.replace(f'id = "{own}"', 'id = "ours"', 1))
    here = files("catalogue") / "indicators"
    assert set(read_indicators(here, publications(), tmp_path)) == {*INDICATORS, "ours"}
    (tmp_path / f"{own}.toml").write_text(text)
    with pytest.raises(CatalogueFault, match="two folders"):
        read_indicators(here, publications(), tmp_path)

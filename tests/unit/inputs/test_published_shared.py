"""The reader on the files as the DfE, the ONS and Ofsted published them. Skipped where they are not at hand."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from catalogue.reference import judgements, published
from concord.inputs.published import PublishedFile, read

# File, publication, rows, number cells, figures that are symbols, years.
FILES = {
    "b1_children_in_need_2013_to_2025.csv": ("cin-children-in-need", 2132, 17056, 118, 13),
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv": ("cin-referrals", 2132, 21320, 390, 13),
    "c3_factors_identified_at_end_of_assessment_2018_to_2025.csv": ("cin-factors", 1312, 52480, 5068, 8),
    "cla_number_and_rate_per_10k_children.csv": ("cla-numbers", 2505, 7515, 158, 5),
    "csww_indicators_2017_to_2025.csv": ("csww-indicators", 1463, 32186, 250, 9),
    "d3_cpps_subsequent_plan_2013_to_2025.csv": ("cpp-second", 2132, 6396, 95, 13),
    "d5_cpps_at31march_by_duration_2013_to_2025.csv": ("cpp-duration", 2132, 23452, 3046, 13),
    "la_care_leavers_accommodation_suitability.csv": ("care-leavers-accommodation", 6680, 13360, 3129, 5),
    "la_cla_placement_stability.csv": ("cla-placement-stability", 5010, 10020, 283, 5),
    "ons_mid-year_population_estimates_2012_to_2024.csv": ("ons-population", 2132, 2132, 21, 13),
}
NOT_NUMBERS = frozenset(
    "time_period time_identifier geographic_level country_code country_name region_code region_name old_la_code "
    "new_la_code la_name category population_type cla_group placement_stability care_leaver_age breakdown "
    "age_group".split()
)


def opened(folder: Path, name: str) -> PublishedFile:
    return read((folder / "published" / name).read_bytes(), name)


@pytest.mark.parametrize("name", FILES)
def test_every_cell_is_read_as_it_stands(shared_data: Path, name: str) -> None:
    file = opened(shared_data, name)
    got = Counter(
        (f.place, f.year, f.measure.rsplit(".", 1)[-1], f.symbol if f.value is None else f.value)
        for f in file.figures
    )
    expected: Counter[tuple[str, int, str, Decimal | str]] = Counter()
    with (shared_data / "published" / name).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            place = row["old_la_code"].replace(" ", "") or row["region_code"] or row["country_code"]
            for column, text in row.items():
                if column not in NOT_NUMBERS:
                    cell = Decimal(text) if text[0] in "-0123456789" else text
                    expected[place, int(row["time_period"]), column.lower(), cell] += 1
    assert got == expected
    publication, rows, cells, symbols, years = FILES[name]
    assert file.publication.key == publication
    assert (file.counts.rows, file.counts.placed) == (rows, rows)
    assert (file.counts.cells, file.counts.values, file.counts.symbols) == (cells, cells - symbols, symbols)
    assert file.counts.add_up
    assert len(file.years) == years
    assert file.problems == []


@pytest.mark.parametrize(
    ("name", "place", "year", "measure", "value"),
    [
        (list(FILES)[1], "E92000001", 2025, "rereferral_percent", "22.6"),
        (list(FILES)[1], "E12000007", 2025, "rereferral_percent", "19.4"),
        (list(FILES)[1], "E12000004", 2025, "rereferral_percent", "24.7"),
        (list(FILES)[3], "E92000001", 2025, "at_31_march.rate_per_10000", "67"),
        (list(FILES)[4], "E92000001", 2025, "vacancy_rate_fte", "14.2"),
        (list(FILES)[9], "201", 2024, "0_17.population_estimate", "847"),
        (list(FILES)[9], "857", 2024, "0_17.population_estimate", "8012"),
    ],
)
def test_known_figures(shared_data: Path, name: str, place: str, year: int, measure: str, value: str) -> None:
    figures = opened(shared_data, name).figures
    assert [str(f.value) for f in figures if (f.place, f.year, f.measure) == (place, year, measure)] == [
        value
    ]


def test_joint_rows_keep_both_codes(shared_data: Path) -> None:
    joint = {(f.place, f.gss) for f in opened(shared_data, "csww_indicators_2017_to_2025.csv").figures}
    assert ("940/941", "E06000061/E06000062") in joint
    assert ("314/318", "E09000021/E09000027") in joint


def test_ofsteds_grades_are_those_of_the_reference_table(shared_data: Path) -> None:
    file = opened(shared_data, "ilacs_outcomes_153.csv")
    assert sorted(file.judgements, key=lambda j: j.authority) == sorted(
        judgements(), key=lambda j: j.authority
    )
    assert (file.counts.rows, file.counts.placed) == (153, 153)
    assert file.counts.add_up


def test_the_carried_table_is_what_the_files_say(shared_data: Path) -> None:
    """scripts/rekey_published.py has been run on these files: same figures, nothing added."""
    carried = {f[:2] + (f.place, f.year): (f.value, f.symbol) for f in published()}
    for name, (publication, *_) in FILES.items():
        for f in opened(shared_data, name).figures:
            key = (publication, f.measure, f.place, f.year)
            assert carried.pop(key, (f.value, f.symbol)) == (f.value, f.symbol), key
    assert carried == {}

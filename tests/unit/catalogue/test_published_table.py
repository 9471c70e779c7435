"""The carried table of published figures gives the figures that the DfE and the ONS published."""

from collections import defaultdict
from decimal import Decimal

import pytest

from catalogue import indicators, publications, reference
from catalogue.model import POPULATION
from catalogue.publication import ENGLAND, Figure, Statistic, statistic

TABLE: dict[tuple[str, str, int], dict[str, Figure]] = defaultdict(dict)
for _figure in reference.published():
    TABLE[_figure.publication, _figure.place, _figure.year][_figure.measure] = _figure


def of(publication: str, measure: str, place: str, year: int) -> Statistic:
    people = TABLE["ons-population", place, year - 1].get("0_17.population_estimate")
    return statistic(
        publications()[publication].measures[measure],
        TABLE[publication, place, year],
        people and people.value,
    )


LONDON, EAST_MIDLANDS = "E12000007", "E12000004"
# England, London, East Midlands in the reporting year 2025, as the DfE shows them.
PUBLISHED_2025 = {
    "rereferrals_pct": ("22.6", "19.4", "24.7"),
    "cpp_repeat_ever_pct": ("24.5", "19.2", "26"),
    "cpp_2y_pct": ("2.3", "3.5", "1.6"),
    "cla_rate": ("67", "48", "62"),
    "cla_start_rate": ("26", "22", "23"),
    "cla_cease_rate": ("28", "25", "25"),
    "cla_3_placements_pct": ("10", "10", "9"),
    "cla_stability_pct": ("69", "68", "69"),
    "care_leavers_suitable_17_18_pct": ("91", "92", "95"),
    "care_leavers_suitable_19_21_pct": ("89", "88", "91"),
    "sw_vacancy_pct": ("14.2", "19.4", "11.8"),
    "sw_agency_pct": ("13", "17.9", "10.3"),
    "sw_turnover_pct": ("11.8", "13.8", "9.8"),
    "sw_caseload_mean": ("15.2", "13.8", "15.3"),
    "sw_absence_pct": ("3.5", "2.8", "4.1"),
}


@pytest.mark.parametrize("id", PUBLISHED_2025)
def test_known_figures(id: str) -> None:
    link = indicators()[id].published[0]
    got = [of(link.publication, link.measure, place, 2025) for place in (ENGLAND, LONDON, EAST_MIDLANDS)]
    assert tuple(str(s.value) for s in got) == PUBLISHED_2025[id]
    assert not any(s.derived for s in got)


@pytest.mark.parametrize(
    ("publication", "measure"),
    [
        (p.key, key)
        for p in publications().values()
        for key, m in p.measures.items()
        if m.value and m.denominator
    ],
)
def test_numerators_over_denominators_are_the_published_values(publication: str, measure: str) -> None:
    """England’s parts give the published value within rounding (whole per cents and rates, else a decimal).

    Some years’ workforce totals were put right for missing returns, which moves a rate by up to 0.24.
    """
    seen, near = 0, Decimal("0.5") if publication.startswith(("cla", "care")) else Decimal("0.25")
    for year in range(2016, 2026):
        s = of(publication, measure, ENGLAND, year)
        if None in (s.value, s.numerator, s.denominator):
            continue
        seen += 1
        rule = publications()[publication].measures[measure]
        worked_out = s.numerator / s.denominator * rule.multiplier  # type: ignore[operator]
        assert abs(worked_out - s.value) <= near, year  # type: ignore[operator]
    assert seen >= 3


def test_every_indicator_that_is_published_has_a_figure_for_england_and_both_regions() -> None:
    for indicator in indicators().values():
        for link in indicator.published:
            for place in (ENGLAND, LONDON, EAST_MIDLANDS):
                assert of(link.publication, link.measure, place, 2025).value is not None, indicator.id


def test_rates_without_a_published_value_use_the_population_of_the_year_before() -> None:
    s = of("cpp-duration", "at_31_march", ENGLAND, 2025)
    assert s.derived
    assert (s.numerator, s.denominator) == (Decimal(49420), Decimal(12183016))
    assert publications()["cpp-duration"].measures["at_31_march"].denominator == (POPULATION,)


def test_joint_and_ended_places_are_in_the_table_under_their_codes() -> None:
    assert TABLE["csww-indicators", "940/941", 2025]
    assert TABLE["csww-indicators", "314/318", 2025]
    assert TABLE["cin-referrals", "928", 2021]["referral_count"].value
    assert TABLE["cin-referrals", "940", 2022]["referral_count"].value
    assert "E13000001" in {place for _, place, _ in TABLE}


def test_symbols_are_kept_and_never_read_as_numbers() -> None:
    for cells in TABLE.values():
        for figure in cells.values():
            assert (figure.value is None) == bool(figure.symbol)
            assert figure.symbol in ("", "c", "x", "z", "u", "k", "low", ":", "~")


def test_each_publication_with_measures_is_carried_and_nothing_else() -> None:
    assert {publication for publication, _, _ in TABLE} == {
        p.key for p in publications().values() if p.measures
    }

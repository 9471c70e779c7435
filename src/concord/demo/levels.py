"""At which level each authority’s made-up quarters lie: its own latest published figure where there is one.

What nobody publishes by authority takes a ratio to something that is. The ratios are rough ones of England as a
whole; each stands in one table with its reason, and every authority gets its own distance from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np

import catalogue
from catalogue import reference
from catalogue.model import Indicator, PublishedLink
from catalogue.publication import Figure, Statistic, statistic

Rng = np.random.Generator
CHILDREN = "children"
AGED_17_TO_21 = "care leavers aged 17 to 21"


class Assumed(NamedTuple):
    """A count as a multiple of another count (or of the children), or a share."""

    ratio: float
    of: str
    why: str


COUNTS: Mapping[str, Assumed] = {
    "contacts_rate": Assumed(3.0, "referrals_rate", "about one contact in three becomes a referral"),
    "assessments_started_rate": Assumed(1.02, "referrals_rate", "nearly every referral is assessed"),
    "assessments_rate": Assumed(1.0, "referrals_rate", "assessments completed follow referrals"),
    "icpc_rate": Assumed(1.17, "cpp_start_rate", "about six conferences in seven lead to a plan"),
    "s47_rate": Assumed(3.0, "icpc_rate", "about one enquiry in three leads to a conference"),
    "cpp_cease_rate": Assumed(
        1.0, "cpp_start_rate", "a number of plans that holds has as many ends as starts"
    ),
    "cin_plans_rate": Assumed(
        0.28, "cin_rate", "those not looked after, on a protection plan or in assessment"
    ),
    "care_leavers_count": Assumed(
        1.2, AGED_17_TO_21, "those whose homes are published, and a fifth more up to 25"
    ),
    "ehe_rate": Assumed(0.0085, CHILDREN, "some 0.85 per cent of children are taught at home"),
    "ehc_requests_rate": Assumed(0.0029, CHILDREN, "a quarter’s requests for an assessment"),
    "ehc_assessments_rate": Assumed(0.0019, CHILDREN, "about two requests in three are assessed"),
    "ehc_plans_rate": Assumed(0.043, CHILDREN, "some 4.3 per cent of children have a plan"),
}
SHARES: Mapping[str, Assumed] = {
    "referral_source_known_pct": Assumed(0.985, "referrals_rate", "nearly always recorded"),
    "assessments_45d_pct": Assumed(0.83, "assessments_rate", "about five in six within 45 working days"),
    "icpc_15d_pct": Assumed(0.79, "icpc_rate", "about four in five within 15 working days"),
    "cpp_repeat_2y_pct": Assumed(0.4, "cpp_repeat_ever_pct", "two in five of all repeat plans"),
    "uasc_pct": Assumed(0.09, "cla_rate", "about one looked-after child in eleven"),
    "uasc_care_leavers_pct": Assumed(0.2, "care_leavers_count", "about one care leaver in five"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """What to expect of one indicator: a quarter’s (or a day’s) count, the share, and what it is a share of."""

    count: float = 0.0
    share: float = 0.0
    base: float = 0.0


def levels(code: str, rng: Rng) -> dict[str, Level]:
    """The level of every indicator of one authority, by DfE code."""
    children = _children(code)
    found = {
        indicator.id: _published(indicator, indicator.published[0], code)
        for indicator in catalogue.indicators().values()
        if indicator.published
    }
    found[CHILDREN] = Level(count=children)
    ages = ("care_leavers_suitable_17_18_pct", "care_leavers_suitable_19_21_pct")
    found[AGED_17_TO_21] = Level(count=sum(found[id].base for id in ages))
    for id, assumed in COUNTS.items():
        known = 1.0 if id == "cpp_cease_rate" else float(rng.lognormal(0, 0.12))
        found[id] = Level(count=found[assumed.of].count * assumed.ratio * known)
    for id, assumed in SHARES.items():
        found[id] = Level(share=_moved(assumed.ratio, float(rng.normal(0, 0.25))))
    vacancies = found["sw_vacancy_pct"]
    found["sw_establishment_fte"] = Level(count=vacancies.base)
    # The published figures of a year: days lost of a year’s, leavers of a year’s. A quarter has a quarter of them.
    for id in ("sw_absence_pct", "sw_turnover_pct"):
        found[id] = replace(found[id], count=found[id].count / 4)
    found["sw_absence_pct"] = replace(found["sw_absence_pct"], base=found["sw_absence_pct"].base / 4)
    found["sw_turnover_pct"] = replace(found["sw_turnover_pct"], share=found["sw_turnover_pct"].share / 4)
    return found


def _moved(share: float, by: float) -> float:
    odds = share / (1 - share) * np.exp(by)
    return float(odds / (1 + odds))


def _published(indicator: Indicator, link: PublishedLink, code: str) -> Level:
    stat, scale = _latest(link, code)
    count = float(stat.numerator or 0) * scale
    base = float(stat.denominator or 0) * scale
    if indicator.denominator_from == "population-0-17":
        return Level(count=count / (4 if indicator.basis == "flow" else 1))
    if base:
        return Level(count, float(stat.numerator or 0) / float(stat.denominator or 1), base)
    return Level(count, float(stat.value or 0) / indicator.multiplier, base)


def _latest(link: PublishedLink, code: str) -> tuple[Statistic, float]:
    """The latest figure of the authority; if it has none, of its region or England scaled to its children."""
    measure = catalogue.publications()[link.publication].measures[link.measure]
    for place in _places(code):
        years = _figures().get((link.publication, place), {})
        for year in sorted(years, reverse=True):
            found = statistic(measure, years[year])
            if found.numerator is not None and (found.denominator or not measure.value):
                scale = 1.0 if place == code else _children(code) / _children(place)
                return found, scale
    raise LookupError(f"nobody published {link.publication}, {link.measure}")


def _places(code: str) -> Iterator[str]:
    yield code
    yield from (place for _, place in _figures() if "/" in place and code in place.split("/"))
    yield reference.authorities()[code].region
    yield reference.ENGLAND


def _children(place: str) -> float:
    """The latest estimate of children aged 0 to 17, added up for authorities that answer together."""
    total = 0.0
    for part in place.split("/"):
        years = _figures()["ons-population", part]
        value = years[max(years)]["0_17.population_estimate"].value
        total += float(value or 0)
    return total


@cache
def _figures() -> dict[tuple[str, str], dict[int, dict[str, Figure]]]:
    """The published figures that Concord carries: by publication and place, year, column."""
    found: dict[tuple[str, str], dict[int, dict[str, Figure]]] = defaultdict(lambda: defaultdict(dict))
    for figure in reference.published():
        found[figure.publication, figure.place][figure.year][figure.measure] = figure
    return {key: dict(years) for key, years in found.items()}

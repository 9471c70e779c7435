"""Makes up an authority’s quarters around its levels: season, chance as large as the counts bring, and balance.

Counts of events are Poisson, parts of a whole binomial; who is on a plan or looked after at the end is who was at
the beginning, plus starts, less ends, exactly. Staff is a slow walk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

import catalogue
from catalogue.periods import Period
from concord.demo import events
from concord.demo.levels import COUNTS, Level, Rng, levels
from concord.rules.figures import Amount

SEASON = {1: 1.02, 2: 0.92, 3: 1.03, 4: 1.03}
"""By quarter of the financial year: schools refer, and in August they are closed."""

FLOWS = (
    "contacts_rate", "referrals_rate", "assessments_started_rate", "assessments_rate", "s47_rate", "icpc_rate",
    "ehc_requests_rate", "ehc_assessments_rate",
)  # fmt: skip
BALANCES = {
    "cpp_rate": ("cpp_start_rate", "cpp_cease_rate"),
    "cla_rate": ("cla_start_rate", "cla_cease_rate"),
}
STOCKS = ("care_leavers_count", "ehe_rate", "ehc_plans_rate")
PARTS = {
    "referral_source_known_pct": "referrals_rate",
    "rereferrals_pct": "referrals_rate",
    "assessments_45d_pct": "assessments_rate",
    "icpc_15d_pct": "icpc_rate",
    "cpp_repeat_ever_pct": "cpp_start_rate",
    "cpp_repeat_2y_pct": "cpp_repeat_ever_pct",
    "cpp_2y_pct": "cpp_rate",
    "cla_3_placements_pct": "cla_rate",
    "uasc_pct": "cla_rate",
    "uasc_care_leavers_pct": "care_leavers_count",
}
BASED = ("cla_stability_pct", "care_leavers_suitable_17_18_pct", "care_leavers_suitable_19_21_pct")
AGAIN = "_again"
"""Ends the ids of indicators that are copies of others, for the national bench."""
YEARS_BASE = {"sw_absence_pct"}
"""Shares of a period’s working days: a year’s denominator is the sum of its quarters’."""


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator’s numerators, and its denominators where the return gives them, quarter by quarter."""

    numerator: np.ndarray
    denominator: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Everything made up for one authority: whole financial years, of which the last may lack quarters."""

    first: Period
    count: int
    series: Mapping[str, Series]

    def quarter(self, period: Period, indicators: tuple[str, ...]) -> dict[str, Amount]:
        """What the authority’s own books say of a quarter."""
        at = _steps(self.first, period)
        return {id: self._amount(id, slice(at, at + 1)) for id in indicators}

    def year(self, period: Period, indicators: tuple[str, ...]) -> dict[str, Amount]:
        """What they say of a financial year: flows added up, stocks as at its end."""
        at = _steps(self.first, Period(period.year, 1))
        return {id: self._amount(id, slice(at, at + 4)) for id in indicators}

    def _amount(self, id: str, span: slice) -> Amount:
        own = self.series[id.removesuffix(AGAIN)]
        flow = catalogue.indicators()[id].basis == "flow"
        top = own.numerator[span]
        numerator = _decimal(top.sum() if flow else top[-1])
        if own.denominator is None:
            return Amount(numerator)
        under = own.denominator[span]
        return Amount(numerator, _decimal(under.sum() if id in YEARS_BASE else under[-1]))


def _decimal(value: float) -> Decimal:
    return Decimal(str(round(float(value), 1))).normalize() + 0


def _steps(first: Period, then: Period) -> int:
    return (then.year - first.year) * 4 + then.quarter - first.quarter


def history(code: str, last: Period, count: int, planting: bool = True) -> History:
    """The made-up history of an authority: ``count`` quarters up to ``last``, and those before in its first year.

    The same authority and quarters give the same figures every time. ``planting`` lays the events in.
    """
    first = Period(last.shift(1 - count).year, 1)
    length = _steps(first, last) + 1
    rng = np.random.default_rng([int(code), last.year, last.quarter, count])
    numbers = range(count - length + 1, count + 1)
    expected = levels(code, rng)
    season = np.array([SEASON[first.shift(n).quarter] for n in range(length)])
    made = _Made(code if planting else "", rng, expected, season, numbers)
    return History(first, length, made.all())


class _Made:
    """One authority’s series in the making."""

    def __init__(
        self, code: str, rng: Rng, expected: Mapping[str, Level], season: np.ndarray, numbers: range
    ) -> None:
        self.code, self.rng, self.expected, self.season, self.numbers = code, rng, expected, season, numbers
        self.series: dict[str, Series] = {}

    def all(self) -> dict[str, Series]:
        """Every indicator’s series."""
        for id in FLOWS:
            self.series[id] = Series(self._flow(id))
        for id, (starts, ends) in BALANCES.items():
            self._balance(id, starts, ends)
        for id in STOCKS:
            self.series[id] = Series(self._stock(id))
        self._in_need()
        for id, whole in PARTS.items():
            self.series[id] = Series(self._part(id, self.series[whole].numerator))
        for id in BASED:
            base = self.rng.poisson(self.expected[id].base, len(self.numbers))
            self.series[id] = Series(self._part(id, base), base)
        self._workforce()
        return self.series

    def _flow(self, id: str) -> np.ndarray:
        mean = self.expected[id].count * self.season * events.factors(self.code, id, self.numbers)
        return np.asarray(self.rng.poisson(mean))

    def _balance(self, id: str, starts: str, ends: str) -> None:
        """Each ends with the same chance in every quarter, so that the stock keeps near its level."""
        level = self.expected[id].count
        came = self._flow(starts)
        chance = min(0.9, self.expected[starts].count / level) if level >= 1 else 0.5
        stock, left, now = [], [], round(level)
        for new in came:
            gone = self.rng.binomial(now, chance)
            now = now + int(new) - int(gone)
            stock.append(now)
            left.append(gone)
        self.series |= {id: Series(np.array(stock)), starts: Series(came), ends: Series(np.array(left))}

    def _stock(self, id: str) -> np.ndarray:
        """A number that keeps most of itself from quarter to quarter and strays as far as chance takes it."""
        level, kept = self.expected[id].count, 0.9
        now, found = level + self.rng.normal(0, np.sqrt(level)), []
        for _ in self.numbers:
            now = level + kept * (now - level) + self.rng.normal(0, np.sqrt(level * (1 - kept**2)))
            found.append(max(0, round(now)))
        return np.array(found)

    def _in_need(self) -> None:
        """Children in need include those on plans and those looked after."""
        inside = self.series["cpp_rate"].numerator + self.series["cla_rate"].numerator
        whole = np.maximum(self._stock("cin_rate"), inside)
        share = min(0.9, COUNTS["cin_plans_rate"].ratio * float(self.rng.lognormal(0, 0.12)))
        plans = np.minimum(self.rng.binomial(whole, share), whole)
        self.series |= {"cin_rate": Series(whole), "cin_plans_rate": Series(plans)}

    def _part(self, id: str, whole: np.ndarray) -> np.ndarray:
        share = self.expected[id].share + events.points(self.code, id, self.numbers)
        return np.asarray(self.rng.binomial(whole, np.clip(share, 0, 1)))

    def _walk(self, level: float, pace: float) -> np.ndarray:
        steps = self.rng.normal(0, pace, len(self.numbers))
        path = np.cumsum(steps)
        return np.asarray(level * np.exp(path - path.mean()))

    def _workforce(self) -> None:
        """Posts, vacancies, agency workers, leavers, days lost and cases, in full-time equivalents."""
        posts = np.round(self._walk(self.expected["sw_establishment_fte"].count, 0.008), 1)
        drift = events.points(self.code, "sw_vacancy_pct", self.numbers)
        share = self._walk(self.expected["sw_vacancy_pct"].share, 0.05) + drift
        vacant = np.round(posts * np.clip(share, 0, 0.6), 1)
        staff = np.round(posts - vacant, 1)
        agency_share = np.clip(self._walk(self.expected["sw_agency_pct"].share, 0.05), 0, 0.6)
        agency = np.round(staff * agency_share / (1 - agency_share), 1)
        days = np.round(staff * 63, 1)
        lost = np.minimum(days, np.round(days * self._walk(self.expected["sw_absence_pct"].share, 0.06), 1))
        leavers = np.round(self.rng.poisson(staff * self.expected["sw_turnover_pct"].share), 1)
        holders = np.round(self._walk(self.expected["sw_caseload_mean"].base, 0.01), 1)
        cases = np.round(holders * self._walk(self.expected["sw_caseload_mean"].share, 0.02))
        self.series |= {
            "sw_establishment_fte": Series(posts),
            "sw_vacancy_pct": Series(vacant, posts),
            "sw_agency_pct": Series(agency, np.round(staff + agency, 1)),
            "sw_absence_pct": Series(lost, days),
            "sw_turnover_pct": Series(leavers, staff),
            "sw_caseload_mean": Series(cases, holders),
        }

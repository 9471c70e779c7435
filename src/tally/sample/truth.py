"""The true figures of a made-up council, counted from its children one by one, without any SQL or file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from catalogue.periods import Period
from catalogue.workingdays import working_days_between
from tally.sample.council import Care, Child, Council, Span, birthday

Figure = tuple[int, int | None]
NEW_PLACEMENT = ("S", "P", "B")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")

LATEST_ONLY = {
    "annexa": {
        "cin_plans_rate",
        "cla_3_placements_pct",
        "cla_stability_pct",
        "care_leavers_count",
        "uasc_care_leavers_pct",
        "care_leavers_suitable_17_18_pct",
        "care_leavers_suitable_19_21_pct",
    },
    "ssda903": {"care_leavers_suitable_17_18_pct", "care_leavers_suitable_19_21_pct"},
    "cin": set[str](),
    "ssd": {
        "care_leavers_count",
        "uasc_care_leavers_pct",
        "care_leavers_suitable_17_18_pct",
        "care_leavers_suitable_19_21_pct",
    },
}
"""What a format knows only for the day it was taken, so that no earlier quarter can be had from it."""

_FRONT = {"referrals_rate", "referral_source_known_pct", "assessments_started_rate", "assessments_rate"}
_NEED = {
    "assessments_45d_pct",
    "cin_rate",
    "cin_plans_rate",
    "s47_rate",
    "icpc_rate",
    "icpc_15d_pct",
    "rereferrals_pct",
}
_PROTECTION = {"cpp_rate", "cpp_start_rate", "cpp_cease_rate", "cpp_2y_pct", "cpp_repeat_ever_pct"}
_CARE = {
    "cla_rate",
    "cla_start_rate",
    "cla_cease_rate",
    "uasc_pct",
    "cla_3_placements_pct",
    "cla_stability_pct",
}
_LEAVERS = LATEST_ONLY["ssd"]

GIVES = {
    "annexa": {"contacts_rate"} | _FRONT | _NEED | _PROTECTION | _CARE | _LEAVERS,
    "ssda903": _CARE | LATEST_ONLY["ssda903"],
    "cin": {"cpp_repeat_2y_pct"} | _FRONT | _NEED | _PROTECTION,
    "ssd": {"contacts_rate", "cpp_repeat_2y_pct"} | _FRONT | _NEED | _PROTECTION | _CARE | _LEAVERS,
}
"""Which figures each format can give exactly, for the quarter in which it is taken."""

ALMOST = {"annexa": {"cla_stability_pct"}}
"""What a format gives only roughly: Annex A holds only the start of the latest placement."""


def truth(council: Council, quarter: Period) -> dict[str, Figure]:
    """Every figure of a quarter as (numerator, denominator); None where the denominator is supplied elsewhere."""
    start, end = quarter.start, quarter.end

    def within(day: date | None) -> bool:
        return day is not None and start <= day <= end

    def each(count: Callable[[Child], int]) -> int:
        return sum(count(child) for child in council.children)

    cases = [(child, case) for child in council.children for case in child.cases]
    referred = [(child, case) for child, case in cases if within(case.referred)]
    completed = [one for _, case in cases for one in case.assessments if within(one.completed)]
    held = [one for _, case in cases for one in case.enquiries if within(one.conference)]
    plans = [(child, plan) for child in council.children for plan in child.plans()]
    new_plans = [(child, plan) for child, plan in plans if within(plan.started)]
    on_plan = [plan for _, plan in plans if is_open(plan, end)]
    periods = [
        (child, care) for child in council.children for care in child.periods() if not care.short_breaks
    ]
    in_care = [(child, care) for child, care in periods if is_open(care, end)]
    settled = [(child, care) for child, care in in_care if _long(child, care, end)]
    return {
        "contacts_rate": (each(lambda child: sum(within(day) for day, _ in child.contacts)), None),
        "referrals_rate": (len(referred), None),
        "referral_source_known_pct": (sum(case.source != "10" for _, case in referred), len(referred)),
        "rereferrals_pct": (sum(_again(child, case.referred) for child, case in referred), len(referred)),
        "assessments_started_rate": (sum(within(one.started) for _, case in cases for one in case.assessments), None),
        "assessments_rate": (len(completed), None),
        "assessments_45d_pct": (sum(_within_days(a.started, a.completed, 45) for a in completed), len(completed)),
        "cin_rate": (each(lambda child: _in_need(child, end)), None),
        "cin_plans_rate": (each(lambda child: _on_cin_plan(child, end)), None),
        "s47_rate": (sum(within(one.started) for _, case in cases for one in case.enquiries), None),
        "icpc_rate": (len(held), None),
        "icpc_15d_pct": (sum(_within_days(one.started, one.conference, 15) for one in held), len(held)),
        "cpp_rate": (len(on_plan), None),
        "cpp_start_rate": (len(new_plans), None),
        "cpp_cease_rate": (sum(within(plan.ended) for _, plan in plans), None),
        "cpp_2y_pct": (sum(plan.started <= months_before(end, 24) for plan in on_plan), len(on_plan)),
        "cpp_repeat_ever_pct": (sum(_earlier(child, plan, None) for child, plan in new_plans), len(new_plans)),
        "cpp_repeat_2y_pct": (sum(_earlier(child, plan, 24) for child, plan in new_plans), len(new_plans)),
        "cla_rate": (len(in_care), None),
        "cla_start_rate": (sum(within(care.started) for _, care in periods), None),
        "cla_cease_rate": (sum(within(care.ended) for _, care in periods), None),
        "uasc_pct": (sum(child.uasc for child, _ in in_care), len(in_care)),
        "cla_3_placements_pct": (sum(placements(child, end) >= 3 for child, _ in in_care), len(in_care)),
        "cla_stability_pct": (sum(_same_home(care, end) for _, care in settled), len(settled)),
        **_leavers(council, end),
    }  # fmt: skip


def is_open(span: Span | Care, day: date) -> bool:
    """Whether it was going on at the end of a day: begun, and not over on the day itself."""
    return span.started <= day and (span.ended is None or span.ended > day)


def months_before(day: date, months: int) -> date:
    """The same day so many months before, or the month's last if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def placements(child: Child, day: date) -> int:
    """Placements in the twelve months to a day: those begun, and the one in force when they began."""
    window = months_before(day, 12)
    count = 0
    for care in child.periods():
        starts = [e.started for e in care.episodes if e.reason in NEW_PLACEMENT and not care.short_breaks]
        for index, started in enumerate(starts):
            over = starts[index + 1] if index + 1 < len(starts) else care.ended or date.max
            count += window < started <= day or (started <= window < over)
    return count


def latest_placement(care: Care, day: date) -> tuple[date, str]:
    """When the placement in force on a day began, and its code."""
    begun = [e for e in care.episodes if e.reason in NEW_PLACEMENT and e.started <= day]
    return begun[-1].started, begun[-1].placement


def _again(child: Child, day: date) -> bool:
    return any(months_before(day, 12) <= case.referred < day for case in child.cases)


def _within_days(start: date, end: date | None, days: int) -> bool:
    return end is not None and working_days_between(start, end) <= days


def _in_need(child: Child, day: date) -> bool:
    return any(not case.nfa and is_open(Span(case.referred, case.closed), day) for case in child.cases)


def _on_cin_plan(child: Child, day: date) -> bool:
    other = any(is_open(plan, day) for plan in child.plans()) or any(
        is_open(care, day) for care in child.periods()
    )
    return not other and any(is_open(plan, day) for case in child.cases for plan in case.cin_plans)


def _earlier(child: Child, plan: Span, months: int | None) -> bool:
    before = [one for one in child.plans() if one.started < plan.started]
    if months is None:
        return bool(before)
    since = months_before(plan.started, months)
    return any(one.ended is not None and since <= one.ended <= plan.started for one in before)


def _long(child: Child, care: Care, day: date) -> bool:
    return birthday(child.born, 16) > day and care.started <= months_before(day, 30)


def _same_home(care: Care, day: date) -> bool:
    begun = [e for e in care.episodes if e.reason in NEW_PLACEMENT and e.started <= day]
    since = begun[-1].started
    if begun[-1].placement in FOR_ADOPTION and len(begun) > 1:
        since = begun[-2].started
    return since <= months_before(day, 24)


def _leavers(council: Council, day: date) -> dict[str, Figure]:
    leavers = [child for child in council.children if child.leaver and child.leaver.eligibility != "Eligible"]
    figures: dict[str, Figure] = {
        "care_leavers_count": (len(leavers), None),
        "uasc_care_leavers_pct": (sum(child.uasc for child in leavers), len(leavers)),
    }
    for band, low, high in (("17_18", 17, 18), ("19_21", 19, 21)):
        aged = [c for c in leavers if birthday(c.born, low) <= day < birthday(c.born, high + 1)]
        suitable = sum(1 for c in aged if c.leaver and c.leaver.suitable == "Suitable")
        figures[f"care_leavers_suitable_{band}_pct"] = (suitable, len(aged))
    return figures

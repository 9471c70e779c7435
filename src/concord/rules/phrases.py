"""How each indicator is said in a sentence. An indicator without a phrase is said by its name and unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogue.model import Indicator
from catalogue.periods import Period


@dataclass(frozen=True, slots=True)
class Phrase:
    """``things`` are what the numerator counts; for a share, ``of`` whom and what they ``did``."""

    things: str
    of: str = ""
    did: str = ""


_IN_NEED_PLAN = "on a child in need plan"
_REPEAT = "were for children who had had one before"
_STABLE = "children in one placement for two years"
_UASC = "unaccompanied asylum-seeking children"
_SUITABLE = "young people in suitable accommodation", "were in suitable accommodation"

PHRASES: Mapping[str, Phrase] = {
    "contacts_rate": Phrase("contacts"),
    "referrals_rate": Phrase("referrals"),
    "rereferrals_pct": Phrase("re-referrals", "referrals", "came within a year of an earlier one"),
    "referral_source_known_pct": Phrase("referrals with a known source", "referrals", "had a known source"),
    "assessments_started_rate": Phrase("assessments begun"),
    "assessments_rate": Phrase("assessments finished"),
    "assessments_45d_pct": Phrase(
        "assessments finished in time", "assessments", "were finished within 45 working days"
    ),
    "cin_rate": Phrase("children in need"),
    "cin_plans_rate": Phrase(f"children {_IN_NEED_PLAN}"),
    "s47_rate": Phrase("section 47 enquiries"),
    "icpc_rate": Phrase("initial child protection conferences"),
    "icpc_15d_pct": Phrase(
        "conferences held in time", "initial child protection conferences", "were held within 15 working days"
    ),
    "cpp_rate": Phrase("children on a child protection plan"),
    "cpp_start_rate": Phrase("new child protection plans"),
    "cpp_cease_rate": Phrase("child protection plans that ended"),
    "cpp_repeat_ever_pct": Phrase("repeat plans", "new child protection plans", _REPEAT),
    "cpp_repeat_2y_pct": Phrase(
        "repeat plans within two years", "new child protection plans", f"{_REPEAT} within two years"
    ),
    "cpp_2y_pct": Phrase(
        "children on a plan for two years or more",
        "children on a child protection plan",
        "had been on it for two years or more",
    ),
    "cla_rate": Phrase("children looked after"),
    "cla_start_rate": Phrase("children starting to be looked after"),
    "cla_cease_rate": Phrase("children ceasing to be looked after"),
    "cla_3_placements_pct": Phrase(
        "children with three or more placements",
        "children looked after",
        "had had three or more placements in the year",
    ),
    "cla_stability_pct": Phrase(
        _STABLE,
        "children looked after for two and a half years or more",
        "had been in one placement for two years",
    ),
    "uasc_pct": Phrase(_UASC, "children looked after", f"were {_UASC}"),
    "care_leavers_count": Phrase("care leavers"),
    "care_leavers_suitable_17_18_pct": Phrase(_SUITABLE[0], "care leavers aged 17 to 18", _SUITABLE[1]),
    "care_leavers_suitable_19_21_pct": Phrase(_SUITABLE[0], "care leavers aged 19 to 21", _SUITABLE[1]),
    "uasc_care_leavers_pct": Phrase(
        f"care leavers who had been {_UASC}", "care leavers", f"had been {_UASC}"
    ),
    "ehe_rate": Phrase("children in elective home education"),
    "ehc_requests_rate": Phrase("requests for an education, health and care assessment"),
    "ehc_assessments_rate": Phrase("education, health and care assessments begun"),
    "ehc_plans_rate": Phrase("education, health and care plans"),
    "sw_turnover_pct": Phrase("social workers who left", "social workers", "left within a year"),
    "sw_vacancy_pct": Phrase("vacant posts", "social work posts", "were vacant"),
    "sw_agency_pct": Phrase("agency workers", "social workers", "were agency workers"),
    "sw_absence_pct": Phrase("working days lost to sickness", "working days", "were lost to sickness"),
    "sw_caseload_mean": Phrase("cases"),
    "sw_establishment_fte": Phrase("full-time equivalent social work posts"),
}


def said(indicator: Indicator, name: str, figure: str) -> str:
    """“Camden had 62.0 children looked after for every 10,000 children”, “In Camden 85.0% of assessments were …”."""
    phrase = PHRASES.get(indicator.id)
    place, name = the(name), start(name)
    if phrase is None:
        return f"In {place}, “{indicator.name}” was {figure} {indicator.unit}"
    if phrase.of:
        return f"In {place} {figure}% of {phrase.of} {phrase.did}"
    if indicator.kind == "mean":
        return f"{name} had {figure} {phrase.things} for each full-time equivalent social worker"
    if indicator.has_denominator:
        return f"{name} had {figure} {phrase.things} for every {indicator.multiplier:,} children"
    return f"{name} had {figure} {phrase.things}"


_WITH_ARTICLE = (
    "City of London",
    "East of England",
    "East Riding of Yorkshire",
    "Isle of Wight",
    "Isles of Scilly",
)
_REGIONS = {
    f"{side} {part}" for side in ("North", "South", "East", "West") for part in ("East", "West", "Midlands")
}


def the(name: str) -> str:
    """“the East Midlands”, “the Isle of Wight”; most names go without the article."""
    return f"the {name}" if name in _REGIONS or name in _WITH_ARTICLE else name


def whose(name: str) -> str:
    """“London’s”, “the East Midlands’”."""
    return the(name) + ("’" if name.endswith("s") else "’s")


def start(name: str) -> str:
    """As ``the``, at the beginning of a sentence."""
    whole = the(name)
    return whole[:1].upper() + whole[1:]


def things(indicator: Indicator) -> str:
    """What the numerator counts, for “about 48 fewer children looked after”."""
    phrase = PHRASES.get(indicator.id)
    return phrase.things if phrase else f"in “{indicator.short}”"


def when(indicator: Indicator, period: str) -> str:
    """“in April to June 2026” or “at the end of June 2026”; a published year (“2025”) “in the year to March 2025”."""
    if period.isdigit():
        last, whole = f"March {period}", f"the year to March {period}"
    else:
        key = Period.parse(period)
        last = f"{key.end:%B %Y}"
        whole = key.label if key.quarter else f"the {key.label}"
    return f"in {whole}" if indicator.basis == "flow" else f"at the end of {last}"


def since(indicator: Indicator, period: str) -> str:
    """“since April to June 2025”, “since the end of June 2025”."""
    words = when(indicator, period)
    return f"since {words.removeprefix('in ').removeprefix('at ')}"

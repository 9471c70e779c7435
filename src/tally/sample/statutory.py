"""The made-up council's statutory returns: SSDA903 files and the children in need census, of three years.

A year's return holds what was going on in the year, with no date after its end, as the real ones do. The last
year ends on the day on which the lists are taken.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalogue.periods import Period
from tally.sample import read_headers
from tally.sample.council import Case, Child, Council, birthday

Table = tuple[list[str], list[list[Any]]]
YEARS = 4


@dataclass(frozen=True, slots=True)
class Year:
    """A return's year, cut off at the day the lists are taken."""

    start: date
    end: date
    name: int

    def holds(self, started: date, ended: date | None) -> bool:
        """Whether something was going on at any time in the year."""
        return started <= self.end and (ended is None or ended >= self.start)

    def seen(self, day: date | None) -> date | None:
        """A day as the return knows it: none that is after its end."""
        return day if day is not None and day <= self.end else None


def years(council: Council) -> list[Year]:
    """The years of the returns, earliest first."""
    last = Period.year_of(council.taken)
    each = [last.shift(back) for back in range(1 - YEARS, 1)]
    return [Year(year.start, min(year.end, council.taken), year.reporting_year) for year in each]


def ssda903(council: Council) -> dict[str, Table]:
    """File name (with the year) -> header and rows."""
    made: dict[str, Table] = {}
    headers: dict[str, str] = tomllib.loads(read_headers())["ssda903"]
    for year in years(council):
        episodes = [row for child in council.children for row in _episodes(child, year)]
        known = {row[0] for row in episodes}
        children = [child for child in council.children if child.id in known]
        made[f"episodes_{year.name}"] = (
            headers["episodes"].split(),
            episodes,
        )  # fmt: skip
        made[f"header_{year.name}"] = (
            headers["header"].split(),
            [[child.id, child.sex, child.born, child.ethnicity, "UN3", "", ""] for child in children],
        )
        made[f"uasc_{year.name}"] = (
            headers["uasc"].split(),
            [[child.id, child.sex, child.born, child.eighteenth] for child in children if child.uasc],
        )
    made[f"oc3_{years(council)[-1].name}"] = (
        headers["oc3"].split(),
        [row for child in council.children for row in _leaver(child, council.taken)],
    )
    return made


def _episodes(child: Child, year: Year) -> Iterator[list[Any]]:
    for care in child.periods():
        for one in care.episodes:
            if year.holds(one.started, one.ended):
                ended = year.seen(one.ended)
                yield [
                    child.id, one.started, one.reason, one.legal, "N1", one.placement, "PR1", ended,
                    one.end_reason if ended else "", "", "", "", "",
                ]  # fmt: skip


def _leaver(child: Child, day: date) -> Iterator[list[Any]]:
    one = child.leaver
    if one and one.eligibility != "Eligible" and birthday(child.born, 17) <= day < birthday(child.born, 22):
        home = f"{one.accommodation}{1 if one.suitable == 'Suitable' else 2}"
        yield [child.id, child.born, one.in_touch.upper(), one.activity, home]


def census(council: Council, year: Year) -> Iterator[str]:
    """The lines of a year's children in need census."""
    yield "<?xml version='1.0' encoding='utf-8'?>\n<Message>\n<Header><CollectionDetails><Collection>CIN</Collection>"
    yield f"<Year>{year.name}</Year><ReferenceDate>{year.end}</ReferenceDate></CollectionDetails>"
    yield "<Source><SourceLevel>L</SourceLevel><LEA>999</LEA></Source></Header>\n<Children>\n"
    for child in council.children:
        cases = [case for case in child.cases if _in_census(case, year)]
        if cases:
            yield (
                f"<Child>\n<ChildIdentifiers><LAchildID>{child.id}</LAchildID><UPNunknown>UN3</UPNunknown>"
                f"<PersonBirthDate>{child.born}</PersonBirthDate><Sex>{child.sex}</Sex></ChildIdentifiers>\n"
                f"<ChildCharacteristics><Ethnicity>{child.ethnicity}</Ethnicity></ChildCharacteristics>\n"
            )
            for case in cases:
                yield from _case(child, case, year)
            yield "</Child>\n"
    yield "</Children>\n</Message>\n"


def _in_census(case: Case, year: Year) -> bool:
    return year.holds(case.referred, case.referred if case.nfa else case.closed)


def _case(child: Child, case: Case, year: Year) -> Iterator[str]:
    yield f"<CINdetails>\n<CINreferralDate>{case.referred}</CINreferralDate>"
    yield f"<ReferralSource>{case.source}</ReferralSource>"
    yield f"<PrimaryNeedCode>{case.need}</PrimaryNeedCode>"
    closed = year.seen(case.closed)
    if closed:
        yield f"<CINclosureDate>{closed}</CINclosureDate><ReasonForClosure>{case.reason}</ReasonForClosure>"
    yield _element("DateOfInitialCPC", year.seen(case.transfer)) + "\n"
    for one in case.assessments:
        if year.holds(one.started, one.completed):
            done = _element("AssessmentAuthorisationDate", year.seen(one.completed))
            yield f"<Assessments><AssessmentActualStartDate>{one.started}</AssessmentActualStartDate>{done}"
            yield "<FactorsIdentifiedAtAssessment><AssessmentFactors>3B</AssessmentFactors>"
            yield "</FactorsIdentifiedAtAssessment></Assessments>\n"
    for plan in case.cin_plans:
        if year.holds(plan.started, plan.ended):
            end = _element("CINPlanEndDate", year.seen(plan.ended))
            yield f"<CINPlanDates><CINPlanStartDate>{plan.started}</CINPlanStartDate>{end}</CINPlanDates>\n"
    for enquiry in case.enquiries:
        if year.holds(enquiry.started, enquiry.conference or enquiry.started):
            held = year.seen(enquiry.conference)
            yield f"<Section47><S47ActualStartDate>{enquiry.started}</S47ActualStartDate>"
            yield _element("DateOfInitialCPC", held)
            yield f"<ICPCnotRequired>{int(held is None)}</ICPCnotRequired></Section47>\n"
    yield f"<ReferralNFA>{int(case.nfa)}</ReferralNFA>\n"
    plans = child.plans()
    for plan in case.protection:
        if year.holds(plan.started, plan.ended):
            end = _element("CPPendDate", year.seen(plan.ended))
            yield f"<ChildProtectionPlans><CPPstartDate>{plan.started}</CPPstartDate>{end}"
            yield "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>"
            yield "<LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
            yield f"<NumberOfPreviousCPP>{plans.index(plan)}</NumberOfPreviousCPP></ChildProtectionPlans>\n"
    yield "</CINdetails>\n"


def _element(name: str, day: date | None) -> str:
    return f"<{name}>{day}</{name}>" if day else ""

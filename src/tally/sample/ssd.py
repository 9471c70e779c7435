"""The made-up council's Standard Safeguarding Dataset: the tables that indicators use, whole histories."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from tally.sample import read_headers
from tally.sample.council import Child, Council

Table = tuple[list[str], list[list[Any]]]


def ssd(council: Council) -> dict[str, Table]:
    """Table name -> header and rows."""
    headers: dict[str, str] = tomllib.loads(read_headers())["ssd"]
    return {
        name: (headers[name].split(), [row for child in council.children for row in rows(child)])
        for name, rows in _TABLES.items()
    }


def _person(child: Child) -> Iterator[list[Any]]:
    yield [child.id, child.sex, child.ethnicity, child.born]


def _immigration(child: Child) -> Iterator[list[Any]]:
    if child.uasc:
        yield [child.id, f"i{child.id}", "Unaccompanied Asylum Seeking Child", None, None]


def _contacts(child: Child) -> Iterator[list[Any]]:
    for number, (day, source) in enumerate(child.contacts):
        yield [f"c{child.id}-{number}", child.id, day, source]


def _episodes(child: Child) -> Iterator[list[Any]]:
    for number, case in enumerate(child.cases):
        nfa = "Y" if case.nfa else "N"
        yield [
            f"r{child.id}-{number}",
            child.id,
            case.referred,
            case.need,
            case.source,
            nfa,
            case.reason,
            case.closed,
        ]


def _assessments(child: Child) -> Iterator[list[Any]]:
    for number, case in enumerate(child.cases):
        for at, one in enumerate(case.assessments):
            yield [
                f"a{child.id}-{number}-{at}",
                child.id,
                f"r{child.id}-{number}",
                one.started,
                one.completed,
            ]


def _cin_plans(child: Child) -> Iterator[list[Any]]:
    for number, case in enumerate(child.cases):
        for at, plan in enumerate(case.cin_plans):
            yield [f"n{child.id}-{number}-{at}", f"r{child.id}-{number}", child.id, plan.started, plan.ended]


def _enquiries(child: Child) -> Iterator[list[Any]]:
    for number, case in enumerate(child.cases):
        for at, one in enumerate(case.enquiries):
            yield [f"e{child.id}-{number}-{at}", f"r{child.id}-{number}", child.id, one.started]


def _conferences(child: Child) -> Iterator[list[Any]]:
    for number, case in enumerate(child.cases):
        for at, one in enumerate(case.enquiries):
            if one.conference:
                yield [
                    f"m{child.id}-{number}-{at}",
                    f"e{child.id}-{number}-{at}",
                    child.id,
                    "N",
                    one.conference,
                ]
        if case.transfer:
            yield [f"m{child.id}-{number}-t", "", child.id, "Y", case.transfer]


def _protection(child: Child) -> Iterator[list[Any]]:
    for number, plan in enumerate(child.plans()):
        yield [f"p{child.id}-{number}", child.id, plan.started, plan.ended]


def _care(child: Child) -> Iterator[list[Any]]:
    for number, care in enumerate(child.periods()):
        for at, one in enumerate(care.episodes):
            key = f"{child.id}-{number}-{at}"
            yield [
                f"k{key}",
                child.id,
                f"h{key}",
                one.started,
                one.reason,
                one.ended,
                one.end_reason,
                care.started,
            ]


def _placements(child: Child) -> Iterator[list[Any]]:
    for number, care in enumerate(child.periods()):
        for at, one in enumerate(care.episodes):
            yield [f"h{child.id}-{number}-{at}", child.id, one.started, one.placement, one.ended]


def _legal(child: Child) -> Iterator[list[Any]]:
    for number, care in enumerate(child.periods()):
        for at, one in enumerate(care.episodes):
            yield [f"l{child.id}-{number}-{at}", child.id, one.legal, one.started, one.ended]


def _leavers(child: Child) -> Iterator[list[Any]]:
    one = child.leaver
    if one:
        suitable = 1 if one.suitable == "Suitable" else 2
        yield [
            f"v{child.id}",
            child.id,
            one.eligibility,
            one.in_touch.upper(),
            one.accommodation,
            suitable,
            one.activity,
        ]


_Rows = Callable[[Child], Iterator[list[Any]]]
_TABLES: dict[str, _Rows] = {
    "ssd_person": _person,
    "ssd_immigration_status": _immigration,
    "ssd_contacts": _contacts,
    "ssd_cin_episodes": _episodes,
    "ssd_cin_assessments": _assessments,
    "ssd_cin_plans": _cin_plans,
    "ssd_s47_enquiry": _enquiries,
    "ssd_initial_cp_conference": _conferences,
    "ssd_cp_plans": _protection,
    "ssd_cla_episodes": _care,
    "ssd_cla_placement": _placements,
    "ssd_legal_status": _legal,
    "ssd_care_leavers": _leavers,
}

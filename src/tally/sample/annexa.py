"""The made-up council's Annex A lists, as the guidance asks for them: the six months to the day they are taken."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from tally.sample import read_headers
from tally.sample.council import Case, Child, Council, Span
from tally.sample.truth import is_open, latest_placement, months_before, placements

Table = tuple[list[str], list[list[Any]]]


def lists(council: Council) -> dict[str, Table]:
    """Sheet name -> header and rows. Dates are dates; the columns that no indicator uses are there, filled lightly."""
    since = months_before(council.taken, 6) + timedelta(days=1)
    made = {
        "List 1": _contacts,
        "List 3": _referrals,
        "List 4": _assessments,
        "List 5": _enquiries,
        "List 6": _need,
        "List 7": _plans,
        "List 8": _care,
        "List 9": _leavers,
    }
    return {
        name: (
            [*headers()["child"], *headers()[name]],
            [
                [*_person(child, council.taken), *row]
                for child in council.children
                for row in rows(child, council, since)
            ],
        )
        for name, rows in made.items()
    }


@cache
def headers() -> dict[str, list[str]]:
    """The header of each list, and under `child` what stands before it on every list."""
    found: dict[str, list[str]] = tomllib.loads(read_headers())["annexa"]
    return found


def _person(child: Child, day: date) -> list[Any]:
    sex = {"M": "a) Male", "F": "b) Female"}[child.sex]
    return [int(child.id), sex, child.ethnicity, child.born, (day - child.born).days / 365.25]


def _worker(child: Child) -> list[str]:
    return [f"Team {int(child.id) % 7 + 1}", f"Worker {int(child.id) % 53 + 1}"]


def _contacts(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    for day, source in child.contacts:
        if day >= since:
            yield [day, _source(source)]


def _referrals(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    for case in child.cases:
        if case.referred >= since:
            back = months_before(case.referred, 12)
            before = sum(back <= other.referred < case.referred for other in child.cases)
            yield [case.referred, _source(case.source), _yes(case.nfa), before, *_worker(child)]


def _assessments(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    for case in child.cases:
        for one in case.assessments:
            if one.completed is None or one.completed >= since:
                yield ["b) No", one.started, "a) Yes", one.completed, "a) Yes", *_worker(child)]


def _enquiries(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    for case in child.cases:
        for one in case.enquiries:
            if max(one.started, one.conference or one.started) >= since:
                led = any(plan.started == one.conference for plan in case.protection)
                yield [
                    "b) No",
                    one.started,
                    _yes(one.conference is None),
                    one.conference,
                    _yes(led),
                    0,
                    0,
                    *_worker(child),
                ]


def _need(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    for case in child.cases:
        if not case.nfa and (case.closed is None or case.closed >= since):
            status = _status(child, case, council.taken)
            yield [
                "b) No",
                case.referred,
                f"{case.need} - need",
                None,
                case.closed,
                case.reason,
                status,
                *_worker(child),
            ]


def _status(child: Child, case: Case, day: date) -> str:
    if case.closed is not None and case.closed <= day:
        return "e) Closed episode"
    if any(is_open(care, day) for care in case.care):
        return "a) Looked after child"
    if any(is_open(plan, day) for plan in case.protection):
        return "b) Child protection plan"
    if any(is_open(plan, day) for plan in case.cin_plans):
        return "c) Child in need plan"
    return "d) Open assessment"


def _plans(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    plans: list[Span] = child.plans()
    for number, plan in enumerate(plans):
        if plan.ended is None or plan.ended >= since:
            yield [
                "b) No",
                plan.started,
                "Neglect",
                "Neglect",
                None,
                "a) Yes",
                None,
                plan.ended,
                "b) No",
                number,
                *_worker(child),
            ]


def _care(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    for care in child.periods():
        if care.ended is None or care.ended >= since:
            placed, placement = latest_placement(care, council.taken)
            yield [
                _yes(child.uasc), "b) No", care.started, "N1 - Abuse or Neglect", care.episodes[-1].legal,
                placements(child, council.taken), care.ended, care.end_reason, placed, f"{placement}: placement",
                *_worker(child),
            ]  # fmt: skip


def _leavers(child: Child, council: Council, since: date) -> Iterator[list[Any]]:
    if child.leaver:
        one = child.leaver
        yield [
            _yes(child.uasc), "b) No", *_worker(child), "", f"b) {one.eligibility}", None, one.in_touch, None,
            f"{one.accommodation}: as recorded", one.suitable, f"{one.activity}: as recorded",
        ]  # fmt: skip


def _source(code: str) -> str:
    return f"{'abcdefghijklmnopqrstu'[int(code[0])]}) {code}: source"


def _yes(value: bool) -> str:
    return "a) Yes" if value else "b) No"

"""What was planted in the demonstration, so that it can be judged whether it is found.

docs/demo-events.md tells the same in words; a test holds the two, and the data, together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["step", "drift", "data-error", "released-error", "late", "silent"]

QUARTERS = 12
"""How many quarters the demonstration has; the events are counted among them, the first being 1."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing planted in one authority from a quarter to a quarter, both included.

    ``size``: for a step the factor on the count, for a drift the percentage points added each quarter more, for
    a data error the factor on the numerator that was first sent; nothing for the others.
    """

    kind: Kind
    region: str
    code: str
    indicator: str
    first: int
    last: int
    size: float
    words: str


EVENTS = (
    Event(
        "step",
        "london",
        "307",
        "cla_start_rate",
        9,
        12,
        1.6,
        "Ealing: 60 per cent more children start to be looked after",
    ),
    Event(
        "drift",
        "london",
        "311",
        "assessments_45d_pct",
        6,
        12,
        -2.0,
        "Havering: assessments in time fall by 2 points a quarter",
    ),
    Event(
        "data-error",
        "london",
        "315",
        "referrals_rate",
        7,
        7,
        10.0,
        "Merton: referrals sent with a digit too many, found by a query",
    ),
    Event(
        "released-error",
        "london",
        "304",
        "cpp_rate",
        11,
        11,
        0.0,
        "Brent: digits of children on a plan swapped, released, then corrected",
    ),
    Event("late", "london", "208", "", 8, 10, 0.0, "Lambeth: late three quarters running"),
    Event("silent", "london", "303", "", 11, 12, 0.0, "Bexley: no longer answers"),
    Event(
        "step",
        "east-midlands",
        "831",
        "s47_rate",
        8,
        12,
        1.5,
        "Derby: half as many section 47 enquiries again",
    ),
    Event(
        "drift",
        "east-midlands",
        "925",
        "sw_vacancy_pct",
        5,
        12,
        1.5,
        "Lincolnshire: vacancies rise by 1.5 points a quarter",
    ),
    Event(
        "data-error",
        "east-midlands",
        "891",
        "contacts_rate",
        9,
        9,
        10.0,
        "Nottinghamshire: contacts sent with a digit too many, found by a query",
    ),
    Event(
        "released-error",
        "east-midlands",
        "830",
        "cla_rate",
        11,
        11,
        0.0,
        "Derbyshire: digits of children looked after swapped, released, then corrected",
    ),
    Event("late", "east-midlands", "856", "", 9, 11, 0.0, "Leicester: late three quarters running"),
    Event("silent", "east-midlands", "855", "", 11, 12, 0.0, "Leicestershire: no longer answers"),
)


def planted(code: str, kind: Kind, events: tuple[Event, ...] = EVENTS) -> list[Event]:
    """The events of a kind in an authority."""
    return [e for e in events if e.code == code and e.kind == kind]


def runs(code: str, kind: Kind, quarter: int) -> Event | None:
    """The event of a kind that runs in an authority in a quarter, counted from 1."""
    return next((e for e in planted(code, kind) if e.first <= quarter <= e.last), None)


def factors(code: str, indicator: str, quarters: range) -> np.ndarray:
    """What the expected count is multiplied by, quarter by quarter."""
    each = np.ones(len(quarters))
    for event in planted(code, "step"):
        if event.indicator == indicator:
            each *= [event.size if event.first <= q <= event.last else 1.0 for q in quarters]
    return each


def points(code: str, indicator: str, quarters: range) -> np.ndarray:
    """What is added to the expected share (1 = 100 per cent), quarter by quarter."""
    each = np.zeros(len(quarters))
    for event in planted(code, "drift"):
        if event.indicator == indicator:
            each += [event.size / 100 * max(0, min(q, event.last) - event.first + 1) for q in quarters]
    return each

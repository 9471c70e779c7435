"""Quarters that were returned, accepted and released, for tests of what stands on them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests import factories

import catalogue
from catalogue.periods import Period
from concord.actions.releases import make_release
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Release, Return, Submission
from concord.rules.access import Actor

Lines = Mapping[str, Mapping[str, Any]]


def lines(dataset: str, seed: str, **own: tuple[int, int | None] | str) -> dict[str, dict[str, Any]]:
    """A whole return of made-up figures, the same for the same seed; ``own`` sets some, or a reason for none."""
    chance = random.Random(seed)
    found: dict[str, dict[str, Any]] = {}
    for id in catalogue.datasets()[dataset].indicators:
        indicator = catalogue.indicators()[id]
        top = chance.randint(40, 90)
        below = chance.randint(100, 160) if indicator.denominator_from == "return" else None
        if indicator.denominator_from in ("none", "population-0-17"):
            top = chance.randint(300, 900)
        found[id] = {"numerator": str(top), "denominator": below and str(below)}
    for id, value in own.items():
        if isinstance(value, str):
            found[id] = {"numerator": None, "denominator": None, "missing": value}
        else:
            found[id] = {"numerator": str(value[0]), "denominator": value[1] and str(value[1])}
    return found


def accepted(alliance: Alliance, code: str, dataset: str, period: str, content: Lines, status: str) -> Return:
    """A return as it stands once it was accepted."""
    at = datetime.combine(Period.parse(period).end + timedelta(days=30), datetime.min.time(), UTC)
    row = Return.objects.create(
        alliance=alliance,
        authority=Authority.objects.get(code=code),
        edition=alliance.editions.all()[0].key,
        dataset=dataset,
        period=period,
        state="accepted",
        status=status,
        opened_at=at,
        submitted_at=at,
        accepted_at=at,
    )
    Submission.objects.create(
        part_of=row, number=1, at=at, by="a data lead", status=status, lines=content, hash="0"
    )
    return row


def released(
    alliance: Alliance,
    dataset: str,
    period: str,
    analyst: Actor,
    codes: Iterable[str] | None = None,
    status: str = "provisional",
    **special: Lines,
) -> Release:
    """A quarter of some members (all, without ``codes``), released; ``special`` gives some returns by “c” + code."""
    at = datetime.combine(Period.parse(period).end + timedelta(days=60), datetime.min.time(), UTC)
    for code in codes or [m.code for m in standing_of(alliance, at.date()).members]:
        content = special.get(f"c{code}") or lines(dataset, f"{code} {period}")
        accepted(alliance, code, dataset, period, content, status)
    return make_release(by=analyst, at=at, alliance=alliance, dataset=dataset, period=period)


def analyst(alliance: Alliance) -> Actor:
    """Whoever may release."""
    return factories.actor(alliance, "analyst" if alliance.key == "london" else "data-specialist")

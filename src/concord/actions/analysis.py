"""Working out, in the background, what the pages show of a release or of a published year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import catalogue
from catalogue.periods import Period
from concord.actions._run import Run, action
from concord.queries import panels
from concord.queries.panels import Panel
from concord.records.models import Analysis, Authority, Release, Signal, SignalRun
from concord.rules import access
from concord.rules.access import Actor
from concord.rules.analysed import Flag, to_json
from concord.rules.analysis import analyse as worked_out
from concord.rules.signals import Found, search

BACKGROUND = Actor(name="Concord, in the background", operator=True)


@action("analysis.made")
def analyse(run: Run, *, release: Release) -> SignalRun:
    """Work out a release: every indicator, and where to look. What was worked out of it before is replaced."""
    run.require(access.OPERATE)
    release = Release.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=release.pk)
    made = _keep(run, {"release": release}, panels.release_panel(release))
    title, period = catalogue.datasets()[release.dataset].title, Period.parse(release.period)
    run.journal(
        f"release {release.pk}",
        f"Worked out where to look in {title}, {period.label} (release {release.number}): {_told(made)}",
        alliance=release.alliance.key,
        detail={"checks": made.checks, "flagged": made.flagged},
    )
    return made


@action("analysis.published")
def analyse_published(run: Run, *, year: int) -> SignalRun:
    """Work out the published figures of a reporting year, all English authorities. As ``analyse``."""
    run.require(access.OPERATE)
    made = _keep(run, {"year": year}, panels.year_panel(year))
    run.journal(
        f"published {year}",
        f"Worked out where to look in the published figures of {year}: {_told(made)}",
        detail={"checks": made.checks, "flagged": made.flagged},
    )
    return made


def analyse_from(release: int, at: datetime | None = None) -> list[Release]:
    """Work out a release, and those of later periods, whose series it is a part of. Returns them."""
    made = Release.objects.get(pk=release)
    found = [made, *panels.later_releases(made)]
    for each in found:
        analyse(by=BACKGROUND, at=at, release=each)
    return found


def analyse_everything(at: datetime | None = None) -> int:
    """Work out the newest release of every period, and the newest published year. Returns how many."""
    releases = panels.newest_releases()
    for release in releases:
        analyse(by=BACKGROUND, at=at, release=release)
    year = panels.newest_published_year()
    if year:
        analyse_published(by=BACKGROUND, at=at, year=year)
    return len(releases) + bool(year)


def _told(made: SignalRun) -> str:
    return f"{made.checks:,} checks, {made.flagged:,} stand out"


def _keep(run: Run, of: dict[str, Any], panel: Panel) -> SignalRun:
    found = search(catalogue.indicators(), worked_out(panel.group, panel.given))
    for table in (Analysis, Signal, SignalRun):
        table.objects.filter(**of).delete()
    Analysis.objects.bulk_create(
        [Analysis(**of, indicator=it.indicator, content=to_json(it)) for it in found.analysed]
    )
    _flags(of, found.flags)
    return SignalRun.objects.create(**of, **_run_fields(found), at=run.at)


def _run_fields(found: Found) -> dict[str, Any]:
    searched = found.searched
    return {
        "checks": searched.checks,
        "expected": searched.expected,
        "flagged": searched.flagged,
        "rate": searched.rate,
    }


def _flags(of: dict[str, Any], flags: Sequence[Flag]) -> None:
    ids = dict(Authority.objects.filter(code__in={f.code for f in flags}).values_list("code", "pk"))
    Signal.objects.bulk_create([_signal(of, flag, ids[flag.code]) for flag in flags])


def _signal(of: dict[str, Any], flag: Flag, authority: int) -> Signal:
    content = to_json(flag)
    detail = {name: content.pop(name) for name in ("periods", "sure", "reasons", "gap")}
    del content["code"], content["name"]
    return Signal(**of, authority_id=authority, **content, detail=detail)

"""What runs in the background, each by its name in the queue. Every job may be run again at any time."""

from __future__ import annotations

from concord.actions import analysis
from concord.actions._queue import later
from concord.commands import notices, packs, reports
from concord.queries import documents as reading
from concord.queries import panels
from concord.records.models import Release


def analyse(release: int) -> None:
    """Work out a release, and those of later periods, whose series it is a part of."""
    for each in analysis.analyse_from(release):
        later("documents", each.pk)


def documents(release: int) -> None:
    """Have the reports of a release made, a job for each authority that lacks one, so that no job is long."""
    for code in reading.unmade(Release.objects.get(pk=release)):
        later("report", release, code)


def report(release: int, code: str) -> None:
    """Make the reports of one authority, unless they are there already."""
    made = Release.objects.select_related("alliance").get(pk=release)
    if code in reading.unmade(made):
        reports.make(made, code)


def pack(number: int) -> None:
    """Put a pack together, unless it is made already."""
    packs.make(number)


def urgent_post() -> None:
    """Write and send the letters that do not wait: for what somebody must know at once."""
    notices.send_urgent()


def analyse_published() -> None:
    """Work out the newest year of the published figures."""
    year = panels.newest_published_year()
    if year:
        analysis.analyse_published(by=analysis.BACKGROUND, year=year)

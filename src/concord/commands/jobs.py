"""What runs in the background, each by its name in the queue. Every job may be run again at any time."""

from __future__ import annotations

from concord.actions import analysis
from concord.queries import panels
from concord.records.models import Release


def analyse(release: int) -> None:
    """Work out a release, and those of later periods, whose series it is a part of."""
    made = Release.objects.get(pk=release)
    for each in [made, *panels.later_releases(made)]:
        analysis.analyse(by=analysis.BACKGROUND, release=each)


def analyse_published() -> None:
    """Work out the newest year of the published figures."""
    year = panels.newest_published_year()
    if year:
        analysis.analyse_published(by=analysis.BACKGROUND, year=year)

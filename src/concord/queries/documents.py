"""Reading the reports of a release: how far they are, who may have which, and what a report is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import catalogue
from catalogue.model import Dataset
from catalogue.periods import Period
from concord.queries import analysis
from concord.queries.analysis import AuthorityView
from concord.queries.standing import Standing, standing_of
from concord.records.models import Authority, Document, Release, SignalRun
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.signals import without_flags

KINDS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "pptx": "Slides"}
"""The formats of a report, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class ReportsOf:
    """One authority’s reports by kind. ``files``: those that can be fetched; ``failed``: why the others cannot."""

    code: str
    name: str
    files: dict[str, Document]
    failed: dict[str, str]

    @property
    def waiting(self) -> int:
        """How many are still to be made."""
        return len(KINDS) - len(self.files) - len(self.failed)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reports of a release are. The counts are of all of them; ``rows`` of those the reader may see."""

    wanted: int
    made: int
    failed: int
    begun: bool
    rows: tuple[ReportsOf, ...]

    @property
    def waiting(self) -> int:
        """How many are on their way."""
        return self.wanted - self.made - self.failed


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made of: the authority’s view, and what the cover says."""

    view: AuthorityView
    standing: Standing
    dataset: Dataset
    period: Period
    status: str


def codes_of(release: Release) -> list[str]:
    """The authorities that get a report: those whose figures are in the release."""
    return sorted(code for code, how in release.standing.items() if how == "released")


def unmade(release: Release) -> list[str]:
    """The authorities of whom a report is missing, or older than the analysis. None before the analysis.

    A report that failed is not tried again by itself: somebody asks for it.
    """
    run = SignalRun.objects.filter(release=release).first()
    if run is None:
        return []
    rows = Document.objects.filter(release=release).values_list("authority__code", "made_at", "failed")
    done = [code for code, at, failed in rows if failed or (at is not None and at >= run.at)]
    return [code for code in codes_of(release) if done.count(code) < len(KINDS)]


def progress(actor: Actor, release: Release) -> Progress:
    """Every report of a release, and the rows that the actor may see. Two queries."""
    authorities = list(Authority.objects.filter(code__in=codes_of(release)).order_by("name"))
    documents = list(Document.objects.filter(release=release))
    rows = {}
    for one in authorities:
        own = [d for d in documents if d.authority_id == one.pk]
        files = {d.kind: d for d in own if d.file and not d.failed}
        rows[one.pk] = ReportsOf(one.code, one.name, files, {d.kind: d.failed for d in own if d.failed})
    seen = tuple(row for pk, row in rows.items() if _may_see(actor, release, pk))
    return Progress(
        wanted=len(rows) * len(KINDS),
        made=sum(len(row.files) for row in rows.values()),
        failed=sum(len(row.failed) for row in rows.values()),
        begun=bool(documents),
        rows=seen,
    )


def _may_see(actor: Actor, release: Release, authority: int) -> bool:
    facts = Facts(release.alliance.key, authority, of=release.dataset)
    return access.decide(actor, "see benchmark", facts).allowed


def document(release: Release, code: str, kind: str) -> Document | None:
    """A report that was made. One query."""
    return (
        Document.objects.filter(release=release, authority__code=code, kind=kind, failed="")
        .exclude(file="")
        .first()
    )


def material(release: Release, code: str) -> Material | None:
    """What the report of an authority is made of; None where it is not in the analysis.

    Whoever sees the benchmark may have the report, so it is without what stands out, which fewer see.
    """
    view = analysis.authority_view(release, code)
    if view is None:
        return None
    lines = tuple(replace(x, row=without_flags(x.indicator, x.it, x.row)) for x in view.lines)
    view = replace(view, lines=lines, flags=(), searched=None)
    period = Period.parse(release.period)
    statuses = {line.row.status for line in view.lines if line.row.status}
    return Material(
        view,
        standing_of(release.alliance, period.end),
        catalogue.datasets()[release.dataset],
        period,
        " and ".join(sorted(statuses)) or "without a status",
    )

"""Making a release: freeze what was accepted, work out its sums and places, and give it to everyone at once."""

from __future__ import annotations

from catalogue.periods import Period
from concord.actions._queue import later
from concord.actions._run import Invalid, Run, action
from concord.charter.chapters import DatasetUse
from concord.queries.drafts import Draft, draft
from concord.queries.membership import people_who_see
from concord.queries.returns import commitments
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Release, ReleaseAggregate, ReleaseFigure
from concord.rules import releases as rules
from concord.rules.access import Facts

LONGEST = 1000  # characters of a reason


@action("release.made")
def make_release(
    run: Run, *, alliance: Alliance, dataset: str, period: str, reason: str = "", number: int | None = None
) -> Release:
    """Release every accepted return of a dataset and period. A second release is a correction, with its reason.

    Late and missing authorities are named as such in the release. ``number`` is the one that the person expects it
    to get. Raises Invalid where there is no such collection, nothing was accepted, a correction has no reason or
    would change nothing, or somebody else made a release of that number meanwhile.
    """
    run.require("release.make", Facts(alliance.key, of=dataset))
    Alliance.objects.select_for_update().get(pk=alliance.pk)  # two analysts cannot take one number
    standing = standing_of(alliance, run.today)
    use, when = _collected(standing.charter.datasets, dataset, period)
    found = draft(alliance, dataset, when, run.today)
    reason = reason.strip()
    _worth_making(found, reason, number)
    release = Release.objects.create(
        alliance=alliance,
        edition=standing.edition,
        dataset=dataset,
        period=period,
        number=found.number,
        at=run.at,
        by=run.who[:200],
        reason=reason if found.before else "",
        changes=found.changes,
        seen_by=sorted(standing.rules.audiences("release", dataset)),
        standing=dict(found.standing),
        hash=rules.release_hash([alliance.key, dataset, period], found.standing, found.rows),
    )
    _freeze(release, found)
    again = f", corrected: {reason}" if found.before else ""
    run.journal(
        f"release {release.pk}",
        f"Released {use.title}, {when.label} (release {release.number}{again})"[:400],
        alliance=alliance.key,
        clauses=[c.id for c in commitments(standing.charter, dataset)],
        detail={"hash": release.hash, "authorities": len(found.included), "changes": len(found.changes)},
    )
    told = "a correction was released" if found.before else "the figures are released"
    run.tell(
        people_who_see(alliance, "release", dataset, run.today),
        "correction" if found.before else "release",
        f"{use.title}, {when.label}: {told}",
        f"/alliances/{alliance.key}/releases/{dataset}/{period}/{release.number}/",
        alliance.key,
    )
    later("analyse", release.pk)
    return release


def _collected(datasets: tuple[DatasetUse, ...], dataset: str, period: str) -> tuple[DatasetUse, Period]:
    use = next((d for d in datasets if d.key == dataset), None)
    try:
        when = Period.parse(period)
    except ValueError as problem:
        raise Invalid(str(problem)) from None
    if use is None or when.kind != use.every or when.key != period:
        raise Invalid("The memorandum asks for no such collection.")
    return use, when


def _worth_making(found: Draft, reason: str, number: int | None) -> None:
    before = found.before
    if before and number is not None and number != found.number:
        raise Invalid(
            f"{before.by} made release {before.number} while you were looking. "
            "Look again at what a release would change now."
        )
    if not found.included:
        raise Invalid("No return has been accepted yet, so there is nothing to release.")
    if before and not found.changes:
        raise Invalid("Nothing differs from the release before, so there is nothing to correct.")
    if before and not reason:
        raise Invalid("Say what the correction corrects, and why.", {"reason": "Enter the reason"})
    if len(reason) > LONGEST:
        raise Invalid(
            f"Write {LONGEST:,} characters or fewer.", {"reason": f"Shorten this to {LONGEST:,} characters"}
        )


def _freeze(release: Release, found: Draft) -> None:
    ReleaseFigure.objects.bulk_create(
        [
            ReleaseFigure(
                release=release,
                authority_id=found.members[row.code].id,
                indicator=row.indicator,
                numerator=row.amount.numerator,
                denominator=row.amount.denominator,
                missing=row.amount.missing,
                explanation=row.amount.explanation,
                status=row.status,
                fifth=row.fifth,
                rank=row.rank,
            )
            for row in found.rows
        ],
        batch_size=2000,
    )
    ReleaseAggregate.objects.bulk_create(
        [
            ReleaseAggregate(
                release=release,
                place=row.place,
                indicator=row.indicator,
                numerator=row.numerator,
                denominator=row.denominator,
                counted=row.counted,
            )
            for row in rules.aggregate_rows(found.indicators, found.included)
        ],
        batch_size=2000,
    )

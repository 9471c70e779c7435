"""Making a release: freeze what was accepted, work out its sums and places, and give it to everyone at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.actions._run import Invalid, Run, action
from concord.queries.membership import people_who_see
from concord.queries.published import populations
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.records.models import Alliance, Release, ReleaseAggregate, ReleaseFigure, Return
from concord.rules import releases as rules
from concord.rules.access import Facts
from concord.rules.figures import Amount, with_denominators
from concord.rules.hashing import content_hash


@action("release.made")
def make_release(run: Run, *, alliance: Alliance, dataset: str, period: str, reason: str = "") -> Release:
    """Release every accepted return of a dataset and period. A second release is a correction, with its reason.

    Late and missing authorities are named as such in the release. Raises Invalid when nothing was accepted, when
    a correction has no reason, or when it would change nothing.
    """
    run.require("release.make", Facts(alliance.key, of=dataset))
    Alliance.objects.select_for_update().get(pk=alliance.pk)  # two analysts cannot take one number
    standing = standing_of(alliance, run.today)
    indicators = [catalogue.indicators()[i] for i in catalogue.datasets()[dataset].indicators]
    included, where = _included(standing, dataset, Period.parse(period), indicators, run.today)
    rows = rules.figure_rows(indicators, included)
    before = (
        Release.objects.filter(alliance=alliance, dataset=dataset, period=period).order_by("number").last()
    )
    changes = _changes(before, rows)
    _worth_making(included, before, changes, reason)
    hash = content_hash(
        {"of": [alliance.key, dataset, period], "standing": where, "rows": rules.content(rows)}
    )
    release = Release.objects.create(
        alliance=alliance,
        edition=standing.edition,
        dataset=dataset,
        period=period,
        number=before.number + 1 if before else 1,
        at=run.at,
        by=run.who,
        reason=reason.strip(),
        changes=changes,
        seen_by=sorted(standing.rules.audiences("release", dataset)),
        standing=where,
        hash=hash,
    )
    _freeze(release, standing, rows, rules.aggregate_rows(indicators, included))
    label = Period.parse(period).label
    title = catalogue.datasets()[dataset].title
    again = f", corrected: {reason.strip()}" if before else ""
    run.journal(
        f"release {release.pk}",
        f"Released {title}, {label} (release {release.number}{again})"[:400],
        alliance=alliance.key,
        clauses=[c.id for c in standing.charter.commitments if c.met_by.of == dataset],
        detail={"hash": hash, "authorities": len(included), "changes": len(changes)},
    )
    link = f"/alliances/{alliance.key}/releases/{dataset}/{period}/{release.number}/"
    kind = "correction" if before else "release"
    run.tell(
        people_who_see(alliance, "release", dataset, run.today),
        kind,
        f"{title}, {label}: " + ("a correction was released" if before else "the figures are released"),
        link,
        alliance.key,
    )
    return release


def _included(
    standing: Standing, dataset: str, period: Period, indicators: Sequence[Indicator], today: date
) -> tuple[list[rules.Included], dict[str, str]]:
    """The accepted returns with their denominators, and where every member stands."""
    newest = Max("submissions__number")
    accepted = {}
    states: dict[str, str] = {}
    returns = Return.objects.filter(alliance=standing.id, dataset=dataset, period=period.key)
    for row in returns.annotate(newest=newest).select_related("authority").prefetch_related("submissions"):
        states[row.authority.code] = row.state
        if row.state == "accepted":
            accepted[row.authority.code] = (
                row.status,
                next(s for s in row.submissions.all() if s.number == row.newest),
            )
    children = populations(accepted, up_to=period.end.year)
    included, where = [], {}
    for member in standing.members:
        where[member.code] = _where(member, states)
        if member.code in accepted:
            status, submission = accepted[member.code]
            amounts = {i: _amount(line) for i, line in submission.lines.items()}
            population = children[member.code].children if member.code in children else None
            whole = with_denominators(indicators, amounts, population)
            included.append(rules.Included(member.code, member.sub_region, status, whole))
    return included, where


def _where(member: MemberNow, states: dict[str, str]) -> str:
    match states.get(member.code):
        case "accepted":
            return "released"
        case "submitted" | "queried":
            return "unaccepted"
        case _:
            return "late" if member.level in ("full", "limited") else "not-taking-part"


def _amount(line: dict[str, Any]) -> Amount:
    return Amount(
        _decimal(line.get("numerator")),
        _decimal(line.get("denominator")),
        line.get("missing") or "",
        line.get("explanation") or "",
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text in (None, "") else Decimal(str(text))


def _changes(before: Release | None, rows: list[rules.FigureRow]) -> list[dict[str, Any]]:
    if before is None:
        return []
    old = [
        rules.FigureRow(
            f.authority.code,
            f.indicator,
            Amount(f.numerator, f.denominator, f.missing),
            f.status,
            f.fifth,
            f.rank,
        )
        for f in before.figures.select_related("authority")
    ]
    return rules.changes(old, rows)


def _worth_making(
    included: Sequence[rules.Included], before: Release | None, changes: list[dict[str, Any]], reason: str
) -> None:
    if not included:
        raise Invalid("No return has been accepted yet, so there is nothing to release.")
    if before and not reason.strip():
        raise Invalid("Say what the correction corrects, and why.", {"reason": "Enter the reason"})
    if before and not changes:
        raise Invalid("Nothing differs from the release before, so there is nothing to correct.")


def _freeze(
    release: Release, standing: Standing, rows: list[rules.FigureRow], sums: list[rules.AggregateRow]
) -> None:
    ids = {m.code: m.id for m in standing.members}
    ReleaseFigure.objects.bulk_create(
        [
            ReleaseFigure(
                release=release,
                authority_id=ids[row.code],
                indicator=row.indicator,
                numerator=row.amount.numerator,
                denominator=row.amount.denominator,
                missing=row.amount.missing,
                explanation=row.amount.explanation,
                status=row.status,
                fifth=row.fifth,
                rank=row.rank,
            )
            for row in rows
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
            for row in sums
        ]
    )

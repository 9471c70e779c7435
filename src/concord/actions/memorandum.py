"""The life of an edition: any party asks for a review, a review is held, the edition is revoked."""

from __future__ import annotations

from datetime import date

from concord.actions._run import Invalid, Run, action
from concord.actions.editions import renew
from concord.queries.membership import who_may
from concord.queries.memorandum import charter_of, force_clauses, review_clauses
from concord.queries.standing import standing_of
from concord.records.models import Authority, Edition, ReviewRequest
from concord.rules.access import Facts

BY_DATE = "The date set in the memorandum"


@action("review.requested")
def request_review(
    run: Run, *, edition: Edition, reason: str, authority: Authority | None = None
) -> ReviewRequest:
    """A party asks that the memorandum be reviewed: an authority, or an office of the alliance."""
    name = authority.name if authority else ""
    run.require("memorandum.review", Facts(edition.alliance.key, authority.pk if authority else None, name))
    if not reason.strip():
        raise Invalid("Say why a review is asked for.", {"reason": "Enter what should be looked at, and why"})
    if edition.revoked and edition.revoked < run.today:
        raise Invalid(f"{edition.title} was revoked on {edition.revoked:%-d %B %Y}.")
    row = ReviewRequest.objects.create(
        edition=edition, authority=authority, asked_by=run.who, asked_on=run.today, reason=reason.strip()
    )
    sentence = f"{name or edition.alliance.name} asked for a review of the memorandum"
    _journal(run, row, sentence, authority)
    standing = standing_of(edition.alliance, run.today)
    run.tell(
        who_may(standing, "edition.manage") + who_may(standing, "memorandum.review", of=("alliance",)),
        "review",
        f"{sentence}.",
        f"/alliances/{edition.alliance.key}/editions/",
        edition.alliance.key,
    )
    return row


@action("review.held")
def hold_review(
    run: Run, *, edition: Edition, held_on: date, outcome: str, request: ReviewRequest | None = None
) -> ReviewRequest:
    """Record that a review was held and what came of it: one that was asked for, or the one due by its date."""
    run.require("edition.manage", Facts(edition.alliance.key))
    faults = {}
    if held_on > run.today:
        faults["held_on"] = "Enter the day on which it was held, not one to come"
    if held_on < edition.commences:
        faults["held_on"] = f"The edition commenced on {edition.commences:%-d %B %Y}: enter a later day"
    if not outcome.strip():
        faults["outcome"] = "Enter what came of it"
    if faults:
        raise Invalid("The review cannot be recorded as it stands.", faults)
    if request is not None:
        request = ReviewRequest.objects.select_for_update(of=("self",)).get(pk=request.pk, edition=edition)
        if request.held_on:
            raise Invalid(f"This review was recorded as held on {request.held_on:%-d %B %Y}.")
    row = request or ReviewRequest(
        edition=edition, asked_by=BY_DATE, asked_on=held_on, reason="Due under the memorandum"
    )
    row.held_on, row.outcome = held_on, outcome.strip()
    row.save()
    _journal(run, row, f"A review of the memorandum was held on {held_on:%-d %B %Y}", row.authority)
    return row


def _journal(run: Run, row: ReviewRequest, sentence: str, authority: Authority | None) -> None:
    run.journal(
        f"review {row.pk}",
        sentence,
        alliance=row.edition.alliance.key,
        authority=authority.code if authority else "",
        clauses=review_clauses(charter_of(row.edition)),
        detail={"edition": row.edition.key, "reason": row.reason, "outcome": row.outcome},
    )


@action("edition.revoked")
def revoke_edition(run: Run, *, edition: Edition, on: date, because: str) -> Edition:
    """The parties revoke an edition: it binds to the end of that day, and no longer."""
    edition = Edition.objects.select_for_update(of=("self",)).select_related("alliance").get(pk=edition.pk)
    run.require("edition.manage", Facts(edition.alliance.key))
    faults = {}
    if edition.revoked:
        raise Invalid(f"{edition.title} was revoked on {edition.revoked:%-d %B %Y} already.")
    if on < edition.commences:
        faults["on"] = f"It commences on {edition.commences:%-d %B %Y}: enter that day or a later one"
    if not because.strip():
        faults["because"] = "Enter why the parties revoke it"
    if faults:
        raise Invalid("The edition cannot be revoked as it stands.", faults)
    edition.revoked, edition.revoked_because = on, because.strip()
    edition.save(update_fields=["revoked", "revoked_because"])
    renew(edition.alliance)
    run.journal(
        f"edition {edition.key}",
        f"{edition.title} was revoked from the end of {on:%-d %B %Y}",
        alliance=edition.alliance.key,
        clauses=force_clauses(charter_of(edition)),
        detail={"on": on.isoformat(), "because": edition.revoked_because},
    )
    standing = standing_of(edition.alliance, run.today)
    everybody = [p for m in standing.members for p in who_may(standing, "participation.set", m.id)]
    run.tell(
        everybody,
        "revoked",
        f"{edition.title} is revoked from the end of {on:%-d %B %Y}.",
        f"/alliances/{edition.alliance.key}/editions/",
        edition.alliance.key,
    )
    return edition

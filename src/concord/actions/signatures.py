"""Signatures under the memorandum: the sign-off of an edition by each authority’s offices."""

from __future__ import annotations

from datetime import date

from concord.actions import _signing
from concord.actions._run import Run, action
from concord.queries.sign_offs import Signable
from concord.queries.signatures import signable
from concord.records.models import Authority, Edition, SignOff


@action("memorandum.signed")
def sign_memorandum(
    run: Run, *, edition: Edition, authority: Authority, office: str, seen_hash: str
) -> SignOff:
    """The holder of an office signs exactly the text that they saw (its hash), today.

    Raises Invalid when the text is another by now, when the office has signed, or the actor does not hold it.
    """
    return _signing.signed(run, _text(edition, authority), office, seen_hash)


@action("memorandum.declined")
def decline_memorandum(
    run: Run, *, edition: Edition, authority: Authority, office: str, reason: str
) -> SignOff:
    """The holder of an office declines to sign, and says why."""
    return _signing.declined(run, _text(edition, authority), office, reason)


@action("memorandum.withdrawn")
def withdraw_signature(
    run: Run, *, edition: Edition, authority: Authority, office: str, reason: str
) -> SignOff:
    """The holder of an office takes its answer back, and says why. The answer stays in sight."""
    return _signing.withdrawn(run, _text(edition, authority), office, reason)


@action("memorandum.recorded")
def record_paper_signature(
    run: Run, *, edition: Edition, authority: Authority, office: str, name: str, on: date
) -> SignOff:
    """Record a signature made on paper: who signed for the office, and the day beside the name."""
    return _signing.recorded(run, _text(edition, authority), office, name, on)


def _text(edition: Edition, authority: Authority) -> Signable:
    """The edition as it is now: it may have been revoked since it was read."""
    return signable(Edition.objects.select_related("alliance").get(pk=edition.pk), authority)

"""Signing off a document: in any order, each with its date, declined or withdrawn with a reason."""

from __future__ import annotations

from datetime import date

from concord.actions import _signing
from concord.actions._run import Run, action
from concord.queries.sign_offs import Signable
from concord.records.models import SignOff


@action("sign-off.signed")
def sign(run: Run, *, what: Signable, office: str, seen_hash: str, equivalent: str = "") -> SignOff:
    """The holder of an office signs exactly the text that they saw (its hash), today.

    ``equivalent`` names, where the memorandum allows it, the office in which somebody else of the authority signs
    in this place. Raises Invalid when the text is another by now, or the place is not the actor's.
    """
    return _signing.signed(run, what, office, seen_hash, equivalent)


@action("sign-off.declined")
def decline(run: Run, *, what: Signable, office: str, reason: str) -> SignOff:
    """The holder of an office declines to sign, and says why."""
    return _signing.declined(run, what, office, reason)


@action("sign-off.withdrawn")
def withdraw(run: Run, *, what: Signable, office: str, reason: str) -> SignOff:
    """The holder of an office takes its answer back, and says why. The answer stays in sight."""
    return _signing.withdrawn(run, what, office, reason)


@action("sign-off.recorded")
def record_paper_signature(run: Run, *, what: Signable, office: str, name: str, on: date) -> SignOff:
    """Record a signature made on paper: who signed for the office (or its equivalent), and the day beside it."""
    return _signing.recorded(run, what, office, name, on)

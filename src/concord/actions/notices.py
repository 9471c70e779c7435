"""Writing e-mails and handing them over, so that each is written once and sent once.

A letter is written with the notices that it tells, in one transaction. A job claims it before it sends it and
notes what came of it after. A job that was killed leaves a claim, which another takes up again after a while,
under the same Message-ID. Handing over is the post's business, not the alliance's: it is not in the journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from concord.actions._run import Run, action
from concord.queries.notices import Draft
from concord.records.models import Letter, Notice
from concord.rules import access

AGAIN = timedelta(
    minutes=15
)  # an hour would lose the day’s sense, a minute would crowd a server that is down
ATTEMPTS = 96  # a day of them


@action("digest.written")
def write_digests(run: Run, *, drafts: Sequence[Draft], day: date) -> int:
    """Write the digests of a day, one a person. Returns how many were new."""
    run.require(access.OPERATE)
    new = _write(run, drafts)
    run.journal(f"digest {day.isoformat()}", f"Wrote {new} digests", detail={"letters": new})
    return new


@action("letters.written")
def write_urgent(run: Run, *, drafts: Sequence[Draft]) -> int:
    """Write the letters that do not wait for the digest. Returns how many were new."""
    run.require(access.OPERATE)
    new = _write(run, drafts)
    run.journal("letters", f"Wrote {new} urgent letters", detail={"letters": new})
    return new


def _write(run: Run, drafts: Sequence[Draft]) -> int:
    new = 0
    for draft in drafts:
        letter, made = Letter.objects.get_or_create(
            key=draft.key,
            defaults={
                "person_id": draft.person,
                "subject": draft.subject[:200],
                "text": draft.text,
                "made_at": run.at,
            },
        )
        if made:
            Notice.objects.filter(pk__in=draft.notices, letter=None).update(letter=letter)
        new += made
    return new


def claim(now: datetime) -> Letter | None:
    """Take one letter to send; None when there is none left. Nobody else takes it for a quarter of an hour."""
    with transaction.atomic():
        letter = (
            Letter.objects.filter(Q(claimed_at=None) | Q(claimed_at__lte=now - AGAIN), sent_at=None)
            .filter(attempts__lt=ATTEMPTS, person__is_active=True)
            .select_for_update(of=("self",))
            .select_related("person")
            .order_by("made_at", "pk")
            .first()
        )
        if letter is not None:
            letter.claimed_at, letter.attempts = now, letter.attempts + 1
            letter.save(update_fields=["claimed_at", "attempts"])
    return letter


def sent(letter: Letter, at: datetime) -> None:
    """The mail server took it."""
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(sent_at=at, failed="")
        Notice.objects.filter(letter=letter).update(sent_at=at, failed="")


def failed(letter: Letter, why: str) -> None:
    """The mail server did not take it; it is tried again after a while."""
    with transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(failed=why[:400])
        Notice.objects.filter(letter=letter).update(failed=why[:400])

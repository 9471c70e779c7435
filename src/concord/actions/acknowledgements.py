"""Showing what was found and promised to those who answer for it; they say that they have read it."""

from __future__ import annotations

from collections.abc import Mapping

from concord.actions._run import Invalid, Run, action
from concord.queries.acknowledgements import READ, number, own
from concord.queries.membership import who_may
from concord.queries.memorandum import clauses
from concord.queries.standing import standing_of
from concord.records.models import Acknowledgement, FollowUp, Plan
from concord.rules.access import Facts

LONGEST = 2000
_ALL_READ: Mapping[str, type[Plan] | type[FollowUp]] = {"plan": Plan, "follow-up": FollowUp}


@action("shown.read")
def acknowledge(run: Run, *, row: Acknowledgement, note: str = "") -> Acknowledgement:
    """The holder of an office says that they have read what was shown to it; ``note`` is a word back, if any.

    Raises Invalid where the office is not the actor’s, was read already, or the note is too long.
    """
    row = (
        Acknowledgement.objects.select_for_update(of=("self",))
        .select_related("alliance", "authority")
        .get(pk=row.pk)
    )
    run.require(READ, Facts(row.alliance.key, row.authority_id, row.authority.name))
    holding = own(run.by, row, row.alliance.key)
    if holding is None:
        raise Invalid("It was shown to another office, or reading it was not handed to you.")
    if row.read_at:
        raise Invalid(f"{row.read_by} said so already, on {row.read_at:%-d %B %Y}.")
    if len(note) > LONGEST:
        raise Invalid("The note is too long.", {"note": f"Write {LONGEST:,} characters or fewer"})
    run.holding = holding
    row.person_id, row.read_by, row.read_at, row.note = run.by.person, run.who[:200], run.at, note.strip()
    row.save()
    text = Acknowledgement.objects.filter(
        subject=row.subject, subject_key=row.subject_key, authority=row.authority_id
    )
    if not text.filter(read_at=None).exists():
        _ALL_READ[row.subject].objects.filter(pk=number(row), read_at=None).update(read_at=run.at)
    standing = standing_of(row.alliance, run.today)
    run.tell(
        who_may(standing, "plan.write", row.authority_id, of=("authority",)),
        "read",
        f"{run.who} has read what was shown" + (f": {row.note}" if row.note else ".")[:300],
        f"/alliances/{row.alliance.key}/{row.subject}s/{number(row)}/",
        row.alliance.key,
    )
    run.journal(
        f"{row.subject} {number(row)}",
        f"{holding.title} of {row.authority.name} has read what was shown"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        clauses=clauses(standing.charter, "acknowledgement", row.subject),
        detail={"office": row.office, "text": row.subject_key.partition(".")[2]},
    )
    return row

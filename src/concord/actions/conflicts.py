"""Declaring what could cloud one's judgement, taking it back, and waiving it with a reason."""

from __future__ import annotations

from datetime import date

from concord.actions._run import Invalid, Refused, Run, action
from concord.queries.conflicts import DECLARES, facts_of, own_facts
from concord.queries.membership import who_may
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Conflict
from concord.rules.access import Decision
from concord.rules.conflicts import NATURES
from concord.rules.lifecycle import NotNow

LONGEST = 2000  # characters


@action("conflict.declared")
def declare(
    run: Run, *, alliance: Alliance, authority: Authority, nature: str, what: str, ends: date | None = None
) -> Conflict:
    """Say what could cloud one's own judgement of an authority, until a last day or for good.

    Raises Invalid with the fields to mend, or where the same was declared already.
    """
    run.require(DECLARES, own_facts(run.by, alliance.key))
    faults = {}
    if nature not in NATURES:
        faults["nature"] = "Choose what kind it is"
    if not what.strip():
        faults["what"] = "Say in a sentence what it is"
    if len(what) > LONGEST:
        faults["what"] = f"Write {LONGEST:,} characters or fewer"
    if ends and ends < run.today:
        faults["ends"] = "Give a day to come, or none"
    if authority.pk not in standing_of(alliance, run.today).by_id:
        faults["authority"] = "Choose a member of the alliance"
    if faults:
        raise Invalid("It cannot be declared as it stands.", faults)
    mine = {"alliance": alliance, "person_id": run.by.person, "authority": authority, "nature": nature}
    if Conflict.objects.filter(**mine, withdrawn_at=None, what=what.strip()).exists():
        raise Invalid("You declared this already.")
    row = Conflict.objects.create(**mine, what=what.strip(), ends=ends, declared_at=run.at)
    sentence = f"{run.by.name} declared a conflict of interest: {authority.name}."
    formers = who_may(standing_of(alliance, run.today), "challenge.group", authority.pk)
    run.tell(formers, "conflict", sentence, _link(row), alliance.key)
    return _journal(run, row, f"{run.by.name} declared a conflict of interest")


@action("conflict.withdrawn")
def withdraw(run: Run, *, conflict: Conflict) -> Conflict:
    """Take back one's own declaration, because it no longer holds."""
    row = _locked(conflict)
    run.require("signed-in")
    if row.person_id != run.by.person:
        raise Refused(Decision(False, "not-yours", "Only who declared it can take it back."))
    row.withdrawn_at = run.at
    row.save(update_fields=["withdrawn_at"])
    return _journal(run, row, f"{row.person.name} took a declaration back")


@action("conflict.waived")
def waive(run: Run, *, conflict: Conflict, because: str) -> Conflict:
    """Let somebody sit all the same, with the reason; done by whoever forms the groups, and never for oneself."""
    row = _locked(conflict)
    run.require("challenge.group", facts_of(row))
    if row.person_id == run.by.person:
        raise Invalid("You cannot waive your own declaration: ask somebody else who forms the groups.")
    if row.waived_at is not None:
        raise NotNow("This was waived already.")
    if not because.strip():
        raise Invalid("A waiver needs its reason.", {"because": "Say why it does not stand in the way"})
    row.waived_at, row.waived_by, row.waived_because = run.at, run.who[:200], because.strip()
    row.save(update_fields=["waived_at", "waived_by", "waived_because"])
    sentence = f"Your declaration on {row.authority.name} was waived: {row.waived_because}"
    run.tell([row.person_id], "conflict", sentence[:400], _link(row), row.alliance.key)
    return _journal(run, row, f"The conflict of {row.person.name} was waived")


def _locked(conflict: Conflict) -> Conflict:
    rows = Conflict.objects.select_for_update(of=("self",)).select_related("alliance", "authority", "person")
    row = rows.get(pk=conflict.pk)
    if row.withdrawn_at is not None:
        raise NotNow("This was taken back.")
    return row


def _link(row: Conflict) -> str:
    return f"/alliances/{row.alliance.key}/conflicts/{row.pk}/"


def _journal(run: Run, row: Conflict, sentence: str) -> Conflict:
    """The nature and words of a declaration stay out of the journal, which more people read."""
    charter = standing_of(row.alliance, run.today).charter
    run.journal(
        f"conflict {row.pk}",
        f"{sentence}: {row.authority.name}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        clauses=[c.id for c in charter.commitments if (c.met_by.kind, c.met_by.of) == ("record", "conflict")],
    )
    return row

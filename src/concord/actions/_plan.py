"""What every action on a plan shares: the row locked and moved, its text kept whole, what is journalled."""

from __future__ import annotations

from concord.actions._run import Run
from concord.queries import plans as queries
from concord.queries.membership import who_may
from concord.queries.memorandum import clauses
from concord.queries.standing import standing_of
from concord.records.models import Plan, PlanText, SignOff
from concord.rules.hashing import content_hash
from concord.rules.plans import OPEN_TO_SIGN, PLAN, PLAN_SUBJECT, WRITE


def begun(run: Run, plan: Plan, move: str = "save") -> Plan:
    """The plan, locked and moved (not yet saved), once the policy allows writing it and its state the move."""
    row = locked(plan)
    run.require(WRITE, queries.facts_of(row))
    row.state = PLAN.move(move, row.state).target or row.state
    return row


def locked(plan: Plan) -> Plan:
    """The plan as it is now, for this transaction alone."""
    rows = Plan.objects.select_for_update(of=("self",))
    return rows.select_related("alliance", "authority", "edition", "challenge", "replaces").get(pk=plan.pk)


def saved(run: Run, row: Plan, sentence: str) -> Plan:
    """Keep the text as it now is, and journal it once; those whose signature it voids are told."""
    before = row.hash
    kept(run, row)
    if row.state == OPEN_TO_SIGN and row.hash != before:
        _tell_signed(run, row, before)
    run.journal(
        f"plan {row.pk}",
        f"{sentence}: {queries.title_of(row)}, {row.authority.name}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        detail={"version": row.version, "hash": row.hash},
    )
    return row


def kept(run: Run, row: Plan) -> None:
    """Write the plan with its hash, and its whole text beside the earlier ones."""
    says = queries.content(row)
    row.hash = content_hash(says)
    row.version += 1
    row.saved_by, row.saved_at = run.who[:200], run.at
    row.save()
    PlanText.objects.create(
        plan=row, version=row.version, content=says, hash=row.hash, by=row.saved_by, at=run.at
    )


def _tell_signed(run: Run, row: Plan, before: str) -> None:
    signed = SignOff.objects.filter(
        subject=PLAN_SUBJECT, subject_key=str(row.pk), hash=before, answer="signed", withdrawn_at=None
    )
    people = {p for p in signed.values_list("person", flat=True) if p}
    writers = who_may(standing_of(row.alliance, run.today), WRITE, row.authority_id, of=("authority",))
    run.tell(
        people | (set(writers) if people else set()),
        "void",
        f"{queries.title_of(row)} was changed after it was signed, so the signatures under it are void."[
            :400
        ],
        queries.link_of(row),
        row.alliance.key,
        urgent=True,
    )


def journalled(run: Run, row: Plan, happened: str, kind: str = "", of: str = "") -> Plan:
    """Journal what happened to a plan; ``kind`` and ``of`` name the evidence that it is, for the clauses."""
    run.journal(
        f"plan {row.pk}",
        f"{queries.title_of(row)}, {row.authority.name}, {happened}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        clauses=clauses(queries.charter_of(row), kind, of) if kind else (),
        detail={"hash": row.hash, "state": row.state},
    )
    return row

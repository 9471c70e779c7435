"""Looks back: set up when something happens, handed on, checked, reported, received and reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from concord.actions._acts import act_done
from concord.actions._looks import schedule
from concord.actions._run import Invalid, Run, action
from concord.actions._shown import shown
from concord.actions.papers import when_handed_in
from concord.charter.schema import Commitment
from concord.queries import follow_ups as queries
from concord.queries import plans
from concord.queries.membership import who_may
from concord.queries.memorandum import clauses
from concord.queries.standing import standing_of
from concord.records.models import Checked, FollowUp, Paper, Person, Plan, Seat
from concord.rules.follow_ups import EITHER, FOLLOW_UP, OUTCOMES
from concord.rules.seats import TAKEN

LONGEST = 4000


@action("follow-up.set-up")
def set_up(run: Run, *, plan: Plan, trigger: str, since: date) -> list[FollowUp]:
    """Set up by hand what follows from something that Concord does not keep yet, such as a concern.

    For whoever arranges challenges, or sits in one of this authority as lead or triad. Raises Invalid where the
    memorandum sets nothing up then, or it is set up already.
    """
    run.require(queries.SETS_UP, plans.facts_of(plan))
    if since > run.today:
        raise Invalid("That day is still to come.", {"since": "Enter the day on which it happened"})
    made = schedule(run, plan, trigger, since)
    if not made:
        raise Invalid("Nothing new follows from it: the memorandum asks for none, or it is set up already.")
    for row in made:
        _tell(run, row, _hosts(run, row), f"{queries.rule_of(row).title} of {row.authority.name} is set up")
    run.journal(
        f"plan {plan.pk}",
        f"Looks back were set up: {', '.join(queries.rule_of(r).title for r in made)}, {plan.authority.name}"[
            :400
        ],
        alliance=plan.alliance.key,
        authority=plan.authority.code,
        clauses=[c.id for r in made for c in [_commitment(r)] if c],
        detail={"trigger": trigger, "since": since.isoformat()},
    )
    return made


@action("follow-up.delegated")
def delegate(run: Run, *, follow_up: FollowUp, to: Person) -> FollowUp:
    """Hand the look back to somebody whom the memorandum allows. Raises Invalid for anybody else."""
    row = _begun(run, follow_up, "delegate", EITHER)
    rule = queries.rule_of(row)
    allowed = (
        {p.pk: title for p, title in queries.may_check(row, rule, run.today)} if rule.delegated_to else {}
    )
    if to.pk not in allowed:
        raise Invalid(
            "It cannot be handed to them. Choose somebody of the list; who is not there is first asked into the team."
            if allowed
            else "The memorandum does not let this be handed on.",
            {"to": "Choose somebody of the list"} if allowed else {},
        )
    row.delegate, row.delegated_by = to, run.who[:200]
    row.save(update_fields=["delegate", "delegated_by"])
    _tell(run, row, [to.pk], f"{rule.title} of {row.authority.name} was handed to you", urgent=True)
    return _journalled(run, row, f"handed to {to.name}, {allowed[to.pk]}")


@action("follow-up.checked")
def record_check(
    run: Run,
    *,
    follow_up: FollowUp,
    activity: str,
    on: date,
    found: str,
    number: int | None = None,
    agreed: int | None = None,
) -> Checked:
    """Record what was looked at: audits moderated, cases sampled; how many, on how many both sides agreed.

    Never who they were. By those who report or review, and by whom it was handed to. Raises Invalid with the fields.
    """
    row = _locked(follow_up)
    if row.delegate_id != run.by.person or row.delegate_id is None:
        run.require(f"{queries.ability(queries.rule_of(row), EITHER)} or plan.check", queries.facts_of(row))
    else:
        run.require("see follow-up", queries.facts_of(row))
    FOLLOW_UP.move("check", row.state)
    faults = {}
    if not activity.strip():
        faults["activity"] = "Say what was done"
    if not found.strip() or len(found) > LONGEST:
        faults["found"] = f"Write what was found, in {LONGEST:,} characters or fewer; name nobody"
    if on > run.today:
        faults["on"] = "Enter the day on which it was done, not one to come"
    if number is not None and number < 0:
        faults["number"] = "Enter how many, from 0"
    if agreed is not None and (number is None or not 0 <= agreed <= number):
        faults["agreed"] = "Enter no more than were looked at"
    if faults:
        raise Invalid("What was checked cannot be recorded as it stands.", faults)
    made = Checked.objects.create(
        follow_up=row,
        activity=activity.strip()[:80],
        on=on,
        number=number,
        agreed=agreed,
        found=found.strip(),
        by=run.who[:200],
        at=run.at,
    )
    _journalled(run, row, f"{made.activity} was recorded")
    return made


@action("follow-up.received")
def receive(run: Run, *, follow_up: FollowUp) -> FollowUp:
    """Say that the report has come, as one of those who review it."""
    row = _begun(run, follow_up, "receive", "review")
    row.received_at, row.received_by = run.at, run.who[:200]
    row.save()
    _tell(run, row, _hosts(run, row), f"{run.who} has received the {queries.rule_of(row).title.lower()}")
    return _journalled(run, row, "received")


@action("follow-up.reviewed")
def review(run: Run, *, follow_up: FollowUp, outcome: str, text: str) -> FollowUp:
    """Say what the review found: enough, more to do, or a concern; and why, in words."""
    row = _begun(run, follow_up, "review", "review")
    faults = {} if outcome in OUTCOMES else {"outcome": "Choose what the review found"}
    if not text.strip() or len(text) > LONGEST:
        faults["text"] = f"Write why, in {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("The review cannot be recorded as it stands.", faults)
    row.outcome, row.outcome_text = outcome, text.strip()
    row.reviewed_at, row.reviewed_by = run.at, run.who[:200]
    row.save()
    act_done(run, row.challenge, _act(row))
    said = f"{queries.rule_of(row).title} of {row.authority.name} was reviewed: {OUTCOMES[outcome].lower()}"
    _tell(run, row, {*_hosts(run, row), *_seated(row)}, said, urgent=outcome == "concern")
    return _journalled(run, row, f"reviewed: {OUTCOMES[outcome].lower()}")


@when_handed_in("progress-report")
@when_handed_in("follow-up-report")
def _reported(run: Run, paper: Paper) -> None:
    """The report was handed in, and with it the look back that waited for it: those who review it are told."""
    row = queries.waiting_for(paper)
    if row is None:
        return
    row.paper = paper
    row.reported_at, row.reported_by = run.at, run.who[:200]
    row.state = FOLLOW_UP.move("report", row.state).target or row.state
    row.save()
    rule = queries.rule_of(row)
    title = f"{rule.title} of {row.authority.name}"
    if _act(row) == "follow-up":  # the host’s own act; the checks are done when they are reviewed
        act_done(run, row.challenge, "follow-up")
    shown(
        run,
        alliance=row.alliance,
        authority=row.authority,
        subject="follow-up",
        key=f"{row.pk}.{paper.hash[:16]}",
        title=title,
        offices=queries.charter_of(row).template(paper.template).shared_with,
    )
    _tell(run, row, _seated(row, rule.reviewed_by), f"{title} has come", urgent=True)


def _act(row: FollowUp) -> str:
    """The act of the challenge that a look back is."""
    document = {"follow-up-report": "follow-up", "progress-report": "progress-check"}
    rule, charter = queries.rule_of(row), queries.charter_of(row)
    if rule.key == "desk-review":
        return "desk-review"
    kind = charter.template(rule.template).document if rule.template else ""
    return document.get(kind, "")


def _begun(run: Run, follow_up: FollowUp, move: str, who: str) -> FollowUp:
    row = _locked(follow_up)
    run.require(queries.ability(queries.rule_of(row), who), queries.facts_of(row))
    row.state = FOLLOW_UP.move(move, row.state).target or row.state
    return row


def _locked(follow_up: FollowUp) -> FollowUp:
    FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    return queries.follow_up_of(follow_up.alliance.key, follow_up.pk)


def _hosts(run: Run, row: FollowUp) -> list[int]:
    """Those of the authority who write its plan: the director and whom the charter names beside."""
    return who_may(standing_of(row.alliance, run.today), "plan.write", row.authority_id, of=("authority",))


def _seated(row: FollowUp, roles: tuple[str, ...] = ()) -> list[int]:
    seats = Seat.objects.filter(challenge=row.challenge_id, state__in=TAKEN, ended_at=None)
    wanted = roles or (*queries.rule_of(row).reviewed_by, queries.rule_of(row).reported_by)
    return list(seats.filter(role__in=wanted).values_list("person", flat=True))


def _tell(run: Run, row: FollowUp, people: Iterable[int], sentence: str, urgent: bool = False) -> None:
    run.tell(people, "follow-up", f"{sentence}."[:400], queries.link_of(row), row.alliance.key, urgent)


def _commitment(row: FollowUp) -> Commitment | None:
    rule = queries.rule_of(row)
    return next((c for c in queries.charter_of(row).commitments if c.clause == rule.clause), None)


def _journalled(run: Run, row: FollowUp, happened: str) -> FollowUp:
    rule, charter = queries.rule_of(row), queries.charter_of(row)
    own = _commitment(row)
    ids = dict.fromkeys([*([own.id] if own else []), *clauses(charter, "record", "follow-up")])
    run.journal(
        f"follow-up {row.pk}",
        f"{rule.title}, {row.authority.name}: {happened}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        clauses=ids,
        detail={"opens": row.opens.isoformat(), "due": row.due.isoformat()},
    )
    return row

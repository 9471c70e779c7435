"""How a signed plan goes on: peers challenge it, the authority answers, and says how each action stands."""

from __future__ import annotations

from datetime import date

from concord.actions._acts import act_done
from concord.actions._plan import journalled, locked
from concord.actions._run import Invalid, Run, action
from concord.actions.plan_text import LONGEST
from concord.queries import plans as queries
from concord.queries.membership import who_may
from concord.queries.standing import standing_of
from concord.records.models import Plan, PlanAction, PlanChallenge, Progress, Seat
from concord.rules.plans import PLAN, PLAN_SUBJECT, PROGRESS, WRITE
from concord.rules.seats import TAKEN

CHALLENGERS = "sit lead triad member data expert quality-assurance"


@action("plan.challenged")
def challenge(run: Run, *, plan: Plan, text: str) -> PlanChallenge:
    """Say, as a peer, what is to be asked of the plan; or that nothing is."""
    row = locked(plan)
    run.require(CHALLENGERS, queries.facts_of(row))
    PLAN.move("challenge", row.state)
    _written(text)
    seat = Seat.objects.filter(
        person=run.by.person,
        challenge__authority=row.authority_id,
        challenge__alliance=row.alliance_id,
        challenge__year=row.period,
        state__in=TAKEN,
        ended_at=None,
    ).exclude(role="host")
    made = PlanChallenge.objects.create(
        plan=row, seat=seat.first(), by=run.who[:200], at=run.at, text=text.strip(), hash=row.hash
    )
    act_done(run, row.challenge, "challenge-plan")
    _tell_writers(run, row, f"{run.who} has challenged the plan. Answer it on its page.")
    journalled(run, row, "was challenged by peers", "record", PLAN_SUBJECT)
    return made


@action("plan.answered")
def answer(run: Run, *, challenged: PlanChallenge, text: str) -> PlanChallenge:
    """Answer what a peer asked of the plan. Raises Invalid where it was answered already."""
    row = locked(challenged.plan)
    run.require(WRITE, queries.facts_of(row))
    _written(text)
    said = PlanChallenge.objects.select_for_update(of=("self",)).select_related("seat").get(pk=challenged.pk)
    if said.answer:
        raise Invalid(f"{said.answered_by} answered this already.")
    said.answer, said.answered_by, said.answered_at = text.strip(), run.who[:200], run.at
    said.save()
    if said.seat:
        sentence = f"{row.authority.name} has answered what you asked of its plan."
        run.tell([said.seat.person_id], "plan", sentence, queries.link_of(row), row.alliance.key)
    journalled(run, row, "answered a challenge", "record", PLAN_SUBJECT)
    return said


@action("plan.followed")
def record_progress(run: Run, *, part: PlanAction, on: date, state: str, text: str) -> Progress:
    """Say how an action stands on a day: on track, behind, done or stopped; the last two and behind with a word."""
    row = locked(part.plan)
    move = PLAN.move("follow", row.state)
    run.require(move.needs, queries.facts_of(row))
    faults = {} if state in PROGRESS else {"state": "Choose how it stands"}
    if on > run.today:
        faults["on"] = "Enter a day that has come"
    if state != "on-track" and not text.strip():
        faults["text"] = "Write what was done, or why it is so"
    if len(text) > LONGEST:
        faults["text"] = f"Write {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("Progress cannot be recorded as it stands.", faults)
    made = Progress.objects.create(
        action=part, on=on, state=state, text=text.strip(), by=run.who[:200], at=run.at
    )
    journalled(run, row, f"progress of an action: {PROGRESS[state].lower()}")
    return made


def _written(text: str) -> None:
    if not text.strip():
        raise Invalid("Nothing is written.", {"text": "Write something"})
    if len(text) > LONGEST:
        raise Invalid("The text is too long.", {"text": f"Write {LONGEST:,} characters or fewer"})


def _tell_writers(run: Run, row: Plan, sentence: str) -> None:
    people = who_may(standing_of(row.alliance, run.today), WRITE, row.authority_id, of=("authority",))
    run.tell(people, "plan", sentence[:400], queries.link_of(row), row.alliance.key)

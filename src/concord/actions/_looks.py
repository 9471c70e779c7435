"""Setting up the looks back that something sets off, inside another action."""

from __future__ import annotations

from datetime import date

from concord.actions._run import Run
from concord.charter.calendar import window
from concord.queries import follow_ups as queries
from concord.queries.standing import parsed
from concord.records.models import Challenge, FollowUp, Plan
from concord.rules.follow_ups import FOLLOW_UP


def schedule(run: Run, what: Challenge | Plan, trigger: str, since: date) -> list[FollowUp]:
    """Set up the looks back that something sets off, each in the window that its clause gives; inside another action.

    ``what`` is the challenge or the plan that is looked back at; ``trigger`` is the charter’s word for what
    happened (“challenge”, “plan”, “concern”), ``since`` its day. One that waits already for the plan before it goes
    on with this plan, in its old window: renewing a plan puts nothing off. Returns what was set up.
    """
    plan = what if isinstance(what, Plan) else None
    challenge = what if isinstance(what, Challenge) else what.challenge
    made = []
    for rule, commitment in queries.set_off_by(parsed(what.edition.hash, what.edition_id), trigger):
        if plan and plan.replaces and plan.replaces.period == plan.period:
            waiting = FollowUp.objects.filter(plan=plan.replaces, key=rule.key, state=FOLLOW_UP.first)
            if waiting.update(plan=plan):
                continue
        span = window(commitment.due, since)  # type: ignore[arg-type]  # it has one
        whose = {"plan": plan} if plan else {"challenge": challenge, "plan": None}
        days = {"since": since, "opens": span.earliest, "due": span.latest}
        of = {"alliance": what.alliance, "authority": what.authority, "challenge": challenge}
        row, new = FollowUp.objects.get_or_create(
            **whose, key=rule.key, defaults={**of, **days, "state": FOLLOW_UP.first}
        )
        if new:
            made.append(row)
        elif not plan:  # the day of the conversation was put right
            FollowUp.objects.filter(pk=row.pk, state=FOLLOW_UP.first).update(**days)
    return made

"""What the analyst does with a return: asks about it, takes it in, opens it again, reminds those who owe it."""

from __future__ import annotations

from catalogue.periods import Period
from concord.actions._return import begun, facts_of, journal, kept_text, locked, tell_authority, title_of
from concord.actions._run import Invalid, Run, action
from concord.queries import returns as reading
from concord.queries.drafts import asked_of
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Query, Return
from concord.rules.returns import RETURN


@action("return.queried")
def query(run: Run, *, ret: Return, question: str, indicator: str = "") -> Query:
    """Ask about a return, or about one of its figures."""
    ret = locked(ret)
    run.require("return.query", facts_of(ret.alliance, ret.authority, ret.dataset))
    move = RETURN.move("query", ret.state)
    names = {i.id: i.short for i in reading.asked(standing_of(ret.alliance, run.today).charter, ret.dataset)}
    if indicator and indicator not in names:
        raise Invalid("Choose an indicator of this return.", {"indicator": "Choose an indicator"})
    asked = Query.objects.create(
        part_of=ret,
        indicator=indicator,
        question=kept_text(question, "question", "Write a question"),
        asked_by=run.who[:200],
        asked_at=run.at,
    )
    ret.state = move.target or ret.state
    ret.save(update_fields=["state"])
    about = names.get(indicator, "the whole return")
    journal(run, ret, f"Asked about {about}", query=asked.pk, indicator=indicator)
    tell_authority(run, ret, "queried", f"The analyst asks about {about}, {Period.parse(ret.period).label}.")
    return asked


@action("return.accepted")
def accept(run: Run, *, ret: Return) -> Return:
    """Take a submission as good for release."""
    ret = locked(ret)
    run.require("return.accept", facts_of(ret.alliance, ret.authority, ret.dataset))
    ret.state = RETURN.move("accept", ret.state).target or ret.state
    ret.accepted_at = run.at
    ret.save(update_fields=["state", "accepted_at"])
    number = ret.submissions.count()
    journal(run, ret, f"Accepted number {number}", number=number)
    tell_authority(run, ret, "accepted", f"The return for {Period.parse(ret.period).label} was accepted.")
    return ret


@action("return.reopened")
def reopen(run: Run, *, ret: Return, reason: str) -> Return:
    """Open a return again, for a stated reason. What was submitted, accepted or released stays as it was."""
    ret = locked(ret)
    run.require("return.reopen", facts_of(ret.alliance, ret.authority, ret.dataset))
    move = RETURN.move("reopen", ret.state)
    reason = kept_text(reason, "reason", "Say why it is reopened")
    ret.state, ret.accepted_at = move.target or ret.state, None
    ret.save(update_fields=["state", "accepted_at"])
    journal(run, ret, "Reopened", reason=reason)
    sentence = f"The return for {Period.parse(ret.period).label} was reopened: {reason}"
    tell_authority(run, ret, "reopened", sentence, urgent=True)
    return ret


@action("return.chased")
def chase(run: Run, *, alliance: Alliance, authority: Authority, dataset: str, period: str) -> Return:
    """Remind those who return for an authority, also where nothing was begun.

    Raises Invalid where nothing is asked of it: the duty is waived for the time, or it does not take part in it.
    """
    run.require("return.chase", facts_of(alliance, authority, dataset))
    row, _ = begun(run, alliance, authority, dataset, period)
    ret = locked(row)
    spared = asked_of(alliance, dataset, Period.parse(period), run.today)[authority.code].spared
    if spared:
        why = "the duty is waived for it" if spared == "waived" else "it does not take part in this"
        raise Invalid(f"{authority.name} is not asked for this return: {why}.")
    RETURN.move("chase", ret.state)
    ret.chased_at = run.at
    ret.save(update_fields=["chased_at"])
    journal(run, ret, "Reminded")
    sentence = f"Please return {title_of(standing_of(alliance, run.today), ret)}. {run.who} asks for it."
    tell_authority(run, ret, "chased", sentence, urgent=True)
    return ret

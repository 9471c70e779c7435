"""Disputes and complaints about a challenge: raised, mediated by the triad directors, settled or decided."""

from __future__ import annotations

from concord.actions import _challenge as core
from concord.actions._run import Invalid, Refused, Run, action
from concord.queries.challenges import facts_of
from concord.records.models import Challenge, Dispute, DisputeStep
from concord.rules.access import Decision
from concord.rules.challenge import RAISES
from concord.rules.disputes import DISPUTE, ENDED

LONGEST = 4000


@action("dispute.raised")
def raise_dispute(run: Run, *, challenge: Challenge, what: str) -> Dispute:
    """Host or team raise what they could not settle between them; the triad directors are told at once."""
    row, _ = core.begin(run, challenge, RAISES, also_closed=True)
    _check("what", what, "Say what it is about")
    dispute = Dispute.objects.create(
        challenge=row,
        what=what.strip(),
        raiser_id=core.person(run),
        raised_by=run.who[:200],
        raised_at=run.at,
        state=DISPUTE.first,
    )
    people = [*core.group(row, "triad"), *core.hosts(run, row), *core.group(row, "lead")]
    core.tell(run, row, people, f"A dispute was raised: {row.title}.", "disputes/", urgent=True)
    core.journal_apart(run, row, "A dispute was raised", "dispute", dispute.pk)
    return dispute


@action("dispute.moved")
def move(run: Run, *, dispute: Dispute, name: str, text: str) -> Dispute:
    """Note a mediation, that it is settled, what was decided, or that it is withdrawn (by whom it was raised).

    Nobody mediates or decides what they raised themselves. Raises NotNow, Invalid.
    """
    row = core.locked(dispute.challenge)
    dispute = Dispute.objects.select_for_update().get(pk=dispute.pk)
    step = DISPUTE.move(name, dispute.state)
    run.require(RAISES if name == "withdraw" else step.needs, facts_of(row))
    own = run.by.person == dispute.raiser_id
    if own != (name == "withdraw"):
        sentence = (
            "You raised this yourself, so somebody else in that role has to deal with it."
            if own
            else "Only whoever raised it can withdraw it."
        )
        raise Refused(Decision(False, "own-dispute", sentence))
    _check("text", text, "Say what was said, agreed or decided")
    dispute.state = step.target or dispute.state
    if dispute.state in ENDED:
        dispute.outcome, dispute.ended_at = text.strip(), run.at
    dispute.save()
    DisputeStep.objects.create(dispute=dispute, move=name, text=text.strip(), by=run.who[:200], at=run.at)
    people = [dispute.raiser_id, *core.hosts(run, row), *core.group(row, "lead", "triad")]
    core.tell(run, row, people, f"{row.title}: the dispute was {step.done}.", "disputes/")
    core.journal_apart(run, row, f"A dispute was {step.done}", "dispute", dispute.pk)
    return dispute


def _check(name: str, text: str, asked: str) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(
            "It cannot be kept as it stands.", {name: f"{asked}, in {LONGEST:,} characters or fewer"}
        )

"""Key lines of enquiry: proposed (or taken up from a suggestion), reworded, agreed, dropped."""

from __future__ import annotations

from django.db.models import Max

from concord.actions import _challenge as core
from concord.actions._run import Invalid, Run, action
from concord.queries.challenges import acts_done
from concord.records.models import Challenge, LineOfEnquiry
from concord.rules.challenge import READS, require_turn
from concord.rules.enquiry import LINE, SOURCES
from concord.rules.lifecycle import NotNow

LONGEST = 1000
ACT = "enquire"


@action("line.proposed")
def propose(
    run: Run,
    *,
    challenge: Challenge,
    question: str,
    why: str = "",
    source: str = "reviewer",
    indicator: str = "",
    section: str = "",
) -> LineOfEnquiry:
    """Propose a line; ``source`` says whether it is one's own or taken up from a suggestion (data, claim).

    Raises NotNow before the readings are open or once the lines are agreed, Invalid for an empty or long question.
    """
    row = _open(run, challenge)
    _check(question, why)
    if source not in SOURCES:
        raise Invalid("Say where it comes from.")
    line = _create(run, row, question, why, source, indicator, section)
    core.journal(run, row, f"Line of enquiry {line.number} was proposed", (ACT,))
    return line


@action("line.reworded")
def reword(run: Run, *, line: LineOfEnquiry, question: str, why: str, seen: str) -> LineOfEnquiry:
    """Word a line anew, as a new line; the one before, ``seen`` on the page, is kept among those dropped."""
    row = _open(run, line.challenge)
    before = LineOfEnquiry.objects.select_for_update().get(pk=line.pk)
    if before.state != LINE.first:
        raise NotNow(f"This line is {LINE.states[before.state].lower()}. Propose it again to reword it.")
    if before.question.strip() != seen.strip():
        raise Invalid(
            f"Somebody reworded it meanwhile: “{before.question}”. Bring the two together and save again."
        )
    _check(question, why)
    before.state = LINE.move("drop", before.state).target or before.state
    before.save(update_fields=["state"])
    made = _create(run, row, question, why, before.source, before.indicator, before.section)
    core.journal(run, row, f"Line of enquiry {before.number} was reworded as {made.number}", (ACT,))
    return made


@action("line.moved")
def move(run: Run, *, line: LineOfEnquiry, name: str) -> LineOfEnquiry:
    """Agree a line, drop it, or put it back among those proposed: the lead's."""
    step = next(m for m in LINE.moves if m.name == name)
    row = _open(run, line.challenge, step.needs)
    line = LineOfEnquiry.objects.select_for_update().get(pk=line.pk)
    line.state = LINE.move(name, line.state).target or line.state
    line.save(update_fields=["state"])
    core.journal(run, row, f"Line of enquiry {line.number} was {step.done}", (ACT,))
    return line


def _create(
    run: Run, row: Challenge, question: str, why: str, source: str, indicator: str, section: str
) -> LineOfEnquiry:
    last = LineOfEnquiry.objects.filter(challenge=row).aggregate(last=Max("number"))["last"] or 0
    return LineOfEnquiry.objects.create(
        challenge=row,
        number=last + 1,
        question=question.strip(),
        why=why.strip(),
        source=source,
        indicator=indicator,
        section=section,
        state=LINE.first,
        by=run.who[:200],
        at=run.at,
    )


def _open(run: Run, challenge: Challenge, ability: str = READS) -> Challenge:
    row, charter = core.begin(run, challenge, ability)
    done = acts_done(row)
    if ACT in done:
        raise NotNow("The lines of enquiry are agreed. The lead can take that back.")
    require_turn(charter, row.activity, ACT, done)
    return row


def _check(question: str, why: str) -> None:
    faults = {}
    if not question.strip():
        faults["question"] = "Write the question"
    for name, text in (("question", question), ("why", why)):
        if len(text) > LONGEST:
            faults[name] = f"Write {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("The line cannot be kept as it stands.", faults)

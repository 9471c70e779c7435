"""What an authority does with its return: opens it, fills it in, submits it, answers what is asked.

Nothing is overwritten: each submission is kept as it was sent, and a save never silently replaces what somebody
else put in meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalogue.periods import Period
from concord.actions._return import (
    begun,
    facts_of,
    journal,
    kept_text,
    locked,
    tell_collator,
)
from concord.actions._run import Invalid, Run, action
from concord.queries import returns as reading
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Line, Return, Submission
from concord.rules.figures import Amount, with_denominators
from concord.rules.hashing import content_hash
from concord.rules.return_checks import Finding, check, stops
from concord.rules.returns import RETURN, Conflict, as_json, from_json, merge


class Blocked(Invalid):
    """The checks stand in the way of submission; ``findings`` says where."""

    def __init__(self, findings: list[Finding]) -> None:
        errors = sum(f.severity == "error" for f in findings)
        parts = [(errors, "error to mend"), (len(findings) - errors, "query to explain")]
        words = " and ".join(f"{n} {_plural(text, n)}" for n, text in parts if n)
        super().__init__(f"Not submitted: there {'is' if len(findings) == 1 else 'are'} {words}.")
        self.findings = findings


def _plural(text: str, count: int) -> str:
    first, rest = text.split(" ", 1)
    many = {"error": "errors", "query": "queries"}[first]
    return f"{first if count == 1 else many} {rest}"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the lines that changed, and the cells that it left because somebody else changed them."""

    of: Return
    changed: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()


@action("return.saved")
def save(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    dataset: str,
    period: str,
    amounts: Mapping[str, Amount],
    seen: Mapping[str, Amount] | None = None,
    seen_version: int | None = None,
    methods: Mapping[str, str] | None = None,
) -> Saved:
    """Put figures into a return, opening it if need be. Only the lines named in ``amounts`` are touched.

    ``seen`` is what the person had before them: a cell that somebody else changed meanwhile is left as it is and
    told in ``conflicts``. ``seen_version`` (for whole files) refuses everything where anything changed meanwhile.
    ``methods`` says how a figure was worked out, by indicator. Errors of the checks do not stop a save.
    """
    run.require("return.prepare", facts_of(alliance, authority, dataset))
    row, _ = begun(run, alliance, authority, dataset, period)
    ret = locked(row)
    RETURN.move("save", ret.state)
    if seen_version is not None and seen_version != ret.version:
        raise Invalid(
            f"{ret.saved_by or 'Somebody'} changed this return while you were looking. Look at the changes again."
        )
    changed, conflicts = _write(run, ret, amounts, seen, methods or {})
    journal(run, ret, f"Saved {len(changed)} lines" if len(changed) != 1 else "Saved a line", lines=changed)
    return Saved(ret, tuple(changed), tuple(conflicts))


def _write(
    run: Run,
    ret: Return,
    amounts: Mapping[str, Amount],
    seen: Mapping[str, Amount] | None,
    methods: Mapping[str, str],
) -> tuple[list[str], list[Conflict]]:
    charter = standing_of(ret.alliance, run.today).charter
    asked = {i.id: i for i in reading.asked(charter, ret.dataset)}
    if unknown := sorted(set(amounts) - set(asked)):
        raise Invalid(f"This return does not ask for {', '.join(unknown)}.")
    lines = {line.indicator: line for line in ret.lines.all()}
    now = {id: reading.amount_of(line) for id, line in lines.items()}
    typed = {id: reading.typed(asked[id], amount) for id, amount in amounts.items()}
    changed, conflicts = merge(now, seen, typed)
    Line.objects.bulk_create(
        [
            Line(
                part_of=ret,
                indicator=id,
                numerator=amount.numerator,
                denominator=amount.denominator,
                missing=amount.missing,
                explanation=amount.explanation,
                method=methods.get(id, _method(lines.get(id), amount))[:200],
                saved_by=run.who[:200],
                saved_at=run.at,
            )
            for id, amount in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["part_of", "indicator"],
        update_fields=[
            "numerator",
            "denominator",
            "missing",
            "explanation",
            "method",
            "saved_by",
            "saved_at",
        ],
    )
    if changed:
        ret.version += 1
        ret.saved_by, ret.saved_at = run.who[:200], run.at
        ret.save(update_fields=["version", "saved_by", "saved_at"])
    return list(changed), conflicts


def _method(stood: Line | None, amount: Amount) -> str:
    """How a figure was worked out holds for as long as the figure itself is left alone."""
    same = stood and (stood.numerator, stood.denominator) == (amount.numerator, amount.denominator)
    return stood.method if stood and same else ""


# --- sending --------------------------------------------------------------------------------------------------


@action("return.submitted")
def submit(run: Run, *, ret: Return, status: str = "provisional", note: str = "") -> Submission:
    """Send a return as it stands, provisional or validated. It is kept for ever under its number.

    Raises Blocked (an Invalid) where a check found an error or a query is not explained, Invalid where a
    question of the analyst's is unanswered.
    """
    ret = locked(ret)
    run.require("return.submit", facts_of(ret.alliance, ret.authority, ret.dataset))
    move = RETURN.move("submit", ret.state)
    if ret.queries.filter(answered_at=None).exists():
        raise Invalid("Answer the analyst’s questions first; the answers send the return again.")
    submission = _send(run, ret, status, note)
    ret.state, ret.submitted_at = move.target or ret.state, run.at
    ret.save(update_fields=["state", "submitted_at"])
    kind = f"Submitted number {submission.number}, {status}"
    journal(run, ret, kind, number=submission.number, status=status, hash=submission.hash)
    tell_collator(run, ret, "submitted", f"{ret.authority.name} submitted {Period.parse(ret.period).label}.")
    return submission


def _send(run: Run, ret: Return, status: str, note: str) -> Submission:
    if status not in dict(Return._meta.get_field("status").choices or ()):
        raise Invalid("Say whether the figures are provisional or validated.", {"status": "Choose one"})
    note = kept_text(note, "note", needed=False)
    lines, found = _checked(run, ret)
    amounts = from_json(lines)
    if stopping := stops(found, amounts):
        raise Blocked(stopping)
    last = ret.submissions.order_by("-number").first()
    number = last.number + 1 if last else 1
    of = [ret.alliance.key, ret.authority.code, ret.dataset, ret.dataset_version, ret.period, number]
    ret.status, ret.note = status, note
    ret.save(update_fields=["status", "note"])
    return Submission.objects.create(
        part_of=ret,
        number=number,
        at=run.at,
        by=run.who[:200],
        person_id=run.by.person,
        status=status,
        note=note,
        lines=lines,
        hash=content_hash({"of": of, "status": status, "note": note, "lines": lines}),
    )


def _checked(run: Run, ret: Return) -> tuple[dict[str, dict[str, str | None]], list[Finding]]:
    asked = reading.asked(standing_of(ret.alliance, run.today).charter, ret.dataset)
    lines = {line.indicator: line for line in ret.lines.all()}
    around = reading.around(ret.alliance_id, ret.authority.code, ret.dataset, Period.parse(ret.period))
    typed = {id: reading.amount_of(line) for id, line in lines.items()}
    amounts = with_denominators(asked, typed, around.population)
    found = check(asked, amounts.items(), around.last, around.region)
    return as_json(amounts, {id: line.method for id, line in lines.items()}), found


@action("return.answered")
def answer(
    run: Run, *, ret: Return, answers: Mapping[int, str], status: str | None = None
) -> Submission | None:
    """Answer the analyst's questions, by their row. With the last one the return goes back to the analyst.

    Figures that were amended meanwhile are then checked and become a new submission, which is returned.
    """
    ret = locked(ret)
    run.require("return.prepare", facts_of(ret.alliance, ret.authority, ret.dataset))
    move = RETURN.move("answer", ret.state)
    waiting = {q.pk: q for q in ret.queries.filter(answered_at=None)}
    if unknown := set(answers) - set(waiting):
        raise Invalid(f"{len(unknown)} of these questions are answered already. Look at the page again.")
    for pk, text in answers.items():
        query = waiting.pop(pk)
        query.answer = kept_text(text, f"answer-{pk}", "Write an answer")
        query.answered_by, query.answered_at = run.who[:200], run.at
        query.save(update_fields=["answer", "answered_by", "answered_at"])
    if not answers:
        raise Invalid("Write an answer first.")
    submission = None
    if not waiting:
        submission = _amended(run, ret, status)
        ret.state = move.target or ret.state
        ret.save(update_fields=["state"])
    told = f"Answered {len(answers)} of the analyst’s questions"
    journal(run, ret, told, number=submission.number if submission else None, waiting=len(waiting))
    tell_collator(run, ret, "answered", f"{ret.authority.name} answered on {Period.parse(ret.period).label}.")
    return submission


def _amended(run: Run, ret: Return, status: str | None) -> Submission | None:
    """A new submission where figures differ from the one before; it needs the right to submit."""
    last = ret.submissions.order_by("-number").first()
    lines, _ = _checked(run, ret)
    if last and last.lines == lines and status in (None, last.status):
        return None
    run.require("return.submit", facts_of(ret.alliance, ret.authority, ret.dataset))
    ret.submitted_at = run.at
    ret.save(update_fields=["submitted_at"])
    return _send(run, ret, status or ret.status, ret.note)


# --- collating ------------------------------------------------------------------------------------------------

"""Seats in a challenge: invited, accepted with conflicts declared, declined with a reason, replaced."""

from __future__ import annotations

from collections.abc import Iterable

from concord.actions import _challenge as core
from concord.actions import _meetings as meetings
from concord.actions._reflections import when_all
from concord.actions._run import Invalid, Refused, Run, action
from concord.queries.challenges import acts_done, facts_of
from concord.queries.conflicts import conflicts_of
from concord.queries.memorandum import charter_of
from concord.records.models import Authority, Challenge, Conflict, Person, Seat
from concord.rules.access import Decision, Facts
from concord.rules.challenge import COURSE, FORMS, TRIAD, acts_of, role_title, roles_of
from concord.rules.conflicts import NATURES, Clash
from concord.rules.lifecycle import NotNow
from concord.rules.seats import SEAT

_INVITED_BY = f"{TRIAD} or {FORMS}"


@action("seat.invited")
def invite(
    run: Run,
    *,
    challenge: Challenge,
    role: str,
    person: Person,
    office: str = "",
    authority: Authority | None = None,
    why: str = "",
) -> Seat:
    """Offer somebody a part: a place that is free, or a technical expert who is co-opted.

    Raises Invalid where the part is unknown, they are of the host authority, sit in it already, or have a conflict.
    """
    row, charter = core.begin(run, challenge, _INVITED_BY)
    if role not in roles_of(charter, row.activity):
        raise Invalid("There is no such part.", {"role": "Choose a part"})
    _free_of_host(run, row, role, person)
    if Seat.objects.filter(challenge=row, person=person, role=role, ended_at=None).exists():
        raise Invalid(f"{person.name} was asked already.", {"person": "Choose somebody else"})
    seat = core.invited(run, row, role, person, office, authority)
    if why.strip():
        seat.why = why.strip()
        seat.save(update_fields=["why"])
    acts = ("invite-experts",) if role == "expert" else ()
    for act in {*acts} & {*acts_of(charter, row.activity)} - {*acts_done(row)}:
        core.mark(run, row, act, in_turn=False)
    core.journal(run, row, f"{person.name} was invited as {role_title(charter, role)}", acts, role=role)
    return seat


@action("seat.accepted")
def accept(run: Run, *, seat: Seat, declares_none: bool, nature: str = "", what: str = "") -> Seat:
    """Take a seat, saying that nothing clouds one's judgement of the host; or say what does.

    What is declared is kept, and whoever forms the groups decides; the seat waits. Raises Invalid where nothing is
    declared, a conflict stands without a waiver, or Concord knows of a recent office there that was not declared.
    """
    seat, row = _mine(run, seat)
    move = SEAT.move("accept", seat.state)
    if what.strip():
        return _declared(run, row, seat, nature, what.strip())
    if not declares_none:
        raise Invalid(
            "Say whether anything clouds your judgement.",
            {"declares_none": "Confirm that nothing does, or say what does"},
        )
    if seat.role != "host":
        left = _free_of_host(run, row, seat.role, seat.person)
        _nothing_kept_back(row, left)
        waived = [c for c in left if c.waived]
        seat.why = "; ".join(f"Under a waiver: {c.because}" for c in waived)
    seat.state, seat.answered_at = move.target or seat.state, run.at
    seat.save()
    _when_all_answered(run, row)
    title = role_title(charter_of(row.edition), seat.role)
    core.tell(
        run,
        row,
        [*core.group(row, "lead"), *core.formers(run, row)],
        f"{seat.person.name} takes part: {row.title}.",
    )
    core.journal(
        run,
        row,
        f"{seat.person.name} {move.done} as {title}, without a conflict",
        ("conflicts",),
        role=seat.role,
    )
    return seat


def _declared(run: Run, row: Challenge, seat: Seat, nature: str, what: str) -> Seat:
    if nature not in NATURES:
        raise Invalid("Say what kind of conflict it is.", {"nature": "Choose one"})
    Conflict.objects.create(
        alliance=row.alliance,
        person=seat.person,
        authority=row.authority,
        nature=nature,
        what=what,
        declared_at=run.at,
    )
    sentence = (
        f"{seat.person.name} declared a conflict: {row.title}. Waive it with a reason, or ask somebody else."
    )
    core.tell(run, row, core.formers(run, row), sentence, "seats/")
    core.journal(
        run, row, f"{seat.person.name} declared a conflict", ("conflicts",), role=seat.role, nature=nature
    )
    return seat


@action("seat.declined")
def decline(run: Run, *, seat: Seat, reason: str) -> Seat:
    """Decline a seat, with the reason; whoever forms the groups is told that the place is free."""
    seat, row = _mine(run, seat)
    move = SEAT.move("decline", seat.state)
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    seat.state, seat.answered_at, seat.ended_at = move.target or seat.state, run.at, run.at
    seat.why = reason.strip()
    seat.save()
    _when_all_answered(run, row)
    people = [*core.group(row, "lead"), *core.formers(run, row)]
    core.tell(run, row, people, f"{seat.person.name} {move.done}: {row.title}. {seat.why}"[:400], "seats/")
    core.journal(run, row, f"{seat.person.name} {move.done}", ("conflicts",), role=seat.role)
    return seat


@action("seat.ended")
def stand_down(run: Run, *, seat: Seat, reason: str) -> Seat:
    """End a seat before its time, with the reason: its holder does it, or whoever arranges the challenge."""
    row, charter = core.begin(run, seat.challenge, f"{_INVITED_BY} or sit")
    seat = Seat.objects.select_related("person").get(pk=seat.pk)
    if run.by.person != seat.person_id:
        run.require(_INVITED_BY, facts_of(row))
    move = SEAT.move("end", seat.state)
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    seat.state, seat.ended_at, seat.why = move.target or seat.state, run.at, reason.strip()
    seat.save()
    people = [seat.person_id, *core.group(row, "lead"), *core.formers(run, row)]
    core.tell(run, row, people, f"{seat.person.name} no longer sits in {row.title}: {seat.why}"[:400])
    if not Seat.objects.filter(challenge=row, person=seat.person, ended_at=None).exists():
        meetings.leave(run, row, [seat.person_id])
    title = role_title(charter, seat.role)
    core.journal(run, row, f"The seat of {seat.person.name} ({title}) was {move.done}")
    return seat


@action("seat.excused")
def excuse(run: Run, *, seat: Seat, reason: str) -> Seat:
    """Say why no reflection comes from somebody, so that the challenge can close without it."""
    row, _ = core.begin(run, seat.challenge, f"{TRIAD} or challenge.arrange")
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    seat = Seat.objects.select_related("person").get(pk=seat.pk)
    seat.excused_because = reason.strip()
    seat.save(update_fields=["excused_because"])
    when_all(run, row)
    core.journal(run, row, f"{seat.person.name} is excused from a reflection", ("reflect",))
    return seat


def _mine(run: Run, seat: Seat) -> tuple[Seat, Challenge]:
    """One's own seat, with its challenge locked. Who was invited answers in the office that they hold."""
    row = core.locked(seat.challenge)
    seat = Seat.objects.select_related("person", "authority").get(pk=seat.pk)
    own = Facts(row.alliance.key, seat.authority_id, seat.authority.name if seat.authority else "")
    run.require("signed-in")
    if run.by.person != seat.person_id:
        raise Refused(Decision(False, "no-seat", "This seat was offered to somebody else."))
    run.holding = next((h for h in run.by.holdings if h.alliance == own.alliance), None)
    if run.holding is None:
        raise Refused(Decision(False, "other-alliance", "You hold no office in this alliance any more."))
    if row.state != COURSE.first:
        raise NotNow("This challenge is no longer under way.")
    return seat, row


def _free_of_host(run: Run, row: Challenge, role: str, person: Person) -> tuple[Clash, ...]:
    """East Midlands, clause 2.2b: nobody of the authority that is reviewed, and nobody whose judgement is clouded.

    Raises Invalid where something bars; gives what is left: what was waived, and offices of the past.
    """
    found = conflicts_of(person.pk, row.authority_id, run.today)
    if role == "host":
        return ()
    if any(c.source == "office" for c in found):
        raise Invalid(
            f"{person.name} holds an office of {row.authority.name}, which is the one that is challenged.",
            {"person": "Choose somebody of another authority"},
        )
    if any(c.bars for c in found):
        raise Invalid(
            f"{person.name} declared a conflict. Whoever forms the groups must waive it, with a reason, before they "
            "can sit.",
            {"person": "Choose somebody else, or have the conflict waived first"},
        )
    return found


def _nothing_kept_back(row: Challenge, left: Iterable[Clash]) -> None:
    """An office held there until lately is declared before anybody sits, and waived or not: clause 2.2b again."""
    past = [c.words.replace("was ", "were ", 1) for c in left if c.source == "past"]
    if past:
        raise Invalid(
            f"Concord knows that you {'; '.join(past)}: {row.authority.name}. Declare it below. Whoever "
            "forms the groups then decides whether you sit all the same.",
            {"nature": "Choose what it is", "what": "Say what it was"},
        )


def _when_all_answered(run: Run, row: Challenge) -> None:
    """Once nobody is left to answer and somebody sits beside the host, the conflicts are declared."""
    charter = charter_of(row.edition)
    waiting = Seat.objects.filter(challenge=row, state=SEAT.first, ended_at=None).exists()
    sits = len(core.group(row)) > len(core.group(row, "host"))
    if (
        not waiting
        and sits
        and "conflicts" in acts_of(charter, row.activity)
        and "conflicts" not in acts_done(row)
    ):
        core.mark(run, row, "conflicts", in_turn=False)

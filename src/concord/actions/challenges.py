"""Challenges: opened, taken through their acts in turn, closed or called off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from concord.actions import _challenge as core
from concord.actions import _meetings as meetings
from concord.actions._looks import schedule
from concord.actions._reflections import without_reflection
from concord.actions._run import Invalid, Run, action
from concord.queries.challenges import acts_done, facts_of
from concord.queries.membership import holders
from concord.queries.memorandum import charter_of
from concord.queries.packs import to_submit
from concord.queries.standing import edition_in_force, standing_of
from concord.records.models import (
    Act,
    Alliance,
    Authority,
    Challenge,
    Dispute,
    Finding,
    Incident,
    LineOfEnquiry,
    Paper,
    Person,
    Round,
    Slot,
    Theme,
)
from concord.rules.access import Facts
from concord.rules.challenge import (
    ACTIVITIES,
    ACTS,
    CHALLENGE,
    COURSE,
    FORMS,
    act_words,
    acts_of,
    unfinished,
    with_pack,
)
from concord.rules.enquiry import AGREED
from concord.rules.lifecycle import NotNow


@action("challenge.opened")
def open_challenge(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    year: str,
    seats: Mapping[str, Sequence[str]],
    round: Round | None = None,
) -> Challenge:
    """Open one authority's challenge of a year by hand; ``seats`` gives DfE codes by role.

    Raises Invalid where it has one already, takes no part, or no memorandum is in force.
    """
    run.require("challenge.group", Facts(alliance.key, authority.pk, authority.name))
    standing, edition = standing_of(alliance, run.today), edition_in_force(alliance.pk, run.today)
    if edition is None or authority.pk not in standing.by_id:
        raise Invalid(f"{authority.name} takes no part in this alliance now.")
    row = core.opened(
        run, standing=standing, edition=edition, authority=authority, year=year, seats=seats, round=round
    )
    core.journal(
        run, row, "A challenge was opened", ("converse",), seats={r: list(c) for r, c in seats.items()}
    )
    return row


@action("activity.opened")
def open_activity(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    year: str,
    activity: str,
    title: str,
    theme: str = "",
    seats: Sequence[tuple[str, Person]] = (),
) -> Challenge:
    """Open a visit, team review or thematic challenge, and invite its people (role, person).

    Raises Invalid with the fields to mend.
    """
    run.require(FORMS, Facts(alliance.key, authority.pk, authority.name))
    edition = edition_in_force(alliance.pk, run.today)
    faults = {}
    if activity not in ACTIVITIES:
        faults["activity"] = "Choose what it is"
    if not title.strip():
        faults["title"] = "Give it a title"
    if edition is None or authority.pk not in standing_of(alliance, run.today).by_id:
        faults["authority"] = "Choose an authority that takes part today"
    if faults or edition is None:
        raise Invalid("It cannot be opened as it stands.", faults)
    row = Challenge.objects.create(
        alliance=alliance,
        authority=authority,
        edition=edition,
        year=year,
        activity=activity,
        title=title.strip(),
        theme=theme.strip(),
        state=COURSE.first,
        opened_at=run.at,
    )
    core.seat_host(run, row)
    for role, person in seats:
        core.invited(run, row, role, person, "", None)
    core.journal(run, row, f"A {ACTIVITIES[activity].title.lower()} was opened")
    return row


@action("act.done")
def do(run: Run, *, challenge: Challenge, act: str, note: str = "", on: date | None = None) -> Act:
    """Do one act of a challenge in its turn; ``on`` is the day of the conversation, and today for all others.

    Raises NotNow before its turn or where it is done, Invalid where something in it is still missing.
    """
    row, charter = core.begin(run, challenge, ACTS[act].ability)
    made = core.mark(run, row, act, note, on)
    if ready := _READY.get(act):
        ready(run, row, made)
    for roles, sentence in _TOLD.get(act, ()):
        people = core.hosts(run, row) if roles == ("host",) else core.group(row, *roles)
        core.tell(run, row, people, f"{row.title}: {sentence}", _PAGES.get(act, ""))
    said = act_words(charter, row.activity, act)
    core.journal(run, row, f"Done: {said}", (act,), act=act, on=made.on.isoformat())
    return made


@action("act.undone")
def undo(run: Run, *, challenge: Challenge, act: str, reason: str) -> None:
    """Take back that an act was done, with the reason, as long as nothing after it is done. The journal keeps both."""
    row, charter = core.begin(run, challenge, ACTS[act].ability)
    made = Act.objects.filter(challenge=row, act=act).first()
    if made is None:
        raise NotNow("This was not done, so there is nothing to take back.")
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    later = [act_words(charter, row.activity, a) for a in acts_done(row) if act in ACTS[a].after]
    if later:
        raise NotNow(f"Something that follows from it is done: {'; '.join(later)}. Take that back first.")
    made.delete()
    if act == "converse":
        row.held_on = None
        row.save(update_fields=["held_on"])
    said = act_words(charter, row.activity, act)
    core.tell(run, row, core.group(row), f"{row.title}: taken back: {said}. {reason.strip()}"[:400])
    core.journal(run, row, f"Taken back: {said}", (act,), act=act, reason=reason.strip(), note=made.note)


@action("challenge.closed")
def close(run: Run, *, challenge: Challenge, because: str = "") -> Challenge:
    """Close a challenge. What is still missing takes a reason; a reflection takes one for each person.

    Raises NotNow while an incident is not acknowledged or a dispute goes on, or a reflection is missing unexcused.
    """
    move = COURSE.move("close", COURSE.first)
    row, charter = core.begin(run, challenge, move.needs)
    _nothing_burns(row)
    missing = unfinished(charter, row.activity, acts_done(row))
    if "reflect" in missing and (silent := without_reflection(row)):
        names = ", ".join(seat.person.name for seat in silent)
        raise NotNow(f"A reflection is missing, and no reason is given, of: {names}.")
    missing = tuple(a for a in missing if a != "reflect")
    if missing and not because.strip():
        words = "; ".join(act_words(charter, row.activity, a) for a in missing)
        raise Invalid(f"Still to do: {words}.", {"because": "Say why it closes without them"})
    row.state, row.closed_at = move.target or row.state, run.at
    row.closed_because = because.strip() if missing else ""
    row.save(update_fields=["state", "closed_at", "closed_because"])
    core.tell(run, row, core.group(row), f"{row.title} was closed.")
    core.journal(run, row, "Closed", ("reflect",), missing=list(missing), because=row.closed_because)
    return row


@action("challenge.reopened")
def reopen(run: Run, *, challenge: Challenge, reason: str) -> Challenge:
    """Open a closed challenge again, with the reason."""
    row = core.locked(challenge)
    move = COURSE.move("reopen", row.state)
    run.require(move.needs, facts_of(row))
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    row.state, row.closed_at = move.target or row.state, None
    row.save(update_fields=["state", "closed_at"])
    core.tell(run, row, core.group(row), f"{row.title} was opened again: {reason.strip()}"[:400])
    core.journal(run, row, "Opened again", reason=reason.strip(), closed_because=row.closed_because)
    return row


@action("challenge.cancelled")
def cancel(run: Run, *, challenge: Challenge, reason: str) -> Challenge:
    """Call a challenge off, with the reason; its record stays."""
    move = COURSE.move("cancel", COURSE.first)
    row, _ = core.begin(run, challenge, move.needs)
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    row.state, row.closed_at, row.closed_because = move.target or row.state, run.at, reason.strip()
    row.save(update_fields=["state", "closed_at", "closed_because"])
    core.tell(run, row, core.group(row), f"{row.title} was called off: {reason.strip()}"[:400])
    meetings.call_off(run, row)
    core.journal(run, row, "Called off", reason=reason.strip())
    return row


# --- what must be there before an act counts as done, and what it sets ------------------------------------------


def _submit(run: Run, row: Challenge, made: Act) -> None:
    """The self-evaluation of the year is handed in, and the pack is made of it where the charter wants one."""
    there = to_submit(row)
    if there.paper is None:
        raise Invalid(f"The self-evaluation of {row.year} is not handed in yet. Hand it in first.")
    if with_pack(charter_of(row.edition), row.activity) and not there.packed:
        raise Invalid(f"The challenge pack of {row.year} {there.lack}. Make it first.")


def _enquire(run: Run, row: Challenge, made: Act) -> None:
    if not LineOfEnquiry.objects.filter(challenge=row, state__in=AGREED).exists():
        raise Invalid("No line of enquiry is agreed yet. Agree at least one first.")


def _timetable(run: Run, row: Challenge, made: Act) -> None:
    if not Slot.objects.filter(challenge=row, cancelled_at=None).exists():
        raise Invalid("The timetable is still empty. Put at least one meeting into it first.")


def _converse(run: Run, row: Challenge, made: Act) -> None:
    """The day on which it was held, from which looks back are counted; reflections are asked for where they are due."""
    if made.on > run.today:
        raise Invalid(
            "It cannot have been held on a day to come.", {"on": "Enter the day on which it was held"}
        )
    row.held_on = made.on
    row.save(update_fields=["held_on"])
    schedule(run, row, CHALLENGE, made.on)
    if "reflect" in acts_of(charter_of(row.edition), row.activity):
        people = {*core.hosts(run, row), *core.group(row, *_PEERS)}
        core.tell(run, row, people, f"{row.title}: please write your reflection.", "reflections/")


def _record(run: Run, row: Challenge, made: Act) -> None:
    kept = Finding.objects.filter(challenge=row, removed_at=None)
    if not kept.exists():
        raise Invalid("The record is still empty. Write down at least one finding first.")
    if "report" not in acts_of(charter_of(row.edition), row.activity):
        _report(run, row, made)


def _report(run: Run, row: Challenge, made: Act) -> None:
    """The written part is a paper of its own, on the charter's template."""
    written = Paper.objects.filter(challenge=row, document="challenge-record", submitted_at__isnull=False)
    if not written.exists():
        raise Invalid("The written part is not handed in yet. Write it and hand it in first.")


def _respond(run: Run, row: Challenge, made: Act) -> None:
    open_ones = Finding.objects.filter(challenge=row, kind="recommendation", removed_at=None, response="")
    if count := open_ones.count():
        raise Invalid(f"{count} recommendation{' is' if count == 1 else 's are'} not answered yet.")


def _weigh(run: Run, row: Challenge, made: Act) -> None:
    asked = Finding.objects.filter(
        challenge=row, kind="recommendation", removed_at=None, proportionate__isnull=True
    )
    if count := asked.count():
        raise Invalid(f"{count} answer{' is' if count == 1 else 's are'} not judged yet.")


def _themes(run: Run, row: Challenge, made: Act) -> None:
    if not Theme.objects.filter(challenge=row).exists():
        raise Invalid("No theme is written down yet. Write at least one first.")
    sentence = f"{row.title}: its themes are passed on to you."
    core.tell(run, row, core.formers(run, row), sentence, "themes/")


def _deposit(run: Run, row: Challenge, made: Act) -> None:
    chapter = charter_of(row.edition).challenge
    office = chapter.deposited_with if chapter else None
    if office:
        people = holders(row.alliance_id, office, run.today).values_list("pk", flat=True)
        core.tell(run, row, people, f"{row.title}: the report is deposited with you.", "themes/")


_READY: Mapping[str, Callable[[Run, Challenge, Act], None]] = {
    "submit": _submit,
    "enquire": _enquire,
    "timetable": _timetable,
    "converse": _converse,
    "record": _record,
    "report": _report,
    "respond": _respond,
    "weigh": _weigh,
    "themes": _themes,
    "deposit": _deposit,
}
_HOST = ("host",)
_PEERS = ("lead", "triad", "data", "member", "expert", "quality-assurance")
_TOLD: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "request": ((_HOST, "please hand in your self-evaluation and submit it."),),
    "submit": ((_PEERS, "the papers are there to be read."),),
    "enquire": (
        (_HOST, "the key lines of enquiry are agreed."),
        (_PEERS, "the key lines of enquiry are agreed."),
    ),
    "timetable": ((_PEERS, "the host has agreed the timetable."),),
    "converse": ((("lead", "triad"), "it was held; the record can be finished."),),
    "record": ((_HOST, "the record is written."),),
    "report": (
        (_HOST, "the report is there; please answer each recommendation."),
        (_PEERS, "the report is there."),
    ),
    "respond": ((("lead", "triad"), "the host has answered the report; is it in proportion?"),),
    "weigh": ((_HOST, "the group has judged your answers."),),
}
_PAGES = {
    "submit": "reading/",
    "enquire": "lines/",
    "timetable": "timetable/",
    "record": "report/",
    "report": "report/",
    "respond": "report/",
    "weigh": "report/",
    "converse": "room/",
}


def _nothing_burns(row: Challenge) -> None:
    if Incident.objects.filter(challenge=row, acknowledged_at=None).exists():
        raise NotNow("A critical incident is not acknowledged yet.")
    if Dispute.objects.filter(challenge=row, ended_at=None).exists():
        raise NotNow("A dispute is not settled yet.")

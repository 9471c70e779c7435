"""Readings: what each reviewer finds in the papers, alone; opened to the others when all have sent theirs."""

from __future__ import annotations

from collections.abc import Mapping

from concord.actions import _challenge as core
from concord.actions._run import Invalid, Refused, Run, action
from concord.queries.challenges import acts_done
from concord.queries.memorandum import charter_of
from concord.records.models import Challenge, Reading, Seat
from concord.rules.access import Decision
from concord.rules.challenge import ACTS, PARTS, READERS, READS, TRIAD, acts_of, require_turn
from concord.rules.lifecycle import NotNow
from concord.rules.seats import TAKEN

LONGEST = 8000  # characters of one part
ACT = "scrutinise"


@action("reading.saved")
def save(
    run: Run, *, challenge: Challenge, texts: Mapping[str, str], seen_version: int, send: bool = False
) -> Reading:
    """Keep one's own reading; ``texts`` has any of strengths, doubts and questions. ``send``: it is finished.

    Raises NotNow before its turn or once it is sent, Invalid where it was saved elsewhere meanwhile, a part is too
    long, or nothing at all is sent.
    """
    row, charter = core.begin(run, challenge, READS)
    seat = _own(run, row)
    done = acts_done(row)
    if ACT not in done:
        require_turn(charter, row.activity, ACT, done)
    reading = Reading.objects.select_for_update().filter(seat=seat).first() or Reading(seat=seat)
    if reading.sent_at:
        raise NotNow("You have sent your reading. Take it back to change it.")
    if reading.version != seen_version:
        raise Invalid(
            "You saved this in another window meanwhile. That text is on the page; bring the two together and save."
        )
    for name in PARTS:
        setattr(reading, name, texts.get(name, getattr(reading, name)).strip())
    if long := {
        n: f"Write {LONGEST:,} characters or fewer" for n in PARTS if len(getattr(reading, n)) > LONGEST
    }:
        raise Invalid("A part is too long.", long)
    if send and not any(getattr(reading, name) for name in PARTS):
        raise Invalid("There is nothing in it yet.", {"strengths": "Write something in at least one part"})
    reading.version += 1
    reading.saved_at, reading.sent_at = run.at, run.at if send else None
    reading.save()
    # What a reading says, and whether it is sent, is nobody else's business yet: the journal does not tell.
    core.journal(run, row, "A reading was saved", (ACT,))
    if send:
        _open_if_all(run, row)
    return reading


@action("reading.taken-back")
def take_back(run: Run, *, challenge: Challenge) -> Reading:
    """Take up one's own reading again, as long as the readings are not open to all."""
    row, _ = core.begin(run, challenge, READS)
    if ACT in acts_done(row):
        raise NotNow("The others have read it by now.")
    reading = Reading.objects.filter(seat=_own(run, row), sent_at__isnull=False).first()
    if reading is None:
        raise NotNow("You have not sent a reading.")
    reading.sent_at = None
    reading.save(update_fields=["sent_at"])
    core.journal(run, row, "A reading was saved", (ACT,))
    return reading


@action("readings.opened")
def open_now(run: Run, *, challenge: Challenge, because: str) -> None:
    """Open the readings to the team although not all are sent, with the reason."""
    row, charter = core.begin(run, challenge, TRIAD)
    require_turn(charter, row.activity, ACT, acts_done(row))
    if not because.strip():
        raise Invalid("Say why.", {"because": "Say why the others are not waited for"})
    core.mark(run, row, ACT, because)
    _tell(run, row)
    core.journal(run, row, "The readings were opened before all were sent", (ACT,), because=because.strip())


def _own(run: Run, row: Challenge) -> Seat:
    roles = ACTS[ACT].ability.split()[1:]
    seat = Seat.objects.filter(
        challenge=row, person=run.by.person, role__in=roles, state__in=TAKEN, ended_at=None
    ).first()
    if seat is None:
        raise Refused(Decision(False, "no-seat", "You have no seat in this challenge that reads the papers."))
    return seat


def _open_if_all(run: Run, row: Challenge) -> None:
    """Once everybody who must, and everybody who began, has sent theirs."""
    if ACT in acts_done(row):
        return
    sitting = Seat.objects.filter(challenge=row, state__in=TAKEN, ended_at=None)
    must = sitting.filter(role__in=READERS) | sitting.filter(reading__isnull=False)
    if not must.filter(reading__sent_at=None).exists():
        core.mark(run, row, ACT)
        _tell(run, row)


def _tell(run: Run, row: Challenge) -> None:
    """The readings are open; what is asked next, and where, hangs on the charter."""
    asks = "enquire" in acts_of(charter_of(row.edition), row.activity)
    sentence = f"{row.title}: the readings are open.{' Agree the lines of enquiry.' if asks else ''}"
    core.tell(run, row, core.group(row, *READS.split()[1:]), sentence, "lines/" if asks else "reading/")

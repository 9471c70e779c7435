"""Themes that a challenge taught, and words of coaching along its way."""

from __future__ import annotations

from datetime import date

from concord.actions import _challenge as core
from concord.actions._run import Invalid, Run, action
from concord.queries.challenges import acts_done, facts_of
from concord.queries.standing import standing_of
from concord.records.models import Challenge, Contact, Seat, SubRegion, Theme
from concord.rules.challenge import THEMES, acts_of
from concord.rules.lifecycle import NotNow
from concord.rules.seats import TAKEN

LONGEST = 2000
CONTACTS = {"first": "First contact", "coaching": "Coaching"}


@action("theme.recorded")
def record(run: Run, *, challenge: Challenge, kind: str, title: str, text: str = "") -> Theme:
    """Write down a theme: learning, improvement, or (for the growing of leaders) leadership. No child is named."""
    row, _ = core.begin(run, challenge, THEMES, also_closed=True)
    faults = {}
    if kind not in dict(Theme._meta.get_field("kind").flatchoices):
        faults["kind"] = "Choose what it is for"
    if not title.strip() or len(title) > 160:
        faults["title"] = "Name it in 160 characters or fewer"
    if len(text) > LONGEST:
        faults["text"] = f"Write {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("The theme cannot be kept as it stands.", faults)
    member = standing_of(row.alliance, run.today).by_id.get(row.authority_id)
    part = (
        SubRegion.objects.filter(alliance=row.alliance_id, key=member.sub_region).first() if member else None
    )
    theme = Theme.objects.create(
        alliance=row.alliance,
        sub_region=part,
        authority=row.authority,
        challenge=row,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        by=run.who[:200],
        at=run.at,
    )
    core.journal(run, row, "A theme was written down", ("themes",), theme=theme.pk, kind=kind)
    return theme


@action("theme.received")
def receive(run: Run, *, theme: Theme) -> Theme:
    """The lead has taken a theme in."""
    row = core.locked(theme.challenge)  # type: ignore[arg-type]  # those of a challenge alone are passed on
    run.require("challenge.group", facts_of(row))
    theme = Theme.objects.select_for_update().get(pk=theme.pk)
    if theme.received_at:
        raise NotNow(f"{theme.received_by} took this in already.")
    theme.received_by, theme.received_at = run.who[:200], run.at
    theme.save(update_fields=["received_by", "received_at"])
    core.tell(run, row, core.group(row), f"{row.title}: the theme “{theme.title}” was taken in.", "themes/")
    core.journal(run, row, "A theme was taken in", ("themes",), theme=theme.pk)
    return theme


@action("contact.noted")
def note_contact(run: Run, *, challenge: Challenge, kind: str, on: date, note: str = "") -> Contact:
    """A triad director notes the first word with host and lead, or coaching; those who sit read it.

    When each triad director has noted a first contact, the coaching that the memorandum asks for has begun.
    """
    row, charter = core.begin(run, challenge, "sit triad")
    faults = {}
    if kind not in CONTACTS:
        faults["kind"] = "Choose what it was"
    if on > run.today:
        faults["on"] = "Enter the day on which you spoke, not one to come"
    if len(note) > LONGEST:
        faults["note"] = f"Write {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("The note cannot be kept as it stands.", faults)
    sitting = Seat.objects.filter(challenge=row, role="triad", state__in=TAKEN, ended_at=None)
    seat = sitting.get(person=run.by.person)
    made = Contact.objects.create(challenge=row, seat=seat, on=on, kind=kind, note=note.strip(), at=run.at)
    silent = sitting.exclude(pk__in=Contact.objects.filter(challenge=row, kind="first").values("seat"))
    if "coach" in acts_of(charter, row.activity) and "coach" not in acts_done(row) and not silent.exists():
        core.mark(run, row, "coach", in_turn=False)
    core.journal(run, row, f"{CONTACTS[kind]} was noted", ("coach",), on=on.isoformat())
    return made

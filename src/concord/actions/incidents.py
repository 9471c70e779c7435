"""Critical incidents: told to the host director at once, and acknowledged."""

from __future__ import annotations

from concord.actions import _challenge as core
from concord.actions._queue import later
from concord.actions._run import Invalid, Run, action
from concord.queries.challenges import facts_of
from concord.records.models import Challenge, Incident
from concord.rules.challenge import HOST, TEAM
from concord.rules.lifecycle import NotNow

LONGEST = 2000


@action("incident.reported")
def report(run: Run, *, challenge: Challenge, what: str, names_nobody: bool) -> Incident:
    """Report something grave that was met with; the host director is written to at once, in any state.

    The text names no child: ``names_nobody`` confirms it. Raises Invalid otherwise.
    """
    row, _ = core.begin(run, challenge, TEAM, also_closed=True)
    faults = {}
    if not what.strip():
        faults["what"] = "Say what was met with"
    if len(what) > LONGEST:
        faults["what"] = f"Write {LONGEST:,} characters or fewer"
    if not names_nobody:
        faults["names_nobody"] = "Confirm that no child or family can be known from it"
    if faults:
        raise Invalid("The incident cannot be reported as it stands.", faults)
    incident = Incident.objects.create(
        challenge=row,
        what=what.strip(),
        reporter_id=core.person(run),
        reported_by=run.who[:200],
        reported_at=run.at,
    )
    # The sentence travels by e-mail: what happened stays behind the sign-in.
    sentence = f"A critical incident is reported to you: {row.title}. Read and acknowledge it now."
    core.tell(run, row, core.hosts(run, row), sentence, "incidents/", urgent=True)
    later("urgent_post")
    core.journal_apart(
        run, row, "A critical incident was reported to the host director", "incident", incident.pk
    )
    return incident


@action("incident.acknowledged")
def acknowledge(run: Run, *, incident: Incident, note: str = "") -> Incident:
    """The host director has read it, and may say what is being done."""
    row = core.locked(incident.challenge)
    run.require(HOST, facts_of(row))
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    if incident.acknowledged_at:
        raise NotNow(f"{incident.acknowledged_by} acknowledged this already.")
    incident.acknowledged_by, incident.acknowledged_at, incident.note = run.who[:200], run.at, note.strip()
    incident.save()
    people = [incident.reporter_id, *core.group(row, "lead")]
    core.tell(run, row, people, f"{row.title}: the host director acknowledged the incident.", "incidents/")
    core.journal_apart(run, row, "A critical incident was acknowledged", "incident", incident.pk)
    return incident

"""The record of the day: findings written in the room, amended, answered by the host, weighed by the group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from concord.actions import _challenge as core
from concord.actions._run import Invalid, Run, action
from concord.charter import Charter
from concord.queries.challenges import acts_done, facts_of
from concord.records.models import Challenge, Finding, LineOfEnquiry
from concord.rules import access
from concord.rules.challenge import HOST, TEAM, TRIAD, require_turn, waits_for
from concord.rules.lifecycle import NotNow
from concord.rules.records import KINDS, LONGEST, RESPONSES


@dataclass(frozen=True)
class Written:
    """One finding as it was typed. ``client_key`` names it for good, so that sending it again adds nothing."""

    client_key: str
    kind: str
    text: str
    evidence: str = ""
    line: int | None = None  # number of the line of enquiry
    indicator: str = ""
    owner: str = ""
    due: date | None = None


def keep(
    *, by: access.Actor, challenge: Challenge, written: Sequence[Written], at: datetime | None = None
) -> int:
    """Write down what is new among findings; those that came before are left as they are. Returns how many were new.

    Safe to send again whole. Raises Refused, NotNow, or Invalid with the fields of a single one.
    """
    known = Finding.objects.filter(challenge=challenge, client_key__in=[w.client_key for w in written])
    new = {w.client_key: w for w in written}.keys() - set(known.values_list("client_key", flat=True))
    if not new and access.decide(by, TEAM, facts_of(challenge)).allowed:
        return 0
    return len(_keep(by=by, at=at, challenge=challenge, written=written))


@action("findings.kept")
def _keep(run: Run, *, challenge: Challenge, written: Sequence[Written]) -> list[Finding]:
    row, charter = core.begin(run, challenge, TEAM)
    _still_writing(row, charter)
    lines = {line.number: line for line in LineOfEnquiry.objects.filter(challenge=row)}
    known = set(Finding.objects.filter(challenge=row).values_list("client_key", flat=True))
    made = []
    for one in written:
        if one.client_key in known:
            continue
        _check(one)
        known.add(one.client_key)
        made.append(_create(run, row, one, lines.get(one.line or 0)))
    count = len(made)
    core.journal(
        run,
        row,
        f"{count} finding{'' if count == 1 else 's'} written down",
        ("record",),
        findings=[f.pk for f in made],
    )
    return made


def _create(run: Run, row: Challenge, one: Written, line: LineOfEnquiry | None) -> Finding:
    return Finding.objects.create(
        challenge=row,
        kind=one.kind,
        line=line,
        text=one.text.strip(),
        evidence=one.evidence.strip(),
        indicator=one.indicator,
        owner=one.owner.strip()[:160],
        due=one.due,
        client_key=one.client_key,
        by=run.who[:200],
        at=run.at,
    )


@action("finding.amended")
def amend(run: Run, *, finding: Finding, written: Written, seen: str) -> Finding:
    """Word a finding anew; ``seen`` is its text as it stood on the page. The one before is kept, out of the record."""
    row, charter = core.begin(run, finding.challenge, TEAM)
    _still_writing(row, charter)
    before = _live(finding)
    if before.text.strip() != seen.strip():
        raise Invalid(
            f"Somebody changed it meanwhile: “{before.text}”. Bring the two together and save again."
        )
    written = replace(written, client_key=uuid4().hex, indicator=written.indicator or before.indicator)
    _check(written)
    before.removed_at = run.at
    before.save(update_fields=["removed_at"])
    line = LineOfEnquiry.objects.filter(challenge=row, number=written.line or 0).first()
    made = _create(run, row, written, line)
    core.journal(run, row, "A finding was amended", ("record",), finding=made.pk, before=before.pk)
    return made


@action("finding.removed")
def remove(run: Run, *, finding: Finding) -> Finding:
    """Take a finding out of the record. It is kept, unseen, and the journal says who took it out."""
    row, charter = core.begin(run, finding.challenge, TEAM)
    _still_writing(row, charter)
    finding = _live(finding)
    finding.removed_at = run.at
    finding.save(update_fields=["removed_at"])
    core.journal(run, row, "A finding was taken out", ("record",), finding=finding.pk)
    return finding


@action("finding.answered")
def respond(run: Run, *, finding: Finding, response: str, text: str = "") -> Finding:
    """The host answers a recommendation: accepted, partly, or declined; the last two with words."""
    row, charter = core.begin(run, finding.challenge, HOST)
    done = acts_done(row)
    require_turn(charter, row.activity, "respond", done)
    if "respond" in done:
        raise NotNow("The response was sent. Take that back to change it.")
    finding = _live(finding)
    faults = {}
    if response not in RESPONSES:
        faults["response"] = "Choose an answer"
    elif response != "accepted" and not text.strip():
        faults["text"] = "Say why it is not accepted as it stands"
    if len(text) > LONGEST:
        faults["text"] = f"Write {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("The answer cannot be kept as it stands.", faults)
    finding.response, finding.response_text = response, text.strip()
    finding.responded_by, finding.responded_at = run.who[:200], run.at
    finding.save()
    core.journal(
        run,
        row,
        f"A recommendation was answered: {RESPONSES[response].lower()}",
        ("respond",),
        finding=finding.pk,
    )
    return finding


@action("finding.weighed")
def weigh(run: Run, *, finding: Finding, proportionate: bool, text: str = "") -> Finding:
    """The group judges whether an answer is in proportion; where not, with what follows from it."""
    row, charter = core.begin(run, finding.challenge, TRIAD)
    done = acts_done(row)
    require_turn(charter, row.activity, "weigh", done)
    if "weigh" in done:
        raise NotNow("The answers were judged. Take that back to change it.")
    finding = _live(finding)
    if not proportionate and not text.strip():
        raise Invalid("Say what follows.", {"text": "Say why it is not in proportion, and what follows"})
    finding.proportionate, finding.review_text = proportionate, text.strip()
    finding.reviewed_by, finding.reviewed_at = run.who[:200], run.at
    finding.save()
    words = "in proportion" if proportionate else "not in proportion"
    core.journal(run, row, f"An answer was judged {words}", ("weigh",), finding=finding.pk)
    return finding


def _still_writing(row: Challenge, charter: Charter) -> None:
    """From the day of the conversation (its turn has come) until the record is finished."""
    done = acts_done(row)
    if "record" in done:
        raise NotNow("The record is finished. Take that back to change it.")
    if "converse" not in done and waits_for(charter, row.activity, "converse", done):
        require_turn(charter, row.activity, "converse", done)


def _live(finding: Finding) -> Finding:
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.removed_at:
        raise NotNow("This finding was taken out of the record.")
    return finding


def _check(one: Written) -> None:
    faults = {}
    if not 1 <= len(one.client_key) <= 40:
        faults["client_key"] = "Send the page's own key with it"
    if one.kind not in KINDS:
        faults["kind"] = "Choose what it is"
    if not one.text.strip():
        faults["text"] = "Write it down"
    for name, text in (("text", one.text), ("evidence", one.evidence)):
        if len(text) > LONGEST:
            faults[name] = f"Write {LONGEST:,} characters or fewer"
    if faults:
        raise Invalid("The finding cannot be kept as it stands.", faults)

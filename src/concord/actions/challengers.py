"""The register of those who challenge: nominated, trained, available, taken off; and the training they need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from concord.actions._run import Invalid, Refused, Run, action
from concord.queries.challengers import KEEPS, NOMINATES, facts_of, keepers, to_nominate
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Challenge, Challenger, Person, Training, TrainingNeed
from concord.rules.access import Decision, Facts
from concord.rules.challengers import TIERS, lacks_years, roles_for
from concord.rules.lifecycle import NotNow

_OWN = "signed-in"


@action("challenger.nominated")
def nominate(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    person: Person,
    tier: int,
    experience_since: date,
    roles: Sequence[str] = (),
    expertise: str = "",
    available_from: date | None = None,
    available_to: date | None = None,
) -> Challenger:
    """Put somebody who holds an office of the authority on the register; no roles: any that their tier may take.

    Raises Invalid with the fields to mend: also for the third tier without the years that the memorandum asks.
    """
    run.require(NOMINATES, Facts(alliance.key, authority.pk, authority.name))
    standing = standing_of(alliance, run.today)
    chapter = standing.charter.challenge
    if chapter is None:
        raise Invalid("This memorandum asks for no challenge, so it has no register.")
    faults = {}
    if tier not in TIERS:
        faults["tier"] = "Choose the tier"
    elif set(roles) - {r.role for r in roles_for(chapter, tier)}:
        faults["roles"] = f"Choose parts that the {TIERS[tier].lower()} may take"
    if experience_since > run.today:
        faults["experience_since"] = "Give a day that has come"
    elif tier in TIERS and (lacking := lacks_years(chapter.team, tier, experience_since, run.today)):
        faults["experience_since"] = lacking
    if available_from and available_to and available_to < available_from:
        faults["available_to"] = "Give a day after the first"
    if not to_nominate(alliance, authority, run.today).filter(pk=person.pk).exists():
        faults["person"] = (
            f"Choose somebody who holds an office of {authority.name} and is not on the register"
        )
    if faults:
        raise Invalid("The nomination cannot be made as it stands.", faults)
    row = Challenger.objects.create(
        alliance=alliance,
        authority=authority,
        person=person,
        tier=tier,
        experience_since=experience_since,
        roles=list(roles),
        expertise=expertise.strip()[:200],
        available_from=available_from,
        available_to=available_to,
        nominated_by=run.who[:200],
        nominated_at=run.at,
    )
    sentence = f"{person.name} was nominated to challenge others: {authority.name}."
    run.tell([person.pk, *keepers(standing)], "challenger", sentence, _link(row), alliance.key)
    return _journal(run, row, f"{person.name} was put on the register of challengers")


@action("challenger.updated")
def update(
    run: Run,
    *,
    challenger: Challenger,
    available_from: date | None,
    available_to: date | None,
    expertise: str = "",
) -> Challenger:
    """Say when somebody can be asked and what they know; they may do it themselves."""
    row = _locked(challenger)
    _own_or(run, row, NOMINATES)
    if available_from and available_to and available_to < available_from:
        raise Invalid("The days do not fit.", {"available_to": "Give a day after the first"})
    row.available_from, row.available_to, row.expertise = (
        available_from,
        available_to,
        expertise.strip()[:200],
    )
    row.save(update_fields=["available_from", "available_to", "expertise"])
    return _journal(run, row, f"What {row.person.name} offers was put down anew")


@action("challenger.trained")
def record_training(
    run: Run,
    *,
    challenger: Challenger,
    title: str,
    on: date,
    role: str = "",
    meets: Collection[TrainingNeed] = (),
) -> Training:
    """Training that somebody had, for one part or (no role) for any, and the needs of theirs that it meets."""
    row = _locked(challenger)
    run.require(NOMINATES, facts_of(row))
    charter = standing_of(row.alliance, run.today).charter
    known = {r.role for r in charter.challenge.roles} if charter.challenge else set()
    faults = {}
    if not title.strip():
        faults["title"] = "Say what it was"
    if on > run.today:
        faults["on"] = "Give a day that has come: training counts once it was had"
    if role and role not in known:
        faults["role"] = "Choose a part of the challenge"
    if any(n.person_id != row.person_id or n.met_by_id is not None for n in meets):
        faults["meets"] = "Choose needs of this person that are still open"
    if faults:
        raise Invalid("The training cannot be recorded as it stands.", faults)
    made = Training.objects.create(challenger=row, title=title.strip()[:160], on=on, role=role)
    TrainingNeed.objects.filter(pk__in=[n.pk for n in meets]).update(met_by=made)
    _journal(
        run,
        row,
        f"Training of {row.person.name} was recorded: {made.title}",
        ("training-need",) if meets else (),
    )
    return made


@action("challenger.ended")
def end(run: Run, *, challenger: Challenger, on: date) -> Challenger:
    """Take somebody off the register from a day on; they may do it themselves. What they did stays."""
    row = _locked(challenger)
    _own_or(run, row, NOMINATES)
    if row.ended_on is not None:
        raise NotNow("They are off the register already.")
    if on < row.nominated_at.date():
        raise Invalid("The day lies before the nomination.", {"on": "Give a later day"})
    row.ended_on = on
    row.save(update_fields=["ended_on"])
    return _journal(run, row, f"{row.person.name} leaves the register of challengers")


@action("training_need.found")
def note_need(
    run: Run, *, alliance: Alliance, person: Person, need: str, authority: Authority | None = None
) -> TrainingNeed:
    """Note training that somebody needs: one's own need, or whoever keeps the register that of anybody."""
    if run.by.person == person.pk:
        run.require(_OWN)
    else:
        where = Facts(alliance.key, authority.pk, authority.name) if authority else Facts(alliance.key)
        run.require(NOMINATES if authority else KEEPS, where)
    if not need.strip():
        raise Invalid("Say which training is needed.", {"need": "Say which training is needed"})
    row = _needed(run, alliance=alliance, person=person, authority=authority, challenge=None, need=need)
    place = authority.name if authority else alliance.name
    run.journal(
        f"training need {row.pk}",
        f"Training is needed by {person.name}: {place}"[:400],
        alliance=alliance.key,
        authority=authority.code if authority else "",
        clauses=_clauses(alliance, run, ("training-need",)),
    )
    return row


def _needed(
    run: Run,
    *,
    alliance: Alliance,
    person: Person,
    authority: Authority | None,
    challenge: Challenge | None,
    need: str,
) -> TrainingNeed:
    """Write a training need and tell who keeps the register; for actions that journal themselves (a reflection)."""
    row = TrainingNeed.objects.create(
        alliance=alliance,
        person=person,
        authority=authority,
        challenge=challenge,
        need=need.strip(),
        found_at=run.at,
    )
    listed = Challenger.objects.filter(alliance=alliance, person=person, ended_on=None).first()
    link = _link(listed) if listed else f"/alliances/{alliance.key}/challengers/"
    people = keepers(standing_of(alliance, run.today))
    run.tell(people, "challenger", f"{person.name} needs training: {row.need}"[:400], link, alliance.key)
    return row


def _own_or(run: Run, row: Challenger, ability: str) -> None:
    if run.by.person is not None and run.by.person == row.person_id:
        run.require(_OWN)
    else:
        run.require(ability, facts_of(row))


def _locked(challenger: Challenger) -> Challenger:
    rows = Challenger.objects.select_for_update(of=("self",))
    row = rows.select_related("alliance", "authority", "person").get(pk=challenger.pk)
    if row.authority is None:
        raise Refused(Decision(False, "no-authority", "This entry belongs to no authority."))
    return row


def _link(row: Challenger) -> str:
    return f"/alliances/{row.alliance.key}/challengers/{row.pk}/"


def _clauses(alliance: Alliance, run: Run, triggers: Collection[str] = ()) -> list[str]:
    """The commitments of the register; with triggers, those alone that follow from them."""
    commitments = standing_of(alliance, run.today).charter.commitments
    kept = [c for c in commitments if (c.met_by.kind, c.met_by.of) == ("record", "challengers")]
    return [c.id for c in kept if (set(c.after) & set(triggers) if triggers else not c.after)]


def _journal(run: Run, row: Challenger, sentence: str, triggers: Collection[str] = ()) -> Challenger:
    run.journal(
        f"challenger {row.pk}",
        f"{sentence}: {row.authority.name if row.authority else ''}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code if row.authority else "",
        clauses=_clauses(row.alliance, run, triggers),
    )
    return row

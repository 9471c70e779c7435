"""Variations: for an authority in intervention, what is expected of it is agreed one by one, for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from concord.actions._run import Invalid, Run, action
from concord.actions.editions import renew
from concord.charter import Charter
from concord.charter.due import DueError, parse
from concord.queries.membership import who_may
from concord.queries.memorandum import clauses
from concord.queries.standing import Standing, standing_of
from concord.records.models import Alliance, Authority, Variation
from concord.rules import access
from concord.rules.access import Facts
from concord.rules.variations import ABILITY, OTHER, VARIATION, Side


@dataclass(frozen=True)
class Terms:
    """What is proposed: the effect (waive or change), clause ids, a due rule if changed, why, from, to."""

    effect: str
    commitments: tuple[str, ...]
    reason: str
    starts: date
    ends: date
    due: str = ""


@action("variation.proposed")
def propose_variation(
    run: Run, *, alliance: Alliance, authority: Authority, side: str, terms: Terms
) -> Variation:
    """One side proposes to the other that commitments be waived or changed for a time.

    ``side`` is the one that the actor speaks for: “authority” or “lead”. Raises Invalid with the fields to mend.
    """
    if side not in ABILITY:
        raise Invalid("Say for which side you propose this.", {"side": "Choose a side"})
    speaking = cast(Side, side)
    facts = Facts(alliance.key, authority.pk, authority.name)
    run.require(ABILITY[speaking], facts)
    standing = standing_of(alliance, run.today)
    if authority.pk not in standing.by_id:
        raise Invalid(f"{authority.name} takes no part in this alliance now.")
    _check(standing.charter, terms)
    _no_other(alliance, authority, terms)
    variation = Variation.objects.create(
        alliance=alliance,
        authority=authority,
        state=VARIATION.first,
        effect=terms.effect,
        commitments=list(terms.commitments),
        due=terms.due.strip() if terms.effect == "change" else "",
        reason=terms.reason.strip(),
        starts=terms.starts,
        ends=terms.ends,
        proposed_by=run.who,
        proposed_side=side,
        proposer_id=run.by.person,
    )
    sentence = f"A variation was proposed for {authority.name}"
    _journal(run, variation, sentence, standing, effect=terms.effect, commitments=list(terms.commitments))
    _tell(run, variation, f"{sentence}. Please agree or decline it.", standing, OTHER[speaking])
    return variation


def _check(charter: Charter, terms: Terms) -> None:
    owed = {c.id for c in charter.commitments if c.owed_by == "authority"}
    waivable = {charter.memorandum.letter + clause for clause in charter.participation.waivable}
    allowed = owed & waivable if waivable else owed
    faults = {}
    if terms.effect not in ("waive", "change"):
        faults["effect"] = "Choose whether the commitments are waived or changed"
    if not terms.commitments:
        faults["commitments"] = "Choose at least one commitment"
    elif beyond := sorted(set(terms.commitments) - allowed):
        faults["commitments"] = f"These cannot be varied: {', '.join(beyond)}"
    if not terms.reason.strip():
        faults["reason"] = "Say why"
    if terms.ends < terms.starts:
        faults["ends"] = "The last day must not be before the first"
    if terms.effect == "change":
        try:
            parse(terms.due)
        except DueError as error:
            faults["due"] = f"{error.problem}. Write {error.expected}"
    if faults:
        raise Invalid("The variation cannot be proposed as it stands.", faults)


def _no_other(alliance: Alliance, authority: Authority, terms: Terms) -> None:
    others = Variation.objects.filter(
        alliance=alliance,
        authority=authority,
        state__in=("proposed", "agreed", "ended"),
        starts__lte=terms.ends,
        ends__gte=terms.starts,
    )
    for other in others:
        if both := sorted(set(other.commitments) & set(terms.commitments)):
            raise Invalid(
                f"Another variation covers {', '.join(both)} from {other.starts:%-d %B %Y} to "
                f"{other.ends:%-d %B %Y}. Choose other days, or end or withdraw that one first.",
                {"commitments": f"Already covered: {', '.join(both)}"},
            )


@action("variation.agreed")
def agree_variation(run: Run, *, variation: Variation) -> Variation:
    """The other side agrees. One person cannot agree with themselves."""
    variation, standing = _locked(run, variation)
    _require_other_side(run, variation)
    if run.by.person is not None and run.by.person == variation.proposer_id:
        raise Invalid("You proposed this yourself, so somebody else has to agree it for the other side.")
    variation.state = VARIATION.move("agree", variation.state).target or variation.state
    variation.agreed_by, variation.agreed_at = run.who, run.at
    variation.save(update_fields=["state", "agreed_by", "agreed_at"])
    renew(variation.alliance)
    sentence = f"A variation was agreed with {variation.authority.name}"
    _journal(run, variation, sentence, standing)
    _tell(run, variation, f"{sentence}.", standing, cast(Side, variation.proposed_side))
    return variation


@action("variation.declined")
def decline_variation(run: Run, *, variation: Variation) -> Variation:
    """The other side declines; what the memorandum asks stays as it was."""
    variation, standing = _locked(run, variation)
    _require_other_side(run, variation)
    return _moved(run, variation, standing, "decline")


@action("variation.withdrawn")
def withdraw_variation(run: Run, *, variation: Variation) -> Variation:
    """The side that proposed takes it back before it is agreed."""
    variation, standing = _locked(run, variation)
    run.require(ABILITY[cast(Side, variation.proposed_side)], _facts(variation))
    return _moved(run, variation, standing, "withdraw")


@action("variation.ended")
def end_variation(run: Run, *, variation: Variation, last_day: date) -> Variation:
    """Either side ends an agreed variation before its time; the commitments hold again from the next day."""
    variation, standing = _locked(run, variation)
    facts = _facts(variation)
    mine = [a for a in ABILITY.values() if access.decide(run.by, a, facts).allowed]
    run.require(mine[0] if mine else ABILITY["lead"], facts)
    VARIATION.move("end", variation.state)
    if not variation.starts <= last_day <= (variation.ends or date.max):
        raise Invalid(
            f"It runs from {variation.starts:%-d %B %Y} to {variation.ends:%-d %B %Y}.",
            {"last_day": "Enter a day within it"},
        )
    variation.ends = last_day
    variation.save(update_fields=["ends"])
    return _moved(run, variation, standing, "end", last_day=last_day.isoformat())


def _locked(run: Run, variation: Variation) -> tuple[Variation, Standing]:
    row = Variation.objects.select_for_update(of=("self",)).select_related("authority")
    found = row.get(pk=variation.pk)
    found.alliance = variation.alliance  # the caller's own, so that what they hold of it is renewed too
    return found, standing_of(found.alliance, run.today)


def _facts(variation: Variation) -> Facts:
    return Facts(variation.alliance.key, variation.authority_id, variation.authority.name)


def _require_other_side(run: Run, variation: Variation) -> None:
    run.require(ABILITY[OTHER[cast(Side, variation.proposed_side)]], _facts(variation))


def _moved(run: Run, variation: Variation, standing: Standing, name: str, **detail: object) -> Variation:
    move = VARIATION.move(name, variation.state)
    variation.state = move.target or variation.state
    variation.save(update_fields=["state"])
    renew(variation.alliance)
    sentence = f"A variation for {variation.authority.name} was {move.done}"
    _journal(run, variation, sentence, standing, **detail)
    for side in ABILITY:
        _tell(run, variation, f"{sentence}.", standing, side)
    return variation


def _journal(run: Run, variation: Variation, sentence: str, standing: Standing, **detail: object) -> None:
    run.journal(
        f"variation {variation.pk}",
        sentence,
        alliance=variation.alliance.key,
        authority=variation.authority.code,
        clauses=clauses(standing.charter, "record", "variation"),
        detail=detail,
    )


def _tell(run: Run, variation: Variation, sentence: str, standing: Standing, side: Side) -> None:
    people = who_may(standing, ABILITY[side], variation.authority_id)
    link = f"/alliances/{variation.alliance.key}/members/{variation.authority.code}/variations/"
    run.tell(people, "variation", sentence, link, variation.alliance.key)


__all__ = [
    "Terms",
    "agree_variation",
    "decline_variation",
    "end_variation",
    "propose_variation",
    "withdraw_variation",
]

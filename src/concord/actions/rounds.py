"""Forming the groups of a year: proposed with a proof, wished for, changed by hand, agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalogue.periods import Period
from concord.actions import _challenge as challenges
from concord.actions._run import Invalid, Run, action
from concord.charter.words import listed
from concord.queries.forming import begun
from concord.queries.membership import people_who_see
from concord.queries.rounds import clauses_of, directors_of, facts_of, place_of, setting_of, wants_kept
from concord.queries.standing import Standing, edition_in_force, standing_of
from concord.records.models import Alliance, Authority, Challenge, Round, SubRegion, Wish
from concord.rules import proposals
from concord.rules.challenge import COURSE, hosts_of, seats_of
from concord.rules.grouping import HEAVIEST, WEIGHTS, Grouping, Setting, reckon
from concord.rules.proposals import Impossible, Proposal, not_kept
from concord.rules.rounds import ROUND


@action("round.proposed")
def propose(
    run: Run,
    *,
    alliance: Alliance,
    year: str,
    sub_region: SubRegion | None = None,
    weights: Mapping[str, int] | None = None,
) -> Round:
    """Work out the best grouping of a year, of the alliance or one of its sub-regions; the first call begins it.

    ``weights`` (0 to HEAVIEST, by the keys of TERMS) are kept; without them those of last time hold. What was changed
    by hand is replaced. Where no grouping is possible, that is kept with what stands in the way, and no groups.
    """
    standing = standing_of(alliance, run.today)
    row = _begun(run, standing, alliance, year, sub_region)
    run.require("challenge.group", facts_of(row, standing))
    ROUND.move("propose", row.state)
    if weights is not None:
        row.wishes = _weights(weights)
    setting = setting_of(standing, row)
    found = proposals.propose(setting)
    before = {"reopened": row.proposal["reopened"]} if "reopened" in row.proposal else {}
    row.proposal = kept(setting, found) | before
    row.groups = found.groups if isinstance(found, Proposal) else []
    row.made_by, row.made_at = run.who[:200], run.at
    return _saved(run, row, "Groups were proposed", standing, points=row.proposal.get("points"))


@action("round.wished")
def wish(
    run: Run,
    *,
    round: Round,
    one: Authority,
    other: Authority,
    kind: str,
    must: bool = False,
    reason: str = "",
) -> Wish:
    """Ask that two authorities be together or apart; ``must``: whatever it costs, and then with a reason.

    An earlier wish about the same two is replaced. Groups are not proposed anew by it.
    """
    row, standing = _locked(run, round, "wish")
    members = {m.id for m in place_of(standing, row).members}
    faults = {}
    if kind not in ("together", "apart"):
        faults["kind"] = "Choose together or apart"
    if one.pk not in members or other.pk not in members or one.pk == other.pk:
        faults["other"] = "Choose two different authorities that are grouped here"
    if must and not reason.strip():
        faults["reason"] = "Say why it must be, whatever it costs"
    if faults:
        raise Invalid("The wish cannot be kept as it stands.", faults)
    first, second = sorted((one, other), key=lambda a: a.code)
    told, _ = Wish.objects.update_or_create(
        round=row,
        one=first,
        other=second,
        defaults={"kind": kind, "must": must, "reason": reason.strip(), "by": run.who[:200], "at": run.at},
    )
    asked = "must be" if must else "are wished"
    _journal(run, row, f"{first.name} and {second.name} {asked} {kind}", standing)
    return told


@action("round.wish_dropped")
def unwish(run: Run, *, wish: Wish) -> Round:
    """Take a wish back."""
    row, standing = _locked(run, wish.round, "wish")
    sentence = f"The wish about {wish.one.name} and {wish.other.name} was taken back"
    Wish.objects.filter(pk=wish.pk).delete()
    return _journal(run, row, sentence, standing)


@action("round.changed")
def change(run: Run, *, round: Round, groups: Grouping, seen_version: int) -> Round:
    """Put other groups in place of those that stand. Raises Invalid where they break what must hold.

    A conflict gives way to its waiver, a wish that must be to its being taken back; not to a change by hand.
    """
    row, standing = _locked(run, round, "change")
    if row.version != seen_version:
        raise Invalid(
            "These groups were changed meanwhile. Look at them as they are now, then change them again."
        )
    setting = setting_of(standing, row)
    told = reckon(setting, groups)
    if told.broken:
        raise Invalid("This cannot be: " + " ".join(told.broken))
    before = row.proposal.get("points")
    row.groups = groups
    cost = None if before is None else round_points(told.points - before)
    return _saved(run, row, "Groups were changed by hand", standing, costs=cost)


@action("round.agreed")
def agree(run: Run, *, round: Round, seen_version: int) -> Round:
    """Agree the groups as they stand: every host's challenge is opened, and everybody invited.

    Raises Invalid where there are none, they were changed meanwhile, or they break what must hold today.
    """
    row, standing = _locked(run, round, "agree")
    if row.version != seen_version:
        raise Invalid("These groups were changed meanwhile. Look at them as they are now, then agree them.")
    if not row.groups:
        raise Invalid("There are no groups to agree.")
    told = reckon(setting_of(standing, row), row.groups)
    if told.broken:
        raise Invalid("They cannot be agreed: " + " ".join(told.broken))
    row.state, row.agreed_at = ROUND.move("agree", row.state).target or row.state, run.at
    by_code = {a.code: a for a in Authority.objects.filter(code__in=standing.by_code)}
    for group in row.groups:
        for host in hosts_of(group):
            challenges.opened(
                run,
                standing=standing,
                edition=row.edition,
                authority=by_code[host],
                year=row.year,
                seats=seats_of(group, host),
                round=row,
            )
    place = place_of(standing, row)
    sentence = f"The groups of {row.year} were agreed: {place.name}."
    told_of = (
        people_who_see(row.alliance, "round", "", run.today) if not place.key else _directors(standing, row)
    )
    run.tell(told_of, "round", sentence, _link(row), standing.key)
    return _saved(run, row, "Groups were agreed", standing, groups=row.groups)


@action("round.reopened")
def reopen(run: Run, *, round: Round, reason: str) -> Round:
    """Open agreed groups again, with the reason, while no challenge of theirs has begun.

    Their challenges are called off and every seat ends; all who were invited are told. The groups stay as the
    proposal to go on from. Raises Invalid without a reason, or naming the challenges that have begun.
    """
    row, standing = _locked(run, round, "reopen")
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    challenges_of = Challenge.objects.select_for_update().filter(round=row, state=COURSE.first)
    rows = list(challenges_of.order_by("pk"))
    if names := begun(row):
        raise Invalid(
            f"These groups stay, because the challenge of {listed(names)} has begun. Where somebody cannot take part, "
            "change who sits on the page of that challenge."
        )
    row.state, row.agreed_at = ROUND.move("reopen", row.state).target or row.state, None
    told = {"at": run.at.isoformat(), "by": run.who, "reason": reason.strip()}
    row.proposal = row.proposal | {"reopened": [*row.proposal.get("reopened", ()), told]}
    for challenge in rows:
        challenges.withdrawn(run, challenge, reason.strip())
    return _saved(run, row, "Groups were opened again", standing, reason=reason.strip(), groups=row.groups)


def round_points(points: float) -> float:
    """Points as they are kept: six places."""
    return round(points, 6)


def kept(setting: Setting, found: Proposal | Impossible) -> dict[str, Any]:
    """A proposal as it is kept with its round."""
    common: dict[str, Any] = {"wants": wants_kept(setting)}
    if isinstance(found, Impossible):
        return common | {"impossible": {"why": found.why, "give_way": list(found.give_way)}}
    unmet = reckon(setting, found.groups).unmet
    return common | {
        "groups": found.groups,
        "points": round_points(found.points),
        "bound": round_points(found.bound),
        "proven": found.proven,
        "weighed": found.weighed,
        "possible": found.possible,
        "not_kept": [
            {"wish": n.want.id, "words": n.words, "points": n.points, "against": list(n.against)}
            for n in not_kept(setting, found, unmet)
        ],
    }


def _begun(
    run: Run, standing: Standing, alliance: Alliance, year: str, sub_region: SubRegion | None
) -> Round:
    """The round, locked; a new one where there is none yet."""
    chapter, edition = standing.charter.challenge, edition_in_force(alliance.pk, run.today)
    if chapter is None or edition is None:
        raise Invalid("This memorandum asks for no challenge, so there are no groups to form.")
    if (sub_region is not None) != (chapter.within == "sub-region"):
        where = "in each sub-region" if chapter.within == "sub-region" else "for the alliance as a whole"
        raise Invalid(f"The memorandum has groups formed {where}.")
    try:
        if Period.parse(year).kind != "year":
            raise ValueError
    except ValueError:
        raise Invalid("Choose a year.", {"year": "Choose a year such as 2026-27"}) from None
    found = Round.objects.filter(alliance=alliance, sub_region=sub_region, year=year).first()
    if found is not None:
        rows = Round.objects.select_for_update(of=("self",)).select_related(
            "alliance", "sub_region", "edition"
        )
        return rows.get(pk=found.pk)
    return Round.objects.create(
        alliance=alliance,
        sub_region=sub_region,
        edition=edition,
        year=year,
        state=ROUND.first,
        wishes=dict(WEIGHTS),
        made_by=run.who[:200],
        made_at=run.at,
    )


def _weights(given: Mapping[str, int]) -> dict[str, int]:
    faults = {
        key: f"Enter a whole number from 0 to {HEAVIEST}"
        for key, weight in given.items()
        if key not in WEIGHTS or not 0 <= weight <= HEAVIEST
    }
    if faults:
        raise Invalid("A weight is not one that can be given.", faults)
    return {**WEIGHTS, **given}


def _locked(run: Run, round: Round, move: str) -> tuple[Round, Standing]:
    """The round, locked and decided on, in a state that allows the move."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("alliance", "sub_region", "edition")
    row = rows.get(pk=round.pk)
    standing = standing_of(row.alliance, run.today)
    run.require("challenge.group", facts_of(row, standing))
    ROUND.move(move, row.state)
    return row, standing


def _directors(standing: Standing, row: Round) -> list[int]:
    ids = {m.id for m in place_of(standing, row).members}
    return [person for people in directors_of(standing, ids).values() for person in people]


def _link(row: Round) -> str:
    return f"/alliances/{row.alliance.key}/groups/{row.pk}/"


def _saved(run: Run, row: Round, sentence: str, standing: Standing, **detail: Any) -> Round:
    row.version += 1
    row.save()
    return _journal(run, row, sentence, standing, **detail)


def _journal(run: Run, row: Round, sentence: str, standing: Standing, **detail: Any) -> Round:
    run.journal(
        f"round {row.pk}",
        f"{sentence}: {place_of(standing, row).name}, {row.year}"[:400],
        alliance=row.alliance.key,
        clauses=clauses_of(standing.charter),
        detail={"version": row.version} | detail,
    )
    return row

"""What every action on a challenge shares: the row locked, its facts, acts done, whom to tell, what is journalled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from concord.actions import _meetings as meetings
from concord.actions._run import Invalid, Refused, Run
from concord.charter import Charter
from concord.queries.challenges import acts_done, address, facts_of, person_of_host
from concord.queries.membership import holders, who_may
from concord.queries.memorandum import charter_of, clauses
from concord.queries.standing import Standing, standing_of
from concord.records.models import Act, Authority, Challenge, Edition, Person, Round, Seat
from concord.rules.access import Decision
from concord.rules.challenge import (
    CHALLENGE,
    COURSE,
    activity_title,
    require_turn,
    role_title,
)
from concord.rules.lifecycle import NotNow
from concord.rules.seats import SEAT, TAKEN
from concord.rules.stages import duty_of

BY_ITSELF = ("data", "logistics")
"""Roles that an office of the alliance fills without being chosen."""


def locked(challenge: Challenge) -> Challenge:
    """The challenge, held for this transaction, with what an action needs of it."""
    rows = Challenge.objects.select_for_update(of=("self",))
    return rows.select_related("alliance", "authority", "edition").get(pk=challenge.pk)


def begin(
    run: Run, challenge: Challenge, ability: str, *, also_closed: bool = False
) -> tuple[Challenge, Charter]:
    """The challenge, locked and decided on, with its charter. Raises NotNow where it is no longer under way."""
    row = locked(challenge)
    run.require(ability, facts_of(row))
    if not also_closed and row.state != COURSE.first:
        raise NotNow(
            f"This challenge is {COURSE.states[row.state].lower()}, so nothing in it changes any more."
        )
    return row, charter_of(row.edition)


def opened(
    run: Run,
    *,
    standing: Standing,
    edition: Edition,
    authority: Authority,
    year: str,
    seats: Mapping[str, Sequence[str]],
    round: Round | None = None,
) -> Challenge:
    """Write one authority's challenge of a year with its seats, without a journal entry of its own.

    ``seats`` gives DfE codes by role (`rules.challenge.seats_of`); the host sits at once, and the data specialist
    and logistics officer are invited by their offices. One that was called off is taken up again, with what was
    done in it. Raises Invalid where the authority has one this year.
    """
    of = {"alliance_id": standing.id, "authority": authority, "year": year, "activity": CHALLENGE}
    found = Challenge.objects.select_for_update().filter(**of).first()
    challenge = found or Challenge(**of, state=COURSE.first)
    if found:
        try:
            challenge.state = COURSE.move("resume", found.state).target or found.state
        except NotNow:
            raise Invalid(f"{authority.name} has its challenge of {year} already.") from None
        _end_seats(run, found, "The challenge was opened anew")
    challenge.edition, challenge.round, challenge.opened_at = edition, round, run.at
    challenge.closed_at, challenge.closed_because = None, ""
    challenge.title = f"{activity_title(standing.charter, CHALLENGE)}, {authority.name}, {year}"
    challenge.save()
    seat_host(run, challenge)
    chapter = standing.charter.challenge
    for role in chapter.roles if chapter else ():
        for code in seats.get(role.role, ()):
            sitting = Authority.objects.get(code=code)
            _invite_holder(run, challenge, role.role, role.office, sitting)
        if role.role in BY_ITSELF and role.role not in seats and role.number:
            _invite_holder(run, challenge, role.role, role.office, None)
    return challenge


def withdrawn(run: Run, challenge: Challenge, reason: str) -> None:
    """Call off a challenge that has not begun, because its group is formed anew: every seat ends, its people told."""
    challenge.state = COURSE.move("cancel", challenge.state).target or challenge.state
    challenge.closed_at, challenge.closed_because = run.at, reason
    challenge.save()
    people = _end_seats(run, challenge, reason)
    Act.objects.filter(challenge=challenge).delete()  # nothing but the answers to the invitations
    sentence = f"Your part in it ended, since the groups are formed anew: {challenge.title}. {reason}"
    tell(run, challenge, people, sentence[:400])


def _end_seats(run: Run, challenge: Challenge, why: str) -> list[int]:
    """End every seat that is offered or taken; whose they were."""
    seats = Seat.objects.filter(challenge=challenge, ended_at=None)
    people = list(seats.values_list("person", flat=True))
    seats.update(state=SEAT.move("end", SEAT.first).target, ended_at=run.at, why=why)
    return people


def seat_host(run: Run, challenge: Challenge) -> None:
    """The director of the authority sits as host from the start; told so."""
    host = person_of_host(challenge, run.today)
    if host is None:
        return
    seat = _seat(run, challenge, "host", host, "director", challenge.authority)
    seat.state, seat.answered_at = SEAT.move("accept", seat.state).target or "", run.at
    seat.save()
    tell(run, challenge, [host.pk], f"{challenge.title} has been opened.")


def _invite_holder(
    run: Run, challenge: Challenge, role: str, office: str, authority: Authority | None
) -> None:
    """Invite whoever holds an office: the first who is not of the host authority. Nobody there: the place is free."""
    found = holders(challenge.alliance_id, office, run.today, authority.pk if authority else None)
    host = person_of_host(challenge, run.today)
    person = next((p for p in found.order_by("pk") if p != host), None)
    if person is not None:
        invited(run, challenge, role, person, office, authority)


def invited(
    run: Run, challenge: Challenge, role: str, person: Person, office: str, authority: Authority | None
) -> Seat:
    """Offer a seat and tell the person; no journal entry."""
    seat = _seat(run, challenge, role, person, office, authority)
    title = role_title(charter_of(challenge.edition), role)
    sentence = (
        f"You are asked to take part as {title[0].lower()}{title[1:]}: {challenge.title}. Please answer."
    )
    tell(run, challenge, [person.pk], sentence, "answer/")
    meetings.join(run, challenge, person.pk)
    return seat


def _seat(
    run: Run, challenge: Challenge, role: str, person: Person, office: str, authority: Authority | None
) -> Seat:
    return Seat.objects.create(
        challenge=challenge,
        role=role,
        person=person,
        office=office,
        authority=authority,
        state=SEAT.first,
        invited_at=run.at,
    )


def person(run: Run) -> int:
    """Who acts. Raises Refused for somebody who is nobody in particular."""
    if run.by.person is None:
        raise Refused(Decision(False, "sign-in", "Sign in to do this."))
    return run.by.person


def group(challenge: Challenge, *roles: str) -> list[int]:
    """The people who sit in a challenge, in some roles or in any."""
    seats = Seat.objects.filter(challenge=challenge, state__in=TAKEN, ended_at=None)
    return list((seats.filter(role__in=roles) if roles else seats).values_list("person", flat=True))


def hosts(run: Run, challenge: Challenge) -> list[int]:
    """The director of the host authority today, and whoever sits as host."""
    today = holders(challenge.alliance_id, "director", run.today, challenge.authority_id)
    return [*group(challenge, "host"), *today.values_list("pk", flat=True)]


def formers(run: Run, challenge: Challenge) -> list[int]:
    """Who forms the groups, and so answers for who sits in them."""
    standing = standing_of(challenge.alliance, run.today)
    return who_may(standing, "challenge.group", challenge.authority_id)


def tell(
    run: Run, challenge: Challenge, people: Iterable[int], sentence: str, part: str = "", urgent: bool = False
) -> None:
    """Queue a notice that leads to a page of the challenge."""
    link = address(challenge) + part
    run.tell(people, "challenge", sentence, link, challenge.alliance.key, urgent)


def journal(run: Run, challenge: Challenge, sentence: str, acts: Collection[str] = (), **detail: Any) -> None:
    """The action's entry, with the clauses of the acts that it has to do with."""
    charter = charter_of(challenge.edition)
    duties = (duty_of(charter, act) for act in acts) if challenge.activity == CHALLENGE else ()
    run.journal(
        f"challenge {challenge.pk}",
        f"{sentence}: {challenge.title}"[:400],
        alliance=challenge.alliance.key,
        authority=challenge.authority.code,
        clauses=dict.fromkeys(duty.id for duty in duties if duty),
        detail=detail,
    )


def journal_apart(run: Run, row: Challenge, sentence: str, kind: str, number: int) -> None:
    """That and when, never what: the journal is seen by more people than an incident or a dispute is."""
    run.journal(
        f"challenge {row.pk}",
        f"{sentence}: {row.title}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        clauses=clauses(charter_of(row.edition), "record", kind),
        detail={kind: number},
    )


def mark(
    run: Run, challenge: Challenge, act: str, note: str = "", on: date | None = None, *, in_turn: bool = True
) -> Act:
    """Write that an act was done; once. ``in_turn``: refuse it before its turn (NotNow)."""
    charter, done = charter_of(challenge.edition), acts_done(challenge)
    if in_turn:
        require_turn(charter, challenge.activity, act, done)
    if act in done:
        raise NotNow("This was done already.")
    return Act.objects.create(
        challenge=challenge,
        act=act,
        person_id=run.by.person,
        by=run.who[:200],
        on=on or run.today,
        at=run.at,
        note=note.strip(),
    )

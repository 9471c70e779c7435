"""People come and go; offices stay. A duty belongs to the office, so a change of holder moves it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from concord.actions._run import Invalid, Run, action
from concord.charter import Charter
from concord.queries.memorandum import clauses
from concord.queries.standing import on, standing_of
from concord.records.models import Alliance, Authority, Body, Delegation, Person, SubRegion, Tenure
from concord.rules import access
from concord.rules.access import Facts, Holding


@action("person.appointed")
def appoint(
    run: Run,
    *,
    alliance: Alliance,
    office: str,
    email: str,
    name: str,
    starts: date,
    authority: Authority | None = None,
    body: Body | None = None,
    sub_region: SubRegion | None = None,
    succeeds: bool = False,
) -> Tenure:
    """Put a person in an office from a day; a person new to Concord is invited by e-mail.

    The place is the authority (or the body that answers for several), the sub-region, or neither for an office
    of the alliance or of a partner. ``succeeds``: whoever holds the office there now ends the day before.
    Raises Invalid when the office is not in the charter or the place does not fit it.
    """
    charter = standing_of(alliance, run.today).charter
    _require_over(run, alliance, authority, body)
    place = {"authority": authority, "body": body, "sub_region": sub_region}
    _fits(charter, office, place)
    person, new = _known_or_invited(run, email, name)
    if succeeds:
        _end_before(alliance, office, place, starts)
    _not_twice(person, alliance, office, place, starts)
    partner = charter.office(office).partner or ""
    tenure = Tenure.objects.create(
        person=person, alliance=alliance, office=office, partner=partner, starts=starts, **place
    )
    title = charter.office(office).title
    where = next((str(p) for p in place.values() if p is not None), alliance.name)
    run.journal(
        f"tenure {tenure.pk}",
        f"{person.name} became {title}, {where}",
        alliance=alliance.key,
        authority=authority.code if authority else "",
        clauses=clauses(charter, "office", office),
        detail={"office": office, "starts": starts.isoformat(), "succeeds": succeeds},
    )
    if new:
        _invite(run, person, f"You were made {title}, {where}.", alliance.key)
    else:
        run.tell([person.pk], "appointment", f"You were made {title}, {where}.", "/me/", alliance.key)
    return tenure


def _require_over(run: Run, alliance: Alliance, authority: Authority | None, body: Body | None) -> None:
    """Over a body: over every authority for which it answers. The keeper of the instance may always."""
    if run.by.operator:
        run.require(access.OPERATE)
        return
    over = [authority] if authority else []
    if body:
        answers = body.answers.filter(on(run.today), authority__participations__alliance=alliance)
        over = list(Authority.objects.filter(pk__in=answers.values("authority")))
    for one in over:
        run.require("people.manage", Facts(alliance.key, one.pk, one.name))
    if not over:
        run.require("people.manage", Facts(alliance.key))


def _known_or_invited(run: Run, email: str, name: str) -> tuple[Person, bool]:
    """The person with that address; a new one cannot sign in until they choose a password."""
    faults = {}
    try:
        validate_email(email.strip())
    except ValidationError:
        faults["email"] = "Enter an e-mail address, such as name@council.gov.uk"
    if not name.strip():
        faults["name"] = "Enter the person’s name"
    if faults:
        raise Invalid("The person cannot be appointed as it stands.", faults)
    return Person.objects.get_or_create(
        email=email.strip().lower(),
        defaults={"name": name.strip(), "invited_at": run.at, "password": make_password(None)},
    )


def _invite(run: Run, person: Person, sentence: str, alliance: str) -> None:
    run.tell(
        [person.pk], "invitation", f"{sentence} Choose a password to sign in to Concord.", "/", alliance, True
    )


def _not_twice(person: Person, alliance: Alliance, office: str, place: dict[str, Any], starts: date) -> None:
    held = Tenure.objects.filter(person=person, alliance=alliance, office=office, **place)
    if held.filter(Q(ends__isnull=True) | Q(ends__gte=starts)).exists():
        raise Invalid(
            f"{person.name} holds this office there already.", {"email": "They hold this office already"}
        )


def _fits(charter: Charter, office: str, place: dict[str, Any]) -> None:
    try:
        of = charter.office(office).of
    except KeyError:
        raise Invalid(f"The memorandum knows no office “{office}”", {"office": "Choose an office"}) from None
    given = {kind for kind, where in place.items() if where is not None}
    fits = {"authority": ({"authority"}, {"body"}), "sub-region": ({"sub_region"},)}.get(of, (set(),))
    if given not in fits:
        raise Invalid(
            f"The office “{office}” is of the {of}: name that and nothing else", {"place": "Choose where"}
        )


def _end_before(alliance: Alliance, office: str, place: dict[str, Any], starts: date) -> None:
    Tenure.objects.filter(alliance=alliance, office=office, **place).filter(
        Q(ends__isnull=True) | Q(ends__gte=starts), starts__lt=starts
    ).update(ends=starts - timedelta(days=1))


@action("person.left")
def end_tenure(run: Run, *, tenure: Tenure, last_day: date) -> None:
    """Somebody leaves an office after a last day. Their history stays; their duties wait for whoever follows."""
    tenure = Tenure.objects.select_for_update(of=("self",)).get(pk=tenure.pk)
    authority = tenure.authority
    _require_over(run, tenure.alliance, authority, tenure.body)
    if last_day < tenure.starts:
        raise Invalid("The last day is before the first.", {"last_day": "Enter a day on or after the first"})
    tenure.ends = last_day
    tenure.save(update_fields=["ends"])
    run.journal(
        f"tenure {tenure.pk}",
        f"{tenure.person.name} leaves the office {tenure.office} after {last_day:%-d %B %Y}",
        alliance=tenure.alliance.key,
        authority=authority.code if authority else "",
        detail={"office": tenure.office, "ends": last_day.isoformat()},
    )


# What a holder does in person.
NOT_LENT = frozenset({"delegate", "memorandum.sign"})


@action("office.delegated")
def delegate(
    run: Run,
    *,
    tenure: Tenure,
    abilities: list[str],
    starts: date,
    ends: date | None,
    to: Person | None = None,
    email: str = "",
    name: str = "",
    note: str = "",
) -> Delegation:
    """The holder lets somebody else do named things in the office, for a time. The holder keeps the duty.

    The other is ``to``, or whoever has the e-mail address; a person new to Concord is invited by name.
    """
    facts = Facts(tenure.alliance.key, tenure.authority_id)
    holding = _own_holding(run, tenure, facts)
    beyond = sorted(set(abilities) - (holding.may - NOT_LENT))
    if beyond or not abilities:
        raise Invalid(
            "Choose at least one thing that your office does and may hand on"
            + (f"; not: {', '.join(beyond)}." if beyond else "."),
            {"abilities": "Choose what is delegated"},
        )
    if ends and ends < starts:
        raise Invalid("The last day is before the first.", {"ends": "Enter a day on or after the first"})
    new = False
    if to is None:
        to, new = _known_or_invited(run, email, name)
    if to.pk == run.by.person:
        raise Invalid("You hold this office yourself.", {"email": "Enter somebody else’s address"})
    delegation = Delegation.objects.create(
        tenure=tenure, to=to, abilities=sorted(abilities), starts=starts, ends=ends, note=note.strip()
    )
    run.journal(
        f"tenure {tenure.pk}",
        f"{run.by.name} delegated to {to.name}",
        alliance=tenure.alliance.key,
        authority=tenure.authority.code if tenure.authority else "",
        detail={
            "abilities": sorted(abilities),
            "starts": starts.isoformat(),
            "ends": ends and ends.isoformat(),
        },
    )
    sentence = f"{run.by.name} asks you to act as {holding.title}, {holding.place}."
    if new:
        _invite(run, to, sentence, tenure.alliance.key)
    else:
        run.tell([to.pk], "delegation", sentence, "/me/", tenure.alliance.key)
    return delegation


def _own_holding(run: Run, tenure: Tenure, facts: Facts) -> Holding:
    """The actor's own holding of a tenure. For a place without an authority any office of it will do."""
    holding = next((h for h in run.by.holdings if h.tenure == tenure.pk and not h.delegated_by), None)
    if holding is None:
        raise Invalid("Only the holder of an office can delegate in it.")
    if facts.authority is None and holding.authorities:
        facts = Facts(facts.alliance, min(holding.authorities))
    run.require("delegate", facts)
    run.holding = holding
    return holding


@action("delegation.ended")
def end_delegation(run: Run, *, delegation: Delegation, last_day: date) -> None:
    """The holder takes a delegation back, after a last day."""
    delegation = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    tenure = delegation.tenure
    _own_holding(run, tenure, Facts(tenure.alliance.key, tenure.authority_id))
    if last_day < delegation.starts:
        raise Invalid(
            f"It began on {delegation.starts:%-d %B %Y}.", {"last_day": "Enter that day or a later one"}
        )
    delegation.ends = last_day
    delegation.save(update_fields=["ends"])
    run.journal(
        f"tenure {tenure.pk}",
        f"{run.by.name} ended the delegation to {delegation.to.name}",
        alliance=tenure.alliance.key,
        authority=tenure.authority.code if tenure.authority else "",
        detail={"ends": delegation.ends.isoformat()},
    )


@action("person.added")
def add_person(run: Run, *, email: str, name: str, operator: bool = False) -> Person:
    """Let somebody sign in who holds no office yet; ``operator`` makes them a keeper of this instance."""
    run.require(access.OPERATE)
    person, new = _known_or_invited(run, email, name)
    if operator and not person.operator:
        person.operator = True
        person.save(update_fields=["operator"])
    run.journal(
        f"person {person.pk}",
        f"{person.name} {'was added' if new else 'is known already'}{' as keeper' if operator else ''}",
        detail={"operator": operator, "new": new},
    )
    return person


@action("person.password")
def set_password(run: Run, *, person: Person, password: str) -> None:
    """The keeper sets a password at the command line. The journal says that it was set, never what it is."""
    run.require(access.OPERATE)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), {"password": error.messages[0]}) from None
    person.set_password(password)
    person.save(update_fields=["password"])
    run.journal(f"person {person.pk}", f"The password of {person.name} was set at the command line")

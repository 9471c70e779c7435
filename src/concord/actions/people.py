"""People come and go; offices stay. A duty belongs to the office, so a change of holder moves it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from concord.actions._run import Invalid, Run, action
from concord.charter import Charter
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Body, Delegation, Person, SubRegion, Tenure
from concord.rules.access import Facts


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
    facts = Facts(alliance.key, authority.pk if authority else None, authority.name if authority else "")
    run.require("operate" if run.by.operator else "people.manage", facts)
    place = {"authority": authority, "body": body, "sub_region": sub_region}
    _fits(charter, office, place)
    person, new = Person.objects.get_or_create(
        email=email.strip().lower(), defaults={"name": name.strip(), "invited_at": run.at}
    )
    if succeeds:
        _end_before(alliance, office, place, starts)
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
        detail={"office": office, "starts": starts.isoformat(), "succeeds": succeeds},
    )
    if new:
        run.tell(
            [person.pk], "invitation", f"You were made {title}, {where}. Sign in to Concord.", "/", alliance.key, True
        )
    return tenure


def _fits(charter: Charter, office: str, place: dict[str, object]) -> None:
    try:
        of = charter.office(office).of
    except KeyError:
        raise Invalid(f"The memorandum knows no office “{office}”", {"office": "Choose an office"}) from None
    given = {kind for kind, where in place.items() if where is not None}
    fits = {"authority": ({"authority"}, {"body"}), "sub-region": ({"sub_region"},)}.get(of, (set(),))
    if given not in fits:
        raise Invalid(f"The office “{office}” is of the {of}: name that and nothing else", {"place": "Choose where"})


def _end_before(alliance: Alliance, office: str, place: dict[str, object], starts: date) -> None:
    Tenure.objects.filter(alliance=alliance, office=office, **place).filter(
        Q(ends__isnull=True) | Q(ends__gte=starts), starts__lt=starts
    ).update(ends=starts - timedelta(days=1))


@action("person.left")
def end_tenure(run: Run, *, tenure: Tenure, last_day: date) -> None:
    """Somebody leaves an office after a last day. Their history stays; their duties wait for whoever follows."""
    tenure = Tenure.objects.select_for_update(of=("self",)).get(pk=tenure.pk)
    authority = tenure.authority
    run.require(
        "operate" if run.by.operator else "people.manage",
        Facts(tenure.alliance.key, authority.pk if authority else None, authority.name if authority else ""),
    )
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


@action("office.delegated")
def delegate(
    run: Run, *, tenure: Tenure, to: Person, abilities: list[str], starts: date, ends: date | None, note: str = ""
) -> Delegation:
    """The holder lets somebody else do named things in the office, for a time. The holder keeps the duty."""
    facts = Facts(tenure.alliance.key, tenure.authority_id)
    run.require("delegate", facts)
    holding = next((h for h in run.by.holdings if h.tenure == tenure.pk and not h.delegated_by), None)
    if holding is None:
        raise Invalid("Only the holder of an office can delegate in it.")
    beyond = sorted(set(abilities) - holding.may)
    if beyond or not abilities:
        raise Invalid(
            "Choose at least one thing that your office does" + (f"; it does not: {', '.join(beyond)}" if beyond else "."),
            {"abilities": "Choose what is delegated"},
        )
    if ends and ends < starts:
        raise Invalid("The last day is before the first.", {"ends": "Enter a day on or after the first"})
    delegation = Delegation.objects.create(
        tenure=tenure, to=to, abilities=sorted(abilities), starts=starts, ends=ends, note=note
    )
    run.journal(
        f"tenure {tenure.pk}",
        f"{run.by.name} delegated to {to.name}",
        alliance=tenure.alliance.key,
        detail={"abilities": sorted(abilities), "starts": starts.isoformat(), "ends": ends and ends.isoformat()},
    )
    run.tell([to.pk], "delegation", f"{run.by.name} asks you to act as {holding.title}.", "/", tenure.alliance.key)
    return delegation


@action("delegation.ended")
def end_delegation(run: Run, *, delegation: Delegation, last_day: date) -> None:
    """The holder takes a delegation back."""
    tenure = delegation.tenure
    run.require("delegate", Facts(tenure.alliance.key, tenure.authority_id))
    if all(h.tenure != tenure.pk or h.delegated_by for h in run.by.holdings):
        raise Invalid("Only the holder of an office can end a delegation in it.")
    delegation.ends = max(last_day, delegation.starts)
    delegation.save(update_fields=["ends"])
    run.journal(
        f"tenure {tenure.pk}",
        f"{run.by.name} ended the delegation to {delegation.to.name}",
        alliance=tenure.alliance.key,
        detail={"ends": delegation.ends.isoformat()},
    )

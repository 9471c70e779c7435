"""People and their accounts: what somebody holds, who a demonstration has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from concord.charter import Charter
from concord.queries.membership import acts_for, place_of
from concord.queries.standing import Standing, standing_of
from concord.records.models import Alliance, Authority, Body, Delegation, Person, SubRegion, Tenure


@dataclass(frozen=True)
class Held:
    """One tenure in words. ``until`` is its last day; ``delegations`` are those made in it."""

    tenure: int
    person: int
    name: str
    email: str
    office: str
    title: str
    of: str
    place: str
    code: str
    alliance: str
    alliance_name: str
    starts: date
    until: date | None
    authorities: tuple[str, ...]
    delegations: tuple[Delegation, ...]

    def now(self, day: date) -> bool:
        """Whether it is held on a day."""
        return self.starts <= day and (self.until is None or day <= self.until)


def held_in(standing: Standing, *, tenures: Iterable[Tenure] | None = None) -> list[Held]:
    """Every tenure of an alliance, in the charter's order of offices, then by place, the newest first."""
    rows = _tenures().filter(alliance=standing.id) if tenures is None else tenures
    order = {o.key: i for i, o in enumerate(standing.charter.offices)}
    found = [_held(t, standing) for t in rows]
    return sorted(found, key=lambda h: (order.get(h.office, 99), h.place, -h.starts.toordinal()))


def held_by(person: int, day: date) -> list[Held]:
    """Every tenure of a person, in every alliance, the newest first."""
    rows = list(_tenures().filter(person=person).select_related("alliance"))
    found = [_held(t, standing_of(t.alliance, day)) for t in rows]
    return sorted(found, key=lambda h: h.starts, reverse=True)


def tenure_of(person: int | None, number: int) -> Tenure | None:
    """One of a person's own tenures."""
    return _tenures().filter(pk=number, person=person).select_related("alliance").first()


def tenure_in(alliance: str, number: int) -> Tenure | None:
    """One tenure of an alliance."""
    return _tenures().filter(pk=number, alliance__key=alliance).select_related("alliance").first()


def delegated_to(person: int, day: date) -> QuerySet[Delegation]:
    """Delegations to a person that run on a day or will."""
    return (
        Delegation.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), to=person)
        .select_related("tenure__person", "tenure__alliance", "tenure__authority", "tenure__body")
        .select_related("tenure__sub_region")
        .order_by("starts")
    )


def delegation_by(person: int | None, number: int) -> Delegation | None:
    """One delegation made in a person's own office."""
    rows = Delegation.objects.filter(pk=number, tenure__person=person)
    return rows.select_related("tenure__alliance", "tenure__authority", "to").first()


def _tenures() -> QuerySet[Tenure]:
    lent = Delegation.objects.select_related("to").order_by("starts")
    return Tenure.objects.select_related("person", "authority", "body", "sub_region").prefetch_related(
        Prefetch("delegations", lent)
    )


def _held(tenure: Tenure, standing: Standing) -> Held:
    codes = [standing.by_id[a].code for a in acts_for(tenure, standing) if a in standing.by_id]
    title, of = office_words(standing.charter, tenure.office)
    return Held(
        tenure=tenure.pk,
        person=tenure.person_id,
        name=tenure.person.name,
        email=tenure.person.email,
        office=tenure.office,
        title=title,
        of=of,
        place=place_of(tenure, standing.name),
        code=tenure.authority.code if tenure.authority else "",
        alliance=standing.key,
        alliance_name=standing.name,
        starts=tenure.starts,
        until=tenure.ends,
        authorities=tuple(sorted(codes)),
        delegations=tuple(tenure.delegations.all()),
    )


def office_words(charter: Charter, key: str) -> tuple[str, str]:
    """An office's title and what it is of; its key where the charter has it no longer."""
    office = next((o for o in charter.offices if o.key == key), None)
    return (office.title, office.of) if office else (key, "authority")


def person_named(email: str) -> Person | None:
    """The person with an e-mail address."""
    return Person.objects.filter(email__iexact=email.strip()).first()


def demo_alliances() -> list[Alliance]:
    """The alliances whose people are made up."""
    return list(Alliance.objects.filter(demo=True))


def demo_people(day: date) -> dict[str, dict[str, list[Held]]]:
    """Who can be taken on in a demonstration: by alliance, by office, those who hold it on a day."""
    only_demo = Person.objects.filter(is_active=True, operator=False).exclude(tenures__alliance__demo=False)
    found: dict[str, dict[str, list[Held]]] = {}
    for alliance in demo_alliances():
        rows = _tenures().filter(alliance=alliance, person__in=only_demo)
        for held in held_in(standing_of(alliance, day), tenures=rows):
            if held.now(day):
                found.setdefault(alliance.name, {}).setdefault(held.title, []).append(held)
    return found


def demo_person(number: int) -> Person | None:
    """A person all of whose offices are in demonstrations; nobody else can be taken on."""
    return (
        Person.objects.filter(pk=number, is_active=True, operator=False, tenures__alliance__demo=True)
        .exclude(tenures__alliance__demo=False)
        .first()
    )


def place_named(alliance: Alliance, kind: str, key: str) -> Authority | Body | SubRegion | None:
    """The authority (by DfE code), body (by number) or sub-region (by key) of an office's place."""
    if kind == "authority":
        return Authority.objects.filter(code=key).first()
    if kind == "body" and key.isdecimal():
        return Body.objects.filter(pk=int(key)).first()
    return SubRegion.objects.filter(alliance=alliance, key=key).first() if kind == "sub_region" else None

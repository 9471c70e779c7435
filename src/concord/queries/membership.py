"""People and offices: who somebody is today, who holds what, who takes part."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from concord.queries.standing import Standing, on, standing_of
from concord.records.models import Alliance, Authority, Person, Seat, Tenure
from concord.rules.access import Actor, Facts, Grant, Holding, Seated, grants
from concord.rules.seats import TAKEN


def today() -> date:
    """The day, in London."""
    return timezone.localdate()


T = TypeVar("T")
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """While this lasts (a request), what is asked for by ``once`` is read once, and again after an action."""
    asked = _read.set({})
    try:
        yield
    finally:
        _read.reset(asked)


def forget() -> None:
    """Read everything anew when next asked for: something may have changed it."""
    kept = _read.get()
    if kept is not None:
        kept.clear()


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` gives, kept under its key for as long as ``read_once`` lasts."""
    kept = _read.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found


def alliances() -> list[Alliance]:
    """Every alliance with a memorandum."""
    return once("alliances", lambda: list(Alliance.objects.filter(editions__isnull=False).distinct()))


def actor_of(user: Any, day: date | None = None) -> Actor:
    """The person as the policy sees them on a day; None gives somebody who is not signed in."""
    day = day or today()
    standings = {a.pk: standing_of(a, day) for a in alliances()}
    rules = {s.key: s.rules for s in standings.values()}
    if user is None or not user.is_active:
        return Actor(alliances=rules)
    tenures = (
        Tenure.objects.filter(on(day))
        .filter(Q(person=user.pk) | Q(delegations__to=user.pk) & _running(day))
        .annotate(lent=F("delegations__abilities"), lent_to=F("delegations__to"))
        .select_related("sub_region", "authority", "body", "person")
        .order_by("pk")
    )
    holdings: dict[tuple[int, bool], Holding] = {}
    for tenure in tenures:
        own = tenure.person_id == user.pk
        if tenure.alliance_id not in standings or (not own and tenure.lent_to != user.pk):
            continue
        holdings[tenure.pk, own] = _holding(
            tenure, standings[tenure.alliance_id], None if own else tenure.lent
        )
    return Actor(
        user.pk,
        user.name,
        tuple(holdings.values()),
        rules,
        user.operator,
        cache(partial(_seats, user.pk, day)),
    )


def _seats(person: int, day: date) -> tuple[Seated, ...]:
    """The seats that a person has taken, and not given up, in challenges of any year.

    Who holds no office of the alliance any more has none of them.
    """
    held = Tenure.objects.filter(on(day), person=person, alliance=OuterRef("challenge__alliance"))
    seats = Seat.objects.filter(Exists(held), person=person, state__in=TAKEN, ended_at=None)
    rows = seats.order_by("pk")
    names = ("challenge__alliance__key", "challenge", "challenge__authority", "challenge__year", "role")
    return tuple(Seated(*row) for row in rows.values_list(*names))


def _running(day: date) -> Q:
    return Q(delegations__starts__lte=day) & (
        Q(delegations__ends__isnull=True) | Q(delegations__ends__gte=day)
    )


def _holding(tenure: Tenure, standing: Standing, lent: list[str] | None) -> Holding:
    office = next((o for o in standing.charter.offices if o.key == tenure.office), None)
    may = frozenset(office.may) if office else frozenset()
    return Holding(
        office=tenure.office,
        title=office.title if office else tenure.office,
        of=office.of if office else "authority",
        alliance=standing.key,
        may=may if lent is None else may & frozenset(lent),
        authorities=acts_for(tenure, standing),
        neighbours=_neighbours(tenure, standing),
        partner=tenure.partner,
        place=place_of(tenure, standing.name),
        tenure=tenure.pk,
        delegated_by=tenure.person.name if lent is not None else "",
    )


def acts_for(tenure: Tenure, standing: Standing) -> frozenset[int]:
    """The authorities for which a tenure acts: its own, those its body answers for, its sub-region's, or all."""
    if tenure.authority_id:
        return frozenset([tenure.authority_id])
    if tenure.body_id:
        return standing.bodies.get(tenure.body_id, frozenset()) & frozenset(standing.by_id)
    if tenure.sub_region:
        return standing.in_sub_region(tenure.sub_region.key)
    return frozenset() if tenure.partner else frozenset(standing.by_id)


def _neighbours(tenure: Tenure, standing: Standing) -> frozenset[int]:
    keys = {standing.by_id[a].sub_region for a in acts_for(tenure, standing) if a in standing.by_id}
    return frozenset().union(*(standing.in_sub_region(key) for key in keys)) if keys else frozenset()


def place_of(tenure: Tenure, alliance: str) -> str:
    """Where the office is, in words."""
    for place in (tenure.authority, tenure.body, tenure.sub_region):
        if place is not None:
            return str(place.name)
    return alliance


def alliance_named(key: str) -> Alliance:
    """The alliance of that key. Raises Http404."""
    known = alliances() if _read.get() is not None else ()
    if found := next((a for a in known if a.key == key), None):
        return found
    try:
        return Alliance.objects.get(key=key)
    except Alliance.DoesNotExist:
        raise Http404(f"There is no alliance “{key}”") from None


def facts_of_alliance(alliance: str, **_: Any) -> Facts:
    """Facts of a page about the whole alliance."""
    return Facts(alliance_named(alliance).key)


def facts_of_member(alliance: str, code: str, **_: Any) -> Facts:
    """Facts of a page about one authority in an alliance, present or past. Raises Http404."""
    authority = Authority.objects.filter(code=code, participations__alliance__key=alliance).first()
    if authority is None:
        raise Http404(f"There is no authority {code} in this alliance")
    return Facts(alliance, authority.pk, authority.name)


def holders(
    alliance: int, office: str, day: date, authority: int | None = None, sub_region: str = ""
) -> QuerySet[Person]:
    """Who holds an office on a day, for an authority (directly or through a body), a sub-region, or at all."""
    tenures = Tenure.objects.filter(on(day), alliance=alliance, office=office, person__is_active=True)
    if authority is not None:
        tenures = tenures.filter(
            Q(authority=authority) | Q(body__answers__authority=authority) & _answering(day)
        )
    if sub_region:
        tenures = tenures.filter(sub_region__key=sub_region)
    return Person.objects.filter(pk__in=tenures.values("person"))


def _answering(day: date) -> Q:
    return Q(body__answers__starts__lte=day) & (
        Q(body__answers__ends__isnull=True) | Q(body__answers__ends__gte=day)
    )


def people_who_see(alliance: Alliance, kind: str, of: str, day: date) -> list[int]:
    """Everybody whose office lets them see a kind of record of the whole alliance on a day."""
    standing = standing_of(alliance, day)
    tenures = Tenure.objects.filter(on(day), alliance=alliance, person__is_active=True).select_related(
        "sub_region", "authority", "body", "person"
    )
    found = set()
    for tenure in tenures:
        holding = _holding(tenure, standing, None)
        actor = Actor(tenure.person_id, tenure.person.name, (holding,), {standing.key: standing.rules})
        if any(g.authorities is None for g in _covering(actor, kind, of, standing.key)):
            found.add(tenure.person_id)
    return sorted(found)


def _covering(actor: Actor, kind: str, of: str, alliance: str) -> list[Grant]:
    return [g for g in grants(actor, f"see {kind}") if g.covers(Facts(alliance, of=of))]


def who_may(
    standing: Standing, ability: str, authority: int | None = None, *, of: tuple[str, ...] = ()
) -> list[int]:
    """Who holds an office that may do a thing, today: for one authority, or for the alliance as a whole.

    ``of`` narrows it to offices of some kinds (“authority”, “sub-region”, “alliance”).
    """
    offices = [o for o in standing.charter.offices if ability in o.may and (not of or o.of in of)]
    tenures = Tenure.objects.filter(
        on(standing.day),
        alliance=standing.id,
        office__in=[o.key for o in offices],
        person__is_active=True,
    ).select_related("sub_region")
    kinds = {o.key: o.of for o in offices}
    return sorted(
        {
            t.person_id
            for t in tenures
            if kinds[t.office] == "alliance" or (authority is not None and authority in acts_for(t, standing))
        }
    )

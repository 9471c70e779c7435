"""An alliance at a glance: who is in it, what is going on, which dates come next, who holds which office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from catalogue.periods import Period, last_finished
from concord.charter.calendar import return_window
from concord.charter.chapters import DatasetUse
from concord.charter.schema import Commitment
from concord.queries.duties import Setting, clause_link, duties, period_words, setting_of
from concord.queries.membership import place_of, today
from concord.queries.standing import MemberNow, Standing, on
from concord.records.models import Alliance, Release, Return, Tenure
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.duty import Obligation
from concord.rules.returns import RETURN

AHEAD = timedelta(days=183)
DATES = 10


@dataclass(frozen=True, slots=True)
class Collection:
    """How the collection of a dataset goes in its latest finished period."""

    title: str
    period: str
    due: date
    expected: int
    in_time: int
    late: int
    out: tuple[str, ...]  # authorities of which nothing has come
    queried: int
    link: str
    clause: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Coming:
    """A day that the calendar brings for some or all members."""

    due: date
    duty: str
    period: str
    clause: tuple[str, str]
    working_date: bool


@dataclass(frozen=True, slots=True)
class Released:
    """The latest release of a dataset."""

    title: str
    period: str
    number: int
    on: date
    link: str


@dataclass(frozen=True, slots=True)
class Held:
    """An office of the alliance or a sub-region, and who holds it; nobody, where ``names`` is empty."""

    title: str
    place: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a reader may see of an alliance; None where that part is not shared with them."""

    standing: Standing
    members: (
        tuple[tuple[str, tuple[MemberNow, ...]], ...] | None
    )  # by sub-region; one without a name if undivided
    collections: tuple[Collection, ...] | None
    coming: tuple[Coming, ...]
    released: tuple[Released, ...] | None
    offices: tuple[Held, ...] | None


def overview(actor: Actor, alliance: Alliance) -> Overview:
    """The alliance’s first page for this reader."""
    day = today()
    setting = setting_of(alliance, day, day - timedelta(days=400), day + AHEAD)
    standing = setting.standing

    def shown(kind: str) -> bool:
        return access.decide(actor, f"see {kind}", Facts(standing.key)).allowed

    return Overview(
        standing,
        _members(standing) if shown("participation") else None,
        _collections(actor, setting) if shown("duties") else None,
        tuple(_coming(setting)),
        _released(actor, standing) if shown("release") else None,
        _offices(standing) if shown("people") else None,
    )


def _members(standing: Standing) -> tuple[tuple[str, tuple[MemberNow, ...]], ...]:
    parts = [(name, standing.in_sub_region(key)) for key, name in standing.sub_regions.items()]
    placed = frozenset().union(*(ids for _, ids in parts))
    parts.append(("", frozenset(standing.by_id) - placed))
    return tuple((name, tuple(m for m in standing.members if m.id in ids)) for name, ids in parts if ids)


def _collections(actor: Actor, setting: Setting) -> tuple[Collection, ...]:
    standing, charter = setting.standing, setting.charter
    asking = {c.met_by.of: c for c in charter.commitments if c.met_by.kind == "return"}
    ids = {c.id for c in asking.values()}
    found = duties([setting], standing.day, only=lambda c: c.id in ids)[standing.key]
    queried = _queried(standing)
    return tuple(
        _collection(standing, use, commitment, found, queried)
        for use in charter.datasets
        if (commitment := asking.get(use.key))
        and access.decide(actor, "see duties", Facts(standing.key, of=commitment.id)).allowed
    )


def _queried(standing: Standing) -> Counter[tuple[str, str]]:
    """How many returns wait for an answer, by dataset and period."""
    waiting = next(m.sources for m in RETURN.moves if m.name == "answer")
    rows = Return.objects.filter(alliance=standing.id, state__in=waiting)
    return Counter(rows.values_list("dataset", "period"))


def _collection(
    standing: Standing,
    use: DatasetUse,
    commitment: Commitment,
    found: Sequence[Obligation],
    queried: Counter[tuple[str, str]],
) -> Collection:
    period = last_finished(standing.day, use.every)
    due = return_window(use, period).latest
    own = [
        d
        for d in found
        if d.commitment.id == commitment.id and d.period == period.key and d.party.kind == "authority"
    ]
    asked = [d for d in own if d.done or d.open or d.coming]
    in_time = sum(
        d.done and d.done_on is not None and d.due is not None and d.done_on <= d.due for d in asked
    )
    return Collection(
        use.title,
        period.label,
        due,
        len(asked),
        in_time,
        sum(d.done for d in asked) - in_time,
        tuple(d.party.name for d in asked if not d.done),
        queried[use.key, period.key],
        f"/alliances/{standing.key}/returns/{use.key}/{period.key}/",
        (commitment.cited or commitment.clause, clause_link(standing.key, commitment.id)),
    )


def _coming(setting: Setting) -> Iterable[Coming]:
    standing = setting.standing
    soon = [o for o in setting.occurrences if standing.day <= o.due <= standing.day + AHEAD]
    for o in sorted(soon, key=lambda o: o.due)[:DATES]:
        c = o.commitment
        clause = (c.cited or c.clause, clause_link(standing.key, c.id))
        yield Coming(o.due, c.duty, period_words(o.period), clause, c.working_date)


def _released(actor: Actor, standing: Standing) -> tuple[Released, ...]:
    found: dict[str, Released] = {}
    rows = Release.objects.filter(alliance=standing.id).order_by("-period", "-number")
    for row in rows.values("dataset", "period", "number", "at")[:50]:
        dataset = row["dataset"]
        facts = Facts(standing.key, of=dataset)
        if dataset not in found and access.decide(actor, "see release", facts).allowed:
            period = Period.parse(row["period"])
            found[dataset] = Released(
                standing.charter.dataset(dataset).title,
                period.label,
                row["number"],
                timezone.localdate(row["at"]),
                f"/alliances/{standing.key}/releases/{dataset}/{period.key}/{row['number']}/",
            )
    return tuple(found.values())


def _offices(standing: Standing) -> tuple[Held, ...]:
    """The offices of the alliance and of its sub-regions, in the order of the charter."""
    tenures = Tenure.objects.filter(
        on(standing.day), alliance=standing.id, authority=None, body=None, person__is_active=True
    ).select_related("person", "authority", "body", "sub_region")
    names: dict[tuple[str, str], list[str]] = {}
    for tenure in tenures:
        names.setdefault((tenure.office, place_of(tenure, standing.name)), []).append(tenure.person.name)
    places = {"alliance": [standing.name], "sub-region": sorted(standing.sub_regions.values())}
    return tuple(
        Held(office.title, place, tuple(names.get((office.key, place), ())))
        for office in standing.charter.offices
        for place in places.get(office.of, [])
    )

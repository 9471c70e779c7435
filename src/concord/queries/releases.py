"""Reading releases, each as far as it is shared with the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.http import Http404

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.queries import membership
from concord.queries.standing import Standing, on, standing_of
from concord.records.models import Alliance, Authority, GssCode, Release, ReleaseAggregate, ReleaseFigure
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.figures import Amount
from concord.rules.released import Figure, Member, Released, Sum


@dataclass(frozen=True, slots=True)
class Listed:
    """A release in the list. ``replaced`` by a correction, or not."""

    dataset: str
    title: str
    period: Period
    number: int
    at: datetime
    reason: str
    counts: Mapping[str, int]
    replaced: bool

    @property
    def missing(self) -> int:
        """How many members were asked and are not in it."""
        return sum(self.counts[key] for key in ("late", "unaccepted", "awaited"))


def releases_of(actor: Actor, row: Alliance) -> list[Listed]:
    """The releases of an alliance that are shared with the actor, newest period first. One query."""
    titles = {d.key: d.title for d in standing_of(row, membership.today()).charter.datasets}
    found, newest = [], set()
    fields = ("dataset", "period", "number", "at", "reason", "standing")
    for dataset, period, number, at, reason, standing in (
        Release.objects.filter(alliance=row).order_by("-period", "dataset", "-number").values_list(*fields)
    ):
        if not access.decide(actor, "see release", Facts(row.key, of=dataset)).allowed:
            continue
        title = titles.get(dataset) or catalogue.datasets()[dataset].title
        replaced = (dataset, period) in newest
        newest.add((dataset, period))
        counts = Counter(standing.values())
        found.append(Listed(dataset, title, Period.parse(period), number, at, reason, counts, replaced))
    return found


def facts_of_release(alliance: str, dataset: str, **_: Any) -> Facts:
    """Facts of a release, which is shared by dataset. No query."""
    return Facts(alliance, of=dataset)


def release(
    actor: Actor, row: Alliance, dataset: str, period: str, number: int, indicator: str = ""
) -> Released:
    """A release with its figures, or those of one indicator alone. Five queries. Raises Http404.

    Where the charter shares only some authorities’ figures with the actor, only those are in it.
    """
    made = Release.objects.filter(alliance=row, dataset=dataset, period=period, number=number).first()
    if made is None:
        raise Http404("There is no such release")
    others = Release.objects.filter(alliance=row, dataset=dataset, period=period)
    newest = others.aggregate(newest=Max("number"))["newest"]
    only = {"indicator": indicator} if indicator else {}
    figures = _figures(made, only)
    sums = _sums(made, only)
    indicators = _in_order(dataset, {id for _, id in [*figures, *sums]})
    if indicator and not indicators:
        raise Http404("This release does not hold that indicator")
    when = Period.parse(period)
    standing = standing_of(row, membership.today())
    members, ids = _members(made, standing_of(row, when.end))
    whole = Released(
        alliance=row.key,
        alliance_name=row.name,
        dataset=dataset,
        title=_title(standing, dataset),
        label=catalogue.datasets()[dataset].label,
        period=when,
        number=number,
        at=made.at,
        by=made.by,
        reason=made.reason,
        hash=made.hash,
        newest=newest,
        indicators=indicators,
        members=members,
        figures=figures,
        sums=sums,
        sub_regions=standing.sub_regions,
        changes=tuple(made.changes),
        whole=True,
    )
    return _seen(actor, whole, ids)


def with_gss(found: Released) -> Released:
    """The release with the ONS code that each authority had on the period’s last day, for files. One query."""
    codes = {m.code for m in found.members}
    spans = GssCode.objects.filter(on(found.period.end), authority__code__in=codes)
    gss = dict(spans.order_by("starts").values_list("authority__code", "code"))
    return replace(found, members=tuple(replace(m, gss=gss.get(m.code, "")) for m in found.members))


def _title(standing: Standing, dataset: str) -> str:
    use = next((d for d in standing.charter.datasets if d.key == dataset), None)
    return use.title if use else catalogue.datasets()[dataset].title


def _figures(made: Release, only: Mapping[str, str]) -> dict[tuple[str, str], Figure]:
    rows = ReleaseFigure.objects.filter(release=made, **only).values_list(
        "authority__code",
        "indicator",
        "numerator",
        "denominator",
        "missing",
        "explanation",
        "status",
        "fifth",
        "rank",
    )
    return {(row[0], row[1]): Figure(Amount(*row[2:6]), *row[6:]) for row in rows}


def _sums(made: Release, only: Mapping[str, str]) -> dict[tuple[str, str], Sum]:
    rows = ReleaseAggregate.objects.filter(release=made, **only)
    fields = ("place", "indicator", "numerator", "denominator", "counted")
    return {
        (place, id): Sum(Amount(over, under), counted)
        for place, id, over, under, counted in rows.values_list(*fields)
    }


def _in_order(dataset: str, held: set[str]) -> tuple[Indicator, ...]:
    """The indicators of a release in the order of its dataset; those that the dataset has lost since, last."""
    known, listed = catalogue.indicators(), catalogue.datasets()[dataset].indicators
    order = [id for id in listed if id in held]
    return tuple(known[id] for id in [*order, *sorted(held - set(order))])


def _members(made: Release, then: Standing) -> tuple[tuple[Member, ...], dict[str, int]]:
    rows = Authority.objects.filter(code__in=made.standing).values_list("code", "pk", "name", "region")
    parts = {m.code: then.sub_regions.get(m.sub_region, "") for m in then.members}
    members = [
        Member(code, name, region, parts.get(code, ""), made.standing[code])
        for code, _, name, region in sorted(rows, key=lambda row: row[2])
    ]
    return tuple(members), {code: pk for code, pk, *_ in rows}


def _seen(actor: Actor, found: Released, ids: Mapping[str, int]) -> Released:
    """The release as far as the actor’s grants reach."""
    reaches = _reaches(actor, found)
    if None in reaches:
        return found
    seen = frozenset().union(*(reach for reach in reaches if reach is not None))
    codes = {code for code, pk in ids.items() if pk in seen}
    return replace(
        found,
        members=tuple(m for m in found.members if m.code in codes),
        figures={
            key: replace(figure, fifth="", rank=None)
            for key, figure in found.figures.items()
            if key[0] in codes
        },
        sums={},
        changes=tuple(c for c in found.changes if c["authority"] in codes),
        whole=False,
    )


def _reaches(actor: Actor, found: Released) -> Iterable[frozenset[int] | None]:
    facts = Facts(found.alliance, of=found.dataset)
    return [g.authorities for g in access.grants(actor, "see release") if g.covers(facts)]

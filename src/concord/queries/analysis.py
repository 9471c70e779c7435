"""Reading what was worked out of a release, or of a published year. Nothing is worked out here.

Who may read is for the caller to decide (``see benchmark``, ``see signals``); ``codes`` narrows to authorities.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import Q

import catalogue
from catalogue.model import Indicator
from concord.queries import membership
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Analysis, Release, Signal, SignalRun
from concord.rules import access, analysed
from concord.rules.access import Actor
from concord.rules.analysed import Analysed, Flag, Row, Searched

Source = Release | int
"""A release, or the reporting year of published figures."""


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One indicator with every authority: ``it.rows``, ``it.group``, ``it.curve`` … in the indicator’s unit."""

    source: Source
    indicator: Indicator
    it: Analysed

    def row(self, code: str) -> Row | None:
        """One authority."""
        return self.it.row(code)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one authority, with the indicator’s whole analysis beside it."""

    indicator: Indicator
    it: Analysed
    row: Row


@dataclass(frozen=True, slots=True)
class AuthorityView:
    """One authority on every indicator, in the dataset’s order, with what stands out and how it was found.

    ``talk``: the lines to talk about first: those flagged, then the next by score, three at most; a line’s
    ``row.sure`` and ``row.flagged`` say which are no more than chance would bring.
    """

    source: Source
    code: str
    name: str
    lines: tuple[Line, ...]
    flags: tuple[Flag, ...]
    searched: Searched | None

    @property
    def talk(self) -> tuple[Line, ...]:
        """Three to talk about first."""
        ranked = sorted(
            (x for x in self.lines if x.row.score > 0), key=lambda x: (not x.row.flagged, -x.row.score)
        )
        return tuple(ranked[:3])


@dataclass(frozen=True, slots=True)
class Signals:
    """The flags that the reader may see, surest first, and the whole search that they come from."""

    flags: tuple[Flag, ...]
    searched: Searched | None
    whole: bool


def _of(source: Source) -> dict[str, Any]:
    return {"release": source} if isinstance(source, Release) else {"year": source}


def newest_release(alliance: Alliance, dataset: str, period: str = "", number: int = 0) -> Release | None:
    """The newest release of a dataset (of a period; or that number of it), analysed or not. One query."""
    found = Release.objects.filter(alliance=alliance, dataset=dataset)
    if period:
        found = found.filter(period=period)
    if number:
        found = found.filter(number=number)
    return found.order_by("-period", "-number").first()


def newest_year() -> int | None:
    """The newest reporting year of published figures that was analysed."""
    return (
        Analysis.objects.filter(year__isnull=False).order_by("-year").values_list("year", flat=True).first()
    )


def years() -> list[int]:
    """Reporting years that were analysed, the newest first."""
    rows = Analysis.objects.filter(year__isnull=False).order_by("-year")
    return [year for year in rows.values_list("year", flat=True).distinct() if year is not None]


def analysed_yet(source: Source) -> bool:
    """Whether the analysis has been made; until then pages say that it is on its way."""
    return SignalRun.objects.filter(**_of(source)).exists()


def indicator_view(source: Source, indicator: str) -> IndicatorView | None:
    """One indicator; None where it was not analysed. One query."""
    content = (
        Analysis.objects.filter(**_of(source), indicator=indicator).values_list("content", flat=True).first()
    )
    if content is None:
        return None
    return IndicatorView(source, catalogue.indicators()[indicator], analysed.from_json(content))


def indicator_views(source: Source, only: Collection[str] = ()) -> list[IndicatorView]:
    """Every indicator (or those named), in the dataset’s order. One query."""
    rows = Analysis.objects.filter(**_of(source))
    if only:
        rows = rows.filter(indicator__in=only)
    known = catalogue.indicators()
    found = dict(rows.values_list("indicator", "content"))
    order = catalogue.datasets()[source.dataset].indicators if isinstance(source, Release) else tuple(known)
    return [IndicatorView(source, known[id], analysed.from_json(found[id])) for id in order if id in found]


def authority_view(source: Source, code: str) -> AuthorityView | None:
    """One authority; None where it has no row in the analysis. Three queries."""
    views = indicator_views(source)
    lines = tuple(Line(v.indicator, v.it, row) for v in views if (row := v.row(code)) is not None)
    if not lines:
        return None
    return AuthorityView(
        source, code, lines[0].row.name, lines, _flags(source, Q(authority__code=code)), searched(source)
    )


def stands_out(
    code: str, year: int | None, release: int | None = None, dataset: str = ""
) -> tuple[AuthorityView | None, tuple[Flag, ...]]:
    """What an authority’s page says first: of a release (by its key), and the flags of a published year.

    Three queries; one without a release, for those who may not see what stands out in it.
    """
    chosen = Q(year=year, year__isnull=False) | Q(release=release, release__isnull=False)
    rows = Signal.objects.filter(chosen, authority__code=code).select_related("authority")
    found = list(rows.order_by("-score", "place"))
    published = tuple(_flag(row) for row in found if row.year is not None)
    if release is None:
        return None, published
    source = Release(pk=release, dataset=dataset)
    lines = tuple(
        Line(v.indicator, v.it, row) for v in indicator_views(source) if (row := v.row(code)) is not None
    )
    if not lines:
        return None, published
    flags = tuple(_flag(row) for row in found if row.release_id is not None)
    return AuthorityView(source, code, lines[0].row.name, lines, flags, searched(source)), published


def searched(source: Source) -> Searched | None:
    """How many checks were made and how many flags chance would bring; None before the analysis. One query."""
    row = SignalRun.objects.filter(**_of(source)).first()
    return Searched(row.checks, row.flagged, row.expected, row.rate) if row else None


def signals_for(actor: Actor, alliance: Alliance, source: Source, code: str | None = None) -> Signals:
    """The flags of a release that the charter lets the actor see (kind “signals”), of one authority or of all.

    Published years are public: everybody sees every flag of the alliance’s members. Three queries at most.
    """
    chosen = Q(authority__code=code) if code else Q()
    reaches = [g.authorities for g in access.grants(actor, "see signals") if g.alliance == alliance.key]
    whole = None in reaches or not isinstance(source, Release)
    if isinstance(source, Release):
        if not whole:
            chosen &= Q(authority__in=frozenset().union(*(r for r in reaches if r is not None)))
    elif not code:
        chosen &= Q(authority__in=_members(alliance))
    return Signals(_flags(source, chosen), searched(source), whole)


def _members(alliance: Alliance) -> list[int]:
    return [m.id for m in standing_of(alliance, membership.today()).members]


def _flags(source: Source, chosen: Q) -> tuple[Flag, ...]:
    rows = (
        Signal.objects.filter(chosen, **_of(source)).select_related("authority").order_by("-score", "place")
    )
    return tuple(_flag(row) for row in rows)


def _flag(row: Signal) -> Flag:
    return msgspec.convert(
        {
            "code": row.authority.code,
            "name": row.authority.name,
            "indicator": row.indicator,
            "direction": row.direction,
            "kinds": row.kinds,
            "since": row.since,
            "place": row.place,
            "score": row.score,
            "p": row.p,
            "q": row.q,
            "sentence": row.sentence,
            **row.detail,
        },
        Flag,
    )

"""Reading what was worked out of a release, or of a published year. Nothing is worked out here.

Who may read is for the caller to decide (``see benchmark``, ``see signals``); ``codes`` narrows to authorities.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast

import catalogue
from catalogue.model import Indicator
from concord.queries import membership
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Analysis, Release, Signal, SignalRun
from concord.rules import access, sayings
from concord.rules.access import Actor
from concord.rules.analysed import Analysed, Flag, Place, Row, Searched, from_text

TALK = 3  # things that a meeting can talk about

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

    @property
    def said(self) -> str:
        """What puts it on a list, in one sentence: the change, or the distance from the group."""
        return sayings.summary(self.indicator, self.it, self.row)

    @property
    def rarity(self) -> str:
        """How rare that is."""
        return sayings.rarity(self.it, self.row)


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
        return tuple(ranked[:TALK])


@dataclass(frozen=True, slots=True)
class Signals:
    """The flags that the reader may see, surest first, and the whole search that they come from.

    ``within``: the authorities (their ids) of which the reader may see them; None, of all.
    """

    flags: tuple[Flag, ...]
    searched: Searched | None
    within: frozenset[int] | None

    @property
    def whole(self) -> bool:
        """Whether the reader sees those of all."""
        return self.within is None


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
    return next(iter(indicator_views(source, (indicator,))), None)


def indicator_views(source: Source, only: Collection[str] = (), code: str = "") -> list[IndicatorView]:
    """Every indicator (or those named), in the dataset’s order. One query.

    With a ``code``, of the rows that authority’s alone: quicker, where nobody else’s is shown.
    """
    rows = Analysis.objects.filter(**_of(source))
    if only:
        rows = rows.filter(indicator__in=only)
    known = catalogue.indicators()
    found = dict(rows.annotate(text=Cast("content", TextField())).values_list("indicator", "text"))
    order = catalogue.datasets()[source.dataset].indicators if isinstance(source, Release) else tuple(known)
    return [IndicatorView(source, known[id], from_text(found[id], code)) for id in order if id in found]


@dataclass(frozen=True, slots=True)
class Whole:
    """A group as a whole on one indicator: ``it.sentence`` says how it changed against its own past."""

    indicator: Indicator
    it: Place


def whole_group(views: Collection[IndicatorView]) -> list[Whole]:
    """What to say first of the group as a whole: everything that stands out, filled up to three by score."""
    lines = [Whole(v.indicator, v.it.group) for v in views if v.it.group.score > 0]
    ranked = sorted(lines, key=lambda line: (not line.it.flagged, -line.it.score))
    return ranked[: max(TALK, sum(line.it.flagged for line in lines))]


def next_in_line(views: Collection[IndicatorView], codes: Collection[str] | None = None) -> list[Line]:
    """What comes after the flags, of all authorities (or those of ``codes``): worth a look, five at most."""
    lines = [
        Line(v.indicator, v.it, row)
        for v in views
        for row in v.it.rows
        if row.sure == "perhaps" and (codes is None or row.code in codes)
    ]
    return sorted(lines, key=lambda line: -line.row.score)[:5]


def authority_view(source: Source, code: str, alone: bool = False) -> AuthorityView | None:
    """One authority; None where it has no row in the analysis. Three queries.

    ``alone``: the analyses beside its rows are without those of the others, which is quicker.
    """
    views = indicator_views(source, code=code if alone else "")
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
    views = indicator_views(source, code=code)
    lines = tuple(Line(v.indicator, v.it, row) for v in views if (row := v.row(code)) is not None)
    if not lines:
        return None, published
    flags = tuple(_flag(row) for row in found if row.release_id is not None)
    return AuthorityView(source, code, lines[0].row.name, lines, flags, searched(source)), published


def flags_of(source: Source, code: str) -> tuple[Flag, ...]:
    """The flags of one authority, surest first, for its own papers. One query."""
    return _flags(source, Q(authority__code=code))


def searched(source: Source) -> Searched | None:
    """How many checks were made and how many flags chance would bring; None before the analysis. One query."""
    row = SignalRun.objects.filter(**_of(source)).first()
    return Searched(row.checks, row.flagged, row.expected, row.rate) if row else None


def signals_for(actor: Actor, alliance: Alliance, source: Source, code: str | None = None) -> Signals:
    """The flags of a release that the charter lets the actor see (kind “signals”), of one authority or of all.

    Published years are public: everybody sees every flag of the alliance’s members. Three queries at most.
    """
    chosen = Q(authority__code=code) if code else Q()
    within: frozenset[int] | None = None
    if isinstance(source, Release):
        within = _within(actor, alliance.key)
        if within is not None:
            chosen &= Q(authority__in=within)
    elif not code:
        chosen &= Q(authority__in=_members(alliance))
    return Signals(_flags(source, chosen), searched(source), within)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the first page says of an alliance’s newest quarter: the few surest flags that the reader may see."""

    alliance: str
    release: Release
    flags: tuple[Flag, ...]


def heard(actor: Actor, rows: Iterable[Alliance]) -> list[Heard]:
    """For each alliance whose flags the actor may see, the surest of its newest quarter. Two queries in all."""
    reaches = {row.pk: _within(actor, row.key) for row in rows}
    reaches = {pk: within for pk, within in reaches.items() if within is None or within}
    if not reaches:
        return []
    runs = SignalRun.objects.filter(release__alliance=OuterRef("pk"), release__period__contains="Q")
    newest = Subquery(runs.order_by("-release__period", "-release__number").values("release")[:1])
    releases = Release.objects.filter(
        pk__in=Alliance.objects.filter(pk__in=reaches).annotate(newest=newest).values("newest")
    )
    found: dict[int | None, tuple[Release, list[Signal]]] = {
        release.pk: (release, []) for release in releases.select_related("alliance")
    }
    chosen = Q(pk__in=[])
    for release, _ in found.values():
        within = reaches[release.alliance_id]
        chosen |= Q(release=release) if within is None else Q(release=release, authority__in=within)
    for row in Signal.objects.filter(chosen).select_related("authority").order_by("-score", "place"):
        found[row.release_id][1].append(row)
    return [
        Heard(release.alliance.key, release, tuple(_flag(row) for row in flags[:TALK]))
        for release, flags in found.values()
    ]


def _within(actor: Actor, alliance: str) -> frozenset[int] | None:
    """The authorities whose flags the actor may see; None for all."""
    reaches = [grant.authorities for grant in access.grants(actor, "see signals", alliance)]
    return None if None in reaches else frozenset().union(*(r for r in reaches if r is not None))


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

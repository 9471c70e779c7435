"""Reading narratives: which figures stand out after a release, and what is written of each.

A memorandum that asks for narratives says which: those at an end of the region. Without such a rule the figures
that stand out are those of where to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.queries import analysis
from concord.queries.standing import Standing
from concord.records.models import Narrative, Release, ReleaseFigure
from concord.rules.analysed import Searched
from concord.rules.figures import Amount
from concord.rules.narratives import ENDS, NARRATIVE

NO_MORE = "Where to look flags it no longer."


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator that stands out, why, with its figure and what is written of it.

    ``fifth``: at which end of the region it stands; empty in the middle. ``why``: the same in words, or what
    where to look says of it.
    """

    indicator: Indicator
    fifth: str
    why: str
    value: Decimal | None
    rank: int | None
    state: str
    narrative: Narrative | None
    earlier: Narrative | None

    @property
    def label(self) -> str:
        """The state in words."""
        return NARRATIVE.states[self.state]


@dataclass(frozen=True, slots=True)
class AskedOf:
    """The figures of an authority that stand out in one release.

    ``required``: the memorandum asks for their narratives. Otherwise they come from where to look, and ``searched``
    says how; None until that is worked out.
    """

    release: Release
    period: Period
    rows: tuple[Asked, ...]
    required: bool = True
    searched: Searched | None = None

    @property
    def ready(self) -> int:
        """How many are ready."""
        return sum(row.state == "ready" for row in self.rows)

    @property
    def source(self) -> str:
        """Where they come from, in words that follow a title; nothing where the memorandum’s own rule says."""
        if self.required:
            return ""
        if self.searched is None:
            return "from where to look"
        return f"from where to look (at most {self.searched.rate:.0%} of its flags may be chance, on average)"

    @property
    def nothing(self) -> str:
        """What to say where none stands out."""
        if self.required:
            return "No figure stands at an end of the region."
        if self.searched is None:
            return "Where to look is still being worked out for this quarter."
        return "No figure stands out more than chance would bring."


def latest_release(standing: Standing, dataset: str = "", period: str = "") -> Release | None:
    """The newest release of a dataset (the alliance's quarterly one unless named), or of one of its periods."""
    quarterly = next((d.key for d in standing.charter.datasets if d.every == "quarter"), "")
    found = Release.objects.filter(alliance=standing.id, dataset=dataset or quarterly)
    if period:
        found = found.filter(period=period)
    return found.order_by("-period", "-number").select_related("alliance").first()


def asked_of(standing: Standing, release: Release, code: str, signals: bool = True) -> AskedOf:
    """The figures of an authority that stand out, with their narratives.

    At an end of the region, in the order of the dataset, where the charter asks for narratives; else those of where
    to look, surest first. Without ``signals`` (for who may not see where to look) only those of them that have a
    narrative. Two queries, or four.
    """
    period = Period.parse(release.period)
    figures = ReleaseFigure.objects.filter(release=release, authority__code=code)
    written = _written(standing, release, code)
    rule = standing.charter.benchmark
    if rule is not None and rule.narrative:
        order = catalogue.datasets()[release.dataset].indicators
        ends = sorted(figures.filter(fifth__in=ENDS), key=lambda f: order.index(f.indicator))
        rows = tuple(_asked(f, f"{f.fifth} fifth", written.get(f.indicator, []), release) for f in ends)
        return AskedOf(release, period, rows)
    flags = {flag.indicator: flag.sentence for flag in analysis.flags_of(release, code)}
    kept = [id for id, rows in written.items() if any(n.release_id == release.pk for n in rows)]
    flags |= {id: NO_MORE for id in kept if id not in flags}  # a correction took the flag away, not the text
    by_indicator = {f.indicator: f for f in figures.filter(indicator__in=flags)}
    rows = tuple(
        _asked(by_indicator[id], said, written.get(id, []), release)
        for id, said in flags.items()
        if id in by_indicator
    )
    seen = rows if signals else tuple(row for row in rows if row.narrative)
    return AskedOf(release, period, seen, required=False, searched=analysis.searched(release))


def _written(standing: Standing, release: Release, code: str) -> dict[str, list[Narrative]]:
    """An authority’s narratives up to a release, the earliest first, by indicator."""
    kept = Narrative.objects.filter(
        alliance=standing.id,
        authority__code=code,
        release__dataset=release.dataset,
        release__at__lte=release.at,
    )
    found: dict[str, list[Narrative]] = {}
    for row in kept.select_related("release").order_by("release__period", "release__number"):
        found.setdefault(row.indicator, []).append(row)
    return found


def _asked(figure: ReleaseFigure, why: str, written: list[Narrative], release: Release) -> Asked:
    indicator, before = catalogue.indicators()[figure.indicator], (release.period, release.number)
    mine = next((n for n in written if n.release_id == release.pk), None)
    earlier = [n for n in written if (n.release.period, n.release.number) < before]
    value = Amount(figure.numerator, figure.denominator).value(indicator)
    state = mine.state if mine else NARRATIVE.first
    last = earlier[-1] if earlier else None
    return Asked(indicator, figure.fifth, why, value, figure.rank, state, mine, last)


def one(asked: AskedOf, indicator: str) -> Asked:
    """One of them. Raises Http404."""
    found = next((row for row in asked.rows if row.indicator.id == indicator), None)
    if found is None:
        raise Http404("This figure does not stand out, so there is no narrative to write here.")
    return found


def ready(alliance: int, code: str, period: str) -> list[Narrative]:
    """The finished narratives of an authority for a period, for the self-evaluation and the challenge pack."""
    rows = Narrative.objects.filter(
        alliance=alliance, authority__code=code, release__period=period, state="ready"
    )
    return list(rows.select_related("release").order_by("indicator", "release__number"))

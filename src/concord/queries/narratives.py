"""Reading narratives: what waits for one after a release, and what is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.queries.standing import Standing
from concord.records.models import Narrative, Release, ReleaseFigure
from concord.rules.figures import Amount
from concord.rules.narratives import ENDS, NARRATIVE


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator at an end of the region, with its figure and what is written of it."""

    indicator: Indicator
    fifth: str
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
    """Everything that one release asks an authority to explain."""

    release: Release
    period: Period
    rows: tuple[Asked, ...]

    @property
    def ready(self) -> int:
        """How many are ready."""
        return sum(row.state == "ready" for row in self.rows)


def latest_release(standing: Standing, dataset: str = "", period: str = "") -> Release | None:
    """The newest release of a dataset (the alliance's quarterly one unless named), or of one of its periods."""
    quarterly = next((d.key for d in standing.charter.datasets if d.every == "quarter"), "")
    found = Release.objects.filter(alliance=standing.id, dataset=dataset or quarterly)
    if period:
        found = found.filter(period=period)
    return found.order_by("-period", "-number").select_related("alliance").first()


def asked_of(standing: Standing, release: Release, code: str) -> AskedOf:
    """What waits for a narrative, in the order of the dataset; nothing where the charter asks for none."""
    rule = standing.charter.benchmark
    if rule is None or not rule.narrative:
        return AskedOf(release, Period.parse(release.period), ())
    order = catalogue.datasets()[release.dataset].indicators
    figures = ReleaseFigure.objects.filter(release=release, authority__code=code, fifth__in=ENDS)
    written: dict[str, list[Narrative]] = {}
    kept = Narrative.objects.filter(
        alliance=standing.id,
        authority__code=code,
        release__dataset=release.dataset,
        release__at__lte=release.at,
    )
    for row in kept.select_related("release").order_by("release__period", "release__number"):
        written.setdefault(row.indicator, []).append(row)
    rows = []
    for figure in sorted(figures, key=lambda f: order.index(f.indicator)):
        indicator = catalogue.indicators()[figure.indicator]
        mine = [n for n in written.get(figure.indicator, []) if n.release_id == release.pk]
        before = (release.period, release.number)
        earlier = [
            n for n in written.get(figure.indicator, []) if (n.release.period, n.release.number) < before
        ]
        value = Amount(figure.numerator, figure.denominator).value(indicator)
        state = mine[0].state if mine else NARRATIVE.first
        rows.append(
            Asked(
                indicator,
                figure.fifth,
                value,
                figure.rank,
                state,
                mine[0] if mine else None,
                earlier[-1] if earlier else None,
            )
        )
    return AskedOf(release, Period.parse(release.period), tuple(rows))


def one(asked: AskedOf, indicator: str) -> Asked:
    """One of them. Raises Http404."""
    found = next((row for row in asked.rows if row.indicator.id == indicator), None)
    if found is None:
        raise Http404("The memorandum asks for no narrative here.")
    return found


def ready(alliance: int, code: str, period: str) -> list[Narrative]:
    """The finished narratives of an authority for a period, for the self-evaluation and the challenge pack."""
    rows = Narrative.objects.filter(
        alliance=alliance, authority__code=code, release__period=period, state="ready"
    )
    return list(rows.select_related("release").order_by("indicator", "release__number"))

"""What every page of an analysis reads first: the release, and how the reader wants to see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import Http404, HttpRequest

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.outputs.charts.analysed import BASES, Basis
from concord.pages.sharing import who_sees
from concord.queries import analysis as queries
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.standing import Standing, standing_of
from concord.rules.access import Facts
from concord.rules.analysed import Analysed, Row


def facts_of_dataset(alliance: str, dataset: str, **_: Any) -> Facts:
    """Facts of a benchmark, which is shared by dataset."""
    return Facts(facts_of_alliance(alliance).alliance, of=dataset)


def facts_of_one(alliance: str, code: str, dataset: str, **_: Any) -> Facts:
    """Facts of one authority's benchmark."""
    facts = facts_of_member(alliance, code)
    return Facts(facts.alliance, facts.authority, facts.name, dataset)


@dataclass(frozen=True)
class Seen:
    """A release of a dataset as a page shows it."""

    standing: Standing
    dataset: str
    release: Any
    period: Period | None
    worked_out: bool

    def context(self, title: str) -> dict[str, Any]:
        """What every template of an analysis needs."""
        return {
            "title": title,
            "caption": f"{self.standing.name}, {self.period.label}" if self.period else self.standing.name,
            "who_sees": who_sees(self.standing, "benchmark", self.dataset),
            "standing": self.standing,
            "dataset": self.dataset,
            "about": catalogue.datasets()[self.dataset],
            "release": self.release,
            "period": self.period,
            "worked_out": self.worked_out,
        }


def seen(request: HttpRequest, alliance: str, dataset: str, period: str = "") -> Seen:
    """The newest release of a dataset, or of one period of it. Raises Http404 for an unknown dataset."""
    if dataset not in catalogue.datasets():
        raise Http404("There is no such dataset.")
    row = alliance_named(alliance)
    release = queries.newest_release(row, dataset, period)
    if period and release is None:
        raise Http404("Nothing was released for that period.")
    return Seen(
        standing_of(row, today()),
        dataset,
        release,
        Period.parse(release.period) if release else None,
        bool(release and queries.analysed_yet(release)),
    )


def basis_of(request: HttpRequest, indicator: Indicator) -> Basis:
    """In the quarter, times four, or the last twelve months; only a flow can be stated otherwise."""
    asked = request.GET.get("basis", "quarter")
    return cast(Basis, asked) if asked in BASES and indicator.basis == "flow" else "quarter"


def chosen(request: HttpRequest, it: Analysed, row: Row) -> tuple[str, ...]:
    """The authorities to stand beside: those asked for, else those of the sub-region, else the nearest in size."""
    codes = {r.code for r in it.rows} - {row.code}
    asked = tuple(c for c in request.GET.getlist("with") if c in codes)
    if asked:
        return asked
    near = tuple(
        r.code for r in it.rows if r.sub_region and r.sub_region == row.sub_region and r.code in codes
    )
    if near:
        return near
    by_size = sorted(
        (r for r in it.rows if r.code in codes and r.denominator),
        key=lambda r: abs((r.denominator or 0) - (row.denominator or 0)),
    )
    return tuple(r.code for r in by_size[:9])

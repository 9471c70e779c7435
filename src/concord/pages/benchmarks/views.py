"""An authority’s page and, from each of its figures, the indicator’s: definition, parts, period, status, source."""

from __future__ import annotations

import functools
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

import catalogue
import catalogue.reference
from catalogue.reference import NEIGHBOUR_EDITIONS
from concord.outputs.charts import analysed as charts
from concord.pages.access import actor_of, page
from concord.pages.benchmarks.sparkline import sparkline
from concord.pages.published.views import SYMBOLS
from concord.pages.sharing import who_sees
from concord.queries import analysis, authorities, benchmarks
from concord.queries.membership import alliance_named, facts_of_member, today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules import benchmarks as rules
from concord.rules.access import Facts
from concord.rules.analysed import SURE
from concord.rules.releases import STANDINGS

YEARS = 6


@page("see release or see benchmark or see published", of=facts_of_member)
def authority(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """The authority’s figures of the newest quarter, for those with whom they are shared, and the published ones."""
    it = _Asked(request, alliance, code)
    quarter = it.quarter()
    annual = benchmarks.annual(code, it.edition, today().year - YEARS)
    year = max((one.year for one in annual if one.year), default=None)
    looked, yearly = analysis.stands_out(code, year, *_looked_at(it, quarter))
    context = it.context() | {
        "title": it.name,
        "caption": it.standing.name,
        "width": "app-wide",
        "quarter": quarter,
        "annual": annual,
        "published": {one.indicator.id: one for one in annual},
        "sentences": rules.sentences(it.name, it.standing.name, quarter.release.period, quarter.stands())
        if quarter and quarter.where == "released"
        else (),
        "groups": _by_group(quarter.lines) if quarter else [],
        "annual_groups": _by_group(annual),
        "sources": sorted({one.own.source for one in annual}),
        "looked": looked,
        "flags": {flag.indicator: flag for flag in looked.flags} if looked else {},
        "who_sees_signals": who_sees(it.standing, "signals"),
        "sure": SURE,
        "label": charts.label,
        "address": functools.partial(_benchmark, alliance, code, it.dataset),
        "yearly": yearly,
        "year": year,
        "indicators": catalogue.indicators(),
        "worked_out": set(catalogue.datasets()[benchmarks.ANNUAL].indicators),
        "narrated": it.member and access.decide(it.actor, "see narrative", it.facts).allowed,
    }
    return render(request, "benchmarks/authority.html", context)


def _looked_at(it: _Asked, quarter: benchmarks.Quarter | None) -> tuple[int | None, str]:
    """The release in which to look, for those alone who may see what stands out in it."""
    if quarter is None or not access.decide(it.actor, "see signals", it.facts).allowed:
        return None, ""
    return quarter.release.id, it.dataset


def _benchmark(alliance: str, code: str, dataset: str, indicator: str) -> str:
    """The page of one indicator as it was worked out."""
    return reverse(
        "benchmark", kwargs={"alliance": alliance, "code": code, "dataset": dataset, "indicator": indicator}
    )


@page("see release or see benchmark or see published", of=facts_of_member)
def indicator(request: HttpRequest, alliance: str, code: str, indicator: str) -> HttpResponse:
    """One indicator of an authority: what it means, and every figure with its parts, period, status and source."""
    found = catalogue.indicators().get(indicator)
    if found is None:
        raise Http404(f"There is no indicator “{indicator}”")
    it = _Asked(request, alliance, code)
    quarter = it.quarter(of=indicator)
    context = it.context() | {
        "title": found.name,
        "caption": it.name,
        "indicator": found,
        "quarter": quarter,
        "line": quarter.lines[0] if quarter and quarter.lines else None,
        "published": benchmarks.annual(code, it.edition, 0, [found]),
        "near": benchmarks.near_by_name(code, it.edition),
    }
    context["breadcrumbs"].append({"text": it.name, "href": it.address})
    return render(request, "benchmarks/indicator.html", context)


class _Asked:
    """What an address asks for: authority, dataset, period, edition of neighbours; and whether it may be seen."""

    def __init__(self, request: HttpRequest, alliance: str, code: str) -> None:
        self.actor = actor_of(request)
        self.code = code
        self.alliance = alliance_named(alliance)
        self.standing: Standing = standing_of(self.alliance, today())
        self.member = member = self.standing.by_code.get(code)
        past = None if member else authorities.authority_in(alliance, code)
        self.id, self.name = (member.id, member.name) if member else (past.pk, past.name)  # type: ignore[union-attr]
        self.facts = Facts(alliance, self.id, self.name)
        self.address = reverse("authority", kwargs={"alliance": alliance, "code": code})
        self.edition = request.GET.get("neighbours") or NEIGHBOUR_EDITIONS[0]
        self.period = request.GET.get("period") or ""
        self.seen = benchmarks.datasets_seen(self.actor, self.standing, self.id)
        self.dataset = request.GET.get("dataset") or (self.seen[0] if self.seen else "")

    def quarter(self, of: str = "") -> benchmarks.Quarter | None:
        """The quarter asked for, if its dataset is shared with whoever asks."""
        if self.dataset and self.dataset not in {use.key for use in self.standing.charter.datasets}:
            raise Http404("This alliance has no such dataset")
        if self.dataset not in self.seen:
            return None
        if of and of not in catalogue.datasets()[self.dataset].indicators:
            return None
        return benchmarks.quarter(self.standing, self.code, self.dataset, self.period, self.edition, of)

    def _who_sees(self) -> str:
        """Of the published figures, and of the dataset that is shown (where none is, of each)."""
        shown = [u for u in self.standing.charter.datasets if self.dataset in ("", u.key) or not self.seen]
        returned = {use.title: who_sees(self.standing, "benchmark", use.key) for use in shown}
        parts = {"published figures": who_sees(self.standing, "published")} | returned
        return "; ".join(f"{what}: {who}" for what, who in parts.items())

    def context(self) -> dict[str, Any]:
        """What both pages have."""
        member = self.standing.by_code.get(self.code)
        about = access.decide(self.actor, "see participation", self.facts).allowed
        members = reverse("members", kwargs={"alliance": self.standing.key})
        return {
            "who_sees": self._who_sees(),
            "breadcrumbs": [{"text": "Authorities", "href": members}] if about else [],
            "about": about,
            "standing": self.standing,
            "code": self.code,
            "name": self.name,
            "member": member,
            "sub_region": self.standing.sub_regions.get(member.sub_region, "") if member else "",
            "dataset": self.dataset,
            "datasets": [catalogue.datasets()[key] for key in self.seen],
            "region_name": catalogue.reference.authorities()[self.code].region_name,
            "near_count": len(benchmarks.neighbours_of(self.code, self.edition)),
            "edition": self.edition,
            "editions": NEIGHBOUR_EDITIONS,
            "asked_period": self.period,
            "standings": STANDINGS,
            "symbols": SYMBOLS,
            "rules": rules,
            "sparkline": sparkline,
            "here": {"alliance": self.standing.key, "code": self.code},
        }


def _by_group(rows: Any) -> list[tuple[str, list[Any]]]:
    """Rows by the chapters of the catalogue, in the order in which these come."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.indicator.group, []).append(row)
    return list(found.items())

"""What a release says, with how sure it is: where to look, the tartan rug, one indicator, the whole quarter."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

import catalogue
from catalogue.periods import Period
from concord.outputs.charts import analysed as charts
from concord.outputs.charts import places, rugs
from concord.pages.access import actor_of, page
from concord.pages.analysis.phrases import gap_words
from concord.pages.analysis.pictures import drawn
from concord.pages.analysis.reading import Seen, basis_of, chosen, facts_of_dataset, facts_of_one, seen
from concord.pages.sharing import who_sees
from concord.queries import analysis as queries
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.rules import access, sayings
from concord.rules.analysed import SURE, Analysed, Flag, Row
from concord.rules.signals import without_flags


@page("see signals", of=facts_of_alliance)
def where_to_look(request: HttpRequest, alliance: str) -> HttpResponse:
    """Everything that stands out after the latest release, as far as the reader may see, the surest first."""
    return _signals(request, alliance, None)


@page("see signals", of=facts_of_member)
def authority_signals(request: HttpRequest, alliance: str, code: str) -> HttpResponse:
    """What stands out for one authority, with the points and rules behind each."""
    return _signals(request, alliance, code)


def _signals(request: HttpRequest, alliance: str, code: str | None) -> HttpResponse:
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    dataset = next((d.key for d in standing.charter.datasets if d.every == "quarter"), "")
    release = queries.newest_release(row, dataset)
    found = queries.signals_for(actor_of(request), row, release, code) if release else None
    name = standing.by_code[code].name if code and code in standing.by_code else standing.name
    crumbs = _crumbs(alliance, code, name) if code else []
    views = queries.indicator_views(release) if release and not code else []
    view = queries.authority_view(release, code, alone=True) if release and code else None
    context = {
        "title": "Where to look",
        "caption": name,
        "breadcrumbs": crumbs,
        "who_sees": who_sees(standing, "signals"),
        "standing": standing,
        "code": code,
        "dataset": dataset,
        "release": release,
        "period": Period.parse(release.period) if release else None,
        "found": found,
        "rows": {
            (flag.code, flag.indicator): behind
            for flag in (found.flags if found else ())
            if (behind := _behind(flag, views, view))
        },
        "view": view,
        "whole": queries.whole_group(views),
        "next": [line for line in view.talk if not line.row.flagged]
        if view
        else queries.next_in_line(views, _codes(standing, found)),
        "evidence": functools.partial(_evidence, request, standing, dataset, release),
        "worked_out": bool(release and queries.analysed_yet(release)),
        "indicators": catalogue.indicators(),
        "sure": SURE,
        "label": charts.label,
    }
    return render(request, "analysis/where_to_look.html", context)


def _behind(
    flag: Flag, views: Sequence[queries.IndicatorView], view: queries.AuthorityView | None
) -> tuple[Analysed, Row] | None:
    """The analysis and the row that a flag rests on."""
    its = [v.it for v in views] if view is None else [line.it for line in view.lines]
    it = next((it for it in its if it.indicator == flag.indicator), None)
    row = it.row(flag.code) if it else None
    return (it, row) if it and row else None


def _codes(standing: Standing, found: queries.Signals | None) -> set[str] | None:
    """The authorities, by code, whose list the reader may see; None for all."""
    if found is None or found.within is None:
        return None
    return {standing.by_id[id].code for id in found.within if id in standing.by_id}


def _evidence(request: HttpRequest, standing: Standing, dataset: str, release: Any, flag: Flag) -> str:
    """A flag as it can be copied into a concern: what, the figures, the rules, where it comes from, where it is."""
    place = {"alliance": standing.key, "code": flag.code, "dataset": dataset, "indicator": flag.indicator}
    link = f"{reverse('benchmark', kwargs=place)}?period={release.period}"
    title, period = catalogue.datasets()[dataset].title, Period.parse(release.period)
    source = f"Source: {title}, {period.label}, release {release.number} of {standing.name}."
    parts = [f"{flag.name}. {flag.sentence}", *sayings.grounds(flag), source]
    return "\n".join([*parts, request.build_absolute_uri(link)])


@page("see benchmark", of=facts_of_dataset)
def rug(request: HttpRequest, alliance: str, dataset: str) -> HttpResponse:
    """The tartan rug: every indicator by every member, banded by quarter of the region, in letters."""
    it = seen(request, alliance, dataset, request.GET.get("period", ""))
    part = request.GET.get("part", "")
    members = members_of(it, part)
    views = queries.indicator_views(it.release) if it.release else []
    context = it.context("Tartan rug") | {
        "members": members,
        "views": [(v.indicator, {r.code: r for r in v.it.rows}) for v in views],
        "part": part,
        "own": _own(request, it.standing),
        "width": "app-wide",
    }
    return render(request, "analysis/rug.html", context)


def members_of(it: Seen, part: str) -> list[MemberNow]:
    """The authorities on the rug: all, or those of one sub-region."""
    return [m for m in it.standing.taking_part if part in ("", m.sub_region)]


def rug_picture(
    it: Seen, views: Sequence[queries.IndicatorView], members: Sequence[MemberNow]
) -> dict[str, Any]:
    """The rug as a chart’s specification."""
    names = {m.code: m.name for m in members}
    cells = [
        rugs.Cell(names[r.code], v.indicator.short, r.band, v.indicator.polarity == "none")
        for v in views
        for r in v.it.rows
        if r.code in names and r.value is not None
    ]
    return rugs.rug(
        cells,
        list(names.values()),
        [v.indicator.short for v in views],
        title=f"Tartan rug: {it.standing.name}, {it.period.label if it.period else ''}",
        description=f"{len(names)} authorities by {len(views)} indicators, each with its quarter of the region.",
    )


@page("see benchmark", of=facts_of_dataset)
def quarter(request: HttpRequest, alliance: str, dataset: str, period: str) -> HttpResponse:
    """The whole quarter on one page: each indicator's region, spread, ends and change."""
    it = seen(request, alliance, dataset, period)
    context = it.context("The quarter on one page") | {
        "views": queries.indicator_views(it.release) if it.release else [],
    }
    return render(request, "analysis/quarter.html", context)


@page("see benchmark", of=facts_of_dataset)
def compare(request: HttpRequest, alliance: str, dataset: str) -> HttpResponse:
    """Any two indicators against each other, over the members."""
    it = seen(request, alliance, dataset, request.GET.get("period", ""))
    known = catalogue.datasets()[dataset].indicators
    first, second = chosen_pair(request, dataset)
    pair = pair_of(request, it)
    context = it.context("Two indicators together") | {
        "known": [catalogue.indicators()[i] for i in known],
        "first": first,
        "second": second,
        "pair": pair,
        "picture": drawn(pair["spec"]) if pair else None,
        "kept": f"first={first}&second={second}",
        "asked_period": request.GET.get("period", ""),
    }
    return render(request, "analysis/compare.html", context)


def chosen_pair(request: HttpRequest, dataset: str) -> tuple[str, str]:
    """The two indicators asked for, else the first two of the dataset."""
    known = catalogue.datasets()[dataset].indicators
    first, second = (request.GET.get(n, "") for n in ("first", "second"))
    return first if first in known else known[0], second if second in known else known[1]


def pair_of(request: HttpRequest, it: Seen) -> dict[str, Any] | None:
    """The two indicators together: their chart’s specification and their rows; None before the analysis."""
    first, second = chosen_pair(request, it.dataset)
    found = queries.indicator_views(it.release, (first, second)) if it.release else []
    views = {v.indicator.id: v for v in found}
    if first not in views or second not in views:
        return None
    return _pair(views[first], views[second], _own(request, it.standing))


def _pair(a: queries.IndicatorView, b: queries.IndicatorView, own: set[str]) -> dict[str, Any]:
    """The scatter of two indicators and its table."""
    others = {r.code: r for r in b.it.rows}
    rows = [
        (r, others[r.code])
        for r in a.it.rows
        if r.value is not None and r.code in others and others[r.code].value is not None
    ]
    title = f"{a.indicator.short} and {b.indicator.short}"
    middle = (a.it.group.value, b.it.group.value)
    spec = places.scatter(
        [places.Pair(r.name, r.value or 0.0, o.value or 0.0, r.code in own) for r, o in rows],
        title=title,
        first=f"{a.indicator.short}, {charts.unit_of(a.indicator)}",
        second=f"{b.indicator.short}, {charts.unit_of(b.indicator)}",
        description=f"{len(rows)} authorities; dashed lines are the region’s figures.",
        middle=None if None in middle else middle,  # type: ignore[arg-type]
    )
    return {"spec": spec, "rows": rows, "first": a.indicator, "second": b.indicator, "title": title}


def _own(request: HttpRequest, standing: Standing) -> set[str]:
    """The reader's own authorities by code, where they are few enough to be somebody's own."""
    holdings = [h for h in actor_of(request).holdings if h.alliance == standing.key and h.of == "authority"]
    return {standing.by_id[a].code for h in holdings for a in h.authorities if a in standing.by_id}


@page("see benchmark", of=facts_of_one)
def benchmark(request: HttpRequest, alliance: str, code: str, dataset: str, indicator: str) -> HttpResponse:
    """One authority on one indicator: the sentence, the funnel, the trend, the rank, the neighbours."""
    it = seen(request, alliance, dataset, request.GET.get("period", ""))
    if it.release and not it.worked_out:
        return render(request, "analysis/waiting.html", it.context("Benchmark"))
    view = queries.indicator_view(it.release, indicator) if it.release else None
    row = view.row(code) if view else None
    if view is None or row is None:
        raise Http404("Nothing was worked out for this indicator here.")
    basis = basis_of(request, view.indicator)
    others = chosen(request, view.it, row)
    specs = pictures_of(it, view, code, basis, others)
    sees_flags = access.decide(actor_of(request), "see signals", facts_of_member(alliance, code)).allowed
    row = row if sees_flags else without_flags(view.indicator, view.it, row)
    here = {"alliance": alliance, "code": code, "dataset": dataset, "indicator": indicator}
    context = it.context(view.indicator.name) | {
        "caption": row.name,
        "breadcrumbs": _crumbs(alliance, code, row.name),
        "view": view,
        "it": view.it,
        "indicator": view.indicator,
        "row": row,
        "others": others,
        "pictures": {name: drawn(spec) if spec else None for name, spec in specs.items()},
        "here": here,
        "undrawn": charts.undrawn(view.it, code),
        "sees_flags": sees_flags,
        "sure": SURE,
        "label": charts.label,
        "gap_words": gap_words,
        "unit": charts.unit_of(view.indicator),
        "rolling": charts.rolling(view.it, row, view.indicator) if basis == "rolling" else [],
    }
    return render(request, "analysis/benchmark.html", context | _choices(request, it, basis))


def _choices(request: HttpRequest, it: Seen, basis: charts.Basis) -> dict[str, Any]:
    """What the reader has chosen, and the addresses of the other choices."""
    return {
        "basis": basis,
        "bases": charts.BASES,
        "choices": {key: _with(request, basis=key) for key in charts.BASES},
        "asked_period": request.GET.get("period", ""),
        "kept": request.GET.urlencode(),
        "share": "?" + _with(request, period=it.release.period),
    }


def _with(request: HttpRequest, **more: str) -> str:
    """The page’s choices with some changed, as a query."""
    asked = request.GET.copy()
    for key, value in more.items():
        asked[key] = value
    return asked.urlencode()


def _crumbs(alliance: str, code: str, name: str) -> list[dict[str, str]]:
    return [
        {"text": "Authorities", "href": reverse("members", kwargs={"alliance": alliance})},
        {"text": name, "href": reverse("authority", kwargs={"alliance": alliance, "code": code})},
    ]


def pictures_of(
    it: Seen, view: queries.IndicatorView, code: str, basis: charts.Basis, others: tuple[str, ...]
) -> dict[str, Any]:
    """The four charts of the page by name; None where there is too little to draw."""
    row = view.row(code)
    assert row is not None  # noqa: S101  the page has looked
    name = it.standing.name
    return {
        "funnel": charts.funnel(view.it, view.indicator, code, name),
        "trend": charts.trend(view.it, view.indicator, row, basis),
        "ranks": charts.ranks(view.it, view.indicator, code),
        "beside": charts.beside(view.it, view.indicator, code, others),
    }

"""Published figures as they were worked out, open to anyone: a map, an authority, and one indicator of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

import catalogue
from catalogue import reference
from concord.outputs.charts import analysed as charts
from concord.outputs.charts.draw import Spec
from concord.outputs.charts.maps import Cell, hexmap
from concord.pages.access import page
from concord.pages.analysis.files import answer, table
from concord.pages.analysis.phrases import gap_words
from concord.pages.analysis.pictures import drawn
from concord.pages.published.views import WHO
from concord.queries import analysis as queries
from concord.queries.analysis import IndicatorView
from concord.rules.access import ANYONE
from concord.rules.analysed import SURE, Row

FIRST = "cla_rate"


@page(ANYONE)
def england_map(request: HttpRequest) -> HttpResponse:
    """Every authority’s quarter of England on one indicator, as a map and as a table."""
    year = queries.newest_year()
    view = _mapped(request, year) if year else None
    context = _context("Map of England", year) | {
        "known": [catalogue.indicators()[i] for i in catalogue.datasets()["annual"].indicators],
        "view": view,
        "picture": drawn(_map(view)) if view else None,
        "unit": charts.unit_of(view.indicator, yearly=True) if view else "",
        "regions": reference.regions(),
        "authorities": reference.authorities(),
    }
    return render(request, "published/map.html", context)


@page(ANYONE)
def map_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The map as a picture, or its table as a file."""
    year = queries.newest_year()
    view = _mapped(request, year) if year else None
    if view is None or not view.it.rows:
        raise Http404("Nothing was worked out yet.")
    name = f"england-{view.indicator.id}-{year}-map"
    return answer(
        kind, _map(view), table(view, view.it.rows[0], "map"), f"{view.indicator.name}, {year}", name
    )


@page(ANYONE)
def authority(request: HttpRequest, code: str) -> HttpResponse:
    """What the published figures of an authority say first, and every indicator with its rank."""
    year = queries.newest_year()
    known = reference.authorities().get(code)
    if known is None:
        raise Http404("There is no such authority.")
    view = queries.authority_view(year, code, alone=True) if year else None
    context = _context(known.name, year) | {
        "code": code,
        "view": view,
        "flags": {flag.indicator: flag for flag in view.flags} if view else {},
        "address": lambda id: reverse("published_indicator", kwargs={"code": code, "indicator": id}),
    }
    return render(request, "published/authority.html", context)


@page(ANYONE)
def indicator(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """One published indicator of an authority among all of England: sentence, funnel, years, neighbours."""
    year, view, row = _one(code, indicator)
    context = _context(view.indicator.name, year) | {
        "caption": f"{row.name}, published {year}",
        "code": code,
        "it": view.it,
        "indicator": view.indicator,
        "row": row,
        "unit": charts.unit_of(view.indicator, yearly=True),
        "pictures": {name: drawn(spec) if spec else None for name, spec in _pictures(view, row).items()},
        "here": {"code": code, "indicator": indicator},
        "gap_words": gap_words,
        "undrawn": charts.undrawn(view.it, code),
        "link": view.indicator.published[0],
    }
    context["breadcrumbs"].append(
        {"text": row.name, "href": reverse("published_authority", kwargs={"code": code})}
    )
    return render(request, "published/indicator.html", context)


@page(ANYONE)
def indicator_file(request: HttpRequest, code: str, indicator: str, picture: str, kind: str) -> HttpResponse:
    """A chart of it as a picture, or its table as a file."""
    year, view, row = _one(code, indicator)
    specs = _pictures(view, row)
    if picture not in specs:
        raise Http404("There is no such chart.")
    title, name = f"{view.indicator.name}, {year}", f"{code}-{indicator}-{year}-{picture}"
    return answer(kind, specs[picture], table(view, row, picture), title, name)


def _context(title: str, year: int | None) -> dict[str, Any]:
    return {
        "title": title,
        "caption": f"Published figures of {year}" if year else "Published figures",
        "who_sees": WHO,
        "breadcrumbs": [{"text": "Published figures", "href": reverse("published")}],
        "year": year,
        "sure": SURE,
        "label": charts.label,
    }


def _one(code: str, indicator: str) -> tuple[int, IndicatorView, Row]:
    year = queries.newest_year()
    view = queries.indicator_view(year, indicator) if year else None
    row = view.row(code) if view else None
    if year is None or view is None or row is None:
        raise Http404("Nothing of this was published, or it has not been worked out yet.")
    return year, view, row


def _pictures(view: IndicatorView, row: Row) -> dict[str, Spec | None]:
    """Funnel of England, the years, and the authority beside its neighbours; None where there is too little."""
    edition = view.it.edition or reference.NEIGHBOUR_EDITIONS[0]
    near = [n.neighbour for n in reference.neighbours(edition).get(row.code, ())]
    return {
        "funnel": charts.funnel(view.it, view.indicator, row.code, "England", yearly=True),
        "trend": charts.trend(view.it, view.indicator, row, yearly=True),
        "beside": charts.beside(view.it, view.indicator, row.code, near, yearly=True),
    }


def _mapped(request: HttpRequest, year: int) -> IndicatorView | None:
    return queries.indicator_view(year, request.GET.get("indicator", FIRST)) or queries.indicator_view(
        year, FIRST
    )


def _map(view: IndicatorView) -> Spec:
    places = reference.hexes()
    cells = [
        Cell(row.name, places[row.code].q, places[row.code].r, row.band if row.value is not None else "")
        for row in view.it.rows
        if row.code in places
    ]
    return hexmap(
        cells,
        title=f"{view.indicator.name}: England, {view.it.period}",
        description=f"{len(cells)} authorities as equal hexagons, each with the letter of its quarter of England.",
        neutral=view.indicator.polarity == "none",
    )

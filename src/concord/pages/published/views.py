"""Published figures, open to anyone: what was loaded, and each measure at every place."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from concord.pages.access import page
from concord.queries import published
from concord.rules.access import ANYONE

SYMBOLS = {
    "c": "withheld, so that no one can be recognised",
    "k": "rounds to nought, but is not nought",
    "low": "rounds to nought, but is not nought",
    "~": "rounds to nought, but is not nought",
    "u": "too unreliable",
    "x": "not available",
    ":": "not available",
    "z": "not applicable",
}
WHO = "anyone: these figures are published"


@page(ANYONE)
def index(request: HttpRequest) -> HttpResponse:
    """The publications that were loaded, with their licence and counts, and their measures."""
    context = {"title": "Published figures", "who_sees": WHO, "publications": published.loaded()}
    return render(request, "published/index.html", context)


@page(ANYONE)
def measure(request: HttpRequest, publication: str, measure: str) -> HttpResponse:
    """One measure in one year: England, the regions, the authorities, as published."""
    chosen = request.GET.get("year", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) == 4):
        raise Http404("A year has four figures")
    table = published.table(publication, measure, int(chosen) if chosen else None)
    context = {
        "title": table.measure.title,
        "caption": table.publication.title,
        "who_sees": WHO,
        "breadcrumbs": [{"text": "Published figures", "href": "/published/"}],
        "table": table,
        "key": measure,
        "symbols": {s: SYMBOLS.get(s, "as the publisher explains") for s in sorted(table.symbols)},
        "load": next(iter(published.loads_of(publication)), None),
    }
    return render(request, "published/measure.html", context)

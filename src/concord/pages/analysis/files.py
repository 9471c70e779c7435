"""Downloads of one authority's indicator: each chart as PNG or SVG, its figures as CSV or Excel."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from concord.outputs.charts import svg
from concord.outputs.charts.draw import Spec
from concord.pages.access import page
from concord.pages.analysis.pictures import photographed
from concord.pages.analysis.reading import basis_of, chosen, facts_of_one, seen
from concord.pages.analysis.views import pictures_of
from concord.queries import analysis as queries
from concord.rules.analysed import Row

TYPES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@page("see benchmark", of=facts_of_one)
def download(
    request: HttpRequest, alliance: str, code: str, dataset: str, indicator: str, picture: str, kind: str
) -> HttpResponse:
    """``picture`` is funnel, trend, ranks or beside; the address keeps the page's choices. Raises Http404."""
    it = seen(request, alliance, dataset, request.GET.get("period", ""))
    view = queries.indicator_view(it.release, indicator) if it.release else None
    row = view.row(code) if view else None
    if view is None or row is None:
        raise Http404("There is no such file.")
    specs = pictures_of(it, view, code, basis_of(request, view.indicator), chosen(request, view.it, row))
    if picture not in specs:
        raise Http404("There is no such chart.")
    name = f"{alliance}-{code}-{indicator}-{it.release.period}-{picture}"
    title = f"{view.indicator.name}, {it.release.period}"
    return answer(kind, specs[picture], table(view, row, picture), title, name)


def answer(kind: str, spec: Spec | None, rows: list[list[Any]], title: str, name: str) -> HttpResponse:
    """A chart or its table as a file called ``name``. Raises Http404 for another kind, or a chart that is not drawn."""
    if kind not in TYPES or (kind in ("png", "svg") and spec is None):
        raise Http404("There is no such file.")
    content: Any
    match kind:
        case "png":
            content = photographed(spec or {})
        case "svg":
            content = svg(spec or {})
        case "csv":
            content = _csv(rows)
        case _:
            content = _excel(rows, title)
    given = HttpResponse(content, content_type=TYPES[kind])
    given["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return given


def table(view: queries.IndicatorView, row: Row, picture: str) -> list[list[Any]]:
    """The figures behind a chart, a heading row first."""
    if picture == "trend":
        head = ["period", "value", "numerator", "denominator", "mean", "lower_limit", "upper_limit", "rules"]
        return [head] + [
            [p.period, p.value, p.numerator, p.denominator, p.mean, p.low, p.high, " ".join(p.rules)]
            for p in row.points
        ]
    head = "authority code value numerator denominator lower95 upper95 rank rank_lower rank_upper".split()
    head += [f"funnel_{side}{level}" for level in ("95", "998") for side in ("lower", "upper")] + ["outside"]
    return [head] + [
        [r.name, r.code, r.value, r.numerator, r.denominator, r.lower, r.upper, r.rank, r.rank_lower, r.rank_upper,
         r.lower95, r.upper95, r.lower998, r.upper998, r.outside]
        for r in view.it.rows
    ]  # fmt: skip


def _csv(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([["" if v is None else v for v in row] for row in rows])
    return text.getvalue()


def _excel(rows: list[list[Any]], title: str) -> bytes:
    from concord.outputs.excel import sheet  # loaded when first asked for

    return sheet(rows, title)

"""Downloads of one authority's indicator: each chart as PNG or SVG, its figures as CSV or Excel."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from concord.outputs.charts import analysed as charts
from concord.outputs.charts import svg
from concord.outputs.charts.draw import Spec
from concord.pages.access import page
from concord.pages.analysis.pictures import photographed
from concord.pages.analysis.reading import basis_of, chosen, facts_of_dataset, facts_of_one, seen
from concord.pages.analysis.views import members_of, pair_of, pictures_of, rug_picture
from concord.pages.downloads import saved
from concord.queries import analysis as queries
from concord.rules.analysed import Row

PICTURES, TABLES = ("png", "svg"), ("csv", "xlsx")


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
    rows = table(view, row, picture, basis_of(request, view.indicator))
    return answer(kind, specs[picture], rows, title, name)


@page("see benchmark", of=facts_of_dataset)
def group_file(request: HttpRequest, alliance: str, dataset: str, picture: str, kind: str) -> HttpResponse:
    """What is shown of all members: ``picture`` is rug, quarter or together; the address keeps the page’s choices."""
    it = seen(request, alliance, dataset, request.GET.get("period", ""))
    views = queries.indicator_views(it.release) if it.release else []
    pair = pair_of(request, it) if picture == "together" and views else None
    if not views or (picture not in ("rug", "quarter") and pair is None):
        raise Http404("There is no such file.")
    name = f"{alliance}-{dataset}-{it.release.period}-{picture}"
    if pair:
        return answer(kind, pair["spec"], _pair_rows(pair), name, name)
    if picture == "quarter":
        return answer(kind, None, _quarter(views), name, name)
    members = members_of(it, request.GET.get("part", ""))
    spec = rug_picture(it, views, members) if kind in ("png", "svg") else None
    return answer(kind, spec, _rug(views, {m.code for m in members}), name, name)


def _pair_rows(pair: dict[str, Any]) -> list[list[Any]]:
    pair_of_units = [charts.unit_of(pair["first"]), charts.unit_of(pair["second"])]
    head = ["authority", "code", pair["first"].id, pair["second"].id, "first_unit", "second_unit"]
    return [head] + [[a.name, a.code, a.value, b.value, *pair_of_units] for a, b in pair["rows"]]


def _rug(views: list[queries.IndicatorView], codes: set[str]) -> list[list[Any]]:
    head = "indicator id authority code value quarter_of_region fifth why_none unit period".split()
    return [head] + [
        [v.indicator.name, v.indicator.id, r.name, r.code, r.value, r.band, r.fifth, r.missing,
         charts.unit_of(v.indicator), v.it.period]
        for v in views
        for r in v.it.rows
        if r.code in codes
    ]  # fmt: skip


def _quarter(views: list[queries.IndicatorView]) -> list[list[Any]]:
    head = "indicator id unit region before authorities lowest highest outside_998 period".split()
    rows: list[list[Any]] = [head]
    for v in views:
        steady = [r.value for r in v.it.rows if r.value is not None and not r.small]
        before = v.it.group.points[-2].value if len(v.it.group.points) > 1 else None
        ends = [min(steady), max(steady)] if steady else [None, None]
        far = sum(r.outside == "99.8" for r in v.it.rows)
        one = v.indicator
        rows.append([
            one.name, one.id, charts.unit_of(one), v.it.group.value, before, v.it.group.counted, *ends, far,
            v.it.period,
        ])  # fmt: skip
    return rows


def answer(kind: str, spec: Spec | None, rows: list[list[Any]], title: str, name: str) -> HttpResponse:
    """A chart or its table as a file called ``name``. Raises Http404 for another kind, or a chart that is not drawn."""
    if kind not in (PICTURES if spec else ()) + TABLES:
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
    return saved(content, f"{name}.{kind}")


def table(
    view: queries.IndicatorView, row: Row, picture: str, basis: charts.Basis | None = None
) -> list[list[Any]]:
    """The figures behind a chart, a heading row first; each says how a flow is counted. ``basis`` None: published."""
    if picture == "trend":
        return _trend(view, row, basis)
    head = "authority code value numerator denominator lower95 upper95 rank rank_lower rank_upper".split()
    head += [f"funnel_{side}{level}" for level in ("95", "998") for side in ("lower", "upper")]
    head += ["outside", "unit", "period"]
    unit = charts.unit_of(view.indicator, yearly=basis is None)
    return [head] + [
        [r.name, r.code, r.value, r.numerator, r.denominator, r.lower, r.upper, r.rank, r.rank_lower, r.rank_upper,
         r.lower95, r.upper95, r.lower998, r.upper998, r.outside, unit, view.it.period]
        for r in view.it.rows
    ]  # fmt: skip


def _trend(view: queries.IndicatorView, row: Row, basis: charts.Basis | None) -> list[list[Any]]:
    """``basis`` None: a published year’s."""
    indicator, counted = view.indicator, "on the last day"
    if indicator.basis == "flow":
        counted = charts.BASES[basis] if basis else "in the year"
    if basis == "rolling":
        rows: list[list[Any]] = [["year_to", "counted", "value", "unit"]]
        for p in charts.rolling(view.it, row, indicator):
            value = None if p.value is None else round(p.value, 4)
            rows.append([p.period, counted, value, indicator.unit])
        return rows
    times = 4 if basis == "yearly" else 1

    def scaled(value: float | None) -> float | None:
        return None if value is None else value * times

    head = "period counted value numerator denominator mean lower_limit upper_limit rules unit".split()
    return [head] + [
        [p.period, counted, scaled(p.value), p.numerator, p.denominator, scaled(p.mean), scaled(p.low),
         scaled(p.high), " ".join(p.rules), indicator.unit]
        for p in row.points
    ]  # fmt: skip


def _csv(rows: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """A council’s own words are never a formula: what a spreadsheet would take for one gets an apostrophe."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value


def _excel(rows: list[list[Any]], title: str) -> bytes:
    from concord.outputs.excel import sheet  # loaded when first asked for

    return sheet(rows, title)

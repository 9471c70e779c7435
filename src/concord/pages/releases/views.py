"""Releases: the list, one of them whole or by indicator, its files, and what each figure means."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

import catalogue
from catalogue.model import Indicator
from concord.outputs import ees, excel
from concord.pages.access import actor_of, page
from concord.pages.downloads import saved
from concord.pages.jinja import number, when
from concord.pages.sharing import who_sees
from concord.queries import releases as reading
from concord.queries.membership import alliance_named, facts_of_alliance, today
from concord.queries.releases import facts_of_release
from concord.queries.standing import Standing, standing_of
from concord.rules import access, benchmarks, definitions
from concord.rules.access import Facts
from concord.rules.figures import Amount
from concord.rules.released import FIFTHS, REGION, Member, Released, changed, intervals, why_none
from concord.rules.withheld import withheld

SEE = "see release"
CAUTION = (
    "Small numbers are not withheld from those who may see this: these are counts shared in confidence. "
    "Do not publish them or pass them on. The data file for publishing is without small numbers."
)


@page(SEE, of=facts_of_alliance)
def releases(request: HttpRequest, alliance: str) -> HttpResponse:
    """Every release that is shared with the person, by dataset."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    listed = reading.releases_of(actor_of(request), row)
    groups = {
        key: (title, who_sees(standing, "release", key), [r for r in listed if r.dataset == key])
        for key, title in dict.fromkeys((r.dataset, r.title) for r in listed)
    }
    context = {
        "title": "Releases",
        "caption": standing.charter.memorandum.alliance,
        "groups": groups,
        "key": alliance,
    }
    return render(request, "releases/list.html", context)


def _release(request: HttpRequest, where: dict[str, Any], indicator: str = "") -> tuple[Standing, Released]:
    place = dict(where)
    row = alliance_named(place.pop("alliance"))
    found = reading.release(actor_of(request), row, **place, indicator=indicator)
    return standing_of(row, today()), found


def _common(standing: Standing, found: Released, where: dict[str, Any]) -> dict[str, Any]:
    return {
        "who_sees": who_sees(standing, "release", found.dataset),
        "breadcrumbs": [
            {"text": "Releases", "href": reverse("releases", kwargs={"alliance": found.alliance})}
        ],
        "width": "app-wide",
        "it": found,
        "place": where,
        "caution": CAUTION,
        "fifths": FIFTHS,
        "said": said,
        "why_none": why_none,
    }


def said(indicator: Indicator, amount: Amount) -> str:
    """A figure in a cell: “12.3%”; “3 of 7” where they are too few to compare; x or z where there is none."""
    if amount.numerator is None:
        return "x"
    if benchmarks.small(indicator, amount):
        return f"{number(amount.numerator)} of {number(amount.denominator)}"
    value = amount.value(indicator)
    if value is None:
        return "x" if amount.denominator is None else "z"
    return number(value, indicator.decimals) + ("%" if indicator.unit == "%" else "")


def _grid(found: Released) -> list[tuple[Member, list[tuple[str, str]]]]:
    """Each member with its cells: what is said, and the fifth. No cells for one that is not in the release."""

    def cell(code: str, indicator: Indicator) -> tuple[str, str]:
        figure = found.figures.get((code, indicator.id))
        return (said(indicator, figure.amount), figure.fifth) if figure else ("x", "")

    held = {member.code for member in found.included}
    return [(m, [cell(m.code, i) for i in found.indicators] if m.code in held else []) for m in found.members]


@page(SEE, of=facts_of_release)
def release(request: HttpRequest, **where: Any) -> HttpResponse:
    """A release whole: where every member stands, every figure, what it corrected."""
    standing, found = _release(request, where)
    names = {m.code: m.name for m in found.members}
    context = _common(standing, found, where) | {
        "title": found.period.label[:1].upper() + found.period.label[1:],
        "caption": found.title,
        "changed": changed(found.changes, names, {i.id: i for i in found.indicators}),
        "grid": _grid(found),
        "validated": found.validated,
        "reports": access.decide(
            actor_of(request), "see benchmark", Facts(standing.key, of=found.dataset)
        ).allowed,
    }
    return render(request, "releases/release.html", context)


@page(SEE, of=facts_of_release)
def release_indicator(request: HttpRequest, indicator: str, **where: Any) -> HttpResponse:
    """One indicator of a release: every authority’s figure with its parts, its interval and its place."""
    standing, found = _release(request, where, indicator)
    [shown] = found.indicators
    listed = catalogue.datasets()[found.dataset].indicators
    amounts = {code: figure.amount for (code, _), figure in found.figures.items()}
    amounts |= {f"at {place}": s.amount for (place, _), s in found.sums.items()}
    members = list(found.members)
    if request.GET.get("order") == "figure":
        members.sort(key=lambda m: _height(amounts.get(m.code), shown), reverse=True)
    context = _common(standing, found, where) | {
        "title": shown.name,
        "caption": f"{found.heading}, release {found.number}",
        "indicator": shown,
        "others": [(id, catalogue.indicators()[id].short) for id in listed],
        "members": members,
        "ordered": request.GET.get("order", ""),
        "ranked": found.ranked(shown.id),
        "limits": intervals(shown, amounts),
        "region": found.sums.get((REGION, shown.id)),
        "polarity": definitions.POLARITY[shown.polarity],
    }
    context["breadcrumbs"] = [
        *context["breadcrumbs"],
        {"text": found.heading, "href": reverse("release", kwargs=where)},
    ]
    return render(request, "releases/indicator.html", context)


def _height(amount: Amount | None, indicator: Indicator) -> Decimal:
    value = amount.value(indicator) if amount else None
    return Decimal("-Infinity") if value is None else value


@page("see charter", of=facts_of_alliance)
def indicator(request: HttpRequest, alliance: str, indicator: str) -> HttpResponse:
    """What an indicator means: its parts, unit, checks, source and traps."""
    known = catalogue.indicators()
    if indicator not in known:
        raise Http404("There is no such indicator")
    shown, standing = known[indicator], standing_of(alliance_named(alliance), today())
    names = {i.id: i.short for i in known.values()}
    context = {
        "title": shown.name,
        "caption": "Definition",
        "who_sees": who_sees(standing, "charter"),
        "indicator": shown,
        "datasets": [
            d for d in standing.charter.datasets if indicator in catalogue.datasets()[d.key].indicators
        ],
        "below": definitions.denominator_source(shown, names),
        "polarity": definitions.POLARITY[shown.polarity],
        "basis": definitions.BASIS[shown.basis],
        "checks": [definitions.check_in_words(check, shown.unit, names) for check in shown.checks],
        "published": [(link, catalogue.publications()[link.publication]) for link in shown.published],
    }
    return render(request, "releases/definition.html", context)


# --- files ----------------------------------------------------------------------------------------------------


@page(SEE, of=facts_of_release)
def workbook(request: HttpRequest, **where: Any) -> HttpResponse:
    """The release as an Excel workbook."""
    standing, found = _release(request, where)
    found = reading.with_gss(found)
    content = excel.write(found, who_sees(standing, "release", found.dataset), when(found.at), CAUTION)
    return saved(content, ees.name(found) + ".xlsx")


@page(SEE, of=facts_of_release)
def data(request: HttpRequest, **where: Any) -> HttpResponse:
    """The release as a data file in the conventions of Explore Education Statistics."""
    _, found = _release(request, where)
    return saved(ees.data(reading.with_gss(found)), ees.name(found) + ".csv")


@page(SEE, of=facts_of_release)
def public(request: HttpRequest, **where: Any) -> HttpResponse:
    """The data file for publishing: counts of 1 to 5 withheld, and whatever would give one back."""
    _, found = _release(request, where)
    earlier = [_release(request, where | {"number": number})[1] for number in range(1, found.number)]
    content = ees.data(reading.with_gss(found), withheld(found, earlier))
    return saved(content, ees.name(found) + "_public.csv")


@page(SEE, of=facts_of_release)
def meta(request: HttpRequest, **where: Any) -> HttpResponse:
    """The metadata file that goes with the data file."""
    _, found = _release(request, where)
    return saved(ees.meta(found), ees.name(found) + ".meta.csv")

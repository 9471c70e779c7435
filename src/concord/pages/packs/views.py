"""Packs: the list, asking for one, how far it is, and fetching it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from catalogue.periods import Period
from concord.actions import packs as actions
from concord.actions._run import Refused
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.downloads import saved
from concord.pages.packs.forms import AskForm
from concord.pages.sharing import who_sees
from concord.queries import packs as queries
from concord.queries.membership import alliance_named, facts_of_alliance, facts_of_member, today
from concord.queries.packs import facts_of_pack, pack_of
from concord.queries.plans import authority_of
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.packs import ASKS, FORMATS, KINDS, OWN, PARTS, SEES, SHARED


def _seen(standing: Standing, kind: str) -> str:
    return who_sees(standing, KINDS[kind].record)


@page(SEES, of=facts_of_alliance)
def board(request: HttpRequest, alliance: str) -> HttpResponse:
    """The packs that the reader may see, and those that they may ask for."""
    actor, standing = actor_of(request), standing_of(alliance_named(alliance), today())
    context = {
        "title": "Packs",
        "who_sees": "; ".join(f"{kind.title}: {_seen(standing, key)}" for key, kind in KINDS.items()),
        "rows": queries.rows_for(actor, standing),
        "asks": list(_asks(actor, standing)),
        "kinds": KINDS,
        "formats": FORMATS,
        "alliance_of": alliance,
    }
    return render(request, "packs/list.html", context)


def _asks(actor: Actor, standing: Standing) -> Any:
    """What the reader may ask for: (authority’s code and name, kind, its title)."""
    for key, kind in KINDS.items():
        reach = [g.authorities for g in access.grants(actor, kind.asks, standing.key)]
        for member in standing.taking_part:
            if any(r is None or member.id in r for r in reach):
                yield member.code, member.name, key, kind.title


@page(ASKS, of=facts_of_member, methods=("GET", "POST"))
def ask(request: HttpRequest, alliance: str, code: str, kind: str) -> HttpResponse:
    """Ask for a pack of a year: the next number."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    member = standing.by_code.get(code)
    if kind not in KINDS or member is None:
        raise Http404("There is no such pack.")
    facts = Facts(alliance, member.id, member.name)
    decision = access.decide(actor_of(request), KINDS[kind].asks, facts)
    if not decision.allowed:
        raise Refused(decision)
    year = Period.year_of(today())
    last = queries.newest(row, authority_of(member.id), kind, year.key)
    years = [year.key, year.previous().key]
    asked = request.GET.get("year")
    initial = {"period": asked if asked in years else year.key, "considered": last.considered if last else ""}
    choices = _choices(standing, kind) if access.decide(actor_of(request), OWN, facts).allowed else {}
    form = AskForm(kind, years, choices, request.POST or None, initial=initial)

    def do(given: Mapping[str, Any]) -> Any:
        return actions.ask(
            by=actor_of(request), alliance=row, authority=authority_of(member.id), kind=kind, **given
        )

    if request.method == "POST" and (made := attempt(form, do)) is not None:
        messages.success(request, "The pack is being made. Look again in a minute.")
        return redirect("pack", alliance=alliance, number=made.pk)
    context = {
        "title": KINDS[kind].title,
        "caption": member.name,
        "who_sees": _seen(standing, kind),
        "breadcrumbs": [{"text": "Packs", "href": reverse("packs", kwargs={"alliance": alliance})}],
        "form": form,
        "intro": KINDS[kind].about,
        "button": "Make it" if last is None else f"Make number {last.number + 1}",
    }
    return render(request, "membership/ask.html", context)


def _choices(standing: Standing, kind: str) -> dict[str, str]:
    """The parts that the authority may put in beyond the memorandum’s rule, each with whom it is shared with else."""
    return {
        part: f"{PARTS[part]}: otherwise shared with {who_sees(standing, SHARED[part])}; in the pack, all its readers "
        "see it"
        for part in KINDS[kind].chosen(standing.rules)
    }


@page(queries.sees, of=facts_of_pack)
def pack(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """One pack: how far it is, what is in it, what has changed since, and its files."""
    row = pack_of(alliance, number)
    standing = standing_of(row.alliance, today())
    it = queries.page_of(row, standing)
    facts = Facts(alliance, row.authority_id, row.authority.name)
    context = {
        "title": it.kind.title,
        "caption": f"{row.authority.name}, {row.period}, number {row.number}",
        "who_sees": _seen(standing, row.kind),
        "breadcrumbs": [{"text": "Packs", "href": reverse("packs", kwargs={"alliance": alliance})}],
        "it": it,
        "row": row,
        "formats": FORMATS,
        "may_ask": access.decide(actor_of(request), it.kind.asks, facts).allowed,
    }
    return render(request, "packs/pack.html", context)


@page(queries.sees, of=facts_of_pack)
def download(request: HttpRequest, alliance: str, number: int, kind: str) -> HttpResponse:
    """One file of a pack, as it was made."""
    row = pack_of(alliance, number)
    kept = row.files.get(kind)
    if kept is None:
        raise Http404("This pack has no such file, or it is not made yet.")
    with default_storage.open(kept["name"]) as stored:
        answer = saved(stored.read(), f"{row.kind}-{row.authority.code}-{row.period}-{row.number}.{kind}")
    answer["ETag"] = f'"{kept["hash"]}"'
    return answer

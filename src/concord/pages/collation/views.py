"""The analyst’s board, and the page before a release."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.actions import collating as actions
from concord.actions._run import Invalid
from concord.actions.releases import make_release
from concord.pages.access import actor_of, page
from concord.pages.asking import attempt
from concord.pages.collation.forms import Reason
from concord.pages.sharing import who_sees
from concord.queries import collation as reading
from concord.queries.collation import Board, BoardRow, facts_of_collation
from concord.queries.drafts import Draft, draft
from concord.queries.membership import alliance_named, people_who_see, today
from concord.queries.return_page import places, return_named
from concord.queries.standing import standing_of
from concord.rules.lifecycle import NotNow
from concord.rules.released import changed

DONE = {"chase": "Reminded", "accept": "Accepted"}
LABELS = {"late": "Late"} | reading.BOARD_STATES


@page("see return", of=facts_of_collation, methods=("GET", "POST"))
def board(request: HttpRequest, alliance: str, dataset: str, period: str) -> HttpResponse:
    """Where every member’s return stands: ask after it, open it, accept it, release what is in."""
    found = reading.board(actor_of(request), alliance_named(alliance), dataset, period)
    which = request.GET.get("show", "")
    errors = []
    if request.method == "POST":
        verb, _, code = request.POST.get("do", "").partition(":")
        chosen = _chosen(found, verb, code, request.POST.getlist("code"))
        if chosen:
            _each(request, verb, chosen, alliance, dataset, period)
            return redirect(request.get_full_path())
        text = "Tick the returns to accept" if verb == "accept" else "Nobody is late, so nobody was reminded"
        errors = [{"text": text, "href": "#returns"}]
    rows = found.showing(which)
    context = {
        "title": f"Collation: {found.period.label}",
        "caption": found.title,
        "who_sees": who_sees(found.standing, "return", dataset) + ", until it is released",
        "breadcrumbs": [{"text": "Returns", "href": reverse("returns", kwargs={"alliance": alliance})}],
        "width": "app-wide",
        "errors": errors,
        "it": found,
        "rows": rows,
        "which": which if which in found.counts else "",
        "labels": LABELS,
        "ticking": any("accept" in row.moves for row in rows),
        "here": {"alliance": alliance, "dataset": dataset},
    }
    return render(request, "collation/board.html", context)


def _chosen(found: Board, verb: str, code: str, ticked: list[str]) -> list[BoardRow]:
    """The rows that a button is about: its own, those ticked, or all that are late."""
    if verb not in DONE:
        return []
    if code == "late":
        return list(found.to_remind)
    wanted = [code] if code else ticked
    return [row for row in found.rows if row.code in wanted]


def _each(
    request: HttpRequest, verb: str, rows: Iterable[BoardRow], alliance: str, dataset: str, period: str
) -> None:
    """Do it to each, and say of each whether it was done."""
    actor, done = actor_of(request), []
    for row in rows:
        try:
            if verb == "chase":
                owner, authority = places(alliance, row.code)
                actions.chase(by=actor, alliance=owner, authority=authority, dataset=dataset, period=period)
            else:
                ret = return_named(alliance, dataset, period, row.code)
                if ret is None:
                    raise Invalid("Nothing has been filled in yet.")
                actions.accept(by=actor, ret=ret)
            done.append(row.name)
        except (Invalid, NotNow) as problem:
            messages.error(request, f"{row.name}: {problem}")
    if done:
        messages.success(request, f"{DONE[verb]}: {', '.join(done)}.")


@page("release.make", of=facts_of_collation, methods=("GET", "POST"))
def make(request: HttpRequest, alliance: str, dataset: str, period: str) -> HttpResponse:
    """What would be released, who is missing and who will see it, before it is done."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    when = reading.period_of(standing, dataset, period)
    form = Reason(request.POST or None)
    if request.method == "POST":
        do = partial(make_release, by=actor_of(request), alliance=row, dataset=dataset, period=period)
        if made := attempt(form, lambda data: do(**data)):
            messages.success(request, "Released. Everyone who may see it has been told.")
            return redirect("release", alliance=alliance, dataset=dataset, period=period, number=made.number)
    found = draft(row, dataset, when, today())
    use = standing.charter.dataset(dataset)
    place = {"alliance": alliance, "dataset": dataset, "period": period}
    context = {
        "title": f"Correct the release of {when.label}" if found.before else f"Release {when.label}",
        "caption": use.title,
        "who_sees": "you and others who may release; nothing is released until you press the button",
        "breadcrumbs": [
            {"text": "Returns", "href": reverse("returns", kwargs={"alliance": alliance})},
            {"text": when.label, "href": reverse("board", kwargs=place)},
        ],
        "form": form,
        "it": found,
        "counts": _counts(found),
        "left_out": [
            (found.members[code].name, kind) for code, kind in found.standing.items() if kind != "released"
        ],
        "changed": changed(
            tuple(found.changes),
            {code: m.name for code, m in found.members.items()},
            {i.id: i for i in found.indicators},
        ),
        "audience": who_sees(standing, "release", dataset),
        "people": len(people_who_see(row, "release", dataset, today())),
        "place": place,
    }
    return render(request, "collation/make.html", context)


def _counts(found: Draft) -> dict[str, int]:
    """What the release would hold, counted."""
    given = sum(row.amount.given for row in found.rows)
    return {
        "authorities": len(found.included),
        "members": len(found.members),
        "validated": sum(part.status == "validated" for part in found.included),
        "provisional": sum(part.status == "provisional" for part in found.included),
        "figures": given,
        "none": len(found.rows) - given,
    }

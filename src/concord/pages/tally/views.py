"""The page that counts a return in the data lead’s own browser, and the plan that it follows.

No record about a child comes here: the page’s scripts read the files, and put the return’s own lines, proved to
be counts, into the form that pasting from Excel uses.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any, NamedTuple

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse

from concord.pages.access import actor_of, page
from concord.pages.sharing import who_sees
from concord.queries.return_page import ReturnPage, facts_of_return, return_page
from concord.rules import access

A_YEAR = "private, max-age=31536000, immutable"
# DuckDB is WebAssembly. The worker is made of one line of the page’s own, so that it is held by this page’s policy
# wherever static files are served from; it can reach nothing but Concord.
POLICY = {"script-src": ["'wasm-unsafe-eval'"], "worker-src": [SELF, "blob:"], "connect-src": [SELF]}


@csp_update(POLICY)
@page("return.prepare", of=facts_of_return)
def count(request: HttpRequest, **where: str) -> HttpResponse:
    """Drop the files that ``tally compute`` takes; see figures and faults; put the figures into the return."""
    shown = return_page(actor_of(request), **where)
    if shown.target.period.kind != "quarter":
        raise Http404("Only a quarter is counted from lists")
    known = _plan().counted
    counted = [one for one in shown.target.asked if one.id in known]
    target = shown.target
    context = {
        "title": "Count from your own lists",
        "caption": f"{target.name}, {target.dataset_title}, {target.period.label}",
        "breadcrumbs": [
            {"text": "Returns", "href": reverse("returns", kwargs={"alliance": target.alliance})},
            {"text": f"{target.name}, {target.period.label}", "href": reverse("return", kwargs=where)},
        ],
        "who_sees": "you alone, on this computer; the figures that you put into the return, "
        + who_sees(shown.standing, "return", target.dataset),
        "place": where,
        "target": target,
        "counted": counted,
        "typed": [one for one in target.asked if one not in counted],
        "setup": _setup(shown, [one.id for one in counted]),
    }
    return render(request, "tally/count.html", context)


def _setup(shown: ReturnPage, counted: list[str]) -> dict[str, Any]:
    """What the scripts are told: which return this is, what was last sent, and where their parts lie."""
    period = shown.target.period
    last = {id: shown.around.last[id] for id in counted if id in shown.around.last}
    return {
        "authority": shown.target.code,
        "period": {
            "key": period.key,
            "label": period.label,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        },
        "wanted": counted,
        "last": {
            id: [str(number) if number is not None else None for number in (one.numerator, one.denominator)]
            for id, one in last.items()
            if one.given
        },
        "planAt": f"{reverse('tally_plan')}?v={_plan().version}",
        "engineAt": f"{settings.STATIC_URL}vendor/tally/duckdb.wasm",  # by its own name, where it lies squeezed
        "workerAt": static("tally/worker.js"),
    }


@page(access.ANYONE)
def plan_file(request: HttpRequest) -> HttpResponse:
    """The plan as JSON: definitions and how files are read. It is public, and the same for everybody."""
    made = _plan()
    response = HttpResponse(made.content, content_type="application/json")
    response["ETag"] = f'"{made.version}"'
    if request.GET.get("v") == made.version:
        response["Cache-Control"] = A_YEAR
    return response


class _Plan(NamedTuple):
    content: bytes
    version: str
    counted: frozenset[str]


@cache
def _plan() -> _Plan:
    """The plan, its version, and the indicators that are counted from lists."""
    from tally.plan import (
        plan,
    )  # with DuckDB it weighs 30 MB, which a process that never shows this page spares

    made = plan()
    content = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
    counted = frozenset(id for id, one in made["indicators"].items() if "sums" in one)
    return _Plan(content, hashlib.sha256(content).hexdigest()[:16], counted)

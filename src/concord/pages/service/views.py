"""Whether this process serves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from concord.pages.access import page
from concord.queries.membership import alliances


@page("anyone")
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """“ok” when the pages and their database answer; anything else (500) when they do not. It tells nothing more."""
    alliances()
    return HttpResponse("ok\n", content_type="text/plain")

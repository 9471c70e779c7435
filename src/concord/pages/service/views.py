"""Whether this process serves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from concord.pages.access import page
from concord.queries.service import unready


@page("anyone")
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """“ok” when this process and its database serve; 503 with a sentence when they do not. It tells nothing more."""
    reason = unready()
    return HttpResponse(
        f"{reason or 'ok'}\n", content_type="text/plain; charset=utf-8", status=503 if reason else 200
    )

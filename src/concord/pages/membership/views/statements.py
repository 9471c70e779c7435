"""Pages that only say something: accessibility, sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from concord.pages.access import page
from concord.rules import access


@page(access.ANYONE)
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everyone can use Concord, and what is not good yet."""
    return render(request, "membership/accessibility.html", {"title": "Accessibility", "who_sees": "anyone"})


@page(access.ANYONE)
def sources(request: HttpRequest) -> HttpResponse:
    """Where figures and names come from, and under which licence."""
    return render(request, "membership/sources.html", {"title": "Sources and licences", "who_sees": "anyone"})

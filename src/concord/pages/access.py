"""Every page says which ability it needs; the policy is asked before the view runs.

``@page("see release", of=...)`` names the ability and, where the page is about something, the function that
finds the facts of it from the address. Where addresses of one kind hold things of several (papers), a function
finds the ability too, and says in ``abilities`` which it may be. A view without it does not start (``pages.checks``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from concord.actions._run import Refused
from concord.queries import membership
from concord.rules import access
from concord.rules.access import Actor, Decision, Facts

View = Callable[..., HttpResponse]
FactsOf = Callable[..., Facts]


class AbilityOf(Protocol):
    """Finds the ability that a page needs from the parts of its address."""

    abilities: tuple[str, ...]

    def __call__(self, **parts: Any) -> str:
        """The ability, or raises Http404."""


class ActorMiddleware:
    """Gives every request its actor (the person with the offices they hold today), when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = functools.cache(  # type: ignore[attr-defined]
            lambda: membership.actor_of(request.user if request.user.is_authenticated else None)
        )
        with membership.read_once():
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that an action raised becomes the same page as a refusal at the door."""
        return refusal(request, error.decision) if isinstance(error, Refused) else None


def actor_of(request: HttpRequest) -> Actor:
    """The request's actor."""
    return cast(Actor, request.actor())  # type: ignore[attr-defined]


def refusal(request: HttpRequest, decision: Decision, status: int = 403) -> HttpResponse:
    """The page that says why not: sign in first, or who it is shared with."""
    if decision.code == "sign-in" and request.method == "GET":
        return redirect(f"/sign-in/?{urlencode({'next': request.get_full_path()}, safe='/')}")
    return render(request, "refused.html", {"decision": decision, "typed": _typed(request)}, status=status)


def _typed(request: HttpRequest) -> list[str]:
    """What somebody wrote in a form that could not be taken, so that they can take it up again: texts of words.

    Nothing of a form on somebody else's page: its words would seem to be Concord's.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    texts = (str(text).strip() for name, text in request.POST.items() if "password" not in name)
    return [text for text in texts if " " in text]


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """In place of Django’s page for a form without the token of the session, as after signing in once more."""
    return refusal(request, _stale)


def page(
    ability: str | AbilityOf, of: FactsOf | None = None, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Declare what a view needs. ``of(**address parts)`` gives the facts, or raises Http404."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
            if request.method not in (*methods, "HEAD"):
                response = refusal(request, _wrong_method, 405)
                response["Allow"] = ", ".join(methods)
                return response
            facts = of(**parts) if of else None
            needed = ability if isinstance(ability, str) else ability(**parts)
            # What is open to anyone needs nobody’s offices, and answers where the database does not.
            actor = Actor() if needed == access.ANYONE else actor_of(request)
            decision = access.decide(actor, needed, facts)
            if not decision.allowed:
                return refusal(request, decision)
            return view(request, *args, **parts)

        named = (ability,) if isinstance(ability, str) else ability.abilities
        guarded.ability = " or ".join(named)  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        guarded.facts_of = of  # type: ignore[attr-defined]
        return guarded

    return wrap


_stale = Decision(
    False, "stale", "This page was open since before you signed in last, so it could not be sent."
)
_wrong_method = Decision(False, "method", "This address does not take that kind of request.")

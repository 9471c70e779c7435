"""Signing in: by e-mail and password, by the council's own sign-in, or as somebody in a demonstration."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView
from allauth.socialaccount.adapter import get_adapter
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from concord.pages.access import page
from concord.pages.asking import numbered
from concord.queries import accounts
from concord.queries.membership import today
from concord.rules import access

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignIn(LoginView):
    """allauth's sign-in, with the council's button and the people of a demonstration beside it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page shows besides the form."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        councils = get_adapter().list_providers(self.request)
        following = self.request.GET.get("next") or self.request.POST.get("next") or ""
        return found | {
            "councils": [
                {"name": p.name, "href": p.get_login_url(self.request, process="login", next=following)}
                for p in councils
            ],
            "following": following,
            "demo_people": accounts.demo_people(today()),
        }


sign_in = page(access.ANYONE, methods=("GET", "POST"))(SignIn.as_view())
sign_out = page(access.ANYONE, methods=("GET", "POST"))(LogoutView.as_view())


@page(access.ANYONE, methods=("POST",))
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Take on somebody of a demonstration. 404 for anybody who holds an office anywhere else."""
    person = accounts.demo_person(numbered(request.POST.get("person", "")))
    if person is None:
        raise Http404("There is no such person in a demonstration")
    login(request, person, backend=BACKEND)
    following = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(following, {request.get_host()}, request.is_secure()):
        return redirect(following)
    return redirect("home")


@page(access.ANYONE, methods=("GET", "POST"))
def not_offered(request: HttpRequest) -> HttpResponse:
    """In place of signing up and of changing one's address: an account comes with an office."""
    return render(request, "membership/by_invitation.html", {"title": "An account comes with an office"})

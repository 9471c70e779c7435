"""Who can sign in: only people who were invited. Nobody signs up by themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):
    """Signing up is closed; offices invite people by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account comes with an office."""
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):
    """A council's own sign-in opens an account only where the person connected it while signed in here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an unknown council account is told to ask for an invitation."""
        return False

"""What every bench of the national instance shares: Django set up, people to ask as, figures beside targets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

DATASET = "national-60"
ALLIANCE = "london"  # the largest


def set_up() -> None:
    """Django, as the product sets it up, taking the test client’s host."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    os.environ["CONCORD_HOSTS"] = "testserver,127.0.0.1"
    os.environ.setdefault("CONCORD_LOG", "ERROR")
    import django
    from django.conf import settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    django.setup()
    settings.STORAGES = settings.STORAGES | plain
    settings.STATIC_ROOT.mkdir(exist_ok=True)


def client(office: str, code: str = "") -> Any:
    """Somebody of the largest alliance, signed in."""
    from django.test import Client

    from concord.records.models import Person

    found = Person.objects.filter(tenures__alliance__key=ALLIANCE, tenures__office=office)
    if code:
        found = found.filter(tenures__authority__code=code)
    who = Client(raise_request_exception=False)
    who.force_login(found[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    return who


def milliseconds(work: Callable[[], Any], times: int = 20) -> float:
    """Processor time of one run, the least of several: whatever else the machine does only adds to it."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return min(taken)


def verdict(met: bool) -> str:
    """Whether a target was met."""
    return "met" if met else "NOT MET"


def place() -> dict[str, Any]:
    """The largest alliance’s latest quarter and the one before, which is released; and one of its authorities."""
    from concord.records.models import Alliance, Release, Return

    alliance = Alliance.objects.get(key=ALLIANCE)
    latest = Return.objects.filter(alliance=alliance).latest("period").period
    released = Release.objects.filter(alliance=alliance).latest("period", "number")
    return {"alliance": alliance, "latest": latest, "release": released, "code": "202"}


def heading(text: str) -> None:
    """A heading that names the database."""
    from django.db import connection

    print(f"{text} ({ {'sqlite': 'SQLite', 'postgresql': 'PostgreSQL'}[connection.vendor] })")

"""Work that waits until the action is written: given to the background by name, once it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django_q.tasks import async_task

_held = ContextVar("held", default=False)


def later(job: str, *details: int | str) -> None:
    """Have a function of concord.commands.jobs run after the transaction; a job whose worker dies runs again."""
    if not _held.get():
        transaction.on_commit(lambda: async_task(f"concord.commands.jobs.{job}", *details))


@contextmanager
def held() -> Iterator[None]:
    """Queue nothing: for who replays years of history, and does the work itself at the end."""
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)

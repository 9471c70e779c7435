"""Work that waits until the action is written: given to the background by name, once it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django_q.tasks import async_task

Job = tuple[str, tuple[int | str, ...]]

_held: ContextVar[list[Job] | None] = ContextVar("held", default=None)


def later(job: str, *details: int | str) -> None:
    """Have a function of concord.commands.jobs run after the transaction; a job whose worker dies runs again."""
    waiting = _held.get()
    if waiting is None:
        transaction.on_commit(lambda: async_task(f"concord.commands.jobs.{job}", *details))
    else:
        waiting.append((job, details))


@contextmanager
def held() -> Iterator[list[Job]]:
    """Queue nothing, and give what waits, to take from: for who replays years of history and does the work itself."""
    waiting: list[Job] = []
    token = _held.set(waiting)
    try:
        yield waiting
    finally:
        _held.reset(token)

"""When the post is done: every five minutes, and the day's digests from seven in the morning."""

from __future__ import annotations

from django_q.models import Schedule

JOB = "concord.commands.notices.work"
MINUTES = 5
DIGEST_HOUR = 7


def ensure() -> None:
    """Make the schedule if it is not there, and put right one that differs. Safe to run again."""
    Schedule.objects.update_or_create(
        name="post",
        defaults={
            "func": JOB,
            "schedule_type": Schedule.MINUTES,
            "minutes": MINUTES,
            "repeats": -1,
        },
    )

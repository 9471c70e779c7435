"""Releasing a quarter of the whole country: nine alliances, 153 authorities, 60 indicators. Rolled back after."""

from __future__ import annotations

import time

from instance import DATASET, heading, set_up, verdict

set_up()

from django.db import transaction  # noqa: E402

from concord.actions.releases import make_release  # noqa: E402
from concord.queries.membership import actor_of  # noqa: E402
from concord.records.models import Alliance, Person, Return  # noqa: E402

TARGET = 2.0  # seconds of processor time


def main() -> None:
    """Seconds of processor time, the least of three."""
    heading("Release of a quarter")
    taken, figures, authorities = [], 0, 0
    for _ in range(3):
        with transaction.atomic():
            total, figures, authorities = 0.0, 0, 0
            for alliance in Alliance.objects.all():
                person = Person.objects.filter(tenures__alliance=alliance, tenures__office="data-specialist")[
                    0
                ]
                actor = actor_of(person)
                period = Return.objects.filter(alliance=alliance).latest("period").period
                start = time.process_time()
                release = make_release(
                    by=actor, alliance=alliance, dataset=DATASET, period=period, reason="Measured"
                )
                total += time.process_time() - start
                figures += release.figures.count()
                authorities += len(set(release.figures.values_list("authority", flat=True)))
            taken.append(total)
            transaction.set_rollback(True)
    best = min(taken)
    print(
        f"{authorities} authorities, {figures:,} figures: {best:.2f} s of processor time; "
        f"target {TARGET:.0f} s: {verdict(best <= TARGET)}"
    )


if __name__ == "__main__":
    main()

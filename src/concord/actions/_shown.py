"""Showing a text to offices of an authority, inside another action."""

from __future__ import annotations

from collections.abc import Iterable

from concord.actions._run import Run
from concord.queries.membership import holders
from concord.records.models import Acknowledgement, Alliance, Authority


def shown(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    subject: str,
    key: str,
    title: str,
    offices: Iterable[str],
) -> list[Acknowledgement]:
    """Show a text to offices of an authority, inside another action; what was shown before is not shown again.

    ``key`` is the thing’s number, a full stop, and what tells its text from another. Returns what is new.
    """
    made = []
    for office in offices:
        row, new = Acknowledgement.objects.get_or_create(
            subject=subject,
            subject_key=key,
            authority=authority,
            office=office,
            defaults={"alliance": alliance, "shown_at": run.at, "shown_by": run.who[:200]},
        )
        if new:
            made.append(row)
            people = holders(alliance.pk, office, run.today, authority=authority.pk)
            run.tell(
                people.values_list("pk", flat=True),
                "shown",
                f"{title} was shown to you. Say when you have read it."[:400],
                f"/alliances/{alliance.key}/shown/{row.pk}/",
                alliance.key,
                urgent=True,
            )
    return made

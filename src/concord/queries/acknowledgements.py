"""What was shown to an office, and whether it has said that it read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from concord.queries import follow_ups, plans
from concord.queries.standing import Standing
from concord.records.models import Acknowledgement, FollowUp, Plan
from concord.rules.access import Actor, Facts, Holding

READ = "document.acknowledge"


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that was shown to an office: what it is, where it stands, and who read it."""

    row: Acknowledgement
    title: str
    link: str

    @property
    def read(self) -> bool:
        """Whether the office has said that it read it."""
        return self.row.read_at is not None


def _plans(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Plan.objects.filter(pk__in=set(keys)).select_related("alliance", "authority", "edition")
    return {p.pk: (plans.title_of(p), plans.link_of(p)) for p in rows}


def _follow_ups(keys: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = FollowUp.objects.filter(pk__in=set(keys)).select_related(
        "alliance", "authority", "plan__edition", "challenge__edition"
    )
    return {f.pk: (follow_ups.rule_of(f).title, follow_ups.link_of(f)) for f in rows}


SUBJECTS: dict[str, Callable[[Iterable[int]], dict[int, tuple[str, str]]]] = {
    "plan": _plans,
    "follow-up": _follow_ups,
}
"""What can be shown: by the number that begins its key, its title and address."""


def own(actor: Actor, row: Acknowledgement, alliance: str) -> Holding | None:
    """The actor’s own office to which something was shown; reading cannot be delegated."""
    return next(
        (
            h
            for h in actor.holdings
            if h.office == row.office
            and h.alliance == alliance
            and row.authority_id in h.authorities
            and READ in h.may
            and not h.delegated_by
        ),
        None,
    )


def shown_to(actor: Actor, standing: Standing) -> list[Shown]:
    """Everything that was shown to the offices that somebody holds, unread first, newest first. A query a subject."""
    mine = Q(pk__in=())
    for h in actor.holdings:
        if h.alliance == standing.key and READ in h.may and not h.delegated_by:
            mine |= Q(office=h.office, authority__in=h.authorities)
    rows = list(
        Acknowledgement.objects.filter(mine, alliance=standing.id).select_related("authority", "person")
    )
    found = [s for subject in SUBJECTS for s in _named(subject, [r for r in rows if r.subject == subject])]
    return sorted(found, key=lambda s: (s.read, -s.row.shown_at.timestamp()))


def _named(subject: str, rows: list[Acknowledgement]) -> list[Shown]:
    if not rows:
        return []
    known = SUBJECTS[subject](number(r) for r in rows)
    return [Shown(r, *known[number(r)]) for r in rows if number(r) in known]


def number(row: Acknowledgement) -> int:
    """The row that was shown."""
    return int(row.subject_key.partition(".")[0])


def facts_of_shown(alliance: str, number: int) -> Facts:
    """Whose it is, from an address. Raises Http404."""
    rows = Acknowledgement.objects.filter(alliance__key=alliance, pk=number).select_related("authority")
    found = rows.first()
    if found is None:
        raise Http404("Nothing of the kind was shown.")
    return Facts(alliance, found.authority_id, found.authority.name)


def one(actor: Actor, standing: Standing, key: int) -> Shown | None:
    """One of what was shown to somebody; None where it was shown to another office."""
    return next((s for s in shown_to(actor, standing) if s.row.pk == key), None)

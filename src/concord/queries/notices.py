"""What is to be told, and to whom: notices that wait, and reminders of duties worked out anew each day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Prefetch
from django.utils import timezone

from concord.queries import evidence
from concord.queries.duties import Setting, duties, link, occasion, setting_of, tracked
from concord.queries.membership import acts_for, alliances
from concord.queries.standing import on
from concord.records.models import Alliance, Delegation, Entry, Letter, Notice, Person, Tenure
from concord.rules.duty import Key, Obligation

# Days before (after, if negative) the due day on which a duty is brought to mind.
REMINDED = (14, 3, -1)
_AHEAD, _BACK = timedelta(days=15), timedelta(days=10)
CATCH_UP = timedelta(days=7)  # after days without a digest, as when nothing was serving
STALE = timedelta(days=14)  # older notices are no news


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that waits to be sent."""

    id: int
    kind: str
    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A duty to bring to mind."""

    due: date
    sentence: str
    where: str
    period: str
    clause: str
    link: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An e-mail to be: its ``key`` is written once only; ``notices`` are the ids of those that it tells."""

    person: int
    key: str
    subject: str
    text: str
    notices: tuple[int, ...] = ()


def waiting(urgent: bool, now: datetime) -> dict[int, list[Told]]:
    """Notices in no letter yet, by person, the first first. The made-up people of a demonstration get none."""
    rows = Notice.objects.filter(
        letter=None, sent_at=None, urgent=urgent, made_at__gt=now - STALE, person__is_active=True
    ).exclude(alliance__in=Alliance.objects.filter(demo=True).values("key"))
    found: dict[int, list[Told]] = {}
    for row in rows.order_by("made_at", "pk"):
        found.setdefault(row.person_id, []).append(Told(row.pk, row.kind, row.sentence, row.link))
    return found


def names(people: Iterable[int]) -> dict[int, str]:
    """The names of people."""
    return dict(Person.objects.filter(pk__in=set(people)).values_list("pk", "name"))


def digest_written(day: date) -> bool:
    """Whether the digests of a day were written, to the last one."""
    return Entry.objects.filter(verb="digest.written", subject=f"digest {day.isoformat()}").exists()


def last_digests(day: date) -> dict[int, date]:
    """The day of each person’s last digest, where they had one in the last week."""
    rows = Letter.objects.filter(key__startswith="digest.", made_at__date__gt=day - CATCH_UP)
    made = rows.values_list("person").annotate(last=Max("made_at"))
    return {person: timezone.localdate(last) for person, last in made}


def reminders(day: date, since: Mapping[int, date]) -> dict[int, list[Reminder]]:
    """Duties whose day of reminder came after a person’s last digest; by person, soonest first.

    ``since`` is the day of the last digest; without one, a week is looked back. Five queries, however many
    alliances.
    """
    settings = [setting_of(a, day, day - _BACK, day + _AHEAD) for a in alliances() if not a.demo]
    found = duties(settings, day, only=tracked)
    holders = _holders(settings, day)
    told: dict[int, dict[tuple[str, str], Reminder]] = {}
    for setting in settings:
        key = setting.standing.key
        for duty in found[key]:
            last = max(_marks(duty, day), default=None)
            for person, lent in holders.get((key, duty.office, duty.party.id), ()) if last else ():
                if last and last > since.get(person, day - CATCH_UP) and _does(duty, lent):
                    reminder = _reminder(key, duty)
                    told.setdefault(person, {})[reminder.link, reminder.where] = reminder
    return {
        person: sorted(these.values(), key=lambda r: (r.due, r.sentence)) for person, these in told.items()
    }


def _marks(duty: Obligation, day: date) -> list[date]:
    """The days up to today on which a duty that is not done is to be brought to mind."""
    if duty.due is None or not (duty.open or duty.coming):
        return []
    return [mark for before in REMINDED if (mark := duty.due - timedelta(days=before)) <= day]


def _does(duty: Obligation, lent: frozenset[str] | None) -> bool:
    """Whether it is the person’s to do: a holder’s always, a delegate’s where they were lent the ability."""
    kept = evidence.kept(duty.commitment.met_by)
    return lent is None or (kept is not None and kept.ability in lent)


Holders = dict[tuple[str, str, Key], list[tuple[int, frozenset[str] | None]]]


def _holders(settings: Sequence[Setting], day: date) -> Holders:
    """Who holds each office for each party, and to whom it is lent with which abilities."""
    known = {s.standing.id: s for s in settings}
    tenures = Tenure.objects.filter(on(day), alliance__in=known, person__is_active=True).select_related(
        "sub_region", "authority", "body"
    )
    running = Delegation.objects.filter(on(day), to__is_active=True)
    found: Holders = {}
    for tenure in tenures.prefetch_related(Prefetch("delegations", running, to_attr="running")):
        people: list[tuple[int, frozenset[str] | None]] = [(tenure.person_id, None)]
        people += [(d.to_id, frozenset(d.abilities)) for d in tenure.running]
        setting = known[tenure.alliance_id]
        for party in _parties(setting, tenure):
            found.setdefault((setting.standing.key, tenure.office, party), []).extend(people)
    return found


def _parties(setting: Setting, tenure: Tenure) -> list[Key]:
    standing = setting.standing
    if tenure.partner:
        return [("partner", tenure.partner)]
    if tenure.sub_region:
        return [("sub-region", tenure.sub_region.key)]
    if tenure.authority_id or tenure.body_id:
        return [
            ("authority", standing.by_id[a].code) for a in acts_for(tenure, standing) if a in standing.by_id
        ]
    return [("alliance", standing.key)]


def _reminder(alliance: str, duty: Obligation) -> Reminder:
    commitment = duty.commitment
    return Reminder(
        duty.due or date.max,
        commitment.duty,
        duty.party.name,
        occasion(duty),
        commitment.cited or commitment.clause,
        link(alliance, duty),
    )

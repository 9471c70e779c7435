"""The duties of alliances as they stand on a day: what every board, task list, reminder and calendar reads.

However many alliances, authorities and clauses: one query for what happened, one for variations. What follows
from charter and membership alone is kept by the alliance's token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils import timezone

from catalogue.periods import Period
from catalogue.workingdays import first_and_last_day
from concord.charter import vocabulary
from concord.charter.base import Owner
from concord.charter.calendar import Occurrence, collations, occurrences
from concord.charter.due import parse
from concord.charter.schema import Charter, Commitment
from concord.queries import evidence
from concord.queries.happenings import TRIGGER, Scope
from concord.queries.standing import Standing, parsed, standing_of
from concord.records.models import Alliance, Edition, Entry, Participation, Variation
from concord.rules import access
from concord.rules.access import Actor, Facts, Grant, Holding
from concord.rules.obligations import (
    Happening,
    Obligation,
    Party,
    Span,
    Started,
    Waiver,
    obligations,
    offices,
)

TAKING_PART = ("full", "limited")
# The longest deadline, 80 working days, must not run past the last known bank holiday.
_MARGIN = timedelta(days=150)


@dataclass(frozen=True, slots=True)
class Setting:
    """What an alliance's duties follow from besides what happened: parties, calendar, and since when."""

    standing: Standing
    parties: tuple[Party, ...]
    occurrences: tuple[Occurrence, ...]
    since: date
    editions: tuple[str, ...]

    @property
    def charter(self) -> Charter:
        """The memorandum in force."""
        return self.standing.charter


def setting_of(alliance: Alliance, day: date, first: date, last: date) -> Setting:
    """The setting with everything that falls due from ``first`` to ``last``, as known on ``day``."""
    return _setting(alliance.pk, alliance.token, day, first, min(last, first_and_last_day()[1] - _MARGIN))


@lru_cache(maxsize=64)
def _setting(alliance: int, token: str, day: date, first: date, last: date) -> Setting:
    row = Alliance.objects.get(pk=alliance)
    standing = standing_of(row, day)
    begun = Entry.objects.filter(alliance=row.key).order_by("number").values_list("at", flat=True).first()
    editions = list(Edition.objects.filter(alliance=alliance).order_by("commences"))
    return Setting(
        standing,
        tuple(_parties(standing)),
        tuple(_calendar(editions, first, last)),
        timezone.localdate(begun) if begun else date.min,
        (standing.edition,),
    )


def _calendar(editions: list[Edition], first: date, last: date) -> Iterable[Occurrence]:
    """What falls due under each edition while it is in force."""
    ends = [after.commences - timedelta(days=1) for after in editions[1:]] + [date.max]
    for edition, end in zip(editions, ends, strict=True):
        until = min(end, edition.revoked or date.max, last)
        if (begins := max(first, edition.commences)) <= until:
            charter = parsed(edition.hash, edition.pk)
            found = occurrences(charter, begins, until)
            yield from found
            yield from collations(charter, found)


def _parties(standing: Standing) -> Iterable[Party]:
    charter = standing.charter
    spans: dict[tuple[str, str, int], list[Span]] = {}
    rows = Participation.objects.filter(alliance=standing.id).select_related("authority")
    for row in rows.order_by("authority__name", "starts"):
        found = spans.setdefault((row.authority.code, row.authority.name, row.authority_id), [])
        if row.level in TAKING_PART:
            clauses = frozenset(row.agreed) if row.level == "limited" else None
            found.append(Span(row.starts, row.ends, clauses))
    for (code, name, pk), taking_part in spans.items():
        yield Party("authority", code, name, tuple(taking_part), pk)
    whole = (Span(charter.memorandum.commences, charter.memorandum.revoked),)
    for key, name in sorted(standing.sub_regions.items()):
        yield Party("sub-region", key, name, whole)
    yield Party("alliance", standing.key, standing.name, whole)
    for partner in charter.partners:
        yield Party("partner", partner.key, partner.title, whole)


def tracked(commitment: Commitment) -> bool:
    """Whether Concord keeps what discharges a commitment."""
    return evidence.kept(commitment.met_by.kind, commitment.met_by.of) is not None


def duties(
    settings: Sequence[Setting], day: date, only: Callable[[Commitment], bool] = lambda commitment: True
) -> dict[str, list[Obligation]]:
    """Every obligation by alliance key. Two queries."""
    happened = _happened(settings, day, only)
    varied = waivers(settings)
    return {
        s.standing.key: obligations(
            s.charter,
            s.parties,
            s.occurrences,
            happened[s.standing.id][0],
            varied.get(s.standing.id, []),
            day,
            triggers=happened[s.standing.id][1],
            since=s.since,
            only=only,
        )
        for s in settings
    }


Happened = tuple[
    dict[tuple[str, str], dict[tuple[Owner, str], list[Happening]]],
    dict[str, dict[tuple[Owner, str], list[Started]]],
]


def _happened(
    settings: Sequence[Setting], day: date, only: Callable[[Commitment], bool]
) -> dict[int, Happened]:
    wanted = [c for s in settings for c in s.charter.commitments if only(c)]
    pairs = {(c.met_by.kind, name) for c in wanted for name in c.met_by.names}
    pairs |= {("release", of) for kind, of in pairs if kind == "return"}
    pairs = {pair for pair in pairs if evidence.kept(*pair)}
    triggers = {name for c in wanted for name in c.after if name in evidence.TRIGGERS}
    found: dict[int, Happened] = {
        s.standing.id: ({pair: {} for pair in pairs}, {name: {} for name in triggers}) for s in settings
    }
    scope = Scope(
        tuple(s.standing.id for s in settings),
        tuple(e for s in settings for e in s.editions),
        tuple(sorted({o.period for s in settings for o in s.occurrences})),
        day,
    )
    for alliance, kind, of, whose, what, about in evidence.found(scope, pairs, triggers):
        by_kind, by_trigger = found[alliance]
        if kind == TRIGGER:
            by_trigger[of].setdefault(whose, []).append(Started(what.on, what.role, what.thing, about))
        elif (kind, of) in by_kind:
            by_kind[kind, of].setdefault(whose, []).append(what)
    for s in settings:
        _follow(s, found[s.standing.id][0])
    return found


def _follow(setting: Setting, kept: dict[tuple[str, str], dict[tuple[Owner, str], list[Happening]]]) -> None:
    """The evidence that membership and editions are by themselves."""
    if (participation := kept.get(("record", "participation"))) is not None:
        for party in setting.parties:
            if party.kind == "authority":
                participation[party.id] = [Happening(span.starts) for span in party.spans]
    if (charter := kept.get(("record", "charter"))) is not None:
        memorandum = setting.charter.memorandum
        in_force = Happening(memorandum.commences, until=memorandum.revoked)
        charter["alliance", setting.standing.key] = [in_force]


def waivers(settings: Sequence[Setting]) -> dict[int, list[Waiver]]:
    """The variations agreed, as what they waive or change, by alliance. One query."""
    rows = Variation.objects.filter(
        alliance__in=[s.standing.id for s in settings], agreed_at__isnull=False
    ).select_related("authority")
    found: dict[int, list[Waiver]] = {}
    for row in rows:
        due = parse(row.due) if row.effect == "change" and row.due else None
        waiver = Waiver(
            ("authority", row.authority.code), frozenset(row.commitments), row.starts, row.ends, due
        )
        found.setdefault(row.alliance_id, []).append(waiver)
    return found


# --- whose they are, and who may see them ---------------------------------------------------------------------


def mine(holdings: Iterable[Holding], alliance: str, duty: Obligation) -> Holding | None:
    """The holding through which a duty is a person's own, or None. A delegate has it where they were lent it."""
    return next((h for h in holdings if h.alliance == alliance and _holds(h, alliance, duty)), None)


def _holds(holding: Holding, alliance: str, duty: Obligation) -> bool:
    if holding.office != duty.office:
        return False
    if holding.delegated_by:
        kept = evidence.kept(duty.commitment.met_by.kind, duty.commitment.met_by.of)
        if kept is None or kept.ability not in holding.may:
            return False
    return acts_for(holding, duty.party)


def acts_for(holding: Holding, party: Party) -> bool:
    """Whether an office acts for a party."""
    match party.kind:
        case "authority":
            return party.row in holding.authorities
        case "sub-region":
            return holding.of == "sub-region" and holding.place == party.name
        case "alliance":
            return holding.of == "alliance"
        case "partner":
            return holding.partner == party.key


def sees(actor: Actor, standing: Standing) -> Callable[[Obligation], bool]:
    """Whether an actor may see how a duty stands: by the sharing of duties, or the commitment's own rule."""
    granted: Sequence[Grant] = access.grants(actor, "see duties", standing.key)

    known: dict[tuple[str, str, str], bool] = {}

    def shared(party: Party, clause: str) -> bool:
        facts = Facts(standing.key, party.row, party.name, clause)
        covering = [grant for grant in granted if grant.covers(facts)]
        if party.kind == "sub-region":  # a part of it is enough, another sub-region is not
            within = standing.in_sub_region(party.key)
            covering = [g for g in covering if g.authorities is None or g.authorities & within]
        return bool(covering)

    def visible(duty: Obligation) -> bool:
        of = (duty.party.kind, duty.party.key, duty.commitment.id)
        if of not in known:
            known[of] = shared(duty.party, duty.commitment.id)
        return known[of] or mine(actor.holdings, standing.key, duty) is not None

    return visible


def link(alliance: str, duty: Obligation) -> str:
    """Where a person goes to do it, or to see that it was done; the clause's own page where nothing is kept."""
    met = duty.commitment.met_by
    if (kept := evidence.kept(met.kind, met.of)) and ("{period}" not in kept.link or duty.period):
        number = duty.thing.rpartition(" ")[2]
        address = kept.link if number else kept.link.removesuffix("{thing}/")
        return address.format(
            alliance=alliance, of=met.of, period=duty.period, key=duty.party.key, thing=number
        )
    return clause_link(alliance, duty.commitment.id)


def clause_link(alliance: str, clause: str) -> str:
    """The address of a clause's page."""
    return f"/alliances/{alliance}/memorandum/{clause}/"


def cited(alliance: str, commitments: Iterable[Commitment]) -> tuple[tuple[str, str], ...]:
    """Clauses as the memorandum cites them, each with the address of its page."""
    return tuple((c.cited or c.clause, clause_link(alliance, c.id)) for c in commitments)


def period_words(period: str) -> str:
    """“April to June 2026”, “year to March 2027”, “half-year to 30 September 2026”, or nothing."""
    if not period:
        return ""
    try:
        return Period.parse(period).label
    except ValueError:
        end = date.fromisoformat(period)
        return f"half-year to {end.day} {end:%B %Y}"


def occasion(duty: Obligation) -> str:
    """For which period a duty is, for whose challenge or plan, and in which role; or nothing."""
    role = f"as {vocabulary.CHALLENGE_ROLES[duty.role]}" if duty.role else ""
    return ", ".join(filter(None, (period_words(duty.period), duty.about, role)))


def offices_of(charter: Charter, commitment: Commitment) -> str:
    """The offices that discharge a duty, in words."""
    titles = [charter.office(office).title for office in offices(charter, commitment)]
    return " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1])))

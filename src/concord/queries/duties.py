"""The duties of alliances as they stand on a day: what every board, task list, reminder and calendar reads.

However many alliances, authorities and clauses: one query, for what happened. What follows from charter,
membership and variations is kept by the alliance's token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from django.utils import timezone

from catalogue.periods import Period
from catalogue.workingdays import first_and_last_day
from concord.charter import vocabulary
from concord.charter.calendar import Occurrence, collations, occurrences
from concord.charter.due import parse
from concord.charter.schema import Charter, Commitment
from concord.queries import evidence
from concord.queries.happenings import TRIGGER, Scope
from concord.queries.standing import Standing, parsed, standing_of
from concord.records.models import Alliance, Edition, Entry, Participation, Variation
from concord.rules import access
from concord.rules.access import Actor, Facts, Grant, Holding
from concord.rules.duty import Happening, Key, Obligation, Party, Span, Started, Waiver
from concord.rules.obligations import obligations, offices

TAKING_PART = ("full", "limited")
# The longest deadline, 80 working days, must not run past the last known bank holiday.
_MARGIN = timedelta(days=150)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What an alliance's duties follow from besides what happened: parties, calendar, waivers, and since when.

    One is made for an alliance's token, day and span, and is the same for as long as they are.
    """

    standing: Standing
    parties: tuple[Party, ...]
    occurrences: tuple[Occurrence, ...]
    waivers: tuple[Waiver, ...]
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
        tuple(_waivers(alliance)),
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


def _waivers(alliance: int) -> Iterable[Waiver]:
    """The variations agreed, as what they waive or change."""
    rows = Variation.objects.filter(alliance=alliance, agreed_at__isnull=False).select_related("authority")
    for row in rows.order_by("pk"):
        due = parse(row.due) if row.effect == "change" and row.due else None
        yield Waiver(("authority", row.authority.code), frozenset(row.commitments), row.starts, row.ends, due)


def tracked(commitment: Commitment) -> bool:
    """Whether Concord keeps what discharges a commitment."""
    return evidence.kept(commitment.met_by) is not None


@lru_cache(maxsize=256)
def within(setting: Setting, parties: frozenset[Key]) -> Setting:
    """The setting with some of its parties alone."""
    return replace(setting, parties=tuple(p for p in setting.parties if p.id in parties))


def duties(
    settings: Sequence[Setting], day: date, only: Callable[[Commitment], bool] = lambda commitment: True
) -> dict[str, tuple[Obligation, ...]]:
    """Every obligation by alliance key. One query.

    What follows from the same setting and rows is worked out once a process and kept by them.
    """
    rows: dict[int, list[evidence.Row]] = {}
    for row in _rows(settings, day, only):
        rows.setdefault(row[0], []).append(row)
    return {
        s.standing.key: _worked_out(
            s,
            day,
            frozenset((c.id, c.through) for c in (*s.charter.commitments, *_collating(s)) if only(c)),
            tuple(rows.get(s.standing.id, ())),
        )
        for s in settings
    }


def _rows(settings: Sequence[Setting], day: date, only: Callable[[Commitment], bool]) -> list[evidence.Row]:
    wanted = [c for s in settings for c in s.charter.commitments if only(c)]
    scope = Scope(
        tuple(s.standing.id for s in settings),
        tuple(e for s in settings for e in s.editions),
        tuple(sorted({o.period for s in settings for o in s.occurrences})),
        day,
    )
    return evidence.rows(scope, [c.met_by for c in wanted], _triggers(wanted))


def _kinds(wanted: Iterable[Commitment]) -> set[tuple[str, str]]:
    """The kinds of evidence that Concord keeps; a return is followed by its release."""
    kinds = {(c.met_by.kind, name) for c in wanted if evidence.kept(c.met_by) for name in c.met_by.names}
    return kinds | {("release", of) for kind, of in kinds if kind == "return"}


def _triggers(wanted: Iterable[Commitment]) -> set[str]:
    return {name for c in wanted for name in c.after if name in evidence.TRIGGERS}


def _collating(setting: Setting) -> list[Commitment]:
    """The duties to collate that stand beside those to return."""
    own = {(c.id, c.through) for c in setting.charter.commitments}
    return [o.commitment for o in setting.occurrences if (o.commitment.id, o.commitment.through) not in own]


@lru_cache(maxsize=32)
def _worked_out(
    setting: Setting,
    day: date,
    asked: frozenset[tuple[str, str]],
    rows: tuple[evidence.Row, ...],
) -> tuple[Obligation, ...]:
    """The obligations of the commitments asked for, by id and office."""
    wanted = [c for c in setting.charter.commitments if (c.id, c.through) in asked]
    kept: dict[tuple[str, str], dict[Key, list[Happening]]] = {kind: {} for kind in _kinds(wanted)}
    triggers: dict[str, dict[Key, list[Started]]] = {name: {} for name in _triggers(wanted)}
    for kind, of, whose, what, about in evidence.found(rows):
        if kind == TRIGGER:
            triggers[of].setdefault(whose, []).append(Started(what.on, what.role, what.thing, about))
        elif (kind, of) in kept:
            kept[kind, of].setdefault(whose, []).append(what)
    _follow(setting, kept)
    found = obligations(
        setting.charter,
        setting.parties,
        setting.occurrences,
        kept,
        setting.waivers,
        day,
        triggers=triggers,
        since=setting.since,
        only=lambda c: (c.id, c.through) in asked,
    )
    return tuple(found)


def _follow(setting: Setting, kept: dict[tuple[str, str], dict[Key, list[Happening]]]) -> None:
    """The evidence that membership and editions are by themselves."""
    if (participation := kept.get(("record", "participation"))) is not None:
        for party in setting.parties:
            if party.kind == "authority":
                participation[party.id] = [Happening(span.starts) for span in party.spans]
    if (charter := kept.get(("record", "charter"))) is not None:
        memorandum = setting.charter.memorandum
        in_force = Happening(memorandum.commences, until=memorandum.revoked)
        charter["alliance", setting.standing.key] = [in_force]


# --- whose they are, and who may see them ---------------------------------------------------------------------


def mine(holdings: Iterable[Holding], alliance: str, duty: Obligation) -> Holding | None:
    """The holding through which a duty is a person's own, or None. A delegate has it where they were lent it."""
    for holding in holdings:  # asked of thousands of duties, most of them of another office
        if holding.office == duty.office and holding.alliance == alliance and _holds(holding, duty):
            return holding
    return None


def _holds(holding: Holding, duty: Obligation) -> bool:
    if holding.delegated_by:
        kept = evidence.kept(duty.commitment.met_by)
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
    if (kept := evidence.kept(met)) and ("{period}" not in kept.link or duty.period):
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


@lru_cache(maxsize=1024)
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

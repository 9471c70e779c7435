"""Reading groupings: what one hangs on, how it stands and what it costs, and how its challenges go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations
from typing import Any

from django.db.models import Subquery
from django.http import Http404

from catalogue.periods import Period
from catalogue.reference import centres
from concord.charter import Charter
from concord.charter.schema import Commitment
from concord.queries.authorities import latest_judgements
from concord.queries.conflicts import clashes
from concord.queries.membership import acts_for, alliance_named, today
from concord.queries.standing import MemberNow, Standing, on, standing_of
from concord.records.models import (
    Alliance,
    Authority,
    Judgement,
    Release,
    ReleaseFigure,
    Round,
    Seat,
    SubRegion,
    Tenure,
    Variation,
    Wish,
)
from concord.rules.access import Facts
from concord.rules.challenge import CHALLENGE, COUNTED
from concord.rules.grouping import (
    REMEMBERED,
    WEIGHTS,
    Bar,
    Grouping,
    Party,
    Reckoning,
    Setting,
    Want,
    as_codes,
    met_in,
    reckon,
    shape_of,
)

AREAS = ("overall", "leaders", "help_and_protection", "in_care", "care_leavers")
STRONG, WEAK = ("outstanding", "good"), ("requires improvement", "inadequate")


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups are formed: a sub-region, or the alliance as a whole (no key)."""

    key: str
    name: str
    members: tuple[MemberNow, ...]
    without: tuple[MemberNow, ...]  # members that did not agree to the challenge, or for whom it is waived

    def facts(self, alliance: str) -> Facts:
        """Facts with which its groups are formed: of one of its members, where it is a sub-region."""
        first = (*self.members, *self.without)[:1] if self.key else ()
        return Facts(alliance, first[0].id if first else None, self.name if self.key else "")


def places(standing: Standing) -> list[Place]:
    """Where the memorandum has groups formed; none where it has no challenge. One query."""
    chapter = standing.charter.challenge
    if chapter is None:
        return []
    keys = standing.sub_regions if chapter.within == "sub-region" else {"": standing.name}
    clause = next((c.id for c in standing.charter.commitments if c.clause == chapter.clause), "")
    agreed = Variation.objects.filter(
        on(standing.day), alliance=standing.id, effect="waive", agreed_at__isnull=False
    )
    waived = {a for a, clauses in agreed.values_list("authority", "commitments") if clause in clauses}
    found = []
    for key, name in keys.items():
        members = [m for m in standing.taking_part if not key or m.sub_region == key]
        takes = [
            m
            for m in members
            if m.id not in waived and (m.level == "full" or not m.clauses or clause in m.clauses)
        ]
        found.append(Place(key, name, tuple(takes), tuple(m for m in members if m not in takes)))
    return found


def place_of(standing: Standing, row: Round) -> Place:
    """The place of a grouping, with the members that it has today."""
    key = row.sub_region.key if row.sub_region else ""
    return next((p for p in places(standing) if p.key == key), Place(key, standing.name, (), ()))


WHOLE = "alliance"
"""The name, in an address, of the place that is the alliance as a whole."""


def place_named(alliance: str, place: str, **_: Any) -> Place:
    """A place by its name in an address. Raises Http404."""
    standing = standing_of(alliance_named(alliance), today())
    found = next((p for p in places(standing) if (p.key or WHOLE) == place), None)
    if found is None:
        raise Http404(f"There are no groups to form in “{place}”")
    return found


def facts_of_place(alliance: str, place: str, **_: Any) -> Facts:
    """Facts of forming groups in a place. Raises Http404."""
    return place_named(alliance, place).facts(alliance)


def sub_region_of(alliance: Alliance, place: Place) -> SubRegion | None:
    """The sub-region of a place; None where it is the alliance as a whole."""
    return SubRegion.objects.get(alliance=alliance, key=place.key) if place.key else None


def wishes_of(row: Round) -> list[Wish]:
    """The wishes of a grouping, in the order in which they were told."""
    return list(Wish.objects.filter(round=row).select_related("one", "other", "round").order_by("pk"))


def authorities_by_code(codes: Collection[str]) -> dict[str, Authority]:
    """Authorities by their codes."""
    return {a.code: a for a in Authority.objects.filter(code__in=codes)}


def round_named(alliance: str, number: int, **_: Any) -> Round:
    """A grouping of an alliance by its number. Raises Http404."""
    rows = Round.objects.select_related("alliance", "sub_region", "edition")
    found = rows.filter(alliance__key=alliance, pk=number).first()
    if found is None:
        raise Http404(f"There is no grouping {number} in this alliance")
    return found


def facts_of(row: Round, standing: Standing) -> Facts:
    """What the policy needs of a grouping: one that is not agreed is a draft of those who form it. No query."""
    draft = row.state != "agreed"
    if row.sub_region is None:
        return Facts(standing.key, draft=draft)
    members = standing.in_sub_region(row.sub_region.key)
    return Facts(standing.key, min(members, default=None), row.sub_region.name, draft=draft)


def facts_of_round(alliance: str, number: int, **parts: Any) -> Facts:
    """Facts of a page about one grouping. Raises Http404."""
    row = round_named(alliance, number)
    return facts_of(row, standing_of(row.alliance, today()))


def setting_of(
    standing: Standing,
    row: Round,
    place: Place | None = None,
    directors: Mapping[int, Mapping[int, str]] | None = None,
    wishes: Collection[Wish] | None = None,
) -> Setting:
    """Everything that the grouping hangs on, as of the standing's day. Ten queries, whatever the numbers."""
    place = place or place_of(standing, row)
    sizes, parts = shape_of(standing.charter)
    wants = [
        Want(w.pk, w.one.code, w.other.code, w.kind, w.must, w.reason)
        for w in (wishes_of(row) if wishes is None else wishes)
    ]
    codes = {m.code for m in place.members}
    return Setting(
        _parties(standing, place.members),
        sizes,
        parts,
        {**WEIGHTS, **row.wishes},
        _met(standing, row.year, codes),
        _bars(standing, place.members, directors),
        tuple(w for w in wants if {w.one, w.other} <= codes),
        tuple(
            pair for those in _answered_together(place.members).values() for pair in combinations(those, 2)
        ),
    )


def _parties(standing: Standing, members: Collection[MemberNow]) -> tuple[Party, ...]:
    ids = [m.id for m in members]
    judged = latest_judgements(ids, standing.day)
    strong: dict[int, set[str]] = defaultdict(set)
    weak: dict[int, set[str]] = defaultdict(set)
    quarterly = next((d.key for d in standing.charter.datasets if d.every == "quarter"), "")
    releases = Release.objects.filter(alliance=standing.id, dataset=quarterly).order_by("-period", "-number")
    ends = ReleaseFigure.objects.filter(
        release=Subquery(releases.values("pk")[:1]), authority__in=ids, fifth__in=("top", "bottom")
    )
    for authority, indicator, fifth in ends.values_list("authority", "indicator", "fifth"):
        (strong if fifth == "top" else weak)[authority].add(indicator)
    return tuple(
        Party(
            m.code,
            m.name,
            m.sub_region,
            frozenset(strong[m.id] | _graded(judged.get(m.id), STRONG)),
            frozenset(weak[m.id] | _graded(judged.get(m.id), WEAK)),
            (centres()[m.code].latitude, centres()[m.code].longitude) if m.code in centres() else None,
        )
        for m in members
    )


def _graded(judgement: Judgement | None, grades: Collection[str]) -> set[str]:
    return {f"judged {area}" for area in AREAS if judgement and getattr(judgement, area) in grades}


def _met(standing: Standing, year: str, codes: Collection[str]) -> dict[frozenset[str], tuple[int, ...]]:
    """How many years ago two authorities met: in agreed groups of earlier years, and in challenges as they were."""
    now = Period.parse(year)
    years = {now.shift(-ago).key: ago for ago in range(1, REMEMBERED + 1)}
    pairs: set[tuple[frozenset[str], int]] = set()
    agreed = Round.objects.filter(alliance=standing.id, state="agreed", year__in=years)
    for when, groups in agreed.values_list("year", "groups"):
        pairs |= {(pair, years[when]) for pair in met_in(groups)}
    seats = Seat.objects.filter(
        challenge__alliance=standing.id,
        challenge__year__in=years,
        challenge__state__in=COUNTED,
        challenge__activity=CHALLENGE,
        role__in=("lead", "triad", "quality-assurance"),
        authority__isnull=False,
    ).exclude(state="declined")
    for when, host, visitor in seats.values_list(
        "challenge__year", "challenge__authority__code", "authority__code"
    ):
        pairs.add((frozenset({host, visitor}), years[when]))
    found: dict[frozenset[str], tuple[int, ...]] = {}
    for pair, ago in sorted(pairs, key=lambda p: p[1]):
        if len(pair) == 2 and pair <= set(codes):
            found[pair] = (*found.get(pair, ()), ago)
    return found


def _bars(
    standing: Standing,
    members: Collection[MemberNow],
    directors: Mapping[int, Mapping[int, str]] | None = None,
) -> tuple[Bar, ...]:
    """Who may not review whom: directors’ conflicts without a waiver, and one director or body for both."""
    by_id = {m.id: m for m in members}
    directors = directors or directors_of(standing, by_id)
    between = clashes({p for people in directors.values() for p in people}, by_id, standing.day)
    found = []
    for reviewer, people in directors.items():
        for host, member in by_id.items():
            in_the_way = [(p, c) for p in people for c in between.get((p, host), ()) if c.bars]
            if reviewer != host and in_the_way:
                person, clash = in_the_way[0]
                found.append(Bar(by_id[reviewer].code, member.code, f"{people[person]} {clash.words}"))
    for body, those in _answered_together(members).items():
        found += [Bar(a, b, f"{body} answers for both") for a, b in permutations(those, 2)]
    return tuple(found)


def _answered_together(members: Collection[MemberNow]) -> dict[str, list[str]]:
    """The DfE codes for which one body answers, by its name."""
    bodies: dict[str, list[str]] = defaultdict(list)
    for m in members:
        if m.answered_by:
            bodies[m.answered_by].append(m.code)
    return bodies


def directors_of(standing: Standing, authorities: Collection[int]) -> dict[int, dict[int, str]]:
    """Who holds the office that hosts, for each authority: name by person. One query."""
    chapter = standing.charter.challenge
    office = (
        next((r.office for r in chapter.roles if r.role == "host"), "director") if chapter else "director"
    )
    found: dict[int, dict[int, str]] = {a: {} for a in authorities}
    rows = Tenure.objects.filter(
        on(standing.day), alliance=standing.id, office=office, person__is_active=True
    ).select_related("sub_region", "person")
    for tenure in rows:
        for authority in acts_for(tenure, standing) & set(authorities):
            found[authority][tenure.person_id] = tenure.person.name
    return found


def rota_clauses(charter: Charter) -> list[Commitment]:
    """The commitments to take each part once a year."""
    yearly = set(charter.challenge.each_year) if charter.challenge else set()
    return [c for c in charter.commitments if yearly and yearly <= set(c.roles) and c.every == "year"]


def clauses_of(charter: Charter) -> list[str]:
    """The commitments that forming the groups serves: to challenge one another, to take each part, to arrange it."""
    chapter = charter.challenge
    if chapter is None:
        return []
    yearly = {c.id for c in rota_clauses(charter)}
    return [
        c.id
        for c in charter.commitments
        if c.clause == chapter.clause
        or c.id in yearly
        or (c.met_by.kind, c.met_by.of) == ("office", chapter.formed_by)
    ]


@dataclass(frozen=True)
class RoundNow:
    """A grouping as its page shows it: what it hangs on, what it costs now, and what the best one costs."""

    row: Round
    standing: Standing
    place: Place
    setting: Setting
    directors: Mapping[str, str]
    wishes: tuple[Wish, ...] = ()

    @cached_property
    def now(self) -> Reckoning:
        """What the groups as they stand cost and break."""
        return reckon(self.setting, self.row.groups)

    @cached_property
    def best(self) -> Reckoning | None:
        """What the proposal costs by today's facts; None where there was none."""
        groups = self.row.proposal.get("groups")
        return reckon(self.setting, groups) if groups and self.fits else None

    @property
    def fits(self) -> bool:
        """Whether the same authorities take part as when it was proposed."""
        codes = {code for group in self.row.groups for part in group.values() for code in as_codes(part)}
        return codes == {party.code for party in self.setting.parties}

    @property
    def stale(self) -> bool:
        """Whether something that it hangs on changed since it was proposed."""
        kept = self.row.proposal
        if "impossible" in kept or not self.fits:
            return bool(kept.get("wants") != wants_kept(self.setting))
        best = self.best
        same = best is not None and abs(best.points - kept["points"]) < 1e-6 and not best.broken
        return bool(not same or kept.get("wants") != wants_kept(self.setting))

    @property
    def changed(self) -> bool:
        """Whether it was changed by hand since it was proposed."""
        return bool(self.row.groups != self.row.proposal.get("groups"))

    def costs(self, groups: Grouping) -> Reckoning:
        """What another grouping would cost."""
        return reckon(self.setting, groups)


def wants_kept(setting: Setting) -> list[list[Any]]:
    """The wishes as a proposal keeps them, to tell whether they changed."""
    return [[w.id, w.one, w.other, w.kind, w.must] for w in setting.wants]


def round_now(standing: Standing, row: Round) -> RoundNow:
    """A grouping with everything that its page shows."""
    place = place_of(standing, row)
    directors = directors_of(standing, {m.id for m in place.members})
    names = {m.code: ", ".join(directors[m.id].values()) for m in place.members}
    wishes = tuple(wishes_of(row))
    return RoundNow(row, standing, place, setting_of(standing, row, place, directors, wishes), names, wishes)

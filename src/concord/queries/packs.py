"""Reading packs, and all that a pack is made of: each part with the hash of what it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404

import catalogue
from catalogue.periods import Period
from concord.queries import analysis, documents, narratives, plan_page, plans
from concord.queries import papers as paper_queries
from concord.queries.granted import granted
from concord.queries.membership import alliance_named
from concord.queries.standing import Standing, standing_of
from concord.records.models import (
    Alliance,
    Authority,
    Challenge,
    Evidence,
    Judgement,
    Narrative,
    Pack,
    Paper,
    Plan,
    Progress,
    Release,
    Section,
    SignalRun,
)
from concord.rules import packs as rules
from concord.rules.access import Actor, Facts
from concord.rules.analysed import Flag, Searched
from concord.rules.hashing import content_hash
from concord.rules.narratives import PARTS as SAID
from concord.rules.papers import HANDED_IN, WrittenSection


@dataclass(frozen=True)
class Sources:
    """The newest of everything that a pack of an authority and year draws on, as rows. Six queries."""

    standing: Standing
    authority: Authority
    paper: Paper | None
    release: Release | None
    run: SignalRun | None
    narratives: tuple[Narrative, ...]
    plan: Plan | None
    progress: tuple[Progress, ...]
    judgement: Judgement | None

    @cached_property
    def stamps(self) -> dict[str, str]:
        """Each part with the hash of what it says now; "" where there is nothing."""
        paper, release, plan, judged = self.paper, self.release, self.plan, self.judgement
        said = [[n.indicator, *(getattr(n, part) for part in SAID)] for n in self.narratives]
        went = [[p.action_id, p.on, p.state, p.text] for p in self.progress]
        grades = [judged.published, *_grades(judged).values()] if judged else []
        seen = [release.hash, self.run.at] if release and self.run else []
        return {
            "self-evaluation": paper.hash if paper else "",
            "benchmark": release.hash if seen and release else "",
            "where-to-look": content_hash(seen) if seen else "",
            "narratives": content_hash(said) if said else "",
            "plan": content_hash([plan.hash, went]) if plan else "",
            "judgements": content_hash(grades) if grades else "",
        }

    @property
    def missing(self) -> dict[str, str]:
        """Why a part has nothing, in words."""
        rule = self.standing.charter.benchmark
        asked = bool(rule and rule.narrative)
        why = {
            "self-evaluation": "It is not handed in yet.",
            "benchmark": "No figures of this authority have been released and worked out yet.",
            "where-to-look": "No figures of this authority have been released and worked out yet.",
            "narratives": "None is ready." if asked else "The memorandum asks for none.",
            "plan": "There is no signed plan yet.",
            "judgements": "No judgement is recorded.",
        }
        return {key: why[key] for key, stamp in self.stamps.items() if not stamp}


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that goes into a pack, as plain as the outputs want it."""

    pack: Pack
    sources: Sources
    sections: tuple[WrittenSection, ...]
    benchmark: documents.Material | None
    flags: tuple[Flag, ...]
    searched: Searched | None
    narratives: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]  # indicator, period, (part, text)
    plan: plan_page.PlanPage | None
    judgements: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A pack on its page, or in a list: whether it is made, and what changed since."""

    pack: Pack
    changed: tuple[str, ...] = ()

    @property
    def kind(self) -> rules.Kind:
        """Its kind."""
        return rules.KINDS[self.pack.kind]

    @property
    def waiting(self) -> bool:
        """Whether it is still being made."""
        return self.pack.made_at is None and not self.pack.failed


def pack_of(alliance: str, number: int, **_: Any) -> Pack:
    """A pack with whose it is. Raises Http404."""
    rows = Pack.objects.filter(alliance__key=alliance, pk=number)
    found = rows.select_related("alliance", "authority", "challenge").first()
    if found is None:
        raise Http404("There is no such pack in this alliance.")
    return found


def facts_of(pack: Pack) -> Facts:
    """What the policy needs to know of a pack."""
    return Facts(
        pack.alliance.key,
        pack.authority_id,
        pack.authority.name,
        year=pack.period,
        challenge=pack.challenge_id or 0,
    )


class Sees:
    """The ability that opens a pack, from its address: by its kind."""

    abilities = tuple(kind.sees for kind in rules.KINDS.values())

    def __call__(self, **parts: Any) -> str:
        """Raises Http404."""
        return rules.KINDS[pack_of(**parts).kind].sees


sees = Sees()


def facts_of_pack(**parts: Any) -> Facts:
    """The facts of a pack, from an address."""
    return facts_of(pack_of(**parts))


def rows_for(actor: Actor, standing: Standing) -> list[Shown]:
    """The packs that somebody may see, newest first. One query."""
    mine = Q(pk__in=())
    for key, kind in rules.KINDS.items():
        seen = granted(actor, kind.sees, standing.key, year="period", challenge="challenge")
        mine |= seen & Q(kind=key)
    rows = Pack.objects.filter(mine).select_related("alliance", "authority")
    return [Shown(row) for row in rows.order_by("-period", "authority__name", "kind", "-number")]


def page_of(pack: Pack, standing: Standing) -> Shown:
    """One pack, and the parts that say something else by now. Seven queries."""
    if pack.made_at is None:
        return Shown(pack)
    now = sources(standing, pack.authority, pack.period).stamps
    return Shown(pack, rules.changed(pack.parts, now))


def newest(alliance: Alliance, authority: Authority, kind: str, period: str) -> Pack | None:
    """The pack of the highest number."""
    rows = Pack.objects.filter(alliance=alliance, authority=authority, kind=kind, period=period)
    return rows.order_by("-number").first()


def challenge_of(alliance: Alliance, authority: Authority, period: str) -> Challenge | None:
    """The challenge for which a pack is made."""
    rows = Challenge.objects.filter(alliance=alliance, authority=authority, year=period, activity="challenge")
    return rows.first()


@dataclass(frozen=True, slots=True)
class ToSubmit:
    """What a host submits to a challenge, as far as it is there: self-evaluation, handed in, and newest pack."""

    paper: Paper | None
    pack: Pack | None

    @property
    def packed(self) -> bool:
        """Whether the pack holds the self-evaluation: asked for since it was handed in, made or being made."""
        handed_in = self.paper.submitted_at if self.paper else None
        return bool(self.pack and handed_in and not self.pack.failed and self.pack.asked_at >= handed_in)

    @property
    def lack(self) -> str:
        """Why there is no such pack, in words."""
        if self.pack is None:
            return "is not made yet"
        return (
            "could not be made" if self.pack.failed else "was made before the self-evaluation was handed in"
        )


def to_submit(challenge: Challenge) -> ToSubmit:
    """What the host of a challenge has to submit. Two queries."""
    of = {"alliance": challenge.alliance_id, "authority": challenge.authority_id, "period": challenge.year}
    papers = Paper.objects.filter(**of, document="self-evaluation", submitted_at__isnull=False)
    packs = Pack.objects.filter(**of, kind=rules.CHALLENGE)
    return ToSubmit(papers.order_by("submitted_at").last(), packs.order_by("number").last())


def sources(standing: Standing, authority: Authority, period: str) -> Sources:
    """What a pack of a year draws on, as it is now."""
    rows = Paper.objects.filter(
        alliance=standing.id, authority=authority, period=period, document="self-evaluation", state=HANDED_IN
    )
    paper = rows.select_related("alliance", "authority", "edition").order_by("submitted_at").last()
    release = _release(standing, authority)
    run = SignalRun.objects.filter(release=release).first() if release else None
    said = narratives.ready(standing.id, authority.code, release.period) if release else []
    plan = plans.current(standing.id, authority.pk)
    went = Progress.objects.filter(action__plan=plan).order_by("on", "at", "pk") if plan else ()
    judged = Judgement.objects.filter(authority=authority, published__lte=standing.day).first()
    return Sources(standing, authority, paper, release, run, tuple(said), plan, tuple(went), judged)


def _release(standing: Standing, authority: Authority) -> Release | None:
    """The newest release of the quarterly dataset that has this authority's figures."""
    found = narratives.latest_release(standing)
    return found if found and found.standing.get(authority.code) == "released" else None


def material(pack: Pack) -> Material:
    """All that goes into a pack."""
    day = pack.asked_at.date()
    standing = standing_of(alliance_named(pack.alliance.key), day)
    found = sources(standing, pack.authority, pack.period)
    worked_out = bool(found.stamps["benchmark"])
    benchmark = (
        documents.material(found.release, pack.authority.code) if found.release and worked_out else None
    )
    return Material(
        pack,
        found,
        written(found.paper) if found.paper else (),
        benchmark,
        # A report is without what stands out; a pack has it where the authority put it in.
        analysis.flags_of(found.release, pack.authority.code) if found.release and worked_out else (),
        analysis.searched(found.release) if found.release else None,
        tuple(_narrative(n) for n in found.narratives),
        plan_page.page_of(None, found.plan, day) if found.plan else None,
        tuple(_grades(found.judgement).items()) if found.judgement else (),
    )


def written(paper: Paper) -> tuple[WrittenSection, ...]:
    """The sections of a paper in the order of its form. Two queries."""
    form = paper_queries.form_of(paper)
    files: dict[int, list[str]] = {}
    kept = Evidence.objects.filter(section__paper=paper, removed_at=None).order_by("at")
    for section, name in kept.values_list("section", "name"):
        files.setdefault(section, []).append(name)
    rows = {row.key: row for row in Section.objects.filter(paper=paper)}
    return tuple(
        WrittenSection(asked, row.text, row.grade, tuple(row.listed or ()), tuple(files.get(row.pk, ())))
        for asked in form.sections
        if (row := rows.get(asked.key)) is not None and (row.text.strip() or row.listed)
    )


def _narrative(row: Narrative) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    indicator = catalogue.indicators()[row.indicator]
    period = Period.parse(row.release.period).label
    return indicator.name, period, tuple((label, getattr(row, part)) for part, label in SAID.items())


def _grades(row: Judgement) -> dict[str, str]:
    """The judgement area by area, in words; areas that were not judged are left out."""
    areas = {
        "Overall effectiveness": row.overall,
        "Impact of leaders": row.leaders,
        "Help and protection": row.help_and_protection,
        "Children in care": row.in_care,
        "Care leavers": row.care_leavers,
    }
    return {area: grade.capitalize() for area, grade in areas.items() if grade}

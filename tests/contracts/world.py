"""A small world in which every page has something to show: both regions, and somebody in every office.

Each region has one authority that the tests look at (Camden, Derby) with all its offices filled, people of other
authorities, its alliance’s officers, its partners, and one return in each state. Built through the actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import time_machine
from django.test import Client
from tests import factories, releasing
from tests.factories import client_of, person

from concord.actions import (
    challengers,
    challenges,
    collating,
    conflicts,
    follow_ups,
    packs,
    papers,
    plan_text,
    plans,
    remarks,
    returns,
    rounds,
    seats,
    sign_offs,
    slots,
    variations,
)
from concord.actions._queue import held
from concord.actions._run import SYSTEM
from concord.actions.analysis import BACKGROUND, analyse
from concord.actions.feeds import make_feed
from concord.actions.memorandum import request_review
from concord.actions.participation import set_participation
from concord.actions.people import add_person, delegate
from concord.actions.published import load_own_table
from concord.actions.releases import make_release
from concord.actions.signatures import decline_memorandum, sign_memorandum
from concord.queries.membership import actor_of
from concord.queries.papers import form_of, self_evaluation_of, signable
from concord.queries.plans import signable as signed_by
from concord.queries.returns import asked
from concord.queries.standing import standing_of
from concord.records.models import (
    Acknowledgement,
    Alliance,
    Authority,
    Finding,
    FollowUp,
    Paper,
    Person,
    Plan,
    ReleaseFigure,
    Seat,
    SubRegion,
    Tenure,
)
from concord.rules.access import Actor
from concord.rules.figures import Amount

TODAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
BEGUN = datetime(2024, 4, 2, 9, tzinfo=UTC)
QUARTER, BEFORE = "2026-27Q2", "2026-27Q1"  # one being collated, one released
OWN = ("director", "lead-member", "chief-executive", "data-lead", "improvement-lead", "assistant-director")


@dataclass(frozen=True)
class Setting:
    """What one region’s part of the world is made of. Codes are the DfE’s."""

    key: str
    dataset: str
    code: str  # the authority that the tests look at
    neighbour: str  # another, of the same sub-region where there are any
    far: str
    leaver: str  # takes no part any more
    body: str  # answers for two others
    officers: tuple[str, ...]
    partners: tuple[str, ...]
    analyst: str
    varied_with: str  # who agrees a variation
    others: tuple[str, ...]  # whose figures are released as well
    leads: tuple[tuple[str, str], ...] = ()  # label, sub-region


LONDON = Setting(
    key="london", dataset="london-core-18", code="202", neighbour="206", far="306", leaver="207",
    body="Achieving for Children", analyst="analyst", varied_with="sub-regional-lead",
    officers=("chair", "sli-lead", "board-member", "analyst", "programme-manager"),
    partners=("dfe-officer", "lga-adviser", "ofsted-officer"),
    others=("203", "204", "205", "208", "209", "210"),
    leads=(("lead", "north"), ("another lead", "west")),
)  # fmt: skip
EAST_MIDLANDS = Setting(
    key="east-midlands", dataset="riia-31", code="831", neighbour="830", far="925", leaver="857",
    body="Northamptonshire Children’s Trust", analyst="data-specialist", varied_with="lead-director",
    officers=(
        "chair", "lead-director", "regional-lead-member", "regional-chief-executive", "data-specialist",
        "co-ordinator", "programme-manager", "logistics-officer",
    ),
    partners=("dfe-officer", "lga-adviser"),
    others=("856", "855", "892", "891"),
)  # fmt: skip


@dataclass
class Region:
    """A region as it stands: who is in it (by a label), and the numbers that its addresses carry."""

    setting: Setting
    alliance: Alliance
    people: dict[str, Person] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)  # of addresses: alliance, code, period, number …
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.setting.key

    def actor(self, label: str) -> Actor:
        return actor_of(self.people[label])


@dataclass
class World:
    """Both regions, and those who belong to neither."""

    london: Region
    east_midlands: Region
    strangers: dict[str, Person]
    clients: dict[tuple[str, str], Client] = field(default_factory=dict)

    def regions(self) -> Iterator[Region]:
        yield self.london
        yield self.east_midlands

    def who(self, region: Region) -> list[str]:
        """Labels of everybody whom the addresses of a region are tried with."""
        return [*region.people, *self._elsewhere(region), *self.strangers, "nobody"]

    def client(self, region: Region, label: str) -> Client:
        """Their browser, the same each time."""
        at = (region.key, label)
        if at not in self.clients:
            found = {**self._elsewhere(region), **self.strangers, **region.people}.get(label)
            self.clients[at] = client_of(found) if found else Client()
        return self.clients[at]

    def _elsewhere(self, region: Region) -> dict[str, Person]:
        other = self.east_midlands if region is self.london else self.london
        at = {"director": "director", "analyst": other.setting.analyst, "dfe-officer": "dfe-officer"}
        return {f"{label} elsewhere": other.people[office] for label, office in at.items()}


@contextmanager
def today() -> Iterator[None]:
    """Friday 20 November 2026."""
    with time_machine.travel(TODAY, tick=False):
        yield


def build(demo: bool = False) -> World:
    """The whole of it, in a few seconds. Wants ``today``, and a transaction."""
    with time_machine.travel(BEGUN, tick=False):
        founded = factories.london(demo=demo), factories.east_midlands(demo=demo)
    alliances = {alliance.key: alliance for alliance in founded}
    load_own_table(by=SYSTEM, publications=["ons-population", "csww-indicators"])
    operator = add_person(by=SYSTEM, email="keeper@example.org", name="The keeper", operator=True)
    officeless = add_person(by=SYSTEM, email="nobody@example.org", name="Somebody without an office")
    regions = [_region(one, alliances[one.key]) for one in (LONDON, EAST_MIDLANDS)]
    built = World(*regions, {"operator": operator, "no office": officeless})
    for region in regions:
        for label in built.who(region):
            built.client(region, label)  # signs in now, so that no test’s end signs anybody out
    return built


def _region(setting: Setting, alliance: Alliance) -> Region:
    region = Region(setting, alliance)
    _appoint(region)
    _figures(region)
    _collation(region)
    _agreements(region)
    _papers(region)
    _challenged(region)
    _grouped(region)
    _planned(region)
    return region


def _appoint(region: Region) -> None:
    one, alliance, found = region.setting, region.alliance, region.people
    for office in OWN:
        found[office] = person(alliance, office, code=one.code)
    found["neighbour"] = person(alliance, "director", code=one.neighbour)
    found["far"] = person(alliance, "director", code=one.far)
    found["leaver"] = person(alliance, "director", code=one.leaver)
    found["body"] = person(alliance, "director", body=one.body)
    for label, key in one.leads:
        found[label] = person(alliance, "sub-regional-lead", sub_region=key)
    for office in one.officers + one.partners:
        found[office] = person(alliance, office)
    lead = Tenure.objects.get(alliance=alliance, person=found["data-lead"])
    made = delegate(
        by=region.actor("data-lead"), tenure=lead, abilities=["return.prepare"], starts=TODAY.date(), ends=None,
        email=f"deputy.{one.key}@example.org", name="Deputy of the data lead",
    )  # fmt: skip
    found["deputy"] = made.to
    director = Tenure.objects.get(alliance=alliance, person=found["director"])
    region.numbers |= {"tenure": director.pk, "own tenure": lead.pk, "delegation": made.pk}


def _figures(region: Region) -> None:
    """A quarter released, then corrected by an authority that came late."""
    one, alliance = region.setting, region.alliance
    analyst = region.actor(one.analyst)
    first, last = (one.code, one.neighbour, one.far, *one.others[:-1]), one.others[-1]
    releasing.released(alliance, one.dataset, BEFORE, analyst, first)
    content = releasing.lines(one.dataset, f"{last} {BEFORE}")
    releasing.accepted(alliance, last, one.dataset, BEFORE, content, "validated")
    release = make_release(
        by=analyst, alliance=alliance, dataset=one.dataset, period=BEFORE, reason="One came late"
    )
    analyse(by=BACKGROUND, release=release)
    end = ReleaseFigure.objects.filter(release=release, authority__code=one.code).exclude(fifth="")
    region.numbers["end"] = (
        end.values_list("indicator", flat=True).order_by("indicator").first() or "cla_rate"
    )


def _collation(region: Region) -> None:
    """The next quarter: one sent twice and open again, one submitted, one queried, one accepted."""
    one, analyst = region.setting, region.actor(region.setting.analyst)
    own = _sent(region, one.code)
    collating.reopen(by=analyst, ret=own, reason="Two figures were of another month")
    returns.submit(by=region.actor("director"), ret=own)
    collating.reopen(by=analyst, ret=own, reason="One figure is still missing")
    _sent(region, one.neighbour)
    collating.query(by=analyst, ret=_sent(region, one.far), question="Is this all?")
    collating.accept(by=analyst, ret=_sent(region, one.others[0]))


def _sent(region: Region, code: str) -> Any:
    """A return as submitted, every figure missing with a reason."""
    alliance, dataset = region.alliance, region.setting.dataset
    charter = standing_of(alliance, TODAY.date()).charter
    amounts = {i.id: Amount(None, None, "A new system") for i in asked(charter, dataset)}
    authority = Authority.objects.get(code=code)
    labels = {
        region.setting.code: "director",
        region.setting.neighbour: "neighbour",
        region.setting.far: "far",
    }
    by = region.actor(labels[code]) if code in labels else factories.actor(alliance, "data-lead", code=code)
    of = {"alliance": alliance, "authority": authority, "dataset": dataset, "period": QUARTER}
    saved = returns.save(by=by, **of, amounts=amounts)
    returns.submit(by=by, ret=saved.of)
    return saved.of


def _papers(region: Region) -> None:
    """A self-evaluation handed in last year, with evidence and its signatures; this year’s being written."""
    one, alliance = region.setting, region.alliance
    authority, template = (
        Authority.objects.get(code=one.code),
        self_evaluation_of(standing_of(alliance, TODAY.date()).charter),
    )
    of = {
        "by": region.actor("director"),
        "alliance": alliance,
        "authority": authority,
        "template": template.key,
    }
    done = papers.begin(**of, period="2025-26")
    for section in form_of(done).sections:
        papers.save_section(by=of["by"], paper=done, key=section.key, text=section.title, seen_version=0)
    file = {"key": "leaders", "name": "audit.pdf", "content": b"%PDF-1.7", "kind": "application/pdf"}
    kept = remarks.add_evidence(by=of["by"], paper=done, **file)
    remarks.remark(by=of["by"], paper=done, key="leaders", text="Say how it is known")
    papers.submit(by=of["by"], paper=done)
    what = signable(Paper.objects.get(pk=done.pk))
    for office in what.offices:
        sign_offs.sign(by=region.actor(office), what=what, office=office, seen_hash=what.hash)
    begun = papers.begin(**of, period="2026-27")
    region.numbers |= {"paper": done.pk, "paper begun": begun.pk, "evidence": kept.pk}


def _grouped(region: Region) -> None:
    """Groups proposed for the year, a conflict that the neighbour declared, an assistant director on the register."""
    one, alliance = region.setting, Alliance.objects.get(pk=region.alliance.pk)  # whose members have changed
    authority = Authority.objects.get(code=one.code)
    where = SubRegion.objects.get(alliance=alliance, key=one.leads[0][1]) if one.leads else None
    former = region.actor("lead" if one.leads else "co-ordinator")
    made = rounds.propose(by=former, alliance=alliance, year="2026-27", sub_region=where)
    told = conflicts.declare(
        by=region.actor("neighbour"), alliance=alliance, authority=authority, nature="family", what="A cousin"
    )
    listed = challengers.nominate(
        by=region.actor("director"), alliance=alliance, authority=authority,
        person=region.people["assistant-director"], tier=2, experience_since=date(2020, 4, 1),
    )  # fmt: skip
    region.numbers |= {"round": made.pk, "conflict": told.pk, "challenger": listed.pk}


def _agreements(region: Region) -> None:
    """A signature, a refusal, a review asked for, a variation proposed and one agreed, one that took leave."""
    one, alliance = region.setting, region.alliance
    director, authority = region.actor("director"), Authority.objects.get(code=one.code)
    edition = alliance.editions.get()
    given = {"edition": edition, "authority": authority}
    sign_memorandum(by=director, **given, office="director", seen_hash=edition.hash)
    decline_memorandum(
        by=region.actor("lead-member"), **given, office="lead-member", reason="Not before the vote"
    )
    review = request_review(by=director, **given, reason="The annexes are old")
    clause = {"london": "L2.1c", "east-midlands": "E1.6b"}[one.key]
    terms = variations.Terms("waive", (clause,), "A new system", date(2026, 12, 1), date(2027, 3, 31))
    proposed = _proposed(region, "director", one.code, terms)
    for label, code in (("neighbour", one.neighbour), ("far", one.far)):
        _proposed(region, label, code, terms)
    leaver = Authority.objects.get(code=one.leaver)
    set_participation(
        by=region.actor("leaver"), alliance=alliance, authority=leaver, level="declined", starts=TODAY.date()
    )
    region.numbers |= {
        "review": review.pk, "variation": proposed.pk, "edition": edition.key, "clause": clause,
        "feed": make_feed(by=director),
    }  # fmt: skip


def _challenged(region: Region) -> None:
    """The neighbour is challenged: by the authority that is looked at, in the East Midlands with the far one."""
    one, alliance = region.setting, region.alliance
    former = region.actor("lead" if one.leads else "co-ordinator")
    codes = {"triad": [one.code]} if one.leads else {"lead": [one.code], "triad": [one.far]}
    host = Authority.objects.get(code=one.neighbour)
    row = challenges.open_challenge(by=former, alliance=alliance, authority=host, year="2026-27", seats=codes)
    for seat in Seat.objects.filter(challenge=row, ended_at=None).exclude(role="host").order_by("pk"):
        seats.accept(by=actor_of(seat.person), seat=seat, declares_none=True)
    slot = slots.add(
        by=former if one.leads else region.actor("logistics-officer"), challenge=row, title="The day",
        starts=datetime(2027, 2, 10, 9, tzinfo=UTC), ends=datetime(2027, 2, 10, 16, tzinfo=UTC), place="Town Hall",
    )  # fmt: skip
    found = Finding.objects.create(
        challenge=row,
        kind="strength",
        text="Early help is near",
        client_key="first",
        by="A director",
        at=TODAY,
    )
    region.numbers |= {"challenge": row.pk, "slot": slot.pk, "finding": found.pk}


def _planned(region: Region) -> None:
    """Last year’s plan signed, shown, and looked back at; this year’s being written; a pack asked for."""
    one, alliance, by = region.setting, region.alliance, region.actor("director")
    of = {"by": by, "alliance": alliance, "authority": Authority.objects.get(code=one.code)}
    plan = _plan(plans.begin(**of, period="2025-26"), by)
    plans.send(by=by, plan=plan)
    for office in signed_by(Plan.objects.get(pk=plan.pk)).offices:
        what = signed_by(Plan.objects.get(pk=plan.pk))
        sign_offs.sign(by=region.actor(office), what=what, office=office, seen_hash=what.hash)
    plans.show(by=by, plan=plan)
    begun = _plan(plans.begin(**of, period="2026-27"), by)
    if one.leads:  # London looks back after a concern, the East Midlands at every plan
        follow_ups.set_up(by=region.actor("lead"), plan=plan, trigger="concern", since=TODAY.date())
    with held():
        pack = packs.ask(**of, kind="challenge", period="2026-27")
    region.numbers |= {
        "plan": plan.pk, "plan begun": begun.pk, "area": begun.points.get(kind="area").pk,
        "action": plan.actions.get().pk, "look": FollowUp.objects.get(plan=plan).pk, "pack": pack.pk,
        "shown": Acknowledgement.objects.get(authority=of["authority"], office="chief-executive").pk,
    }  # fmt: skip


def _plan(plan: Plan, by: Actor) -> Plan:
    """A plan with one strength, one area and one action."""
    plan_text.save_point(by=by, plan=plan, kind="strength", text="Early help is near")
    plan_text.save_point(by=by, plan=plan, kind="area", text="Assessments take too long")
    area = plan.points.get(kind="area")
    what = {"text": "Audit ten a month", "owner": "Head of quality", "due": date(2026, 9, 30), "area": area}
    return plan_text.save_action(by=by, plan=plan, **what, indicator="cla_rate", aim=60.0)


def _proposed(region: Region, label: str, code: str, terms: variations.Terms) -> Any:
    return variations.propose_variation(
        by=region.actor(label), alliance=region.alliance, authority=Authority.objects.get(code=code),
        side="authority", terms=terms,
    )  # fmt: skip

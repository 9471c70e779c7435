"""What a list shows is exactly what the policy says yes to, one by one: for any people, offices and delegations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db

# Offices of each region, and how the one who holds it is placed: an authority, a sub-region, or nowhere.
PLACED = {
    "london": {
        "authority": ("director", "data-lead", "chief-executive"),
        "sub_region": ("sub-regional-lead",),
        "": (
            "chair",
            "sli-lead",
            "analyst",
            "programme-manager",
            "dfe-officer",
            "lga-adviser",
            "ofsted-officer",
        ),
    },
    "east-midlands": {
        "authority": ("director", "data-lead", "lead-member"),
        "": ("chair", "lead-director", "data-specialist", "programme-manager", "dfe-officer", "lga-adviser"),
    },
}
CODES = {"london": ("202", "206", "306", "207", "314"), "east-midlands": ("831", "830", "925", "857", "940")}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    from django.db import transaction
    from tests.contracts import world  # not before Django is ready

    with django_db_blocker.unblock(), world.today(), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)


@st.composite
def holdings(draw: st.DrawFn) -> tuple[str, str, str, str, bool]:
    """An office somewhere: region, office, code or sub-region, kind of place, and whether only by delegation."""
    region = draw(st.sampled_from(sorted(PLACED)))
    kind = draw(st.sampled_from(sorted(PLACED[region])))
    office = draw(st.sampled_from(PLACED[region][kind]))
    where = {"authority": CODES[region], "sub_region": ("north", "south"), "": ("",)}[kind]
    return region, office, draw(st.sampled_from(where)), kind, draw(st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(holdings(), max_size=3, unique_by=lambda h: h[:3]), operator=st.booleans())
def test_lists_agree_with_decide_row_for_row(world: Any, held: list[Any], operator: bool) -> None:
    from django.db import transaction

    with transaction.atomic():
        _agree(world, _somebody(world, held, operator))
        transaction.set_rollback(True)


def _somebody(world: Any, held: list[Any], operator: bool) -> Any:
    """A new person with these offices, held or delegated to them."""
    from concord.actions._run import SYSTEM
    from concord.actions.people import add_person
    from concord.queries.membership import actor_of
    from concord.records.models import Authority, Delegation, SubRegion, Tenure

    regions = {region.key: region for region in world.regions()}
    person = add_person(by=SYSTEM, email="any@example.org", name="Anybody", operator=operator)
    for key, office, where, kind, delegated in held:
        alliance = regions[key].alliance
        row = Tenure(
            alliance=alliance,
            office=office,
            starts=date(2023, 1, 1),
            person=world.strangers["no office"] if delegated else person,
            partner={"dfe-officer": "dfe", "lga-adviser": "lga", "ofsted-officer": "ofsted"}.get(office, ""),
        )
        if kind == "authority":
            row.authority = Authority.objects.get(code=where)
        elif kind == "sub_region":
            row.sub_region = SubRegion.objects.get(alliance=alliance, key=where)
        row.save()
        if delegated:
            Delegation.objects.create(
                tenure=row, to=person, abilities=["return.prepare"], starts=date(2023, 1, 1)
            )
    return actor_of(person)


def _agree(world: Any, actor: Any) -> None:
    """Each list of each region against the policy, asked about every row that there is."""
    from concord.queries import analysis, journal, participation, releases
    from concord.records.models import Authority, Entry, Release, Signal, Variation
    from concord.rules import access
    from concord.rules.access import Facts

    def yes(what: str, alliance: str, authority: int | None, of: str = "") -> bool:
        return access.decide(actor, f"see {what}", Facts(alliance, authority, "", of)).allowed

    ids = dict(Authority.objects.values_list("code", "pk"))
    entries = [
        e.number
        for e in Entry.objects.all()
        if (yes("journal", e.alliance, ids.get(e.authority)) if e.alliance else actor.operator)
    ]
    assert sorted(journal.visible_to(actor).values_list("number", flat=True)) == sorted(entries)
    for region in world.regions():
        key, row = region.key, region.alliance
        varied = [
            v.pk for v in Variation.objects.filter(alliance=row) if yes("variation", key, v.authority_id)
        ]
        assert sorted(v.id for v in participation.variations_seen(actor, key)) == sorted(varied)
        made = [
            (r.dataset, r.period, r.number)
            for r in Release.objects.filter(alliance=row)
            if yes("release", key, None, r.dataset)
        ]
        found = [(r.dataset, r.period.key, r.number) for r in releases.releases_of(actor, row)]
        assert sorted(found) == sorted(made)
        newest = Release.objects.filter(alliance=row).order_by("-period", "-number").first()
        flags = [
            (s.authority.code, s.indicator, s.place)
            for s in Signal.objects.filter(release=newest).select_related("authority")
            if yes("signals", key, s.authority_id)
        ]
        shown = analysis.signals_for(actor, row, newest).flags if flags or newest else ()
        assert sorted((f.code, f.indicator, f.place) for f in shown) == sorted(flags)
        _board(actor, region, yes)
        _papers(actor, region)


def _board(actor: Any, region: Any, yes: Any) -> None:
    """The collation board shows the returns, and only those, that the actor may open."""
    from tests.contracts.world import QUARTER

    from catalogue.periods import Period
    from concord.queries import collation
    from concord.queries.standing import standing_of

    dataset = region.setting.dataset
    standing = standing_of(region.alliance, Period.parse(QUARTER).end)
    shown = {r.code for r in collation.board(actor, region.alliance, dataset, QUARTER).rows}
    may = {m.code for m in standing.members if yes("return", region.key, m.id, dataset)}
    assert shown == may


def _papers(actor: Any, region: Any) -> None:
    """The list of a year shows the self-evaluations, drafts among them, that the actor may open."""
    from tests.contracts.world import TODAY

    from concord.queries import paper_page, papers
    from concord.queries.standing import standing_of
    from concord.records.models import Paper
    from concord.rules import access
    from concord.rules.papers import SELF_EVALUATION, reading

    standing = standing_of(region.alliance, TODAY.date())
    for year in ("2025-26", "2026-27"):
        rows = Paper.objects.select_related("alliance", "authority").filter(
            alliance=region.alliance, document=SELF_EVALUATION, period=year
        )
        may = {
            p.pk
            for p in rows
            if access.decide(actor, reading(p.document, p.state), papers.facts_of(p)).allowed
        }
        shown = {row.paper.pk for row in paper_page.rows(actor, standing, year) if row.paper}
        assert shown == may

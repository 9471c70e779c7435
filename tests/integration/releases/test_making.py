"""Releases: frozen, numbered once, corrected with a reason, and true to what was accepted."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from tests import factories, releasing
from tests.integration.releases.quarter import QUARTER, Region, region_named

from concord.actions import collating, variations
from concord.actions._run import SYSTEM, Invalid, Refused
from concord.actions.participation import set_participation
from concord.actions.releases import make_release
from concord.records.models import (
    Alliance,
    Authority,
    Entry,
    Notice,
    Release,
    ReleaseAggregate,
    ReleaseFigure,
    Return,
    Submission,
)
from concord.rules.figures import Amount
from concord.rules.releases import FigureRow, release_hash

pytestmark = pytest.mark.django_db


def make(region: Region, **kwargs: Any) -> Release:
    given = {"by": region.analyst, "alliance": region.alliance, "dataset": region.dataset, "period": QUARTER}
    return make_release(**(given | kwargs))


def resend(region: Region, code: str, status: str = "provisional", **own: Any) -> None:
    """An amended submission, accepted."""
    ret = Return.objects.get(alliance=region.alliance, authority__code=code, period=QUARTER)
    number = ret.submissions.count() + 1
    lines = releasing.lines(region.dataset, code, **own)
    at = datetime(2026, 11, 19, tzinfo=UTC)
    Submission.objects.create(part_of=ret, number=number, at=at, by="x", status=status, lines=lines, hash="0")
    Return.objects.filter(pk=ret.pk).update(status=status, accepted_at=at)


def test_a_release_holds_exactly_what_was_accepted(region: Region) -> None:
    first, second, *others = region.codes
    region.accept(first, cpp_rate=(120, None), cin_rate="The system was down")
    region.accept(second, status="validated")
    made = make(region)
    assert (made.number, made.reason, made.changes) == (1, "", [])
    assert made.standing[first] == made.standing[second] == "released"
    assert {made.standing[code] for code in others} == {"late"}
    held = {(f.authority.code, f.indicator): f for f in made.figures.select_related("authority")}
    assert {code for code, _ in held} == {first, second}
    assert held[first, "cpp_rate"].numerator == 120
    assert held[first, "cin_rate"].numerator is None
    assert held[first, "cin_rate"].missing == "The system was down"
    assert held[first, "cpp_rate"].status == "provisional"
    assert held[second, "cpp_rate"].status == "validated"


def test_the_hash_can_be_worked_out_again_from_what_is_kept(region: Region) -> None:
    for code in region.codes[:4]:
        region.accept(code, cla_rate=(77, None), s47_rate="Not counted yet")
    made = make(region)
    rows = [
        FigureRow(
            f.authority.code,
            f.indicator,
            Amount(f.numerator, f.denominator, f.missing, f.explanation),
            f.status,
            f.fifth,
            f.rank,
        )
        for f in ReleaseFigure.objects.filter(release=made).select_related("authority")
    ]
    of = [region.key, region.dataset, QUARTER]
    assert release_hash(of, made.standing, rows) == made.hash
    rows[0] = FigureRow(rows[0].code, rows[0].indicator, Amount(Decimal(1)), rows[0].status, "", None)
    assert release_hash(of, made.standing, rows) != made.hash
    assert Entry.objects.get(verb="release.made").detail["hash"] == made.hash


@pytest.mark.parametrize("model", [Release, ReleaseFigure, ReleaseAggregate])
def test_the_database_refuses_to_change_or_remove_a_release(london: Region, model: Any) -> None:
    london.accept("202")
    make(london)
    field = {Release: "hash", ReleaseFigure: "status", ReleaseAggregate: "place"}[model]
    before = sorted(model.objects.values_list("pk", field))
    assert before
    for change in (
        lambda: model.objects.update(**{field: "x"}),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert sorted(model.objects.values_list("pk", field)) == before


def test_a_correction_takes_a_reason_and_lists_what_it_changes(region: Region) -> None:
    one, two, three = region.codes[:3]
    region.accept(one)
    region.accept(two, cla_rate=(100, None))
    make(region)
    resend(region, two, cla_rate=(103, None), status="validated")
    region.accept(three)
    with pytest.raises(Invalid) as problem:
        make(region, reason="  ")
    assert "reason" in problem.value.fields
    assert Release.objects.count() == 1
    made = make(region, reason="Two counted too few")
    assert (made.number, made.reason) == (2, "Two counted too few")
    changed = {(c["authority"], c["indicator"]): (c["before"], c["after"]) for c in made.changes}
    assert {code for code, _ in changed} == {two, three}
    assert changed[two, "cla_rate"] == (["100", None, None], ["103", None, None])
    assert changed[two, "status"] == ("provisional", "validated")
    assert changed[three, "cla_rate"][0] is None
    assert Release.objects.get(number=1).figures.filter(
        authority__code=two, indicator="cla_rate", numerator=100
    )


def test_validating_the_same_figures_is_worth_a_correction(london: Region) -> None:
    london.accept("202")
    make(london)
    resend(london, "202", status="validated")
    made = make(london, reason="Validated")
    assert [(c["indicator"], c["before"], c["after"]) for c in made.changes] == [
        ("status", "provisional", "validated")
    ]


def test_nothing_to_release_and_nothing_to_correct(region: Region) -> None:
    with pytest.raises(Invalid, match="nothing to release"):
        make(region)
    region.accept(region.codes[0])
    make(region)
    with pytest.raises(Invalid, match="nothing to correct"):
        make(region, reason="Because")
    assert Release.objects.count() == 1


def test_a_reopened_return_leaves_with_the_next_correction(london: Region) -> None:
    london.accept("202")
    london.accept("203")
    make(london)
    ret = Return.objects.get(authority__code="203")
    collating.reopen(by=london.analyst, ret=ret, reason="Wrong file")
    made = make(london, reason="203 sent the wrong file")
    assert made.standing["203"] == "late"
    assert {c["authority"] for c in made.changes} == {"203"}
    assert all(c["after"] is None for c in made.changes)


@pytest.mark.parametrize(
    ("dataset", "period"),
    [("nothing", QUARTER), ("london-core-18", "2026-27"), ("london-core-18", "soon"), ("annual", QUARTER)],
)
def test_no_release_of_what_is_not_collected(london: Region, dataset: str, period: str) -> None:
    with pytest.raises(Invalid):
        make(london, dataset=dataset, period=period)


def test_only_those_may_release_whom_the_charter_names(region: Region) -> None:
    region.accept(region.codes[0])
    director = factories.actor(region.alliance, "director", code=region.codes[0])
    for somebody in (director, factories.actor(region.alliance, "dfe-officer"), SYSTEM):
        with pytest.raises(Refused):
            make(region, by=somebody)
    assert not Release.objects.exists()


def test_where_each_member_stands(london: Region) -> None:
    a, b, c, d, e, f = london.codes[:6]
    london.accept(a)
    london.accept(b)
    Return.objects.filter(authority__code=b).update(state="queried")
    row = {code: Authority.objects.get(code=code) for code in (c, d, e)}
    keeper = factories.actor(london.alliance, "programme-manager")
    of = {"by": keeper, "alliance": london.alliance}
    set_participation(**of, authority=row[c], level="declined", starts=date(2026, 4, 1), note="")
    set_participation(
        **of, authority=row[d], level="limited", starts=date(2026, 4, 1), note="", agreed=["L2.1a"]
    )
    waive(london, row[e])
    made = make(london)
    stands = {code: made.standing[code] for code in (a, b, c, d, e, f)}
    assert stands == {
        a: "released",
        b: "unaccepted",
        c: "not-taking-part",
        d: "not-taking-part",
        e: "waived",
        f: "late",
    }


def waive(region: Region, authority: Authority) -> None:
    director = factories.actor(region.alliance, "director", code=authority.code)
    part = authority.sub_region_spans.get(ends=None).sub_region.key
    lead = factories.actor(region.alliance, "sub-regional-lead", sub_region=part)
    proposed = variations.propose_variation(
        by=director,
        alliance=region.alliance,
        authority=authority,
        side="authority",
        terms=variations.Terms("waive", ("L2.1c",), "In intervention", date(2026, 7, 1), date(2027, 3, 31)),
    )
    variations.agree_variation(by=lead, variation=proposed)


def test_before_the_day_nobody_is_late(london: Region) -> None:
    london.accept("202")
    made = make(london, at=datetime(2026, 10, 20, tzinfo=UTC))
    assert made.standing["203"] == "awaited"


def test_members_are_those_of_the_period(east_midlands: Region) -> None:
    """Northamptonshire returned until it ended; its successors have no part in its last quarter but one."""
    content = releasing.lines("riia-31", "x")
    releasing.accepted(east_midlands.alliance, "928", "riia-31", "2020-21Q3", content, "validated")
    made = make(east_midlands, period="2020-21Q3", at=datetime(2021, 5, 4, tzinfo=UTC))
    assert made.standing["928"] == "released"
    assert not {"940", "941"} & set(made.standing)


def test_those_who_see_it_are_told_and_nobody_else(london: Region) -> None:
    of = london.alliance
    told = {factories.person(of, office, **place).pk for office, place in SEEING}
    others = {factories.person(of, office, **place).pk for office, place in NOT_SEEING}
    others.add(factories.person(factories.east_midlands(), "director", code="831").pk)
    london.accept("202")
    make(london)
    reached = set(Notice.objects.filter(kind="release").values_list("person", flat=True))
    assert told <= reached
    assert not others & reached
    assert london.analyst.person not in reached


SEEING = [
    ("director", {"code": "202"}),
    ("data-lead", {"code": "203"}),
    ("sub-regional-lead", {"sub_region": "north"}),
    ("chair", {}),
    ("dfe-officer", {}),
]
NOT_SEEING: list[tuple[str, dict[str, str]]] = [("lga-adviser", {}), ("ofsted-officer", {})]


def test_a_second_analyst_is_told_that_somebody_was_quicker(region: Region) -> None:
    region.accept(region.codes[0])
    make(region, number=1)
    region.accept(region.codes[1])
    with pytest.raises(Invalid, match="while you were looking"):
        make(region, number=1, reason="One came in late")
    assert make(region, number=2, reason="One came in late").number == 2


@pytest.mark.django_db(transaction=True)
def test_two_analysts_at_once_make_one_release() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; its writers come one after another anyway")
    london = region_named("london")
    london.accept("202")
    start, outcomes = threading.Barrier(2), []

    def press() -> None:
        try:
            start.wait()
            outcomes.append(make(london, number=1).number)
        except Invalid as problem:
            outcomes.append(str(problem))
        finally:
            connections.close_all()

    pressing = [threading.Thread(target=press) for _ in range(2)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert outcomes.count(1) == 1
    assert any("while you were looking" in str(o) for o in outcomes)
    assert Release.objects.count() == 1
    assert Alliance.objects.get().releases.count() == 1

"""What stands out waits for its narrative: by London's rule of fifths, elsewhere what where to look flags."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.factories import actor, client_of, east_midlands, london

import catalogue
from concord.actions import collating, narratives, returns
from concord.actions._run import Invalid, Refused
from concord.actions.analysis import BACKGROUND, analyse
from concord.actions.releases import make_release
from concord.queries import narratives as reading
from concord.queries.membership import actor_of
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Narrative, Person, Release, Signal
from concord.rules.access import Actor
from concord.rules.figures import Amount
from concord.rules.lifecycle import NotNow

QUARTERS = ("2026-27Q1", "2026-27Q2")
TEXTS = {"meaning": "Late", "reason": "Vacancies", "doing": "Hiring"}
TIMELY = {"assessments_rate": Amount(Decimal(100))}
AT = timezone.make_aware(timezone.datetime(2026, 11, 20, 12))


def released(of: Alliance, collator: Actor, dataset: str, period: str, timely: dict[str, int]) -> Release:
    """A release in which authorities differ on assessments within 45 working days alone."""
    wanted = {i: Amount(missing="not asked in this test") for i in catalogue.datasets()[dataset].indicators}
    for code, number in timely.items():
        authority = Authority.objects.get(code=code)
        lead = actor(of, "data-lead", code=code) if period == QUARTERS[0] else lead_of(of, code)
        amounts = wanted | TIMELY | {"assessments_45d_pct": Amount(Decimal(number))}
        where = {"alliance": of, "authority": authority, "dataset": dataset, "period": period}
        ret = returns.save(by=lead, at=AT, **where, amounts=amounts).of
        try:
            returns.submit(by=lead, at=AT, ret=ret)
        except returns.Blocked as blocked:
            told = {f.indicator: amounts[f.indicator] for f in blocked.findings}
            said = {i: Amount(a.numerator, a.denominator, a.missing, "as it is") for i, a in told.items()}
            returns.save(by=lead, at=AT, **where, amounts=said)
            returns.submit(by=lead, at=AT, ret=ret)
        collating.accept(by=collator, at=AT, ret=ret)
    return make_release(by=collator, at=AT, alliance=of, dataset=dataset, period=period)


def lead_of(of: Alliance, code: str) -> Actor:
    return actor_of(Person.objects.get(email=f"data-lead.{code}@example.org"))


@pytest.fixture
def world(db: None) -> tuple[Alliance, Release, Actor]:
    of = london()
    analyst = actor(of, "analyst")
    numbers = {"202": 95, "203": 80, "204": 81, "205": 82, "206": 50}
    return of, released(of, analyst, "london-core-18", QUARTERS[0], numbers), analyst


def save(world: tuple[Alliance, Release, Actor], by: Actor, **more: object) -> Narrative:
    details = {
        "code": "202",
        "indicator": "assessments_45d_pct",
        "texts": {"meaning": "Prompt."},
        "seen_version": 0,
    }
    return narratives.save(by=by, release=world[1], **(details | more))


def test_the_two_ends_wait_for_a_narrative_and_the_middle_does_not(
    world: tuple[Alliance, Release, Actor],
) -> None:
    standing = standing_of(world[0], date(2026, 11, 20))
    asked = {c: reading.asked_of(standing, world[1], c).rows for c in ("202", "204", "206")}
    assert [(r.indicator.id, r.fifth, r.state) for r in asked["202"]] == [
        ("assessments_45d_pct", "top", "waiting")
    ]
    assert [(r.indicator.id, r.fifth) for r in asked["206"]] == [("assessments_45d_pct", "bottom")]
    assert asked["204"] == ()


def test_a_narrative_is_drafted_finished_and_taken_up_again(world: tuple[Alliance, Release, Actor]) -> None:
    lead = lead_of(world[0], "202")
    draft = save(world, lead)
    assert draft.state == "draft"
    with pytest.raises(Invalid) as refused:
        save(world, lead, seen_version=1, ready=True)
    assert set(refused.value.fields) == {"reason", "doing"}
    assert Narrative.objects.get().version == 1
    whole = {"meaning": "Prompt.", "reason": "A full team.", "doing": "Keeping it."}
    done = save(world, lead, texts=whole, seen_version=1, ready=True)
    assert done.state == "ready"
    assert [n.pk for n in reading.ready(world[0].pk, "202", QUARTERS[0])] == [done.pk]
    with pytest.raises(NotNow):
        save(world, lead, seen_version=2)
    assert narratives.revise(by=lead, narrative=done).state == "draft"


def test_two_writers_are_told_and_nothing_is_lost(world: tuple[Alliance, Release, Actor]) -> None:
    lead = lead_of(world[0], "202")
    save(world, lead, texts={"meaning": "Theirs."})
    with pytest.raises(Invalid, match="while you were writing"):
        save(world, lead, texts={"meaning": "Mine."})
    assert Narrative.objects.get().meaning == "Theirs."
    client = client_of(lead)
    page = f"/alliances/london/members/202/narratives/london-core-18/{QUARTERS[0]}/assessments_45d_pct/"
    answer = client.post(page, {"meaning": "Mine.", "version": "0", "do": "save"})
    text = answer.content.decode()
    assert "Mine." in text
    assert "Theirs." in text


def test_a_draft_carries_over_to_the_next_release(world: tuple[Alliance, Release, Actor]) -> None:
    of, first, analyst = world
    lead = lead_of(of, "202")
    save(world, lead)
    numbers = {"202": 96, "203": 80, "204": 81, "205": 82, "206": 50}
    second = released(of, analyst, "london-core-18", QUARTERS[1], numbers)
    details = {"code": "202", "indicator": "assessments_45d_pct"}
    carried = narratives.carry_over(by=lead, release=second, **details)
    assert (carried.meaning, carried.state, carried.carried_from.release_id) == ("Prompt.", "draft", first.pk)
    with pytest.raises(Invalid, match="written here already"):
        narratives.carry_over(by=lead, release=second, **details)


def test_who_reads_and_who_writes(world: tuple[Alliance, Release, Actor]) -> None:
    of, _, analyst = world
    lead = lead_of(of, "202")
    save(world, lead)
    page = f"/alliances/london/members/202/narratives/london-core-18/{QUARTERS[0]}/assessments_45d_pct/"
    north = actor(of, "sub-regional-lead", sub_region="north")
    south = actor(of, "sub-regional-lead", sub_region="south")
    other = actor(of, "director", code="203")
    for who, status in ((lead, 200), (north, 200), (south, 403), (other, 403), (analyst, 403)):
        assert client_of(who).get(page).status_code == status, who.holdings
    with pytest.raises(Refused):
        save(world, other)
    with pytest.raises(Refused):
        save(world, north)


def test_nothing_is_asked_on_the_middle_or_of_another_authority(
    world: tuple[Alliance, Release, Actor],
) -> None:
    lead = lead_of(world[0], "204")
    with pytest.raises(Invalid, match="does not stand out"):
        save(world, lead, code="204")


@pytest.fixture
def flagged(db: None) -> tuple[Alliance, Release]:
    """Derby far below the others of the East Midlands, whose charter asks for no narratives."""
    of = east_midlands()
    codes = [m.code for m in standing_of(of, date(2026, 11, 20)).members]
    numbers = {code: 12 if code == "831" else 88 + n % 4 for n, code in enumerate(codes)}
    release = released(of, actor(of, "data-specialist"), "riia-31", QUARTERS[0], numbers)
    analyse(by=BACKGROUND, release=release)
    return of, release


def test_without_a_rule_of_its_own_a_charter_takes_what_where_to_look_flags(
    flagged: tuple[Alliance, Release],
) -> None:
    of, release = flagged
    standing = standing_of(of, date(2026, 11, 20))
    asked = reading.asked_of(standing, release, "831")
    assert [row.indicator.id for row in asked.rows] == ["assessments_45d_pct"]
    assert not asked.required
    assert "from where to look" in asked.source
    assert "at most 10% of its flags" in asked.source
    assert asked.rows[0].why
    assert str(asked.rows[0].value) == "12"
    middle = reading.asked_of(standing, release, "830")
    assert middle.rows == ()
    assert middle.nothing == "No figure stands out more than chance would bring."
    lead = lead_of(of, "831")
    with pytest.raises(Invalid, match="does not stand out"):
        narratives.save(by=lead, release=release, code="831", indicator="assessments_rate",
                        texts=TEXTS, seen_version=0)  # fmt: skip
    page = f"/alliances/east-midlands/members/831/narratives/riia-31/{QUARTERS[0]}/assessments_45d_pct/"
    client = client_of(lead)
    assert asked.rows[0].why in html.unescape(client.get(page).content.decode())
    assert client.post(page, TEXTS | {"version": 0, "do": "finish"}).status_code == 302
    assert reading.asked_of(standing, release, "831").ready == 1


def test_who_may_not_see_where_to_look_sees_only_what_was_written(
    flagged: tuple[Alliance, Release],
) -> None:
    of, release = flagged
    page = "/alliances/east-midlands/members/831/narratives/"
    manager = client_of(actor(of, "programme-manager"))
    assert "45 working days" not in manager.get(page).content.decode()
    of_indicator = {"release": release, "code": "831", "indicator": "assessments_45d_pct"}
    narratives.save(by=lead_of(of, "831"), **of_indicator, texts=TEXTS, seen_version=0, ready=True)
    assert "45 working days" in manager.get(page).content.decode()


def test_a_narrative_outlives_its_flag(flagged: tuple[Alliance, Release]) -> None:
    of, release = flagged
    of_indicator = {"release": release, "code": "831", "indicator": "assessments_45d_pct"}
    narratives.save(by=lead_of(of, "831"), **of_indicator, texts=TEXTS, seen_version=0)
    Signal.objects.filter(release=release).delete()
    (row,) = reading.asked_of(standing_of(of, date(2026, 11, 20)), release, "831").rows
    assert (row.state, row.why) == ("draft", reading.NO_MORE)

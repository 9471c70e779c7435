"""The demonstration, filled once: sizes as published, balance, planted events, and what is left to play with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from django.db import transaction

import catalogue
from catalogue import reference
from catalogue.periods import Period
from concord.demo import events, fill, people
from concord.demo.events import EVENTS, Event
from concord.demo.memorandum import UNSIGNED
from concord.demo.play import NOT_BEGUN, Collection
from concord.demo.quarters import BALANCES, history
from concord.queries.home import home
from concord.queries.journal import entries_in_order
from concord.queries.membership import actor_of, alliances
from concord.queries.returns import due_on
from concord.queries.standing import standing_of
from concord.records.models import (
    Alliance,
    Challenge,
    FollowUp,
    Paper,
    Person,
    Query,
    Release,
    Return,
    Section,
    SignOff,
    Submission,
    Variation,
)
from concord.rules.journal import verify

pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.django_db]

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
LAST = Period(2026, 2)
DATASETS = {"london": "london-core-18", "east-midlands": "riia-31"}
DOC = Path(__file__).parents[3] / "docs/demo-events.md"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The whole demonstration, as on a day in November 2026; taken away after the module’s tests."""
    people.forget()
    with django_db_blocker.unblock(), transaction.atomic():
        fill.fill(NOW, lambda _: None)
        yield
        transaction.set_rollback(True)
    people.forget()


def quarter(number: int) -> str:
    return LAST.shift(number - events.QUARTERS).key


def sent(event: Event) -> list[Submission]:
    """The last submission of each quarter, in order."""
    found = Submission.objects.filter(
        part_of__authority__code=event.code, part_of__dataset=DATASETS[event.region]
    ).order_by("part_of__period", "number")
    return list({s.part_of_id: s for s in found}.values())


def share(submission: Submission, indicator: str) -> float:
    line = submission.lines[indicator]
    return float(line["numerator"]) / float(line["denominator"])


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: f"{e.code}-{e.kind}")
def test_every_planted_event_is_in_the_data_and_written_down(event: Event) -> None:
    assert event.words in DOC.read_text("utf-8")
    named = {"region": event.region, "code": event.code, "quarter": quarter(event.first)}
    ret = Return.objects.filter(
        alliance__key=event.region,
        authority__code=event.code,
        dataset=DATASETS[event.region],
        period__gte=quarter(event.first),
        period__lte=quarter(event.last),
    ).order_by("period")
    match event.kind:
        case "step":
            counts = np.array([float(s.lines[event.indicator]["numerator"]) for s in sent(event)])
            before, after = counts[: event.first - 1], counts[event.first - 1 :]
            grown = after.mean() / before.mean()
            assert abs(grown / event.size - 1) < 0.2, named
        case "drift":
            shares = np.array([share(s, event.indicator) for s in sent(event)])[event.first - 2 :]
            slope = np.polyfit(range(len(shares)), shares * 100, 1)[0]
            assert abs(slope - event.size) < abs(event.size) / 2, named
        case "data-error":
            first, second = ret.get().submissions.all()
            wrong, right = (Decimal(s.lines[event.indicator]["numerator"]) for s in (first, second))
            assert wrong == right * Decimal(str(event.size))
            assert Query.objects.get(part_of=ret.get()).answer
            assert ret.get().state == "accepted"
        case "released-error":
            alliance = Alliance.objects.get(key=event.region)
            wrong_one, right_one = alliance.releases.filter(
                dataset=DATASETS[event.region], period=quarter(event.first)
            ).order_by("number")
            assert right_one.reason
            assert {(c["authority"], c["indicator"]) for c in right_one.changes} >= {
                (event.code, event.indicator)
            }
            before, after = (
                next(c for c in right_one.changes if c["indicator"] == event.indicator)[k][0]
                for k in ("before", "after")
            )
            assert sorted(before) == sorted(after)
            assert before != after
            assert not wrong_one.changes
        case "late":
            charter = standing_of(Alliance.objects.get(key=event.region), LAST.end).charter
            assert ret.count() == event.last - event.first + 1
            for one in ret:
                first = one.submissions.get(number=1)
                due = due_on(charter, one.dataset, Period.parse(one.period))
                assert first.at.date() > due
                assert one.chased_at is not None
        case "silent":
            assert not Submission.objects.filter(part_of__in=ret).exists()
            assert all(one.chased_at for one in ret)
            assert (
                Release.objects.filter(alliance__key=event.region, period=quarter(11))
                .latest("number")
                .standing[event.code]
                == "late"
            )


@pytest.mark.parametrize("alliance", DATASETS)
def test_twelve_quarters_of_every_member_stand_and_the_latest_is_left_to_play_with(alliance: str) -> None:
    own = Alliance.objects.get(key=alliance)
    dataset, members = DATASETS[alliance], len(standing_of(own, NOW.date()).members)
    for number in range(1, events.QUARTERS):
        newest = own.releases.filter(dataset=dataset, period=quarter(number)).latest("number")
        silent = sum(events.runs(e.code, "silent", number) == e for e in EVENTS if e.region == alliance)
        assert list(newest.standing.values()).count("released") == members - silent
    assert not own.releases.filter(dataset=dataset, period=LAST.key).exists()
    states = set(own.returns.filter(dataset=dataset, period=LAST.key).values_list("state", flat=True))
    assert states == {"open", "submitted", "queried", "accepted"}
    waiting = own.returns.filter(period=LAST.key, authority__code__in=NOT_BEGUN)
    assert not waiting.exists()
    assert {r.period for r in own.releases.filter(dataset="annual")} == {"2023-24", "2024-25", "2025-26"}


def test_who_is_on_a_plan_or_looked_after_balances_exactly() -> None:
    for code in ("202", "307", "831", "857", "201"):
        series = history(code, LAST, events.QUARTERS).series
        for stock, (starts, ends) in BALANCES.items():
            flow = series[starts].numerator - series[ends].numerator
            assert all(
                b == a + f for (a, b), f in zip(pairwise(series[stock].numerator), flow[1:], strict=True)
            )


def test_a_year_of_quarters_is_about_the_size_that_was_published() -> None:
    published = {
        f.place: float(f.value)
        for f in reference.published()
        if (f.publication, f.measure, f.year) == ("cin-referrals", "referral_count", 2025)
        and f.value is not None
    }
    planted = {e.code for e in EVENTS if e.indicator == "referrals_rate"}
    checked = 0
    for alliance in DATASETS:
        for member in standing_of(Alliance.objects.get(key=alliance), LAST.end).members:
            if member.code in planted or published.get(member.code, 0) < 400:
                continue
            made = history(member.code, LAST, events.QUARTERS).series["referrals_rate"].numerator[-4:].sum()
            spread = 5 * np.sqrt(published[member.code])
            assert abs(made - published[member.code]) < spread, member.name
            checked += 1
    assert checked > 35


def test_noise_is_as_large_as_the_counts_imply() -> None:
    ratios = []
    for code in reference.authorities():
        if reference.authorities()[code].ends is None and reference.authorities()[code].region == "E12000007":
            counts = history(code, LAST, 40, planting=False).series["s47_rate"].numerator
            ratios.append(counts.var(ddof=1) / max(counts.mean(), 1))
    assert 0.9 < np.median(ratios) < 2.2  # one, and what the season adds


def test_the_same_day_gives_the_same_figures() -> None:
    one, again = (history("307", LAST, events.QUARTERS) for _ in range(2))
    for id in catalogue.indicators():
        assert np.array_equal(one.series[id].numerator, again.series[id].numerator), id


def test_every_office_is_held_by_somebody_named_by_it_alone() -> None:
    for alliance in DATASETS:
        own = Alliance.objects.get(key=alliance)
        held = set(own.tenures.values_list("office", flat=True))
        assert held == {o.key for o in standing_of(own, NOW.date()).charter.offices}
    assert all(p.email.endswith("@demo.example") for p in Person.objects.all())
    titles = {o.title for a in Alliance.objects.all() for o in standing_of(a, NOW.date()).charter.offices}
    assert all(p.name.split(", ")[0] in titles for p in Person.objects.all())


def test_the_memorandum_lives() -> None:
    assert Variation.objects.filter(state="agreed").count() == 2
    answers = SignOff.objects.filter(subject="memorandum")
    signed = set(answers.filter(answer="signed").values_list("authority__code", "office"))
    assert signed
    assert not signed & UNSIGNED
    assert {how for (how,) in answers.values_list("how")} == {"paper", "electronic"}
    london = standing_of(Alliance.objects.get(key="london"), NOW.date())
    assert [m.code for m in london.members if m.level == "limited"] == ["201"]


def test_the_last_year_is_whole_and_this_one_begun() -> None:
    held = Challenge.objects.filter(year="2025-26", state="closed")
    london, east = (held.filter(alliance__key=key).count() for key in ("london", "east-midlands"))
    assert (london, east) == (31, 10)  # but for the City of London, and Havering, whose challenge is waived
    assert Paper.objects.filter(period="2026-27", document="self-evaluation", submitted_at=None).exists()
    assert FollowUp.objects.filter(key="progress-check", reviewed_at__isnull=False).count() == 10
    stands_out = Section.objects.filter(paper__period="2025-26", key="exceptions")
    said = [str(row.listed) for row in stands_out.filter(paper__document="self-evaluation")]
    assert any("What we are doing" in listed for listed in said)
    assert not any("Nothing yet" in listed for listed in said), "a figure that stands out is left unexplained"


def test_no_two_tasks_on_a_first_page_read_alike() -> None:
    alike = []
    for person in Person.objects.filter(is_active=True):
        page = home(actor_of(person, NOW.date()), alliances(), NOW, None)
        tasks = [(t.sentence, t.period, t.where) for t in (*page.todo, *page.coming, *page.elsewhere)]
        waits = [(w.sentence, w.period, w.on) for w in page.waiting]
        alike += [(person.name, it) for it in {*tasks} if tasks.count(it) > 1]
        alike += [(person.name, it) for it in {*waits} if waits.count(it) > 1]
    assert alike == []


def test_the_journal_of_it_holds() -> None:
    assert verify(entries_in_order()).broken_at is None


def test_it_refuses_a_database_that_holds_anything() -> None:
    with pytest.raises(fill.NotEmpty):
        fill.fill(NOW, lambda _: None)


@pytest.mark.parametrize("days", [1, 4, 20])
def test_just_after_a_quarter_ended_there_is_something_to_see(days: int) -> None:
    """However few days have gone by, some returns of the latest quarter are in."""
    own = Alliance.objects.get(key="london")
    now = datetime.combine(LAST.end, datetime.max.time(), UTC) + timedelta(days=days)
    use = standing_of(own, LAST.end).charter.dataset("london-core-18")
    books = {
        m.code: history(m.code, LAST, events.QUARTERS, planting=False)
        for m in standing_of(own, LAST.end).members
    }
    quarters = tuple(LAST.shift(n) for n in range(1 - events.QUARTERS, 1))
    done = [
        s for s in Collection(own, use, books, quarters, now).steps() if LAST.end < s.at.date() <= now.date()
    ]
    assert len([s for s in done if s.order == 0]) > 10

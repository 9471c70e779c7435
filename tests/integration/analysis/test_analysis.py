"""A release is worked out, kept, read as far as it is shared, and worked out again without leaving anything behind."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from tests import factories
from tests.releasing import analyst, lines, released

import catalogue
from concord.actions._run import SYSTEM, Refused
from concord.actions.analysis import BACKGROUND, analyse, analyse_published
from concord.actions.published import load_own_table
from concord.commands import jobs
from concord.queries import analysis as queries
from concord.queries import panels
from concord.queries.standing import standing_of
from concord.records.models import Analysis, Entry, Release, Signal, SignalRun
from concord.rules.analysed import from_json, to_json

pytestmark = pytest.mark.django_db
REGIONS = {
    "london": (factories.london, "london-core-18", "202", "213"),
    "east-midlands": (factories.east_midlands, "riia-31", "831", "857"),
}


def returns(alliance: Any, dataset: str, quarter: int, far: str) -> dict[str, Any]:
    """About one referral in five comes back everywhere, but nine in ten in one place."""
    codes = [m.code for m in standing_of(alliance, date(2025, 9, 30)).members]
    chance = random.Random(quarter)
    return {
        f"c{code}": lines(
            dataset,
            f"{code} {quarter}",
            referrals_rate=(500, None),
            rereferrals_pct=(450 if code == far else chance.randint(85, 115), None),
        )
        for code in codes
    }


@pytest.fixture(params=sorted(REGIONS))
def region(request: pytest.FixtureRequest) -> Any:
    make, dataset, code, other = REGIONS[request.param]
    alliance = make()
    own = analyst(alliance)
    made = [
        released(alliance, dataset, f"2025-26Q{q}", own, **returns(alliance, dataset, q, code))
        for q in (1, 2)
    ]
    return alliance, dataset, code, other, made


@pytest.mark.clause("L2.1c", "E1.6b", "E1.5a")
def test_a_release_is_worked_out_and_read(region: Any) -> None:
    _, dataset, code, _, (_, release) = region
    assert not queries.analysed_yet(release)
    analyse(by=BACKGROUND, release=release)
    assert queries.analysed_yet(release)
    view = queries.indicator_view(release, "rereferrals_pct")
    assert view is not None
    row = view.row(code)
    assert row is not None
    assert row.value == pytest.approx(90)
    assert row.flagged
    assert row.direction == "worse"
    assert row.outside == "99.8"
    assert view.it.made_of == {"2025-26Q1": 1, "2025-26Q2": 1}
    assert [p.period for p in row.points] == ["2025-26Q1", "2025-26Q2"]
    authority = queries.authority_view(release, code)
    assert authority is not None
    assert [line.indicator.id for line in authority.lines] == list(catalogue.datasets()[dataset].indicators)
    assert authority.talk[0].indicator.id == "rereferrals_pct"
    assert len(authority.talk) == 3
    assert from_json(to_json(view.it)) == view.it


def test_the_latest_quarter_is_the_newest_release_of_each_dataset(region: Any) -> None:
    """Whose reports the demonstration has made by itself."""
    *_, (_, second) = region
    assert panels.latest_quarters() == [second]


def test_working_out_again_changes_nothing_but_the_journal(region: Any) -> None:
    *_, (_, release) = region
    analyse(by=BACKGROUND, release=release)
    first = list(Analysis.objects.order_by("indicator").values_list("indicator", "content"))
    flags = Signal.objects.count()
    jobs.analyse(release.pk)
    assert list(Analysis.objects.order_by("indicator").values_list("indicator", "content")) == first
    assert (Signal.objects.count(), SignalRun.objects.count()) == (flags, 1)
    assert Entry.objects.filter(verb="analysis.made").count() == 2


def test_a_correction_of_an_earlier_quarter_works_the_later_ones_out_again(region: Any) -> None:
    *_, (first, second) = region
    jobs.analyse(first.pk)
    assert set(SignalRun.objects.values_list("release", flat=True)) == {first.pk, second.pk}


def test_a_release_is_queued_when_it_is_committed(
    region: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alliance, dataset, *_ = region
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr("concord.actions._queue.async_task", lambda *job: queued.append(job))
    with django_capture_on_commit_callbacks(execute=True):
        release = released(alliance, dataset, "2025-26Q3", analyst_of(alliance))
    assert queued == [("concord.commands.jobs.analyse", release.pk)]


def analyst_of(alliance: Any) -> Any:
    from concord.queries.membership import actor_of
    from concord.records.models import Person

    return actor_of(
        Person.objects.get(tenures__office__in=("analyst", "data-specialist"), tenures__alliance=alliance)
    )


def test_who_sees_the_flags(region: Any) -> None:
    alliance, _, code, other, (_, release) = region
    analyse(by=BACKGROUND, release=release)
    director = factories.actor(alliance, "director", code=code)
    neighbour = factories.actor(alliance, "director", code=other)
    assert [f.code for f in queries.signals_for(director, alliance, release, code).flags][:1] == [code]
    seen = {f.code for f in queries.signals_for(neighbour, alliance, release).flags}
    everybody = {f.code for f in queries.signals_for(analyst_of(alliance), alliance, release).flags}
    audience = standing_of(alliance, date(2026, 1, 1)).rules.audiences("signals")
    assert (code in seen) == ("members" in audience)
    assert (code in everybody) == ("programme" in audience or "analyst" in audience)


def test_only_the_keeper_works_out(region: Any) -> None:
    alliance, _, code, _, (_, release) = region
    with pytest.raises(Refused):
        analyse(by=factories.actor(alliance, "director", code=code), release=release)
    assert not SignalRun.objects.exists()


def test_who_was_late_has_a_row_that_says_so() -> None:
    alliance = factories.london()
    own = analyst(alliance)
    release = released(
        alliance, "london-core-18", "2025-26Q1", own, ["202", "203", "204", "205", "206", "207"]
    )
    analyse(by=BACKGROUND, release=Release.objects.get(pk=release.pk))
    view = queries.indicator_view(release, "rereferrals_pct")
    assert view is not None
    row = view.row("213")
    assert row is not None
    assert row.value is None
    assert row.missing
    assert "no figure" in row.sayings[0]


def test_published_figures_are_worked_out_alike() -> None:
    alliance = factories.london()
    load_own_table(by=SYSTEM, publications=["cla-numbers", "cin-referrals", "ons-population"])
    run = analyse_published(by=BACKGROUND, year=2025)
    assert queries.newest_year() == 2025
    assert run.checks > 300
    view = queries.indicator_view(2025, "cla_rate")
    assert view is not None
    assert view.it.group.name == "England"
    row = view.row("202")
    assert row is not None
    assert {g.key for g in row.gaps} == {"england", "region", "neighbours"}
    near = next(g for g in row.gaps if g.key == "neighbours")
    assert near.label == f"the middle of {near.counted} statistical neighbours (list of 2025)"
    assert len(row.points) == panels.YEARS
    assert row.rank is not None
    assert row.rank_lower is not None
    assert row.rank_lower <= row.rank <= (row.rank_upper or 0)
    # on real figures overdispersed limits leave few outside: plain ones had 105 of 151 outside
    assert sum(r.outside == "99.8" for r in view.it.rows) < 10
    assert queries.signals_for(factories.actor(alliance, "director", code="202"), alliance, 2025).whole


def test_the_first_page_hears_the_surest_of_the_newest_quarter_in_two_questions(
    region: Any, django_assert_num_queries: Any
) -> None:
    alliance, _, code, *_, (first, second) = region
    for release in (first, second):
        analyse(by=BACKGROUND, release=release)
    director = factories.actor(alliance, "director", code=code)
    with django_assert_num_queries(2):
        [heard] = queries.heard(director, [alliance])
    assert (heard.alliance, heard.release) == (alliance.key, second)
    all_flags = queries.signals_for(director, alliance, second, code).flags
    assert heard.flags == all_flags[:3]
    assert heard.flags[0].code == code
    stranger = factories.actor(alliance, "dfe-officer")
    with django_assert_num_queries(0):
        assert queries.heard(stranger, [alliance]) == []

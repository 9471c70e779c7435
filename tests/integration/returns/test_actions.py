"""The life of a return, from first figure to acceptance, through the actions that people use."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests import factories

import catalogue
from concord.actions import collating, returns
from concord.actions._run import Invalid, Refused
from concord.records.models import Alliance, Authority, Entry, Line, Notice, Return, Submission
from concord.rules.access import Actor
from concord.rules.figures import Amount
from concord.rules.lifecycle import NotNow

pytestmark = pytest.mark.django_db

AT = datetime(2026, 7, 20, 9, 30, tzinfo=UTC)
PERIOD = "2026-27Q1"


@pytest.fixture(params=["london", "east-midlands"])
def region(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each region with a data lead, an analyst, and a return to make."""
    if request.param == "london":
        alliance, code, dataset, collator = factories.london(), "202", "london-core-18", "analyst"
    else:
        alliance, code, dataset, collator = factories.east_midlands(), "831", "riia-31", "data-specialist"
    return {
        "of": {
            "alliance": alliance,
            "authority": Authority.objects.get(code=code),
            "dataset": dataset,
            "period": PERIOD,
        },
        "lead": factories.actor(alliance, "data-lead", code=code),
        "analyst": factories.actor(alliance, collator),
        "dataset": dataset,
    }


def whole(dataset: str) -> dict[str, Amount]:
    """A return without a fault."""
    found = {}
    for id in catalogue.datasets()[dataset].indicators:
        indicator = catalogue.indicators()[id]
        under = Decimal(200) if indicator.denominator_from == "return" else None
        found[id] = Amount(Decimal(100), under)
    found["cin_rate"] = Amount(Decimal(900))
    for id, parts in {"sw_establishment_fte": (200, None), "sw_absence_pct": (10, 200)}.items():
        if id in found:
            found[id] = Amount(Decimal(parts[0]), parts[1] and Decimal(parts[1]))
    return found


def fill(region: dict[str, Any], by: Actor | None = None, **amounts: Amount) -> Return:
    saved = returns.save(
        by=by or region["lead"], at=AT, **region["of"], amounts=whole(region["dataset"]) | amounts
    )
    assert not saved.conflicts
    return saved.of


def sent(region: dict[str, Any]) -> Return:
    ret = fill(region)
    returns.submit(by=region["lead"], at=AT, ret=ret)
    ret.refresh_from_db()
    return ret


def test_a_return_is_filled_in_submitted_and_accepted(region: dict[str, Any]) -> None:
    ret = fill(region)
    assert ret.state == "open"
    first = returns.submit(by=region["lead"], at=AT, ret=ret, status="validated", note="From the case system")
    ret.refresh_from_db()
    assert (ret.state, ret.status, first.number) == ("submitted", "validated", 1)
    assert first.lines["cin_rate"]["numerator"] == "900"
    assert len(first.hash) == 64
    collating.accept(by=region["analyst"], at=AT, ret=ret)
    ret.refresh_from_db()
    assert ret.state == "accepted"
    assert ret.accepted_at == AT
    told = Notice.objects.get(person=region["lead"].person, kind="accepted")
    assert told.link.endswith(f"/{PERIOD}/{region['of']['authority'].code}/")


def test_errors_block_and_queries_need_an_explanation(region: dict[str, Any]) -> None:
    ret = fill(region, cpp_rate=Amount(None, None), cin_rate=Amount(Decimal(50)))
    with pytest.raises(returns.Blocked) as blocked:
        returns.submit(by=region["lead"], at=AT, ret=ret)
    stopping = {(f.indicator, f.code) for f in blocked.value.findings}
    assert ("cpp_rate", "no-figure") in stopping
    assert not Submission.objects.exists()
    ret.refresh_from_db()
    assert ret.state == "open"
    fill(region, cpp_rate=Amount(missing="Our system was down"))
    returns.submit(by=region["lead"], at=AT, ret=ret)
    assert Submission.objects.get().lines["cpp_rate"]["missing"] == "Our system was down"


def test_a_query_stops_until_it_is_explained(region: dict[str, Any]) -> None:
    ret = fill(region, cpp_rate=Amount(Decimal(1000)))
    with pytest.raises(returns.Blocked) as blocked:
        returns.submit(by=region["lead"], at=AT, ret=ret)
    assert {(f.indicator, f.code, f.severity) for f in blocked.value.findings} == {
        ("cpp_rate", "part-of", "query")
    }
    fill(region, cpp_rate=Amount(Decimal(1000), explanation="Children on plans are counted by family"))
    assert returns.submit(by=region["lead"], at=AT, ret=ret).number == 1


def test_query_answer_amend_and_nothing_is_overwritten(region: dict[str, Any]) -> None:
    ret = sent(region)
    asked = collating.query(by=region["analyst"], at=AT, ret=ret, question="Is it so?", indicator="cla_rate")
    general = collating.query(by=region["analyst"], at=AT, ret=ret, question="And all in all?")
    with pytest.raises(NotNow):
        collating.accept(by=region["analyst"], at=AT, ret=ret)
    with pytest.raises(Invalid, match="Answer the analyst"):
        returns.submit(by=region["lead"], at=AT, ret=ret)
    assert returns.answer(by=region["lead"], at=AT, ret=ret, answers={asked.pk: "Mended"}) is None
    ret.refresh_from_db()
    assert ret.state == "queried"
    fill(region, cla_rate=Amount(Decimal(103)))
    second = returns.answer(by=region["lead"], at=AT, ret=ret, answers={general.pk: "Yes"})
    assert second is not None
    assert second.number == 2
    ret.refresh_from_db()
    assert ret.state == "submitted"
    kept = {s.number: s.lines["cla_rate"]["numerator"] for s in ret.submissions.all()}
    assert kept == {1: "100", 2: "103"}


def test_answers_without_amended_figures_make_no_submission(region: dict[str, Any]) -> None:
    ret = sent(region)
    asked = collating.query(by=region["analyst"], at=AT, ret=ret, question="Is it so?", indicator="cla_rate")
    assert returns.answer(by=region["lead"], at=AT, ret=ret, answers={asked.pk: "It is"}) is None
    assert ret.submissions.count() == 1
    with pytest.raises(NotNow):
        returns.answer(by=region["lead"], at=AT, ret=ret, answers={asked.pk: "It is"})


def test_a_wrong_answer_changes_nothing(region: dict[str, Any]) -> None:
    ret = sent(region)
    asked = collating.query(by=region["analyst"], at=AT, ret=ret, question="Is it so?")
    with pytest.raises(Invalid):
        returns.answer(by=region["lead"], at=AT, ret=ret, answers={asked.pk: "  "})
    with pytest.raises(Invalid):
        returns.answer(by=region["lead"], at=AT, ret=ret, answers={})
    with pytest.raises(Invalid):
        returns.answer(by=region["lead"], at=AT, ret=ret, answers={asked.pk + 999: "Yes"})
    with pytest.raises(Invalid):
        collating.query(by=region["analyst"], at=AT, ret=ret, question="Is it so?", indicator="nothing")
    asked.refresh_from_db()
    assert asked.answer == ""


def test_reopening_takes_a_reason_and_keeps_what_was_sent(region: dict[str, Any]) -> None:
    ret = sent(region)
    collating.accept(by=region["analyst"], at=AT, ret=ret)
    with pytest.raises(Invalid):
        collating.reopen(by=region["analyst"], at=AT, ret=ret, reason=" ")
    collating.reopen(by=region["analyst"], at=AT, ret=ret, reason="The census corrected it")
    ret.refresh_from_db()
    assert ret.state == "open"
    assert ret.submissions.count() == 1
    told = Notice.objects.get(kind="reopened")
    assert "The census corrected it" in told.sentence
    assert told.urgent


def test_two_editors_of_different_lines_merge(region: dict[str, Any]) -> None:
    fill(region)
    seen = whole(region["dataset"])
    other = factories.actor(region["of"]["alliance"], "director", code=region["of"]["authority"].code)
    returns.save(
        by=other, at=AT, **region["of"], seen=seen, amounts=seen | {"cla_rate": Amount(Decimal(111))}
    )
    saved = returns.save(
        by=region["lead"], at=AT, **region["of"], seen=seen, amounts=seen | {"cin_rate": Amount(Decimal(901))}
    )
    assert saved.changed == ("cin_rate",)
    assert saved.conflicts == ()
    now = dict(Line.objects.values_list("indicator", "numerator"))
    assert (now["cla_rate"], now["cin_rate"]) == (111, 901)


def test_two_editors_of_one_cell_are_told_and_neither_loses(region: dict[str, Any]) -> None:
    fill(region)
    seen = whole(region["dataset"])
    other = factories.actor(region["of"]["alliance"], "director", code=region["of"]["authority"].code)
    returns.save(by=other, at=AT, **region["of"], seen=seen, amounts={"cla_rate": Amount(Decimal(111))})
    saved = returns.save(
        by=region["lead"], at=AT, **region["of"], seen=seen, amounts={"cla_rate": Amount(Decimal(99))}
    )
    [conflict] = saved.conflicts
    assert (conflict.indicator, conflict.field, conflict.theirs, conflict.mine) == (
        "cla_rate",
        "numerator",
        111,
        99,
    )
    line = Line.objects.get(indicator="cla_rate")
    assert line.numerator == 111
    assert line.saved_by.startswith("director of")


def test_a_file_is_refused_when_somebody_saved_meanwhile(region: dict[str, Any]) -> None:
    ret = fill(region)
    with pytest.raises(Invalid, match="changed this return"):
        returns.save(by=region["lead"], at=AT, **region["of"], amounts={}, seen_version=ret.version - 1)


def test_no_return_where_none_is_asked(region: dict[str, Any]) -> None:
    of = region["of"]
    wrong = [
        {"dataset": "nothing"},
        {"period": "2026-27"},
        {"period": "2026-27q1"},
        {"period": "tomorrow"},
        {"period": "2026-27Q2"},  # has not ended
        {"period": "2035-36Q1"},
    ]
    for change in wrong:
        with pytest.raises(Invalid):
            returns.save(by=region["lead"], at=AT, **(of | change), amounts={})
    assert not Return.objects.exists()


def test_northamptonshire_returns_until_it_ends_and_its_successors_after() -> None:
    alliance = factories.east_midlands()
    old, new = Authority.objects.get(code="928"), Authority.objects.get(code="940")
    of = {"alliance": alliance, "dataset": "riia-31"}
    keeper = factories.actor(alliance, "data-specialist")
    when = datetime(2021, 5, 4, 9, tzinfo=UTC)
    assert collating.chase(
        by=keeper, at=datetime(2021, 1, 5, tzinfo=UTC), authority=old, period="2020-21Q3", **of
    )
    with pytest.raises(Invalid, match="not a member"):
        collating.chase(by=keeper, at=when, authority=new, period="2020-21Q4", **of)


def test_chasing_tells_the_data_lead_though_nothing_was_begun(region: dict[str, Any]) -> None:
    ret = collating.chase(by=region["analyst"], at=AT, **region["of"])
    assert ret.chased_at == AT
    assert ret.state == "open"
    told = Notice.objects.get(kind="chased")
    assert (told.person_id, told.kind, told.urgent) == (region["lead"].person, "chased", True)


def test_offices_do_only_what_is_theirs(region: dict[str, Any]) -> None:
    ret = fill(region)
    alliance, other = region["of"]["alliance"], "203" if region["dataset"] == "london-core-18" else "830"
    stranger = factories.actor(alliance, "data-lead", code=other)
    for act in (
        lambda by: returns.save(by=by, at=AT, **region["of"], amounts={}),
        lambda by: returns.submit(by=by, at=AT, ret=ret),
    ):
        for somebody in (stranger, region["analyst"], Actor()):
            with pytest.raises(Refused):
                act(somebody)
    returns.submit(by=region["lead"], at=AT, ret=ret)
    for act in (
        lambda by: collating.accept(by=by, at=AT, ret=ret),
        lambda by: collating.query(by=by, at=AT, ret=ret, question="So?"),
        lambda by: collating.reopen(by=by, at=AT, ret=ret, reason="So"),
        lambda by: collating.chase(by=by, at=AT, **region["of"]),
    ):
        with pytest.raises(Refused):
            act(region["lead"])
    ret.refresh_from_db()
    assert ret.state == "submitted"


def test_each_step_is_in_the_journal_with_its_clause(region: dict[str, Any]) -> None:
    ret = sent(region)
    entries = list(Entry.objects.filter(subject=f"return {ret.pk}").order_by("number"))
    assert [e.verb for e in entries] == ["return.saved", "return.submitted"]
    assert set(entries[-1].clauses) & {"L2.1c", "E1.6b"}
    assert entries[-1].actor.startswith("data-lead of")


def test_a_typed_population_is_never_kept(region: dict[str, Any]) -> None:
    fill(region, cla_rate=Amount(Decimal(100), Decimal(5)))
    assert Line.objects.get(indicator="cla_rate").denominator is None


def test_the_alliances_do_not_mix(region: dict[str, Any]) -> None:
    other = factories.east_midlands() if region["dataset"] == "london-core-18" else factories.london()
    assert isinstance(other, Alliance)
    with pytest.raises(Refused):
        returns.save(by=region["lead"], at=AT, **(region["of"] | {"alliance": other}), amounts={})

"""What Concord lists beside a section: live while it is written, kept as it stood when it is handed in."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from tests.factories import actor, client_of, east_midlands, london
from tests.integration.narratives.test_narratives import QUARTERS, released
from tests.integration.papers.test_papers import Place, fresh

from concord.actions import narratives, papers
from concord.actions.analysis import BACKGROUND, analyse
from concord.queries.listed import listed
from concord.queries.membership import today
from concord.queries.standing import standing_of
from concord.records.models import Edition, Judgement, Narrative, Plan, PlanAction, Progress, Section

pytestmark = pytest.mark.django_db
TEXTS = {"meaning": "Assessments are timely", "reason": "A new team", "doing": "Keep it up"}


def test_figures_that_stand_out_come_with_their_narratives_and_are_kept_when_handed_in() -> None:
    place = Place(london, "self-assessment", "202")
    numbers = {"202": 95, "203": 80, "204": 81, "205": 82, "206": 50}
    release = released(
        place.alliance, actor(place.alliance, "analyst"), "london-core-18", QUARTERS[0], numbers
    )
    of = {"release": release, "code": "202", "indicator": "assessments_45d_pct"}
    paper = place.written()
    now = listed(paper, "exceptions")
    assert now["head"] == ["Indicator", "Figure", "What it means", "Why it is so", "What we are doing"]
    assert [row[1:] for row in now["rows"]] == [["95.0%, top fifth", "", "", ""]]
    narratives.save(by=place.director, **of, texts=TEXTS, seen_version=0, ready=True)
    assert listed(paper, "exceptions")["rows"][0][2:] == list(TEXTS.values())
    address = f"/alliances/london/papers/{paper.pk}/sections/exceptions/"
    assert "Assessments are timely" in client_of(place.writer).get(address).content.decode()

    papers.submit(by=place.director, paper=paper)
    signed = fresh(paper).hash
    kept = Section.objects.get(paper=paper, key="exceptions").listed
    assert kept[0]["rows"][0][2] == "Assessments are timely"
    row = Narrative.objects.get()
    narratives.revise(by=place.director, narrative=row)
    assert "Assessments are timely" in client_of(place.writer).get(address).content.decode()
    assert fresh(paper).hash == signed


@pytest.mark.clause("E1.6a")
def test_a_charter_without_a_rule_for_narratives_lists_what_where_to_look_flags() -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.paper()
    found = listed(paper, "exceptions")
    assert (found["rows"], found["empty"]) == ([], "No figure has been released yet.")
    codes = [m.code for m in standing_of(place.alliance, today()).members]
    numbers = {code: 12 if code == "831" else 88 + n % 4 for n, code in enumerate(codes)}
    specialist = actor(place.alliance, "data-specialist")
    release = released(place.alliance, specialist, "riia-31", QUARTERS[0], numbers)
    found = listed(paper, "exceptions")
    assert (found["rows"], found["empty"][:13]) == ([], "Where to look")
    analyse(by=BACKGROUND, release=release)
    of = {"release": release, "code": "831", "indicator": "assessments_45d_pct"}
    narratives.save(by=place.director, **of, texts=TEXTS, seen_version=0, ready=True)
    found = listed(paper, "exceptions")
    assert "from where to look (at most 10% of its flags may be chance" in found["title"]
    assert [row[2:] for row in found["rows"]] == [list(TEXTS.values())]
    assert found["rows"][0][1].startswith("In Derby 12.0% of assessments")
    section = client_of(place.writer).get(f"/alliances/east-midlands/papers/{paper.pk}/sections/exceptions/")
    assert "/members/831/narratives/" in section.content.decode()


def test_last_years_plan_is_listed_with_how_each_action_stands() -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.paper()
    assert not listed(paper, "progress")["rows"]
    common = {
        "alliance": place.alliance, "authority": place.authority, "template": "development-plan",
        "edition": Edition.objects.get(alliance=place.alliance), "begun_at": timezone.now(),
    }  # fmt: skip
    plan = Plan.objects.create(**common, period="2025-26", state="signed")
    Plan.objects.create(**common, period="2026-27", state="draft")
    kept = {"plan": plan, "place": 1, "text": "Rebuild the front door", "owner": "Head of service"}
    done = PlanAction.objects.create(**kept, due=date(2026, 9, 30))
    said = {"action": done, "by": "A", "at": timezone.now()}
    Progress.objects.create(**said, on=date(2026, 7, 1), state="behind", text="Late")
    Progress.objects.create(**said, on=date(2026, 10, 1), state="done", text="Open since September")
    found = listed(paper, "progress")
    assert found["title"] == "The plan of 2025-26"
    assert found["rows"] == [
        ["Rebuild the front door", "Head of service", "30 September 2026", "Done", "Open since September"]
    ]


def test_the_latest_judgement_is_listed_area_by_area() -> None:
    place = Place(london, "self-assessment", "202")
    Judgement.objects.filter(authority=place.authority).delete()
    assert not listed(place.paper(), "judgements")["rows"]
    Judgement.objects.create(authority=place.authority, framework="ILACS", published=date(2026, 5, 5),
                             overall="good", leaders="outstanding", source="a test")  # fmt: skip
    found = listed(place.paper(), "judgements")
    assert found["title"] == "Ofsted’s latest judgement, published on 5 May 2026"
    assert found["rows"] == [["Overall", "Good"], ["Leaders", "Outstanding"]]

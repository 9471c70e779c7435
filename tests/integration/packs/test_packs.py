"""Packs: asked for, made in the background, kept, and what changed since."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from docx import Document
from pptx import Presentation
from tests import factories, releasing
from tests.integration.plans import steps

from concord.actions import packs, papers, plan_life, sign_offs
from concord.actions._run import Invalid, Refused
from concord.actions.analysis import BACKGROUND, analyse
from concord.commands import jobs
from concord.queries import packs as reading
from concord.queries import papers as paper_queries
from concord.queries.membership import actor_of
from concord.queries.standing import standing_of
from concord.records.models import Entry, Notice, Pack, Paper, PlanAction, Release, Signal
from concord.rules.packs import PARTS

pytestmark = pytest.mark.django_db
CONSIDERED = "We learnt **where audits disagree**, and will bring three of them.\n\n- Audits\n- Voice"


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(steps.AT, tick=False) as moment:
        yield moment


def self_evaluation(of: steps.Place) -> Paper:
    """Written, and signed where the charter asks for it."""
    by = of.actor("director")
    template = "self-assessment" if of.alliance.key == "london" else "self-evaluation"
    paper = papers.begin(
        by=by, alliance=of.alliance, authority=of.authority, template=template, period=steps.YEAR
    )
    for section in paper_queries.form_of(paper).sections:
        text = f"About {section.title.lower()}.\n\n## Closer\n\n- One thing\n- Another"
        grade = "good" if section.graded else ""
        papers.save_section(by=by, paper=paper, key=section.key, text=text, grade=grade, seen_version=0)
    paper = papers.submit(by=by, paper=paper)
    for office in paper_queries.signable(paper).offices:
        what = paper_queries.signable(Paper.objects.get(pk=paper.pk))
        sign_offs.sign(by=of.actor(office), what=what, office=office, seen_hash=what.hash)
    return Paper.objects.get(pk=paper.pk)


def released(of: steps.Place) -> Release:
    """A quarter of ten authorities, worked out."""
    london = of.alliance.key == "london"
    dataset = "london-core-18" if london else "riia-31"
    codes = "202 204 206 201 203 205 207 208 209 210" if london else "831 830 856 855 892 925 891 857"
    release = releasing.released(
        of.alliance, dataset, "2026-27Q1", releasing.analyst(of.alliance), codes.split()
    )
    analyse(by=BACKGROUND, release=release)
    return release


def whole(region: str) -> steps.Place:
    """A host of whom everything is there."""
    of = steps.place(region)
    plan = steps.signed(of)
    part = PlanAction.objects.filter(plan=plan).first()
    plan_life.record_progress(
        by=of.actor("director"), part=part, on=steps.AT.date(), state="behind", text="Two left"
    )
    self_evaluation(of)
    released(of)
    return of


def asked(of: steps.Place, kind: str, by: str = "director", **more: Any) -> Pack:
    return packs.ask(
        by=of.actor(by), alliance=of.alliance, authority=of.authority, kind=kind, period=steps.YEAR, **more
    )


def read(pack: Pack, kind: str) -> bytes:
    with default_storage.open(pack.files[kind]["name"]) as kept:
        return bytes(kept.read())


@pytest.mark.clause("E1.6a")
@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_the_challenge_pack_builds_itself(region: str) -> None:
    of = whole(region)
    Signal.objects.all().delete()  # what is found is for other tests: here one thing stands out
    Signal.objects.create(
        release=Release.objects.get(), authority=of.authority, indicator="rereferrals_pct", direction="worse",
        kinds=[], since="2026-27Q1", place=1, score=3.2, p=0.001, q=0.01,
        sentence="Re-referrals have been higher since April to June 2026.", detail={"periods": 1, "sure": "sure"},
    )  # fmt: skip
    pack = asked(of, "challenge", include=["where-to-look"])
    assert reading.page_of(pack, standing_of(of.alliance, steps.AT.date())).waiting
    with pytest.raises(Invalid, match="being made already"):
        asked(of, "challenge")
    jobs.pack(pack.pk)
    pack.refresh_from_db()
    assert (pack.failed, set(pack.files), pack.challenge) == ("", {"docx", "pdf"}, of.challenge)
    assert {p["key"] for p in pack.parts} == set(PARTS)
    empty = {p["key"] for p in pack.parts if not p["hash"]}
    assert empty == {"narratives"}
    told = set(Notice.objects.filter(kind="pack").values_list("person", flat=True))
    assert of.people["triad"].pk in told
    assert of.people["far"].pk not in told

    words = read(pack, "docx")
    document = Document(io.BytesIO(words))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    for title in PARTS.values():
        assert title in headings
    said = "\n".join(p.text for p in document.paragraphs)
    cells = "\n".join(c.text for t in document.tables for row in t.rows for c in row.cells)
    assert "Our own grade: Good" in said
    assert "Early help is well led" in said
    assert "Behind (20 November 2026). Two left" in cells
    assert "Re-referrals have been higher since April to June 2026." in cells
    assert "Nothing of" not in said
    with zipfile.ZipFile(io.BytesIO(words)) as parts:
        xml = parts.read("word/document.xml").decode()
    assert xml.count("<w:tblHeader") == len(document.tables), "every table has a head that repeats"
    pictures = re.findall(r"<wp:docPr [^>]*>", xml)
    assert pictures
    assert all('descr="' in picture for picture in pictures), "every picture says what it shows"
    assert read(pack, "pdf").startswith(b"%PDF")

    jobs.pack(pack.pk)  # a job may run again
    assert Pack.objects.get(pk=pack.pk).files == pack.files


@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_where_to_look_is_in_it_by_the_authoritys_own_choice_alone(region: str) -> None:
    """Both regions share it with the authority and its leads, and the pack with the group as well."""
    of = steps.place(region)
    pack = asked(of, "challenge", by="assistant-director")
    jobs.pack(pack.pk)
    pack.refresh_from_db()
    document = Document(io.BytesIO(read(pack, "docx")))
    assert PARTS["where-to-look"] not in [p.text for p in document.paragraphs]
    assert [p["key"] for p in pack.parts] == [key for key in PARTS if key != "where-to-look"]
    arranges = factories.person(of.alliance, "programme-manager")
    with pytest.raises(Invalid) as refused:
        packs.ask(
            by=actor_of(arranges), alliance=of.alliance, authority=of.authority, kind="challenge",
            period=steps.YEAR, include=["where-to-look"],
        )  # fmt: skip
    assert set(refused.value.fields) == {"include"}
    at = f"/alliances/{of.alliance.key}/packs/ask/{of.code}/challenge/"
    assert "Where to look" not in factories.client_of(arranges).get(at).content.decode()
    director = factories.client_of(of.people["director"])
    assert "otherwise shared with the authority itself" in director.get(at).content.decode()
    sent = {"period": steps.YEAR, "include": ["where-to-look"]}
    assert director.post(at, sent).status_code == 302
    newer = Pack.objects.get(number=2)
    assert "where-to-look" in [p["key"] for p in newer.parts]
    assert Entry.objects.filter(subject=f"pack {newer.pk}", sentence__contains="with: Where to look").exists()


@pytest.mark.clause("L2.1n")
@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_the_pack_for_ofsted_answers_the_three_questions(region: str) -> None:
    of = whole(region)
    with pytest.raises(Invalid) as refused:
        asked(of, "annual-conversation")
    assert set(refused.value.fields) == {"considered"}
    for label in ("triad", "far", "chief-executive"):
        with pytest.raises(Refused):
            asked(of, "annual-conversation", by=label, considered="Nosy")
    pack = asked(of, "annual-conversation", considered=CONSIDERED)
    jobs.pack(pack.pk)
    pack.refresh_from_db()
    assert (pack.failed, set(pack.files)) == ("", {"docx", "pptx"})
    document = Document(io.BytesIO(read(pack, "docx")))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == "What we considered"
    assert [h[:2] for h in headings[1:]] == ["1.", "2.", "3."]
    deck = Presentation(io.BytesIO(read(pack, "pptx")))
    titles = [s.shapes.title.text_frame.text for s in deck.slides]
    assert titles[1] == "What we considered"
    assert "The plan: strengths" in titles
    assert all(titles), "every slide has a title"
    notes = deck.slides[1].notes_slide.notes_text_frame.text
    assert "where audits disagree" in notes
    standing = standing_of(of.alliance, steps.AT.date())
    seen = {label for label in of.people if reading.rows_for(of.actor(label), standing)}
    assert seen == {
        "director",
        "chief-executive",
        "lead-member",
        "data-lead",
        "improvement-lead",
        "assistant-director",
    }


def test_a_newer_pack_has_a_new_number_and_says_what_changed() -> None:
    of = whole("london")
    first = asked(of, "challenge")
    jobs.pack(first.pk)
    first.refresh_from_db()
    standing = standing_of(of.alliance, steps.AT.date())
    assert reading.page_of(first, standing).changed == ()
    part = PlanAction.objects.filter(plan__authority=of.authority).first()
    plan_life.record_progress(
        by=of.actor("director"), part=part, on=steps.AT.date(), state="done", text="All"
    )
    assert reading.page_of(first, standing).changed == (PARTS["plan"],)
    second = asked(of, "challenge")
    assert second.number == 2
    jobs.pack(second.pk)
    assert Pack.objects.get(pk=first.pk).files == first.files, "what was read stays as it was"


def test_a_pack_of_which_nothing_is_there_says_so_and_one_that_fails_says_why(monkeypatch: Any) -> None:
    of = steps.place("east-midlands")
    pack = asked(of, "challenge")
    jobs.pack(pack.pk)
    pack.refresh_from_db()
    said = "\n".join(p.text for p in Document(io.BytesIO(read(pack, "docx"))).paragraphs)
    assert "It is not handed in yet." in said
    assert "There is no signed plan yet." in said

    def breaks(*_: Any) -> bytes:
        raise ValueError("the printer is on fire")

    monkeypatch.setattr("concord.outputs.word_text.write", breaks)
    again = asked(of, "challenge")
    jobs.pack(again.pk)
    again.refresh_from_db()
    assert again.failed == "ValueError: the printer is on fire"
    assert Notice.objects.filter(kind="pack", sentence__contains="could not be made").exists()
    assert asked(of, "challenge").number == 3, "it may be asked for again at once"


@pytest.mark.parametrize("region", ["london", "east-midlands"])
def test_who_sees_a_challenge_pack(region: str) -> None:
    of = steps.place(region)
    asked(of, "challenge")
    standing = standing_of(of.alliance, steps.AT.date())
    seen = {label for label in of.people if reading.rows_for(of.actor(label), standing)}
    assert seen == set(of.people) - {"far"}

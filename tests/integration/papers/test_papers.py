"""A self-evaluation from its first section to its last signature, in both regions."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from tests.factories import actor, east_midlands, london, person

from concord.actions import papers, remarks, sign_offs
from concord.actions._run import SYSTEM, Invalid, Refused
from concord.queries import papers as queries
from concord.queries.membership import actor_of, today
from concord.queries.sign_offs import places
from concord.records.models import (
    Authority,
    Challenge,
    Edition,
    Entry,
    Judgement,
    Notice,
    Paper,
    Person,
    Remark,
    Seat,
    Section,
    SectionText,
    SignOff,
)
from concord.rules import access
from concord.rules.access import Actor, Holding
from concord.rules.lifecycle import NotNow

pytestmark = pytest.mark.django_db
YEAR = "2026-27"
SIGNING = ("director", "lead-member", "chief-executive")


class Place:
    """An authority of a region with the people who write and sign its self-evaluation."""

    def __init__(self, region: Any, template: str, code: str) -> None:
        self.alliance = region()
        self.authority, self.template, self.code = Authority.objects.get(code=code), template, code
        self.director = actor(self.alliance, "director", code=code)
        self.writer = actor(self.alliance, "improvement-lead", code=code)

    def paper(self, **more: Any) -> Paper:
        return papers.begin(by=self.writer, alliance=self.alliance, authority=self.authority,
                            template=self.template, period=YEAR, **more)  # fmt: skip

    def written(self) -> Paper:
        """One with a text in every section that wants one."""
        paper = self.paper()
        for asked in queries.form_of(paper).sections:
            if not asked.optional:
                save(self.writer, paper, asked.key, f"What we know of {asked.title}.")
        return paper

    def seat(self, role: str, office: str, code: str) -> Actor:
        """Somebody of another authority who sits in this one's challenge of the year."""
        standing = queries.charter_of(self.paper())
        assert standing
        challenge, _ = Challenge.objects.get_or_create(
            alliance=self.alliance, authority=self.authority, year=YEAR, activity="challenge",
            defaults={"edition": Edition.objects.get(alliance=self.alliance), "title": "Challenge",
                      "state": "open", "opened_at": timezone.now()},
        )  # fmt: skip
        who = person(self.alliance, office, code=code)
        Seat.objects.create(
            challenge=challenge, role=role, person=who, state="taken", invited_at=timezone.now()
        )
        return actor_of(who)


def save(by: Actor, paper: Paper, key: str, text: str, **more: Any) -> Section:
    version = Section.objects.get(paper=paper, key=key).version
    return papers.save_section(by=by, paper=paper, key=key, text=text, **{"seen_version": version} | more)


def fresh(paper: Paper) -> Paper:
    return Paper.objects.get(pk=paper.pk)


@pytest.fixture(params=["london", "east-midlands"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "london":
        return Place(london, "self-assessment", "202")
    return Place(east_midlands, "self-evaluation", "831")


def test_every_text_is_kept_and_two_editors_are_told(place: Place) -> None:
    paper = place.paper()
    assert fresh(place.paper()) == paper, "begun twice is the same paper"
    save(place.writer, paper, "summary", "First.")
    hash = fresh(paper).hash
    save(place.director, paper, "summary", "Second, with a grade.")
    assert fresh(paper).hash != hash
    with pytest.raises(papers.Meanwhile, match="director"):
        save(place.writer, paper, "summary", "Third, over an old text.", seen_version=1)
    texts = list(SectionText.objects.filter(section__paper=paper).values_list("version", "text"))
    assert texts == [(1, "First."), (2, "Second, with a grade.")]
    with pytest.raises(Invalid, match="too long"):
        save(place.writer, paper, "summary", "x" * (papers.LONGEST + 1))
    with pytest.raises(Invalid, match="grade"):
        save(place.writer, paper, "leaders", "Text.", grade="splendid")
    with pytest.raises(Invalid, match="no such section"):
        papers.save_section(by=place.writer, paper=paper, key="nothing", text="", seen_version=0)
    with pytest.raises(Refused):
        save(actor(place.alliance, "data-lead", code=place.code), paper, "summary", "Mine")
    before = fresh(paper).hash
    save(place.writer, paper, "leaders", "Text.", grade="good")
    assert fresh(paper).hash != before, "a grade is part of what is signed"


def test_a_section_is_assigned_and_its_writer_told_once(place: Place) -> None:
    paper = place.paper()
    colleague = person(place.alliance, "assistant-director", code=place.code)
    for _ in range(2):
        papers.assign(by=place.director, paper=paper, key="leaders", writer=colleague, due=today())
    told = Notice.objects.filter(person=colleague, kind="assigned")
    assert [n.link for n in told] == [f"/alliances/{place.alliance.key}/papers/{paper.pk}/sections/leaders/"]
    stranger = person(place.alliance, "data-lead", code=place.code)
    with pytest.raises(Invalid, match="no office that may write"):
        papers.assign(by=place.director, paper=paper, key="leaders", writer=stranger)


def test_nothing_goes_out_half_written_and_drafts_stay_at_home(place: Place) -> None:
    paper = place.paper()
    peer = place.seat("triad", "director", "203" if place.code == "202" else "830")
    with pytest.raises(Invalid, match="Nothing is written yet under “In short"):
        papers.submit(by=place.director, paper=paper)
    with pytest.raises(Refused):
        papers.submit(by=place.writer, paper=place.written())
    ability = queries.reads(alliance=place.alliance.key, number=paper.pk)
    decision = access.decide(peer, ability, queries.facts_of(fresh(paper)))
    assert (decision.allowed, decision.code) == (False, "draft")
    assert access.decide(place.writer, ability, queries.facts_of(fresh(paper))).allowed


@pytest.mark.clause("L2.1a")
def test_london_hands_in_by_its_director_and_the_group_reads() -> None:
    place = Place(london, "self-assessment", "202")
    peer = place.seat("triad", "director", "203")
    paper = place.written()
    papers.submit(by=place.director, paper=paper)
    assert fresh(paper).state == "submitted"
    entry = Entry.objects.get(verb="paper.submitted")
    assert entry.clauses == ["L2.1a"]
    assert Notice.objects.filter(person=peer.person, kind="submitted").count() == 1
    ability = queries.reads(alliance=place.alliance.key, number=paper.pk)
    assert access.decide(peer, ability, queries.facts_of(fresh(paper))).allowed
    other = actor(place.alliance, "director", code="306")
    assert not access.decide(other, ability, queries.facts_of(fresh(paper))).allowed
    with pytest.raises(NotNow):
        save(place.writer, paper, "summary", "Later.")


@pytest.mark.clause("E1.6a")
def test_three_sign_exactly_what_they_read_and_an_edit_voids_it() -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    signers = {office: actor(place.alliance, office, code="831") for office in SIGNING[1:]}
    signers["director"] = place.director
    paper = place.written()
    papers.submit(by=place.director, paper=paper)
    assert (fresh(paper).state, fresh(paper).submitted_at) == ("signing", None), (
        "not handed in until all sign"
    )
    asked = Notice.objects.filter(kind="to-sign")
    assert {n.person_id for n in asked} == {signers["lead-member"].person, signers["chief-executive"].person}
    assert all(n.urgent and n.link.endswith(f"/papers/{paper.pk}/signatures/") for n in asked)
    what = queries.signable(fresh(paper))
    with pytest.raises(Invalid, match="not the one that you were shown"):
        sign_offs.sign(by=place.director, what=what, office="director", seen_hash="0" * 64)
    for office in SIGNING[1:]:
        sign_offs.sign(by=signers[office], what=what, office=office, seen_hash=what.hash)
    assert fresh(paper).state == "signing"
    sign_offs.sign(by=place.director, what=what, office="director", seen_hash=what.hash)
    assert fresh(paper).state == "submitted"
    assert set(Entry.objects.filter(verb="sign-off.signed").values_list("authority", flat=True)) == {"831"}
    assert all(e.clauses == ["E1.6a"] for e in Entry.objects.filter(verb="sign-off.signed"))

    papers.reopen(by=place.director, paper=paper, reason="A figure was wrong")
    assert [p.status for p in places(queries.signable(fresh(paper)))] == ["signed"] * 3
    save(place.writer, paper, "summary", "Mended.")
    assert [p.status for p in places(queries.signable(fresh(paper)))] == ["void"] * 3
    papers.submit(by=place.director, paper=paper)
    what = queries.signable(fresh(paper))
    assert fresh(paper).state == "signing"
    for office in SIGNING:
        sign_offs.sign(by=signers[office], what=what, office=office, seen_hash=what.hash)
    assert fresh(paper).state == "submitted"
    assert SignOff.objects.filter(subject="paper", withdrawn_at=None).count() == 3
    assert SignOff.objects.filter(subject="paper").count() == 6, "the void ones stay in sight"


def test_reopened_and_handed_in_unchanged_needs_no_new_signatures() -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.written()
    papers.submit(by=place.director, paper=paper)
    what = queries.signable(fresh(paper))
    for office in SIGNING:
        by = place.director if office == "director" else actor(place.alliance, office, code="831")
        sign_offs.sign(by=by, what=what, office=office, seen_hash=what.hash)
    papers.reopen(by=place.director, paper=paper, reason="To look again")
    papers.submit(by=place.director, paper=paper)
    assert fresh(paper).state == "submitted"


def test_a_signature_on_paper_an_equivalent_and_one_taken_back() -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.written()
    papers.submit(by=place.director, paper=paper)
    what = queries.signable(fresh(paper))
    sign_offs.record_paper_signature(by=place.director, what=what, office="chief-executive",
                                     name="A Other, Managing Director", on=today())  # fmt: skip
    member = actor(place.alliance, "lead-member", code="831")
    with pytest.raises(Invalid, match="place of its own"):
        sign_offs.sign(
            by=member, what=what, office="director", seen_hash=what.hash, equivalent="Acting director"
        )
    sign_offs.sign(by=member, what=what, office="lead-member", seen_hash=what.hash)
    sign_offs.withdraw(by=member, what=what, office="lead-member", reason="Not yet")
    sign_offs.decline(by=member, what=what, office="lead-member", reason="The money section is wrong")
    assert [p.status for p in places(what)] == ["unsigned", "declined", "signed"]
    told = Notice.objects.filter(person=place.director.person, kind="signature").values_list(
        "sentence", flat=True
    )
    assert any("declined to sign" in sentence for sentence in told)
    papers.reopen(by=place.director, paper=paper, reason="The money section")
    draft = queries.signable(fresh(paper))
    with pytest.raises(Invalid, match="still being written"):
        sign_offs.sign(by=member, what=draft, office="lead-member", seen_hash=draft.hash)


def test_an_equivalent_of_the_same_authority_signs_once_and_nobody_from_outside() -> None:
    place = Place(east_midlands, "self-evaluation", "831")
    paper = place.written()
    papers.submit(by=place.director, paper=paper)
    what = queries.signable(fresh(paper))
    held = {"alliance": "east-midlands", "may": frozenset({"document.sign"}), "title": "Managing Director"}
    mine = Holding(
        office="managing-director", of="authority", authorities=frozenset({place.authority.pk}), **held
    )
    who = person(place.alliance, "data-lead", code="831", name="Mo Trust")
    rules = place.director.alliances
    equivalent = Actor(who.pk, who.name, (mine,), rules)
    give = {"what": what, "seen_hash": what.hash, "equivalent": "Managing Director of the trust"}
    outside = actor(place.alliance, "lead-director")
    with pytest.raises(Invalid, match="for the same authority"):
        sign_offs.sign(by=outside, office="chief-executive", **give)
    row = sign_offs.sign(by=equivalent, office="chief-executive", **give)
    assert row.name == "Mo Trust, Managing Director of the trust"
    with pytest.raises(Invalid, match="one person fills one"):
        sign_offs.sign(by=equivalent, office="lead-member", **give)
    assert [p.status for p in places(what)] == ["unsigned", "unsigned", "signed"]


def test_an_authority_judged_inadequate_may_hand_in_another_document() -> None:
    place = Place(london, "self-assessment", "202")
    with pytest.raises(Invalid, match="only where the latest overall judgement is inadequate"):
        place.paper(alternative=True)
    Judgement.objects.create(authority=place.authority, framework="ILACS", published=today(),
                             overall="inadequate", source="a test")  # fmt: skip
    paper = place.paper(alternative=True)
    assert paper.form == "similar-document-2026"
    assert "similar document" in queries.title_of(paper)
    save(place.writer, paper, "document", "Our improvement plan of June.")
    save(place.writer, paper, "asks", "An outside eye on the front door.")
    papers.submit(by=place.director, paper=paper)
    assert fresh(paper).state == "submitted"


def test_peers_read_critically_section_by_section_and_are_answered(place: Place) -> None:
    paper = place.written()
    peer = place.seat("triad", "director", "203" if place.code == "202" else "830")
    with pytest.raises(Invalid, match="not handed in"):
        remarks.remark(by=peer, paper=paper, key="leaders", text="Why?")
    remarks.remark(by=place.writer, paper=paper, key="leaders", text="Check the caseloads.")
    hand_in(place, paper)
    row = remarks.remark(by=peer, paper=paper, key="leaders", text="How do you know?", grade="good")
    assert (row.scrutiny, row.grade) == (True, "good")
    remarks.answer_remark(by=place.writer, remark=row, answer="By audit, below.")
    assert Remark.objects.get(pk=row.pk).answer == "By audit, below."
    assert Notice.objects.filter(person=peer.person, kind="comment").count() == 1
    stranger = actor(place.alliance, "director", code="306" if place.code == "202" else "925")
    with pytest.raises(Refused):
        remarks.remark(by=stranger, paper=paper, key="leaders", text="And us?")
    with pytest.raises(Refused):
        remarks.answer_remark(by=peer, remark=row, answer="For them")


def hand_in(place: Place, paper: Paper) -> None:
    papers.submit(by=place.director, paper=paper)
    what = queries.signable(fresh(paper))
    for office in what.offices:
        held = Person.objects.filter(email=f"{office}.{place.code}@example.org").first()
        by = actor_of(held) if held else actor(place.alliance, office, code=place.code)
        sign_offs.sign(by=by, what=what, office=office, seen_hash=what.hash)
    assert fresh(paper).state == "submitted"


def test_evidence_is_kept_with_what_was_signed(place: Place) -> None:
    paper = place.written()
    hash = fresh(paper).hash
    add = {
        "by": place.writer,
        "paper": paper,
        "key": "leaders",
        "name": "audit.pdf",
        "kind": "application/pdf",
    }
    row = remarks.add_evidence(**add, content=b"%PDF-1.7 audit")
    with_file = fresh(paper).hash
    assert with_file != hash
    with pytest.raises(Invalid, match="here already"):
        remarks.add_evidence(**add, content=b"%PDF-1.7 audit")
    remarks.remove_evidence(by=place.writer, evidence=row)
    assert fresh(paper).hash == hash
    remarks.add_evidence(**add, content=b"%PDF-1.7 audit")
    hand_in(place, paper)
    with pytest.raises(NotNow):
        remarks.add_evidence(**add, content=b"%PDF-1.7 another")


def test_nobody_begins_what_the_memorandum_does_not_ask(place: Place) -> None:
    wrong = {"by": place.director, "alliance": place.alliance, "authority": place.authority}
    for template, period in (("nothing", YEAR), ("development-plan", YEAR), (place.template, "2026-27Q1"),
                             (place.template, "2031-32"), (place.template, "soon")):  # fmt: skip
        with pytest.raises(Invalid):
            papers.begin(**wrong, template=template, period=period)
    with pytest.raises(Refused):
        papers.begin(**wrong | {"by": SYSTEM}, template=place.template, period=YEAR)
    assert not Paper.objects.exists()

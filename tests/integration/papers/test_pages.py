"""The pages of papers, as the people who use them meet them: without scripts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from tests.factories import client_of, person
from tests.integration.papers.test_papers import YEAR, Place, fresh, hand_in, place, save

from concord.records.models import Evidence, Paper, Remark, Section
from concord.rules.access import Actor

__all__ = ["place"]
pytestmark = pytest.mark.django_db


def at(place: Place, paper: Paper, rest: str = "") -> str:
    return f"/alliances/{place.alliance.key}/papers/{paper.pk}/{rest}"


def text(by: Actor, address: str, status: int = 200) -> str:
    answer = client_of(by).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def post(by: Actor, address: str, **data: Any) -> Any:
    return client_of(by).post(address, data)


def test_begins_writes_compares_and_hands_in(place: Place) -> None:
    year = f"/alliances/{place.alliance.key}/self-evaluations/"
    assert "Begin" in text(place.writer, f"{year}?year={YEAR}")
    begun = post(place.writer, f"{year}{place.code}/begin/?year={YEAR}")
    paper = Paper.objects.get()
    assert begun.url == at(place, paper)
    assert "In short, and what has changed" in text(place.writer, begun.url)
    form = {"do": "save", "version": 0, "text": "We **know** our work.\r\n\r\n- one", "then": "next"}
    saved = post(place.writer, at(place, paper, "sections/summary/"), **form)
    assert saved.url == at(place, paper, "sections/progress/")
    page = text(place.writer, at(place, paper, "sections/summary/"))
    assert "<strong>know</strong>" in page
    post(
        place.writer,
        at(place, paper, "sections/summary/"),
        do="save",
        version=1,
        text="We know our work well.",
    )
    changed = text(place.writer, at(place, paper, "sections/summary/compare/?version=1"))
    assert "<del>" in changed
    assert "<ins>" in changed
    sent = post(place.director, at(place, paper, "hand-in/"))
    assert sent.status_code == 200
    assert "Nothing is written yet under" in sent.content.decode()


def test_two_editors_see_both_texts_and_lose_nothing(place: Place) -> None:
    paper = place.paper()
    save(place.director, paper, "summary", "Theirs, kept first.")
    page = post(
        place.writer, at(place, paper, "sections/summary/"), do="save", version=0, text="Mine, typed late."
    )
    content = page.content.decode()
    assert page.status_code == 200
    assert "Theirs, kept first." in content
    assert "Mine, typed late.</textarea>" in content
    assert 'name="version" value="1"' in content, "saving again, knowingly, puts mine in"
    again = post(
        place.writer, at(place, paper, "sections/summary/"), do="save", version=1, text="Both together."
    )
    assert again.status_code == 302
    assert Section.objects.get(paper=paper, key="summary").text == "Both together."


def test_a_script_saves_and_is_told_when_it_may_not(place: Place) -> None:
    paper = place.paper()
    address = at(place, paper, "sections/summary/")
    first = post(place.writer, address, do="autosave", version=0, text="Typed so far")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    late = post(place.director, address, do="autosave", version=0, text="Over it")
    assert late.status_code == 409
    assert "saved this while you were writing" in late.json()["said"]
    assert Section.objects.get(paper=paper, key="summary").text == "Typed so far"


def test_what_is_written_does_no_harm_on_the_page(place: Place) -> None:
    paper = place.paper()
    save(place.writer, paper, "summary", "<script>alert(1)</script> [x](javascript:alert(1))\n\n# Big")
    page = text(place.writer, at(place, paper, "whole/"))
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<h4>Big</h4>" in page


def test_evidence_is_judged_kept_and_sent_as_a_file(place: Place) -> None:
    paper = place.paper()
    address = at(place, paper, "sections/leaders/")
    wrong = post(place.writer, address, do="add", file=SimpleUploadedFile("audit.pdf", b"MZ program"))
    assert "is not what its name says" in wrong.content.decode()
    wrong = post(place.writer, address, do="add", file=SimpleUploadedFile("audit.exe", b"MZ program"))
    assert "of a kind that is not kept" in wrong.content.decode()
    assert "Choose a file first" in post(place.writer, address, do="add").content.decode()
    assert not Evidence.objects.exists()
    assert (
        post(
            place.writer, address, do="add", file=SimpleUploadedFile('au"dit.pdf', b"%PDF-1.7 x")
        ).status_code
        == 302
    )
    row = Evidence.objects.get()
    sent = client_of(place.writer).get(at(place, paper, f"evidence/{row.pk}/"))
    assert (sent.content, sent["X-Content-Type-Options"]) == (b"%PDF-1.7 x", "nosniff")
    assert sent["Content-Disposition"] == 'attachment; filename="au_dit.pdf"'
    peer = place.seat("triad", "director", "203" if place.code == "202" else "830")
    assert client_of(peer).get(at(place, paper, f"evidence/{row.pk}/")).status_code == 403
    post(place.writer, address, do="remove", file=row.pk)
    assert client_of(place.writer).get(at(place, paper, f"evidence/{row.pk}/")).status_code == 404


def test_a_file_that_cannot_be_scanned_is_not_kept(place: Place, settings: Any) -> None:
    settings.CLAMD = "127.0.0.1:1"  # where nothing listens
    paper = place.paper()
    file = SimpleUploadedFile("audit.pdf", b"%PDF-1.7 x")
    sent = post(place.writer, at(place, paper, "sections/leaders/"), do="add", file=file)
    assert "could not be scanned" in sent.content.decode()
    settings.CLAMD, settings.UPLOAD_LIMIT = "", 1000
    big = SimpleUploadedFile("audit.pdf", b"%PDF-1.7" + b"x" * 2000)
    sent = post(place.writer, at(place, paper, "sections/leaders/"), do="add", file=big)
    assert "is larger than" in sent.content.decode()
    assert not Evidence.objects.exists()


def test_peers_comment_on_the_page_and_colleagues_words_stay_at_home(place: Place) -> None:
    paper = place.written()
    peer = place.seat("triad", "director", "203" if place.code == "202" else "830")
    address = at(place, paper, "sections/leaders/")
    post(place.writer, address, do="remark", text="Is this fair?")
    text(peer, address, 403)
    hand_in(place, paper)
    page = text(peer, address)
    assert "Comment as a peer" in page
    assert "Is this fair?" not in page
    assert "Answer “Your comment”" in post(peer, address, do="remark", text=" ").content.decode()
    assert post(peer, address, do="remark", text="How do you know?", grade="good").status_code == 302
    row = Remark.objects.get(scrutiny=True)
    assert "1 to answer" in text(place.writer, at(place, paper))
    assert post(place.writer, address, do="answer", remark=row.pk, answer="By audit.").status_code == 302
    assert "By audit." in text(peer, address)
    refused = post(peer, address, do="save", version=1, text="Put in by a peer")
    assert refused.status_code == 403


def test_word_and_pdf_say_the_whole(place: Place) -> None:
    paper = place.written()
    by = client_of(place.writer)
    word = Document(io.BytesIO(by.get(at(place, paper, "document.docx")).content))
    said = [p.text for p in word.paragraphs]
    assert "What we know of Care leavers." in said
    assert any(line.startswith("Who can see this: the authority itself") for line in said)
    assert by.get(at(place, paper, "document.pdf")).content.startswith(b"%PDF-")
    assert by.get(at(place, paper, "document.exe")).status_code == 404


def test_a_section_is_given_to_a_colleague(place: Place) -> None:
    paper = place.paper()
    colleague = person(place.alliance, "assistant-director", code=place.code, name="Ada Deputy")
    address = at(place, paper, "sections/leaders/assign/")
    assert "Ada Deputy" in text(place.writer, address)
    data = {"writer": colleague.pk, "due-day": "1", "due-month": "12", "due-year": "2026"}
    assert post(place.writer, address, **data).status_code == 302
    assert "Ada Deputy" in text(place.writer, at(place, paper))
    assert "by 1 December 2026" in text(place.writer, at(place, paper))


def test_a_signatory_lands_on_the_thing_to_sign() -> None:
    from tests.factories import actor, east_midlands

    from concord.actions import papers
    from concord.records.models import Notice

    place = Place(east_midlands, "self-evaluation", "831")
    member = actor(place.alliance, "lead-member", code="831")
    paper = place.written()
    papers.submit(by=place.director, paper=paper)
    link = Notice.objects.get(kind="to-sign", person=member.person).link
    page = text(member, link)
    assert "What we know of Care leavers." in page
    form = text(member, f"{link}lead-member/sign/")
    assert fresh(paper).hash in form
    stale = post(member, f"{link}lead-member/sign/", seen_hash="0" * 64)
    assert "not the one that you were shown" in stale.content.decode()
    assert post(member, f"{link}lead-member/sign/", seen_hash=fresh(paper).hash).status_code == 302
    assert "1 of 3 have signed" in text(member, link)
    assert post(member, f"{link}lead-member/withdraw/", reason="Not yet").status_code == 302
    assert "Withdrawn" in text(member, link)
    data = {"name": "A Other, Managing Director", "on-day": "20", "on-month": "11", "on-year": "2026"}
    assert post(place.director, f"{link}chief-executive/paper/", **data).status_code == 302
    assert "A Other, Managing Director" in text(member, link)


def test_last_year_is_one_click_away(place: Place) -> None:
    from concord.actions import papers

    old = papers.begin(by=place.writer, alliance=place.alliance, authority=place.authority,
                       template=place.template, period="2025-26")  # fmt: skip
    save(place.writer, old, "summary", "Two audits a month.")
    paper = place.paper()
    save(place.writer, paper, "summary", "Four audits a month.")
    page = text(place.writer, at(place, paper, "sections/summary/"))
    assert "What was written in 2025-26" in page
    assert "Two audits a month." in page
    changed = text(place.writer, at(place, paper, "sections/summary/compare/"))
    assert "[taken out: </span>Two<" in changed
    assert "[put in: </span>Four<" in changed

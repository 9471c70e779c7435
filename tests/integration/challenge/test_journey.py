"""A challenge from invitation to close, played through the pages, in both regions."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.factories import client_of
from tests.integration.challenge.region import TEAM, Place

from concord.actions import papers
from concord.queries import challenges as reading
from concord.records.models import (
    Act,
    Contact,
    Dispute,
    Entry,
    Finding,
    FollowUp,
    Incident,
    LineOfEnquiry,
    Notice,
    Paper,
    Reading,
    Seat,
    Theme,
)

DAY = {"-day": "10", "-month": "2", "-year": "2027"}


def on(name: str, day: str = "10") -> dict[str, str]:
    return {f"{name}-day": day, f"{name}-month": "2", f"{name}-year": "2027"}


class Eyes:
    """A person at the pages of one challenge."""

    def __init__(self, place: Place, label: str) -> None:
        self.client: Client = client_of(place.people[label])
        self.at = f"/alliances/{place.alliance.key}/challenges/{place.challenge.pk}/"

    def get(self, part: str = "", status: int = 200) -> str:
        answer = self.client.get(self.at + part)
        assert answer.status_code == status, f"{part}: {answer.status_code}\n{faults(answer)}"
        return answer.content.decode()

    def post(self, part: str = "", status: int = 302, **data: Any) -> str:
        answer = self.client.post(self.at + part, data)
        assert answer.status_code == status, f"{part} {data}: {answer.status_code}\n{faults(answer)}"
        return answer.content.decode()


def faults(answer: Any) -> str:
    text = answer.content.decode()
    found = re.search(r"govuk-error-summary.*?</ul>", text, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found[0] if found else text[-600:])


def untokened(html: str) -> str:
    """A page without what differs each time it is drawn."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", html)


def hand_in(place: Place, label: str, template: str, **more: Any) -> Paper:
    """A paper written and handed in by somebody."""
    by = place.actor(label)
    paper = papers.begin(
        by=by, alliance=place.alliance, authority=place.challenge.authority, template=template,
        period=place.challenge.year, challenge=place.challenge, **more,
    )  # fmt: skip
    for section in paper.sections.exclude(key="training"):
        papers.save_section(
            by=by, paper=paper, key=section.key, text="It went well, and **this** is why.", grade="",
            seen_version=section.version, ready=True,
        )  # fmt: skip
    return papers.submit(by=by, paper=paper)


def prepared(place: Place) -> dict[str, Eyes]:
    """The East Midlands' challenge up to the day: invited, read, lines and timetable agreed; through the pages."""
    eyes = {label: Eyes(place, label) for label in place.people}
    for label in TEAM:
        assert "asked to take part" in eyes[label].get("answer/")
        eyes[label].post("answer/", do="accept", declares_none="on")
    eyes["logistics-officer"].post(do="act:request")
    assert "is not handed in yet" in eyes["host"].post(status=200, do="act:submit")
    place.self_evaluation()
    assert "challenge pack of 2026-27 is not made yet" in eyes["host"].post(status=200, do="act:submit")
    asked = re.search(r'href="(/[^"]+)">Make the pack', eyes["host"].get())
    assert asked, "the page offers making it"
    assert (
        eyes["host"].client.post(html.unescape(asked[1]), {"period": place.challenge.year}).status_code == 302
    )
    eyes["host"].post(do="act:submit")
    for label in ("lead", "triad", "second", "data-specialist"):
        eyes[label].post("reading/", do="send", strengths=f"Seen by {label}", version="0")
    eyes["triad"].post(
        "lines/", do="propose", question="What happens to children who wait?", why="No word of it"
    )
    line = LineOfEnquiry.objects.get()
    eyes["lead"].post("lines/", do=f"agree:{line.pk}")
    eyes["lead"].post("lines/", do="agree-all")
    eyes["logistics-officer"].post(
        "timetable/",
        do="add",
        title="The conversation",
        begins="9:30",
        until="16:00",
        place="County Hall",
        **on("on"),
    )
    eyes["host"].post("timetable/", do="agree")
    return eyes


@pytest.mark.clause("E2.2a")
def test_five_steps_to_the_lines_of_enquiry(em: Place) -> None:
    eyes = prepared(em)
    eyes["lead"].post("seats/", do="invite", role="expert", person=em.people["officer"].pk, why="Courts")
    eyes["officer"].post("answer/", do="accept", declares_none="on")
    done = set(reading.acts_done(em.challenge))
    assert done == {
        "conflicts", "request", "submit", "scrutinise", "invite-experts", "enquire", "timetable",
    }  # fmt: skip
    titles = re.findall(r'app-stage__number">(\d)', eyes["lead"].get())
    assert titles == ["1", "2", "3", "4", "5"]
    assert "What happens to children who wait?" in eyes["host"].get("lines/")
    told = Notice.objects.filter(person=em.people["host"], sentence__contains="hand in your self-evaluation")
    assert told.count() == 1
    for label in ("outside", "chair"):
        eyes[label].get("lines/", status=403)


def test_nobody_learns_of_another_reading_before_all_have_sent_theirs(em: Place) -> None:
    eyes = {label: Eyes(em, label) for label in em.people}
    em.accept(*TEAM)
    em.do("lead", "request")
    em.submitted()
    before = eyes["triad"].get("reading/")
    eyes["lead"].post("reading/", do="send", doubts="The lead’s doubt", version="0")
    assert untokened(eyes["triad"].get("reading/")) == untokened(
        before
    )  # not a word, not a count, has changed
    eyes["host"].get("reading/", status=403)
    eyes["co-ordinator"].get("reading/", status=403)
    for entry in Entry.objects.filter(verb="reading.saved"):
        assert "doubt" not in entry.sentence + str(entry.detail)
    eyes["lead"].post("reading/", do="back")
    eyes["lead"].post("reading/", do="send", doubts="Another doubt", version="1")
    for label in ("triad", "second", "data-specialist"):
        assert "Another doubt" not in eyes[label].get("reading/")
        eyes[label].post("reading/", do="send", strengths=f"By {label}", version="0")
    for label in ("triad", "lead"):
        assert "By second" in eyes[label].get("reading/")
    eyes["lead"].post("reading/", do="back", status=200)
    assert Reading.objects.filter(sent_at=None).count() == 0


def test_the_lead_may_open_the_readings_with_a_reason(em: Place) -> None:
    em.accept(*TEAM)
    em.do("lead", "request")
    em.submitted()
    lead = Eyes(em, "lead")
    assert "Say why" in lead.post("reading/", status=200, do="open", because="")
    lead.post("reading/", do="open", because="One is on leave")
    assert Act.objects.get(act="scrutinise").note == "One is on leave"


@pytest.mark.clause("E1.5b")
@pytest.mark.clause("E1.6d")
@pytest.mark.clause("E2.3c")
@pytest.mark.clause("E2.5k")
@pytest.mark.clause("E4.3")
def test_from_the_conversation_to_the_close(em: Place) -> None:
    eyes = prepared(em)
    with time_machine.travel("2027-02-10 18:00", tick=False):
        eyes = {label: Eyes(em, label) for label in em.people}
        for kind, text in (("strength", "Early help is near"), ("recommendation", "Visit within five days")):
            eyes["data-specialist"].post(
                "room/", do="add", kind=kind, text=text, line="1", client_key=f"k-{kind}"
            )
        eyes["lead"].post("room/", do="add", kind="recommendation", text="Share the audits", client_key="k3")
        assert "Early help" not in eyes["host"].get("report/")  # not before the record is finished
        eyes["lead"].post(do="act:converse", **on("on"))
        em.challenge.refresh_from_db()
        assert em.challenge.held_on == date(2027, 2, 10)
        assert FollowUp.objects.get(challenge=em.challenge).opens == date(2027, 5, 10)
        eyes["triad"].post("room/", do="finish")
        assert "Early help" in eyes["host"].get("report/")
        assert "not handed in yet" in eyes["lead"].post("report/", status=200, do="issue")
        hand_in(em, "lead", "review-report")
        assert "Early help" not in eyes["outside"].get("report/"), "other directors read it once it is out"
        eyes["outside"].get("report.docx", status=403)
        eyes["lead"].post("report/", do="issue")
        first, second = Finding.objects.filter(kind="recommendation").order_by("pk")
        assert "2 recommendations are not answered" in eyes["host"].post("report/", status=200, do="respond")
        eyes["host"].post("report/", do=f"answer:{first.pk}", **{f"f{first.pk}-response": "accepted"})
        refused = eyes["host"].post(
            "report/", 200, do=f"answer:{second.pk}", **{f"f{second.pk}-response": "declined"}
        )
        assert "Say why it is not accepted" in refused
        declined = {f"f{second.pk}-response": "declined", f"f{second.pk}-text": "They name families"}
        eyes["host"].post("report/", do=f"answer:{second.pk}", **declined)
        for label in ("lead", "outside"):
            assert "They name families" not in eyes[label].get("report/"), "not before it is sent"
        eyes["host"].post("report/", do="respond")
        assert "They name families" in eyes["lead"].get("report/")
        eyes["triad"].post("report/", do=f"weigh:{first.pk}", **{f"f{first.pk}-proportionate": "yes"})
        judged = {f"f{second.pk}-proportionate": "no", f"f{second.pk}-text": "Send them without names"}
        eyes["lead"].post("report/", do=f"weigh:{second.pk}", **judged)
        answered = "/alliances/east-midlands/challenges/responses/?year=2026-27"
        for label in ("host", "outside", "chair"):
            assert "Send them without names" not in eyes[label].get("report/"), "not before it is sent"
            assert "Send them without names" not in eyes[label].client.get(answered).content.decode()
        eyes["lead"].post("report/", do="weighed")
        for label in (
            "lead-director",
            "chair",
            "outside",
        ):  # the directors’ group, and who leads and chairs it
            answers = eyes[label].client.get(answered).content.decode()
            for told in ("Share the audits", "They name families", "Send them without names"):
                assert told in answers, label
            assert "They name families" in eyes[label].get("report/"), label
            assert eyes[label].client.get(f"{eyes[label].at}report.docx").status_code == 200
        for part in (
            "reading/",
            "lines/",
            "incidents/",
            "disputes/",
            "room/",
            "reflections/",
            "seats/",
            "themes/",
        ):
            eyes["outside"].get(part, status=403)
        assert eyes["officer"].client.get(answered).status_code == 200  # of their own authority alone
        assert "Share the audits" not in eyes["officer"].client.get(answered).content.decode()
        eyes["lead"].post("themes/", do="add", kind="leadership", title="Leading through vacancies")
        eyes["lead"].post("themes/", do="deposit")
        assert (
            Notice.objects.filter(person=em.people["co-ordinator"], sentence__contains="deposited").count()
            == 1
        )
        eyes["co-ordinator"].post("themes/", do=f"receive:{Theme.objects.get().pk}")
        eyes["triad"].post("contacts/", do="note", kind="first", note="We met", **on("on", "1"))
        eyes["second"].post("contacts/", do="note", kind="first", **on("on", "1"))
        refused = eyes["lead"].post(status=200, do="close")
        assert "A reflection is missing" in refused
        for label in ("host", "lead", "triad", "second", "data-specialist"):
            hand_in(em, label, "reflection")
        for label in ("logistics-officer", "quality"):
            seat = Seat.objects.get(challenge=em.challenge, person=em.people[label])
            eyes["triad"].post("reflections/", do="excuse", seat=seat.pk, reason="Was not in the room")
        assert "reflect" in reading.acts_done(em.challenge)
        eyes["lead"].post(do="close")
        em.challenge.refresh_from_db()
        assert (em.challenge.state, em.challenge.closed_because) == ("closed", "")
        eyes["triad"].post("lines/", status=200, do="propose", question="Too late?")
    clauses = {clause for entry in Entry.objects.all() for clause in entry.clauses}
    assert {"E1.6d", "E2.2a", "E2.2b", "E2.3a", "E2.3c", "E2.5k", "E4.3"} <= clauses


def test_the_journal_tells_what_was_done_and_never_what_was_said(em: Place) -> None:
    """It is seen by more people than the challenge: readings, lines, findings and disputes stay out of it."""
    eyes = prepared(em)
    with time_machine.travel("2027-02-10 18:00", tick=False):
        eyes = {label: Eyes(em, label) for label in em.people}
        eyes["triad"].post("room/", do="add", kind="area", text="Secretly late", evidence="A secret file")
        first = Finding.objects.get()
        eyes["lead"].post(
            f"room/{first.pk}/",
            do="amend",
            kind="area",
            text="Secretly later",
            seen="Secretly late",
            client_key="x",
        )
        refused = eyes["triad"].post(f"room/{first.pk}/", 404, do="remove")
        assert refused
        eyes["lead"].post(f"room/{Finding.objects.get(removed_at=None).pk}/", do="remove")
        eyes["host"].post("disputes/", what="A secret quarrel")
        eyes["triad"].post("contacts/", do="note", kind="first", note="A secret word", **on("on", "1"))
    texts = " ".join(e.sentence + str(e.detail) for e in Entry.objects.all()).lower()
    for word in ("secret", "seen by", "children who wait"):
        assert word not in texts, word
    assert Finding.objects.filter(removed_at=None).count() == 0
    assert sorted(Finding.objects.values_list("text", flat=True)) == ["Secretly late", "Secretly later"]


def test_two_who_amend_one_finding_are_told(em: Place) -> None:
    prepared(em)
    with time_machine.travel("2027-02-10 18:00", tick=False):
        triad = Eyes(em, "triad")
        triad.post("room/", do="add", kind="area", text="Late", client_key="one")
        triad.post("room/", do="add", kind="area", text="Late", client_key="one")  # sent twice, kept once
        row = Finding.objects.get()
        answer = triad.post(f"room/{row.pk}/", 200, do="amend", kind="area", text="Later", seen="Early")
        assert "Somebody changed it meanwhile" in answer
        assert "Later" in answer


def test_a_line_is_reworded_and_its_first_wording_kept(em: Place) -> None:
    em.accept(*TEAM)
    em.do("lead", "request")
    em.submitted()
    lead, triad = Eyes(em, "lead"), Eyes(em, "triad")
    assert "turn has not come" in triad.post("lines/", 200, do="propose", question="Too early?")
    lead.post("reading/", do="open", because="All are in the room")
    triad.post("lines/", do="propose", question="Who waits?")
    line = LineOfEnquiry.objects.get()
    triad.post("lines/", do="reword", line=line.pk, question="Who waits, and why?", seen="Who waits?")
    assert [(x.number, x.state) for x in LineOfEnquiry.objects.all()] == [(1, "dropped"), (2, "proposed")]
    triad.post("lines/", 403, do=f"agree:{LineOfEnquiry.objects.get(number=2).pk}")
    assert "No line of enquiry is agreed" in lead.post("lines/", 200, do="agree-all")


@pytest.mark.clause("E2.3a")
def test_each_triad_director_gets_to_know_host_and_lead(em: Place) -> None:
    em.accept(*TEAM)
    eyes = {label: Eyes(em, label) for label in em.people}
    eyes["triad"].post(
        "contacts/", do="note", kind="first", **{"on-day": "18", "on-month": "1", "on-year": "2027"}
    )
    assert "coach" not in reading.acts_done(em.challenge)
    future = {"on-day": "1", "on-month": "5", "on-year": "2027"}
    assert "not one to come" in eyes["second"].post("contacts/", 200, do="note", kind="first", **future)
    today = {"on-day": "20", "on-month": "1", "on-year": "2027"}
    eyes["second"].post("contacts/", do="note", kind="first", note="A candid word", **today)
    assert "coach" in reading.acts_done(em.challenge)
    eyes["lead"].post("contacts/", 403, do="note", kind="coaching", **today)
    assert Contact.objects.count() == 2
    assert "A candid word" in eyes["host"].get("contacts/")
    for label in ("co-ordinator", "lead-director", "outside"):
        eyes[label].get("contacts/", status=403)


@pytest.mark.clause("E2.2c")
def test_a_critical_incident_reaches_the_host_director_at_once(
    em: Place, settings: Any, mailoutbox: Any
) -> None:
    from concord.commands.jobs import urgent_post

    em.accept(*TEAM)
    team, host = Eyes(em, "data-specialist"), Eyes(em, "host")
    text = "Three referrals of one family were closed unread"
    assert "no child or family" in team.post("incidents/", 200, what=text)
    team.post("incidents/", what=text, names_nobody="on")
    notice = Notice.objects.get(sentence__contains="critical incident")
    assert (notice.person, notice.urgent) == (em.people["host"], True)
    urgent_post()
    [letter] = [m for m in mailoutbox if "critical incident" in m.subject]
    assert letter.to == [em.people["host"].email]
    assert "referrals" not in letter.body
    assert f"/challenges/{em.challenge.pk}/incidents/" in letter.body
    assert "referrals" not in " ".join(e.sentence + str(e.detail) for e in Entry.objects.all())
    lead = Eyes(em, "lead")
    em_close = lead.post(status=200, do="close", because="No reason")
    assert "not acknowledged" in em_close
    incident = Incident.objects.get()
    team.post("incidents/", 403, do=f"acknowledge:{incident.pk}")
    host.post("incidents/", do=f"acknowledge:{incident.pk}", note="All three were read today")
    assert Notice.objects.filter(
        person=em.people["data-specialist"], sentence__contains="acknowledged"
    ).exists()
    for label in ("co-ordinator", "lead-director", "chair", "outside"):
        Eyes(em, label).get("incidents/", status=403)


@pytest.mark.clause("E2.3d")
def test_a_dispute_is_mediated_and_decided_by_the_triad_directors(em: Place) -> None:
    em.accept(*TEAM)
    eyes = {label: Eyes(em, label) for label in em.people}
    assert "those who sit as “Triad director”" in eyes["host"].get("disputes/")
    eyes["host"].post("disputes/", what="The record is not what was said")
    dispute = Dispute.objects.get()
    for label in ("host", "lead", "data-specialist"):
        eyes[label].post("disputes/", 403, do=f"mediate:{dispute.pk}", text="I say so")
    assert "cannot be decided" in eyes["triad"].post(
        "disputes/", 200, do=f"decide:{dispute.pk}", text="So be it"
    )
    eyes["triad"].post("disputes/", do=f"mediate:{dispute.pk}", text="We met both")
    eyes["second"].post("disputes/", do=f"decide:{dispute.pk}", text="The sentence is taken out")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.outcome) == ("decided", "The sentence is taken out")
    eyes["triad"].post("disputes/", what="The host does not answer me")
    own = Dispute.objects.latest("pk")
    eyes["triad"].post("disputes/", 403, do=f"settle:{own.pk}", text="I settle it")
    eyes["second"].post("disputes/", 403, do=f"withdraw:{own.pk}", text="Away")
    eyes["triad"].post("disputes/", do=f"withdraw:{own.pk}", text="They rang")
    for label in ("co-ordinator", "outside"):
        eyes[label].get("disputes/", status=403)


@pytest.mark.clause("E2.4")
def test_the_hosts_checklist_ticks_itself(em: Place) -> None:
    eyes = prepared(em)

    def ticked() -> list[str]:
        page = eyes["host"].get("checklist/")
        items = re.findall(r'app-checklist__item(--done)?".*?app-checklist__text">(.*?)</li>', page, re.S)
        return [re.sub(r"<[^>]+>|\s+", " ", text).split("  ")[0].strip() for done, text in items if done]

    assert len(ticked()) == 2
    eyes["host"].post(
        "timetable/", do="give", what="Read case files in the building", **on("starts"), **on("ends", "11")
    )
    assert len(ticked()) == 3
    assert "Clause 2.4c" in eyes["host"].get("checklist/")
    told = Notice.objects.filter(sentence__contains="Read case files").values_list("person__email", flat=True)
    assert em.people["lead"].email in told


@pytest.mark.clause("L2.1d")
@pytest.mark.clause("L2.1f")
def test_londons_group_discussion(london: Place) -> None:
    eyes = {label: Eyes(london, label) for label in london.people}
    for label in ("triad", "second"):
        eyes[label].post("answer/", do="accept", declares_none="on")
    eyes["north"].post(do="act:request")
    london.self_evaluation()
    eyes["host"].post(do="act:submit")
    for label in ("triad", "second"):
        eyes[label].post("reading/", do="send", questions=f"Asked by {label}", version="0")
    assert "First: agree the timetable and permissions." in eyes["triad"].get("room/")
    eyes["north"].post("timetable/", do="add", title="Discussion", begins="10", until="12.30", **on("on"))
    eyes["host"].post("timetable/", do="agree")
    with time_machine.travel("2027-02-10 18:00", tick=False):
        eyes = {label: Eyes(london, label) for label in london.people}
        eyes["triad"].post(do="act:converse", **on("on"))
        eyes["second"].post("room/", do="add", kind="area", text="Visits are late", evidence="71% in time")
        assert "not handed in yet" in eyes["second"].post("room/", 200, do="finish")
        hand_in(london, "second", "triad-record")
        eyes["second"].post("room/", do="finish")
        assert "Write at least one" in eyes["triad"].post("themes/", 200, do="pass")
        eyes["triad"].post("themes/", do="add", kind="improvement", title="Visits in time")
        eyes["triad"].post("themes/", do="pass")
        told = Notice.objects.filter(person=london.people["north"], sentence__contains="passed on")
        assert told.count() == 1
        theme = Theme.objects.get()
        assert theme.sub_region is not None
        assert theme.sub_region.key == "north"
        eyes["host"].post("themes/", 403, do=f"receive:{theme.pk}")
        eyes["north"].post("themes/", do=f"receive:{theme.pk}")
        eyes["south"].get("themes/", status=403)
        eyes["outside"].get("report/", status=403)  # London shares it with its own group and lead
        assert "If needed" in eyes["north"].get()
        assert "lines of enquiry" not in eyes["triad"].get("reading/").lower()
        for part in ("reflections/", "lines/", "contacts/"):  # stages that London's charter does not have
            eyes["host"].get(part, status=404)
            eyes["triad"].post(part, 404, do="propose", question="Why?")
        eyes["north"].post(do="close")
        assert "Not needed" in eyes["north"].get(), "a desk review follows a concern, and there was none"
    told = " ".join(Notice.objects.values_list("sentence", flat=True))
    assert "the record can be finished" in told
    assert "reflection" not in told
    assert "lines of enquiry" not in told
    clauses = {clause for entry in Entry.objects.all() for clause in entry.clauses}
    assert {"L2.1a", "L2.1d", "L2.1f"} <= clauses


@pytest.mark.clause("E1.7b")
def test_a_visit_has_its_host_visitors_findings_and_report(em: Place) -> None:
    coordinator = client_of(em.people["co-ordinator"])
    place = "/alliances/east-midlands/challenges/new/891/"
    asked = {
        "activity": "assurance-visit",
        "title": "Case files in Nottinghamshire",
        "lead": em.people["lead"].pk,
    }
    assert coordinator.post(place, asked | {"title": ""}).status_code == 200
    assert coordinator.post(place, asked).status_code == 302
    em.challenge = reading.Challenge.objects.get(activity="assurance-visit")
    assert client_of(em.people["lead"]).post(place, asked).status_code == 403
    eyes = {label: Eyes(em, label) for label in ("lead", "outside", "co-ordinator", "triad")}
    eyes["lead"].post("answer/", do="accept", declares_none="on")
    eyes["co-ordinator"].post("seats/", do="invite", role="member", person=em.people["triad"].pk)
    eyes["triad"].post("answer/", do="accept", declares_none="on")
    eyes["lead"].post("timetable/", do="add", title="Visit", begins="9", until="15", **on("on"))
    eyes["outside"].post("timetable/", do="agree")
    with time_machine.travel("2027-02-10 18:00", tick=False):
        eyes = {label: Eyes(em, label) for label in ("lead", "outside", "triad")}
        eyes["lead"].post(do="act:converse", **on("on"))
        eyes["triad"].post("room/", do="add", kind="recommendation", text="Write to the parent")
        eyes["lead"].post("room/", do="finish")
        hand_in(em, "lead", "review-report")
        eyes["lead"].post("report/", do="issue")
        row = Finding.objects.get()
        eyes["outside"].post("report/", do=f"answer:{row.pk}", **{f"f{row.pk}-response": "accepted"})
        eyes["outside"].post("report/", do="respond")
        eyes["lead"].post(do="close")
    em.challenge.refresh_from_db()
    assert em.challenge.state == "closed"

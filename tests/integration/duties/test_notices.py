"""What people are told by e-mail, over a real SMTP conversation on loopback."""

from __future__ import annotations

import argparse
import re
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule
from tests import factories

from concord.actions.collating import query
from concord.actions.notices import AGAIN, claim
from concord.actions.people import delegate
from concord.commands import notices as command
from concord.notices import schedule
from concord.queries.notices import reminders
from concord.records.models import Alliance, Entry, Letter, Notice, Person, Tenure

from .smtp import Server, serving
from .steps import returned


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


def at(day: date, hour: int = 9) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), tick=False)


def quiet() -> None:
    """Nobody waits for anything yet: invitations are another test's matter."""
    Notice.objects.all().delete()


def body(message: EmailMessage) -> str:
    return " ".join(str(message.get_content()).split())


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 7, 27), False),
        (date(2026, 7, 28), True),  # 14 days before 11 August 2026
        (date(2026, 8, 8), True),  # 3 days
        (date(2026, 8, 11), False),
        (date(2026, 8, 12), True),  # the day after
        (date(2026, 8, 13), False),
    ],
)
@pytest.mark.parametrize(("name", "code"), [("london", "202"), ("east", "830")])
def test_a_duty_is_brought_to_mind_before_it_is_due_and_once_when_missed(
    db: None, name: str, code: str, day: date, told: bool, request: pytest.FixtureRequest
) -> None:
    lead = factories.person(request.getfixturevalue(name), "data-lead", code=code)
    yesterday = {lead.pk: day - timedelta(days=1)}
    found = reminders(day, yesterday).get(lead.pk, [])
    assert [r.due for r in found] == ([date(2026, 8, 11)] if told else [])


def test_days_without_a_digest_are_caught_up(london: Alliance) -> None:
    lead = factories.person(london, "data-lead", code="202")
    assert reminders(date(2026, 7, 31), {})[lead.pk]
    assert not reminders(date(2026, 7, 31), {lead.pk: date(2026, 7, 28)}).get(lead.pk)


def test_what_is_done_or_waived_is_not_brought_to_mind(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    assert lead.person
    day = date(2026, 8, 8)
    assert lead.person in reminders(day, {})
    returned(lead, london, "202", "london-core-18", "2026-27Q1", date(2026, 8, 7))
    assert lead.person not in reminders(day, {})


def test_a_delegate_is_reminded_with_the_holder(london: Alliance) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    helper = factories.person(london, "improvement-lead", code="203")
    tenure = Tenure.objects.get(person=lead.person)
    delegate(
        by=lead, tenure=tenure, to=helper, abilities=["return.submit"], starts=date(2026, 8, 1), ends=None
    )
    assert {lead.person, helper.pk} <= reminders(date(2026, 8, 8), {}).keys()


def test_the_made_up_people_of_a_demonstration_get_no_letters(db: None, server: Server) -> None:
    factories.person(factories.london(demo=True), "data-lead", code="202")
    assert Notice.objects.exists()
    with at(date(2026, 8, 8)):
        command._send(digest=True)
    assert not server.taken


def test_one_digest_a_day_tells_everything_together(london: Alliance, server: Server) -> None:
    lead = factories.actor(london, "data-lead", code="202")
    quiet()
    with at(date(2026, 8, 8)):
        ret = returned(lead, london, "202", "london-core-18", "2025-26Q4", date(2026, 8, 8))
        query(by=factories.actor(london, "analyst"), ret=ret, question="Why is everything missing?")
        Notice.objects.filter(kind="invitation").delete()
        Notice.objects.update(urgent=False)
        command._send(digest=True)
        command._send(digest=True)
    mine = [m for _, to, m in server.taken if to == ["data-lead.202@example.org"]]
    assert len(mine) == 1
    text = body(mine[0])
    assert "Due in 3 days, Tuesday 11 August 2026" in text
    assert "/alliances/london/returns/london-core-18/2026-27Q1/202/" in text
    assert "NEWS" in text
    assert mine[0]["Subject"] == "Concord: 1 due soon, 1 new"
    assert not Notice.objects.filter(person=lead.person, sent_at=None).exists()


def test_the_next_day_tells_nothing_twice(london: Alliance, server: Server) -> None:
    factories.person(london, "data-lead", code="202")
    quiet()
    for day in (date(2026, 8, 8), date(2026, 8, 9), date(2026, 8, 10)):
        with at(day):
            command._send(digest=True)
    assert len(server.taken) == 1
    with at(date(2026, 8, 12)):
        command._send(digest=True)
    assert "OVERDUE" in body(server.taken[-1][2])


def test_an_invitation_goes_at_once_and_its_link_opens(london: Alliance, server: Server) -> None:
    lead = factories.person(london, "data-lead", code="202")
    done = command._send(digest=False)
    assert done.sent == 1
    [(_, to, message)] = server.taken
    assert to == [lead.email]
    assert message["Message-ID"].startswith("<urgent.")
    link = re.search(r"http://[^/]+(/account/password/reset/key/\S+)", str(message.get_content()))
    assert link
    # Whoever reads the database finds no key to the account.
    assert link[1].rsplit("/", 2)[-2] not in Letter.objects.get().text
    page = factories.Client().get(link[1], follow=True)
    assert page.status_code == 200
    assert "password" in page.content.decode().lower()


def test_a_job_that_was_killed_is_taken_up_again_and_sends_once(london: Alliance, server: Server) -> None:
    factories.person(london, "data-lead", code="202")
    factories.person(london, "data-lead", code="203")
    command._write_urgent()
    assert claim(timezone.now())  # and the job dies here
    command._send(digest=False)
    assert len(server.taken) == 1  # the other one; the claimed one is still somebody's
    with time_machine.travel(timezone.now() + AGAIN, tick=False):
        command._send(digest=False)
        command._send(digest=False)
    assert sorted(to for _, to, _ in server.taken) == [
        ["data-lead.202@example.org"],
        ["data-lead.203@example.org"],
    ]


def test_a_failure_is_kept_with_its_reason_and_tried_again(london: Alliance, server: Server) -> None:
    for code in ("202", "203"):
        factories.person(london, "data-lead", code=code)
    server.refuse = {"data-lead.202@example.org"}
    done = command._send(digest=False)
    assert (done.sent, done.failed) == (1, 1)
    notice = Notice.objects.get(person__email="data-lead.202@example.org")
    assert "no such person" in notice.failed
    assert notice.sent_at is None
    server.refuse = set()
    with time_machine.travel(timezone.now() + AGAIN, tick=False):
        assert command._send(digest=False).sent == 1
    notice.refresh_from_db()
    assert notice.sent_at
    assert notice.failed == ""


def test_a_mail_server_that_is_down_loses_nothing(london: Alliance, settings: Any) -> None:
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = shut.getsockname()
        for code in ("202", "203", "204"):
            factories.person(london, "data-lead", code=code)
        done = command._send(digest=False)
    assert (done.sent, done.failed) == (0, 1)
    assert Letter.objects.filter(sent_at=None).count() == 3


def test_a_digest_cut_short_is_finished_by_the_next_round(
    london: Alliance, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.person(london, "data-lead", code="202")
    quiet()
    monkeypatch.setattr("concord.actions.notices._write", lambda *_: 1 / 0)
    with at(date(2026, 8, 8)):
        with pytest.raises(ZeroDivisionError):
            command._send(digest=True)
        assert not Entry.objects.filter(verb="digest.written").exists()
        monkeypatch.undo()
        command._send(digest=True)
    assert len(Letter.objects.filter(key__startswith="digest.")) == 1


@pytest.mark.parametrize(("hour", "written"), [(5, 0), (6, 1), (12, 1)])
def test_the_day_begins_at_seven_in_london(london: Alliance, server: Server, hour: int, written: int) -> None:
    factories.person(london, "data-lead", code="202")
    quiet()
    with at(date(2026, 8, 8), hour):  # UTC: an hour behind in summer
        command.work()
    assert len(server.taken) == written


def test_who_left_and_old_news_are_not_written_to(london: Alliance, server: Server) -> None:
    lead = factories.person(london, "data-lead", code="202")
    other = factories.person(london, "data-lead", code="203")
    Person.objects.filter(pk=lead.pk).update(is_active=False)
    Notice.objects.filter(person=other).update(made_at=timezone.now() - timedelta(days=20))
    command._send(digest=False)
    assert not server.taken


def test_the_command_says_what_it_did(
    london: Alliance, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.person(london, "data-lead", code="202")
    server.refuse = {"data-lead.202@example.org"}
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["send"])) == 1
    assert "Sent: 0. Not sent: 1." in capsys.readouterr().out


def test_the_schedule_is_made_once(db: None) -> None:
    schedule.ensure()
    schedule.ensure()
    [made] = Schedule.objects.all()
    assert made.func == "concord.commands.notices.work"
    assert import_string(made.func) is command.work


def test_letters_are_in_the_order_of_their_making(london: Alliance, server: Server) -> None:
    factories.person(london, "data-lead", code="202")
    factories.person(london, "data-lead", code="203")
    command._send(digest=False)
    assert [to for _, to, _ in server.taken] == [["data-lead.202@example.org"], ["data-lead.203@example.org"]]

"""``concord notices send``, and the same as background work."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concord.records.models import Letter

HELP = "write and send the e-mails that wait"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``send [--digest]``."""
    steps = parser.add_subparsers(metavar="STEP", required=True)
    send = steps.add_parser("send", help=HELP)
    send.add_argument(
        "--digest", action="store_true", help="also write today’s digests, if they are not written"
    )


def run(args: argparse.Namespace) -> int:
    """Exit 0 and the counts, or 1 if a letter could not be sent (it is tried again)."""
    from concord.commands.main import django

    django()
    done = _send(digest=args.digest)
    print(
        f"Written: {done.urgent} urgent, {done.digests} digests. Sent: {done.sent}. Not sent: {done.failed}."
    )
    for why in done.faults:
        print(f"  {why}")
    return 1 if done.failed else 0


@dataclass(frozen=True)
class Done:
    """What one round did."""

    urgent: int
    digests: int
    sent: int
    failed: int
    faults: tuple[str, ...]


def work() -> str:
    """One round in the background: urgent letters, the digests from seven o’clock on, and what failed before."""
    from django.utils import timezone

    from concord.notices.schedule import DIGEST_HOUR

    done = _send(digest=timezone.localtime().hour >= DIGEST_HOUR)
    return f"{done.sent} sent, {done.failed} not sent"


def send_urgent() -> Done:
    """One round of what does not wait for the day's digest."""
    return _send(digest=False)


def _send(digest: bool) -> Done:
    urgent = _write_urgent()
    digests = _write_digests() if digest else 0
    return _post(urgent, digests)


def _write_urgent() -> int:
    from django.conf import settings
    from django.utils import timezone

    from concord.actions._run import SYSTEM
    from concord.actions.notices import write_urgent
    from concord.notices import letters
    from concord.queries import notices

    site = settings.SITE_URL.rstrip("/")
    told = notices.waiting(urgent=True, now=timezone.now())
    names = notices.names(told)
    drafts = [
        letters.urgent(person, names[person], it, site) for person, these in told.items() for it in these
    ]
    return write_urgent(by=SYSTEM, drafts=drafts) if drafts else 0


def _write_digests() -> int:
    from django.conf import settings
    from django.utils import timezone

    from concord.actions._run import SYSTEM
    from concord.actions.notices import write_digests
    from concord.notices import letters
    from concord.queries import notices

    now = timezone.now()
    day = timezone.localdate(now)
    if notices.digest_written(day):
        return 0
    told = notices.waiting(urgent=False, now=now)
    reminders = notices.reminders(day, notices.last_digests(day))
    names = notices.names([*told, *reminders])
    drafts = letters.digests(names, day, reminders, told, settings.SITE_URL.rstrip("/"))
    return write_digests(by=SYSTEM, drafts=drafts, day=day)


def _post(urgent: int, digests: int) -> Done:
    """Send until nothing is left, or the way to the mail server is shut."""
    from django.utils import timezone

    from concord.actions.notices import claim, failed, sent
    from concord.notices.post import FAULTS, OF_THE_LETTER, post

    count, faults = 0, []
    while letter := claim(timezone.now()):
        try:
            post(letter, _meeting(letter))
        except FAULTS as error:
            why = f"{letter.person.email}: {type(error).__name__}: {error}"
            failed(letter, why)
            faults.append(why)
            if not isinstance(error, OF_THE_LETTER):
                break
            continue
        sent(letter, timezone.now())
        count += 1
    return Done(urgent, digests, count, len(faults), tuple(faults))


def _meeting(letter: Letter) -> tuple[str, bytes] | None:
    """The calendar entry that goes with a letter, if it is about a meeting."""
    from email.utils import parseaddr

    from django.conf import settings

    from concord.outputs.calendar import invitation
    from concord.queries.feeds import invitation_of

    it = invitation_of(letter)
    if it is None:
        return None
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    stamped = letter.made_at
    return invitation(it.meeting, (it.name, it.email), sender, settings.SITE_URL, stamped, it.stands)

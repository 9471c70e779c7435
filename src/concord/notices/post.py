"""Handing an e-mail to the mail server."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from concord.notices.letters import INVITATION
from concord.records.models import Letter, Person

# What a mail server or the way to it can do wrong.
FAULTS = (SMTPException, OSError)
# Of these, the ones that concern one letter; after any other the rest would fail as well.
OF_THE_LETTER = (SMTPRecipientsRefused, SMTPResponseException)


def post(letter: Letter, meeting: tuple[str, bytes] | None = None) -> None:
    """Send a letter. Raises one of FAULTS. Its Message-ID is the same each time, so that a second copy shows.

    ``meeting``: the method and content of the calendar entry that goes with it.
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    text = letter.text
    if INVITATION in text:
        text = text.replace(INVITATION, invitation(letter.person))
    message = EmailMultiAlternatives(
        letter.subject,
        text,
        to=[letter.person.email],
        headers={"Message-ID": f"<{letter.key}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if meeting:
        method, content = meeting
        message.attach_alternative(content.decode(), f"text/calendar; method={method}")
    message.send()


def invitation(person: Person) -> str:
    """The address at which a person chooses their password."""
    where = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return settings.SITE_URL.rstrip("/") + reverse("account_reset_password_from_key", kwargs=where)

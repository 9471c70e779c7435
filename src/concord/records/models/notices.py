"""What people are told: queued with the action that causes it, sent by background work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concord.records.models.membership import Person


class Letter(models.Model):
    """One e-mail to one person, kept until the mail server has taken it.

    ``key`` names what it is (a person's digest of a day), so that it is written once. A job claims it before it
    sends it, so that no two send it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="letters")
    key = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=True), name="letters_to_send")
        ]


class Notice(models.Model):
    """One thing to tell one person, shown on their first page and sent in their next e-mail."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    alliance = models.CharField(max_length=50, blank=True)
    sentence = models.CharField(max_length=400)
    link = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    urgent = models.BooleanField(default=False, help_text="sent at once, not in the daily digest")
    sent_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=400, blank=True)
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, related_name="notices")

    class Meta:
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=True), name="notices_to_send")
        ]

"""Duties are computed; only what a person keeps of them is stored."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concord.records.models.membership import Person


class CalendarFeed(models.Model):
    """A person's private calendar address. Only its hash is kept, so a copy of the data opens no calendar."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="one_live_feed"
            )
        ]

"""The journal: what was done, by whom, under which clause; chained, and never changed."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One action. No foreign keys: the journal outlives what it speaks of. Triggers refuse change."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    alliance = models.CharField(max_length=50, blank=True)
    authority = models.CharField(max_length=3, blank=True, help_text="DfE code")
    person = models.PositiveBigIntegerField(null=True)
    actor = models.CharField(max_length=200, help_text="name and office in words, as they were")
    subject = models.CharField(max_length=120, help_text="kind and key of the thing")
    sentence = models.CharField(max_length=400)
    clauses = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["alliance", "-number"]),
            models.Index(fields=["alliance", "at"]),
            models.Index(fields=["alliance", "verb"]),
            models.Index(fields=["subject"]),
        ]

"""What is worked out of a release, or of a year's published figures, and then only read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concord.records.models.membership import Alliance, Authority
from concord.records.models.returns import Release


def _of_one(name: str) -> models.CheckConstraint:
    either = Q(release__isnull=False, year__isnull=True) | Q(release__isnull=True, year__isnull=False)
    return models.CheckConstraint(condition=either, name=f"{name}_of_a_release_or_a_year")


def _once(name: str, *fields: str) -> list[models.UniqueConstraint]:
    """Unique within a release and within a year; SQLite counts two empty cells as different, hence two rules."""
    return [
        models.UniqueConstraint(
            fields=[owner, *fields], condition=Q(**{f"{owner}__isnull": False}), name=f"one_{name}_a_{owner}"
        )
        for owner in ("release", "year")
    ]


class Worked(models.Model):
    """What belongs either to one release, or to the published figures of one reporting year."""

    release = models.ForeignKey(Release, models.CASCADE, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        abstract = True


class Analysis(Worked):
    """Everything that the pages of one indicator show: funnel, trends, ranks, neighbours."""

    indicator = models.SlugField()
    content = models.JSONField()

    class Meta:
        constraints = [
            _of_one("analysis"),
            *_once("analysis", "indicator"),
        ]


class SignalRun(Worked):
    """One search for what stands out: how many checks were made, and how many flags chance alone would raise."""

    checks = models.PositiveIntegerField()
    expected = models.FloatField(help_text="flags that chance alone would raise among the checks")
    flagged = models.PositiveIntegerField()
    rate = models.FloatField(help_text="the false discovery rate that is kept to")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            _of_one("signal_run"),
            *_once("signal_run"),
        ]


class Signal(Worked):
    """Where to look: one authority's indicator that changed or stands out, and the rules that say so."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="signals")
    indicator = models.SlugField()
    direction = models.CharField(
        max_length=6,
        choices=[("better", "Better"), ("worse", "Worse"), ("higher", "Higher"), ("lower", "Lower")],
    )
    kinds = models.JSONField(help_text="the rules that fired: funnel, shift, trend, outside …")
    since = models.CharField(max_length=9, help_text="the first period of it")
    place = models.PositiveSmallIntegerField(help_text="in the authority's list; 1 comes first")
    score = models.FloatField()
    p = models.FloatField()
    q = models.FloatField()
    sentence = models.TextField()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["place"]
        constraints = [
            _of_one("signal"),
            *_once("signal", "authority", "indicator"),
        ]


class Document(models.Model):
    """A benchmark report made for one authority in one format; ``failed`` says why it could not be."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="documents")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="documents")
    kind = models.CharField(
        max_length=4, choices=[("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"), ("pptx", "Slides")]
    )
    file = models.CharField(max_length=200, blank=True, help_text="its name in the storage")
    size = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    failed = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "authority", "kind"], name="one_document_a_kind")
        ]


class Narrative(models.Model):
    """What an authority says of an indicator on which it stands at an end of the region."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="narratives")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="narratives")
    release = models.ForeignKey(Release, models.PROTECT, related_name="narratives")
    indicator = models.SlugField()
    fifth = models.CharField(max_length=7)
    state = models.CharField(max_length=8)
    meaning = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    doing = models.TextField(blank=True)
    carried_from = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    saved_by = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "authority", "indicator"], name="one_narrative_an_indicator"
            )
        ]

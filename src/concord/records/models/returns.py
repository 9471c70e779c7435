"""Returns, their submissions and queries, and the releases made of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from concord.records.models.membership import Alliance, Authority, Person


def _amount() -> models.DecimalField[Any, Any]:
    return models.DecimalField(max_digits=14, decimal_places=2, null=True)


class Return(models.Model):
    """What one authority returns of one dataset for one period."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="returns")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="returns")
    edition = models.SlugField(help_text="the edition of the memorandum it is made under")
    dataset = models.SlugField()
    dataset_version = models.CharField(max_length=10, default="1")
    period = models.CharField(max_length=9)
    state = models.CharField(max_length=10)
    status = models.CharField(
        max_length=11,
        choices=[("provisional", "Provisional"), ("validated", "Validated")],
        default="provisional",
    )
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0, help_text="counts saves, so that two editors are told")
    saved_by = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    chased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "authority", "dataset", "period"], name="one_return_a_period"
            )
        ]
        indexes = [models.Index(fields=["alliance", "dataset", "period"])]


class Line(models.Model):
    """One indicator of a return as it stands now. Empty amounts with a reason are missing on purpose."""

    part_of = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    indicator = models.SlugField()
    numerator = _amount()
    denominator = _amount()
    missing = models.TextField(blank=True, help_text="why there is no figure")
    explanation = models.TextField(blank=True, help_text="the answer to what the checks ask")
    method = models.CharField(max_length=200, blank=True)
    saved_by = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part_of", "indicator"], name="one_line_an_indicator")]


class Submission(models.Model):
    """A return exactly as it was sent. Kept for ever, and compared with the next."""

    part_of = models.ForeignKey(Return, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    status = models.CharField(max_length=11)
    note = models.TextField(blank=True)
    lines = models.JSONField(help_text="indicator: {numerator, denominator, missing, explanation, method}")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["part_of", "number"], name="one_submission_a_number")]


class Query(models.Model):
    """A question about a return or one of its figures, and its answer."""

    part_of = models.ForeignKey(Return, models.PROTECT, related_name="queries")
    indicator = models.SlugField(blank=True)
    question = models.TextField()
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answered_query_has_answer_and_time",
            )
        ]


class Release(models.Model):
    """A frozen dataset that every entitled reader has from the same minute. A correction is a new release."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="releases")
    edition = models.SlugField()
    dataset = models.SlugField()
    period = models.CharField(max_length=9)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    reason = models.TextField(blank=True, help_text="why it corrects the one before")
    changes = models.JSONField(default=list, help_text="what differs from the one before")
    seen_by = models.JSONField(help_text="audiences, as the charter had them on the day")
    standing = models.JSONField(help_text="for each member by code: released, late, missing …")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-period", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "dataset", "period", "number"], name="one_release_a_number"
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="correction_gives_a_reason"),
        ]


class ReleaseFigure(models.Model):
    """One authority's figure for one indicator in a release."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="figures")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="figures")
    indicator = models.SlugField()
    numerator = _amount()
    denominator = _amount()
    missing = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    status = models.CharField(max_length=11)
    fifth = models.CharField(
        max_length=7, blank=True, help_text="top or bottom 20 per cent, where polarity allows"
    )
    rank = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "authority", "indicator"], name="one_figure_a_release")
        ]
        indexes = [models.Index(fields=["authority", "indicator"])]


class ReleaseAggregate(models.Model):
    """Sums over sums for the region and each sub-region, made at release."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="aggregates")
    place = models.CharField(max_length=60, help_text="“region”, or a sub-region’s key")
    indicator = models.SlugField()
    numerator = _amount()
    denominator = _amount()
    counted = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "place", "indicator"], name="one_aggregate_a_place")
        ]

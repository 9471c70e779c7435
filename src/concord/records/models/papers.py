"""What authorities write on the agreed templates: self-evaluations, records, reflections, reports.

A paper is one document on one template; its sections keep every text that was saved. What a paper says at a
moment has a hash, and signatures are under that hash.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concord.records.models.challenge import Challenge
from concord.records.models.membership import Alliance, Authority, Edition, Person


class Paper(models.Model):
    """One document on one template: an authority's for a year, or a person's or group's after a challenge."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="papers")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="papers")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    document = models.SlugField(help_text="what it is: self-evaluation, challenge-record, reflection …")
    template = models.SlugField(help_text="key of the charter’s template")
    form = models.SlugField(help_text="key and edition of the sections it was begun with")
    period = models.CharField(max_length=9)
    number = models.PositiveSmallIntegerField(
        default=1, help_text="of its kind in its year: a renewed plan is looked back at again"
    )
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="papers")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="papers")
    alternative = models.BooleanField(default=False, help_text="the similar document that will do")
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, help_text="of all that it says now")
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-period", "-begun_at"]
        constraints = [
            # Empty cells count as different, hence a rule for each kind of paper.
            models.UniqueConstraint(
                fields=["alliance", "authority", "template", "period", "number"],
                condition=Q(challenge__isnull=True, author__isnull=True),
                name="one_paper_a_year",
            ),
            models.UniqueConstraint(
                fields=["challenge", "template", "number"],
                condition=Q(challenge__isnull=False, author__isnull=True),
                name="one_paper_a_challenge",
            ),
            models.UniqueConstraint(
                fields=["challenge", "template", "author"],
                condition=Q(challenge__isnull=False, author__isnull=False),
                name="one_paper_a_person",
            ),
        ]


class Section(models.Model):
    """A section of a paper as it stands, and who is to write it."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="sections")
    key = models.SlugField()
    text = models.TextField(blank=True, help_text="Markdown")
    grade = models.CharField(max_length=30, blank=True)
    ready = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(null=True)
    writer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="sections")
    due = models.DateField(null=True)
    listed = models.JSONField(
        default=list, help_text="tables that Concord put beside the text, when handed in"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "key"], name="one_section_a_key")]


class SectionText(models.Model):
    """A text that a section had; nothing that was saved is lost."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="texts")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    grade = models.CharField(max_length=30, blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["section", "version"], name="one_text_a_version")]


class Remark(models.Model):
    """A comment on a section: from a colleague who writes with, or from a peer who reads it critically."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="remarks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="remarks")
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    text = models.TextField()
    scrutiny = models.BooleanField(default=False, help_text="by a peer, and seen by the group")
    grade = models.CharField(max_length=30, blank=True, help_text="that the peer would give")
    version = models.PositiveIntegerField(help_text="of the section that was read")
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]


class Evidence(models.Model):
    """A file beside a section. Taken away, it is no longer shown; it is kept with what was signed."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="evidence")
    name = models.CharField(max_length=200)
    file = models.CharField(max_length=200, help_text="its name in the storage")
    kind = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at"]

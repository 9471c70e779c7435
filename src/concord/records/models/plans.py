"""Development plans, how they go on, the looks back that the memorandum asks for, and the packs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from concord.records.models.challenge import Challenge, Finding, Seat
from concord.records.models.membership import Alliance, Authority, Edition, Person
from concord.records.models.papers import Paper


class Plan(models.Model):
    """An authority's development plan for a year; renewed, it is a new one that names the old."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="plans")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="plans")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    template = models.SlugField()
    period = models.CharField(max_length=9)
    number = models.PositiveSmallIntegerField(default=1, help_text="2 and on: renewed within the year")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="plans")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=12)
    summary = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, help_text="of all that it says now")
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="for signature")
    signed_on = models.DateField(null=True, help_text="the day of the last signature, the first time")
    shared_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True, help_text="when all to whom it was shown had read it")
    saved_by = models.CharField(max_length=200, blank=True)
    saved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-period", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "authority", "period", "number"], name="one_plan_a_number"
            )
        ]


class PlanText(models.Model):
    """What a plan said when it was saved, whole: what was signed can be read again, and nothing is lost."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="texts")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    hash = models.CharField(max_length=64)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["plan", "version"], name="one_plan_text_a_version")]


class PlanPoint(models.Model):
    """A strength, an area for development, or support that is wanted."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="points")
    kind = models.CharField(
        max_length=8,
        choices=[("strength", "Strength"), ("area", "Area for development"), ("support", "Support wanted")],
    )
    place = models.PositiveSmallIntegerField()
    text = models.TextField()
    finding = models.ForeignKey(Finding, models.SET_NULL, null=True, related_name="points")
    earlier = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="in the plan before"
    )

    class Meta:
        ordering = ["kind", "place"]


class PlanAction(models.Model):
    """What will be done, by whom, by when, and by what it will be known; an indicator has baseline and aim."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    area = models.ForeignKey(PlanPoint, models.CASCADE, null=True, related_name="actions")
    place = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner = models.CharField(max_length=160, blank=True)
    due = models.DateField(null=True)
    measure = models.TextField(blank=True)
    indicator = models.SlugField(blank=True)
    baseline = models.FloatField(null=True, help_text="in the indicator’s own unit")
    baseline_period = models.CharField(max_length=9, blank=True)
    aim = models.FloatField(null=True)
    finding = models.ForeignKey(Finding, models.SET_NULL, null=True, related_name="plan_actions")
    earlier = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text="in the plan before"
    )

    class Meta:
        ordering = ["place"]


class Progress(models.Model):
    """How an action stood on a day."""

    action = models.ForeignKey(PlanAction, models.CASCADE, related_name="progress")
    on = models.DateField()
    state = models.CharField(
        max_length=8,
        choices=[
            ("on-track", "On track"),
            ("behind", "Behind"),
            ("done", "Done"),
            ("stopped", "Stopped"),
        ],
    )
    text = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "at"]


class PlanChallenge(models.Model):
    """What a peer said of a plan, and what the authority answered."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="challenged")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    text = models.TextField()
    hash = models.CharField(max_length=64, help_text="of the plan that was read")
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]


class Acknowledgement(models.Model):
    """An office to which something was shown says that it has read it."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="+")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40, help_text="what was shown: plan, follow-up …")
    subject_key = models.CharField(max_length=80)
    office = models.SlugField()
    shown_at = models.DateTimeField()
    shown_by = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    read_by = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_key", "authority", "office"], name="one_acknowledgement_an_office"
            )
        ]


class FollowUp(models.Model):
    """A look back in the window that the charter sets: reported by the host, received and reviewed by peers."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="follow_ups")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="follow_ups")
    key = models.SlugField(help_text="of the charter’s follow-up")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="follow_ups")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="follow_ups")
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="follow_up")
    since = models.DateField(help_text="the day from which the window is counted")
    opens = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=12)
    delegate = models.ForeignKey(Person, models.PROTECT, null=True, related_name="follow_ups")
    delegated_by = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12, blank=True, help_text="enough, more, concern")
    outcome_text = models.TextField(blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, help_text="when all to whom the report was shown had read it")

    class Meta:
        ordering = ["due"]
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "key"],
                condition=Q(challenge__isnull=False, plan__isnull=True),
                name="one_follow_up_a_challenge",
            ),
            models.UniqueConstraint(
                fields=["plan", "key"], condition=Q(plan__isnull=False), name="one_follow_up_a_plan"
            ),
        ]


class Checked(models.Model):
    """What a progress check did: audits moderated, cases sampled; how many, and what was found."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="checked")
    activity = models.CharField(max_length=80)
    on = models.DateField()
    number = models.PositiveIntegerField(null=True, help_text="of audits or cases; never who they are")
    agreed = models.PositiveIntegerField(null=True, help_text="of them, on which both sides agreed")
    found = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | Q(number__isnull=True) | Q(agreed__lte=models.F("number")),
                name="no_more_agreed_than_checked",
            )
        ]


class Pack(models.Model):
    """Everything that somebody needs to read, put together: for a challenge, or for the talk with Ofsted."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="packs")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="packs")
    period = models.CharField(max_length=9)
    kind = models.CharField(max_length=20, help_text="challenge, annual-conversation")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="packs")
    number = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=list, help_text="what is in it, each with the hash of what it said")
    considered = models.TextField(
        blank=True, help_text="how the self-evaluation informs the talk with Ofsted"
    )
    files = models.JSONField(default=dict, help_text="kind of file: its name in the storage, size, hash")
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    failed = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "authority", "period", "kind", "number"], name="one_pack_a_number"
            )
        ]

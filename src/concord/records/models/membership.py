"""Authorities, alliances, offices, people, the memorandum and its signatures."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


def _ends_after_start(name: str, start: str = "starts", end: str = "ends") -> models.CheckConstraint:
    condition = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": F(start)})
    return models.CheckConstraint(condition=condition, name=f"{name}_ends_after_start")


class Authority(models.Model):
    """An upper-tier council, for as long as it existed. Its DfE code is its name among the regions."""

    code = models.CharField("DfE code", max_length=3, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    region = models.CharField(max_length=40)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [_ends_after_start("authority")]

    def __str__(self) -> str:
        return self.name


class GssCode(models.Model):
    """A nine-character statistical code of an authority; one authority has had several."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="gss_codes")
    code = models.CharField(max_length=9)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "code"], name="one_span_a_code"),
            _ends_after_start("gss_code"),
        ]


class Succession(models.Model):
    """One authority took over from another, in whole or in part, on a day."""

    predecessor = models.ForeignKey(Authority, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Authority, models.PROTECT, related_name="inheritances")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["predecessor", "successor"], name="one_succession")]


class Body(models.Model):
    """An organisation that answers for one or more authorities, as a children's trust does."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class BodyAnswers(models.Model):
    """From when to when a body answers for an authority."""

    body = models.ForeignKey(Body, models.CASCADE, related_name="answers")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="answered_by")
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "authority", "starts"], name="one_answer_a_start"),
            _ends_after_start("body_answers"),
        ]


class Alliance(models.Model):
    """A region's alliance. What it is made of stands in its editions."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    token = models.CharField(max_length=32, default="", help_text="renewed by every change of membership")
    demo = models.BooleanField(default=False, help_text="its people and quarterly figures are made up")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One signed edition of an alliance's memorandum: the charter file exactly as it was loaded."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="editions")
    key = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    hash = models.CharField(max_length=64)
    commences = models.DateField()
    revoked = models.DateField(null=True)
    revoked_because = models.TextField(blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ["-commences"]
        constraints = [_ends_after_start("edition", "commences", "revoked")]


class SubRegion(models.Model):
    """A part of an alliance with a lead of its own."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="sub_regions")
    key = models.SlugField()
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["alliance", "key"], name="one_sub_region_a_key")]

    def __str__(self) -> str:
        return self.name


class SubRegionSpan(models.Model):
    """From when to when an authority belongs to a sub-region."""

    sub_region = models.ForeignKey(SubRegion, models.CASCADE, related_name="spans")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="sub_region_spans")
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sub_region", "authority", "starts"], name="one_span_a_start"),
            _ends_after_start("sub_region_span"),
        ]


class Participation(models.Model):
    """How an authority takes part, from a day to a day. Nothing it did not agree to is chased."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="participations")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="participations")
    level = models.CharField(
        max_length=10,
        choices=[("full", "Full"), ("limited", "Limited"), ("declined", "Declined"), ("left", "Left")],
    )
    starts = models.DateField()
    ends = models.DateField(null=True)
    agreed = models.JSONField(default=list, help_text="clause ids agreed to, when limited")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "authority"],
                condition=Q(ends__isnull=True),
                name="one_open_participation",
            ),
            _ends_after_start("participation"),
        ]


class Variation(models.Model):
    """Commitments waived or changed for one authority, as agreed with the sub-regional lead."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="variations")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="variations")
    state = models.CharField(max_length=10)
    effect = models.CharField(max_length=8, choices=[("waive", "Waived"), ("change", "Changed")])
    commitments = models.JSONField(help_text="clause ids")
    due = models.CharField(
        max_length=120, blank=True, help_text="the changed due rule, as a charter writes it"
    )
    reason = models.TextField()
    starts = models.DateField()
    ends = models.DateField(null=True)
    proposed_by = models.CharField(max_length=160)
    proposer = models.ForeignKey("Person", models.PROTECT, null=True, related_name="variations_proposed")
    proposed_side = models.CharField(max_length=10, choices=[("authority", "Authority"), ("lead", "Lead")])
    agreed_by = models.CharField(max_length=160, blank=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts"]
        constraints = [
            _ends_after_start("variation"),
            models.CheckConstraint(
                condition=~Q(state="agreed") | (Q(agreed_at__isnull=False) & ~Q(agreed_by="")),
                name="agreed_variation_names_who",
            ),
        ]


class Judgement(models.Model):
    """An ILACS judgement, as Ofsted published it."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="judgements")
    framework = models.CharField(max_length=40)
    inspected_from = models.DateField(null=True)
    inspected_to = models.DateField(null=True)
    published = models.DateField()
    overall = models.CharField(max_length=30)
    leaders = models.CharField(max_length=30, blank=True)
    help_and_protection = models.CharField(max_length=30, blank=True)
    in_care = models.CharField(max_length=30, blank=True)
    care_leavers = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["-published"]
        constraints = [models.UniqueConstraint(fields=["authority", "published"], name="one_judgement_a_day")]


class People(BaseUserManager["Person"]):
    """People are made by actions; this only serves the sign-in."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who can sign in. What they may do comes from the offices they hold."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=160)
    is_active = models.BooleanField(default=True)
    operator = models.BooleanField(default=False)
    seen_until = models.DateTimeField(null=True, help_text="what changed before this has been looked at")
    invited_at = models.DateTimeField(null=True)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used: rules.access decides."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """As has_perm."""
        return False


class Tenure(models.Model):
    """A person holds an office, for exactly one authority, body, sub-region, alliance or partner, from a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures")
    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="tenures")
    office = models.SlugField()
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="tenures")
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="tenures")
    sub_region = models.ForeignKey(SubRegion, models.PROTECT, null=True, related_name="tenures")
    partner = models.SlugField(blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        ordering = ["starts"]
        indexes = [models.Index(fields=["alliance", "office", "ends"])]
        constraints = [
            _ends_after_start("tenure"),
            models.CheckConstraint(
                name="tenure_has_at_most_one_place",
                condition=(
                    Q(authority__isnull=True, body__isnull=True)
                    | Q(authority__isnull=True, sub_region__isnull=True)
                    | Q(body__isnull=True, sub_region__isnull=True)
                ),
            ),
        ]


class Delegation(models.Model):
    """The holder of an office lets somebody else do named things in it, for a time."""

    tenure = models.ForeignKey(Tenure, models.CASCADE, related_name="delegations")
    to = models.ForeignKey(Person, models.PROTECT, related_name="delegated")
    abilities = models.JSONField()
    starts = models.DateField()
    ends = models.DateField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [_ends_after_start("delegation")]


class SignOff(models.Model):
    """One office's signature under exactly one text: any order, declined with a reason, or withdrawn."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="sign_offs")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="sign_offs")
    subject = models.CharField(max_length=40, help_text="what is signed: memorandum, plan …")
    subject_key = models.CharField(max_length=80)
    office = models.SlugField()
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    name = models.CharField(max_length=160)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=[("electronic", "Electronically"), ("paper", "On paper")])
    answer = models.CharField(max_length=8, choices=[("signed", "Signed"), ("declined", "Declined")])
    reason = models.TextField(blank=True)
    hash = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            # Two rules for one: SQLite counts two empty authorities as different.
            models.UniqueConstraint(
                fields=["subject", "subject_key", "authority", "office"],
                condition=Q(withdrawn_at__isnull=True, authority__isnull=False),
                name="one_live_sign_off_an_office",
            ),
            models.UniqueConstraint(
                fields=["subject", "subject_key", "office"],
                condition=Q(withdrawn_at__isnull=True, authority__isnull=True),
                name="one_live_alliance_sign_off_an_office",
            ),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(reason=""), name="declining_gives_a_reason"
            ),
        ]


class ReviewRequest(models.Model):
    """A review of the memorandum, asked for by a party or due by its date."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="review_requests")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True)
    asked_by = models.CharField(max_length=160)
    asked_on = models.DateField()
    reason = models.TextField()
    held_on = models.DateField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_on"]

"""Groups of peers, and the challenge of one authority by its peers, from invitation to close."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from concord.records.models.membership import Alliance, Authority, Edition, Person, SubRegion


class Round(models.Model):
    """A year's grouping of an alliance, or of one of its sub-regions: proposed, changed by hand, agreed."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="rounds")
    sub_region = models.ForeignKey(SubRegion, models.PROTECT, null=True, related_name="rounds")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    year = models.CharField(max_length=9)
    state = models.CharField(max_length=12)
    wishes = models.JSONField(default=dict, help_text="the weights that were chosen")
    proposal = models.JSONField(default=dict, help_text="groups, what they cost, the proof, wishes not met")
    groups = models.JSONField(default=list, help_text="as they stand: each a list of seats by role")
    version = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "year"], condition=Q(sub_region__isnull=True), name="one_round_a_year"
            ),
            models.UniqueConstraint(fields=["sub_region", "year"], name="one_round_a_sub_region_and_year"),
        ]


class Wish(models.Model):
    """Two authorities to be kept together, or apart, in a year's groups; a veto must hold, a wish may give way."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="asked")
    one = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    other = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[("together", "Together"), ("apart", "Apart")])
    must = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "one", "other"], name="one_wish_a_pair"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="wish_names_two"),
        ]


class Conflict(models.Model):
    """A person's interest in, or past with, an authority that could cloud their judgement of it."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="conflicts")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="conflicts")
    nature = models.CharField(max_length=20)
    what = models.TextField()
    declared_at = models.DateTimeField()
    ends = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(null=True)
    waived_by = models.CharField(max_length=200, blank=True)
    waived_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-declared_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True) | (~Q(waived_because="") & ~Q(waived_by="")),
                name="a_waiver_gives_a_reason",
            )
        ]


class Challenge(models.Model):
    """One authority challenged by its peers, or visited, reviewed by a team, or asked on one theme."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="challenges")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="challenges", verbose_name="host")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="challenges")
    year = models.CharField(max_length=9)
    activity = models.CharField(max_length=20, help_text="challenge, assurance-visit, team-review, thematic")
    title = models.CharField(max_length=160)
    theme = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12)
    held_on = models.DateField(null=True)
    place = models.CharField(max_length=160, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.TextField(blank=True, help_text="why it closed with something still missing")

    class Meta:
        ordering = ["-year", "held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "authority", "year"],
                condition=Q(activity="challenge"),
                name="one_challenge_a_year",
            )
        ]


class Seat(models.Model):
    """A person's part in a challenge: invited, accepted with their conflicts declared, declined, or stood down."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="seats")
    role = models.SlugField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="seats")
    office = models.SlugField(blank=True, help_text="in which they sit")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="seats")
    state = models.CharField(max_length=12)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, help_text="of declining, standing down, or sitting under a waiver")
    excused_because = models.TextField(blank=True, help_text="why no reflection comes from this person")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "role", "person"],
                condition=Q(ended_at__isnull=True),
                name="one_seat_a_role",
            )
        ]


class Act(models.Model):
    """One thing that the memorandum asks in a challenge, done: by whom, when, with what word."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="acts")
    act = models.SlugField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=200)
    on = models.DateField()
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["challenge", "act"], name="an_act_is_done_once")]


class Reading(models.Model):
    """What one reviewer found in the papers, written alone; the others see it when all have sent theirs."""

    seat = models.OneToOneField(Seat, models.CASCADE, related_name="reading")
    strengths = models.TextField(blank=True)
    doubts = models.TextField(blank=True)
    questions = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)


class LineOfEnquiry(models.Model):
    """A key line of enquiry: suggested by Concord or proposed by a reviewer, then agreed or dropped."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    question = models.TextField()
    why = models.TextField(blank=True)
    source = models.CharField(max_length=10, help_text="reviewer, data, claim")
    indicator = models.SlugField(blank=True)
    section = models.SlugField(blank=True)
    state = models.CharField(max_length=12)
    by = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["challenge", "number"], name="one_line_a_number")]


class Slot(models.Model):
    """An hour of the timetable, for the invitations and calendar files."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="slots")
    title = models.CharField(max_length=160)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    place = models.CharField(max_length=160, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0, help_text="grows with each change, for calendars")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="slot_ends_after_start")
        ]


class Permission(models.Model):
    """What the host lets a visitor do or see, from a day to a day."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="permissions")
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, related_name="permissions")
    what = models.CharField(max_length=200)
    starts = models.DateField()
    ends = models.DateField()
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="permission_ends_after_start")
        ]


class Finding(models.Model):
    """A strength, area, recommendation, action or point on data, with its evidence; the host answers each."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="findings")
    kind = models.CharField(
        max_length=14,
        choices=[
            ("strength", "Strength"),
            ("area", "Area for development"),
            ("recommendation", "Recommendation"),
            ("action", "Agreed action"),
            ("data", "Point on data"),
        ],
    )
    line = models.ForeignKey(LineOfEnquiry, models.SET_NULL, null=True, related_name="findings")
    text = models.TextField()
    evidence = models.TextField(blank=True)
    indicator = models.SlugField(blank=True)
    owner = models.CharField(max_length=160, blank=True)
    due = models.DateField(null=True)
    client_key = models.CharField(
        max_length=40, help_text="given by the page in the room, so that sending again adds nothing"
    )
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    response = models.CharField(max_length=8, blank=True, help_text="accepted, partly, declined")
    response_text = models.TextField(blank=True)
    responded_by = models.CharField(max_length=200, blank=True)
    responded_at = models.DateTimeField(null=True)
    proportionate = models.BooleanField(null=True)
    review_text = models.TextField(blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "at"]
        constraints = [
            models.UniqueConstraint(fields=["challenge", "client_key"], name="a_finding_is_sent_once")
        ]


class Contact(models.Model):
    """A word between triad, lead and host: the first meeting, and coaching along the way."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="contacts")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="contacts")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=[("first", "First contact"), ("coaching", "Coaching")])
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "at"]


class Incident(models.Model):
    """Something grave that was met with in a challenge: told to the host director at once, and acknowledged."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="incidents")
    what = models.TextField(help_text="no child is named")
    reporter = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reported_by = models.CharField(max_length=200)
    reported_at = models.DateTimeField()
    acknowledged_by = models.CharField(max_length=200, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-reported_at"]


class Dispute(models.Model):
    """A dispute or complaint about a challenge: raised, mediated, settled or decided."""

    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="disputes")
    what = models.TextField()
    raiser = models.ForeignKey(Person, models.PROTECT, related_name="+")
    raised_by = models.CharField(max_length=200)
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=12)
    outcome = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at"]


class DisputeStep(models.Model):
    """What was done about a dispute, by whom, with what words."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="steps")
    move = models.SlugField()
    text = models.TextField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]


class Theme(models.Model):
    """What a challenge taught: a theme for the lead, the region, or the growing of leaders."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="themes")
    sub_region = models.ForeignKey(SubRegion, models.PROTECT, null=True, related_name="themes")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="themes")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="themes")
    kind = models.CharField(
        max_length=12,
        choices=[("learning", "Learning"), ("improvement", "Improvement"), ("leadership", "Leadership")],
    )
    title = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    received_by = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]


class Challenger(models.Model):
    """Somebody on the register of those who challenge: tier, years of experience, and when they can."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="challengers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="challenging")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="challengers")
    tier = models.PositiveSmallIntegerField(help_text="1 director, 2 second tier, 3 third tier")
    experience_since = models.DateField(help_text="years of experience are counted from here")
    roles = models.JSONField(default=list)
    expertise = models.CharField(max_length=200, blank=True)
    available_from = models.DateField(null=True)
    available_to = models.DateField(null=True)
    nominated_by = models.CharField(max_length=200)
    nominated_at = models.DateTimeField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "person"], condition=Q(ended_on__isnull=True), name="on_the_register_once"
            ),
            models.CheckConstraint(condition=Q(tier__in=(1, 2, 3)), name="tier_is_one_to_three"),
        ]


class Training(models.Model):
    """Training that a challenger had."""

    challenger = models.ForeignKey(Challenger, models.CASCADE, related_name="training")
    title = models.CharField(max_length=160)
    on = models.DateField()
    role = models.SlugField(blank=True)

    class Meta:
        ordering = ["on"]


class TrainingNeed(models.Model):
    """Training that somebody was found to need, as a rule from a reflection; until it was had."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="training_needs")
    person = models.ForeignKey(Person, models.PROTECT, related_name="training_needs")
    authority = models.ForeignKey(Authority, models.PROTECT, null=True, related_name="+")
    challenge = models.ForeignKey(Challenge, models.PROTECT, null=True, related_name="training_needs")
    need = models.TextField()
    found_at = models.DateTimeField()
    met_by = models.ForeignKey(Training, models.PROTECT, null=True, related_name="needs")

    class Meta:
        ordering = ["-found_at"]

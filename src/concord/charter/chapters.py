"""The chapters beside the duties: datasets, documents, challenge, ladder, sharing, money, events, support."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from concord.charter.base import DueRule, Part, Slug, Text, Words, fitting, in_order


class DatasetUse(Part):
    """A dataset of the catalogue that members return; ``indicators``, if given, are the only ones asked."""

    key: str
    title: Text
    every: Literal["quarter", "year"]
    due: DueRule
    collated_by: str
    release_due: DueRule | None = None
    indicators: Words = ()
    note: str = ""

    @model_validator(mode="after")
    def _timed(self) -> Self:
        for due in (self.due, self.release_due):
            if due is not None:
                fitting(due, self.every)
        return self


class Alternative(Part):
    """Another document that will do, in a stated case."""

    when: Literal["inadequate"]
    title: Text


class Template(Part):
    """A document that the alliance agreed, with who signs it off and who must then be shown it.

    ``form`` names the edition of its sections; without it, the newest of the kind is taken.
    """

    key: Slug
    title: Text
    document: str
    form: Slug | None = None
    clause: str | None = None
    signed_by: Words = ()
    or_equivalent: StrictBool = False
    shared_with: Words = ()
    alternative: Alternative | None = None
    published: StrictBool = False


class Range(Part):
    """From a number to a number, both included."""

    first: StrictInt = Field(alias="from", ge=1)
    last: StrictInt = Field(alias="to", ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self.first, self.last, "from", "to")
        return self


class Role(Part):
    """A part in a challenge, the office that may take it, and how many take it in one challenge."""

    role: str
    title: Text
    office: str
    number: StrictInt = Field(default=1, ge=0)


class Stage(Part):
    """A step of a challenge: what is done in it, and who leads it."""

    title: Text
    acts: Words = Field(min_length=1)
    led_by: str
    template: str | None = None


class Team(Part):
    """Who may sit in a team besides directors."""

    third_tier_years: StrictInt = Field(default=0, ge=0)
    released_once_each: Literal["memorandum", "year"] | None = None
    no_conflicts: StrictBool = True


class Challenge(Part):
    """How members challenge one another."""

    title: Text
    clause: str
    group_size: Range
    within: Literal["sub-region", "alliance"]
    formed_by: str
    each_year: Words = ()
    reflections: StrictBool = False
    deposited_with: str | None = None
    team: Team = Team()
    roles: tuple[Role, ...] = Field(min_length=1)
    stages: tuple[Stage, ...] = Field(min_length=1)


class FollowUp(Part):
    """A look back in the window of a clause: who reports, who reviews, to whom it may be delegated."""

    key: Slug
    title: Text
    clause: str
    reported_by: str
    reviewed_by: Words
    delegated_to: Words = ()
    activities: Words = ()
    template: str | None = None


class Rung(Part):
    """A step of the ladder by which an unresolved concern rises."""

    rung: Text
    held_by: str
    told: Words = ()
    clause: str
    formal: StrictBool = True


class Sharing(Part):
    """Who sees a kind of record; ``of`` narrows it to one dataset or template, and then goes first."""

    what: str
    of: str | None = None
    seen_by: Words = Field(min_length=1)
    clause: str


class Contribution(Part):
    """Money that members give each year, in whole pounds."""

    title: Text
    clause: str
    pounds: StrictInt = Field(ge=1)
    spent_in: Literal["sub-region", "alliance"]
    managed_by: str


class Event(Part):
    """A kind of meeting: who calls it, who is asked, and what it may decide."""

    key: Slug
    title: Text
    clause: str
    scope: Literal["alliance", "sub-region"]
    convened_by: str
    invites: Words = Field(min_length=1)
    substitutes: StrictBool = False
    themes_at_most: StrictInt | None = Field(default=None, ge=1)


class Group(Part):
    """A working group or network to which authorities send people."""

    key: Slug
    title: Text
    clause: str
    representatives: StrictInt = Field(default=0, ge=0)


class Support(Part):
    """How needs and offers are matched."""

    clause: str
    brokered_by: str
    offered_by: Words
    outside_region: StrictBool = False
    commissions: Words = ()


class Benchmark(Part):
    """The share of members, in per cent, at either end of a measure that is asked for a narrative."""

    ends_per_cent: StrictInt = Field(ge=1, le=49)
    narrative: StrictBool = True

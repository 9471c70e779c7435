"""What a charter holds: one signed edition of a memorandum, as frozen objects.

The file is TOML and reads in this order: ``[memorandum]``, ``[membership]``, ``[[offices]]``, then the
chapters. pydantic is used because it names every fault at once; `loader` turns those into sentences, and
`checks` holds the references between the parts. All dates are days; a last day is included.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from concord.charter.base import (
    Code,
    Day,
    DueRule,
    Name,
    Owner,
    Part,
    Slug,
    Text,
    Words,
    fault,
    fitting,
    in_order,
)
from concord.charter.chapters import (
    Benchmark,
    Challenge,
    Contribution,
    DatasetUse,
    Event,
    FollowUp,
    Group,
    Rung,
    Sharing,
    Support,
    Template,
)

Cadence = Literal["quarter", "half-year", "year", "meeting"]
EvidenceKind = Literal[
    "return", "release", "signature", "sign-off", "document", "acknowledgement", "event", "attendance",
    "nomination", "contribution", "office", "record", "act",
]  # fmt: skip
UNSET = date.min


class Span(Part):
    """A sub-region from a day to a day; where no day is given there is no limit."""

    key: str
    starts: Day | None = Field(default=None, alias="from")
    ends: Day | None = Field(default=None, alias="to")

    def covers(self, day: date) -> bool:
        """Whether the day lies in the span, its last day included."""
        return (self.starts or date.min) <= day <= (self.ends or date.max)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self.starts, self.ends, "from", "to")
        return self


class Review(Part):
    """When the memorandum is to be looked at again."""

    on: Day | None = None
    after: Day | None = None
    any_party: StrictBool = False

    @model_validator(mode="after")
    def _some_date(self) -> Self:
        if (self.on is None) == (self.after is None):
            raise fault("a review needs one date", "either “on” or “after”, with a date")
        return self

    @property
    def date(self) -> date:
        """The day on, or after, which the review falls due."""
        return self.on or self.after or UNSET


class Memorandum(Part):
    """The agreement itself. ``letter`` begins every clause's id: L and 2.1c make L2.1c.

    ``chapters`` are the titles of chapters 1, 2 and so on.
    """

    key: Slug
    letter: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
    region: Annotated[Name, Field(pattern=r"[A-Za-z0-9]")]  # its letters make the alliance's address
    alliance: Text
    title: Text
    commences: Day
    revoked: Day | None = None
    replaces: str | None = None
    review: Review
    signed_by: Words = Field(min_length=1)
    chapters: Words = ()

    def chapter(self, number: str) -> str:
        """A chapter by the number that begins its clauses: “2. Principles”; 0 is the preamble."""
        title = self.chapters[int(number) - 1] if 0 < int(number) <= len(self.chapters) else ""
        return "Preamble" if number == "0" else f"{number}. {title}" if title else f"Chapter {number}"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self.commences, self.revoked, "commences", "revoked")
        if self.review.date < self.commences:
            raise fault(
                f"the review ({self.review.date}) comes before commencement ({self.commences})",
                f"a review on or after {self.commences}",
                "review",
            )
        return self


class SubRegion(Part):
    """A part of the region in which authorities challenge and help one another."""

    key: Slug
    title: Name


def _spans(value: Any) -> Any:
    return [{"key": value}] if isinstance(value, str) else value


class Member(Part):
    """An authority, by its DfE code, from the day it joined to its last day.

    ``follows`` names the codes of the authorities whose area it took over.
    """

    code: Code
    name: Text
    joins: Day = UNSET
    leaves: Day | None = None
    sub_region: Annotated[tuple[Span, ...], BeforeValidator(_spans)] = ()
    follows: Words = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self.joins, self.leaves, "joins", "leaves")
        return self

    def active(self, day: date) -> bool:
        """Whether it is a member on that day."""
        return self.joins <= day <= (self.leaves or date.max)

    def sub_region_on(self, day: date) -> str | None:
        """The key of its sub-region on a day, or None."""
        return next((span.key for span in self.sub_region if span.covers(day)), None)


class Body(Part):
    """A trust or company that answers for several authorities."""

    key: Slug
    name: Name
    codes: tuple[Code, ...] = Field(min_length=1)
    starts: Day | None = Field(default=None, alias="from")
    ends: Day | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        in_order(self.starts, self.ends, "from", "to")
        return self


class Membership(Part):
    """Who is in the alliance, and how it is divided."""

    sub_regions: tuple[SubRegion, ...] = ()
    members: tuple[Member, ...] = Field(min_length=1)
    bodies: tuple[Body, ...] = ()


class Participation(Part):
    """How fully an authority may take part, and who agrees a variation with it.

    ``waivable`` names the clauses that a variation may waive or change; where none is named, all of them.
    """

    levels: Words = ("full", "limited", "declined")
    varied_with: str
    waivable: Words = ()


class Partner(Part):
    """A national body that works with the alliance."""

    key: Slug
    title: Text


class Office(Part):
    """A post, held by a person for an authority, a sub-region, the alliance or a partner."""

    key: Slug
    title: Text
    of: Owner
    partner: str | None = None
    may: Words = ()

    @model_validator(mode="after")
    def _partner_named(self) -> Self:
        if (self.of == "partner") != (self.partner is not None):
            problem = "names a partner" if self.partner else "names no partner"
            raise fault(
                f"“{self.key}” is an office of “{self.of}” but {problem}",
                "the key “partner” for a partner’s office, and only there",
                "of",
            )
        return self


class Evidence(Part):
    """What discharges a duty: written ``{ return = "annual" }``, read as kind “return” of “annual”.

    Of offices several may be named, ``{ office = ["chair", "treasurer"] }``, and each must be held: ``of`` is the
    first, ``also`` the others. ``document`` is what kind of document a template named is of.
    """

    kind: EvidenceKind
    of: str
    also: tuple[str, ...] = ()
    document: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All that it names; the duty is done when there is evidence of each."""
        return (self.of, *self.also)

    @model_validator(mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise fault("this does not name one kind of evidence", 'one pair, such as { return = "annual" }')
        [(kind, of)] = value.items()
        if not isinstance(of, list):
            return {"kind": kind, "of": of}
        if kind != "office" or not of:
            raise fault(f"“{kind}” names {len(of)} of its kind", "one name; several only of offices")
        return {"kind": kind, "of": of[0], "also": tuple(of[1:])}


class Commitment(Part):
    """One duty under one clause.

    It recurs (``every``, with ``due`` unless it comes with a meeting), follows from something (``after``,
    ``due`` where the memorandum sets a window) or holds ``always``. A duty met by a return or release takes
    its timing from the dataset where it states none. ``working_date`` says that the memorandum set no day.
    ``roles`` are the parts in a challenge that carry the duty. ``seen_by`` says who sees how each member
    stands on it, where that differs from the sharing of duties at large.
    """

    id: str = ""
    clause: Annotated[str, Field(pattern=r"^\d+(\.\d+)*[a-z]?$")]
    cited: str = ""
    duty: Text
    owed_by: Owner
    through: str
    roles: Words = ()
    every: Cadence | None = None
    after: Words = ()
    always: StrictBool = False
    at: str | None = None
    due: DueRule | None = None
    working_date: StrictBool = False
    met_by: Evidence
    seen_by: Words = ()

    @model_validator(mode="after")
    def _timed(self) -> Self:
        ways = sum((bool(self.every), bool(self.after), self.always))
        if ways > 1 or (ways == 0 and not self.timing_borrowed):
            raise fault(
                f"clause {self.clause} says {ways} times when it falls due",
                "exactly one of “every”, “after” and “always”",
            )
        if self.due is not None and self.always:
            raise fault(f"clause {self.clause} holds always, so it has no due date", "no “due”", "due")
        if self.scheduled and self.due is None:
            raise fault(f"clause {self.clause} recurs every {self.every} but has no due date", "a “due” rule")
        if self.due is not None:
            fitting(self.due, None if self.every == "meeting" else self.every)
        if (self.every == "meeting") != (self.at is not None):
            raise fault(
                f"clause {self.clause}: “at” and every = “meeting” go together",
                "both, with “at” naming the event, or neither",
                "at" if self.at else "every",
            )
        return self

    @property
    def timing_borrowed(self) -> bool:
        """Whether it leaves its timing to the dataset that is returned or released."""
        stated = self.every or self.after or self.always or self.due
        return not stated and self.met_by.kind in ("return", "release")

    @property
    def scheduled(self) -> bool:
        """Whether its dates follow from the calendar alone."""
        return self.every in ("quarter", "half-year", "year")


class Charter(Part):
    """One edition of a region's memorandum, whole. Made by `loader.load`, which has checked every name."""

    memorandum: Memorandum
    membership: Membership
    participation: Participation
    partners: tuple[Partner, ...] = ()
    offices: tuple[Office, ...] = Field(min_length=1)
    datasets: tuple[DatasetUse, ...] = ()
    benchmark: Benchmark | None = None
    templates: tuple[Template, ...] = ()
    events: tuple[Event, ...] = ()
    groups: tuple[Group, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    challenge: Challenge | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    ladder: tuple[Rung, ...] = ()
    support: Support | None = None
    sharing: tuple[Sharing, ...] = Field(min_length=1)
    commitments: tuple[Commitment, ...] = Field(min_length=1)

    @property
    def key(self) -> str:
        """The edition's name, such as “london-2019”."""
        return self.memorandum.key

    @property
    def members(self) -> tuple[Member, ...]:
        """All who were ever members, in the file's order."""
        return self.membership.members

    @property
    def sub_regions(self) -> tuple[SubRegion, ...]:
        """The sub-regions; none in some regions."""
        return self.membership.sub_regions

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Bodies that answer for several authorities."""
        return self.membership.bodies

    def members_on(self, day: date) -> tuple[Member, ...]:
        """The members on a day."""
        return tuple(member for member in self.members if member.active(day))

    def in_force(self, day: date) -> bool:
        """Whether this edition is in force on a day."""
        return self.memorandum.commences <= day <= (self.memorandum.revoked or date.max)

    def office(self, key: str) -> Office:
        """An office by its key. Raises KeyError."""
        return _named(self.offices, key)

    def partner(self, key: str) -> Partner:
        """A partner by its key. Raises KeyError."""
        return _named(self.partners, key)

    def dataset(self, key: str) -> DatasetUse:
        """A dataset by its key. Raises KeyError."""
        return _named(self.datasets, key)

    def template(self, key: str) -> Template:
        """A template by its key. Raises KeyError."""
        return _named(self.templates, key)

    def commitment(self, clause: str) -> Commitment:
        """A commitment by its clause (“2.1c”) or id (“L2.1c”). Raises KeyError."""
        for commitment in self.commitments:
            if clause in (commitment.clause, commitment.id):
                return commitment
        raise KeyError(clause)

    def shared(self, what: str, of: str | None = None) -> Sharing | None:
        """The rule for a kind of record: that for ``of`` if there is one, else the general one, else None."""
        rules = {rule.of: rule for rule in self.sharing if rule.what == what}
        return rules.get(of) or rules.get(None)

    def audience(self, what: str, of: str | None = None) -> tuple[str, ...]:
        """Who sees a kind of record: words of AUDIENCES, partners’ keys, office keys, “every” one. No rule, nobody."""
        rule = self.shared(what, of)
        return rule.seen_by if rule else ()


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_K = TypeVar("_K", bound=_Keyed)


def _named(parts: tuple[_K, ...], key: str) -> _K:
    for part in parts:
        if part.key == key:
            return part
    raise KeyError(key)

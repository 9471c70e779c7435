"""The one policy: who may do what, and who may see what.

Doing comes from the office: its charter lists what it may do (``may``), and an office acts for its own
authority, its sub-region, or the whole alliance. Seeing comes from the charter's sharing rules: each kind of
record names its audiences. ``decide`` answers for one thing; ``grants`` answers for lists, and decide is
computed from it, so that the two cannot part (a property test holds them together over the database too).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from concord.charter.vocabulary import EVERY

Scope = Literal["authority", "sub-region", "alliance", "partner"]


@dataclass(frozen=True)
class AllianceRules:
    """What one alliance's charter says about offices and sharing, in the shape that decisions need.

    ``sharing`` maps a kind of record and a name within it (“release” of “london-core-18”, or of "" for all that
    have no rule of their own) to its audiences: offices, “every” office, partners, or the words in AUDIENCES.
    """

    key: str
    name: str
    sharing: Mapping[tuple[str, str], frozenset[str]]
    member_authorities: frozenset[int]
    demo: bool = False

    def audiences(self, kind: str, of: str = "") -> frozenset[str]:
        """Who sees records of a kind; the rule for the one named before the kind's; nobody where none is."""
        return self.sharing.get((kind, of)) or self.sharing.get((kind, "")) or frozenset()

    def open_to_all_of(self, kind: str, other: str) -> bool:
        """Whether whoever may see records of ``other`` may see those of a kind, too, by the very same audiences."""
        wide = self.audiences(kind)
        return "public" in wide or self.audiences(other) <= wide

    def ruled(self, kind: str) -> tuple[str, ...]:
        """The names within a kind that have a rule, "" for all the others among them."""
        return self._ruled.get(kind, ())

    @cached_property
    def _ruled(self) -> Mapping[str, tuple[str, ...]]:
        kinds = {kind for kind, _ in self.sharing}
        return {kind: tuple(sorted(of for what, of in self.sharing if what == kind)) for kind in kinds}


@dataclass(frozen=True, slots=True)
class Holding:
    """An office that a person holds (or acts in by delegation) today."""

    office: str
    title: str
    of: Scope
    alliance: str
    may: frozenset[str]
    authorities: frozenset[int] = frozenset()  # that it acts for
    neighbours: frozenset[int] = frozenset()  # authorities of the same sub-region
    partner: str = ""
    place: str = ""  # “Camden”, “North”, “London”
    tenure: int = 0
    delegated_by: str = ""


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat that a person has taken in a challenge: whose it is, of which year, in which role."""

    alliance: str
    challenge: int
    authority: int
    year: str
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the offices that they hold today; nobody in particular when ``person`` is None.

    ``operator`` marks the instance's keeper, who may set up alliances and people but sees no figures by it.
    ``seats`` gives the challenges they sit in; most pages never ask.
    """

    person: int | None = None
    name: str = "Someone who is not signed in"
    holdings: tuple[Holding, ...] = ()
    alliances: Mapping[str, AllianceRules] = field(default_factory=dict)
    operator: bool = False
    seats: Callable[[], tuple[Seated, ...]] = tuple

    def acting(self, ability: str, facts: Facts) -> Holding | None:
        """The holding under which this person may do a thing, for the journal and the signature line."""
        abilities = ability.split(" or ")
        return next((h for h in self.holdings if any(_may(self, h, one, facts) for one in abilities)), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision needs to know of a thing: whose it is. No authority: the alliance's own.

    ``of`` names the dataset or template where sharing may differ by it; "" stands for any of them. ``draft``: not
    handed in, so that its own authority alone sees it. ``year`` and ``challenge`` narrow what a seat gives.
    ``person``: a draft that its writer alone sees.
    """

    alliance: str = ""
    authority: int | None = None
    name: str = ""  # of the authority, for the sentence
    of: str = ""
    draft: bool = False
    year: str = ""
    challenge: int = 0
    person: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, its reason as a code (never matched as text) and as a sentence for the page."""

    allowed: bool
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A right over some authorities of an alliance; ``authorities`` None means all of them and the alliance.

    ``of`` and ``but_not`` narrow a right to see: to one named dataset or template, or to all but some. ``year`` and
    ``challenge`` are those of the seat that gives it. ``own``: it comes from an office of the authority itself.
    """

    alliance: str
    authorities: frozenset[int] | None
    of: str = ""
    but_not: frozenset[str] = frozenset()
    year: str = ""
    challenge: int = 0
    own: bool = False

    def covers(self, facts: Facts) -> bool:
        """Whether the thing lies within the grant. An alliance's own page is open to whoever sees a part of it."""
        if facts.alliance != self.alliance:
            return False
        if facts.of and (facts.of in self.but_not or self.of not in ("", facts.of)):
            return False
        if facts.draft and not self.own:
            return False
        if self.year and facts.year not in ("", self.year):
            return False
        if self.challenge and facts.challenge not in (0, self.challenge):
            return False
        return self.authorities is None or facts.authority is None or facts.authority in self.authorities


AUDIENCES = {
    "own": "the authority itself",
    "sub-region": "authorities of the same sub-region",
    "lead": "the sub-regional lead",
    "members": "every member authority",
    "programme": "the alliance’s own officers",
    "group": "the challenge group",
    "dfe": "the Department for Education",
    "lga": "the Local Government Association",
    "ofsted": "Ofsted",
    "adcs": "the Association of Directors of Children’s Services",
    "public": "anyone",
}

# Abilities that no charter gives out.
SIGNED_IN = "signed-in"
ANYONE = "anyone"
OPERATE = "operate"


# What an office of an authority that takes no part can still do: come back, answer for what it owed, keep its people.
WITHOUT_PART = frozenset(
    {
        "participation.set",
        "memorandum.sign",
        "people.manage",
        "delegate",
        "feed.own",
        "return.prepare",
        "return.submit",
    }
)


def _may(actor: Actor, holding: Holding, ability: str, facts: Facts) -> bool:
    return ability in holding.may and _does(_reach(actor, holding, ability), facts)


def _does(grant: Grant, facts: Facts) -> bool:
    """To do a thing of the alliance itself takes an office of the alliance; seeing a part of it is less.

    Who may write a draft, or sits where it is written, need not be of its authority.
    """
    if facts.draft:
        facts = replace(facts, draft=False)
    return grant.covers(facts) and (facts.authority is not None or grant.authorities is None)


def _reach(actor: Actor, holding: Holding, ability: str) -> Grant:
    """Over what an office does a thing: all, or the authorities that it acts for as far as they take part."""
    if holding.of in ("alliance", "partner"):
        return Grant(holding.alliance, None)
    rules = actor.alliances.get(holding.alliance)
    if holding.of != "authority" or rules is None or ability in WITHOUT_PART:
        return Grant(holding.alliance, holding.authorities)
    return Grant(holding.alliance, holding.authorities & rules.member_authorities)


def _sees(actor: Actor, kind: str, alliance: str) -> Iterator[Grant]:
    """What offices give first: most decisions then need not ask for seats, which are read when asked for."""
    concerned = [rules for rules in actor.alliances.values() if alliance in ("", rules.key)]
    ruled = [(rules, of, rules.audiences(kind, of)) for rules in concerned for of in rules.ruled(kind)]
    narrowed = {rules.key: frozenset(rules.ruled(kind)) - {""} for rules in concerned}
    for rules, of, audiences in ruled:
        but_not = frozenset() if of else narrowed[rules.key]
        holdings = [h for h in actor.holdings if h.alliance == rules.key]
        reaches = [_seen_through(h, audiences, rules.member_authorities) for h in holdings]
        if "public" in audiences:
            reaches.append(None)
        for reach in dict.fromkeys(reaches):
            if reach is None or reach:
                yield Grant(rules.key, reach, of, but_not)
        if "own" in audiences:
            for h in holdings:
                if h.of == "authority" and h.authorities:
                    yield Grant(rules.key, h.authorities, of, but_not, own=True)
    for rules, of, audiences in ruled:
        if "group" in audiences:
            but_not = frozenset() if of else narrowed[rules.key]
            yield from (_seat(seat, of, but_not) for seat in actor.seats() if seat.alliance == rules.key)


def _seat(seat: Seated, of: str = "", but_not: frozenset[str] = frozenset()) -> Grant:
    return Grant(seat.alliance, frozenset({seat.authority}), of, but_not, seat.year, seat.challenge)


def _seen_through(
    holding: Holding, audiences: frozenset[str], members: frozenset[int]
) -> frozenset[int] | None:
    """The authorities whose records an office sees; None for all, the empty set for none.

    An office of an authority that declined or left sees its own records, no longer those of the members.
    """
    takes_part = bool(holding.authorities & members)
    if takes_part and not audiences.isdisjoint(("members", EVERY + holding.office)):
        return None
    if holding.office in audiences or holding.partner in audiences:
        return None if holding.of in ("alliance", "partner") else holding.authorities
    if holding.of == "partner":
        return frozenset()
    if holding.of == "alliance":
        return None if "programme" in audiences else frozenset()
    seen = (
        holding.neighbours | holding.authorities if "sub-region" in audiences and takes_part else frozenset()
    )
    if {"authority": "own", "sub-region": "lead"}[holding.of] in audiences:
        seen |= holding.authorities
    return seen


def grants(actor: Actor, ability: str, alliance: str = "") -> tuple[Grant, ...]:
    """Everything over which the actor has an ability.

    A doing (“return.submit”), a seeing (“see release”), a part in a challenge (“sit lead triad”: a seat in one of
    these roles; “sit”: any seat), or several of them, joined by “ or ”. ``alliance`` narrows it to one.
    """
    return tuple(_grants(actor, ability, alliance))


def _grants(actor: Actor, ability: str, alliance: str) -> Iterator[Grant]:
    if " or " in ability:
        for one in ability.split(" or "):
            yield from _grants(actor, one, alliance)
    elif ability.partition(" ")[0] == "sit":
        roles = set(ability.split()[1:])
        for seat in actor.seats():
            if alliance in ("", seat.alliance) and (not roles or seat.role in roles):
                yield _seat(seat)
    elif ability.startswith("see "):
        yield from _sees(actor, ability.removeprefix("see "), alliance)
    else:
        yield from (_reach(actor, h, ability) for h in actor.holdings if ability in h.may)


def decide(actor: Actor, ability: str, facts: Facts | None = None) -> Decision:
    """Whether the actor may. Ask with the facts of the thing; a page that belongs to nobody asks without."""
    facts = facts or Facts()
    if ability == ANYONE:
        return Decision(True, "open", "Anyone can see this.")
    if ability == SIGNED_IN:
        if actor.person is None:
            return Decision(False, "sign-in", "Sign in to see this.")
        return Decision(True, "signed-in", "You are signed in.")
    if ability == OPERATE:
        if actor.operator:
            return Decision(True, "operator", "You keep this instance.")
        return Decision(False, "not-operator", "Only the keeper of this instance can do this.")
    if facts.person and facts.person != actor.person:
        return Decision(
            False, "draft", "This is not handed in yet, so only the person who writes it sees it."
        )
    for one in ability.split(" or "):
        covers = Grant.covers if one.startswith("see ") else _does
        if any(covers(grant, facts) for grant in _grants(actor, one, facts.alliance)):
            return Decision(True, "granted", "Your office gives you this.")
    if actor.person is None:
        return Decision(False, "sign-in", "Sign in to see this.")
    return _refusal(actor, ability, facts)


def _refusal(actor: Actor, ability: str, facts: Facts) -> Decision:
    ability, whose = ability.rsplit(" or ", maxsplit=1)[-1], f" of {facts.name}" if facts.name else ""
    if not any(h.alliance == facts.alliance for h in actor.holdings):
        return Decision(False, "other-alliance", "This belongs to an alliance in which you hold no office.")
    if ability.startswith("see "):
        if facts.draft:
            return Decision(False, "draft", "This is not handed in yet, so only its own authority sees it.")
        rules = actor.alliances.get(facts.alliance)
        audience = audience_sentence(
            rules.audiences(ability.removeprefix("see "), facts.of) if rules else frozenset()
        )
        return Decision(False, "not-shared", f"This is shared with {audience}.")
    if ability.partition(" ")[0] == "sit":
        return Decision(False, "no-seat", "You have no seat in this challenge that does this.")
    if any(ability in h.may and facts.authority in h.authorities for h in actor.holdings):
        return Decision(
            False, "no-part", "Your authority takes no part in the alliance now, so this is not open to it."
        )
    return Decision(False, "not-your-office", f"The offices that you hold do not do this{whose}.")


_NOT_CO = re.compile(r"(?<!\bco)-")  # a co-ordinator keeps the hyphen


def audience_sentence(audiences: frozenset[str]) -> str:
    """The audiences in words, in a fixed order: “every member authority and the Department for Education”."""
    words = [text for key, text in AUDIENCES.items() if key in audiences]
    offices = sorted(audiences - set(AUDIENCES), key=lambda word: (not word.startswith(EVERY), word))
    words += [_NOT_CO.sub(" ", word if word.startswith(EVERY) else f"the {word}") for word in offices]
    if not words:
        return "nobody"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

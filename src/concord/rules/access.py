"""The one policy: who may do what, and who may see what.

Doing comes from the office: its charter lists what it may do (``may``), and an office acts for its own
authority, its sub-region, or the whole alliance. Seeing comes from the charter's sharing rules: each kind of
record names its audiences. ``decide`` answers for one thing; ``grants`` answers for lists, and decide is
computed from it, so that the two cannot part (a property test holds them together over the database too).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Scope = Literal["authority", "sub-region", "alliance", "partner"]


@dataclass(frozen=True, slots=True)
class AllianceRules:
    """What one alliance's charter says about offices and sharing, in the shape that decisions need.

    ``sharing`` maps a kind of record, or kind:name (as ``release:london-core-18``), to its audiences.
    """

    key: str
    name: str
    sharing: Mapping[str, frozenset[str]]
    member_authorities: frozenset[int]
    demo: bool = False

    def audiences(self, kind: str) -> frozenset[str]:
        """Who sees records of a kind; the kind's own rule before its family's; nobody where none is written."""
        return self.sharing.get(kind) or self.sharing.get(kind.split(":")[0]) or frozenset()


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
class Actor:
    """A person with the offices that they hold today; nobody in particular when ``person`` is None.

    ``operator`` marks the instance's keeper, who may set up alliances and people but sees no figures by it.
    """

    person: int | None = None
    name: str = "Someone who is not signed in"
    holdings: tuple[Holding, ...] = ()
    alliances: Mapping[str, AllianceRules] = field(default_factory=dict)
    operator: bool = False

    def acting(self, ability: str, facts: Facts) -> Holding | None:
        """The holding under which this person may do a thing, for the journal and the signature line."""
        return next((h for h in self.holdings if _may(h, ability, facts)), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision needs to know of a thing: whose it is. No authority: the alliance's own."""

    alliance: str = ""
    authority: int | None = None
    name: str = ""  # of the authority, for the sentence


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, its reason as a code (never matched as text) and as a sentence for the page."""

    allowed: bool
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A right over some authorities of an alliance; ``authorities`` None means all of them and the alliance."""

    alliance: str
    authorities: frozenset[int] | None

    def covers(self, facts: Facts) -> bool:
        """Whether the thing lies within the grant. An alliance's own page is open to whoever sees a part of it."""
        if facts.alliance != self.alliance:
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


def _may(holding: Holding, ability: str, facts: Facts) -> bool:
    return ability in holding.may and _reach(holding).covers(facts)


def _reach(holding: Holding) -> Grant:
    everywhere = holding.of in ("alliance", "partner")
    return Grant(holding.alliance, None if everywhere else holding.authorities)


def _sees(actor: Actor, kind: str) -> list[Grant]:
    found = [Grant(key, None) for key, rules in actor.alliances.items() if "public" in rules.audiences(kind)]
    for holding in actor.holdings:
        audiences = actor.alliances[holding.alliance].audiences(kind)
        match holding.of:
            case "partner":
                if holding.partner in audiences:
                    found.append(Grant(holding.alliance, None))
            case "alliance":
                if "programme" in audiences:
                    found.append(Grant(holding.alliance, None))
            case _:
                if "members" in audiences:
                    found.append(Grant(holding.alliance, None))
                if "own" in audiences and holding.of == "authority":
                    found.append(Grant(holding.alliance, holding.authorities))
                if "lead" in audiences and holding.of == "sub-region":
                    found.append(Grant(holding.alliance, holding.authorities))
                if "sub-region" in audiences:
                    found.append(Grant(holding.alliance, holding.neighbours | holding.authorities))
    return found


def grants(actor: Actor, ability: str) -> tuple[Grant, ...]:
    """Everything over which the actor has an ability: a doing (“return.submit”) or a seeing (“see release”)."""
    if ability.startswith("see "):
        return tuple(_sees(actor, ability.removeprefix("see ")))
    return tuple(_reach(h) for h in actor.holdings if ability in h.may)


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
    if any(grant.covers(facts) for grant in grants(actor, ability)):
        return Decision(True, "granted", "Your office gives you this.")
    if actor.person is None:
        return Decision(False, "sign-in", "Sign in to see this.")
    return _refusal(actor, ability, facts)


def _refusal(actor: Actor, ability: str, facts: Facts) -> Decision:
    whose = f" of {facts.name}" if facts.name else ""
    if not any(h.alliance == facts.alliance for h in actor.holdings):
        return Decision(False, "other-alliance", f"This belongs to an alliance{whose} in which you hold no office.")
    if ability.startswith("see "):
        rules = actor.alliances.get(facts.alliance)
        audience = audience_sentence(rules.audiences(ability.removeprefix("see ")) if rules else frozenset())
        return Decision(False, "not-shared", f"This is shared with {audience}.")
    return Decision(False, "not-your-office", f"The offices that you hold do not do this{whose}.")


def audience_sentence(audiences: frozenset[str]) -> str:
    """The audiences in words, in a fixed order: “every member authority and the Department for Education”."""
    words = [text for key, text in AUDIENCES.items() if key in audiences]
    words += sorted(audiences - set(AUDIENCES))
    if not words:
        return "nobody"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def may_in_any(actor: Actor, ability: str) -> bool:
    """Whether the actor has an ability over anything at all, for menus."""
    return bool(grants(actor, ability)) if " " in ability or "." in ability else decide(actor, ability).allowed

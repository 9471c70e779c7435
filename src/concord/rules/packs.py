"""Packs: what is put together for whom, who may ask for it and see it, and which parts have changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concord.rules.access import AllianceRules


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of pack: its parts in order, its formats, and the abilities to ask for it and to see it."""

    title: str
    about: str
    parts: tuple[str, ...]
    formats: tuple[str, ...]
    asks: str
    sees: str

    @property
    def record(self) -> str:
        """The kind of record whose sharing rule says who sees it."""
        return self.sees.removeprefix("see ")

    def chosen(self, rules: AllianceRules) -> tuple[str, ...]:
        """The parts that a charter shares with fewer than the pack: in it where the authority itself chooses so."""
        return tuple(
            part
            for part in self.parts
            if part in SHARED and not rules.open_to_all_of(SHARED[part], self.record)
        )


PARTS = {
    "judgements": "Ofsted’s judgements",
    "self-evaluation": "Self-evaluation",
    "benchmark": "The figures beside the region’s",
    "where-to-look": "Where to look",
    "narratives": "What the authority says of figures that stand out",
    "plan": "The last development plan, and how it goes",
}
SHARED = {"where-to-look": "signals"}
"""Parts under a sharing rule of their own; all others are shared as the pack is, or further."""
OWN = "self-evaluation.write"
"""What it takes to choose for one’s authority what goes beyond that rule."""
CHALLENGE, CONVERSATION = "challenge", "annual-conversation"
KINDS: Mapping[str, Kind] = {
    CHALLENGE: Kind(
        "Challenge pack",
        "Everything that peers read before they challenge an authority.",
        ("judgements", "self-evaluation", "benchmark", "where-to-look", "narratives", "plan"),
        ("docx", "pdf"),
        "self-evaluation.write or challenge.arrange",
        "see pack",
    ),
    CONVERSATION: Kind(
        "Pack for the annual conversation with Ofsted",
        "What an authority knows of its practice, how it knows it, and what it will do next: Ofsted’s three questions.",
        ("judgements", "self-evaluation", "benchmark", "narratives", "plan"),
        ("docx", "pptx"),
        "self-evaluation.write",
        "see conversation-pack",
    ),
}
ASKS = " or ".join(dict.fromkeys(one for kind in KINDS.values() for one in kind.asks.split(" or ")))
SEES = " or ".join(kind.sees for kind in KINDS.values())
FORMATS = {"docx": "Word", "pdf": "PDF", "pptx": "Slides"}
LONGEST = 6000  # characters of what was considered


def changed(kept: Sequence[Mapping[str, str]], now: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of the parts that say something else now than when the pack was made, in its order."""
    return tuple(part["title"] for part in kept if now.get(part["key"], "") != part["hash"])

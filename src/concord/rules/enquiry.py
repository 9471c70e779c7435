"""Key lines of enquiry: their course, and what Concord suggests from a self-evaluation's claims.

A suggestion is a question worth asking and no finding. The rule for claims is plain on purpose, so that whoever
reads a suggestion can check it: strong words or a high grade, with neither a figure in the text nor a file beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from concord.rules.lifecycle import Lifecycle, Move

LINE = Lifecycle(
    thing="line of enquiry",
    first="proposed",
    states={"proposed": "Proposed", "agreed": "Agreed", "dropped": "Dropped"},
    moves=(
        Move("agree", ("proposed",), "agreed", "sit lead", "Agree", "agreed"),
        Move("drop", ("proposed", "agreed"), "dropped", "sit lead", "Drop", "dropped"),
        Move("back", ("agreed", "dropped"), "proposed", "sit lead", "Propose again", "proposed again"),
    ),
)
AGREED = ("agreed",)
"""The states in which a line will be asked about on the day."""
SOURCES = {
    "reviewer": "Proposed by a reviewer",
    "data": "Suggested by Concord from the figures",
    "claim": "Suggested by Concord from the self-evaluation",
}

STRONG = (
    "always", "consistently", "effective", "embedded", "excellent", "exemplary", "good", "highly", "outstanding",
    "robust", "rigorous", "strong", "successful", "timely", "very well",
)  # fmt: skip
HIGH = ("outstanding", "good")
"""Grades that say that a service is better than it must be."""
_STRONG = re.compile(rf"(?<!\bnot )\b({'|'.join(STRONG)})\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Claim:
    """A section of a self-evaluation: its text (Markdown), grade, and how many files stand beside it."""

    key: str
    title: str
    text: str
    grade: str
    files: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line of enquiry that Concord suggests, why, and what it comes from (data or claim)."""

    source: str
    question: str
    why: str
    indicator: str = ""
    section: str = ""


def unsupported(claims: Iterable[Claim]) -> list[Suggestion]:
    """A suggestion for each section that claims much and shows nothing for it."""
    return [found for claim in claims if (found := _doubt(claim))]


def _doubt(claim: Claim) -> Suggestion | None:
    if claim.files or _FIGURE.search(claim.text) or not claim.text.strip():
        return None
    words = list(dict.fromkeys(word.lower() for word in _STRONG.findall(claim.text)))
    reasons = []
    if claim.grade.lower() in HIGH:
        reasons.append(f"it is graded “{claim.grade.lower()}”")
    if words:
        reasons.append(f"it says {', '.join(f'“{w}”' for w in words[:3])}")
    if not reasons:
        return None
    return Suggestion(
        "claim",
        f"{claim.title}: what shows that this is so?",
        f"In the self-evaluation {' and '.join(reasons)}, with no figure in the text and no evidence beside it.",
        section=claim.key,
    )

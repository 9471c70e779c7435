"""Papers: documents that are written section by section, signed off where the charter says so, and handed in.

``DOCUMENTS`` says for each kind who writes it, who hands it in, and who reads it before and after that.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from concord.charter.forms import FormSection
from concord.rules.hashing import content_hash
from concord.rules.lifecycle import Lifecycle, Move


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document. Abilities are as the policy takes them, over the paper's own facts.

    ``record`` is the kind whose sharing rule holds once it is handed in. ``drafts`` opens it before that. ``reads``:
    who comments on it as a peer, once it is handed in. ``authored``: each person writes their own, unseen by the
    others until it is handed in.
    """

    record: str
    writes: str
    submits: str
    drafts: str
    reads: str = ""
    authored: bool = False

    @property
    def by_the_group(self) -> bool:
        """Whether those who sit in a challenge write it, and not an authority."""
        return self.writes.startswith("sit")


_TEAM = "sit lead triad member data expert quality-assurance"
_OWN = "plan.write or plan.check"
DOCUMENTS: Mapping[str, Document] = {
    "self-evaluation": Document(
        "self-evaluation",
        writes="self-evaluation.write",
        submits="self-evaluation.submit",
        drafts="see self-evaluation",
        reads=_TEAM,
    ),
    "challenge-record": Document(
        "challenge",
        writes="sit lead triad member data logistics",
        submits="sit lead triad",
        drafts="sit lead triad member data logistics quality-assurance",
    ),
    "reflection": Document("reflection", writes="sit", submits="sit", drafts="sit", authored=True),
    "progress-report": Document("follow-up", writes=_OWN, submits=_OWN, drafts="see follow-up", reads=_TEAM),
    "follow-up-report": Document("follow-up", writes=_OWN, submits=_OWN, drafts="see follow-up", reads=_TEAM),
}
SIGNS = "document.sign"  # signatories comment on what they are to sign

PAPER_SUBJECT = "paper"
SELF_EVALUATION = "self-evaluation"
"""What its signatures are kept under."""

PAPER = Lifecycle(
    thing="paper",
    first="draft",
    states={"draft": "Being written", "signing": "Waiting for signatures", "submitted": "Handed in"},
    moves=(
        Move("save", ("draft",), None, "self-evaluation.write", "Save", "saved"),
        Move("submit", ("draft",), "submitted", "self-evaluation.submit", "Hand it in", "handed in"),
        Move(
            "send",
            ("draft",),
            "signing",
            "self-evaluation.submit",
            "Send it for signature",
            "sent for signature",
        ),
        Move("sign", ("signing",), "submitted", "document.sign", "Sign", "handed in"),
        Move("scrutinise", ("submitted",), None, "challenge.take-part", "Comment", "commented on"),
        Move(
            "reopen",
            ("signing", "submitted"),
            "draft",
            "self-evaluation.submit",
            "Take it up again",
            "taken up again",
        ),
    ),
)
"""What its abilities are for a self-evaluation; ``DOCUMENTS`` has them for each kind."""
HANDED_IN = "submitted"


def is_writing(state: str) -> bool:
    """Whether its sections can be changed."""
    return state == PAPER.first


def is_signing(state: str) -> bool:
    """Whether it waits for those who sign it."""
    return state == "signing"


def is_draft(state: str) -> bool:
    """Whether it is not handed in yet, so that those who write it alone see it."""
    return state != HANDED_IN


def reading(document: str, state: str) -> str:
    """The ability that opens a paper: its drafts’, until it is handed in; then seeing records of its kind."""
    kind = DOCUMENTS[document]
    return kind.drafts if is_draft(state) else f"see {kind.record}"


READINGS = tuple(sorted({reading(d, state) for d in DOCUMENTS for state in PAPER.states}))
"""Every ability that may open a paper."""


def hash_of(template: str, form: str, period: str, sections: Iterable[Mapping[str, Any]]) -> str:
    """The hash of all that a paper says: what a signature binds.

    A section has key, text, grade, listed (the tables beside it) and evidence (the hashes of its files).
    """
    said = [
        {
            "key": s["key"],
            "text": s["text"],
            "grade": s["grade"],
            "listed": s["listed"],
            "evidence": sorted(s["evidence"]),
        }
        for s in sections
    ]
    return content_hash({"template": template, "form": form, "period": period, "sections": said})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that was kept, put in or taken out between two texts."""

    kind: Literal["kept", "put in", "taken out"]
    text: str


_WORDS = re.compile(r"\s+|[^\W_]+|[\W_]")
_LONGEST = 2_500  # words and spaces; a passage that changed and is longer is shown whole, before and after


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """What differs between two texts: the lines that changed, and in them the words, in reading order."""
    found: list[Piece] = []
    for same, old, new in _compared(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        old_words, new_words = _WORDS.findall(old), _WORDS.findall(new)
        if same or len(old_words) + len(new_words) > _LONGEST:
            found += _pieces(same, old, new)
            continue
        for alike, was, now in _compared(old_words, new_words):
            found += _pieces(alike, was, now)
    return tuple(found)


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", "".join(old[a:b]), "".join(new[c:d])


def _pieces(same: bool, old: str, new: str) -> list[Piece]:
    if same:
        return [Piece("kept", new)]
    return [Piece(kind, text) for kind, text in (("taken out", old), ("put in", new)) if text]  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class WrittenSection:
    """A section as it is printed. ``listed`` are tables (title, head, rows, empty); ``files`` names of evidence."""

    asked: FormSection
    text: str
    grade: str
    listed: tuple[Mapping[str, Any], ...]
    files: tuple[str, ...]

    @property
    def chapter(self) -> str:
        """The chapter that begins with it, if one does."""
        return self.asked.chapter

    @property
    def title(self) -> str:
        """What it is about."""
        return self.asked.title


@dataclass(frozen=True, slots=True)
class Written:
    """All that a paper says, as it is printed. ``places`` are (office, name, day in words), empty while unsigned."""

    title: str
    authority: str
    alliance: str
    state: str
    sections: tuple[WrittenSection, ...]
    places: tuple[tuple[str, str, str], ...]
    hash: str


def is_inadequate(overall: str) -> bool:
    """Whether an ILACS judgement lets an authority hand in a similar document."""
    return overall.strip().lower().startswith("inadequate")

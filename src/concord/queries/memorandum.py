"""Editions of the memorandum, when each is in force, and its reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from concord.charter import Charter
from concord.queries.standing import Standing, parsed
from concord.records.models import Alliance, Edition, ReviewRequest


@dataclass(frozen=True)
class EditionRow:
    """One edition as it stands on a day. ``state``: in force, not yet in force, replaced or revoked."""

    id: int
    key: str
    title: str
    state: str
    commences: date
    until: date | None
    revoked: date | None
    because: str
    replaces: str
    hash: str


@dataclass(frozen=True)
class ReviewRow:
    """A review: asked for by a party (or due by its date), and held or not yet."""

    id: int
    edition: str
    asked_by: str
    asked_on: date
    reason: str
    held_on: date | None
    outcome: str


@dataclass(frozen=True)
class ReviewDue:
    """The review that the memorandum sets a date for. ``held`` is the day of the one that answered it."""

    day: date
    words: str
    any_party: bool
    held: date | None

    def overdue(self, today: date) -> bool:
        """Whether the date has passed without a review."""
        return self.held is None and self.day < today


def editions(alliance: Alliance | int, day: date) -> list[EditionRow]:
    """Every edition of an alliance, the newest first, with its state on a day."""
    rows = list(Edition.objects.filter(alliance=alliance).order_by("commences"))
    found = []
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        superseded = following is not None and following.commences <= day
        if row.revoked and row.revoked < day:
            state = "revoked"
        elif superseded:
            state = "replaced"
        else:
            state = "in force" if row.commences <= day else "not yet in force"
        found.append(_row(row, following, state))
    return found[::-1]


def _row(row: Edition, following: Edition | None, state: str) -> EditionRow:
    charter = charter_of(row)
    ends = [d for d in (row.revoked, following.commences if following else None) if d]
    before = row.replaces.title if row.replaces else charter.memorandum.replaces or ""
    return EditionRow(
        id=row.pk,
        key=row.key,
        title=row.title,
        state=state,
        commences=row.commences,
        until=min(ends, default=None),
        revoked=row.revoked,
        because=row.revoked_because,
        replaces=before,
        hash=row.hash,
    )


def edition_of(alliance: str, key: str) -> Edition | None:
    """One edition of an alliance by its key."""
    return (
        Edition.objects.filter(alliance__key=alliance, key=key).select_related("alliance", "replaces").first()
    )


def charter_of(edition: Edition) -> Charter:
    """An edition's charter; read once for each text."""
    return parsed(edition.hash, edition.pk)


def reviews(alliance: Alliance | int) -> list[ReviewRow]:
    """Every review asked for or held, of any edition, the newest first."""
    rows = ReviewRequest.objects.filter(edition__alliance=alliance).select_related("edition")
    return [
        ReviewRow(r.pk, r.edition.key, r.asked_by, r.asked_on, r.reason, r.held_on, r.outcome) for r in rows
    ]


def review_request(alliance: str, number: int) -> ReviewRequest | None:
    """One review request by its number."""
    return ReviewRequest.objects.filter(pk=number, edition__alliance__key=alliance).first()


def review_due(standing: Standing, held: list[ReviewRow]) -> ReviewDue:
    """The dated review of the edition in force. One held in the month named, or later, answers it."""
    review = standing.charter.memorandum.review
    first = review.date.replace(day=1) if review.on else review.date
    days = [r.held_on for r in held if r.edition == standing.edition and r.held_on and r.held_on >= first]
    words = "in" if review.on else "after"
    return ReviewDue(review.date, words, review.any_party, min(days, default=None))


def clauses(charter: Charter, kind: str, of: str) -> tuple[str, ...]:
    """Ids of the commitments that a kind of evidence discharges, as ("record", "participation")."""
    return tuple(c.id for c in charter.commitments if (c.met_by.kind, c.met_by.of) == (kind, of))


def review_clauses(charter: Charter) -> tuple[str, ...]:
    """Ids of the commitments to review the memorandum."""
    return tuple(c.id for c in charter.commitments if "review-date" in c.after)


def force_clauses(charter: Charter) -> tuple[str, ...]:
    """Ids of the commitments that keep the memorandum in force."""
    return clauses(charter, "record", "charter")

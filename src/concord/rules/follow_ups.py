"""Looks back at what was promised: their life, and whether they came early, in time or late."""

from __future__ import annotations

from datetime import date

from concord.rules.lifecycle import Lifecycle, Move

# Who may is in the charter’s follow-up: who reports, who reviews, each by a seat in the challenge.
REPORTS, REVIEWS, EITHER = "report", "review", "either"
FOLLOW_UP = Lifecycle(
    thing="look back",
    first="waiting",
    states={
        "waiting": "Waiting for the report",
        "reported": "Reported",
        "received": "Received",
        "reviewed": "Reviewed",
    },
    moves=(
        Move("delegate", ("waiting",), None, EITHER, "Hand it to somebody", "handed to somebody"),
        Move(
            "check", ("waiting", "reported", "received"), None, EITHER, "Record what was checked", "added to"
        ),
        Move("report", ("waiting",), "reported", REPORTS, "Send the report", "reported on"),
        Move("receive", ("reported",), "received", REVIEWS, "Mark as received", "received"),
        Move("review", ("received",), "reviewed", REVIEWS, "Record the review", "reviewed"),
    ),
)
OVER = "reviewed"
OUTCOMES = {
    "enough": "Enough has been done",
    "more": "More is to be done",
    "concern": "It is a concern",
}
"""What a review can find; a concern is then raised under the memorandum’s own clauses."""


def standing_words(opens: date, due: date, day: date) -> str:
    """Where a day lies beside the window, in words: not open yet, open, or late."""
    if day < opens:
        return f"opens in {_span((opens - day).days)}"
    if day <= due:
        left = (due - day).days
        return "due today" if left == 0 else f"open now; {_span(left)} left"
    return f"{_span((day - due).days)} late"


def done_words(opens: date, due: date, done: date) -> str:
    """Whether something done on a day came early, within its window, or late."""
    if done < opens:
        return f"{_span((opens - done).days)} early"
    return "within its window" if done <= due else f"{_span((done - due).days)} late"


def _span(days: int) -> str:
    if days < 21:
        return f"{days} {'day' if days == 1 else 'days'}"
    weeks = round(days / 7)
    return f"{weeks} weeks"

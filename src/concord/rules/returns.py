"""A return: the states it goes through, and the checks that every way of sending it runs.

(The checks themselves are in ``return_checks``.)
"""

from __future__ import annotations

from concord.rules.lifecycle import Lifecycle, Move

RETURN = Lifecycle(
    thing="return",
    first="open",
    states={
        "open": "Open",
        "submitted": "Submitted",
        "queried": "Queried",
        "accepted": "Accepted",
    },
    moves=(
        Move("save", ("open", "queried"), None, "return.prepare", "Save", "changed"),
        Move("submit", ("open", "queried"), "submitted", "return.submit", "Submit", "submitted"),
        Move("query", ("submitted", "queried"), "queried", "return.query", "Send query", "queried"),
        Move("answer", ("queried",), "submitted", "return.prepare", "Send answers", "answered"),
        Move("accept", ("submitted",), "accepted", "return.accept", "Accept", "accepted"),
        Move("reopen", ("submitted", "accepted"), "open", "return.reopen", "Reopen", "reopened"),
    ),
)

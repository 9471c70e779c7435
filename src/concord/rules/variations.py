"""A variation: commitments waived or changed for one authority for a time, agreed by two sides."""

from concord.rules.lifecycle import Lifecycle, Move

VARIATION = Lifecycle(
    thing="variation",
    first="proposed",
    states={"proposed": "Proposed", "agreed": "Agreed", "declined": "Declined", "ended": "Ended"},
    moves=(
        Move("agree", ("proposed",), "agreed", "variation.agree", "Agree", "agreed"),
        Move("decline", ("proposed",), "declined", "variation.agree", "Decline", "declined"),
        Move("end", ("agreed",), "ended", "variation.agree", "End", "ended"),
    ),
)

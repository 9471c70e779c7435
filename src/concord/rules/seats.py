"""A seat in a challenge: invited, then taken with conflicts declared, or declined; until it is given up."""

from concord.rules.lifecycle import Lifecycle, Move

SEAT = Lifecycle(
    thing="seat",
    first="invited",
    states={"invited": "Invited", "taken": "Taken", "declined": "Declined", "ended": "Given up"},
    moves=(
        Move("accept", ("invited",), "taken", "challenge.take-part", "Accept", "accepted"),
        Move("decline", ("invited",), "declined", "challenge.take-part", "Decline", "declined"),
        Move("end", ("invited", "taken"), "ended", "challenge.arrange", "Stand down", "given up"),
    ),
)
TAKEN = ("taken",)
"""The states in which a person sits in the challenge, and belongs to its group."""

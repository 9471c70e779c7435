"""A dispute or complaint about a challenge: mediated by the triad directors, settled, or decided by them in the end."""

from concord.rules.lifecycle import Lifecycle, Move

_TRIAD = "sit triad"

DISPUTE = Lifecycle(
    thing="dispute",
    first="raised",
    states={
        "raised": "Raised",
        "mediated": "Being mediated",
        "settled": "Settled",
        "decided": "Decided",
        "withdrawn": "Withdrawn",
    },
    moves=(
        Move("mediate", ("raised", "mediated"), "mediated", _TRIAD, "Note a mediation", "mediated"),
        Move("settle", ("raised", "mediated"), "settled", _TRIAD, "Note that it is settled", "settled"),
        Move("decide", ("mediated",), "decided", _TRIAD, "Decide it", "decided"),
        Move("withdraw", ("raised", "mediated"), "withdrawn", "sit", "Withdraw it", "withdrawn"),
    ),
)
ENDED = ("settled", "decided", "withdrawn")
"""The states in which nothing more is to be done."""

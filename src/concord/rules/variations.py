"""A variation: commitments waived or changed for one authority for a time, agreed by two sides.

Either side proposes: the authority, or whoever the charter names under ``participation.varied_with``. The
other agrees or declines; the one that proposed can take it back until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from concord.rules.lifecycle import Lifecycle, Move

Side = Literal["authority", "lead"]

VARIATION = Lifecycle(
    thing="variation",
    first="proposed",
    states={
        "proposed": "Proposed",
        "agreed": "Agreed",
        "declined": "Declined",
        "withdrawn": "Withdrawn",
        "ended": "Ended",
    },
    moves=(
        Move("agree", ("proposed",), "agreed", "variation.agree", "Agree", "agreed"),
        Move("decline", ("proposed",), "declined", "variation.agree", "Decline", "declined"),
        Move("withdraw", ("proposed",), "withdrawn", "variation.propose", "Withdraw", "withdrawn"),
        Move("end", ("agreed",), "ended", "variation.agree", "End early", "ended"),
    ),
)

# What each side's office must be able to do.
ABILITY: Mapping[Side, str] = {"authority": "variation.propose", "lead": "variation.agree"}
OTHER: Mapping[Side, Side] = {"authority": "lead", "lead": "authority"}

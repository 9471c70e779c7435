"""Development plans: their life, what a plan lacks before it is signed, and how far an action’s measure has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from concord.rules.lifecycle import Lifecycle, Move

WRITE = "plan.write"
PLAN_SUBJECT = "plan"
"""What its signatures are kept under."""

PLAN = Lifecycle(
    thing="plan",
    first="draft",
    states={
        "draft": "Being written",
        "signing": "Out for signature",
        "signed": "Signed",
        "replaced": "Replaced by a newer one",
    },
    moves=(
        # An edit while it is out for signature leaves the signatures given so far in sight, and void.
        Move("save", ("draft", "signing"), None, WRITE, "Save", "changed"),
        Move("send", ("draft",), "signing", WRITE, "Send for signature", "sent for signature"),
        Move("reopen", ("signing", "signed"), "draft", WRITE, "Open it again", "opened again"),
        Move("complete", ("signing",), "signed", "document.sign", "Sign", "signed in full"),
        Move("show", ("signing", "signed"), None, WRITE, "Show it", "shown"),
        Move("follow", ("signed",), None, "plan.write or plan.check", "Say how it goes", "followed"),
        Move("challenge", ("signed",), None, "sit", "Challenge the plan", "challenged"),
        Move("renew", ("signed",), None, WRITE, "Renew it", "renewed"),
        Move("replace", ("signed",), "replaced", "document.sign", "Replace it", "replaced"),
    ),
)
UNSHARED = ("draft", "signing")
"""The states in which a plan is its own authority’s alone: it is shared once it is signed."""
OPEN_TO_SIGN, IN_FORCE, SIGNED = "signing", "signed", ("signed", "replaced")
CLOSED = {
    "draft": "The plan is still being written, so it cannot be signed yet.",
    "signed": "The plan is signed. To change it, open it again or renew it.",
    "replaced": "A newer plan has taken its place.",
}
"""Why a plan is not signed now, by its state."""

POINTS = {"strength": "Strength", "area": "Area for development", "support": "Support wanted"}
PROGRESS = {"on-track": "On track", "behind": "Behind", "done": "Done", "stopped": "Stopped"}
OVER = ("done", "stopped")
"""The states of progress after which an action is no longer waited for."""


def lacks(content: Mapping[str, Any]) -> list[str]:
    """What a plan must still say before it can be signed, as sentences; none when it is whole.

    ``content`` is what ``queries.plans.content`` gives.
    """
    points: Sequence[Mapping[str, Any]] = content["points"]
    areas = [p for p in points if p["kind"] == "area"]
    faults = [] if any(p["kind"] == "strength" for p in points) else ["Name at least one strength."]
    if not areas:
        faults.append("Name at least one area for development.")
    faults += [f"Say what will be done about “{_short(a['text'])}”." for a in areas if not a["actions"]]
    actions = [action for p in points for action in p["actions"]] + list(content["actions"])
    faults += [f"Say who sees to “{_short(a['text'])}”." for a in actions if not a["owner"]]
    faults += [f"Say by when “{_short(a['text'])}” is done." for a in actions if not a["due"]]
    return faults


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"


def way(baseline: float | None, aim: float | None, latest: float | None, decimals: int = 1) -> str:
    """How far a measure has come from its baseline towards its aim, in words; "" where one of them is missing.

    All three in the indicator’s unit. What is said is arithmetic: whether a move is more than chance is for the
    indicator’s own page.
    """
    if baseline is None or aim is None or latest is None:
        return ""
    asked, moved, gap = aim - baseline, latest - baseline, aim - latest
    if round(gap, decimals) == 0:
        return "The aim is reached."
    if round(asked, decimals) == 0:
        return f"{abs(gap):,.{decimals}f} from where it is to be held."
    if (asked > 0) != (gap > 0):
        return "The aim is reached."
    left = f"{abs(gap):,.{decimals}f} still to go"
    if round(moved, decimals) == 0:
        return f"Where it was at the start: {left}."
    if (moved > 0) != (asked > 0):
        return f"{abs(moved):,.{decimals}f} further from the aim than at the start: {left}."
    return f"{abs(moved):,.{decimals}f} of the {abs(asked):,.{decimals}f} asked for: {left}."

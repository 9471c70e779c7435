"""A narrative: what an authority says of an indicator on which it stands at an end of its region."""

from concord.rules.lifecycle import Lifecycle, Move

NARRATIVE = Lifecycle(
    thing="narrative",
    first="waiting",
    states={"waiting": "Waiting", "draft": "Draft", "ready": "Ready"},
    moves=(
        Move("save", ("waiting", "draft"), "draft", "narrative.write", "Save", "saved"),
        Move("finish", ("draft",), "ready", "narrative.write", "Mark as ready", "finished"),
        Move("revise", ("ready",), "draft", "narrative.write", "Change it", "taken up again"),
    ),
)
PARTS = {
    "meaning": "What it means",
    "reason": "Why it is so",
    "doing": "What we are doing",
}
"""What a narrative answers, in the order in which it is read."""
ENDS = ("top", "bottom", "highest", "lowest")
"""The fifths that ask for a narrative: London’s rule is of any indicator, whether or not one end is better."""

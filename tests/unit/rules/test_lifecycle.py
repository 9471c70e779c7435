"""Tables of states and moves."""

from __future__ import annotations

import pytest

from concord.charter import vocabulary
from concord.rules.lifecycle import Lifecycle, Move, NotNow
from concord.rules.returns import RETURN
from concord.rules.variations import VARIATION

STATES = {"open": "Open", "shut": "Shut"}
CLOSE = Move("shut", ("open",), "shut", "return.submit", "Shut", "shut")


def test_a_move_needs_its_state() -> None:
    assert RETURN.move("submit", "open").target == "submitted"
    with pytest.raises(NotNow, match="This return is accepted, so it cannot be submitted now."):
        RETURN.move("submit", "accepted")
    with pytest.raises(KeyError):
        RETURN.move("swallow", "open")


@pytest.mark.parametrize(
    ("moves", "fault"),
    [
        ((CLOSE, CLOSE), "named twice"),
        ((Move("lock", ("open",), "locked", "x", "Lock", "locked"),), "unknown state"),
        ((), "nothing leads to shut"),
    ],
)
def test_a_table_with_a_hole_is_refused(moves: tuple[Move, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Lifecycle("door", "open", STATES, moves)


@pytest.mark.parametrize("table", [RETURN, VARIATION])
def test_every_move_needs_an_ability_that_a_charter_can_give(table: Lifecycle) -> None:
    assert {move.needs for move in table.moves} <= set(vocabulary.ABILITIES)


def test_the_diagram_shows_every_move() -> None:
    diagram = RETURN.diagram()
    assert diagram.startswith("stateDiagram-v2\n    [*] --> open\n")
    assert "    submitted --> accepted: accept\n" in diagram
    assert diagram.count("-->") == 1 + sum(len(m.sources) for m in RETURN.moves)

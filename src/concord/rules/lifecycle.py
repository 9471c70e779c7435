"""Lifecycles are tables: the states of a thing and the moves between them.

Buttons, refusals, journal verbs, notices and the diagrams in docs/developers all come from the same table.
A charter picks among moves; it never adds code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class NotNow(Exception):
    """A move that the thing's state does not allow. The message is for the person who tried."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step: what it is called, from which states, to which (None: it stays), and the ability it needs."""

    name: str
    sources: tuple[str, ...]
    target: str | None
    needs: str
    label: str  # on the button
    done: str  # in the journal: “submitted”


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """States in words and the moves between them; refuses a table with a hole in it."""

    thing: str
    first: str
    states: Mapping[str, str]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        names = [move.name for move in self.moves]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.thing}: a move is named twice")
        for move in self.moves:
            for state in (*move.sources, move.target):
                if state is not None and state not in self.states:
                    raise ValueError(f"{self.thing}: move {move.name} names the unknown state {state}")
        reached, frontier = {self.first}, {self.first}
        while frontier:
            frontier = {m.target for m in self.moves if m.target and frontier & set(m.sources)} - reached
            reached |= frontier
        if unreached := set(self.states) - reached:
            raise ValueError(f"{self.thing}: nothing leads to {', '.join(sorted(unreached))}")

    def move(self, name: str, state: str) -> Move:
        """The move of that name from that state. Raises NotNow with a sentence, KeyError for a wrong name."""
        move = next((m for m in self.moves if m.name == name), None)
        if move is None:
            raise KeyError(name)
        if state not in move.sources:
            raise NotNow(
                f"This {self.thing} is {self.states[state].lower()}, so it cannot be {move.done} now."
            )
        return move

    def open_to(self, state: str) -> tuple[Move, ...]:
        """The moves that a state allows, for buttons."""
        return tuple(move for move in self.moves if state in move.sources)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.first}"]
        lines += [f"    {s} --> {m.target or s}: {m.name}" for m in self.moves for s in m.sources]
        return "\n".join(lines) + "\n"

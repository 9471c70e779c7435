"""A paper as a text to print: chapter by chapter, with its lists, grades, evidence and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from concord.outputs.blocks import Block, Grid, Heading, Signature, Signatures, Text, filled, prose, say
from concord.rules.papers import Written, WrittenSection

_SHARES = {2: (1.0, 1.0), 5: (2.0, 1.4, 2.2, 2.2, 2.2)}


def text(written: Written, facts: tuple[tuple[str, str], ...]) -> Text:
    """The whole paper; ``facts`` stand on the cover, after its state."""
    title = f"{written.title}: {written.authority}"
    return Text(title, written.alliance, (("State", written.state), *facts), tuple(blocks(written)))


def blocks(written: Written, level: int = 1) -> Iterator[Block]:
    """What it says, its chapters at heading ``level``: alone at 1, within a pack at 2."""
    under = level + any(section.chapter for section in written.sections)
    for section in written.sections:
        if section.chapter:
            yield Heading(section.chapter, level)
        yield from _section(section, under)
    if written.places:
        yield Heading("Sign-off", level)
        yield Signatures(tuple(Signature(*place) for place in written.places), written.hash)
    else:
        yield say(f"SHA-256 of exactly this text: {written.hash}", quiet=True)


def _section(section: WrittenSection, level: int) -> Iterator[Block]:
    yield Heading(section.title, level)
    if section.grade:
        yield say(f"Own grade: {section.grade.capitalize()}", bold=True)
    if section.text.strip():
        yield from prose(section.text, level + 1)
    else:
        yield say("Nothing is written here.", quiet=True)
    for listed in section.listed:
        yield _listed(listed)
    if section.files:
        yield say(f"Evidence kept beside this section: {'; '.join(section.files)}.", quiet=True)


def _listed(listed: Mapping[str, Any]) -> Block:
    if not listed["rows"]:
        return say(f"{listed['title']}: {listed['empty']}", quiet=True)
    head = tuple(listed["head"])
    return Grid(listed["title"], head, filled(listed["rows"]), _SHARES.get(len(head), ()))

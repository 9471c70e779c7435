"""The record and report of a challenge as a text of blocks, before it becomes Word or PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concord.outputs.blocks import Block, Grid, Heading, Items, Paragraph, Run, Text, prose, say


@dataclass(frozen=True, slots=True)
class Item:
    """One finding in words; ``line`` is the number of its line of enquiry. Empty where there is nothing to say."""

    text: str
    evidence: str = ""
    line: int | None = None
    owner: str = ""
    due: str = ""
    answer: str = ""
    answer_text: str = ""
    judged: str = ""
    judged_text: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What the document says. ``people`` are (part, name, where); ``written`` (title, Markdown) section by section."""

    title: str
    alliance: str
    facts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str, str], ...]
    lines: tuple[tuple[int, str], ...]
    written: tuple[tuple[str, str], ...]
    findings: Mapping[str, tuple[Item, ...]]


def text(made: Record) -> Text:
    """The whole document: the written part first, then what was found, then who took part."""
    return Text(made.title, made.alliance, made.facts, tuple(_blocks(made)))


def _blocks(made: Record) -> Iterator[Block]:
    for title, markdown in made.written:
        if markdown.strip():
            yield Heading(title)
            yield from prose(markdown)
    if made.lines:
        yield Heading("Lines of enquiry")
        yield Items(tuple((0, (Run(question),)) for _, question in made.lines), numbered=True)
    for title, items in made.findings.items():
        yield Heading(title)
        for number, item in enumerate(items, 1):
            yield from _item(number, item)
    if not made.findings:
        yield Heading("Findings")
        yield say("Nothing has been written down yet.")
    yield Heading("Who took part")
    yield Grid("", ("Part", "Name", "Authority"), made.people, (4, 4, 3))


def _item(number: int, item: Item) -> Iterator[Block]:
    """A finding with all that is said of it, on one page."""
    about = f" (line of enquiry {item.line})" if item.line else ""
    told = [("What shows it", item.evidence)] if item.evidence else []
    if item.owner or item.due:
        told.append(("Who and when", ", ".join(filter(None, (item.owner, item.due and f"by {item.due}")))))
    if item.answer:
        told.append((f"Answer: {item.answer}", item.answer_text))
    if item.judged:
        told.append((f"Judged: {item.judged}", item.judged_text))
    yield Paragraph((Run(f"{number}. ", bold=True), Run(f"{item.text}{about}")), keep=bool(told))
    for place, (words, rest) in enumerate(told, 1):
        yield Paragraph((Run(f"{words}. ", bold=True), Run(rest)), quiet=True, keep=place < len(told))

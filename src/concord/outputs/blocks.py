"""A text as blocks: what papers, plans, records and packs say, before it becomes Word, PDF or a page.

What people write is Markdown; ``prose`` turns it into the same blocks as everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from concord.outputs.charts.draw import Spec

LEVELS = 4  # depths of headings; deeper ones stand at the last
_SAFE = ("http://", "https://", "mailto:")
# Pictures and raw HTML are left out: what stands in a text is words, and pictures come as evidence.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look alike; ``link`` is where they lead, or nothing. A line end in them is one."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is a chapter of the document, under its title."""

    text: str
    level: int = 1
    fresh: bool = False  # begins a page


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``quote``: somebody else’s words; ``quiet``: a note beside the text; ``keep``: on one page with
    what follows."""

    runs: tuple[Run, ...]
    quote: bool = False
    quiet: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item has its depth (0 is the outermost) and its words."""

    items: tuple[tuple[int, tuple[Run, ...]], ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words with a head row; ``widths`` are shares of the line, alike where none are given."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart by its specification, and what somebody who cannot see it is told."""

    title: str
    alt: str
    spec: Spec


@dataclass(frozen=True, slots=True)
class Signature:
    """One office’s place to sign: name and day as they stand in words, both empty while nobody has signed."""

    title: str
    name: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The places under a text, and the hash that the signatures bind."""

    places: tuple[Signature, ...]
    hash: str


Block = Heading | Paragraph | Items | Grid | Chart | Signatures


@dataclass(frozen=True, slots=True)
class Text:
    """A whole document. ``over`` stands small above the title; ``facts`` are (word, text) on the cover."""

    title: str
    over: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


def say(text: str, *, bold: bool = False, quiet: bool = False) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph((Run(text, bold=bold),), quiet=quiet)


def filled(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """The rows of a list that is still being answered: an empty cell says so."""
    return tuple(tuple(cell or "Nothing yet" for cell in row) for row in rows)


def prose(markdown: str, under: int = 2) -> tuple[Block, ...]:
    """What somebody wrote, in blocks. Its headings begin at level ``under`` and never skip one."""
    return tuple(_levelled(_blocks(MARKDOWN.parse(markdown)), under))


def _levelled(blocks: Iterator[Block], under: int) -> Iterator[Block]:
    """Headings as an outline: a screen reader, and the PDF standard, want no level skipped."""
    last = under - 1
    for block in blocks:
        if isinstance(block, Heading):
            last = min(block.level + under - 1, last + 1, LEVELS)
            block = replace(block, level=last)
        yield block


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    at, quotes = 0, 0
    while at < len(tokens):
        token = tokens[at]
        if token.type in ("bullet_list_open", "ordered_list_open", "table_open"):
            end = _end(tokens, at)
            yield _table(tokens[at:end]) if token.type == "table_open" else _items(tokens[at:end])
            at = end
            continue
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline":
            opener = tokens[at - 1]
            if opener.type == "heading_open":
                yield Heading("".join(run.text for run in _runs(token)), int(opener.tag[1]))
            else:
                yield Paragraph(_runs(token), quote=quotes > 0)
        elif token.type in ("fence", "code_block"):
            yield Paragraph((Run(token.content.rstrip("\n")),), quote=True)
        at += 1


def _end(tokens: Sequence[Token], start: int) -> int:
    """Where what opens at a place has been closed."""
    depth, at = 0, start
    while True:
        depth += tokens[at].nesting
        at += 1
        if depth == 0:
            return at


def _items(tokens: Sequence[Token]) -> Items:
    depth, found = -1, []
    for token in tokens:
        depth += {"bullet_list_open": 1, "ordered_list_open": 1}.get(token.type, 0)
        depth -= {"bullet_list_close": 1, "ordered_list_close": 1}.get(token.type, 0)
        if token.type == "inline":
            found.append((depth, _runs(token)))
    return Items(tuple(found), numbered=tokens[0].type == "ordered_list_open")


def _table(tokens: Sequence[Token]) -> Grid:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append("".join(run.text for run in _runs(token)))
    return Grid("", tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))


def _runs(inline: Token) -> tuple[Run, ...]:
    bold = italic = struck = 0
    links: list[str] = []
    found: list[Run] = []
    for token in inline.children or ():
        bold += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if token.type == "link_open":
            links.append(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            links.pop()
        elif text := {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content):
            link = links[-1] if links and links[-1].startswith(_SAFE) else ""
            found.append(Run(text, bold > 0, italic > 0, link, struck > 0))
    return tuple(found)

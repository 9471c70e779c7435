"""Tagged PDF (PDF/UA) through typst: plain rows in, bytes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.resources import files

import typst

from concord.outputs.blocks import Chart, Text
from concord.outputs.charts import svg
from concord.outputs.charts.draw import Spec
from concord.outputs.printable import printable
from concord.outputs.report import Report


@dataclass(frozen=True)
class SignaturePlace:
    """One office's place: who signed and on which day, in words; both empty while nobody has."""

    title: str
    name: str
    on: str


@dataclass(frozen=True)
class SignaturePage:
    """What the signature page of one authority says. ``clauses`` are (clause, duty in words)."""

    alliance: str
    title: str
    authority: str
    commences: str
    places: tuple[SignaturePlace, ...]
    clauses: tuple[tuple[str, str], ...]
    hash: str


def signature_page(page: SignaturePage) -> bytes:
    """The signature page: three places first, then what is signed, clause by clause."""
    return render("signature-page", asdict(page))


def report(made: Report, draw: Callable[[Spec], str] = svg) -> bytes:
    """A benchmark report; ``draw`` gives the SVG of a chart, drawn or kept from before."""
    sections = [
        {
            "title": section.title,
            "level": section.level,
            "fresh": section.fresh,
            "sentences": section.sentences,
            "pictures": [{"title": p.title, "alt": p.alt, "svg": draw(p.spec)} for p in section.pictures],
            "tables": [
                {"title": t.title, "head": t.head, "rows": [[str(cell) for cell in row] for row in t.rows]}
                for t in section.tables
            ],
        }
        for section in made.sections
    ]
    content = {
        "title": made.title,
        "alliance": made.about.alliance,
        "facts": made.facts,
        "sections": sections,
    }
    return render("report", content)


def text(made: Text, draw: Callable[[Spec], str] = svg) -> bytes:
    """A text; ``draw`` gives the SVG of a chart."""
    blocks = [
        asdict(block) | {"kind": type(block).__name__}
        if not isinstance(block, Chart)
        else {"kind": "Chart", "title": block.title, "alt": block.alt, "svg": draw(block.spec)}
        for block in made.blocks
    ]
    return render("text", {"title": made.title, "over": made.over, "facts": made.facts, "blocks": blocks})


def render(template: str, content: object) -> bytes:
    """A typst template of this package, filled with content that JSON can say, as PDF/UA."""
    source = (files("concord.outputs") / "typst" / f"{template}.typ").read_bytes()
    inputs = {"content": json.dumps(printable(content))}
    found: bytes
    try:
        found = typst.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    except typst.TypstError as problem:
        if "could not be displayed" not in str(problem):
            raise
        # Somebody wrote a sign that no font of this machine has. The document is as well tagged without the claim.
        found = typst.compile(source, format="pdf", sys_inputs=inputs)
    return found

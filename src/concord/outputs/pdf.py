"""Tagged PDF (PDF/UA) through typst: plain rows in, bytes out."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files

import typst


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


def render(template: str, content: object) -> bytes:
    """A typst template of this package, filled with content that JSON can say, as PDF/UA."""
    source = (files("concord.outputs") / "typst" / f"{template}.typ").read_bytes()
    found: bytes = typst.compile(
        source, format="pdf", sys_inputs={"content": json.dumps(content)}, pdf_standards=["ua-1"]
    )
    return found

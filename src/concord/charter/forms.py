"""Forms: the sections of a document as data, an edition a file, beside the charters that use them.

A charter's template names the kind of document; its ``form`` names the edition, or the newest one is taken. A form
that papers were begun with is never edited: copy it, give the copy a new key and a later “from”.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from concord.charter import vocabulary
from concord.charter.base import Day, Part, Slug, Text, Words, fault
from concord.charter.chapters import Template
from concord.charter.findings import Finding, Raw, meant, repeated, walk
from concord.charter.loader import CharterFaults, Fault, read, text_of

Shows = Literal["exceptions", "progress", "judgements"]
"""What Concord lists beside a section by itself."""


class FormSection(Part):
    """A section: what to write about, the questions that it answers, what shows it, and what is listed beside it.

    ``guidance`` is Markdown. ``words`` is about how many are enough. ``chapter`` heads this and those that follow.
    """

    key: Slug
    title: Text
    chapter: str = ""
    guidance: str = ""
    questions: Words = ()
    evidence: Words = ()
    graded: StrictBool = False
    optional: StrictBool = False
    shows: Shows | None = None
    words: StrictInt | None = Field(default=None, ge=10)


class Form(Part):
    """One edition of the sections of a kind of document. ``similar``: for the document that will do instead."""

    key: Slug
    document: str
    title: Text
    starts: Day = Field(alias="from")
    similar: StrictBool = False
    note: str = ""
    grades: Words = ()
    sections: tuple[FormSection, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if not self.grades and any(section.graded for section in self.sections):
            raise fault("a section is graded, but there are no grades", "“grades”, the best first", "grades")
        return self

    def section(self, key: str) -> FormSection | None:
        """A section by its key."""
        return next((section for section in self.sections if section.key == key), None)


def _check(raw: Raw) -> Iterator[Finding]:
    for path, document in walk(raw, "document"):
        if isinstance(document, str) and document not in vocabulary.DOCUMENTS:
            problem = f"“{document}” is not a kind of document{meant(document, vocabulary.DOCUMENTS)}"
            yield Finding(path, problem, f"one of: {', '.join(vocabulary.DOCUMENTS)}")
    yield from repeated(walk(raw, "sections[].key"), "two sections “{}”")


def load_form(path: str | Path) -> Form:
    """Read a form from a file. Raises CharterFaults with everything found wrong, and where."""
    form = read(*text_of(path), Form, _check)
    if Path(path).stem != form.key:
        problem = f"the file is called “{Path(path).name}”, its key is “{form.key}”"
        raise CharterFaults((Fault(Path(path).name, problem, "one name for both"),))
    return form


@lru_cache(maxsize=8)
def forms(folder: Path) -> Mapping[str, Form]:
    """Every form of a folder by its key; read once. Raises CharterFaults, also when there is none."""
    found = {form.key: form for form in map(load_form, sorted(folder.glob("*.toml")))}
    if not found:
        raise CharterFaults((Fault(str(folder), "there are no forms", "a file for each kind of document"),))
    return found


def form_for(known: Iterable[Form], template: Template, day: date, similar: bool = False) -> Form | None:
    """The form of a template on a day: the one it names, else the newest of its kind; None where there is none."""
    of_kind = [
        f for f in known if f.document == template.document and f.similar == similar and f.starts <= day
    ]
    if template.form and not similar:
        return next((f for f in of_kind if f.key == template.form), None)
    return max(of_kind, key=lambda f: (f.starts, f.key), default=None)

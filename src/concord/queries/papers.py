"""Reading papers: which one it is, on which form, whose it is, how it is signed, and exactly what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404

from concord.charter import Charter
from concord.charter.chapters import Template
from concord.charter.forms import Form, form_for, forms
from concord.queries.membership import once
from concord.queries.memorandum import charter_of as charter_of_edition
from concord.queries.memorandum import clauses
from concord.queries.sign_offs import Signable, signatories
from concord.queries.standing import Standing
from concord.records.models import Evidence, Paper, Section
from concord.rules.access import Facts
from concord.rules.papers import (
    DOCUMENTS,
    PAPER_SUBJECT,
    READINGS,
    SELF_EVALUATION,
    hash_of,
    is_draft,
    is_writing,
    reading,
)

_RELATED = ("alliance", "authority", "edition", "challenge", "author", "previous")


def paper_named(alliance: str, number: int, **_: Any) -> Paper:
    """A paper of an alliance by its number. Raises Http404."""
    rows = Paper.objects.select_related(*_RELATED).filter(alliance__key=alliance, pk=number)
    found = once(("paper", alliance, number), rows.first)
    if found is None:
        raise Http404("There is no such paper in this alliance.")
    return found


def facts_of(paper: Paper) -> Facts:
    """What the policy needs to know of a paper."""
    draft = is_draft(paper.state)
    return Facts(
        paper.alliance.key,
        paper.authority_id,
        paper.authority.name,
        paper.template,
        draft=draft,
        year=paper.period,
        challenge=paper.challenge_id or 0,
        person=(paper.author_id or 0) if draft else 0,
    )


def facts_of_paper(alliance: str, number: int, **_: Any) -> Facts:
    """The same, from an address. Raises Http404."""
    return facts_of(paper_named(alliance, number))


class ByKind:
    """An ability found from a paper’s address: by its kind, and how far it is."""

    def __init__(self, abilities: Iterable[str], find: Callable[[Paper], str]) -> None:
        self.abilities = tuple(sorted(set(abilities)))
        self._find = find

    def __call__(self, **parts: Any) -> str:
        """Raises Http404."""
        return self._find(paper_named(**parts))


reads = ByKind(READINGS, lambda paper: reading(paper.document, paper.state))
writes = ByKind((d.writes for d in DOCUMENTS.values()), lambda paper: DOCUMENTS[paper.document].writes)
submits = ByKind((d.submits for d in DOCUMENTS.values()), lambda paper: DOCUMENTS[paper.document].submits)


def charter_of(paper: Paper) -> Charter:
    """The charter under whose edition the paper was begun."""
    return charter_of_edition(paper.edition)


def template_of(paper: Paper) -> Template:
    """The charter’s template that it is written on."""
    return charter_of(paper).template(paper.template)


def every_form() -> Mapping[str, Form]:
    """The forms that lie beside the charters, by key."""
    return forms(settings.ROOT / "charters" / "forms")


def form_of(paper: Paper) -> Form:
    """The form that a paper was begun with. Raises Http404 when its file is gone."""
    form = every_form().get(paper.form)
    if form is None:
        raise Http404(f"The form “{paper.form}” is missing: put its file back into charters/forms.")
    return form


def new_form(standing: Standing, template: Template, similar: bool = False) -> Form | None:
    """The form on which a template’s paper is begun on a day, if there is one."""
    return form_for(every_form().values(), template, standing.day, similar)


def self_evaluation_of(charter: Charter) -> Template | None:
    """The template of a region’s self-evaluations, whatever it calls them."""
    return next((t for t in charter.templates if t.document == SELF_EVALUATION), None)


def title_of(paper: Paper) -> str:
    """“Annual self-assessment 2026-27”; the title of the similar document where that was chosen.

    The second of a year says so: “Six-month progress check 2026-27, number 2”.
    """
    template = template_of(paper)
    title = template.alternative.title if paper.alternative and template.alternative else template.title
    return f"{title} {paper.period}" + (f", number {paper.number}" if paper.number > 1 else "")


def link_of(paper: Paper) -> str:
    """The address of its page."""
    return f"/alliances/{paper.alliance.key}/papers/{paper.pk}/"


def clauses_of(paper: Paper) -> tuple[str, ...]:
    """The commitments that the paper meets."""
    charter = charter_of(paper)
    return tuple(
        dict.fromkeys(
            clauses(charter, "document", paper.template) + clauses(charter, "sign-off", paper.template)
        )
    )


def signable(paper: Paper) -> Signable:
    """The paper as a text that offices sign, once it is sent for signature."""
    charter, template = charter_of(paper), template_of(paper)
    return Signable(
        subject=PAPER_SUBJECT,
        key=str(paper.pk),
        alliance=paper.alliance,
        authority=paper.authority,
        hash=paper.hash,
        offices=signatories(charter, template),
        title=f"{title_of(paper)}, {paper.authority.name}",
        link=f"{link_of(paper)}signatures/",
        kept_by=DOCUMENTS[paper.document].submits,
        clauses=clauses_of(paper),
        or_equivalent=template.or_equivalent,
        closed="It is still being written, so it cannot be signed yet." if is_writing(paper.state) else "",
    )


def hash_now(paper: Paper) -> str:
    """The hash of all that the paper says now. Two queries."""
    files: dict[int, list[str]] = {}
    kept = Evidence.objects.filter(section__paper=paper, removed_at=None)
    for section, hash in kept.values_list("section", "hash"):
        files.setdefault(section, []).append(hash)
    rows = Section.objects.filter(paper=paper).values("pk", "key", "text", "grade", "listed")
    by_key = {row["key"]: row | {"evidence": files.get(row["pk"], [])} for row in rows}
    order = [section.key for section in form_of(paper).sections]
    said = [by_key[key] for key in order if key in by_key]
    return hash_of(paper.template, paper.form, paper.period, said)

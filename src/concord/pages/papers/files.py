"""A paper as Word and PDF, and the files of evidence beside it."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse

from concord.outputs import paper as printed
from concord.pages.access import page
from concord.pages.downloads import WRITERS, saved
from concord.pages.jinja import day
from concord.pages.papers.views import basis, shown
from concord.queries import paper_page as reading
from concord.queries.membership import today
from concord.queries.papers import facts_of_paper, paper_named, reads


@page(reads, of=facts_of_paper)
def document(request: HttpRequest, alliance: str, number: int, kind: str) -> HttpResponse:
    """The whole document, as it stands now."""
    if kind not in WRITERS:
        raise Http404("It is made as PDF and Word.")
    it = shown(request, alliance, number)
    facts = (("Who can see this", basis(it, "")["who_sees"]), ("Printed", day(today())))
    made = WRITERS[kind](printed.text(reading.written(it), facts))
    name = f"{it.paper.template}-{it.paper.authority.code}-{it.paper.period}.{kind}"
    return saved(made, name)


@page(reads, of=facts_of_paper)
def evidence(request: HttpRequest, alliance: str, number: int, file: int) -> HttpResponse:
    """A file of evidence: kept, never shown in the browser’s own frame."""
    found = reading.evidence_of(paper_named(alliance, number), file)
    if found.removed_at:
        raise Http404("The file was taken away.")
    with default_storage.open(found.file) as stored:
        return saved(stored.read(), found.name, found.kind)

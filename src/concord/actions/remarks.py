"""What stands beside a paper's text: comments by colleagues, scrutiny by peers, answers, and files of evidence."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from concord.actions._paper import journal, locked
from concord.actions._run import Invalid, Run, action
from concord.queries import papers as queries
from concord.queries.membership import who_may
from concord.queries.standing import standing_of
from concord.records.models import Evidence, Paper, Person, Remark, Section
from concord.rules import access
from concord.rules.papers import DOCUMENTS, PAPER, SIGNS, is_draft

LONGEST = 8_000  # characters of a comment or an answer
MANY = 20  # files beside one section


@action("paper.remarked")
def remark(run: Run, *, paper: Paper, key: str, text: str, grade: str = "") -> Remark:
    """Comment on a section: as a peer once it is handed in (the group sees it), else as a colleague (only they do).

    ``grade`` is what a peer would give, where the section is graded.
    """
    paper = locked(paper)
    document, facts = DOCUMENTS[paper.document], queries.facts_of(paper)
    peer = bool(document.reads) and access.decide(run.by, document.reads, facts).allowed
    if peer and is_draft(paper.state):
        raise Invalid("It is not handed in, so there is nothing to comment on yet.")
    run.require(document.reads if peer else f"{document.writes} or {SIGNS}", facts)
    section, form = _section(paper, key), queries.form_of(paper)
    asked = form.section(key)
    _need(text, "text", "Write your comment")
    if grade and (not peer or asked is None or not asked.graded or grade not in form.grades):
        raise Invalid("That is no grade of this section.", {"grade": "Choose one of the grades, or none"})
    row = Remark.objects.create(
        section=section,
        person=Person.objects.get(pk=run.by.person or 0),
        by=run.who[:200],
        at=run.at,
        text=text.strip(),
        scrutiny=peer,
        grade=grade,
        version=section.version,
    )
    title = asked.title if asked else key
    people = {section.writer_id} if section.writer_id else set()
    if peer or not people:
        standing = standing_of(paper.alliance, run.today)
        people |= set(who_may(standing, document.submits, paper.authority_id, of=("authority",)))
    _tell(run, paper, people, key, f"{run.by.name} commented on “{title}”")
    journal(run, paper, f"was {'read critically' if peer else 'commented on'}: {title}", remark=row.pk)
    return row


@action("remark.answered")
def answer_remark(run: Run, *, remark: Remark, answer: str) -> Remark:
    """The authority answers a comment; a new answer takes the place of an earlier one."""
    row = Remark.objects.select_for_update(of=("self",)).select_related("section__paper").get(pk=remark.pk)
    paper = locked(row.section.paper)
    run.require(DOCUMENTS[paper.document].writes, queries.facts_of(paper))
    _need(answer, "answer", "Write the answer")
    row.answer, row.answered_by, row.answered_at = answer.strip(), run.who[:200], run.at
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell(run, paper, {row.person_id}, row.section.key, f"{paper.authority.name} answered your comment")
    journal(run, paper, "has an answer to a comment", remark=row.pk, answer=row.answer)
    return row


@action("evidence.added")
def add_evidence(run: Run, *, paper: Paper, key: str, name: str, content: bytes, kind: str) -> Evidence:
    """Put a file beside a section. ``kind`` is its media type, found by ``inputs.evidence``, as is its name."""
    paper = locked(paper)
    run.require(DOCUMENTS[paper.document].writes, queries.facts_of(paper))
    PAPER.move("save", paper.state)
    section, hash = _section(paper, key), hashlib.sha256(content).hexdigest()
    here = Evidence.objects.filter(section=section, removed_at=None)
    if here.filter(hash=hash).exists():
        raise Invalid("That file is here already.", {"file": "Choose another file"})
    if here.count() >= MANY:
        raise Invalid(f"There are {MANY} files here already. Take one away first.")
    row = Evidence.objects.create(
        section=section,
        name=name[:200],
        file=_stored(paper, hash, content),
        kind=kind,
        size=len(content),
        hash=hash,
        by=run.who[:200],
        at=run.at,
    )
    _changed(paper)
    journal(run, paper, f"has a file of evidence: {row.name}", hash=hash, size=row.size)
    return row


@action("evidence.removed")
def remove_evidence(run: Run, *, evidence: Evidence) -> Evidence:
    """Take a file away from a section. It is kept with what was signed, and no longer shown."""
    row = Evidence.objects.select_related("section__paper").get(pk=evidence.pk)
    paper = locked(row.section.paper)
    run.require(DOCUMENTS[paper.document].writes, queries.facts_of(paper))
    PAPER.move("save", paper.state)
    if row.removed_at:
        raise Invalid("That file was taken away already.")
    row.removed_at, row.removed_by = run.at, run.who[:200]
    row.save(update_fields=["removed_at", "removed_by"])
    _changed(paper)
    journal(run, paper, f"lost a file of evidence: {row.name}", hash=row.hash)
    return row


def _stored(paper: Paper, hash: str, content: bytes) -> str:
    """Stored under the hash of its content and never written over."""
    name = f"evidence/{paper.alliance.key}/{paper.pk}/{hash}"
    if default_storage.exists(name):
        return name
    stored: str = default_storage.save(name, ContentFile(content))
    return stored


def _section(paper: Paper, key: str) -> Section:
    found = Section.objects.filter(paper=paper, key=key).first()
    if found is None:
        raise Invalid("There is no such section.")
    return found


def _changed(paper: Paper) -> None:
    paper.version += 1
    paper.hash = queries.hash_now(paper)
    paper.save(update_fields=["version", "hash"])


def _need(text: str, field: str, what: str) -> None:
    if not text.strip():
        raise Invalid(f"{what}.", {field: what})
    if len(text) > LONGEST:
        raise Invalid("That is too long.", {field: f"Write {LONGEST:,} characters or fewer"})


def _tell(run: Run, paper: Paper, people: set[int], key: str, sentence: str) -> None:
    link = f"{queries.link_of(paper)}sections/{key}/"
    told = f"{sentence} of {queries.title_of(paper)}, {paper.authority.name}"
    run.tell(people, "comment", told[:399] + ".", link, paper.alliance.key)

"""A paper as a page: its sections with who writes them, files, comments, signatures, and what was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import Http404

from catalogue.periods import Period
from concord.charter import words
from concord.charter.chapters import Template
from concord.charter.forms import Form, FormSection
from concord.queries import papers
from concord.queries.authorities import latest_judgements
from concord.queries.granted import granted
from concord.queries.listed import Listed, listed
from concord.queries.membership import actor_of, today, who_may
from concord.queries.sign_offs import own_offices, places, places_of
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.records.models import Delegation, Entry, Evidence, Paper, Person, Remark, Section, SectionText
from concord.rules import access
from concord.rules.access import Actor
from concord.rules.papers import (
    DOCUMENTS,
    HANDED_IN,
    PAPER,
    SELF_EVALUATION,
    SIGNS,
    Piece,
    Written,
    WrittenSection,
    changes,
    is_draft,
    is_inadequate,
    is_signing,
    is_writing,
)
from concord.rules.signing import Place, complete


@dataclass(frozen=True)
class SectionView:
    """A section: what the form asks, what is written, and what stands beside it."""

    asked: FormSection
    row: Section
    files: tuple[Evidence, ...]
    remarks: tuple[Remark, ...]

    @property
    def state(self) -> str:
        """“empty”, “begun” or “ready”."""
        if self.row.ready:
            return "ready"
        return "begun" if self.row.text.strip() else "empty"

    @property
    def unanswered(self) -> int:
        """Peers' comments that wait for an answer."""
        return sum(r.scrutiny and not r.answer for r in self.remarks)


@dataclass(frozen=True)
class PaperPage:
    """A paper with all that its pages show, as one person sees it."""

    paper: Paper
    form: Form
    template: Template
    standing: Standing
    sections: tuple[SectionView, ...]
    places: tuple[Place, ...]
    may: frozenset[str]  # write, submit, reopen, remark, scrutinise, sign, record
    own: frozenset[str]  # offices in which the reader signs
    titles: dict[str, str]

    @property
    def label(self) -> str:
        """The state in words."""
        return PAPER.states[self.paper.state]

    @property
    def title(self) -> str:
        """“Annual self-assessment 2026-27”."""
        return papers.title_of(self.paper)

    @property
    def writing(self) -> bool:
        """Whether its sections can be changed."""
        return is_writing(self.paper.state)

    @property
    def signing(self) -> bool:
        """Whether it waits for those who sign it."""
        return is_signing(self.paper.state)

    @property
    def complete(self) -> date | None:
        """The day of the last signature, once all have signed."""
        return complete(self.places)

    @property
    def missing(self) -> list[FormSection]:
        """The sections that must say something and do not."""
        return [s.asked for s in self.sections if s.state == "empty" and not s.asked.optional]

    def one(self, key: str) -> SectionView:
        """A section by its key. Raises Http404."""
        found = next((s for s in self.sections if s.asked.key == key), None)
        if found is None:
            raise Http404("There is no such section.")
        return found

    def beside(self, key: str) -> tuple[SectionView | None, SectionView | None]:
        """The sections before and after one."""
        at = [s.asked.key for s in self.sections].index(key)
        after = self.sections[at + 1] if at + 1 < len(self.sections) else None
        return (self.sections[at - 1] if at else None, after)

    def listed(self, one: SectionView) -> list[Listed]:
        """The tables beside a section: as kept when it was handed in, or as of today while it is written."""
        if not one.asked.shows:
            return []
        if not self.writing:
            return list(one.row.listed)
        return [listed(self.paper, one.asked.shows)]

    @cached_property
    def history(self) -> list[Entry]:
        """What was done with it, but for each save, the newest first."""
        rows = Entry.objects.filter(subject=f"paper {self.paper.pk}").exclude(verb="paper.saved")
        return list(rows.order_by("-number")[:40])


def paper_page(actor: Actor, paper: Paper) -> PaperPage:
    """A paper as somebody sees it; colleagues' comments are for its own authority alone. Four queries."""
    form = papers.form_of(paper)
    rows = {s.key: s for s in Section.objects.filter(paper=paper).select_related("writer")}
    files, remarks = _beside(paper, _own(actor, paper))
    sections = tuple(
        SectionView(asked, row, tuple(files.get(row.pk, ())), tuple(remarks.get(row.pk, ())))
        for asked in form.sections
        if (row := rows.get(asked.key))
    )
    what = papers.signable(paper)
    return PaperPage(
        paper,
        form,
        papers.template_of(paper),
        standing_of(paper.alliance, today()),
        sections,
        places(what) if what.offices else (),
        _may(actor, paper),
        frozenset(own_offices(actor, what)),
        dict(what.offices),
    )


def _beside(paper: Paper, own: bool) -> tuple[dict[int, list[Evidence]], dict[int, list[Remark]]]:
    files: dict[int, list[Evidence]] = {}
    for file in Evidence.objects.filter(section__paper=paper, removed_at=None):
        files.setdefault(file.section_id, []).append(file)
    remarks: dict[int, list[Remark]] = {}
    said = Remark.objects.filter(section__paper=paper)
    for remark in said if own else said.filter(scrutiny=True):
        remarks.setdefault(remark.section_id, []).append(remark)
    return files, remarks


def _own(actor: Actor, paper: Paper) -> bool:
    """Whether somebody belongs to those who write the paper, and sees what they say among themselves."""
    facts = papers.facts_of(paper)
    writes = f"{DOCUMENTS[paper.document].writes} or {SIGNS}"
    return access.decide(actor, writes, facts).allowed


def _may(actor: Actor, paper: Paper) -> frozenset[str]:
    document, facts = DOCUMENTS[paper.document], papers.facts_of(paper)
    draft = is_writing(paper.state)
    asked = {
        "write": (document.writes, draft),
        "submit": (document.submits, draft),
        "reopen": (document.submits, not draft),
        "remark": (f"{document.writes} or {SIGNS}", True),
        "answer": (document.writes, True),
        "scrutinise": (document.reads, bool(document.reads) and not is_draft(paper.state)),
        "record": (document.submits, not draft),
    }
    return frozenset(
        name for name, (needs, now) in asked.items() if now and access.decide(actor, needs, facts).allowed
    )


def written(page: PaperPage) -> Written:
    """All that a paper says, for print: alone, or in a pack. One query for each list beside a draft’s sections."""
    sections = tuple(
        WrittenSection(
            one.asked,
            one.row.text,
            one.row.grade,
            tuple(page.listed(one)),
            tuple(file.name for file in one.files),
        )
        for one in page.sections
    )
    signed = tuple(
        (page.titles[p.office], p.answer.name, words.day(p.answer.on))
        if p.answer and p.status == "signed"
        else (page.titles[p.office], "", "")
        for p in page.places
    )
    paper = page.paper
    return Written(
        page.title,
        paper.authority.name,
        page.standing.charter.memorandum.alliance,
        page.label,
        sections,
        signed,
        paper.hash,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A section's text beside another: what the other is, and what differs."""

    other: str
    before: str
    after: str
    pieces: tuple[Piece, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return all(p.kind == "kept" for p in self.pieces)


def last_year(paper: Paper, key: str) -> Section | None:
    """The same section of the paper before, where that had one. One query."""
    if paper.previous_id is None:
        return None
    return Section.objects.filter(paper=paper.previous_id, key=key).exclude(text="").first()


def compared(page: PaperPage, key: str, number: int | None) -> Compared | None:
    """A section beside its own earlier text of a version, or (None) beside last year's; None where there is none."""
    now = page.one(key).row.text
    if number is None:
        found, before = last_year(page.paper, key), page.paper.previous
        if found is None or before is None:
            return None
        return Compared(f"the text of {before.period}", found.text, now, changes(found.text, now))
    text = SectionText.objects.filter(section=page.one(key).row, version=number).first()
    if text is None:
        return None
    return Compared(f"version {number}, saved by {text.by}", text.text, now, changes(text.text, now))


def texts(one: SectionView) -> list[SectionText]:
    """Every text that a section had, the newest first."""
    return list(SectionText.objects.filter(section=one.row).order_by("-version"))


def evidence_of(paper: Paper, number: int) -> Evidence:
    """A file of a paper, also one that was taken away after it was signed for. Raises Http404."""
    found = Evidence.objects.select_related("section__paper").filter(section__paper=paper, pk=number).first()
    if found is None:
        raise Http404("There is no such file.")
    return found


def remark_of(paper: Paper, number: int) -> Remark:
    """A comment on a paper. Raises Http404."""
    found = Remark.objects.select_related("section__paper").filter(section__paper=paper, pk=number).first()
    if found is None:
        raise Http404("There is no such comment.")
    return found


def writers(paper: Paper) -> list[Person]:
    """Who may write a paper today, by an office of the authority or by delegation, in order of name."""
    standing = standing_of(paper.alliance, today())
    facts, needs = papers.facts_of(paper), DOCUMENTS[paper.document].writes
    named = [ability for ability in needs.split(" or ") if not ability.startswith("sit")]
    people = {
        p for ability in named for p in who_may(standing, ability, paper.authority_id, of=("authority",))
    }
    lent = Delegation.objects.filter(tenure__authority=paper.authority_id).values_list("to", flat=True)
    found = Person.objects.filter(Q(pk__in=people) | Q(pk__in=lent), is_active=True).order_by("name")
    return [p for p in found if p.pk in people or access.decide(actor_of(p), needs, facts).allowed]


# --- the year's self-evaluations --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An authority in the list of a year: its self-evaluation, how far it is, and who has signed.

    ``own``: the reader sees its drafts too, so that none means none was begun.
    """

    member: MemberNow
    paper: Paper | None
    own: bool
    written: int = 0
    ready: int = 0
    of: int = 0
    signed: int = 0
    signs: int = 0

    @property
    def writing(self) -> bool:
        """Whether it is being written."""
        return self.paper is not None and is_writing(self.paper.state)

    @property
    def handed_in(self) -> bool:
        """Whether its readers have it."""
        return self.paper is not None and not is_draft(self.paper.state)

    @property
    def label(self) -> str:
        """The state in words."""
        if self.paper:
            return PAPER.states[self.paper.state]
        return "Not begun" if self.own else "Not handed in"


def years(standing: Standing) -> list[str]:
    """The years of which somebody may write: the coming, this and those with papers, newest first."""
    now = Period.year_of(standing.day)
    known = Paper.objects.filter(alliance=standing.id, document=SELF_EVALUATION).values_list(
        "period", flat=True
    )
    return sorted({now.key, *known}, reverse=True)


def rows(actor: Actor, standing: Standing, year: str) -> list[Row]:
    """The members whose self-evaluation somebody may see, with theirs of a year. Four queries."""
    template = papers.self_evaluation_of(standing.charter)
    if template is None:
        return []
    mine = granted(actor, "see self-evaluation", standing.key, year="period", draft=~Q(state=HANDED_IN))
    found = Paper.objects.filter(mine, template=template.key, period=year, challenge=None)
    kept = {p.authority_id: p for p in found.select_related("alliance", "authority", "edition")}
    counts = _counted(kept.values())
    signed = places_of([papers.signable(p) for p in kept.values()]) if template.signed_by else {}
    seen = access.grants(actor, "see self-evaluation", standing.key)
    made = []
    for member in standing.members:
        covering = [g for g in seen if g.authorities is None or member.id in g.authorities]
        paper = kept.get(member.id)
        if not covering:
            continue
        row = Row(member, paper, any(g.own for g in covering), signs=len(template.signed_by))
        if paper is not None:
            done = sum(p.status == "signed" for p in signed.get(str(paper.pk), ()))
            written, ready, of = counts.get(paper.pk, (0, 0, 0))
            row = replace(row, written=written, ready=ready, of=of, signed=done)
        made.append(row)
    return made


def _counted(found: Iterable[Paper]) -> dict[int, tuple[int, int, int]]:
    """Of each paper: sections with a text, those that are ready, and how many there are."""
    counts: dict[int, tuple[int, int, int]] = {}
    for paper, text, ready in Section.objects.filter(paper__in=[p.pk for p in found]).values_list(
        "paper", "text", "ready"
    ):
        a, b, c = counts.get(paper, (0, 0, 0))
        counts[paper] = (a + bool(text.strip()), b + ready, c + 1)
    return counts


def may_be_similar(standing: Standing, authority: int) -> Any:
    """The judgement that lets an authority hand in a similar document instead, or None. One query."""
    template = papers.self_evaluation_of(standing.charter)
    if template is None or template.alternative is None:
        return None
    found = latest_judgements([authority], standing.day).get(authority)
    return found if found and is_inadequate(found.overall) else None

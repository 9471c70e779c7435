"""Writing papers: begun on a form, written section by section by several, handed in, signed, taken up again.

Nothing that was saved is overwritten: each text of a section is kept, and a save over somebody else's is refused
with both texts in sight. A subject that goes on when a paper is handed in says so with ``when_handed_in``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from catalogue.periods import Period
from concord.actions._paper import journal, locked
from concord.actions._run import Invalid, Run, action
from concord.actions._signing import ask_to_sign, when_complete
from concord.charter.chapters import Template
from concord.charter.forms import Form
from concord.queries import papers as queries
from concord.queries.authorities import latest_judgements
from concord.queries.follow_ups import another_waits
from concord.queries.listed import listed
from concord.queries.membership import actor_of, holders
from concord.queries.sign_offs import Signable, places
from concord.queries.standing import standing_of
from concord.records.models import (
    Alliance,
    Authority,
    Challenge,
    Edition,
    Paper,
    Person,
    Seat,
    Section,
    SectionText,
)
from concord.rules import access
from concord.rules.access import Facts
from concord.rules.papers import DOCUMENTS, HANDED_IN, PAPER, PAPER_SUBJECT, is_inadequate
from concord.rules.seats import TAKEN
from concord.rules.signing import complete

LONGEST = 60_000  # characters of one section
_After = Callable[[Run, Paper], None]
WHEN_HANDED_IN: dict[str, _After] = {}


class Meanwhile(Invalid):
    """Somebody else saved while this was being written; both texts are kept in sight."""


def when_handed_in(document: str) -> Callable[[_After], _After]:
    """Have a function run, in the same transaction, when a paper of a kind is handed in."""

    def wrap(function: _After) -> _After:
        WHEN_HANDED_IN[document] = function
        return function

    return wrap


# --- beginning ------------------------------------------------------------------------------------------------


@action("paper.begun")
def begin(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    template: str,
    period: str,
    challenge: Challenge | None = None,
    author: Person | None = None,
    alternative: bool = False,
) -> Paper:
    """Begin a paper on a template for a year (“2026-27”); one that was begun is given back as it stands.

    Where a look back has its report, and another of the year waits for one, a further paper is begun.

    ``challenge`` is what it is about, where it is a record or a reflection; ``author`` whose own it is, where each
    writes one. ``alternative``: the similar document that will do where the last judgement is inadequate. Raises
    Invalid where the memorandum asks for no such paper.
    """
    standing = standing_of(alliance, run.today)
    chosen = next((t for t in standing.charter.templates if t.key == template), None)
    document = DOCUMENTS.get(chosen.document) if chosen else None
    if chosen is None or document is None:
        raise Invalid("The memorandum has no such document to write.")
    if document.by_the_group and challenge is None:
        raise Invalid("This document belongs to a challenge: begin it there.")
    if challenge is not None:
        authority, period = challenge.authority, challenge.year
    facts = Facts(
        alliance.key,
        authority.pk,
        authority.name,
        template,
        year=period,
        challenge=challenge.pk if challenge else 0,
    )
    run.require(document.writes, facts)
    if document.authored and (author.pk if author else run.by.person) != run.by.person:
        raise Invalid("Each writes their own: it cannot be begun for somebody else.")
    own = run.by.person if document.authored else None
    _need_year(run, period)
    kind = {"alliance": alliance, "authority": authority, "template": template, "author_id": own}
    of = kind | {"period": period, "challenge": challenge}
    paper = Paper.objects.filter(**of).order_by("number").last()
    if paper is None or another_waits(paper):
        form = _form(run, alliance, authority, chosen, alternative)
        before = Paper.objects.filter(**kind, period__lt=period).order_by("period", "begun_at")
        paper = Paper.objects.create(
            **of,
            edition=Edition.objects.get(key=standing.edition),
            document=chosen.document,
            form=form.key,
            number=paper.number + 1 if paper else 1,
            alternative=alternative,
            state=PAPER.first,
            begun_at=run.at,
            previous=paper or before.last(),
        )
        Section.objects.bulk_create([Section(paper=paper, key=s.key) for s in form.sections])
        _hashed(paper)
    journal(run, paper, "was begun")
    return paper


def _need_year(run: Run, period: str) -> None:
    try:
        year = Period.parse(period)
    except ValueError:
        raise Invalid(f"“{period}” is no year: write it as 2026-27.") from None
    if year.kind != "year" or year.key != period:
        raise Invalid(f"“{period}” is no year: write it as 2026-27.")
    if year.start > run.today.replace(year=run.today.year + 1, day=1):
        raise Invalid(f"{period} is too far ahead to write about.")


def _form(run: Run, alliance: Alliance, authority: Authority, template: Template, alternative: bool) -> Form:
    if alternative:
        found = latest_judgements([authority.pk], run.today).get(authority.pk)
        if template.alternative is None or found is None or not is_inadequate(found.overall):
            raise Invalid("Another document will do only where the latest overall judgement is inadequate.")
    form = queries.new_form(standing_of(alliance, run.today), template, alternative)
    if form is None:
        raise Invalid("There is no form for this document yet: the keeper of this instance puts one in.")
    return form


# --- writing --------------------------------------------------------------------------------------------------


@action("paper.saved")
def save_section(
    run: Run, *, paper: Paper, key: str, text: str, grade: str = "", seen_version: int, ready: bool = False
) -> Section:
    """Keep the text (Markdown) of a section, and the grade where it asks for one; ``ready``: nothing is missing.

    Raises Meanwhile where somebody else saved since ``seen_version``, Invalid where it is too long or the grade is
    none of the form's, NotNow unless it is being written.
    """
    paper, section = _writing(run, paper, key)
    asked = queries.form_of(paper).section(key)
    if section.version != seen_version and (text, grade) != (section.text, section.grade):
        raise Meanwhile(
            f"{section.saved_by or 'Somebody'} saved this while you were writing. Your text is below; theirs is "
            "beside it: bring them together and save again."
        )
    if len(text) > LONGEST:
        raise Invalid("The text is too long.", {"text": f"Write {LONGEST:,} characters or fewer"})
    if grade and (asked is None or not asked.graded or grade not in queries.form_of(paper).grades):
        raise Invalid("That is no grade of this form.", {"grade": "Choose one of the grades"})
    if ready and not text.strip():
        raise Invalid("There is nothing in it yet.", {"text": "Write something before you mark it as ready"})
    if (text, grade) != (section.text, section.grade):
        section.text, section.grade, section.version = text, grade, section.version + 1
        section.saved_by, section.saved_at = run.who[:200], run.at
        SectionText.objects.create(
            section=section, version=section.version, text=text, grade=grade, by=run.who[:200], at=run.at
        )
    section.ready = ready
    section.save()
    _hashed(paper)
    journal(run, paper, f"was saved: {asked.title if asked else key}", version=section.version)
    return section


@action("paper.assigned")
def assign(run: Run, *, paper: Paper, key: str, writer: Person | None, due: date | None = None) -> Section:
    """Give a section to a colleague, by a day or without one; they are told once. None takes it back."""
    paper, section = _writing(run, paper, key)
    facts = queries.facts_of(paper)
    writes = DOCUMENTS[paper.document].writes
    if writer is not None and not access.decide(actor_of(writer, run.today), writes, facts).allowed:
        raise Invalid(
            "That person holds no office that may write it.", {"writer": "Choose somebody who may write it"}
        )
    told = writer is not None and writer.pk != section.writer_id
    section.writer, section.due = writer, due
    section.save(update_fields=["writer", "due"])
    title = _section_title(paper, key)
    if told and writer:
        by = f" by {due:%-d %B %Y}" if due else ""
        _tell(
            run,
            paper,
            [writer.pk],
            "assigned",
            f"“{title}” of {queries.title_of(paper)} is yours to write{by}",
            f"sections/{key}/",
        )
    journal(run, paper, f"has a section for {writer.name if writer else 'nobody in particular'}: {title}")
    return section


def _writing(run: Run, paper: Paper, key: str) -> tuple[Paper, Section]:
    """The paper and its section, locked, for somebody who may write it, while it is being written."""
    paper = locked(paper)
    run.require(DOCUMENTS[paper.document].writes, queries.facts_of(paper))
    PAPER.move("save", paper.state)
    section = Section.objects.select_for_update(of=("self",)).filter(paper=paper, key=key).first()
    if section is None:
        raise Invalid("There is no such section.")
    return paper, section


# --- handing in -----------------------------------------------------------------------------------------------


@action("paper.submitted")
def submit(run: Run, *, paper: Paper) -> Paper:
    """Hand a paper in: to those who sign it, where the memorandum names some, and else to its readers at once.

    What Concord lists beside the text is kept as it stands now, and is part of what is signed. Raises Invalid,
    naming the sections, where one that is not optional is empty.
    """
    paper = locked(paper)
    run.require(DOCUMENTS[paper.document].submits, queries.facts_of(paper))
    PAPER.move("submit", paper.state)
    form = queries.form_of(paper)
    rows = {s.key: s for s in Section.objects.filter(paper=paper)}
    empty = [s.title for s in form.sections if not s.optional and not rows[s.key].text.strip()]
    if empty:
        named = "; ".join(f"“{title}”" for title in empty)
        raise Invalid(f"Nothing is written yet under {named}.")
    for asked in form.sections:
        if asked.shows:
            rows[asked.key].listed = [listed(paper, asked.shows)]
            rows[asked.key].save(update_fields=["listed"])
    _hashed(paper)
    what = queries.signable(paper)
    if not what.offices or complete(places(what)):
        _hand_in(run, paper, "submit")
        journal(run, paper, "was handed in", hash=paper.hash)
        return paper
    paper.state = PAPER.move("send", paper.state).target or paper.state
    paper.save()
    ask_to_sign(run, queries.signable(paper))
    journal(run, paper, "was sent for signature", hash=paper.hash)
    return paper


@when_complete(PAPER_SUBJECT)
def _signed(run: Run, what: Signable) -> None:
    """Everybody has signed: it is handed in. One that was before, and lost a signature for a while, stays so."""
    paper = locked(Paper.objects.get(pk=int(what.key)))
    if paper.state != HANDED_IN:
        _hand_in(run, paper, "sign")


def _hand_in(run: Run, paper: Paper, move: str) -> None:
    paper.state = PAPER.move(move, paper.state).target or paper.state
    paper.submitted_at, paper.submitted_by = run.at, run.who[:200]
    paper.save()
    _tell(run, paper, _readers(paper), "submitted", f"{_named(paper)} is handed in, and yours to read")
    if after := WHEN_HANDED_IN.get(paper.document):
        after(run, paper)


@action("paper.reopened")
def reopen(run: Run, *, paper: Paper, reason: str) -> Paper:
    """Take a paper up again that was sent for signature or handed in, and say why. Signatures hold until an edit."""
    paper = locked(paper)
    run.require(DOCUMENTS[paper.document].submits, queries.facts_of(paper))
    move = PAPER.move("reopen", paper.state)
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter why it is taken up again"})
    people = _readers(paper) if paper.state == HANDED_IN else set()
    for place in places(queries.signable(paper)):
        if place.status == "signed":
            people |= {p.pk for p in holders(paper.alliance_id, place.office, run.today, paper.authority_id)}
    paper.state = move.target or paper.state
    paper.submitted_at, paper.submitted_by = None, ""
    paper.save()
    _tell(run, paper, people, "reopened", f"{_named(paper)} is taken up again: {reason.strip()}")
    journal(run, paper, f"was {move.done}", reason=reason.strip())
    return paper


def _readers(paper: Paper) -> set[int]:
    """Those who sit in the authority's challenge of the year, and read what it hands in."""
    if not DOCUMENTS[paper.document].reads:
        return set()
    seats = Seat.objects.filter(
        challenge__alliance=paper.alliance_id,
        challenge__authority=paper.authority_id,
        challenge__year=paper.period,
        state__in=TAKEN,
        ended_at=None,
    )
    return set(seats.exclude(role="host").values_list("person", flat=True))


# --- what all share -------------------------------------------------------------------------------------------


def _hashed(paper: Paper) -> None:
    paper.version += 1
    paper.hash = queries.hash_now(paper)
    paper.save()


def _named(paper: Paper) -> str:
    return f"{queries.title_of(paper)}, {paper.authority.name},"


def _section_title(paper: Paper, key: str) -> str:
    found = queries.form_of(paper).section(key)
    return found.title if found else key


def _tell(run: Run, paper: Paper, people: Any, kind: str, sentence: str, at: str = "") -> None:
    sentence = sentence.rstrip(".")[:399] + "."
    run.tell(people, kind, sentence, queries.link_of(paper) + at, paper.alliance.key)

"""Sign-off, whatever is signed: the memorandum, a self-evaluation, a plan. Whose place is filled under which text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concord.charter import Charter
from concord.charter.chapters import Template
from concord.records.models import Alliance, Authority, SignOff
from concord.rules.access import Actor, Facts, Holding
from concord.rules.signing import Answer, Place, place


@dataclass(frozen=True)
class Signable:
    """A text that offices sign: which one it is (``subject``, ``key``), what it says (``hash``), who signs.

    ``offices`` are keys with titles, in the order of the memorandum. ``ability`` is what it takes to sign;
    ``kept_by`` what it takes to record a signature made on paper, and to be told how signing goes. ``closed`` says
    why it is not signed now; empty while it is.
    """

    subject: str
    key: str
    alliance: Alliance
    authority: Authority | None
    hash: str
    offices: Mapping[str, str]
    title: str
    link: str
    ability: str = "document.sign"
    kept_by: str = "document.sign"
    clauses: tuple[str, ...] = ()
    or_equivalent: bool = False
    closed: str = ""

    @property
    def facts(self) -> Facts:
        """Whose it is."""
        authority = self.authority
        return Facts(
            self.alliance.key, authority.pk if authority else None, authority.name if authority else ""
        )


def signatories(charter: Charter, template: Template) -> dict[str, str]:
    """The offices that sign a template’s document, with their titles."""
    return {office: charter.office(office).title for office in template.signed_by}


def places(what: Signable) -> tuple[Place, ...]:
    """The place of each office under a text as it is now. One query."""
    return places_of([what])[what.key]


def places_of(several: Iterable[Signable]) -> dict[str, tuple[Place, ...]]:
    """The places under several texts of one subject, by key. One query, whatever their number."""
    several = list(several)
    if not several:
        return {}
    rows = SignOff.objects.filter(
        subject=several[0].subject,
        subject_key__in=[w.key for w in several],
        alliance__in={w.alliance.pk for w in several},
    )
    kept: dict[tuple[str, int | None], list[Answer]] = {}
    for row in rows:
        kept.setdefault((row.subject_key, row.authority_id), []).append(answer_of(row))
    return {
        w.key: tuple(
            place(office, kept.get((w.key, w.authority.pk if w.authority else None), []), w.key, w.hash)
            for office in w.offices
        )
        for w in several
    }


def answer_of(row: SignOff) -> Answer:
    """A row as the rules read it."""
    return Answer(
        row.office, row.name, row.on, row.how, row.answer, row.reason, row.subject_key, row.hash,
        row.withdrawn_at, row.withdrawn_because,
    )  # fmt: skip


def own_offices(actor: Actor, what: Signable) -> set[str]:
    """The places that the actor fills in person: offices that they hold themselves, not by delegation."""
    return {h.office for h in _signing(actor, what) if h.office in what.offices}


def as_equivalent(actor: Actor, what: Signable) -> Holding | None:
    """The office in which the actor may sign in another’s place: one of the same authority that signs documents
    and has no place of its own under this one."""
    if not what.or_equivalent or own_offices(actor, what):
        return None
    scope = "authority" if what.authority else "alliance"
    return next((h for h in _signing(actor, what) if h.of == scope), None)


def _signing(actor: Actor, what: Signable) -> list[Holding]:
    return [
        h
        for h in actor.holdings
        if what.ability in h.may
        and not h.delegated_by
        and h.alliance == what.alliance.key
        and (what.authority is None or what.authority.pk in h.authorities)
    ]

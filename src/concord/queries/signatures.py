"""Who has signed the memorandum, authority by authority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from concord.queries.memorandum import charter_of, clauses
from concord.queries.sign_offs import Signable, answer_of
from concord.queries.standing import Standing
from concord.records.models import Alliance, Authority, Edition, SignOff
from concord.rules.signing import Answer, Place, complete, place

MEMORANDUM = "memorandum"


@dataclass(frozen=True)
class Signatures:
    """One authority's signatures under an edition: a place for each office that signs, in order."""

    code: str
    name: str
    places: tuple[Place, ...]

    @property
    def complete(self) -> date | None:
        """The day of the last signature, once all offices have signed."""
        return complete(self.places)


def edition_to_sign(alliance: Alliance | int) -> Edition | None:
    """The newest edition that is not revoked, also before it commences; where all are revoked, the newest."""
    editions = Edition.objects.filter(alliance=alliance).select_related("alliance").order_by("commences")
    return editions.filter(revoked__isnull=True).last() or editions.last()


def signable(edition: Edition, authority: Authority) -> Signable:
    """An edition as one authority signs it."""
    charter = charter_of(edition)
    closed = ""
    if edition.revoked:
        closed = f"{edition.title} was revoked on {edition.revoked:%-d %B %Y} and is no longer signed."
    return Signable(
        subject=MEMORANDUM,
        key=edition.key,
        alliance=edition.alliance,
        authority=authority,
        hash=edition.hash,
        offices={office: charter.office(office).title for office in charter.memorandum.signed_by},
        title=edition.title,
        link=f"/alliances/{edition.alliance.key}/signatures/{authority.code}/",
        ability="memorandum.sign",
        kept_by="memorandum.record",
        clauses=clauses(charter, "signature", MEMORANDUM),
        closed=closed,
    )


def board(standing: Standing, edition: Edition) -> list[Signatures]:
    """Every member's signatures under an edition, in two queries whatever their number."""
    offices = charter_of(edition).memorandum.signed_by
    answers: dict[int, list[Answer]] = {}
    for row in SignOff.objects.filter(alliance=standing.id, subject=MEMORANDUM, authority__isnull=False):
        answers.setdefault(row.authority_id or 0, []).append(answer_of(row))
    return [
        Signatures(m.code, m.name, _places(offices, answers.get(m.id, []), edition)) for m in standing.members
    ]


def of_authority(authority: Authority, edition: Edition) -> Signatures:
    """One authority's signatures under an edition; also of an authority that is no longer a member."""
    rows = SignOff.objects.filter(alliance=edition.alliance_id, authority=authority, subject=MEMORANDUM)
    found = [answer_of(row) for row in rows]
    places = _places(charter_of(edition).memorandum.signed_by, found, edition)
    return Signatures(authority.code, authority.name, places)


def _places(offices: Iterable[str], answers: list[Answer], edition: Edition) -> tuple[Place, ...]:
    return tuple(place(office, answers, edition.key, edition.hash) for office in offices)

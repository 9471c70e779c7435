"""The life of the memoranda in the demonstration: signatures, limited participation, a variation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from concord.actions import participation, signatures, variations
from concord.demo.people import Cast
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority

UNSIGNED = {
    ("305", "chief-executive"),
    ("305", "lead-member"),
    ("208", "lead-member"),
    ("319", "chief-executive"),
    ("857", "chief-executive"),
    ("892", "lead-member"),
}
"""Whose signature is still missing: DfE code and office."""
ELECTRONIC = {"202", "210", "211", "831", "891"}
"""Who signed here and not on paper (DfE codes)."""

LIMITED = {"london": ("201", ("L1.1", "L1.3a", "L2.1b", "L2.1c", "L2.1l", "L5"))}
"""Who takes part in a limited way, and in what."""
VARIED = {"london": ("311", ("L2.1d", "L2.1f")), "east-midlands": ("892", ("E2.4",))}
"""With whom a variation is agreed while Ofsted’s judgement of it is inadequate, and what it waives."""

REASONS = {
    "london": "After Ofsted’s judgement the improvement board takes the place of the yearly challenge",
    "east-midlands": "After Ofsted’s judgement the host reports to the improvement board instead",
}


def sign(alliance: Alliance, at: datetime, unsigned: Collection[tuple[str, str]] = UNSIGNED) -> int:
    """Every office that signs signs for every member, but for the unsigned. Returns how many did."""
    edition = alliance.editions.get()
    standing = standing_of(alliance, at.date())
    cast, count = Cast(alliance), 0
    manager = cast.actor("programme-manager", at)
    for n, member in enumerate(standing.members):
        authority = Authority.objects.get(pk=member.id)
        for m, office in enumerate(standing.charter.memorandum.signed_by):
            if (member.code, office) in unsigned:
                continue
            count += 1
            if member.code in ELECTRONIC:
                signatures.sign_memorandum(
                    by=cast.actor(office, at, member.id),
                    at=at,
                    edition=edition,
                    authority=authority,
                    office=office,
                    seen_hash=edition.hash,
                )
                continue
            signatures.record_paper_signature(
                by=manager,
                at=at,
                edition=edition,
                authority=authority,
                office=office,
                name=f"{standing.charter.office(office).title}, {member.name}",
                on=max(edition.commences, member.since) + timedelta(days=7 + n % 20 + 11 * m),
            )
    return count


def limit(alliance: Alliance, at: datetime) -> None:
    """One authority takes part in a limited way."""
    if alliance.key not in LIMITED:
        return
    code, agreed = LIMITED[alliance.key]
    authority = Authority.objects.get(code=code)
    participation.set_participation(
        by=Cast(alliance).actor("director", at, authority.pk),
        at=at,
        alliance=alliance,
        authority=authority,
        level="limited",
        starts=at.date(),
        agreed=agreed,
        note="Numbers of children are very small",
    )


def vary(alliance: Alliance, at: datetime) -> None:
    """The authority proposes a variation, and whoever the charter names agrees a week later."""
    code, commitments = VARIED[alliance.key]
    standing = standing_of(alliance, at.date())
    member = standing.by_code[code]
    cast = Cast(alliance)
    variation = variations.propose_variation(
        by=cast.actor("director", at, member.id),
        at=at,
        alliance=alliance,
        authority=Authority.objects.get(pk=member.id),
        side="authority",
        terms=variations.Terms(
            effect="waive",
            commitments=commitments,
            reason=REASONS[alliance.key],
            starts=at.date(),
            ends=date(at.year + 3, 3, 31),
        ),
    )
    lead = standing.charter.participation.varied_with
    part = member.sub_region if standing.charter.office(lead).of == "sub-region" else ""
    later = at + timedelta(days=7)
    agreeing = cast.actor(lead, later, sub_region=part)
    variations.agree_variation(by=agreeing, at=later, variation=variation)

"""Bringing in the reference tables and an edition of a memorandum."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from django.db.models import Model
from django.utils.text import slugify

import catalogue.reference
from concord import charter as charters
from concord.actions._run import Invalid, Run, action
from concord.charter import Charter, CharterFaults
from concord.records.models import (
    Alliance,
    Authority,
    Body,
    BodyAnswers,
    Edition,
    GssCode,
    Judgement,
    Participation,
    SubRegion,
    SubRegionSpan,
    Succession,
)
from concord.rules import access


def renew(alliance: Alliance) -> None:
    """Give the alliance a new token, so that every process reads its standing and calendar anew."""
    alliance.token = uuid4().hex
    alliance.save(update_fields=["token"])


@action("reference.loaded")
def load_reference(run: Run) -> dict[str, int]:
    """Put in every English authority with its codes, successions and ILACS judgements. Safe to run again.

    Returns how many rows of each kind were new.
    """
    run.require(access.OPERATE)
    tables = catalogue.reference
    new = {
        "authorities": _put(
            [
                Authority(
                    code=r.code, name=r.name, kind=r.kind, region=r.region_name, starts=r.starts, ends=r.ends
                )
                for r in tables.authorities().values()
            ],
            ("code",),
            ("name", "kind", "region", "starts", "ends"),
        )
    }
    ids = dict(Authority.objects.values_list("code", "pk"))
    codes = [
        GssCode(authority_id=ids[c.authority], code=c.gss, starts=c.starts, ends=c.ends)
        for c in tables.gss_codes()
    ]
    steps = [
        Succession(predecessor_id=ids[s.predecessor], successor_id=ids[s.successor], on=s.on)
        for s in tables.successions()
    ]
    new["codes"] = _put(codes, ("authority", "code"), ("starts", "ends"))
    new["successions"] = _put(steps, ("predecessor", "successor"), ("on",))
    new["judgements"] = _put(_judgements(ids), ("authority", "published"), ("source",))
    run.journal("reference", "Loaded the table of English authorities", detail=new)
    return new


def _put(rows: Sequence[Model], unique: tuple[str, ...], changing: tuple[str, ...]) -> int:
    """Insert rows, or bring those that are there up to date; returns how many were new."""
    objects = type(rows[0])._default_manager
    before = objects.count()
    objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=changing)
    return objects.count() - before


def _judgements(ids: dict[str, int]) -> list[Judgement]:
    return [
        Judgement(
            authority_id=ids[j.authority],
            published=j.published,
            framework=j.framework,
            inspected_from=j.inspected_from,
            inspected_to=j.inspected_to,
            overall=j.overall,
            leaders=j.leaders,
            help_and_protection=j.help_and_protection,
            in_care=j.in_care,
            care_leavers=j.care_leavers,
            source="Ofsted, inspection outcomes of children’s services (OGL v3.0)",
        )
        for j in catalogue.reference.judgements()
    ]


def text_hash(text: str) -> str:
    """SHA-256 of the charter file as it was loaded, so that anyone who has the file can check a signature."""
    return hashlib.sha256(text.encode()).hexdigest()


@action("edition.loaded")
def load_edition(run: Run, *, text: str, name: str, demo: bool = False) -> Edition:
    """Bring in an edition from its charter file. The first edition of an alliance founds it with its members.

    A later edition replaces the one in force from its own commencement; who takes part, in which sub-region, is
    then kept as it stands here, and members new in the file join. The same text again changes nothing.
    Raises CharterFaults with every fault of the file, Invalid where the edition does not fit.
    """
    run.require(access.OPERATE)
    charter = charters.load(text, name)
    missing = {m.code for m in charter.members} - set(Authority.objects.values_list("code", flat=True))
    if missing:
        raise Invalid(
            f"{name} names authorities that England’s table does not have: {', '.join(sorted(missing))}"
        )
    alliance, founded = Alliance.objects.get_or_create(
        key=_slug(charter), defaults={"name": charter.memorandum.region, "demo": demo}
    )
    before = alliance.editions.filter(key=charter.key).first()
    hash = text_hash(text)
    if before and before.hash != hash:
        raise Invalid(
            f"{charter.key} was loaded before with another text. A signed edition is never changed: "
            "give the new one a key and a commencement of its own."
        )
    edition = before or _edition(charter, alliance, text, hash)
    _places(charter, alliance)
    _members(charter, alliance)
    renew(alliance)
    run.journal(
        f"edition {edition.key}",
        f"Loaded {edition.title}" + (" and founded the alliance" if founded else ""),
        alliance=alliance.key,
        detail={"hash": hash, "members": len(charter.members), "again": before is not None},
    )
    return edition


def _slug(charter: Charter) -> str:
    return slugify(charter.memorandum.region)


def _edition(charter: Charter, alliance: Alliance, text: str, hash: str) -> Edition:
    memorandum = charter.memorandum
    if other := Edition.objects.filter(key=charter.key).select_related("alliance").first():
        raise Invalid(
            f"{charter.key} is the key of {other.alliance.name}’s memorandum. Give this one a key of its own."
        )
    last = alliance.editions.order_by("-commences").first()
    if last and last.commences >= memorandum.commences:
        raise Invalid(f"{charter.key} commences no later than {last.key}, the edition before it")
    return Edition.objects.create(
        alliance=alliance,
        key=charter.key,
        title=memorandum.title,
        text=text,
        hash=hash,
        commences=memorandum.commences,
        revoked=memorandum.revoked,
        replaces=last,
    )


def _places(charter: Charter, alliance: Alliance) -> None:
    for part in charter.sub_regions:
        SubRegion.objects.get_or_create(alliance=alliance, key=part.key, defaults={"name": part.title})
    ids = dict(Authority.objects.values_list("code", "pk"))
    for found in charter.bodies:
        body, _ = Body.objects.get_or_create(name=found.name)
        for code in found.codes:
            starts = found.starts or charter.memorandum.commences
            BodyAnswers.objects.get_or_create(
                body=body, authority_id=ids[code], starts=starts, defaults={"ends": found.ends}
            )


def _members(charter: Charter, alliance: Alliance) -> None:
    ids = dict(Authority.objects.values_list("code", "pk"))
    parts = {part.key: part for part in alliance.sub_regions.all()}
    known = set(alliance.participations.values_list("authority_id", flat=True))
    for member in charter.members:
        authority = ids[member.code]
        if authority in known:
            continue
        joined = max(member.joins, charter.memorandum.commences)
        if member.leaves and member.leaves < joined:
            continue  # gone before this memorandum began
        Participation.objects.create(
            alliance=alliance, authority_id=authority, level="full", starts=joined, ends=member.leaves
        )
        for span in member.sub_region:
            if span.ends and span.ends < joined:
                continue
            SubRegionSpan.objects.create(
                sub_region=parts[span.key],
                authority_id=authority,
                starts=_first(span.starts, joined),
                ends=span.ends or member.leaves,
            )


def _first(day: date | None, otherwise: date) -> date:
    return day if day and day > otherwise else otherwise


__all__ = ["CharterFaults", "load_edition", "load_reference", "renew"]

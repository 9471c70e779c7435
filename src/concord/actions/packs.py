"""Packs: asked for, put together in the background, kept as they were; a newer one has a new number."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalogue.periods import Period
from concord.actions._queue import later
from concord.actions._run import Invalid, Run, action
from concord.queries import packs as queries
from concord.queries.membership import who_may
from concord.queries.memorandum import clauses
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Pack, Seat
from concord.rules import access
from concord.rules.access import Facts
from concord.rules.packs import CHALLENGE, CONVERSATION, KINDS, LONGEST, OWN, PARTS
from concord.rules.seats import TAKEN

PATIENCE = timedelta(minutes=10)  # after which one that is still not made may be asked for again


@action("pack.asked")
def ask(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    kind: str,
    period: str,
    considered: str = "",
    include: Collection[str] = (),
) -> Pack:
    """Have a pack of a year put together in the background, as the next number.

    For the talk with Ofsted ``considered`` says how the self-evaluation informs it (Markdown). ``include`` are parts
    that the memorandum shares with fewer than the pack, and that the authority itself chooses to put into it.
    Raises Invalid where the first is missing, the year is none, or the last one is still being made.
    """
    if kind not in KINDS:
        raise Invalid("There is no such pack.", {"kind": "Choose a pack"})
    row = KINDS[kind]
    facts = Facts(alliance.key, authority.pk, authority.name, year=period)
    run.require(row.asks, facts)
    Authority.objects.select_for_update(of=("self",), no_key=True).get(pk=authority.pk)
    choices = row.chosen(standing_of(alliance, run.today).rules)
    faults = _faults(kind, period, considered)
    if set(include) - set(choices) or (include and not access.decide(run.by, OWN, facts).allowed):
        faults["include"] = "Only the authority itself puts into its pack what is shared with fewer people"
    if faults:
        raise Invalid("The pack cannot be made as it stands.", faults)
    last = queries.newest(alliance, authority, kind, period)
    if last and last.made_at is None and not last.failed and run.at - last.asked_at < PATIENCE:
        raise Invalid("This pack is being made already. Look again in a minute.")
    made = Pack.objects.create(
        alliance=alliance,
        authority=authority,
        period=period,
        kind=kind,
        challenge=queries.challenge_of(alliance, authority, period) if kind == CHALLENGE else None,
        number=last.number + 1 if last else 1,
        considered=considered.strip(),
        parts=[_empty(part) for part in row.parts if part not in choices or part in include],
        asked_by=run.who[:200],
        asked_at=run.at,
    )
    chosen = [PARTS[part] for part in choices if part in include]
    _journal(run, made, "was asked for" + (f", with: {', '.join(chosen)}" if chosen else ""))
    later("pack", made.pk)
    return made


@action("pack.made")
def keep(
    run: Run,
    *,
    pack: Pack,
    parts: Sequence[Mapping[str, str]],
    files: Mapping[str, bytes],
    failed: str = "",
) -> Pack:
    """Keep the files of a pack under their hashes, and what each part said; or why it could not be made."""
    run.require(access.OPERATE)
    row = Pack.objects.select_for_update(of=("self",)).select_related("alliance", "authority").get(pk=pack.pk)
    if row.made_at is None:  # a job may run again
        row.files = {kind: _stored(row, kind, content) for kind, content in files.items()}
        row.parts, row.failed = list(parts) or row.parts, failed
        row.made_at = None if failed else run.at
        row.save()
        _tell(run, row)
    _journal(run, row, "could not be made" if failed else "was made")
    return row


def _faults(kind: str, period: str, considered: str) -> dict[str, str]:
    faults = {}
    if kind == CONVERSATION and not considered.strip():
        faults["considered"] = "Write how the self-evaluation informs the talk with Ofsted"
    if len(considered) > LONGEST:
        faults["considered"] = f"Write {LONGEST:,} characters or fewer"
    if not _is_year(period):
        faults["period"] = "Choose a year, such as 2026-27"
    return faults


def _empty(part: str) -> dict[str, str]:
    """A part before the pack is made: what it says is not known yet."""
    return {"key": part, "title": PARTS[part], "hash": "", "note": ""}


def _is_year(period: str) -> bool:
    try:
        return Period.parse(period).kind == "year"
    except ValueError:
        return False


def _stored(pack: Pack, kind: str, content: bytes) -> dict[str, str | int]:
    hash = hashlib.sha256(content).hexdigest()
    place = f"packs/{pack.alliance.key}/{pack.authority.code}/{pack.period}"
    name = f"{place}/{pack.kind}-{pack.number}-{hash[:16]}.{kind}"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(content))
    return {"name": name, "size": len(content), "hash": hash}


def _tell(run: Run, row: Pack) -> None:
    """Whoever may ask for it; and, once a challenge pack is made, those who sit in the challenge."""
    standing = standing_of(row.alliance, run.today)
    people = set(who_may(standing, "self-evaluation.write", row.authority_id, of=("authority",)))
    if not row.failed and row.challenge_id:
        seats = Seat.objects.filter(challenge=row.challenge_id, state__in=TAKEN, ended_at=None)
        people |= set(seats.values_list("person", flat=True))
    happened = "could not be made" if row.failed else "is ready to read"
    sentence = f"{KINDS[row.kind].title} {row.period}, {row.authority.name}, number {row.number}, {happened}."
    run.tell(
        people, "pack", sentence[:400], f"/alliances/{row.alliance.key}/packs/{row.pk}/", row.alliance.key
    )


def _journal(run: Run, row: Pack, happened: str) -> None:
    charter = standing_of(row.alliance, run.today).charter
    run.journal(
        f"pack {row.pk}",
        f"{KINDS[row.kind].title} {row.period}, number {row.number}, {row.authority.name}, {happened}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        clauses=clauses(charter, "record", "pack") if row.kind == CONVERSATION else (),
        detail={"files": {kind: it["hash"] for kind, it in row.files.items()}, "failed": row.failed},
    )

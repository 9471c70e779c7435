"""Signatures under the memorandum: in any order, each with its date, declined or withdrawn with a reason."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from concord.actions._run import Invalid, Run, action
from concord.charter import Charter
from concord.queries.membership import who_may
from concord.queries.memorandum import charter_of, clauses
from concord.queries.signatures import MEMORANDUM, of_authority
from concord.queries.standing import standing_of
from concord.records.models import Authority, Edition, SignOff
from concord.rules.access import Facts

SIGN = "memorandum.sign"


@action("memorandum.signed")
def sign_memorandum(
    run: Run, *, edition: Edition, authority: Authority, office: str, seen_hash: str
) -> SignOff:
    """The holder of an office signs exactly the text that they saw (its hash), today.

    Raises Invalid when the text is another by now, when the office has signed, or the actor does not hold it.
    """
    charter = _begin(run, edition, authority, office)
    _as_holder(run, authority, office)
    if seen_hash != edition.hash:
        raise Invalid("The text is not the one that you were shown. Read it again before you sign.")
    _replace(run, edition, authority, office, "signed")
    row = _write(run, edition, authority, office, run.by.name, run.today, "electronic", "signed", "")
    _journal(run, row, charter, f"{charter.office(office).title} signed for {authority.name}")
    _tell_when_complete(run, edition, authority)
    return row


@action("memorandum.declined")
def decline_memorandum(
    run: Run, *, edition: Edition, authority: Authority, office: str, reason: str
) -> SignOff:
    """The holder of an office declines to sign, and says why."""
    charter = _begin(run, edition, authority, office)
    _as_holder(run, authority, office)
    _need_reason(reason)
    _replace(run, edition, authority, office, "declined")
    row = _write(
        run, edition, authority, office, run.by.name, run.today, "electronic", "declined", reason.strip()
    )
    _journal(run, row, charter, f"{charter.office(office).title} declined to sign for {authority.name}")
    _tell_keepers(run, edition, authority, "has declined to sign the memorandum")
    return row


@action("memorandum.withdrawn")
def withdraw_signature(
    run: Run, *, edition: Edition, authority: Authority, office: str, reason: str
) -> SignOff:
    """The holder of an office takes its answer back, and says why. The answer stays in sight."""
    charter = _begin(run, edition, authority, office)
    _as_holder(run, authority, office)
    _need_reason(reason)
    row = _live(edition, authority, office).filter(subject_key=edition.key).first()
    if row is None:
        raise Invalid("There is no signature of this office to withdraw.")
    _withdraw(run, row, reason.strip())
    _journal(run, row, charter, f"{charter.office(office).title} withdrew its answer for {authority.name}")
    _tell_keepers(run, edition, authority, "has withdrawn a signature under the memorandum")
    return row


@action("memorandum.recorded")
def record_paper_signature(
    run: Run, *, edition: Edition, authority: Authority, office: str, name: str, on: date
) -> SignOff:
    """Record a signature made on paper: who signed for the office, and the day beside the name."""
    run.require("memorandum.record", _facts(edition, authority))
    charter = _signing(edition, office)
    faults = {}
    if not name.strip():
        faults["name"] = "Enter the name under the signature"
    if on > run.today:
        faults["on"] = "Enter the day on which it was signed, not one to come"
    if authority.ends and on > authority.ends:
        faults["on"] = f"{authority.name} ended on {authority.ends:%-d %B %Y}: enter a day before that"
    if faults:
        raise Invalid("The signature cannot be recorded as it stands.", faults)
    _replace(run, edition, authority, office, "signed")
    row = _write(run, edition, authority, office, name.strip(), on, "paper", "signed", "")
    _journal(run, row, charter, f"A paper signature was recorded: {row.name}, {authority.name}")
    _tell_when_complete(run, edition, authority)
    return row


def _facts(edition: Edition, authority: Authority) -> Facts:
    return Facts(edition.alliance.key, authority.pk, authority.name)


def _begin(run: Run, edition: Edition, authority: Authority, office: str) -> Charter:
    run.require(SIGN, _facts(edition, authority))
    return _signing(edition, office)


def _signing(edition: Edition, office: str) -> Charter:
    # The edition's row serialises answers, so that one office cannot answer twice at once.
    edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if edition.revoked:
        raise Invalid(f"{edition.title} was revoked on {edition.revoked:%-d %B %Y} and is no longer signed.")
    charter = charter_of(edition)
    if office not in charter.memorandum.signed_by:
        raise Invalid("That office does not sign the memorandum.", {"office": "Choose an office that signs"})
    return charter


def _as_holder(run: Run, authority: Authority, office: str) -> None:
    """Act in that office; a signature cannot be given by delegation."""
    held = [h for h in run.by.holdings if h.office == office and authority.pk in h.authorities]
    own = next((h for h in held if not h.delegated_by), None)
    if own is None:
        raise Invalid(
            "A signature cannot be delegated: the holder of the office signs."
            if held
            else "You do not hold that office, so you cannot answer for it."
        )
    run.holding = own


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})


def _live(edition: Edition, authority: Authority, office: str) -> QuerySet[SignOff]:
    return SignOff.objects.filter(
        alliance=edition.alliance_id,
        authority=authority,
        subject=MEMORANDUM,
        office=office,
        withdrawn_at__isnull=True,
    )


def _replace(run: Run, edition: Edition, authority: Authority, office: str, answer: str) -> None:
    """A new answer under the same text takes the place of another; the same twice is refused."""
    for row in _live(edition, authority, office).filter(subject_key=edition.key):
        if row.answer == answer and row.hash == edition.hash:
            raise Invalid(f"This office {answer} on {row.on:%-d %B %Y} already.")
        _withdraw(run, row, f"Answered anew: {answer}")


def _withdraw(run: Run, row: SignOff, because: str) -> None:
    row.withdrawn_at, row.withdrawn_because = run.at, because
    row.save(update_fields=["withdrawn_at", "withdrawn_because"])


def _write(
    run: Run,
    edition: Edition,
    authority: Authority,
    office: str,
    name: str,
    on: date,
    how: str,
    answer: str,
    reason: str,
) -> SignOff:
    return SignOff.objects.create(
        alliance=edition.alliance,
        authority=authority,
        subject=MEMORANDUM,
        subject_key=edition.key,
        office=office,
        person_id=run.by.person if how == "electronic" else None,
        name=name,
        on=on,
        recorded_at=run.at,
        how=how,
        answer=answer,
        reason=reason,
        hash=edition.hash,
    )


def _journal(run: Run, row: SignOff, charter: Charter, sentence: str) -> None:
    authority = row.authority
    run.journal(
        f"memorandum {row.subject_key}",
        sentence,
        alliance=row.alliance.key,
        authority=authority.code if authority else "",
        clauses=clauses(charter, "signature", MEMORANDUM),
        detail={"office": row.office, "on": row.on.isoformat(), "how": row.how, "hash": row.hash},
    )


def _link(edition: Edition, authority: Authority) -> str:
    return f"/alliances/{edition.alliance.key}/signatures/{authority.code}/"


def _tell_when_complete(run: Run, edition: Edition, authority: Authority) -> None:
    if of_authority(authority, edition).complete:
        _tell_keepers(run, edition, authority, "has signed the memorandum in full")


def _tell_keepers(run: Run, edition: Edition, authority: Authority, what: str) -> None:
    people = who_may(standing_of(edition.alliance, run.today), "memorandum.record")
    run.tell(
        people,
        "signature",
        f"{authority.name} {what}.",
        _link(edition, authority),
        edition.alliance.key,
    )

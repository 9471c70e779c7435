"""What signing off does, inside the action of whoever signs (``sign_offs``; ``signatures`` for the memorandum).

An answer binds exactly the text whose hash it carries. A subject that goes on when everybody has signed says so
with ``when_complete``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet

from concord.actions._run import Invalid, Run
from concord.queries.membership import holders, who_may
from concord.queries.sign_offs import Signable, as_equivalent, own_offices, places
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, SignOff
from concord.rules.signing import complete

LONGEST = SignOff._meta.get_field("name").max_length or 160
WHEN_COMPLETE: dict[str, Callable[[Run, Signable], None]] = {}
_After = Callable[[Run, Signable], None]


def when_complete(subject: str) -> Callable[[_After], _After]:
    """Have a function run, in the same transaction, when the last office has signed a text of a subject."""

    def wrap(function: _After) -> _After:
        WHEN_COMPLETE[subject] = function
        return function

    return wrap


def ask_to_sign(run: Run, what: Signable) -> None:
    """Tell everybody whose place is still empty that the text waits for them, by a letter that leads to it."""
    waiting = [p.office for p in places(what) if p.status != "signed"]
    authority = what.authority.pk if what.authority else None
    people = {
        p.pk for office in waiting for p in holders(what.alliance.pk, office, run.today, authority=authority)
    }
    sentence = f"{what.title} waits for your signature"[:399] + "."
    run.tell(people, "to-sign", sentence, what.link, what.alliance.key, urgent=True)


def signed(run: Run, what: Signable, office: str, seen_hash: str, equivalent: str = "") -> SignOff:
    """The holder of an office signs the text that they saw; or, as ``equivalent``, somebody else who may."""
    _begin(run, what, office)
    name = (
        _as_equivalent(run, what, office, equivalent) if equivalent.strip() else _as_holder(run, what, office)
    )
    if seen_hash != what.hash:
        raise Invalid("The text is not the one that you were shown. Read it again before you sign.")
    _replace(run, what, office, "signed")
    row = _write(run, what, office, name, run.today, "electronic", "signed")
    _journal(run, row, what, f"{what.offices[office]} signed{_for(what)}")
    _go_on(run, what)
    return row


def declined(run: Run, what: Signable, office: str, reason: str) -> SignOff:
    """The holder of an office declines, and says why."""
    _begin(run, what, office)
    name = _as_holder(run, what, office)
    _need_reason(reason)
    _replace(run, what, office, "declined")
    row = _write(run, what, office, name, run.today, "electronic", "declined", reason.strip())
    _journal(run, row, what, f"{what.offices[office]} declined to sign{_for(what)}")
    _tell_keepers(run, what, f"has declined to sign {_named(what)}")
    return row


def withdrawn(run: Run, what: Signable, office: str, reason: str) -> SignOff:
    """The holder of an office takes its answer back, and says why."""
    _begin(run, what, office)
    _as_holder(run, what, office)
    _need_reason(reason)
    row = _live(what, office).first()
    if row is None:
        raise Invalid("There is no signature of this office to withdraw.")
    _take_back(run, row, reason.strip())
    _journal(run, row, what, f"{what.offices[office]} withdrew its answer{_for(what)}")
    _tell_keepers(run, what, f"has withdrawn a signature under {_named(what)}")
    return row


def recorded(run: Run, what: Signable, office: str, name: str, on: date) -> SignOff:
    """A signature made on paper: the name under it, and the day."""
    run.require(what.kept_by, what.facts)
    _open(what, office)
    faults = {}
    if not name.strip():
        faults["name"] = "Enter the name under the signature"
    if len(name.strip()) > LONGEST:
        faults["name"] = f"Enter a name of {LONGEST} characters or fewer"
    if on > run.today:
        faults["on"] = "Enter the day on which it was signed, not one to come"
    ended = what.authority.ends if what.authority else None
    if ended and on > ended and what.authority:
        faults["on"] = f"{what.authority.name} ended on {ended:%-d %B %Y}: enter a day before that"
    if faults:
        raise Invalid("The signature cannot be recorded as it stands.", faults)
    _replace(run, what, office, "signed")
    row = _write(run, what, office, name.strip(), on, "paper", "signed")
    whose = f", {what.authority.name}" if what.authority else ""
    _journal(run, row, what, f"A paper signature was recorded: {row.name}{whose}")
    _go_on(run, what)
    return row


def _begin(run: Run, what: Signable, office: str) -> None:
    run.require(what.ability, what.facts)
    _open(what, office)


def _open(what: Signable, office: str) -> None:
    # The row of whoever signs serialises answers, so that one office cannot answer twice at once.
    if what.authority is not None:
        Authority.objects.select_for_update(of=("self",), no_key=True).get(pk=what.authority.pk)
    else:
        Alliance.objects.select_for_update(of=("self",), no_key=True).get(pk=what.alliance.pk)
    if what.closed:
        raise Invalid(what.closed)
    if office not in what.offices:
        raise Invalid(f"That office does not sign {_named(what)}.", {"office": "Choose an office that signs"})


def _as_holder(run: Run, what: Signable, office: str) -> str:
    """Act in that office; a signature cannot be given by delegation. Returns the name that stands under it."""
    authority = what.authority.pk if what.authority else None
    held = [
        h
        for h in run.by.holdings
        if h.office == office
        and h.alliance == what.alliance.key
        and (authority is None or authority in h.authorities)
    ]
    own = next((h for h in held if not h.delegated_by), None)
    if own is None:
        raise Invalid(
            "A signature cannot be delegated: the holder of the office signs."
            if held
            else "You do not hold that office, so you cannot answer for it."
        )
    run.holding = own
    return run.by.name


def _as_equivalent(run: Run, what: Signable, office: str, equivalent: str) -> str:
    """Somebody else of the authority who signs documents, in an office that is named; one person, one place."""
    if not what.or_equivalent:
        raise Invalid("The memorandum wants the holder of this office itself.")
    if own_offices(run.by, what):
        raise Invalid("Your signature has a place of its own; somebody else signs in this one.")
    holding = as_equivalent(run.by, what)
    if holding is None:
        raise Invalid("Only somebody who signs documents for the same authority can sign in this place.")
    if any(_live(what, o).filter(person=run.by.person).exists() for o in what.offices if o != office):
        raise Invalid("You have signed in another place; one person fills one.")
    run.holding = holding
    return f"{run.by.name}, {equivalent.strip()}"[:LONGEST]


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})


def _live(what: Signable, office: str) -> QuerySet[SignOff]:
    return SignOff.objects.filter(
        alliance=what.alliance,
        authority=what.authority,
        subject=what.subject,
        subject_key=what.key,
        office=office,
        withdrawn_at__isnull=True,
    )


def _replace(run: Run, what: Signable, office: str, answer: str) -> None:
    """A new answer takes the place of another; the same answer under the same text is refused."""
    for row in _live(what, office):
        if row.answer == answer and row.hash == what.hash:
            raise Invalid(f"This office {answer} on {row.on:%-d %B %Y} already.")
        _take_back(run, row, f"Answered anew: {answer}")


def _take_back(run: Run, row: SignOff, because: str) -> None:
    row.withdrawn_at, row.withdrawn_because = run.at, because
    row.save(update_fields=["withdrawn_at", "withdrawn_because"])


def _write(
    run: Run, what: Signable, office: str, name: str, on: date, how: str, answer: str, reason: str = ""
) -> SignOff:
    return SignOff.objects.create(
        alliance=what.alliance,
        authority=what.authority,
        subject=what.subject,
        subject_key=what.key,
        office=office,
        person_id=run.by.person if how == "electronic" else None,
        name=name,
        on=on,
        recorded_at=run.at,
        how=how,
        answer=answer,
        reason=reason,
        hash=what.hash,
    )


def _named(what: Signable) -> str:
    return "the memorandum" if what.subject == "memorandum" else f"“{what.title}”"


def _for(what: Signable) -> str:
    whose = f" for {what.authority.name}" if what.authority else ""
    return whose if what.subject == "memorandum" else f"{whose}: {what.title}"


def _journal(run: Run, row: SignOff, what: Signable, sentence: str) -> None:
    run.journal(
        f"{what.subject} {what.key}",
        sentence[:400],
        alliance=what.alliance.key,
        authority=what.authority.code if what.authority else "",
        clauses=what.clauses,
        detail={"office": row.office, "on": row.on.isoformat(), "how": row.how, "hash": row.hash},
    )


def _go_on(run: Run, what: Signable) -> None:
    """When everybody has signed: tell those who keep the text, and let its subject take the next step."""
    if not complete(places(what)):
        return
    _tell_keepers(run, what, f"has signed {_named(what)} in full")
    if after := WHEN_COMPLETE.get(what.subject):
        after(run, what)


def _tell_keepers(run: Run, what: Signable, happened: str) -> None:
    authority = what.authority.pk if what.authority else None
    people = who_may(standing_of(what.alliance, run.today), what.kept_by, authority)
    who = what.authority.name if what.authority else what.alliance.name
    run.tell(people, "signature", f"{who} {happened}."[:400], what.link, what.alliance.key)

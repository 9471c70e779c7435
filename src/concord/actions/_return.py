"""What every action on a return shares: the row begun and locked, its text, who is told, what is journalled."""

from __future__ import annotations

from typing import Any

from catalogue.periods import Period
from concord.actions._run import Invalid, Run
from concord.queries import membership
from concord.queries import returns as reading
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.records.models import Alliance, Authority, Return
from concord.rules.access import Facts
from concord.rules.returns import RETURN

LONGEST = 4000  # characters of a question, an answer or a reason


def facts_of(alliance: Alliance, authority: Authority, dataset: str) -> Facts:
    """Whose return the policy is asked about."""
    return Facts(alliance.key, authority.pk, authority.name, dataset)


def locked(ret: Return) -> Return:
    """The return as it is now, for this transaction alone."""
    return (
        Return.objects.select_for_update(of=("self",)).select_related("alliance", "authority").get(pk=ret.pk)
    )


def title_of(standing: Standing, ret: Return) -> str:
    """Dataset and period in words."""
    return f"{standing.charter.dataset(ret.dataset).title}, {Period.parse(ret.period).label}"


def journal(run: Run, ret: Return, sentence: str, **detail: Any) -> None:
    """Journal the action once, with the clauses that the return serves."""
    standing = standing_of(ret.alliance, run.today)
    run.journal(
        f"return {ret.pk}",
        f"{sentence}: {ret.authority.name}, {title_of(standing, ret)}"[:400],
        alliance=ret.alliance.key,
        authority=ret.authority.code,
        clauses=[c.id for c in reading.commitments(standing.charter, ret.dataset)],
        detail=detail,
    )


def tell_authority(run: Run, ret: Return, kind: str, sentence: str, urgent: bool = False) -> None:
    """Tell those who return for the authority."""
    charter = standing_of(ret.alliance, run.today).charter
    people = {
        p.pk
        for office in reading.returning_offices(charter, ret.dataset)
        for p in membership.holders(ret.alliance_id, office, run.today, ret.authority_id)
    }
    run.tell(people, kind, sentence[:400], reading.link(ret), ret.alliance.key, urgent)


def tell_collator(run: Run, ret: Return, kind: str, sentence: str) -> None:
    """Tell whoever collates the dataset."""
    office = standing_of(ret.alliance, run.today).charter.dataset(ret.dataset).collated_by
    people = [p.pk for p in membership.holders(ret.alliance_id, office, run.today)]
    run.tell(people, kind, sentence[:400], reading.link(ret), ret.alliance.key)


def begun(
    run: Run, alliance: Alliance, authority: Authority, dataset: str, period: str
) -> tuple[Return, MemberNow]:
    """The return, made where there was none, and its authority as a member. Raises Invalid where none is asked for."""
    try:
        when = Period.parse(period)
        use = standing_of(alliance, run.today).charter.dataset(dataset)
    except (ValueError, KeyError):
        raise Invalid("The memorandum asks for no such return.") from None
    if when.kind != use.every or when.key != period:
        raise Invalid(f"{use.title} is returned every {use.every}, so {period} is not one of its periods.")
    if run.today <= when.end:
        raise Invalid(f"{when.label.capitalize()} has not ended yet. It can be returned from the day after.")
    member = standing_of(alliance, when.end).by_id.get(authority.pk)
    if member is None:
        raise Invalid(f"{authority.name} was not a member at the end of {when.label}.")
    ret, _ = Return.objects.get_or_create(
        alliance=alliance,
        authority=authority,
        dataset=dataset,
        period=period,
        defaults={
            "edition": standing_of(alliance, run.today).edition,
            "dataset_version": reading.dataset_version(dataset),
            "state": RETURN.first,
            "opened_at": run.at,
        },
    )
    return ret, member


def kept_text(text: str, field: str, ask: str = "", needed: bool = True) -> str:
    """A question, an answer or a reason as it is kept. Raises Invalid when it is missing or too long."""
    text = text.replace("\x00", "").strip()
    if needed and not text:
        raise Invalid(f"{ask}.", {field: ask})
    if len(text) > LONGEST:
        raise Invalid(
            f"Write {LONGEST:,} characters or fewer.", {field: f"Shorten this to {LONGEST:,} characters"}
        )
    return text

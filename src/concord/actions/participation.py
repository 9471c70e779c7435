"""How far an authority takes part: it joins, declines, limits or leaves, each from a day. None is compelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from concord.actions._run import Invalid, Run, action
from concord.actions.editions import renew
from concord.charter import Charter
from concord.queries.membership import who_may
from concord.queries.memorandum import clauses
from concord.queries.participation import LEVELS
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Participation, SubRegion, SubRegionSpan
from concord.rules.access import Facts

DAY = timedelta(days=1)


@action("participation.set")
def set_participation(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    level: str,
    starts: date,
    agreed: Iterable[str] = (),
    note: str = "",
) -> Participation:
    """From a day the authority takes part fully, in named commitments only, not at all, or has left.

    The span before ends the day before and is kept. A change that has not begun yet is replaced. ``agreed`` are
    clause ids, for “limited”. Raises Invalid with the field to mend.
    """
    alliance = Alliance.objects.select_for_update().get(pk=alliance.pk)
    run.require("participation.set", Facts(alliance.key, authority.pk, authority.name))
    standing = standing_of(alliance, run.today)
    chosen = _agreed(standing.charter, level, agreed)
    _lives(authority, level, starts)
    _make_room(alliance, authority, starts, run.today)
    span = Participation.objects.create(
        alliance=alliance, authority=authority, level=level, starts=starts, agreed=chosen, note=note.strip()
    )
    renew(alliance)
    sentence = f"{authority.name} {LEVELS[level]} from {starts:%-d %B %Y}"
    run.journal(
        f"participation {alliance.key}/{authority.code}",
        sentence,
        alliance=alliance.key,
        authority=authority.code,
        clauses=clauses(standing.charter, "record", "participation"),
        detail={"level": level, "starts": starts.isoformat(), "agreed": chosen, "note": note.strip()},
    )
    run.tell(
        who_may(standing, "participation.set", authority.pk),
        "participation",
        f"{sentence}.",
        f"/alliances/{alliance.key}/members/{authority.code}/about/",
        alliance.key,
    )
    return span


def _agreed(charter: Charter, level: str, agreed: Iterable[str]) -> list[str]:
    allowed = {*charter.participation.levels, "left"}
    if level not in allowed:
        raise Invalid(
            "The memorandum knows no such level.", {"level": "Choose how far the authority takes part"}
        )
    if level != "limited":
        return []
    owed = [c.id for c in charter.commitments if c.owed_by == "authority"]
    chosen = set(agreed)
    if unknown := sorted(chosen - set(owed)):
        raise Invalid(
            f"Not commitments of an authority: {', '.join(unknown)}.",
            {"agreed": "Choose commitments from the list"},
        )
    if not chosen:
        raise Invalid(
            "A limited part names at least one commitment.",
            {"agreed": "Choose what the authority agrees to, or that it does not take part"},
        )
    return [i for i in owed if i in chosen]


def _lives(authority: Authority, level: str, starts: date) -> None:
    if level in ("full", "limited") and authority.ends and starts > authority.ends:
        raise Invalid(
            f"{authority.name} ended on {authority.ends:%-d %B %Y}.",
            {"starts": f"Enter a day up to {authority.ends:%-d %B %Y}"},
        )
    if starts < authority.starts:
        raise Invalid(
            f"{authority.name} began on {authority.starts:%-d %B %Y}.",
            {"starts": f"Enter a day from {authority.starts:%-d %B %Y}"},
        )


def _make_room(alliance: Alliance, authority: Authority, starts: date, today: date) -> None:
    """Take back a change that has not begun, and end the span that runs, the day before."""
    spans = list(Participation.objects.filter(alliance=alliance, authority=authority).order_by("starts"))
    if spans and spans[-1].starts > today:
        spans.pop().delete()
    if not spans:
        return
    last = spans[-1]
    if starts <= last.starts:
        raise Invalid(
            f"What is recorded now began on {last.starts:%-d %B %Y}; the past is kept.",
            {"starts": f"Enter a day after {last.starts:%-d %B %Y}"},
        )
    if last.ends is None or last.ends >= starts:
        last.ends = starts - DAY
        last.save(update_fields=["ends"])


@action("sub_region.moved")
def move_sub_region(
    run: Run, *, alliance: Alliance, authority: Authority, sub_region: SubRegion, starts: date
) -> SubRegionSpan:
    """From a day the authority belongs to another sub-region. Its past stays where it was."""
    alliance = Alliance.objects.select_for_update().get(pk=alliance.pk)
    run.require("edition.manage", Facts(alliance.key, authority.pk, authority.name))
    if sub_region.alliance_id != alliance.pk:
        raise Invalid("That sub-region is another alliance’s.", {"sub_region": "Choose a sub-region"})
    spans = SubRegionSpan.objects.filter(authority=authority, sub_region__alliance=alliance)
    last = spans.order_by("starts").select_related("sub_region").last()
    if last and last.sub_region_id == sub_region.pk and last.ends is None:
        raise Invalid(
            f"{authority.name} is in {sub_region.name} already.", {"sub_region": "Choose another sub-region"}
        )
    if last and starts <= last.starts:
        raise Invalid(
            f"It has been in {last.sub_region.name} since {last.starts:%-d %B %Y}; the past is kept.",
            {"starts": f"Enter a day after {last.starts:%-d %B %Y}"},
        )
    if last and (last.ends is None or last.ends >= starts):
        last.ends = starts - DAY
        last.save(update_fields=["ends"])
    span = SubRegionSpan.objects.create(sub_region=sub_region, authority=authority, starts=starts)
    renew(alliance)
    run.journal(
        f"participation {alliance.key}/{authority.code}",
        f"{authority.name} belongs to {sub_region.name} from {starts:%-d %B %Y}",
        alliance=alliance.key,
        authority=authority.code,
        detail={"sub_region": sub_region.key, "starts": starts.isoformat()},
    )
    return span

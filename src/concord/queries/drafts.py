"""What a period asks of each member, and what a release of it would hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from catalogue.model import Indicator
from catalogue.periods import Period
from catalogue.workingdays import CalendarEnds
from concord.queries import returns
from concord.queries.duties import TAKING_PART, setting_of
from concord.queries.published import populations
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.records.models import Alliance, Release, ReleaseFigure, Return, Submission
from concord.rules import releases as rules
from concord.rules.figures import Amount, with_denominators
from concord.rules.obligations import obligations
from concord.rules.returns import from_json, is_accepted, is_sent

_REACH = timedelta(days=150)  # from a period’s end to the latest day on which its return can be due


@dataclass(frozen=True, slots=True)
class Asked:
    """What a period asks of one member. ``spared`` is “waived”, “not-taking-part” or, where it is asked, nothing."""

    due: date | None
    spared: str = ""

    def late(self, day: date) -> bool:
        """Whether what is asked was due before a day."""
        return not self.spared and self.due is not None and self.due < day


def asked_of(alliance: Alliance, dataset: str, period: Period, day: date) -> dict[str, Asked]:
    """What a dataset’s period asks of each member, by DfE code, as known on a day. No query but the setting’s.

    It follows from participation and agreed variations; members are those at the period’s end.
    """
    standing = standing_of(alliance, day)
    ids = {c.id for c in returns.commitments(standing.charter, dataset)}
    setting = setting_of(alliance, day, period.end, period.end + _REACH)
    # What has happened is looked up in the returns themselves: here only who is asked, and by when.
    found = obligations(
        setting.charter,
        setting.parties,
        setting.occurrences,
        {},
        setting.waivers,
        day,
        only=lambda c: c.id in ids,
    )
    owed = {d.party.key: d for d in found if d.party.kind == "authority" and d.period == period.key}
    due = due_on(standing, dataset, period)
    asked = {}
    for member in standing_of(alliance, period.end).members:
        duty = owed.get(member.code)
        if (
            member.level not in TAKING_PART
            or (owed and duty is None)
            or (duty and duty.state == "not-agreed")
        ):
            asked[member.code] = Asked(None, "not-taking-part")
        elif duty and duty.state == "waived":
            asked[member.code] = Asked(duty.due, "waived")
        else:
            asked[member.code] = Asked(duty.due if duty else due)
    return asked


def due_on(standing: Standing, dataset: str, period: Period) -> date | None:
    """The day on which the memorandum wants a period’s returns; None beyond the known bank holidays."""
    try:
        return returns.due_on(standing.charter, dataset, period)
    except CalendarEnds:
        return None


@dataclass(frozen=True, slots=True)
class Draft:
    """A release before it is made: its figures, where every member stands, and what would change."""

    indicators: tuple[Indicator, ...]
    members: Mapping[str, MemberNow]
    included: tuple[rules.Included, ...]
    standing: Mapping[str, str]
    rows: list[rules.FigureRow]
    before: Release | None
    changes: list[dict[str, Any]]

    @property
    def number(self) -> int:
        """The number that it would get."""
        return self.before.number + 1 if self.before else 1

    @property
    def taken_out(self) -> tuple[str, ...]:
        """Members whose figures the release before held, and this one would not."""
        held = {c["authority"] for c in self.changes if c["after"] is None}
        return tuple(self.members[code].name for code in sorted(held - {p.code for p in self.included}))


def draft(alliance: Alliance, dataset: str, period: Period, day: date) -> Draft:
    """What would be released of a dataset and period today: every accepted return. Seven queries at most."""
    indicators = returns.asked(standing_of(alliance, day).charter, dataset)
    members = standing_of(alliance, period.end).by_code
    asked = asked_of(alliance, dataset, period, day)
    states, accepted = _accepted(alliance, dataset, period)
    children = populations(accepted, up_to=period.end.year)
    included, where = [], {}
    for code, member in members.items():
        where[code] = _where(states.get(code), asked[code], day)
        if code in accepted:
            status, amounts = accepted[code]
            population = children[code].children if code in children else None
            whole = with_denominators(indicators, amounts, population)
            included.append(rules.Included(code, member.sub_region, status, whole))
    rows = rules.figure_rows(indicators, included)
    made = Release.objects.filter(alliance=alliance, dataset=dataset, period=period.key)
    before = made.order_by("number").last()
    changes = rules.changes(_rows_of(before), rows) if before else []
    return Draft(indicators, members, tuple(included), where, rows, before, changes)


def _accepted(
    alliance: Alliance, dataset: str, period: Period
) -> tuple[dict[str, str], dict[str, tuple[str, dict[str, Amount]]]]:
    """The state of every return begun, and the status and amounts of those accepted, by DfE code."""
    found = Return.objects.filter(alliance=alliance, dataset=dataset, period=period.key)
    states = dict(found.values_list("authority__code", "state"))
    sent = Submission.objects.filter(part_of__in=found).order_by("number")
    newest = {
        code: (status, lines)
        for code, status, lines in sent.values_list("part_of__authority__code", "status", "lines")
    }
    return states, {
        code: (newest[code][0], from_json(newest[code][1]))
        for code, state in states.items()
        if is_accepted(state)
    }


def _where(state: str | None, asked: Asked, day: date) -> str:
    if is_accepted(state):
        return "released"
    if is_sent(state):
        return "unaccepted"
    return asked.spared or ("late" if asked.late(day) else "awaited")


def _rows_of(release: Release) -> Iterable[rules.FigureRow]:
    fields = (
        "authority__code",
        "indicator",
        "numerator",
        "denominator",
        "missing",
        "status",
        "fifth",
        "rank",
    )
    for code, id, over, under, missing, *rest in ReleaseFigure.objects.filter(release=release).values_list(
        *fields
    ):
        yield rules.FigureRow(code, id, Amount(over, under, missing), *rest)

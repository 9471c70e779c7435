"""Reading looks back: whose turn it is, in which window, and what was checked and found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils import timezone

from catalogue.workingdays import CalendarEnds, add_working_days, is_working_day
from concord.charter import Charter, chapters
from concord.charter.schema import Commitment
from concord.queries.granted import granted
from concord.queries.standing import Standing, on, parsed
from concord.records.models import Checked, FollowUp, Paper, Person, Plan, Seat, Tenure
from concord.rules.access import Actor, Facts
from concord.rules.follow_ups import FOLLOW_UP, OUTCOMES, OVER, REPORTS, REVIEWS, done_words, standing_words
from concord.rules.seats import TAKEN

SETS_UP = "challenge.arrange or sit lead triad"
"""What it takes to set up by hand the look back that follows a concern."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look back in a list or on its page, with its rule in the charter."""

    row: FollowUp
    rule: chapters.FollowUp
    day: date

    @property
    def label(self) -> str:
        """Its state in words."""
        return FOLLOW_UP.states[self.row.state]

    @property
    def timing(self) -> str:
        """Early, in time or late: of the report once it was sent, of today until then."""
        row = self.row
        if row.reported_at:
            return done_words(row.opens, row.due, timezone.localdate(row.reported_at))
        return standing_words(row.opens, row.due, self.day)

    @property
    def late(self) -> bool:
        """Whether it is late, or came late."""
        return self.timing.endswith("late")

    @property
    def outcome(self) -> str:
        """What the review found, in words."""
        return OUTCOMES.get(self.row.outcome, "")

    @property
    def last_working_day(self) -> date | None:
        """The working day before the last day of the window, where that is a weekend or a bank holiday."""
        try:
            return None if is_working_day(self.row.due) else add_working_days(self.row.due, -1)
        except CalendarEnds:
            return None  # bank holidays of that year are not known yet


@dataclass(frozen=True, slots=True)
class LookPage:
    """One look back, whole; ``people`` are those to whom it may be handed."""

    look: Look
    checked: tuple[Checked, ...]
    people: tuple[tuple[Person, str], ...]
    clause: Commitment | None


def charter_of(row: FollowUp) -> Charter:
    """The charter under whose edition the challenge or plan was made."""
    source = row.plan or row.challenge
    assert source is not None  # noqa: S101  one of them is always there
    return parsed(source.edition.hash, source.edition_id)


def rule_of(row: FollowUp) -> chapters.FollowUp:
    """Its rule in that charter."""
    return next(f for f in charter_of(row).follow_ups if f.key == row.key)


def set_off_by(charter: Charter, trigger: str) -> Iterator[tuple[chapters.FollowUp, Commitment]]:
    """The looks back that something sets off, each with the commitment that says when."""
    for rule in charter.follow_ups:
        for commitment in charter.commitments:
            if commitment.clause == rule.clause and trigger in commitment.after and commitment.due:
                yield rule, commitment


def ability(rule: chapters.FollowUp, who: str) -> str:
    """What it takes to report, to review, or to do either’s part; the host’s own director acts without a seat."""
    reviews = "sit " + " ".join(rule.reviewed_by)
    reports = f"sit {rule.reported_by} or self-evaluation.submit"
    return reviews if who == REVIEWS else reports if who == REPORTS else f"{reviews} or {reports}"


_WITH = (
    "alliance",
    "authority",
    "challenge__edition",
    "plan__edition",
    "plan__alliance",
    "paper",
    "delegate",
)


def follow_up_of(alliance: str, number: int) -> FollowUp:
    """A look back with what it is about. Raises Http404."""
    found = FollowUp.objects.filter(alliance__key=alliance, pk=number).select_related(*_WITH).first()
    if found is None:
        raise Http404("There is no such look back in this alliance.")
    return found


def waiting_for(paper: Paper) -> FollowUp | None:
    """The look back that waits for a paper: of its authority and year, and on its template.

    None waits for a paper that is the report of one already, and was taken up again.
    """
    return None if FollowUp.objects.filter(paper=paper).exists() else _waiting(paper)


def another_waits(paper: Paper) -> bool:
    """Whether a paper is the report of one look back, and another of its year and template waits for its own."""
    return FollowUp.objects.filter(paper=paper).exists() and _waiting(paper) is not None


def _waiting(paper: Paper) -> FollowUp | None:
    rows = FollowUp.objects.filter(
        alliance=paper.alliance_id, authority=paper.authority_id, state=FOLLOW_UP.first
    ).select_related(*_WITH)
    fits = (r for r in rows if rule_of(r).template == paper.template and year_of(r) == paper.period)
    return next((r for r in fits if paper.challenge_id in (None, r.challenge_id)), None)


def year_of(row: FollowUp) -> str:
    """The year of the challenge or plan that it is about."""
    if row.challenge:
        return row.challenge.year
    return row.plan.period if row.plan else ""


def link_of(row: FollowUp) -> str:
    """The address of its page."""
    return f"/alliances/{row.alliance.key}/follow-ups/{row.pk}/"


def facts_of(row: FollowUp) -> Facts:
    """What the policy needs to know of it."""
    return Facts(
        row.alliance.key,
        row.authority_id,
        row.authority.name,
        year=year_of(row),
        challenge=row.challenge_id or 0,
    )


def facts_of_follow_up(alliance: str, number: int, **_: Any) -> Facts:
    """The same, from an address."""
    return facts_of(follow_up_of(alliance, number))


def rows_for(actor: Actor, standing: Standing) -> list[Look]:
    """The looks back that somebody may see: those that wait first, soonest first. One query."""
    mine = granted(actor, "see follow-up", standing.key, challenge="challenge")
    rows = FollowUp.objects.filter(mine).select_related(*_WITH).order_by("due", "authority__name")
    found = [Look(row, rule_of(row), standing.day) for row in rows]
    return sorted(found, key=lambda look: look.row.state == OVER)


def looks_at(plan: Plan, day: date) -> tuple[Look, ...]:
    """The looks back at a plan, soonest first. One query."""
    rows = FollowUp.objects.filter(plan=plan).select_related(*_WITH).order_by("due")
    return tuple(Look(row, rule_of(row), day) for row in rows)


def page_of(row: FollowUp, day: date) -> LookPage:
    """Everything on its page. Three queries."""
    look = Look(row, rule_of(row), day)
    clause = next((c for c in charter_of(row).commitments if c.clause == look.rule.clause), None)
    people = tuple(may_check(row, look.rule, day)) if look.rule.delegated_to else ()
    return LookPage(look, tuple(Checked.objects.filter(follow_up=row)), people, clause)


def may_check(row: FollowUp, rule: chapters.FollowUp, day: date) -> Iterator[tuple[Person, str]]:
    """To whom a look back may be handed, with their office or part.

    Those of the host authority who hold an office that the charter names, and everybody who took a seat in the
    challenge besides its directors: they have declared their conflicts.
    """
    charter = charter_of(row)
    held = Tenure.objects.filter(
        on(day),
        alliance=row.alliance_id,
        authority=row.authority_id,
        office__in=rule.delegated_to,
        person__is_active=True,
    )
    found: dict[int, tuple[Person, str]] = {}
    for tenure in held.select_related("person").order_by("office", "pk"):
        title = f"{charter.office(tenure.office).title}, {row.authority.name}"
        found.setdefault(tenure.person_id, (tenure.person, title))
    if row.challenge_id:
        directors = (rule.reported_by, *rule.reviewed_by)
        seats = Seat.objects.filter(challenge=row.challenge_id, state__in=TAKEN, ended_at=None)
        for seat in seats.exclude(role__in=directors).select_related("person", "authority").order_by("pk"):
            place = f", {seat.authority.name}" if seat.authority else ""
            found.setdefault(seat.person_id, (seat.person, f"{seat.role.capitalize()} of the team{place}"))
    yield from found.values()

"""A year of the memorandum in the demonstration: what its charter says of it, and how its groups are formed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from catalogue.periods import Period
from catalogue.workingdays import add_working_days
from concord.actions import rounds
from concord.charter import Charter
from concord.charter.calendar import Occurrence, occurrences
from concord.charter.schema import Evidence
from concord.demo.memorandum import LIMITED, VARIED
from concord.demo.people import Cast
from concord.demo.play import Step, moment
from concord.queries.rounds import places
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.records.models import Alliance, Round, SubRegion
from concord.rules.access import Actor

Do = Callable[[datetime], None]


@dataclass(frozen=True)
class Year:
    """One cycle of an alliance. ``first``: the register of those who challenge is begun in it."""

    alliance: Alliance
    year: Period
    first: bool = True

    @cached_property
    def standing(self) -> Standing:
        """How the alliance stands when the cycle begins."""
        return standing_of(self.alliance, self.year.start + timedelta(days=10))

    @property
    def charter(self) -> Charter:
        """The memorandum of the cycle."""
        return self.standing.charter

    @property
    def members(self) -> list[MemberNow]:
        """Those who are challenged, place by place."""
        limited = LIMITED.get(self.alliance.key, ("", ()))[0]  # by then, who takes part in the figures alone
        return [m for place in places(self.standing) for m in place.members if m.code != limited]

    @cached_property
    def waived(self) -> frozenset[str]:
        """DfE codes of those whose challenge a variation waives when the writing begins."""
        chapter = self.charter.challenge
        clause = self.charter.commitment(chapter.clause).id if chapter else ""
        code, clauses = VARIED.get(self.alliance.key, ("", ()))
        return frozenset({code} if clause in clauses else ())

    def window(self, wanted: Callable[[Evidence], bool]) -> Occurrence | None:
        """When a yearly duty of this cycle falls due, found by what discharges it."""
        found = occurrences(self.charter, self.year.start, self.year.end + timedelta(days=120))
        mine = (o for o in found if o.commitment.owed_by == "authority" and o.period == self.year.key)
        return next((o for o in mine if wanted(o.commitment.met_by)), None)

    def template(self, document: str) -> str:
        """The charter's template for a kind of document, or nothing."""
        return next((t.key for t in self.charter.templates if t.document == document), "")

    @cached_property
    def writing(self) -> Occurrence:
        """When self-evaluations are written."""
        key = self.template("self-evaluation")
        found = self.window(lambda met: met.of == key)
        if found is None:
            raise LookupError(f"{self.charter.key} sets no time for the self-evaluation")
        return found

    @cached_property
    def meeting(self) -> Occurrence:
        """When the conversations are held."""
        record = self.template("challenge-record")
        found = self.window(lambda met: met.of in ("converse", record))
        if found is None:
            raise LookupError(f"{self.charter.key} sets no time for the challenge")
        return found

    def groups(self) -> Iterator[Step]:
        """Whoever forms the groups does so three weeks after the writing begins, and agrees them a week later."""
        chapter = self.charter.challenge
        by_part = chapter is not None and chapter.within == "sub-region"
        day = self.writing.opens + timedelta(days=10)
        for number, key in enumerate(self.standing.sub_regions if by_part else ("",)):
            yield Step(moment(add_working_days(day, 1 + number), 30), 5, self._proposing(key))
            yield Step(moment(add_working_days(day, 5 + number), 30), 5, self._agreeing(key))

    def former(self, at: datetime, sub_region: str) -> Actor:
        """Who forms the groups: of a sub-region, or of the whole."""
        office = self.charter.challenge.formed_by if self.charter.challenge else ""
        of = self.charter.office(office).of
        return Cast(self.alliance).actor(office, at, sub_region=sub_region if of == "sub-region" else "")

    def _proposing(self, key: str) -> Do:
        def propose(at: datetime) -> None:
            part = SubRegion.objects.filter(alliance=self.alliance, key=key).first()
            by, year = self.former(at, key), self.year.key
            rounds.propose(by=by, at=at, alliance=self.alliance, year=year, sub_region=part)

        return propose

    def _agreeing(self, key: str) -> Do:
        def agree(at: datetime) -> None:
            part = SubRegion.objects.filter(alliance=self.alliance, key=key).first()
            row = Round.objects.get(alliance=self.alliance, year=self.year.key, sub_region=part)
            rounds.agree(by=self.former(at, key), at=at, round=row, seen_version=row.version)

        return agree

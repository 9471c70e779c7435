"""Who acts for an authority in a year that is played, and how they write, hand in and sign."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from concord.actions import challenges, papers, sign_offs
from concord.demo.people import Cast
from concord.demo.texts import written
from concord.demo.year import Do, Year
from concord.queries import papers as paper_queries
from concord.queries.authorities import latest_judgements
from concord.queries.membership import actor_of
from concord.queries.sign_offs import Signable
from concord.queries.standing import MemberNow
from concord.records.models import Authority, Challenge, Paper, Person
from concord.rules.access import Actor
from concord.rules.challenge import CHALLENGE


@dataclass(frozen=True)
class Hands:
    """One authority in one cycle. Days are its own, by its place in the list."""

    of: Year
    member: MemberNow
    number: int
    meets: bool = True

    @cached_property
    def authority(self) -> Authority:
        """The row."""
        return Authority.objects.get(pk=self.member.id)

    def _actor(self, office: str, at: datetime) -> Actor:
        return Cast(self.of.alliance).actor(office, at, self.member.id)

    def _sections(
        self,
        by: Actor,
        paper: Paper,
        kind: str,
        at: datetime,
        only: Iterable[str] = (),
        *,
        ready: bool = True,
    ) -> None:
        own = self._grade(at)
        for section in paper_queries.form_of(paper).sections:
            row = paper.sections.get(key=section.key)
            text = written(kind, section.key, self.member.code, self.member.name)
            if not text or (only and section.key not in only):
                continue
            papers.save_section(
                by=by,
                at=at,
                paper=paper,
                key=section.key,
                text=text,
                grade=own if section.graded else "",
                seen_version=row.version,
                ready=ready,
            )

    def _grade(self, at: datetime) -> str:
        """What an authority says of itself: what Ofsted last said, where it has said anything."""
        last = latest_judgements([self.member.id], at.date()).get(self.member.id)
        return (last and last.overall) or "good"

    def _paper(self, document: str, challenge: Challenge | None = None, author: int | None = None) -> Paper:
        rows = Paper.objects.filter(alliance=self.of.alliance, authority=self.authority, document=document)
        return rows.get(period=self.of.year.key, challenge=challenge, author=author)

    def _hand_in_paper(
        self, by: Actor, template: str, kind: str, at: datetime, challenge: Challenge | None
    ) -> None:
        paper = papers.begin(
            by=by,
            at=at,
            alliance=self.of.alliance,
            authority=self.authority,
            template=template,
            period=self.of.year.key,
            challenge=challenge,
        )
        self._sections(by, paper, kind, at)
        papers.submit(by=by, at=at + timedelta(hours=1), paper=paper)

    def _sign(self, what: Callable[[], Signable], at: datetime) -> None:
        """All who sign, an hour apart."""
        for hour, office in enumerate(what().offices, 1):
            signed = what()
            moment_ = at + timedelta(hours=hour)
            sign_offs.sign(
                by=self._actor(office, at), at=moment_, what=signed, office=office, seen_hash=signed.hash
            )

    @property
    def challenge(self) -> Challenge:
        """The authority’s challenge of the cycle."""
        rows = Challenge.objects.filter(alliance=self.of.alliance, authority=self.authority)
        return rows.get(year=self.of.year.key, activity=CHALLENGE)

    def _sitting(self, *roles: str) -> list[Person]:
        """Those who sit in the roles, each once, in the order of the roles."""
        rows = self.challenge.seats.filter(ended_at=None).select_related("person")
        found = {s.person_id: s.person for role in roles for s in rows if s.role == role}
        return list(found.values())

    def _one(self, at: datetime, *roles: str) -> Actor:
        """The first who sits in the roles; where the charter has none of them, who forms the groups."""
        sitting = self._sitting(*roles)
        return actor_of(sitting[0], at.date()) if sitting else self._former(at)

    def _former(self, at: datetime) -> Actor:
        return self.of.former(at, self.member.sub_region)

    def _just(self, act: str, *roles: str, note: str = "") -> Do:
        def do(at: datetime) -> None:
            challenges.do(by=self._one(at, *roles), at=at, challenge=self.challenge, act=act, note=note)

        return do

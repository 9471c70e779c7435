"""An authority’s challenge in a year that is played, act by act, each by one of those who do it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from catalogue.workingdays import add_working_days
from concord.actions import challenges, findings, lines, packs, readings, remarks, seats, slots, themes
from concord.demo.hands import Hands
from concord.demo.play import moment
from concord.demo.texts import texts
from concord.queries.membership import actor_of
from concord.rules.access import Actor
from concord.rules.challenge import CHALLENGE, with_pack

_EVERYBODY = ("host", "lead", "triad", "member", "data", "expert", "quality-assurance", "logistics")
_UNNEEDED = "What is left was not needed this year."


class Challenging(Hands):
    """The challenge, from the answers to the invitations to its close."""

    def submit(self, at: datetime) -> None:
        """The host submits: with a pack, where the memorandum asks for one."""
        if with_pack(self.of.charter, CHALLENGE):
            of = {"alliance": self.of.alliance, "authority": self.authority, "period": self.of.year.key}
            packs.ask(
                by=self._actor("director", at), at=at, **of, kind="challenge", include=("where-to-look",)
            )
        self._just("submit", "host")(at + timedelta(minutes=20))

    def answer(self, at: datetime, but: Collection[int] = ()) -> None:
        """Everybody asked, but for some people, takes the seat, with nothing to declare."""
        for seat in (
            self.challenge.seats.filter(answered_at=None).exclude(person__in=but).select_related("person")
        ):
            seats.accept(by=actor_of(seat.person, at.date()), at=at, seat=seat, declares_none=True)

    def first_word(self, at: datetime) -> None:
        """The triad’s directors meet host and lead."""
        for one in self._sitting("triad"):
            themes.note_contact(
                by=actor_of(one, at.date()),
                at=at,
                challenge=self.challenge,
                kind="first",
                on=at.date(),
                note="Met host and lead, and agreed how to keep in touch.",
            )

    def read(self, at: datetime, but: Collection[int] = ()) -> None:
        """Each, but for some people, reads alone and sends what they found."""
        variants = texts()["readings"]
        paper = self._paper("self-evaluation")
        for number, one in enumerate(self._sitting("lead", "triad", "data")):
            if one.pk in but:
                continue
            actor = actor_of(one, at.date())
            said = variants[(number + self.number) % len(variants)]
            readings.save(by=actor, at=at, challenge=self.challenge, texts=said, seen_version=0, send=True)
            if number == 0:
                remarks.remark(by=actor, at=at, paper=paper, key="help-and-protection", text=said["doubts"])

    def enquire(self, at: datetime) -> None:
        """The lines of enquiry are agreed."""
        lead = self._one(at, "lead")
        for said in texts()["lines"]:
            line = lines.propose(by=lead, at=at, challenge=self.challenge, **said)
            lines.move(by=lead, at=at, line=line, name="agree")
        challenges.do(by=lead, at=at, challenge=self.challenge, act="enquire")

    def timetable(self, at: datetime) -> None:
        """Day, place and permissions are agreed."""
        host = self._one(at, "host")
        day = moment(add_working_days(at.date(), 4))
        slots.add(
            by=host,
            at=at,
            challenge=self.challenge,
            title="Challenge conversation",
            starts=day + timedelta(minutes=30),
            ends=day + timedelta(hours=6),
            place=f"{self.member.name}, council offices",
        )
        until = add_working_days(at.date(), 15)
        what = "See case files that have been made anonymous, in our offices"
        slots.give(by=host, at=at, challenge=self.challenge, what=what, starts=at.date(), ends=until)
        challenges.do(by=host, at=at, challenge=self.challenge, act="timetable")

    def converse(self, at: datetime) -> None:
        """The conversation is held."""
        by = self._one(at, "lead", "triad")
        challenges.do(by=by, at=at, challenge=self.challenge, act="converse", on=at.date())

    def record(self, at: datetime) -> None:
        """What was found is written down, and the written part handed in."""
        by, challenge = self._one(at, "lead", "triad"), self.challenge
        kept = [
            findings.Written(client_key=str(uuid5(NAMESPACE_URL, f"{challenge.pk} {n}")), **said)
            for n, said in enumerate(texts()["findings"])
        ]
        findings.keep(by=by, at=at, challenge=challenge, written=kept)
        self._hand_in_paper(by, self.of.template("challenge-record"), "record", at, challenge)
        challenges.do(by=by, at=at + timedelta(hours=2), challenge=challenge, act="record")

    def reflect(self, at: datetime) -> None:
        """Everybody reflects."""
        template = self.of.template("reflection")
        for one in self._sitting(*_EVERYBODY):
            self._hand_in_paper(actor_of(one, at.date()), template, "reflection", at, self.challenge)

    def pass_on(self, at: datetime) -> None:
        """Themes are passed on."""
        by = self._one(at, "lead", "triad")
        self._write_themes(by, at)
        challenges.do(by=by, at=at, challenge=self.challenge, act="themes")

    def _write_themes(self, by: Actor, at: datetime) -> None:
        said = texts()["themes"]
        themes.record(by=by, at=at, challenge=self.challenge, **said[self.number % len(said)])

    def respond(self, at: datetime) -> None:
        """The host answers each recommendation."""
        host, said = self._one(at, "host"), texts()["responses"]
        asked = self.challenge.findings.filter(kind="recommendation", removed_at=None)
        for answer, finding in zip(said, asked, strict=False):
            findings.respond(by=host, at=at, finding=finding, **answer)
        challenges.do(by=host, at=at, challenge=self.challenge, act="respond")

    def weigh(self, at: datetime) -> None:
        """The answers are judged."""
        lead = self._one(at, "lead")
        for finding in self.challenge.findings.filter(kind="recommendation", removed_at=None):
            findings.weigh(by=lead, at=at, finding=finding, proportionate=True)
        challenges.do(by=lead, at=at, challenge=self.challenge, act="weigh")

    def deposit(self, at: datetime) -> None:
        """The report is left with the co-ordinator."""
        lead = self._one(at, "lead")
        self._write_themes(lead, at)
        challenges.do(by=lead, at=at, challenge=self.challenge, act="deposit")

    def close(self, at: datetime) -> None:
        """The challenge is closed."""
        challenges.close(by=self._former(at), at=at, challenge=self.challenge, because=_UNNEEDED)

"""One authority’s way through a year of the memorandum, each verb through the actions that people use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from catalogue.workingdays import add_working_days
from concord.actions import (
    acknowledgements,
    challengers,
    challenges,
    findings,
    follow_ups,
    lines,
    packs,
    papers,
    plan_life,
    plan_text,
    plans,
    readings,
    remarks,
    seats,
    sign_offs,
    slots,
    themes,
)
from concord.demo.people import Cast
from concord.demo.play import Step, moment
from concord.demo.texts import texts, written
from concord.queries import papers as paper_queries
from concord.queries import plans as plan_queries
from concord.queries.membership import actor_of, holders
from concord.queries.sign_offs import Signable
from concord.queries.standing import MemberNow
from concord.records.models import (
    Acknowledgement,
    Authority,
    Challenge,
    Challenger,
    FollowUp,
    Paper,
    Person,
    Plan,
)
from concord.rules.access import Actor
from concord.rules.challenge import CHALLENGE, acts_of, with_pack
from concord.rules.follow_ups import FOLLOW_UP

Do = Callable[[datetime], None]

if TYPE_CHECKING:
    from concord.demo.year import Year


@dataclass(frozen=True)
class Part:
    """One authority's way through the cycle. Days are its own, by its place in the list."""

    of: Year
    member: MemberNow
    number: int
    meets: bool = True

    @cached_property
    def authority(self) -> Authority:
        """The row."""
        return Authority.objects.get(pk=self.member.id)

    @property
    def share(self) -> float:
        """Where in a window this authority lies, from 0 to 1."""
        return (self.number * 0.381966) % 1.0

    def steps(self) -> Iterator[Step]:
        """Its self-evaluation, its challenge, and what follows."""
        writing, meeting = self.of.writing, self.of.meeting
        span = (writing.due - writing.opens).days
        done = writing.opens + timedelta(days=round(span * (0.25 + 0.45 * self.share)))
        if self.of.first:
            yield self._step(writing.opens + timedelta(days=2), self.nominate)
        yield self._step(writing.opens + timedelta(days=3 + self.number % 9), self.begin)
        yield self._step(done - timedelta(days=2), self.write)
        yield self._step(done, self.hand_in)
        if not self.meets:
            return
        span = (meeting.due - meeting.opens).days
        held = add_working_days(meeting.opens + timedelta(days=round(span * (0.15 + 0.5 * self.share))), 1)
        for order, (offset, do) in enumerate(self._acts(held)):
            yield self._step(_shifted(held, offset), do, order)

    def _step(self, day: date, do: Do, order: int = 0) -> Step:
        return Step(moment(add_working_days(day - timedelta(days=1), 1), 20 + self.number + order), order, do)

    # --- self-evaluation -----------------------------------------------------------------------------------------

    def _actor(self, office: str, at: datetime) -> Actor:
        return Cast(self.of.alliance).actor(office, at, self.member.id)

    def begin(self, at: datetime) -> None:
        """The paper is begun, two chapters are given to colleagues, and the first words are written."""
        template = self.of.template("self-evaluation")
        director = self._actor("director", at)
        paper = papers.begin(
            by=director,
            at=at,
            alliance=self.of.alliance,
            authority=self.authority,
            template=template,
            period=self.of.year.key,
        )
        for office, keys in (
            ("improvement-lead", ("progress", "voice")),
            ("assistant-director", ("in-care",)),
        ):
            writer = holders(self.of.alliance.pk, office, at.date(), self.member.id).first()
            for key in keys if writer else ():
                papers.assign(by=director, at=at, paper=paper, key=key, writer=writer)
        self._sections(director, paper, "self-evaluation", at, ("summary", "strengths"), ready=False)

    def write(self, at: datetime) -> None:
        """The whole is written."""
        paper = self._paper("self-evaluation")
        self._sections(self._actor("assistant-director", at), paper, "self-evaluation", at)

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
        for section in paper_queries.form_of(paper).sections:
            row = paper.sections.get(key=section.key)
            text = written(kind, section.key, self.member.code, self.member.name)
            if not text or (only and section.key not in only):
                continue
            grade = ("good", "requires improvement")[int(self.member.code) % 2] if section.graded else ""
            papers.save_section(
                by=by,
                at=at,
                paper=paper,
                key=section.key,
                text=text,
                grade=grade,
                seen_version=row.version,
                ready=ready,
            )

    def _paper(self, document: str, challenge: Challenge | None = None, author: int | None = None) -> Paper:
        rows = Paper.objects.filter(alliance=self.of.alliance, authority=self.authority, document=document)
        return rows.get(period=self.of.year.key, challenge=challenge, author=author)

    def hand_in(self, at: datetime) -> None:
        """It is handed in and signed; where the memorandum asks for it, the talk with Ofsted is prepared."""
        paper = self._paper("self-evaluation")
        papers.submit(by=self._actor("director", at), at=at, paper=paper)
        self._sign(lambda: paper_queries.signable(self._paper("self-evaluation")), at)
        if self.of.window(lambda met: (met.kind, met.of) == ("record", "pack")):
            packs.ask(
                by=self._actor("director", at),
                at=at + timedelta(hours=5),
                alliance=self.of.alliance,
                authority=self.authority,
                kind="annual-conversation",
                period=self.of.year.key,
                considered=texts()["considered"],
            )

    def nominate(self, at: datetime) -> None:
        """An officer of the second tier goes on the register of those who challenge, with training."""
        officer = holders(self.of.alliance.pk, "assistant-director", at.date(), self.member.id).first()
        if officer is None or Challenger.objects.filter(person=officer, ended_on=None).exists():
            return  # one officer may serve several authorities
        row = challengers.nominate(
            by=self._actor("director", at),
            at=at,
            alliance=self.of.alliance,
            authority=self.authority,
            person=officer,
            tier=2,
            experience_since=at.date() - timedelta(days=900 + 90 * (self.number % 9)),
            expertise=("Early help", "Children in care", "Care leavers", "Front door")[self.number % 4],
        )
        trained = at.date() - timedelta(days=30)
        keeper = Cast(self.of.alliance).actor("programme-manager", at)
        challengers.record_training(
            by=keeper, at=at, challenger=row, title="How to ask and how to listen", on=trained
        )

    def _sign(self, what: Callable[[], Signable], at: datetime) -> None:
        """All who sign, an hour apart."""
        for hour, office in enumerate(what().offices, 1):
            signed = what()
            moment_ = at + timedelta(hours=hour)
            sign_offs.sign(
                by=self._actor(office, at), at=moment_, what=signed, office=office, seen_hash=signed.hash
            )

    # --- the challenge, act by act -------------------------------------------------------------------------------

    def _acts(self, held: date) -> Iterator[tuple[int, Do]]:
        ways: Mapping[str, tuple[int, Do]] = {
            "conflicts": (-30, self.answer),
            "coach": (-24, self.first_word),
            "request": (-22, self._just("request", "lead")),
            "submit": (-15, self.submit),
            "scrutinise": (-8, self.read),
            "enquire": (-5, self.enquire),
            "timetable": (-4, self.timetable),
            "converse": (0, self.converse),
            "record": (1, self.record),
            "reflect": (4, self.reflect),
            "themes": (5, self.pass_on),
            "report": (
                6,
                self._just("report", "lead", "triad", note="Two recommendations; much to build on."),
            ),
            "respond": (11, self.respond),
            "weigh": (14, self.weigh),
            "deposit": (15, self.deposit),
            "plan": (8, self.make_plan),
            "share": (12, self.acknowledge),
            "challenge-plan": (16, self.challenge_plan),
            "follow-up": (75, self.look_back("follow-up-report")),
            "progress-check": (125, self.look_back("progress-check")),
        }
        for act in acts_of(self.of.charter, CHALLENGE):
            if act in ways:
                yield ways[act]
        yield 40, self.progress
        yield 135, self.close

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

    # --- the plan, and the looks back ----------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """Its plan of the cycle."""
        rows = Plan.objects.filter(alliance=self.of.alliance, authority=self.authority)
        return rows.filter(period=self.of.year.key).latest("number")

    def make_plan(self, at: datetime) -> None:
        """The plan follows from what was found; it is signed and shown."""
        by, said = self._actor("director", at), texts()["plan"]
        plan = plans.begin(
            by=by,
            at=at,
            alliance=self.of.alliance,
            authority=self.authority,
            period=self.of.year.key,
            challenge=self.challenge,
        )
        plan_text.save_summary(
            by=by, at=at, plan=plan, text=said["summary"], seen=plan_text.mark(plan.summary)
        )
        plan_text.save_point(by=by, at=at, plan=plan, kind="support", text=said["support"])
        for number, area in enumerate(plan.points.filter(kind="area")):  # found in the challenge
            due = at.date() + timedelta(days=120 + 60 * number)
            action = said["actions"][number % len(said["actions"])]
            plan_text.save_action(by=by, at=at, plan=plan, area=area, due=due, **action)
        plans.send(by=by, at=at, plan=plan)
        self._sign(lambda: plan_queries.signable(self.plan), at)
        plans.show(by=by, at=at + timedelta(hours=6), plan=self.plan)

    def acknowledge(self, at: datetime) -> None:
        """Those to whom it was shown have read it."""
        rows = Acknowledgement.objects.filter(
            alliance=self.of.alliance, authority=self.authority, subject="plan", read_at=None
        )
        for row in rows:
            acknowledgements.acknowledge(by=self._actor(row.office, at), at=at, row=row)

    def challenge_plan(self, at: datetime) -> None:
        """A peer asks of the plan, and is answered."""
        said = texts()["plan"]
        by = self._one(at, "triad", "lead")
        asked = plan_life.challenge(by=by, at=at, plan=self.plan, text=said["challenge"])
        later = at + timedelta(hours=20)
        plan_life.answer(by=self._actor("director", later), at=later, challenged=asked, text=said["answer"])
        self.acknowledge(later)

    def progress(self, at: datetime) -> None:
        """How each action stands."""
        for number, part in enumerate(self.plan.actions.all()):
            state = ("on-track", "on-track", "behind")[(number + self.number) % 3]
            text = "Slower than planned: a post stood empty." if state == "behind" else "As planned."
            by = self._actor("improvement-lead", at)
            plan_life.record_progress(by=by, at=at, part=part, on=at.date(), state=state, text=text)

    def look_back(self, key: str) -> Do:
        """The step that reports, receives and reviews a look back that waits, by the key of the charter’s."""

        def report(at: datetime) -> None:
            looks = FollowUp.objects.filter(
                alliance=self.of.alliance, authority=self.authority, key=key, state=FOLLOW_UP.first
            )
            if (look := looks.first()) is not None:
                self._looked_back(look, at)

        return report

    def _looked_back(self, look: FollowUp, at: datetime) -> None:
        """Reported by the host, with what was checked where the memorandum asks for it; received and reviewed."""
        rule = next(f for f in self.of.charter.follow_ups if f.key == look.key)
        for number, activity in enumerate(rule.activities[:2]):
            follow_ups.record_check(
                by=self._one(at, "lead", "triad"),
                at=at,
                follow_up=look,
                activity=activity,
                on=at.date(),
                number=8 + number,
                agreed=7,
                found="Agreed on nearly all; one was graded a step too high.",
            )
        director = self._actor("director", at)
        self._hand_in_paper(director, rule.template or "", "report", at, look.challenge)
        for hours, (do, details) in enumerate(_REVIEWED, 30):
            later = at + timedelta(hours=hours)
            row = FollowUp.objects.get(pk=look.pk)
            do(by=self._one(later, "lead", "triad"), at=later, follow_up=row, **details)

    def close(self, at: datetime) -> None:
        """The challenge is closed."""
        challenges.close(by=self._former(at), at=at, challenge=self.challenge, because=_UNNEEDED)


_EVERYBODY = ("host", "lead", "triad", "member", "data", "expert", "quality-assurance", "logistics")
_UNNEEDED = "What is left was not needed this year."
_REVIEWED: tuple[tuple[Callable[..., object], dict[str, str]], ...] = (
    (follow_ups.receive, {}),
    (follow_ups.review, {"outcome": "enough", "text": "The progress is real, and it is shown."}),
)


def _shifted(day: date, working_days: int) -> date:
    """So many working days after a day, or about as many before it."""
    if working_days > 0:
        return add_working_days(day, working_days)
    return day + timedelta(days=round(working_days * 7 / 5))

"""A year of the memorandum in the demonstration: self-evaluation, challenge, plan and looks back, for every member.

What is done, and in which order, follows from the charter's acts; when, from its windows. Each authority does it on
days of its own. Everything goes through the actions that people use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import NAMESPACE_URL, uuid5

from catalogue.periods import Period
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
    rounds,
    seats,
    sign_offs,
    slots,
    themes,
)
from concord.charter import Charter
from concord.charter.calendar import Occurrence, occurrences
from concord.charter.schema import Evidence
from concord.demo.memorandum import VARIED
from concord.demo.people import Cast
from concord.demo.play import Step, moment
from concord.demo.texts import texts, written
from concord.queries import papers as paper_queries
from concord.queries import plans as plan_queries
from concord.queries.membership import actor_of, holders
from concord.queries.rounds import places
from concord.queries.sign_offs import Signable
from concord.queries.standing import MemberNow, Standing, standing_of
from concord.records.models import (
    Acknowledgement,
    Alliance,
    Authority,
    Challenge,
    FollowUp,
    Paper,
    Person,
    Plan,
    Round,
    SubRegion,
)
from concord.rules.access import Actor
from concord.rules.challenge import CHALLENGE, acts_of
from concord.rules.follow_ups import FOLLOW_UP

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

    def steps(self) -> Iterator[Step]:
        """Everything that happens in the cycle; nothing where the memorandum has no challenge."""
        if self.charter.challenge is None:
            return
        yield from self._groups()
        whole = [m for place in places(self.standing) for m in place.members]
        for number, member in enumerate(whole):
            yield from Part(self, member, number, meets=member.code not in self.waived).steps()

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

    def _groups(self) -> Iterator[Step]:
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
            yield self._step(writing.opens + timedelta(days=2), self._nominate)
        yield self._step(writing.opens + timedelta(days=3 + self.number % 9), self._begin)
        yield self._step(done - timedelta(days=2), self._write)
        yield self._step(done, self._hand_in)
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

    def _begin(self, at: datetime) -> None:
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

    def _write(self, at: datetime) -> None:
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

    def _hand_in(self, at: datetime) -> None:
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

    def _nominate(self, at: datetime) -> None:
        """An officer of the second tier goes on the register of those who challenge, with training."""
        officer = holders(self.of.alliance.pk, "assistant-director", at.date(), self.member.id).first()
        if officer is None:
            return
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
            "conflicts": (-30, self._answer),
            "coach": (-24, self._first_word),
            "request": (-22, self._just("request", "lead")),
            "submit": (-15, self._just("submit", "host")),
            "scrutinise": (-8, self._read),
            "enquire": (-5, self._enquire),
            "timetable": (-4, self._timetable),
            "converse": (0, self._converse),
            "record": (1, self._record),
            "reflect": (4, self._reflect),
            "themes": (5, self._themes),
            "report": (
                6,
                self._just("report", "lead", "triad", note="Two recommendations; much to build on."),
            ),
            "respond": (11, self._respond),
            "weigh": (14, self._weigh),
            "deposit": (15, self._deposit),
            "plan": (8, self._plan),
            "share": (12, self._acknowledge),
            "challenge-plan": (16, self._challenge_plan),
            "follow-up": (75, self._report("follow-up-report")),
            "progress-check": (125, self._report("progress-check")),
        }
        for act in acts_of(self.of.charter, CHALLENGE):
            if act in ways:
                yield ways[act]
        yield 40, self._progress
        yield 135, self._close

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

    def _answer(self, at: datetime) -> None:
        for seat in self.challenge.seats.filter(answered_at=None).select_related("person"):
            seats.accept(by=actor_of(seat.person, at.date()), at=at, seat=seat, declares_none=True)

    def _first_word(self, at: datetime) -> None:
        for one in self._sitting("triad"):
            themes.note_contact(
                by=actor_of(one, at.date()),
                at=at,
                challenge=self.challenge,
                kind="first",
                on=at.date(),
                note="Met host and lead, and agreed how to keep in touch.",
            )

    def _read(self, at: datetime) -> None:
        variants = texts()["readings"]
        paper = self._paper("self-evaluation")
        for number, one in enumerate(self._sitting("lead", "triad", "data")):
            actor = actor_of(one, at.date())
            said = variants[(number + self.number) % len(variants)]
            readings.save(by=actor, at=at, challenge=self.challenge, texts=said, seen_version=0, send=True)
            if number == 0:
                remarks.remark(by=actor, at=at, paper=paper, key="help-and-protection", text=said["doubts"])

    def _enquire(self, at: datetime) -> None:
        lead = self._one(at, "lead")
        for said in texts()["lines"]:
            line = lines.propose(by=lead, at=at, challenge=self.challenge, **said)
            lines.move(by=lead, at=at, line=line, name="agree")
        challenges.do(by=lead, at=at, challenge=self.challenge, act="enquire")

    def _timetable(self, at: datetime) -> None:
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

    def _converse(self, at: datetime) -> None:
        by = self._one(at, "lead", "triad")
        challenges.do(by=by, at=at, challenge=self.challenge, act="converse", on=at.date())

    def _record(self, at: datetime) -> None:
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

    def _reflect(self, at: datetime) -> None:
        template = self.of.template("reflection")
        for one in self._sitting(*_EVERYBODY):
            self._hand_in_paper(actor_of(one, at.date()), template, "reflection", at, self.challenge)

    def _themes(self, at: datetime) -> None:
        by = self._one(at, "lead", "triad")
        self._write_themes(by, at)
        challenges.do(by=by, at=at, challenge=self.challenge, act="themes")

    def _write_themes(self, by: Actor, at: datetime) -> None:
        said = texts()["themes"]
        themes.record(by=by, at=at, challenge=self.challenge, **said[self.number % len(said)])

    def _respond(self, at: datetime) -> None:
        host, said = self._one(at, "host"), texts()["responses"]
        asked = self.challenge.findings.filter(kind="recommendation", removed_at=None)
        for answer, finding in zip(said, asked, strict=False):
            findings.respond(by=host, at=at, finding=finding, **answer)
        challenges.do(by=host, at=at, challenge=self.challenge, act="respond")

    def _weigh(self, at: datetime) -> None:
        lead = self._one(at, "lead")
        for finding in self.challenge.findings.filter(kind="recommendation", removed_at=None):
            findings.weigh(by=lead, at=at, finding=finding, proportionate=True)
        challenges.do(by=lead, at=at, challenge=self.challenge, act="weigh")

    def _deposit(self, at: datetime) -> None:
        lead = self._one(at, "lead")
        self._write_themes(lead, at)
        challenges.do(by=lead, at=at, challenge=self.challenge, act="deposit")

    # --- the plan, and the looks back ----------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        """Its plan of the cycle."""
        rows = Plan.objects.filter(alliance=self.of.alliance, authority=self.authority)
        return rows.filter(period=self.of.year.key).latest("number")

    def _plan(self, at: datetime) -> None:
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

    def _acknowledge(self, at: datetime) -> None:
        rows = Acknowledgement.objects.filter(
            alliance=self.of.alliance, authority=self.authority, subject="plan", read_at=None
        )
        for row in rows:
            acknowledgements.acknowledge(by=self._actor(row.office, at), at=at, row=row)

    def _challenge_plan(self, at: datetime) -> None:
        said = texts()["plan"]
        by = self._one(at, "triad", "lead")
        asked = plan_life.challenge(by=by, at=at, plan=self.plan, text=said["challenge"])
        later = at + timedelta(hours=20)
        plan_life.answer(by=self._actor("director", later), at=later, challenged=asked, text=said["answer"])
        self._acknowledge(later)

    def _progress(self, at: datetime) -> None:
        for number, part in enumerate(self.plan.actions.all()):
            state = ("on-track", "on-track", "behind")[(number + self.number) % 3]
            text = "Slower than planned: a post stood empty." if state == "behind" else "As planned."
            by = self._actor("improvement-lead", at)
            plan_life.record_progress(by=by, at=at, part=part, on=at.date(), state=state, text=text)

    def _report(self, key: str) -> Do:
        def report(at: datetime) -> None:
            looks = FollowUp.objects.filter(
                alliance=self.of.alliance, authority=self.authority, key=key, state=FOLLOW_UP.first
            )
            if (look := looks.first()) is not None:
                self._look_back(look, at)

        return report

    def _look_back(self, look: FollowUp, at: datetime) -> None:
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

    def _close(self, at: datetime) -> None:
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

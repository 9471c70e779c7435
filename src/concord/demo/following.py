"""An authority’s plan in a year that is played, how it goes, and the looks back at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from concord.actions import acknowledgements, follow_ups, plan_life, plan_text, plans
from concord.demo.hands import Hands
from concord.demo.texts import texts
from concord.demo.year import Do
from concord.queries import plans as plan_queries
from concord.records.models import Acknowledgement, FollowUp, Plan
from concord.rules.follow_ups import FOLLOW_UP

_REVIEWED: tuple[tuple[Callable[..., object], dict[str, str]], ...] = (
    (follow_ups.receive, {}),
    (follow_ups.review, {"outcome": "enough", "text": "The progress is real, and it is shown."}),
)


class Following(Hands):
    """The plan and what follows from it."""

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

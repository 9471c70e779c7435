"""An authority’s self-evaluation in a year that is played, and its officers on the register."""

from __future__ import annotations

from datetime import datetime, timedelta

from concord.actions import challengers, narratives, packs, papers
from concord.demo.hands import Hands
from concord.demo.people import Cast
from concord.demo.texts import texts
from concord.queries import narratives as reading
from concord.queries import papers as paper_queries
from concord.queries.membership import holders
from concord.queries.standing import standing_of
from concord.records.models import Challenger


class Writing(Hands):
    """The self-evaluation: begun, written, handed in, signed."""

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
        """The whole is written, with a narrative of each figure that stands out after the last release."""
        self._explain(at)
        paper = self._paper("self-evaluation")
        self._sections(self._actor("assistant-director", at), paper, "self-evaluation", at)

    def _explain(self, at: datetime) -> None:
        standing = standing_of(self.of.alliance, at.date())
        release = reading.latest_release(standing)
        if release is None:
            return
        said = texts()["narratives"]
        for asked in reading.asked_of(standing, release, self.member.code).rows:
            if asked.narrative is None:
                narratives.save(
                    by=self._actor("assistant-director", at),
                    at=at,
                    release=release,
                    code=self.member.code,
                    indicator=asked.indicator.id,
                    texts=said.get(asked.fifth, said["moved"]),
                    seen_version=0,
                    ready=True,
                )

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

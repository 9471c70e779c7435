"""A challenge in each region, opened through the actions, with its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests import factories
from tests.factories import person

from concord.actions import challenges, packs, seats
from concord.queries.membership import actor_of
from concord.records.models import Alliance, Authority, Challenge, Pack, Paper, Person, Seat
from concord.rules.access import Actor

YEAR = "2026-27"
NOW = datetime(2027, 1, 20, 9, tzinfo=UTC)


@dataclass
class Place:
    """A region, its people by a label, and the challenge that they are in."""

    alliance: Alliance
    people: dict[str, Person] = field(default_factory=dict)
    challenge: Challenge = None  # type: ignore[assignment]

    def actor(self, label: str) -> Actor:
        """Somebody as the policy sees them now."""
        return actor_of(Person.objects.get(pk=self.people[label].pk))

    def accept(self, *labels: str) -> None:
        """Have these people take the seats that they were offered."""
        for label in labels:
            seat = Seat.objects.get(challenge=self.challenge, person=self.people[label], ended_at=None)
            seats.accept(by=self.actor(label), seat=seat, declares_none=True)

    def do(self, label: str, act: str, **details: Any) -> Any:
        """One act by one person."""
        return challenges.do(by=self.actor(label), challenge=self.challenge, act=act, **details)

    def self_evaluation(self) -> None:
        """The host's self-evaluation, handed in."""
        row = self.challenge
        Paper.objects.create(
            alliance=row.alliance, authority=row.authority, edition=row.edition, document="self-evaluation",
            template="self-evaluation", form="self-evaluation-2026", period=YEAR, state="submitted",
            begun_at=NOW, submitted_at=NOW,
        )  # fmt: skip

    def pack(self) -> Pack:
        """The host's challenge pack, asked for; it is put together in the background."""
        row = self.challenge
        by, of = self.actor("host"), {"alliance": row.alliance, "authority": row.authority, "period": YEAR}
        return packs.ask(by=by, **of, kind="challenge")

    def submitted(self) -> None:
        """Self-evaluation and pack submitted to those who challenge."""
        self.self_evaluation()
        self.pack()
        self.do("host", "submit")


TEAM = ("lead", "triad", "second", "quality", "data-specialist", "logistics-officer")
"""Everybody who is invited in the East Midlands."""


def east_midlands() -> Place:
    """Derby hosts; Derbyshire leads; Leicester and Nottingham challenge; Lincolnshire assures quality."""
    of = factories.east_midlands()
    codes = {
        "host": "831",
        "lead": "830",
        "triad": "856",
        "second": "892",
        "quality": "925",
        "outside": "891",
    }
    made = Place(of, {label: person(of, "director", code=code) for label, code in codes.items()})
    for office in ("data-specialist", "logistics-officer", "co-ordinator", "lead-director", "chair"):
        made.people[office] = person(of, office)
    made.people["officer"] = person(of, "assistant-director", code="891")
    made.challenge = challenges.open_challenge(
        by=made.actor("co-ordinator"),
        alliance=of,
        authority=Authority.objects.get(code="831"),
        year=YEAR,
        seats={"lead": ["830"], "triad": ["856", "892"], "quality-assurance": ["925"]},
    )
    return made


def london() -> Place:
    """Camden is discussed by Islington and Hackney, in the north; Croydon is in the south."""
    of = factories.london()
    codes = {"host": "202", "triad": "206", "second": "204", "outside": "306"}
    made = Place(of, {label: person(of, "director", code=code) for label, code in codes.items()})
    made.people["north"] = person(of, "sub-regional-lead", sub_region="north")
    made.people["south"] = person(of, "sub-regional-lead", sub_region="south")
    made.challenge = challenges.open_challenge(
        by=made.actor("north"),
        alliance=of,
        authority=Authority.objects.get(code="202"),
        year=YEAR,
        seats={"triad": ["206", "204"]},
    )
    return made

"""A challenge with people in it, and a plan as far as a test wants it. Rows that other subjects make are made plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tests import factories

from concord.actions import plan_text, plans, sign_offs
from concord.queries import plans as reading
from concord.queries.membership import actor_of
from concord.records.models import Alliance, Authority, Challenge, Finding, Person, Plan, PlanPoint, Seat
from concord.rules.access import Actor

HELD = date(2026, 11, 6)
YEAR = "2026-27"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


@dataclass
class Place:
    """A host with its offices, and its peers, in one region."""

    alliance: Alliance
    code: str
    people: dict[str, Person] = field(default_factory=dict)
    challenge: Any = None

    def actor(self, label: str) -> Actor:
        return actor_of(Person.objects.get(pk=self.people[label].pk))

    @property
    def authority(self) -> Authority:
        return Authority.objects.get(code=self.code)


def place(region: str) -> Place:
    """Camden with two peers of its sub-region, or Derby with a lead and two triad directors."""
    london = region == "london"
    of = factories.london() if london else factories.east_midlands()
    found = Place(of, "202" if london else "831")
    for office in (
        "director",
        "chief-executive",
        "lead-member",
        "data-lead",
        "improvement-lead",
        "assistant-director",
    ):
        found.people[office] = factories.person(of, office, code=found.code)
    peers = (
        {"triad": "204", "triad two": "206"}
        if london
        else {"lead": "830", "triad": "856", "triad two": "855"}
    )
    for label, code in peers.items():
        found.people[label] = factories.person(of, "director", code=code)
    found.people["far"] = factories.person(of, "director", code="306" if london else "925")
    found.challenge = challenge(found, {label: (label.split()[0], code) for label, code in peers.items()})
    return found


def challenge(of: Place, peers: dict[str, tuple[str, str]]) -> Challenge:
    """The year’s challenge, held, with everybody in their seats and five findings."""
    made = Challenge.objects.create(
        alliance=of.alliance, authority=of.authority, edition=of.alliance.editions.get(), year=YEAR,
        activity="challenge", title="Challenge", state="open", held_on=HELD, opened_at=AT,
    )  # fmt: skip
    seats = {"director": ("host", of.code)} | peers
    for label, (role, code) in seats.items():
        Seat.objects.create(
            challenge=made, role=role, person=of.people[label], office="director", state="taken", invited_at=AT,
            authority=Authority.objects.get(code=code),
        )  # fmt: skip
    for number, (kind, text, more) in enumerate(FINDINGS):
        Finding.objects.create(
            challenge=made, kind=kind, text=text, client_key=str(number), by="The lead", at=AT, **more
        )
    return made


FINDINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("strength", "Early help is well led", {}),
    ("area", "Assessments take too long", {}),
    ("recommendation", "Hear children’s voices in audits", {"response": "accepted"}),
    ("recommendation", "Move the front door", {"response": "declined"}),
    ("action", "Audit ten assessments a month", {"owner": "Head of quality", "due": date(2027, 3, 31)}),
]


def begun(of: Place) -> Plan:
    """A plan begun from the challenge."""
    return plans.begin(
        by=of.actor("director"),
        alliance=of.alliance,
        authority=of.authority,
        period=YEAR,
        challenge=of.challenge,
    )


def whole(of: Place) -> Plan:
    """A plan that lacks nothing."""
    made, by = begun(of), of.actor("director")
    for area in PlanPoint.objects.filter(plan=made, kind="area"):
        made = plan_text.save_action(
            by=by,
            plan=made,
            area=area,
            text=f"See to: {area.text}",
            owner="Head of service",
            due=date(2027, 2, 28),
        )
    return made


def signed(of: Place) -> Plan:
    """A plan that all three have signed."""
    made = plans.send(by=of.actor("director"), plan=whole(of))
    for office in ("director", "chief-executive", "lead-member"):
        sign(of, made, office)
    return Plan.objects.get(pk=made.pk)


def sign(of: Place, plan: Plan, office: str) -> None:
    what = reading.signable(Plan.objects.get(pk=plan.pk))
    sign_offs.sign(by=of.actor(office), what=what, office=office, seen_hash=what.hash)

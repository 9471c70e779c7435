"""A challenge: its activities, stages and acts, and whose turn it is.

The charter says which acts make up each stage. Here stands, for every act, who does it, through which ability,
and which acts come before it; a charter that leaves an act out leaves it out of every order, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from concord.charter import Charter
from concord.charter.vocabulary import CHALLENGE_ACTS, CHALLENGE_ROLES
from concord.rules.lifecycle import Lifecycle, Move, NotNow

LEADS = "sit lead"
TRIAD = "sit lead triad"
HOST = "sit host or self-evaluation.submit"  # the host's office acts, whoever holds it by then
TEAM = "sit lead triad member data expert quality-assurance logistics"
READS = "sit lead triad member data expert"
ARRANGES = "sit lead logistics data or challenge.arrange"
FORMS = "challenge.group or challenge.arrange"
TIMES = "sit host lead logistics or challenge.arrange"
RAISES = f"{TEAM} or {HOST}"
THEMES = "sit host lead triad or theme.record"
REPORTED = "see challenge or see follow-up"
"""Who may read a report that is out, and the answers that were sent: also those who see to it that they are in
proportion (East Midlands, clause 4.3)."""
READERS = ("lead", "triad", "data")
"""Whose readings are waited for; team members and experts read where they like."""
PARTS = {"strengths": "What convinces", "doubts": "What does not", "questions": "What to ask about"}
"""What a reading is made of."""

COURSE = Lifecycle(
    thing="challenge",
    first="open",
    states={"open": "Under way", "closed": "Closed", "cancelled": "Called off"},
    moves=(
        Move("close", ("open",), "closed", "sit lead or challenge.arrange", "Close", "closed"),
        Move("reopen", ("closed",), "open", "sit lead or challenge.arrange", "Open again", "opened again"),
        Move("cancel", ("open",), "cancelled", "challenge.group", "Call off", "called off"),
        Move("resume", ("cancelled",), "open", "challenge.group", "Take up again", "taken up again"),
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of an activity: what is done in it, who leads it, on which template."""

    title: str
    acts: tuple[str, ...]
    led_by: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """A kind of activity beside the challenge itself (East Midlands, clause 1.7), with its fewer stages."""

    title: str
    about: str
    roles: tuple[str, ...]
    stages: tuple[Step, ...]


_REPORT = Step("Report and response", ("report", "respond"), "lead")
ACTIVITIES: Mapping[str, Activity] = {
    "assurance-visit": Activity(
        "Safeguarding assurance visit",
        "Visitors look at case files and talk with those who work on them, as a rule for a day.",
        ("host", "lead", "member", "expert"),
        (
            Step("Prepare", ("conflicts", "timetable"), "host"),
            Step("Visit", ("converse", "record"), "lead"),
            _REPORT,
        ),
    ),
    "team-review": Activity(
        "Team review",
        "A team that a director leads reads, visits and reports, as a rule in three days.",
        ("host", "lead", "member", "data", "logistics", "expert"),
        (
            Step("Request and read", ("conflicts", "request", "submit", "scrutinise", "enquire"), "lead"),
            Step("Review", ("timetable", "converse", "record"), "lead"),
            _REPORT,
        ),
    ),
    "thematic": Activity(
        "Thematic challenge",
        "One question, asked of an authority by a few peers in some hours or a day.",
        ("host", "lead", "member", "expert"),
        (
            Step("Prepare", ("conflicts", "enquire", "timetable"), "lead"),
            Step("Challenge", ("converse", "record"), "lead"),
            _REPORT,
        ),
    ),
}
CHALLENGE = "challenge"
"""The activity that the charter's own chapter describes."""
COUNTED = ("open", "closed")
"""The states of a challenge from which duties follow: what was called off binds nobody."""


@dataclass(frozen=True, slots=True)
class Does:
    """Who does an act (roles, for the page), the ability it takes, and the acts that come before it.

    ``page``: where it is done; “mark” has a button of its own, “later” is done with the plan and the looks back.
    """

    who: tuple[str, ...]
    ability: str
    after: tuple[str, ...]
    page: str


ACTS: Mapping[str, Does] = {
    "conflicts": Does(("everyone invited",), TEAM, (), "seats"),
    "coach": Does(("triad",), "sit triad", (), "contacts"),
    "request": Does(("lead", "logistics", "data"), ARRANGES, (), "mark"),
    "submit": Does(("host",), HOST, ("request",), "mark"),
    "scrutinise": Does(("lead", "triad", "data"), READS, ("submit", "conflicts"), "reading"),
    "invite-experts": Does(("lead", "triad"), TRIAD, ("request",), "seats"),
    "enquire": Does(("lead",), LEADS, ("scrutinise",), "lines"),
    "timetable": Does(("host", "logistics"), HOST, ("conflicts",), "timetable"),
    "converse": Does(
        ("lead", "triad"),
        "sit lead triad or challenge.arrange",
        ("scrutinise", "enquire", "timetable"),
        "mark",
    ),
    "record": Does(("lead", "triad"), TRIAD, ("converse",), "room"),
    "reflect": Does(("everyone on the team", "host"), TEAM, ("converse",), "reflections"),
    "report": Does(("lead",), LEADS, ("record",), "report"),
    "respond": Does(("host",), HOST, ("report",), "response"),
    "weigh": Does(("lead", "triad"), TRIAD, ("respond",), "response"),
    "themes": Does(("host", "triad"), "sit host lead triad", ("record",), "themes"),
    "deposit": Does(("lead",), LEADS, ("report",), "themes"),
    "plan": Does(("host",), HOST, ("record",), "later"),
    "challenge-plan": Does(("triad", "lead"), TRIAD, ("plan",), "later"),
    "share": Does(("host",), HOST, ("plan",), "later"),
    "desk-review": Does(("triad",), TRIAD, ("plan",), "later"),
    "follow-up": Does(("host",), HOST, ("converse",), "later"),
    "progress-check": Does(("lead", "triad"), TRIAD, ("plan",), "later"),
}
OPTIONAL = ("invite-experts", "desk-review")
"""Acts that a challenge may do without: experts are invited where they help, a desk review follows a concern."""


def activity_title(charter: Charter, activity: str) -> str:
    """What the activity is called: the challenge by the charter's name for it."""
    if activity == CHALLENGE:
        return charter.challenge.title if charter.challenge else "Challenge"
    return ACTIVITIES[activity].title


def roles_of(charter: Charter, activity: str) -> tuple[str, ...]:
    """The parts that people can have in an activity, in order."""
    if activity != CHALLENGE:
        return ACTIVITIES[activity].roles
    return tuple(role.role for role in charter.challenge.roles) if charter.challenge else ()


def role_title(charter: Charter, role: str) -> str:
    """A part in words: as the charter calls it, else by its meaning."""
    for known in charter.challenge.roles if charter.challenge else ():
        if known.role == role:
            return known.title
    return CHALLENGE_ROLES.get(role, role).removeprefix("the ").capitalize()


def stages_of(charter: Charter, activity: str) -> tuple[Step, ...]:
    """The stages of an activity; the challenge's own come from the charter."""
    if activity != CHALLENGE:
        return ACTIVITIES[activity].stages
    stages = charter.challenge.stages if charter.challenge else ()
    return tuple(Step(s.title, s.acts, s.led_by, s.template or "") for s in stages)


def acts_of(charter: Charter, activity: str) -> tuple[str, ...]:
    """Every act of an activity, in order."""
    return tuple(act for stage in stages_of(charter, activity) for act in stage.acts)


def comes_after(act: str, among: Collection[str]) -> tuple[str, ...]:
    """The acts that must be done before one; in place of one that is left out, those that come before that."""
    found: list[str] = []
    for before in ACTS[act].after:
        found += [before] if before in among else comes_after(before, among)
    return tuple(dict.fromkeys(found))


def waits_for(charter: Charter, activity: str, act: str, done: Collection[str]) -> tuple[str, ...]:
    """What still has to be done before an act's turn comes; empty when it has come."""
    return tuple(b for b in comes_after(act, acts_of(charter, activity)) if b not in done)


def require_turn(charter: Charter, activity: str, act: str, done: Collection[str]) -> None:
    """Raise NotNow, with a sentence, where an act is not part of the activity or its turn has not come."""
    if act not in acts_of(charter, activity):
        raise NotNow(
            f"A {activity_title(charter, activity).lower()} has no such step: {CHALLENGE_ACTS[act]}."
        )
    if waiting := waits_for(charter, activity, act, done):
        first = "; ".join(act_words(charter, activity, w) for w in waiting)
        raise NotNow(f"Its turn has not come. First: {first}.")


def unfinished(charter: Charter, activity: str, done: Collection[str]) -> tuple[str, ...]:
    """The acts that a challenge still waits for before it closes. The plan and looks back go on after it."""
    acts = acts_of(charter, activity)
    return tuple(a for a in acts if a not in done and a not in OPTIONAL and ACTS[a].page != "later")


def with_pack(charter: Charter, activity: str) -> bool:
    """Whether the host submits a challenge pack with its self-evaluation: where the charter has a template for it."""
    return activity == CHALLENGE and any(t.document == "challenge-pack" for t in charter.templates)


def act_words(charter: Charter, activity: str, act: str) -> str:
    """An act in words, without the pack where the charter asks for none."""
    words = CHALLENGE_ACTS[act]
    return words if with_pack(charter, activity) else words.replace(" and pack", "")


def seats_of(group: Mapping[str, object], host: str) -> dict[str, list[str]]:
    """The parts in one host's challenge, by role and DfE codes, of a group that a round agreed.

    A group with a lead names its host, lead, triad and who assures quality; one without (“members”) meets as
    peers: each member hosts in turn, and the others challenge.
    """
    if "members" in group:
        return {"triad": [code for code in _codes(group["members"]) if code != host]}
    roles = ("lead", "triad", "quality-assurance")
    return {role: codes for role in roles if (codes := _codes(group.get(role)))}


def hosts_of(group: Mapping[str, object]) -> list[str]:
    """Who hosts a challenge in a group: one, or each member in turn."""
    return _codes(group["members"] if "members" in group else group["host"])


def _codes(value: object) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else [str(code) for code in value]  # type: ignore[attr-defined]

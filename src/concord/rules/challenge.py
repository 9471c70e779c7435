"""A challenge: its activities, stages and acts, whose turn it is, and by when the memorandum wants each.

The charter says which acts make up each stage. Here stands, for every act, who does it, through which ability,
and which acts come before it; a charter that leaves an act out leaves it out of every order, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from catalogue.periods import Period
from catalogue.workingdays import CalendarEnds
from concord.charter import Charter
from concord.charter.calendar import Window, dates, window
from concord.charter.due import After
from concord.charter.schema import Commitment
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

# By which other evidence a commitment is known to be about an act: its kind, and the kind of document or record.
_DUTIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "submit": (("sign-off", "self-evaluation"), ("document", "self-evaluation")),
    "converse": (("document", "challenge-record"),),
    "record": (("document", "challenge-record"),),
    "reflect": (("document", "reflection"),),
    "report": (("document", "challenge-record"),),
    "plan": (("sign-off", "plan"),),
    "challenge-plan": (("record", "plan"),),
    "share": (("acknowledgement", "plan"),),
    "desk-review": (("record", "follow-up"),),
    "follow-up": (("document", "follow-up-report"),),
    "progress-check": (("document", "progress-report"),),
}


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done: by whom, on which day, with what word."""

    on: date
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ActNow:
    """An act as it stands: done, open (its turn has come), or later; what it waits for, and by when it is due."""

    act: str
    words: str
    who: str
    page: str
    state: Literal["done", "open", "later"]
    done: Done | None
    waits_for: tuple[str, ...]
    duty: Commitment | None
    due: Window | None


@dataclass(frozen=True, slots=True)
class StageNow:
    """A stage as it stands: done, now (something in it is open), or later."""

    number: int
    title: str
    led_by: str
    template: str
    acts: tuple[ActNow, ...]

    @property
    def state(self) -> str:
        """done, now or later."""
        if all(act.state == "done" or act.act in OPTIONAL for act in self.acts):
            return "done"
        return "now" if any(act.state != "later" for act in self.acts) else "later"


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
        first = "; ".join(CHALLENGE_ACTS[w] for w in waiting)
        raise NotNow(f"Its turn has not come. First: {first}.")


def unfinished(charter: Charter, activity: str, done: Collection[str]) -> tuple[str, ...]:
    """The acts that a challenge still waits for before it closes. The plan and looks back go on after it."""
    acts = acts_of(charter, activity)
    return tuple(a for a in acts if a not in done and a not in OPTIONAL and ACTS[a].page != "later")


def progress(
    charter: Charter, activity: str, done: Mapping[str, Done], year: str, held_on: date | None
) -> tuple[StageNow, ...]:
    """Every stage with its acts as they stand."""
    stages = stages_of(charter, activity)

    def now(act: str) -> ActNow:
        waiting = waits_for(charter, activity, act, done)
        state: Literal["done", "open", "later"] = "done" if act in done else "later" if waiting else "open"
        duty = duty_of(charter, act) if activity == CHALLENGE else None
        who = _in_words(
            [role_title(charter, r) if r in CHALLENGE_ROLES else r for r in _doers(charter, activity, act)]
        )
        due = due_window(duty, year, held_on) if duty else None
        return ActNow(act, CHALLENGE_ACTS[act], who, ACTS[act].page, state, done.get(act), waiting, duty, due)

    return tuple(
        StageNow(n, s.title, _led_by(charter, s.led_by), s.template, tuple(now(a) for a in s.acts))
        for n, s in enumerate(stages, 1)
    )


def _doers(charter: Charter, activity: str, act: str) -> list[str]:
    """Who does an act, of those who are there in this activity; else whoever forms the groups."""
    roles = roles_of(charter, activity)
    found = [r for r in ACTS[act].who if r in roles or r not in CHALLENGE_ROLES]
    return found or [_led_by(charter, charter.challenge.formed_by)] if charter.challenge else found


def _led_by(charter: Charter, post: str) -> str:
    office = next((o.title for o in charter.offices if o.key == post), "")
    return office or role_title(charter, post)


def _in_words(names: Sequence[str]) -> str:
    """“the lead challenge director and the triad directors”, without articles."""
    lower = [name if name[1:2].isupper() else name[:1].lower() + name[1:] for name in names]
    return " and ".join(filter(None, (", ".join(lower[:-1]), *lower[-1:])))


def duty_of(charter: Charter, act: str) -> Commitment | None:
    """The commitment that an act discharges, if the memorandum has one; one that names the act goes first."""
    kinds = {t.key: t.document for t in charter.templates}
    for evidence in ((("act", act),), _DUTIES.get(act, ())):
        for c in charter.commitments:
            if (c.met_by.kind, kinds.get(c.met_by.of, c.met_by.of)) in evidence:
                return c
    return None


def due_window(duty: Commitment, year: str, held_on: date | None) -> Window | None:
    """When a duty of the year may be done; None where that hangs on a day that is not known yet."""
    if duty.due is None:
        return None
    period = Period.parse(year)
    try:
        if duty.every == "year":
            found = dates("year", duty.due, period.start, period.end + timedelta(days=366))
            return next((span for key, _, span in found if key == period.key), None)
        if isinstance(duty.due, After) and held_on and duty.after == ("challenge",):
            return window(duty.due, held_on)
    except CalendarEnds:
        return (
            None  # bank holidays of that year are not known yet; the rule in words still stands on the page
        )
    return None


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

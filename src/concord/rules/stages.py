"""How a challenge stands: each stage and act, whose it is, whether its turn has come, by when it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from catalogue.periods import Period
from catalogue.workingdays import CalendarEnds
from concord.charter import Charter
from concord.charter.calendar import Window, dates, window
from concord.charter.due import After
from concord.charter.schema import Commitment
from concord.charter.vocabulary import CHALLENGE_ROLES
from concord.rules.challenge import (
    ACTS,
    CHALLENGE,
    COUNTED,
    COURSE,
    OPTIONAL,
    act_words,
    role_title,
    roles_of,
    stages_of,
    waits_for,
)

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


ActState = Literal["done", "open", "later", "left"]
TURN: tuple[ActState, ...] = ("done", "open")
"""The states of an act whose turn has come."""


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done: by whom, on which day, with what word."""

    on: date
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ActNow:
    """An act as it stands: done, open (its turn has come), later, or left out when the challenge ended without it;
    what it waits for, and by when it is due."""

    act: str
    words: str
    who: str
    page: str
    state: ActState
    done: Done | None
    waits_for: tuple[str, ...]
    duty: Commitment | None
    due: Window | None

    @property
    def optional(self) -> bool:
        """Whether a challenge may do without it."""
        return self.act in OPTIONAL

    @property
    def label(self) -> str:
        """Its state in words."""
        if self.optional and self.state != "done":
            return "Not needed" if self.state == "left" else "If needed"
        return {"done": "Done", "open": "Open", "later": "Later", "left": "Not done"}[self.state]


@dataclass(frozen=True, slots=True)
class StageNow:
    """A stage as it stands: done, now (something in it is open), later, left out, or spare (not needed as yet)."""

    number: int
    title: str
    led_by: str
    template: str
    acts: tuple[ActNow, ...]

    @property
    def state(self) -> str:
        """In one word, as above."""
        if any(act.state in ("open", "later") and not act.optional for act in self.acts):
            return "now" if any(act.state != "later" for act in self.acts) else "later"
        if any(act.state == "done" for act in self.acts):
            return "done"
        return "spare" if all(act.optional for act in self.acts) else "left"

    @property
    def label(self) -> str:
        """Its state in words."""
        words = {"done": "Done", "now": "Now", "later": "Later", "left": "Not done"}
        return words.get(self.state) or self.acts[0].label

    @property
    def ahead(self) -> bool:
        """Whether something in it is still to be done."""
        return self.state in ("now", "later")


def progress(
    charter: Charter,
    activity: str,
    done: Mapping[str, Done],
    year: str,
    held_on: date | None,
    state: str = COURSE.first,
) -> tuple[StageNow, ...]:
    """Every stage with its acts as they stand; ``state`` is the challenge’s own."""
    stages = stages_of(charter, activity)

    def now(act: str) -> ActNow:
        waiting = waits_for(charter, activity, act, done)
        stands = _stands(act, state, act in done, bool(waiting))
        duty = duty_of(charter, act) if activity == CHALLENGE else None
        who = _in_words(
            [role_title(charter, r) if r in CHALLENGE_ROLES else r for r in _doers(charter, activity, act)]
        )
        due = due_window(duty, year, held_on) if duty else None
        said = act_words(charter, activity, act)
        return ActNow(act, said, who, ACTS[act].page, stands, done.get(act), waiting, duty, due)

    return tuple(
        StageNow(n, s.title, _led_by(charter, s.led_by), s.template, tuple(now(a) for a in s.acts))
        for n, s in enumerate(stages, 1)
    )


def _stands(act: str, state: str, done: bool, waits: bool) -> ActState:
    """How an act stands. The plan and the looks back go on after a challenge is closed, but nothing after it is
    called off; what it may do without is not looked for any more once it is over."""
    if done:
        return "done"
    over = state != COURSE.first and (state not in COUNTED or ACTS[act].page != "later" or act in OPTIONAL)
    return "left" if over else "later" if waits else "open"


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

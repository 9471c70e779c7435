"""How every action runs: one transaction that decides, moves, writes, journals once, and queues notices."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, transaction
from django.utils import timezone

from concord.queries.membership import forget
from concord.records.models import Entry, Notice
from concord.rules import access
from concord.rules.access import Actor, Decision, Facts
from concord.rules.journal import GENESIS, entry_hash

P = ParamSpec("P")
T = TypeVar("T")

_JOURNAL_LOCK = 7_091_001  # any number of our own; serialises the chain on PostgreSQL


class Refused(Exception):
    """The policy said no. Carries the decision, whose sentence is for the page."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.sentence)
        self.decision = decision


class Invalid(Exception):
    """What was asked cannot be done as it stands. The message says what to do; ``fields`` says where."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


SYSTEM = Actor(name="Concord’s keeper, at the command line", operator=True)
ACTIONS: dict[str, Callable[..., Any]] = {}


@dataclass
class Run:
    """One running action: who acts, when, and what has been decided and written so far."""

    verb: str
    by: Actor
    at: datetime
    decided: bool = False
    entry: Entry | None = None
    notices: list[Notice] = field(default_factory=list)
    holding: access.Holding | None = None

    @property
    def today(self) -> date:
        """The day of the action in local time."""
        return timezone.localdate(self.at)

    @property
    def who(self) -> str:
        """The actor in words, with the office they act in: kept wherever a name is kept."""
        if self.holding is None:
            return self.by.name
        office = f"{self.holding.title}, {self.holding.place}"
        return office if self.by.name == office else f"{self.by.name}, {office}"

    def require(self, ability: str, facts: Facts | None = None) -> None:
        """Ask the policy; raise Refused with its sentence when it says no."""
        decision = access.decide(self.by, ability, facts)
        if not decision.allowed:
            raise Refused(decision)
        self.decided = True
        facts = facts or Facts()
        in_alliance = (h for h in self.by.holdings if h.alliance == facts.alliance)
        # Who acts from a seat in a challenge is named by the office that brought them there.
        self.holding = self.by.acting(ability, facts) or next(in_alliance, None)

    def journal(
        self,
        subject: str,
        sentence: str,
        *,
        alliance: str = "",
        authority: str = "",
        clauses: Iterable[str] = (),
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Write the action's one entry; a second one is a programming error."""
        if self.entry is not None:
            raise AssertionError(f"{self.verb} journals twice")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_JOURNAL_LOCK])
        last = Entry.objects.order_by("-number").values("number", "hash").first()
        content = {
            "number": last["number"] + 1 if last else 1,
            "at": self.at.astimezone(UTC),
            "verb": self.verb,
            "alliance": alliance,
            "authority": authority,
            "person": self.by.person,
            "actor": self.who,
            "subject": subject,
            "sentence": sentence,
            "clauses": list(clauses),
            "detail": detail or {},
            "previous": last["hash"] if last else GENESIS,
        }
        self.entry = Entry.objects.create(**content, hash=entry_hash(content))

    def tell(
        self,
        people: Iterable[int],
        kind: str,
        sentence: str,
        link: str,
        alliance: str = "",
        urgent: bool = False,
    ) -> None:
        """Queue a notice for each person but the actor; it is written with the action or not at all."""
        self.notices += [
            Notice(
                person_id=person,
                kind=kind,
                alliance=alliance,
                sentence=sentence,
                link=link,
                made_at=self.at,
                urgent=urgent,
            )
            for person in sorted(set(people) - {self.by.person})
        ]


def action(verb: str) -> Callable[[Callable[Concatenate[Run, P], T]], Callable[..., T]]:
    """Make a function of a Run into an action: call it with ``by=`` (and, to replay history, ``at=``)."""

    def wrap(function: Callable[Concatenate[Run, P], T]) -> Callable[..., T]:
        @functools.wraps(function)
        def run_action(*, by: Actor, at: datetime | None = None, **details: Any) -> T:
            try:
                with transaction.atomic():
                    run = Run(verb, by, at or timezone.now())
                    result = function(run, **details)  # type: ignore[call-arg]
                    if not run.decided or run.entry is None:
                        raise AssertionError(f"{verb} must ask the policy and journal once")
                    Notice.objects.bulk_create(run.notices)
            finally:
                forget()
            return result

        if verb in ACTIONS:
            raise AssertionError(f"two actions are called {verb}")
        ACTIONS[verb] = run_action
        return run_action

    return wrap

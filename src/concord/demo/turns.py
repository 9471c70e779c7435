"""One return’s turns: what its data lead and the analyst do with it, each through the action that people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from concord.actions import collating, releases, returns
from concord.demo.events import Event
from concord.demo.people import Cast
from concord.records.models import Alliance, Authority, Return
from concord.rules.access import Actor
from concord.rules.figures import Amount

EXPLAINED = {
    "stock-balance": "Records of earlier weeks were put right after the last return",
    "large-change": "Checked against the case system: the change is real",
    "large-move": "Checked against the case system: the numbers are small, so it moves a lot",
    "region-implausible": "Checked: it has long been like this here",
    "part-of": "Checked against the case system",
}
REASON = "Two digits were swapped when the number was typed"


@dataclass
class Turn:
    """The return of one authority for one period. ``wrong`` is an error planted in what is first sent."""

    alliance: Alliance
    authority: int
    dataset: str
    period: str
    collated_by: str
    true: Mapping[str, Amount]
    status: str
    wrong: Event | None = None
    ret: Return | None = field(default=None, repr=False)
    question: int = 0

    def lead(self, at: datetime) -> Actor:
        """Who returns for the authority that day."""
        return Cast(self.alliance).actor("data-lead", at, self.authority)

    def analyst(self, at: datetime) -> Actor:
        """Who collates."""
        return Cast(self.alliance).actor(self.collated_by, at)

    @property
    def names(self) -> dict[str, Any]:
        """What names the return."""
        authority = Authority.objects.get(pk=self.authority)
        return {
            "alliance": self.alliance,
            "authority": authority,
            "dataset": self.dataset,
            "period": self.period,
        }

    def save(self, at: datetime) -> None:
        """Fill it in and leave it open."""
        self._save(at, self.first_sent())

    def submit(self, at: datetime) -> None:
        """Fill it in, explain what the checks ask, and send it."""
        self._save(at, self.first_sent())
        self._send(at)

    def first_sent(self) -> dict[str, Amount]:
        """The figures with the planted error, if there is one."""
        amounts = dict(self.true)
        if self.wrong:
            right = amounts[self.wrong.indicator]
            amounts[self.wrong.indicator] = replace(right, numerator=mistaken(right.numerator, self.wrong))
        return amounts

    def _save(self, at: datetime, amounts: Mapping[str, Amount]) -> None:
        self.ret = returns.save(by=self.lead(at), at=at, **self.names, amounts=amounts).of

    def _send(self, at: datetime) -> None:
        ret, lead = self._found(), self.lead(at)
        self._explaining(at, lambda: returns.submit(by=lead, at=at, ret=ret, status=self.status))

    def _explaining(self, at: datetime, send: Callable[[], object]) -> None:
        """Send; where a check asks, explain, and send again."""
        try:
            send()
        except returns.Blocked as blocked:
            now = self.first_sent()
            asked = {f.indicator: f.code for f in blocked.findings}
            self._save(at, {id: replace(now[id], explanation=EXPLAINED[code]) for id, code in asked.items()})
            send()

    def chase(self, at: datetime) -> None:
        """Nothing has come: the analyst reminds."""
        collating.chase(by=self.analyst(at), at=at, **self.names)

    def query(self, at: datetime) -> None:
        """The analyst asks about a figure."""
        about = self.wrong.indicator if self.wrong else next(iter(self.true))
        text = "This looks odd beside your last return. Is it right?"
        asked = collating.query(by=self.analyst(at), at=at, ret=self._found(), question=text, indicator=about)
        self.question = asked.pk

    def answer(self, at: datetime) -> None:
        """The figure is right, and the data lead says so; a wrong one is put right with the answer."""
        text = "Yes: we checked it against the case system."
        if self.wrong:
            text = "No: there was a digit too many. We have put it right."
            self._true_again(at)
        lead, ret, answers = self.lead(at), self._found(), {self.question: text}
        self._explaining(at, lambda: returns.answer(by=lead, at=at, ret=ret, answers=answers))

    def accept(self, at: datetime) -> None:
        """The analyst takes it."""
        collating.accept(by=self.analyst(at), at=at, ret=self._found())

    def reopen(self, at: datetime) -> None:
        """After the release an error came to light."""
        collating.reopen(by=self.analyst(at), at=at, ret=self._found(), reason=REASON)

    def put_right(self, at: datetime) -> None:
        """The data lead sends the right figure."""
        self._true_again(at)
        self._send(at)

    def _true_again(self, at: datetime) -> None:
        self.wrong = None
        self._save(at, {id: replace(amount, explanation="") for id, amount in self.true.items()})

    def correct(self, at: datetime) -> None:
        """A second release says what changed."""
        releases.make_release(
            by=self.analyst(at),
            at=at,
            alliance=self.alliance,
            dataset=self.dataset,
            period=self.period,
            reason=REASON,
        )

    def _found(self) -> Return:
        if self.ret is None:
            raise AssertionError("a turn comes before the return was begun")
        return self.ret


def mistaken(right: Decimal | None, event: Event) -> Decimal:
    """The planted error: a factor on the figure, or its last two digits that differ swapped."""
    digits = list(str(int(right or 0)))
    if event.size:
        return int("".join(digits)) * Decimal(str(event.size))
    for n in range(len(digits) - 1, 0, -1):
        if digits[n] != digits[n - 1]:
            digits[n], digits[n - 1] = digits[n - 1], digits[n]
            break
    return Decimal("".join(digits))

"""A quarter in a region, for the tests of collation and release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests import factories, releasing

from concord.queries.standing import standing_of
from concord.records.models import Alliance
from concord.rules.access import Actor

QUARTER = "2026-27Q2"


@dataclass
class Region:
    """A region with its analyst, the dataset that it returns each quarter, and its members’ DfE codes."""

    alliance: Alliance
    dataset: str
    analyst: Actor
    codes: list[str]

    @property
    def key(self) -> str:
        return self.alliance.key

    @property
    def board(self) -> str:
        return f"/alliances/{self.key}/returns/{self.dataset}/{QUARTER}/"

    @property
    def releases(self) -> str:
        return f"/alliances/{self.key}/releases/"

    def release(self, number: int = 1, dataset: str = "", period: str = QUARTER) -> str:
        return f"{self.releases}{dataset or self.dataset}/{period}/{number}/"

    @property
    def making(self) -> str:
        return f"{self.releases}{self.dataset}/{QUARTER}/new/"

    def accept(self, code: str, status: str = "provisional", **own: tuple[int, int | None] | str) -> None:
        content = releasing.lines(self.dataset, code, **own)
        releasing.accepted(self.alliance, code, self.dataset, QUARTER, content, status)


def region_named(key: str) -> Region:
    alliance = factories.london() if key == "london" else factories.east_midlands()
    dataset = {"london": "london-core-18", "east-midlands": "riia-31"}[key]
    codes = [m.code for m in standing_of(alliance, date(2026, 11, 20)).members]
    return Region(alliance, dataset, releasing.analyst(alliance), codes)

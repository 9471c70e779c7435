"""How often “where to look” raises a flag where nothing happens: the table of docs/developers/false-alarms.md.

Run `python scripts/false_alarms.py [RUNS]`. Regions are made up with a seed; authorities differ in size and level,
and each keeps its level for ever. A flag is then a false alarm.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

import catalogue
from catalogue.model import Indicator
from catalogue.periods import Period
from concord.rules.analysis import analyse
from concord.rules.panel import Given, Group, Unit
from concord.rules.signals import RATE, search

Rng = np.random.Generator
SEASON = np.array([1.02, 0.92, 1.03, 1.03])


@dataclass(frozen=True)
class Region:
    """A stable region. ``between``: how far levels differ (standard deviation of logarithms, of logits). ``noise``:
    what varies from quarter to quarter beside chance, as a share. ``alike``: how far a quarter’s noise lasts."""

    name: str
    authorities: int = 33
    quarters: int = 12
    indicators: int = 18
    children: float = 50_000
    spread: float = 0.5
    between: float = 0.3
    noise: float = 0.0
    alike: float = 0.0


REGIONS = (
    Region("33 authorities, chance alone"),
    Region("33 authorities, chance alone", quarters=24),
    Region("33 small authorities (a tenth of the children)", children=5_000),
    Region("33 authorities, quarters vary by a tenth beside chance", noise=0.1),
    Region("33 authorities, quarters vary, half of it lasts", noise=0.1, alike=0.5, quarters=24),
    Region("33 authorities, levels hardly differ", between=0.02),
    Region("33 authorities, levels differ greatly", between=0.6),
    Region("ten authorities, chance alone", authorities=10),
    Region("ten authorities, quarters vary by a tenth", authorities=10, noise=0.1, quarters=24),
    Region("153 authorities, quarters vary by a tenth", authorities=153, noise=0.1),
)


def indicators(count: int) -> list[Indicator]:
    """Rates and shares by turns, under names of their own."""
    known = catalogue.indicators()
    kinds = [
        known["referrals_rate"],
        known["assessments_45d_pct"],
        known["cla_start_rate"],
        known["icpc_15d_pct"],
    ]
    return [msgspec.structs.replace(kinds[i % len(kinds)], id=f"made_up_{i}") for i in range(count)]


def stable(region: Region, chance: Rng, chosen: Sequence[Indicator]) -> tuple[Group, list[Given]]:
    """A region in which no authority changes or is further from the others than they usually are."""
    last = Period(2026, 1)
    periods = tuple(last.shift(n).key for n in range(1 - region.quarters, 1))
    units = tuple(Unit(f"{i:03d}", f"Authority {i}") for i in range(region.authorities))
    children = region.children * np.exp(region.spread * chance.normal(size=(len(units), 1)))
    given = []
    for indicator in chosen:
        shape = (len(units), len(periods))
        level = region.between * chance.normal(size=(len(units), 1)) + region.noise * _lasting(
            region, shape, chance
        )
        if indicator.kind == "proportion":
            below = chance.poisson(children * 0.003 * np.ones(shape))
            above = chance.binomial(below, 1 / (1 + np.exp(-1.4 - level)))
        else:
            below = np.round(children) * np.ones(shape)
            mean = children * 0.005 * np.exp(level) * np.resize(SEASON, len(periods))
            above = chance.poisson(mean)
        given.append(Given(indicator, above.astype(float), below.astype(float)))
    return Group("region", "The region", periods, units), given


def _lasting(region: Region, shape: tuple[int, int], chance: Rng) -> np.ndarray:
    """Noise of variance one of which ``alike`` lasts from quarter to quarter."""
    fresh = chance.normal(size=shape)
    noise = fresh.copy()
    for t in range(1, shape[1]):
        noise[:, t] = region.alike * noise[:, t - 1] + np.sqrt(1 - region.alike**2) * fresh[:, t]
    return noise


@dataclass
class Tally:
    """What some runs on stable regions gave."""

    runs: int = 0
    with_flags: int = 0
    flags: int = 0
    checks: int = 0


def tally(region: Region, runs: int, seed: int = 1) -> Tally:
    """Look for what stands out in so many stable regions."""
    chance = np.random.default_rng(seed)
    chosen = indicators(region.indicators)
    known = {indicator.id: indicator for indicator in chosen}
    found = Tally()
    for _ in range(runs):
        group, given = stable(region, chance, chosen)
        searched = search(known, analyse(group, given)).searched
        found = replace(
            found,
            runs=found.runs + 1,
            with_flags=found.with_flags + bool(searched.flagged),
            flags=found.flags + searched.flagged,
            checks=found.checks + searched.checks,
        )
    return found


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(
        "| A region where nothing happens | quarters | checks a release "
        f"| releases with any flag, of 100 (promised: {RATE * 100:.0f} at most) | false flags a release |"
    )
    print("| --- | --- | --- | --- | --- |")
    for region in REGIONS:
        few = max(20, runs * 33 // max(33, region.authorities))
        found = tally(region, few)
        print(
            f"| {region.name} | {region.quarters} | {found.checks / found.runs:,.0f} "
            f"| {100 * found.with_flags / found.runs:.1f} | {found.flags / found.runs:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

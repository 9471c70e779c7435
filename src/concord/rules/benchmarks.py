"""What an authority’s page says of its figures: four quarters as one, the neighbours’ middle, three sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

import catalogue
from catalogue.model import POPULATION, Indicator
from catalogue.periods import Period
from concord.rules.figures import Amount
from concord.rules.phrases import the, whose

QUARTERS = 4
FEWEST_NEIGHBOURS = 3
"""Under so many neighbours with a figure, their middle would be one authority’s figure under another name."""

FIFTHS = {
    "top": "Top fifth",
    "bottom": "Bottom fifth",
    "highest": "Highest fifth",
    "lowest": "Lowest fifth",
}


@dataclass(frozen=True, slots=True)
class Stands:
    """How an authority stands on one indicator, for the sentences."""

    indicator: Indicator
    given: bool
    status: str
    fifth: str


def small(indicator: Indicator, amount: Amount) -> bool:
    """Whether the count is shown in the figure’s place: the denominator is under the indicator’s least."""
    return amount.denominator is not None and amount.denominator < indicator.min_denominator


def steady(indicator: Indicator, amount: Amount) -> Decimal | None:
    """The figure, unless there is none or its denominator is too small to compare."""
    return None if small(indicator, amount) else amount.value(indicator)


def together(indicator: Indicator, quarters: Sequence[Amount | None]) -> Amount | None:
    """Four quarters of a flow as one, sums over sums; None for a stock, or where a quarter is missing.

    What is a stock below the line (children in the area) is taken from the last quarter, not summed.
    """
    given = [q for q in quarters if q is not None and q.numerator is not None]
    if indicator.basis != "flow" or len(given) != QUARTERS or len(quarters) != QUARTERS:
        return None
    numerator = sum((q.numerator for q in given if q.numerator is not None), Decimal(0))
    under = [q.denominator for q in given if q.denominator is not None]
    if not indicator.has_denominator:
        return Amount(numerator)
    if len(under) != QUARTERS:
        return None
    return Amount(numerator, under[-1] if _stock_below(indicator) else sum(under, Decimal(0)))


def _stock_below(indicator: Indicator) -> bool:
    other = indicator.denominator_indicator
    return indicator.denominator_from == POPULATION or (
        other is not None and catalogue.indicators()[other].basis == "stock"
    )


def middle(values: Iterable[Decimal | None], at_least: int = FEWEST_NEIGHBOURS) -> tuple[Decimal | None, int]:
    """The median of those that have a figure, and how many have; no median under ``at_least``.

    The DfE’s children’s social care dashboard takes the median of the neighbours with data.
    """
    given = [v for v in values if v is not None]
    return (median(given) if len(given) >= at_least else None), len(given)


def sentences(name: str, region: str, period: Period, stands: Collection[Stands]) -> tuple[str, str, str]:
    """What stands out: among those with a better end, among the neutral ones, and how whole the figures are."""
    judged = [s for s in stands if s.indicator.polarity != "none"]
    neutral = [s for s in stands if s.indicator.polarity == "none"]
    return _judged(name, region, period, judged), _neutral(neutral, region), _whole(stands)


def _judged(name: str, region: str, period: Period, judged: Sequence[Stands]) -> str:
    top, bottom = _in(judged, "top"), _in(judged, "bottom")
    when = period.label if period.quarter else f"the {period.label}"
    where = f"In {when}, of the {len(judged)} indicators on which one end is better, {name} stands"
    if not top and not bottom:
        return f"{where} in neither {whose(region)} top fifth nor its bottom fifth on any."
    parts = [
        f"in {whose(region)} {end} fifth on {_count(these)}"
        for end, these in (("top", top), ("bottom", bottom))
        if these
    ]
    return f"{where} {'; and '.join(parts)}."


def _neutral(neutral: Sequence[Stands], region: str) -> str:
    parts = [
        f"among the {end} fifth on {_count(these)}"
        for end in ("highest", "lowest")
        if (these := _in(neutral, end))
    ]
    where = f"Of the {len(neutral)} on which neither end is better, it is"
    return f"{where} {' and '.join(parts) if parts else f'at neither end of {the(region)} on any'}."


def _whole(stands: Collection[Stands]) -> str:
    given = [s for s in stands if s.given]
    lacking = [s.indicator.short for s in stands if not s.given]
    provisional = sum(s.status == "provisional" for s in given)
    status = {0: "all validated", len(given): "all provisional"}.get(
        provisional, f"{provisional} of them provisional"
    )
    if not given:
        return "None of its figures are in this release."
    if not lacking:
        return f"All {len(given)} figures are here, {status}."
    return f"{len(given)} of {len(stands)} figures are here, {status}; missing: {listed(lacking)}."


def _in(stands: Iterable[Stands], fifth: str) -> list[str]:
    return [s.indicator.short for s in stands if s.fifth == fifth]


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} ({listed(names)})"


def listed(names: Sequence[str], most: int = 4) -> str:
    """“A, B and C”; what goes beyond ``most`` is counted."""
    shown = list(names[:most])
    if rest := len(names) - len(shown):
        shown.append(f"{rest} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

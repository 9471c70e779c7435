"""Figures from what was returned: whose denominators they take, and what may be made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from catalogue.model import POPULATION, Indicator


@dataclass(frozen=True, slots=True)
class Amount:
    """What a return says of one indicator: a numerator and a denominator, or why there is none."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    missing: str = ""
    explanation: str = ""

    @property
    def given(self) -> bool:
        """Whether there is a figure."""
        return self.numerator is not None

    def value(self, indicator: Indicator) -> Decimal | None:
        """The figure in the indicator’s unit, unrounded; None where there is none or nothing to divide by."""
        return None if self.numerator is None else indicator.value(self.numerator, self.denominator)


def with_denominators(
    indicators: Iterable[Indicator], amounts: Mapping[str, Amount], population: Decimal | None
) -> dict[str, Amount]:
    """The amounts with the denominators that nobody types: the population’s, or another indicator’s numerator.

    Every indicator is in the answer; one that was not returned is an empty Amount.
    """
    whole = {}
    for indicator in indicators:
        amount = amounts.get(indicator.id, Amount())
        if indicator.denominator_from == POPULATION:
            amount = replace(amount, denominator=population)
        elif other := indicator.denominator_indicator:
            amount = replace(amount, denominator=amounts.get(other, Amount()).numerator)
        elif not indicator.has_denominator:
            amount = replace(amount, denominator=None)
        whole[indicator.id] = amount
    return whole

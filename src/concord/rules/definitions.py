"""An indicator’s checks in words, for its definition."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from catalogue import model
from catalogue.model import AnyCheck, Indicator

POLARITY = {
    "high": "A high figure is good",
    "low": "A low figure is good",
    "none": "Neither high nor low is good or bad",
}
BASIS = {
    "flow": "A flow: what happened in the period",
    "stock": "A stock: what stood on the period’s last day",
}
DENOMINATOR_FROM = {
    "return": "given in the return",
    model.POPULATION: "put in by Concord",
    "none": "none",
}
SEVERITY = {"error": "must be mended", "query": "must be explained"}


def denominator_source(indicator: Indicator, names: Mapping[str, str]) -> str:
    """Where the denominator comes from. ``names`` of indicators by id."""
    if other := indicator.denominator_indicator:
        return f"the numerator of “{names[other]}”"
    return DENOMINATOR_FROM[indicator.denominator_from]


def check_in_words(check: AnyCheck, unit: str, names: Mapping[str, str]) -> str:
    """What a check looks for, as a sentence that ends with what follows when it finds it."""
    return f"{_looks_for(check, unit, names)}; otherwise it {SEVERITY[check.severity]}."


def _looks_for(check: AnyCheck, unit: str, names: Mapping[str, str]) -> str:
    match check:
        case model.NumeratorAtMostDenominator():
            return "The numerator is no more than the denominator"
        case model.AtMost(value=value):
            return f"The figure is at most {_number(value)}{_unit(unit)}"
        case model.StockBalance(starts=starts, ends=ends, floor=floor, tolerance_percent=percent):
            within = _within(floor, percent)
            return f"It is last time’s number, plus “{names[starts]}”, less “{names[ends]}”{within}"
        case model.LargeChange(percent=percent, floor=floor):
            return (
                f"It differs from last time’s number by {_number(percent)}% at most, or by fewer than {floor}"
            )
        case model.LargeMove(points=points):
            return f"The figure differs from last time’s by {_number(points)}{_points(unit)} at most"
        case model.RegionImplausible(times=times):
            return f"The figure is not {_number(times)} times the region’s middle, nor so many times smaller"
        case model.PartOf(of=of):
            return f"It is no more than “{names[of]}”, of which it is a part"
        case model.DenominatorEquals(of=of):
            return f"The denominator is the numerator of “{names[of]}”"


def _within(floor: int, percent: Decimal) -> str:
    parts = [f"{floor}"] if floor else []
    parts += [f"{_number(percent)}%"] if percent else []
    return f", give or take {' or '.join(parts)}" if parts else ""


def _unit(unit: str) -> str:
    return "%" if unit == "%" else f" {unit}"


def _points(unit: str) -> str:
    return " percentage points" if unit == "%" else f" {unit}"


def _number(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")

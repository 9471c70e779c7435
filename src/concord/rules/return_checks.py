"""The checks of a return. Form, paste, CSV and workbook all come through here, so all say the same.

An error blocks submission; a query needs an explanation. A check whose other figure is not there (another
indicator that is missing, no earlier period, a region with fewer than five figures) does not apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import singledispatch
from statistics import median
from typing import Any, Literal

from catalogue.model import (
    AtMost,
    Check,
    DenominatorEquals,
    Indicator,
    LargeChange,
    LargeMove,
    NumeratorAtMostDenominator,
    PartOf,
    RegionImplausible,
    Severity,
    StockBalance,
)
from concord.rules.figures import Amount

Field = Literal["numerator", "denominator", "missing", "explanation"]

LARGEST = Decimal("999999999999.99")
LONGEST_TEXT = 2000
FEWEST_IN_REGION = 5
SYMBOLS: Mapping[str, str] = {
    "c": "withheld to protect people",
    "x": "not available",
    "z": "not applicable",
    "u": "too unreliable to give",
    "k": "rounds to nothing",
    "low": "rounds to nothing",
    ":": "not available",
    "~": "rounds to nothing",
}
"""What DfE publications put in place of a figure. Each becomes “missing”, and the reason is asked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says about one cell. ``code`` names the check; ``sentence`` says what to do."""

    indicator: str
    field: Field
    severity: Severity
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class InRegion:
    """The values of one indicator in the release of the period before: their median and how many there were."""

    median: Decimal
    count: int

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> InRegion | None:
        """From the values themselves; None where there are none."""
        known = list(values)
        return cls(median(known), len(known)) if known else None


class Unreadable(ValueError):
    """A cell that holds no figure. ``code`` says why; the message says what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def read_amount(raw: Any, whole: bool = False) -> Decimal | None:
    """A cell as people fill it in: a number, “1,204”, blank, or a DfE symbol. None where there is no figure.

    Kept to two decimal places. Where the figure must be whole, more than two places are refused, so that nothing
    is made whole in silence. Raises Unreadable.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, bool):
        raise Unreadable("not-a-number", "This is not a number. Enter digits, like 1,204")
    text = _tidy(raw) if isinstance(raw, str) else repr(raw) if isinstance(raw, float) else str(raw)
    if text.lower() in SYMBOLS:
        return None
    if text.endswith("%"):
        raise Unreadable(
            "percentage",
            f"“{_quoted(raw)}” is a percentage. Enter the numerator and denominator that it is made of",
        )
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Unreadable(
            "not-a-number", f"“{_quoted(raw)}” is not a number. Enter digits, like 1,204"
        ) from None
    return _storable(amount, whole)


def _storable(amount: Decimal, whole: bool) -> Decimal:
    if not amount.is_finite() or amount.copy_abs() > LARGEST:
        raise Unreadable("too-large", "This number is too large to be right. Check its digits")
    amount = amount.quantize(Decimal("1e-9"))  # what spreadsheets leave behind: 0.30000000000000004
    kept = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if whole and kept != amount:
        raise Unreadable(
            "not-whole", f"{words(amount)} is not a whole number. Count each child or event once"
        )
    return kept.normalize() + Decimal(0)


def _tidy(text: str) -> str:
    kept = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("−", "-")
    head = kept.removeprefix("-")
    groups = head.split(".")[0].split(",")
    if len(groups) > 1 and 1 <= len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:]):
        kept = kept.replace(",", "")
    return kept if kept.isascii() and "_" not in kept else f"“{kept}”"


def symbol_in(raw: Any) -> str:
    """The DfE symbol that a cell holds in place of a figure, or nothing."""
    text = raw.strip().lower() if isinstance(raw, str) else ""
    return text if text in SYMBOLS else ""


def _quoted(raw: Any) -> str:
    """A cell as it was written, on one line and not too long."""
    text = " ".join(str(raw).split())
    return text if len(text) <= 30 else text[:29] + "…"


def words(amount: Decimal) -> str:
    """A figure for a sentence, as it was given: “1,204”, “12.5”."""
    return f"{amount.normalize() + 0:,f}".replace("-", "−")


def stops(findings: Iterable[Finding], amounts: Mapping[str, Amount]) -> list[Finding]:
    """The findings that stand in the way of submission: errors, and queries that nobody has explained."""
    return [
        f
        for f in findings
        if f.severity == "error" or not amounts.get(f.indicator, Amount()).explanation.strip()
    ]


@dataclass(frozen=True, slots=True)
class _Here:
    """One indicator under check with everything that its checks may read."""

    indicator: Indicator
    now: Amount
    last: Amount
    amounts: Mapping[str, Amount]
    region: InRegion | None
    names: Mapping[str, str]

    def numerator_of(self, other: str) -> Decimal | None:
        return self.amounts.get(other, Amount()).numerator


def check(
    asked: Sequence[Indicator],
    rows: Iterable[tuple[str, Amount]],
    last: Mapping[str, Amount] | None = None,
    region: Mapping[str, InRegion] | None = None,
) -> list[Finding]:
    """Everything that the checks say about a return, in the order in which it is filled in.

    ``rows`` are (indicator id, amount), with denominators already put in (``figures.with_denominators``);
    ``last`` the same for the period before; ``region`` the values of the release of the period before.
    """
    known = {i.id for i in asked}
    names = {i.id: i.short for i in asked}
    amounts: dict[str, Amount] = {}
    findings = []
    for id, amount in rows:
        if id not in known:
            findings.append(
                _error(id, "numerator", "unknown-indicator", f"“{_quoted(id)}” is not in this return")
            )
        elif id in amounts:
            findings.append(
                _error(id, "numerator", "duplicate", f"{names[id]} stands twice. Keep one of the two")
            )
        else:
            amounts[id] = amount
    for indicator in asked:
        before = (last or {}).get(indicator.id, Amount())
        now = amounts.get(indicator.id, Amount())
        here = _Here(indicator, now, before, amounts, (region or {}).get(indicator.id), names)
        findings += _row(here)
    return findings


def _error(id: str, field: Field, code: str, sentence: str) -> Finding:
    return Finding(id, field, "error", code, sentence)


def _row(here: _Here) -> Iterator[Finding]:
    plain = list(_plain(here))
    yield from plain
    if any(f.field in ("numerator", "denominator") for f in plain) or not here.now.given:
        return  # a figure that is not one is not compared with others
    for each in here.indicator.checks:
        found = _apply(each, here)
        if found:
            field, sentence = found
            tag = str(type(each).__struct_config__.tag)
            yield Finding(here.indicator.id, field, each.severity, tag, sentence)


def _plain(here: _Here) -> Iterator[Finding]:
    id, now = here.indicator.id, here.now
    missing = now.missing.strip()
    if not now.given and not missing:
        yield _error(id, "numerator", "no-figure", "Enter a figure, or say why there is none")
    if now.given and missing:
        yield _error(
            id, "missing", "figure-and-reason", "There is a figure and a reason for having none. Clear one"
        )
    texts: tuple[tuple[Field, str], ...] = (("missing", now.missing), ("explanation", now.explanation))
    for text_field, text in texts:
        if len(text) > LONGEST_TEXT:
            yield _error(id, text_field, "too-long", f"Shorten this to {LONGEST_TEXT:,} characters or fewer")
    yield from _part(here, "numerator", now.numerator, here.indicator.whole)
    if now.given and here.indicator.has_denominator:
        yield from _denominator(here)


def _part(here: _Here, field: Field, amount: Decimal | None, whole: bool) -> Iterator[Finding]:
    if amount is None:
        return
    if amount < 0:
        yield _error(here.indicator.id, field, "negative", f"{words(amount)} is below zero. Check the sign")
    elif amount > LARGEST:
        yield _error(
            here.indicator.id, field, "too-large", "This number is too large to be right. Check its digits"
        )
    elif whole and amount != amount.to_integral_value():
        sentence = f"{words(amount)} is not a whole number. Count each child or event once"
        yield _error(here.indicator.id, field, "not-whole", sentence)


def _denominator(here: _Here) -> Iterator[Finding]:
    indicator, now = here.indicator, here.now
    typed = indicator.denominator_from == "return"
    if now.denominator is None:
        if typed:
            yield _error(indicator.id, "denominator", "no-denominator", "Enter the denominator too")
        return
    if typed:
        yield from _part(
            here, "denominator", now.denominator, indicator.whole and indicator.kind == "proportion"
        )
    if now.denominator == 0 and now.numerator:
        sentence = f"There is nothing to divide {words(now.numerator)} by: the denominator is 0"
        yield _error(indicator.id, "denominator", "nothing-to-divide-by", sentence)


# --- the catalogue's own checks: each answers with the cell and a sentence, or None --------------------------

_Answer = tuple[Field, str] | None


@singledispatch
def _apply(each: Check, here: _Here) -> _Answer:
    raise TypeError(f"no rule applies the check {type(each).__name__}")


@_apply.register
def _(each: NumeratorAtMostDenominator, here: _Here) -> _Answer:
    over, under = here.now.numerator, here.now.denominator
    if over is None or not under or over <= under:
        return None
    return (
        "numerator",
        f"{words(over)} is more than its denominator, {words(under)}. A part cannot exceed the whole",
    )


@_apply.register
def _(each: AtMost, here: _Here) -> _Answer:
    value = here.now.value(here.indicator)
    if value is None or value <= each.value:
        return None
    shown = _value(here.indicator, value)
    return (
        "numerator",
        f"This gives {shown}; more than {_value(here.indicator, each.value)} is not expected. Is it right?",
    )


@_apply.register
def _(each: StockBalance, here: _Here) -> _Answer:
    now, before = here.now.numerator, here.last.numerator
    starts, ends = here.numerator_of(each.starts), here.numerator_of(each.ends)
    if now is None or before is None or starts is None or ends is None:
        return None
    expected = before + starts - ends
    allowed = max(Decimal(each.floor), before * each.tolerance_percent / 100)
    if abs(now - expected) <= allowed:
        return None
    return "numerator", (
        f"Last time {words(before)}, plus {words(starts)} started, less {words(ends)} ended, makes "
        f"{words(expected)}; you have {words(now)}. What explains the difference of {words(abs(now - expected))}?"
    )


@_apply.register
def _(each: LargeChange, here: _Here) -> _Answer:
    now, before = here.now.numerator, here.last.numerator
    if now is None or before is None:
        return None
    change = abs(now - before)
    if change < each.floor or change * 100 <= abs(before) * each.percent:
        return None
    way = "Up" if now > before else "Down"
    return "numerator", f"{way} from {words(before)} last time to {words(now)}. What explains it?"


@_apply.register
def _(each: LargeMove, here: _Here) -> _Answer:
    now, before = here.now.value(here.indicator), here.last.value(here.indicator)
    least = here.indicator.min_denominator
    sizes = (here.now.denominator, here.last.denominator)
    if now is None or before is None or any(size is not None and size < least for size in sizes):
        return None
    if abs(now - before) <= each.points:
        return None
    shown = _value(here.indicator, before), _value(here.indicator, now)
    return "numerator", f"Moved from {shown[0]} last time to {shown[1]}. What explains it?"


@_apply.register
def _(each: RegionImplausible, here: _Here) -> _Answer:
    value, region, size = here.now.value(here.indicator), here.region, here.now.denominator
    if value is None or region is None or region.count < FEWEST_IN_REGION or region.median <= 0:
        return None
    if size is not None and size < here.indicator.min_denominator:
        return None
    if region.median / each.times <= value <= region.median * each.times:
        return None
    far = "far above" if value > region.median else "far below"
    shown, middle = _value(here.indicator, value), _value(here.indicator, region.median)
    return (
        "numerator",
        f"This gives {shown}, {far} the region’s middle figure last time, {middle}. Is it right?",
    )


@_apply.register
def _(each: PartOf, here: _Here) -> _Answer:
    now, whole = here.now.numerator, here.numerator_of(each.of)
    if now is None or whole is None or now <= whole:
        return None
    return (
        "numerator",
        f"{words(now)} is more than {here.names[each.of]} ({words(whole)}), of which it is a part",
    )


@_apply.register
def _(each: DenominatorEquals, here: _Here) -> _Answer:
    under, other = here.now.denominator, here.numerator_of(each.of)
    if under is None or other is None or under == other:
        return None
    return (
        "denominator",
        f"{words(under)} is not the figure given under {here.names[each.of]}, {words(other)}",
    )


def _value(indicator: Indicator, value: Decimal) -> str:
    shown = value.quantize(Decimal(1).scaleb(-indicator.decimals), ROUND_HALF_UP)
    unit = indicator.unit if indicator.unit == "%" else f" {indicator.unit}"
    return f"{shown:,f}".replace("-", "−") + unit

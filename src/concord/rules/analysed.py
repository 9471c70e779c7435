"""What is worked out of a release (or a published year) for one indicator, in the form in which it is kept.

Plain structures that go to JSON and back. Figures are in the indicator’s unit, None where there is none.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Direction = Literal["better", "worse", "higher", "lower"]
Sure = Literal["sure", "fairly", "perhaps", "unsure", "too-few", "not-checked"]

SURE = {
    "sure": "We are sure",
    "fairly": "We are fairly sure",
    "perhaps": "Worth a look, but not sure",
    "unsure": "Nothing unusual",
    "too-few": "Too few to tell",
    "not-checked": "Nothing to check",
}


class Point(msgspec.Struct, frozen=True, array_like=True):
    """One period of a series, on its control chart.

    ``mean``, ``low`` and ``high`` are the chart’s; ``rules`` those that fired (outside, shift, trend,
    two_of_three); ``kind`` improvement, concern, neutral or "". ``small``: the denominator is under the
    indicator’s least, so the point is shown and not judged. ``group`` is the figure of the region (or England).
    """

    period: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    rules: tuple[str, ...] = ()
    kind: str = ""
    small: bool = False
    group: float | None = None


class Gap(msgspec.Struct, frozen=True):
    """How far an authority is from somebody else: ``points`` in the indicator’s unit, ``children`` as a count.

    ``children`` above zero: so many more than if the authority were like them. ``counted`` says of how many
    authorities ``value`` is. ``key``: region, sub-region, neighbours, england.
    """

    key: str
    label: str
    value: float
    points: float
    children: float | None
    counted: int = 0


class Change(msgspec.Struct, frozen=True):
    """The likeliest change of a series, beyond what the whole group did, and how often chance brings as much.

    ``shape``: “step”, a new level that began in ``since``; “drift”, a slow rise or fall that began then.
    ``before`` and ``after`` are the pooled figures up to ``since`` and from it on (for a drift, of the newest
    period); ``group_before`` and ``group_after`` those of the group. ``periods``: how many it has lasted.
    """

    shape: Literal["step", "drift"]
    since: str
    periods: int
    p: float
    before: float | None
    after: float | None
    group_before: float | None
    group_after: float | None
    up: bool


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One authority on one indicator.

    ``missing``: why there is no figure, in words. ``lower`` and ``upper``: 95 per cent interval of the figure.
    ``rank`` 1 is the best (the highest, where neither end is), of the ``counted`` of the analysis, between
    ``rank_lower`` and ``rank_upper``. ``band``: quarter of the group, A (best or highest) to D. ``fifth``: top,
    bottom, highest, lowest or "". Funnel: ``z`` with overdispersion, ``p``, fair limits at its own denominator,
    ``outside`` them (exactly where p says so) “”, “95” or “99.8”, ``outside_since`` the first period of the
    unbroken time outside.
    ``trial``: fewer than 13 points, the chart’s limits will still move. ``recent``: up, down, none or unknown
    over the last five points. ``q``: the least false discovery rate at which it is flagged.
    """

    code: str
    name: str
    sub_region: str = ""
    status: str = ""
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    missing: str = ""
    small: bool = False
    lower: float | None = None
    upper: float | None = None
    rank: int | None = None
    rank_lower: int | None = None
    rank_upper: int | None = None
    fifth: str = ""
    band: str = ""
    z: float | None = None
    p: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    lower998: float | None = None
    upper998: float | None = None
    outside: str = ""
    outside_since: str = ""
    gaps: tuple[Gap, ...] = ()
    points: tuple[Point, ...] = ()
    trial: bool = True
    recent: str = "unknown"
    change: Change | None = None
    q: float | None = None
    score: float = 0
    direction: Direction | Literal[""] = ""
    sure: Sure = "not-checked"
    flagged: bool = False
    sayings: tuple[str, ...] = ()

    @property
    def by_change(self) -> bool:
        """Whether the change is the surer of the two checks."""
        return self.change is not None and (self.p is None or self.change.p <= self.p)

    def gap(self, key: str) -> Gap | None:
        """The distance from region, sub-region, neighbours or england."""
        return next((g for g in self.gaps if g.key == key), None)


class Place(msgspec.Struct, frozen=True):
    """The figure of a group, sum over sum, of ``counted`` authorities; ``points`` over time where kept.

    Of the whole group also: its ``change``, of the ``always`` units that have a figure in every period, and what
    was made of it, as of a row. ``sentence`` says it.
    """

    key: str
    name: str
    value: float | None
    numerator: float | None
    denominator: float | None
    counted: int
    points: tuple[Point, ...] = ()
    change: Change | None = None
    always: int = 0
    q: float | None = None
    score: float = 0
    direction: Direction | Literal[""] = ""
    sure: Sure = "not-checked"
    flagged: bool = False
    sentence: str = ""


class England(msgspec.Struct, frozen=True):
    """The published figure of England beside a quarter’s; ``comparable`` only where the bases are the same."""

    year: int
    value: float
    label: str
    comparable: bool
    note: str = ""


class Limits(msgspec.Struct, frozen=True, array_like=True):
    """The funnel at one denominator, for drawing: fair limits in the indicator’s unit."""

    denominator: float
    lower95: float
    upper95: float
    lower998: float
    upper998: float


class Analysed(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator in one release, or in one published year.

    ``period`` and ``periods`` are keys (“2026-27Q1”; a published year “2025”), the oldest first. ``made_of``:
    the release number of each period used. ``breaks``: periods at which the definition changed. ``target``,
    ``phi`` and ``tau2`` are the funnel’s, None where there is none (counts, values without numerators).
    """

    indicator: str
    period: str
    periods: tuple[str, ...]
    rows: tuple[Row, ...]
    group: Place
    places: tuple[Place, ...] = ()
    england: England | None = None
    counted: int = 0
    target: float | None = None
    phi: float | None = None
    tau2: float | None = None
    curve: tuple[Limits, ...] = ()
    made_of: dict[str, int] = {}
    breaks: tuple[str, ...] = ()
    edition: str = ""
    average: str = "median"

    def row(self, code: str) -> Row | None:
        """One authority’s row."""
        return next((r for r in self.rows if r.code == code), None)


class Reason(msgspec.Struct, frozen=True):
    """One rule behind a flag: its kind, in words, since when, and how often chance brings as much (None: n/a)."""

    kind: str
    words: str
    since: str
    p: float | None = None


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at: an authority’s indicator that changed or stands out."""

    code: str
    name: str
    indicator: str
    direction: Direction
    kinds: tuple[str, ...]
    since: str
    periods: int
    place: int
    score: float
    p: float
    q: float
    sure: Sure
    sentence: str
    reasons: tuple[Reason, ...] = ()
    gap: Gap | None = None


class Searched(msgspec.Struct, frozen=True):
    """How the flags were found: ``expected`` of the ``flagged`` are chance, on average, at most."""

    checks: int
    flagged: int
    expected: float
    rate: float

    @property
    def sentence(self) -> str:
        """For the head of every list."""
        if not self.flagged:
            return f"{self.checks:,} checks were made, and nothing stands out more than chance would bring."
        chance = "fewer than one" if self.expected < 1 else f"about {self.expected:.0f}"
        things = "thing stands" if self.flagged == 1 else "things stand"
        return (
            f"{self.checks:,} checks were made; {self.flagged:,} {things} out, of which {chance} may be chance "
            f"(at most {self.rate:.0%} on average)."
        )


def to_json(thing: msgspec.Struct) -> Any:
    """As it is kept."""
    return msgspec.to_builtins(thing)


def from_json(content: Any) -> Analysed:
    """As it was kept. Raises msgspec.ValidationError where that was by another version of these structures."""
    return msgspec.convert(content, Analysed)


class _Unread(Analysed, frozen=True, kw_only=True):
    """An analysis whose rows are still text."""

    rows: tuple[msgspec.Raw, ...]  # type: ignore[assignment]


_whole = msgspec.json.Decoder(Analysed)
_unread = msgspec.json.Decoder(_Unread)
_row = msgspec.json.Decoder(Row)


def from_text(text: str, code: str = "") -> Analysed:
    """As ``from_json``, of the text of what was kept; with a ``code``, of the rows that authority’s alone.

    The others’ rows then stay unread, which takes a tenth of the time.
    """
    if not code:
        return _whole.decode(text)
    found = _unread.decode(text)
    own = (_row.decode(raw) for raw in found.rows if code.encode() in bytes(raw))
    parts = {name: getattr(found, name) for name in Analysed.__struct_fields__}
    return Analysed(**parts | {"rows": tuple(row for row in own if row.code == code)})

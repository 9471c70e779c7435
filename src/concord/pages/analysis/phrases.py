"""Small things of an analysis said in words."""

from __future__ import annotations

from catalogue.model import Indicator
from concord.pages.jinja import number
from concord.rules.analysed import Gap


def gap_words(gap: Gap, indicator: Indicator) -> str:
    """How far the authority is from somebody: “5.9; here 0.3 lower, about 2 fewer”.

    A percentage differs by points. What rounds to nought is “the same”, and counts under a half are not said.
    """
    value, far = number(gap.value, indicator.decimals), number(abs(gap.points), indicator.decimals)
    if float(far.replace(",", "")) == 0:
        return f"{value}; here the same"
    unit = " points" if indicator.unit == "%" else ""
    side = "higher" if gap.points > 0 else "lower"
    told = f"{value}; here {far}{unit} {side}"
    count = round(abs(gap.children or 0))
    return f"{told}, about {count:,} {'more' if (gap.children or 0) > 0 else 'fewer'}" if count else told

"""A line as small as a word: the shape of a few figures, drawn from nought so that it does not exaggerate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 76, 24, 4


def sparkline(values: Sequence[Decimal | None], breaks: Collection[int] = ()) -> Markup:
    """An SVG for beside the figures that it draws (so hidden from those who hear the page); a gap where there is none.

    ``breaks``: places from which the definition is another; the line stops before each. Empty under two values.
    """
    given = [v for v in values if v is not None]
    if len(given) < 2:
        return Markup()
    top = float(max(given)) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    points = [
        None if v is None else (EDGE + n * step, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * float(v) / top)
        for n, v in enumerate(values)
    ]
    lines = Markup().join(
        Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(*a, *b)
        for n, (a, b) in enumerate(pairwise(points), start=1)
        if a and b and n not in breaks
    )
    dots = Markup().join(
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}"/>').format(*at, 3 if n == len(points) - 1 else 1.6)
        for n, at in enumerate(points)
        if at
    )
    frame = Markup(
        '<svg class="app-spark" width="{w}" height="{h}" viewBox="0 0 {w} {h}" aria-hidden="true" focusable="false">'
        "{lines}{dots}</svg>"
    )
    return frame.format(w=WIDTH, h=HEIGHT, lines=lines, dots=dots)

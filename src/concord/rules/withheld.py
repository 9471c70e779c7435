"""What is withheld from a release before it may go beyond those with whom it is shared.

Members and partners whom the charter names get every count, in confidence. The file for publishing has none from 1
to 5, nor what would give one back: see docs/decisions/0005.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from catalogue.model import Indicator
from concord.rules.released import Released
from concord.statistics import Suppressed, suppress
from concord.statistics.suppression import Floats

THRESHOLD = 5  # the DfE’s: counts of 1 to 5 are withheld


def withheld(release: Released, earlier: Sequence[Released] = ()) -> frozenset[tuple[str, str]]:
    """The cells (DfE code, indicator) of a release that the file for publishing leaves out, all their parts.

    A part of a whole is laid beside the rest of that whole, since either gives the other back. ``earlier``: the
    releases of the same period before it, the first first, each of which may have been published in the same way:
    nothing is given back by laying them side by side either. No sums over authorities are in that file. Staff in
    full-time equivalents are no children and no counts, so they are not withheld.
    """
    codes = [member.code for member in release.members]
    hidden: set[tuple[str, str]] = set()
    for indicator in release.indicators:
        if not indicator.whole:
            continue
        found: Suppressed | None = None
        for one in (*earlier, release):
            found = suppress(
                _table(one, indicator, codes),
                THRESHOLD,
                row_totals=indicator.kind == "proportion",
                column_totals=False,
                previous=found,
            )
            # of a cell that is withheld, no part is published
            found = replace(found, hidden=found.hidden | found.hidden.any(axis=1, keepdims=True))
        if found is not None:
            hidden |= {
                (codes[i], indicator.id) for i in np.flatnonzero(found.hidden.any(axis=1)) if i < len(codes)
            }
    return frozenset(hidden)


def _table(release: Released, indicator: Indicator, codes: Sequence[str]) -> Floats:
    """The counts: the numerator, and of a proportion the rest beside it; NaN where there is none."""
    parts = 2 if indicator.kind == "proportion" else 1
    table = np.full((len(codes), parts), np.nan)
    for row, code in enumerate(codes):
        figure = release.figures.get((code, indicator.id))
        if figure is None or figure.amount.numerator is None:
            continue
        table[row, 0] = round(figure.amount.numerator)
        if parts == 2 and figure.amount.denominator is not None:
            table[row, 1] = max(0, round(figure.amount.denominator - figure.amount.numerator))
    return table

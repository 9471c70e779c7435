"""Which values lie in the top or the bottom fifth of a group: London's rule for the narrative.

London's members explain each indicator on which they stand in the top or the bottom 20 per cent of the
region. “Top” and “bottom” are judgements, so they need a polarity; a neutral indicator is only highest or
lowest.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from concord.statistics.arrays import floats

Polarity = Literal["high", "low", "none"]

FEWEST = 5

_WORDS: dict[Polarity, tuple[str, str]] = {
    "high": ("top", "bottom"),
    "low": ("bottom", "top"),
    "none": ("highest", "lowest"),
}


def fifths(values: ArrayLike, polarity: Polarity | None) -> NDArray[np.str_]:
    """Where each value stands among its group: ``top``, ``bottom``, ``highest``, ``lowest`` or ``""``.

    Along the first axis of ``values`` (any unit; shape ``(units,)`` or ``(units, indicators)``) each value
    gets its place ``(how many are lower + half of those equal to it, itself included) / how many there are``
    (the mid-rank or “percentile rank”). A place of 0.8 or more is the fifth with the highest values, 0.2 or
    less that with the lowest: 7 and 7 of London's 33 authorities, 2 and 2 of the East Midlands' ten.

    ``polarity`` says which is better: ``high`` or ``low`` gives ``top`` (the better fifth) and ``bottom``;
    ``none`` (or None) gives ``highest`` and ``lowest``, which say nothing of better or worse.

    Edge cases: NaN is not counted and gets ``""``; values that tie share one place, so a tie that straddles
    the edge belongs to the fifth only if its middle does, and a constant indicator puts nobody in any fifth;
    under five values there are no fifths. Raises ValueError on another polarity.
    """
    polarity = polarity or "none"
    if polarity not in _WORDS:
        raise ValueError(f"polarity is “{polarity}”: expected high, low or none")
    data = floats(values)
    if data.ndim == 0:
        raise ValueError("fifths needs the values of a whole group, not a single number")
    counted = np.sum(~np.isnan(data), axis=0)
    below = np.sum(data[None] < data[:, None], axis=1)
    equal = np.sum(data[None] == data[:, None], axis=1)
    # (below + equal/2) / counted >= 4/5, in whole numbers so that an exact fifth is never lost to rounding
    present = ~np.isnan(data) & (counted >= FEWEST)
    high = present & (10 * below + 5 * equal >= 8 * counted)
    low = present & (10 * below + 5 * equal <= 2 * counted)
    at_high, at_low = _WORDS[polarity]
    return np.where(high, at_high, np.where(low, at_low, ""))

"""Times published packages on the same figures as bench/statistics.py, which starts this with them on the path.

Prints one JSON line: name -> seconds for the whole job, worked out from a part of it where that takes long.
"""

from __future__ import annotations

import json
import time

import numpy as np

CHARTS_TRIED = 200
FUNNELS_TRIED = 5


def control_charts() -> float:
    """abspc: Making Data Count's XmR limits and rules, one series at a time."""
    import pandas as pd
    from abspc import calculate_control_limits, detect_special_causes

    series = np.random.default_rng(2).normal(50, 8, (10_000, 24))
    frames = [pd.DataFrame({"value": row}) for row in series[:CHARTS_TRIED]]
    start = time.process_time()
    for frame in frames:
        detect_special_causes(calculate_control_limits(frame, "XmR"))
    return (time.process_time() - start) * len(series) / CHARTS_TRIED


def funnels() -> float:
    """controlchartspy: overdispersed limits of proportions, one indicator at a time."""
    from controlchartspy import funnel

    source = np.random.default_rng(3)
    total = source.integers(200, 4000, (153, 60))
    events = source.binomial(total, 0.25)
    names = [str(unit) for unit in range(153)]

    def one(column: int) -> None:
        figures = {"unit": names, "events": events[:, column].tolist(), "total": total[:, column].tolist()}
        funnel(
            data=figures, keys="unit", numerators="events", denominators="total", return_objs="limits",
            funnel_settings={"od_adjust": "yes"},
        )  # fmt: skip

    one(0)  # its engine starts once
    start = time.process_time()
    for column in range(FUNNELS_TRIED):
        one(column)
    return (time.process_time() - start) * 60 / FUNNELS_TRIED


if __name__ == "__main__":
    print(json.dumps({"control charts": control_charts(), "funnels": funnels()}))

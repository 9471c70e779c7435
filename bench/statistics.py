"""Times the statistics beside published packages, on this machine, on one core: `python bench/statistics.py`.

statsmodels and scipy come with the development dependencies. Two packages that Concord does not depend on are
installed into a temporary folder for the run; where that cannot be done the line says so. Peers that work row
by row are timed on a part and multiplied; every time is the least of several.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# this file has the name of a module of the standard library, which others import
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import numpy as np  # noqa: E402

from concord import statistics as s  # noqa: E402

PEERS = ("abspc==1.1.0", "controlchartspy==0.1.3")
ROWS = 1_000_000
ROWS_TRIED = 3_000
DRAWS_TRIED = 1_000
QUARTER_GOAL = 3.0


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The least processor time that the work took, so that what else the machine does counts little."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def line(
    name: str, ours: float, peer: str = "", theirs: float | None = None, goal: float | None = None
) -> None:
    """One line of the table; the goal is how many times faster we want to be."""
    beside = ""
    if theirs is not None:
        ratio = theirs / ours
        verdict = (
            "" if goal is None else f"   goal {goal:,.0f} times: {'met' if ratio >= goal else 'NOT MET'}"
        )
        beside = f"{theirs:10.3f} s  {ratio:10,.1f} times  {peer}{verdict}"
    elif peer:
        beside = peer
    print(f"{name:<46}{ours:9.4f} s  {beside}")


def intervals() -> None:
    """Wilson and Byar on a million rows, beside statsmodels row by row and at once."""
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.rates import confint_poisson

    source = np.random.default_rng(1)
    events = source.poisson(60, ROWS).astype(float)
    total = events + source.integers(1, 10_000, ROWS)
    part = list(zip(events[:ROWS_TRIED].tolist(), total[:ROWS_TRIED].tolist(), strict=True))
    scale = ROWS / ROWS_TRIED

    wilson = seconds(lambda: s.proportion_interval(events, total))
    rows = seconds(lambda: [proportion_confint(x, n, method="wilson") for x, n in part]) * scale
    line("Wilson, 1,000,000 rows", wilson, "statsmodels, row by row", rows, 50)
    once = seconds(lambda: proportion_confint(events, total, method="wilson"))
    line("", wilson, "statsmodels, all rows at once", once)

    byar = seconds(lambda: s.rate_interval(events, total))
    rows = seconds(lambda: [confint_poisson(x, n, method="exact-c") for x, n in part]) * scale
    line("Byar (exact below ten), 1,000,000 rows", byar, "statsmodels exact-c, row by row", rows, 50)
    once = seconds(lambda: confint_poisson(events, total, method="exact-c"))
    line("", byar, "statsmodels exact-c, all rows at once", once)
    few = source.poisson(4, ROWS).astype(float)
    line("  the same, nearly all below ten", seconds(lambda: s.rate_interval(few, total)))


def ranks() -> None:
    """Ranks of 153 authorities with 10,000 draws, beside scipy's rankdata draw by draw."""
    from scipy.stats import rankdata

    source = np.random.default_rng(4)
    total = source.integers(200, 4000, 153)
    events = source.binomial(total, 0.25)

    def theirs() -> None:
        places = [
            rankdata(source.beta(events + 0.5, total - events + 0.5), method="min")
            for _ in range(DRAWS_TRIED)
        ]
        np.quantile(places, [0.025, 0.975], axis=0)

    line(
        "Ranks with intervals, 153 by 10,000 draws", seconds(lambda: s.rank_interval(events, total)),
        "scipy's rankdata, draw by draw", seconds(theirs) * 10_000 / DRAWS_TRIED,
    )  # fmt: skip


def published_peers() -> dict[str, float]:
    """What bench/statistics_peers.py measures; empty, with the reason printed, without the packages."""
    folder = tempfile.mkdtemp(prefix="concord-bench-")
    try:
        uv = Path(sys.executable).with_name("uv")
        tool = (
            [str(uv), "pip", "install", "-q"]
            if uv.exists()
            else [sys.executable, "-m", "pip", "install", "-q"]
        )
        subprocess.run([*tool, "--target", folder, *PEERS], check=True, capture_output=True, timeout=300)
        script = Path(__file__).with_name("statistics_peers.py")
        start = f"import runpy, sys; sys.path.insert(0, {folder!r}); runpy.run_path({str(script)!r}, None, '__main__')"
        run = subprocess.run(
            [sys.executable, "-I", "-c", start], check=True, capture_output=True, text=True, timeout=300
        )
        return {name: float(took) for name, took in json.loads(run.stdout.splitlines()[-1]).items()}
    except (subprocess.SubprocessError, OSError) as problem:
        error = getattr(problem, "stderr", None) or problem
        last = str(error.decode() if isinstance(error, bytes) else error).strip().splitlines()[-1:]
        print(f"(no peers: {', '.join(PEERS)} could not be installed or run here: {' '.join(last)})")
        return {}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def charts(peers: dict[str, float]) -> None:
    """Control charts and funnels, beside the published packages."""
    series = np.random.default_rng(2).normal(50, 8, (10_000, 24))
    ours = seconds(lambda: s.control_chart(series, "up"))
    line("Control charts, 10,000 of 24 points", ours, "abspc, one series at a time" if peers else "no peer here",
         peers.get("control charts"), 500)  # fmt: skip
    source = np.random.default_rng(3)
    total = source.integers(200, 4000, (153, 60))
    events = source.binomial(total, 0.25)
    line("Overdispersed funnels, 153 by 60", seconds(lambda: s.funnel(events, total)),
         "controlchartspy, one indicator at a time" if peers else "no peer here", peers.get("funnels"))  # fmt: skip
    print("  (NHSRplotthedots and FunnelPlotR are for R; nhspy-plotthedots was not to be found on PyPI)")


def national_quarter() -> None:
    """Every statistic of one quarter: 153 authorities, 60 indicators, 24 quarters."""
    source = np.random.default_rng(5)
    total = source.integers(50, 4000, (153, 60)).astype(float)
    total[source.random(total.shape) < 0.02] = np.nan
    events = source.binomial(np.nan_to_num(total).astype(int), source.uniform(0.02, 0.4, 60)).astype(float)
    events[np.isnan(total)] = np.nan
    value = events / total
    history = source.normal(50, 8, (153 * 60, 24))
    regions = [f"region {unit % 9}" for unit in range(153)]
    near = np.array([source.choice(153, 10, replace=False) for _ in range(153)])
    low, high = s.rate_interval(history[:, -5:], 1000)
    p = s.funnel(events, total).p
    parts: list[tuple[str, Callable[[], object]]] = [
        ("intervals, proportion and rate, 95 and 99.8", lambda: [
            work(events, total, confidence=level)
            for work in (s.proportion_interval, s.rate_interval) for level in (0.95, 0.998)
        ]),
        ("funnels, proportion and rate", lambda: [s.funnel(events, total, kind) for kind in ("proportion", "rate")]),
        ("control charts of 24 quarters", lambda: s.control_chart(history, "up")),
        ("recent trends", lambda: s.recent_trend(history[:, -5:], low, high)),
        ("ranks with intervals, 10,000 draws", lambda: [
            s.rank_interval(events[:, i], total[:, i], draws=10_000) for i in range(60)
        ]),
        ("fifths and quarters", lambda: (s.fifths(value, "low"), s.quantile_band(value))),
        ("neighbours, mean and median", lambda: [s.neighbour_benchmark(value, near, a) for a in ("mean", "median")]),
        ("region and England", lambda: [s.pooled(events, total), *[
            s.pooled(events, total, where=np.array([[r == region] for r in regions])) for region in set(regions)
        ]]),
        ("false discovery rate", lambda: s.benjamini_hochberg(p)),
        ("suppression, with regions and England", lambda: s.suppress(events, regions=regions, row_totals=False)),
    ]  # fmt: skip
    print("\nA national quarter, 153 authorities by 60 indicators")
    whole = 0.0
    for name, work in parts:
        took = seconds(work, 2)
        whole += took
        line(f"  {name}", took)
    verdict = "met" if whole < QUARTER_GOAL else "NOT MET"
    print(f"{'  all together':<46}{whole:9.4f} s  goal under {QUARTER_GOAL:g} s: {verdict}")


def main() -> None:
    """Print the table."""
    print(f"{'':<46}{'ours':>11}  {'theirs':>12}")
    peers = published_peers()
    intervals()
    charts(peers)
    ranks()
    national_quarter()


if __name__ == "__main__":
    main()

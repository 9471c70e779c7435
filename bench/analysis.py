"""Times a whole national quarter on one core: 153 authorities, 60 indicators, 12 quarters, every statistic; and
one authority's report in each format.

`python bench/analysis.py`. The figures are made up with a seed. The goal of the quarter, and of each format with its
charts drawn anew, is three seconds of processor time.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

# statistics.py beside this file has the name of a module of the standard library, which others import
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

import numpy as np  # noqa: E402
from scripts.false_alarms import Region, indicators, stable  # noqa: E402

from concord.outputs import pdf, report_workbook, slides, word  # noqa: E402
from concord.outputs.report import About, Line, report  # noqa: E402
from concord.rules.analysed import to_json  # noqa: E402
from concord.rules.analysis import analyse  # noqa: E402
from concord.rules.signals import search  # noqa: E402

GOAL = 3.0
NATIONAL = Region("England", authorities=153, quarters=12, indicators=60, noise=0.1)
REGION = Region("A region", authorities=33, quarters=16, indicators=31, noise=0.1)
FORMATS = {"PDF": pdf.report, "Word": word.write, "Excel": report_workbook.write, "slides": slides.write}


def main() -> None:
    """Print the times of each part and the whole."""
    chosen = indicators(NATIONAL.indicators)
    known = {indicator.id: indicator for indicator in chosen}
    group, given = stable(NATIONAL, np.random.default_rng(1), chosen)
    analyse(group, given[:1])  # what is made once a process
    began = time.process_time()
    worked_out = analyse(group, given)
    statistics = time.process_time()
    found = search(known, worked_out)
    searched = time.process_time()
    for it in found.analysed:
        to_json(it)
    kept = time.process_time()
    print("A national quarter: 153 authorities, 60 indicators, 12 quarters, one core, processor time")
    print(f"  every statistic            {statistics - began:6.2f} s (goal {GOAL:.0f} s)")
    print(f"  where to look, sentences   {searched - statistics:6.2f} s")
    print(f"  as it is kept              {kept - searched:6.2f} s")
    print(f"  the whole                  {kept - began:6.2f} s; {found.searched.sentence}")


def reports() -> None:
    """Print what one authority's report takes in each format, the first that the process makes."""
    chosen = indicators(REGION.indicators)
    known = {indicator.id: indicator for indicator in chosen}
    group, given = stable(REGION, np.random.default_rng(1), chosen)
    lines = [
        Line(known[it.indicator], it, it.rows[0]) for it in search(known, analyse(group, given)).analysed
    ]
    about = About(
        authority=lines[0].row.name, alliance="An alliance", group="A region", period="April to June 2026",
        dataset="Core indicators", label="Made up.", release=1, made="1 September 2026", status="provisional",
        who_sees="every member authority", caution="Do not pass them on.", hash="f00d",
    )  # fmt: skip
    print(f"One authority's report on {len(lines)} indicators, its charts drawn anew, processor time")
    for name, write in FORMATS.items():
        began = time.process_time()
        made = write(report(about, lines))
        taken = time.process_time() - began
        print(f"  {name:<26} {taken:6.2f} s (goal {GOAL:.0f} s), {len(made) / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
    reports()

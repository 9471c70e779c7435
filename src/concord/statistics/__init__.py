"""Figures that say how sure they are. numpy in, numpy out; no clock, no database, no randomness unseeded.

The first axis is the units compared (authorities), the last the points in time; each function says which of
them it works along. Bad figures are refused with the place; missing ones are NaN and stay NaN.
"""

from concord.statistics.aggregate import Pooled, pooled, rolling
from concord.statistics.bands import fifths
from concord.statistics.changes import Changes, changes, changes_of_values
from concord.statistics.control import ControlChart, assurance, control_chart
from concord.statistics.fair import fair_limits
from concord.statistics.fdr import Discoveries, benjamini_hochberg
from concord.statistics.funnels import Funnel, funnel
from concord.statistics.intervals import count_interval, proportion_interval, rate_interval
from concord.statistics.neighbours import NeighbourBenchmark, neighbour_benchmark
from concord.statistics.quantiles import percentiles, quantile_band
from concord.statistics.ranks import RankInterval, rank_interval, ranks
from concord.statistics.suppression import Suppressed, suppress
from concord.statistics.trends import RecentTrend, recent_trend, recent_trend_proportion

__all__ = [
    "Changes",
    "ControlChart",
    "Discoveries",
    "Funnel",
    "NeighbourBenchmark",
    "Pooled",
    "RankInterval",
    "RecentTrend",
    "Suppressed",
    "assurance",
    "benjamini_hochberg",
    "changes",
    "changes_of_values",
    "control_chart",
    "count_interval",
    "fair_limits",
    "fifths",
    "funnel",
    "neighbour_benchmark",
    "percentiles",
    "pooled",
    "proportion_interval",
    "quantile_band",
    "rank_interval",
    "ranks",
    "rate_interval",
    "recent_trend",
    "recent_trend_proportion",
    "rolling",
    "suppress",
]

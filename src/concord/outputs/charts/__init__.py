"""Charts: plain rows in, one specification out, drawn as SVG or PNG."""

from concord.outputs.charts.draw import png, svg
from concord.outputs.charts.funnels import funnel
from concord.outputs.charts.maps import hexmap
from concord.outputs.charts.places import beside, ranks, scatter
from concord.outputs.charts.trends import trend

__all__ = ["beside", "funnel", "hexmap", "png", "ranks", "scatter", "svg", "trend"]

"""Drawing, or taking the picture that was drawn before."""

from __future__ import annotations

from markupsafe import Markup

from concord.outputs.charts import png, svg
from concord.outputs.charts.draw import Spec
from concord.queries import charts as keeping


def drawn(spec: Spec) -> Markup:
    """The chart as SVG for a page."""
    picture = keeping.get("svg", spec)
    if picture is None:
        picture = svg(spec)
        keeping.keep("svg", spec, picture)
    return Markup(picture)  # noqa: S704  our own drawing; names in it were escaped by the library


def photographed(spec: Spec) -> bytes:
    """The chart as PNG for a file."""
    picture: bytes | None = keeping.get("png", spec)
    if picture is None:
        picture = png(spec)
        keeping.keep("png", spec, picture)
    return picture

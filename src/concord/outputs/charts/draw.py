"""From one Vega-Lite specification: SVG for the page, PNG for documents.

Each chart is a plain mapping, made by a module of this folder out of plain rows. It carries its title and its
description with it, because a picture without words is shut to some readers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import vl_convert

Spec = dict[str, Any]

INK, TEAL, RUST, QUIET, LINE, MIST = "#12262b", "#0f4c54", "#a8480f", "#4a5a5e", "#c3d2d2", "#eef5f4"
FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
WIDTH, HEIGHT = 640, 340  # of the plot, in CSS pixels; the page scales it to its column

CONFIG: Mapping[str, Any] = {
    "font": FONT,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 14,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#e3ebea",
        "domainColor": QUIET,
        "tickColor": QUIET,
        "titlePadding": 10,
    },
    "text": {"font": FONT, "fontSize": 14, "color": INK},
    "legend": {
        "labelFontSize": 14,
        "titleFontSize": 14,
        "labelColor": INK,
        "titleColor": INK,
        "orient": "top",
    },
}


def chart(title: str, description: str, layers: list[Spec], **more: Any) -> Spec:
    """A layered chart in the house's look. ``description`` is what somebody who cannot see it is told."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "usermeta": {"title": title, "description": description},
        "width": more.pop("width", WIDTH),
        "height": more.pop("height", HEIGHT),
        "autosize": {"type": "pad"},
        "config": CONFIG,
        "layer": layers,
        **more,
    }


def svg(spec: Spec) -> str:
    """The chart as SVG that scales with its column and names itself; no style attribute, no script."""
    drawn = vl_convert.vegalite_to_svg(_plain(spec))
    words = spec["usermeta"]
    size = re.search(r'viewBox="0 0 (\S+) (\S+)"', drawn)
    if size is None:
        raise ValueError("the drawing has no size")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="app-drawing" role="img" '
        f'viewBox="0 0 {size[1]} {size[2]}" aria-label="{escape(words["title"])}">'
        f"<title>{escape(words['title'])}</title><desc>{escape(words['description'])}</desc>"
    )
    inside = re.sub(r"^<svg[^>]*>", "", drawn)
    # The figures stand in the table beside the chart; a screen reader is not walked through each mark.
    return head + re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", inside)


def png(spec: Spec, scale: float = 2) -> bytes:
    """The chart as PNG, ``scale`` times its size in CSS pixels."""
    drawn: bytes = vl_convert.vegalite_to_png(_plain(spec), scale=scale)
    return drawn


def _plain(spec: Spec) -> Spec:
    return {key: value for key, value in spec.items() if key != "usermeta"}


def axis(field: str, title: str | Sequence[str], kind: str = "quantitative", **more: Any) -> Spec:
    """An axis with its title and unit, in several lines if need be; it does not start at nought unless asked."""
    scale = {"zero": more.pop("zero", False), **more.pop("scale", {})} if kind == "quantitative" else None
    return {"field": field, "type": kind, "title": title, **({"scale": scale} if scale else {}), **more}


def values(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Rows as data of a layer."""
    return {"values": [dict(row) for row in rows]}

"""What people wrote, on a page: Markdown to HTML that can do no harm."""

from __future__ import annotations

import nh3
from markupsafe import Markup

from concord.outputs.blocks import MARKDOWN
from concord.outputs.printable import printable

_TAGS = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "table", "thead",
    "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip


def prose(text: str, under: int = 3) -> Markup:
    """Markdown as HTML with a few harmless tags; its headings begin at level ``under``."""
    tokens = MARKDOWN.parse(printable(text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + under - 1, 6)}"
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(f'<div class="app-prose">{clean}</div>')  # noqa: S704  cleaned above

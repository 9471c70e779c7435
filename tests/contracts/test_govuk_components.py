"""The components that pages draw are those that GOV.UK Frontend publishes, fixture by fixture.

Held against the fixtures of the very package whose style sheet and script are served, so that neither can
move without the other.
"""

import json
from pathlib import Path

import pytest
from lxml import html

from concord.pages.jinja import Components

COMPONENTS = Path(__file__).resolve().parents[2] / "node_modules/govuk-frontend/dist/govuk/components"
FIXTURES = sorted(COMPONENTS.glob("*/fixtures.json"))


def shape(markup: str) -> object:
    """Elements, attributes and words, whatever the white space between."""

    def of(node):
        attributes = sorted((name, " ".join(value.split())) for name, value in node.attrib.items())
        inside = [of(child) for child in node if isinstance(child.tag, str)]
        return (
            node.tag,
            attributes,
            " ".join((node.text or "").split()),
            inside,
            " ".join((node.tail or "").split()),
        )

    return of(html.fragment_fromstring(f"<div>{markup}</div>"))


def test_there_are_fixtures():
    assert len(FIXTURES) > 30


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.parent.name)
def test_draws_as_published(path):
    draw = getattr(Components(), path.parent.name.replace("-", "_"))
    fixtures = json.loads(path.read_text())["fixtures"]
    assert fixtures
    wrong = [one["name"] for one in fixtures if shape(draw(one["options"])) != shape(one["html"])]
    assert wrong == []

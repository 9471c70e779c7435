"""Words for dates and figures, and the environment's promises."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.utils.safestring import SafeString, mark_safe
from jinja2 import UndefinedError

from concord.pages.jinja import Components, day, environment, faults, number, percent, plural, when


def test_days_are_said_in_words():
    assert day(date(2026, 8, 3)) == "3 August 2026"
    assert day(date(2026, 8, 3), weekday=True) == "Monday 3 August 2026"
    assert day(None) == "not available"


def test_moments_are_said_in_london_time():
    assert when(datetime(2026, 8, 3, 13, 5, tzinfo=UTC)) == "3 August 2026 at 2:05pm"
    assert when(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "31 December 2026 at 11:30pm"
    assert day(datetime(2026, 8, 3, 23, 30, tzinfo=UTC)) == "4 August 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "midnight"),
        (12, 0, "midday"),
        (9, 0, "9am"),
        (0, 5, "12:05am"),
        (12, 30, "12:30pm"),
        (17, 0, "5pm"),
    ],
)
def test_the_clock(hour, minute, said):
    assert when(datetime(2026, 1, 5, hour, minute, tzinfo=UTC)) == f"5 January 2026 at {said}"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (1204, None, "1,204"),
        (1204.0, None, "1,204"),
        (-3.5, None, "−3.5"),
        (53.25, 1, "53.3"),
        (0.125, 2, "0.13"),
        (2.5, 0, "3"),
        (-0.04, 1, "0.0"),
        (Decimal("1E+3"), None, "1,000"),
        (None, 1, "not available"),
    ],
)
def test_figures(value, decimals, said):
    assert number(value, decimals) == said


def test_a_figure_that_is_none_is_refused_when_it_is_not_a_number():
    with pytest.raises(ValueError, match="nan is not a figure"):
        number(float("nan"))


def test_fractions_and_counts():
    assert percent(0.126) == "12.6%"
    assert percent(Decimal("0.0005"), 2) == "0.05%"
    assert percent(None) == "not available"
    assert plural(1, "authority", "authorities") == "1 authority"
    assert plural(33, "authority", "authorities") == "33 authorities"
    assert plural(1200, "return") == "1,200 returns"


def test_undefined_names_raise_in_pages_and_text_is_escaped():
    env = environment()
    with pytest.raises(UndefinedError):
        env.from_string("{{ nothing }}").render()
    assert env.from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"


def test_govuk_components_take_names_or_a_mapping_and_escape_text():
    govuk = Components()
    assert "Save &lt;now&gt;" in govuk.button(text="Save <now>")
    assert govuk.tag({"text": "Draft"}, classes="x") == govuk.tag(text="Draft", classes="x")
    assert "govuk-character-count__message" in govuk.character_count(id="a", name="a", label={"text": "A"})
    with pytest.raises(AttributeError, match="no component “crown”"):
        _ = govuk.crown


def test_a_choice_drawn_before_is_not_taken_for_another():
    """Text that is marked as safe and text that is not look alike, and must not be drawn alike."""

    def drawn(items):
        return Components().select(id="x", name="x", label={"text": "X"}, items=items)

    for text in ("<b>A</b>", mark_safe("<b>A</b>"), "<b>A</b>", mark_safe("<b>A</b>")):
        shown = drawn([{"value": "1", "text": text}])
        assert ("<b>A</b>" in shown) == isinstance(text, SafeString)
    one = [{"value": 1, "text": "One", "selected": True}, {"value": 2, "text": "Two"}]
    other = [{"value": 1, "text": "One"}, {"value": 2, "text": "Two", "selected": True}]
    marked = [drawn(items) for items in (one, other, one, other)]
    assert marked[0] == marked[2] != marked[1] == marked[3]


def test_a_page_that_is_given_only_a_title_is_whole():
    html = environment().from_string('{% extends "layout/base.html" %}').render(title="Home")
    assert "<title>Home – Concord</title>" in html
    assert html.count("<h1") == 1
    assert "Demonstration" not in html
    assert html.rstrip().endswith("</html>")


def test_faults_link_to_their_fields_those_of_the_whole_form_first():
    class Form(forms.Form):
        figure = forms.IntegerField(error_messages={"required": "Enter the figure"})

        def clean(self):
            raise forms.ValidationError("The return is closed")

    assert faults(Form({})) == [
        {"text": "The return is closed"},
        {"text": "Enter the figure", "href": "#id_figure"},
    ]

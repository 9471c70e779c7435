"""A page that uses every part of the layout, served to the browser tests alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from markupsafe import Markup

from catalogue.periods import Period
from concord.pages.jinja import environment, state_cell

STATES = [
    ("N", "Not yet due", "not_due"),
    ("D", "Due", "due"),
    ("✓", "Done", "done"),
    ("L", "Done late", "late"),
    ("M", "Missed", "missed"),
    ("W", "Waived", "waived"),
]
TEMPLATE = """
{% extends "layout/base.html" %}
{% block main %}
<p class="govuk-body">Due {{ due|day(true) }}, said {{ said|when }}. {{ ui.clause("2.1c", "#") }} {{ ui.clause("4.1") }}
  {{ ui.tag("Draft", "blue") }} {{ ui.period(period, dates=true) }}</p>
{% call ui.tiles() %}
  {{ ui.tile("Referrals", 1204, period=period.label, note="London 33,012") }}
  {{ ui.tile("Rate of children looked after", 53.14, "per 10,000", 1, status="provisional", href="#") }}
  {{ ui.tile("Re-referrals", 18.25, "%", 1) }}
  {{ ui.tile("Care leavers", none, note="not returned") }}
  {{ ui.tile("Placed far away", "c", note="withheld") }}
{% endcall %}
{{ ui.state_key(states) }}
{% call ui.scroll("Commitments by authority") %}
<table class="govuk-table app-dense app-grid">
  <caption class="govuk-table__caption govuk-table__caption--s">Commitments</caption>
  <thead><tr><th scope="col">Authority</th>
    {% for n in range(24) %}<th scope="col">2.{{ n }}</th>{% endfor %}</tr></thead>
  <tbody>
  {% for name in ("Barking and Dagenham", "Kensington and Chelsea") %}
  <tr><th scope="row">{{ name }}</th>
    {% for n in range(24) %}{% set s = states[n % 6] %}
    <td>{{ state_cell(*s, href="#" if n % 2 else "") }}</td>{% endfor %}</tr>
  {% endfor %}
  </tbody>
</table>
{% endcall %}
{{ ui.chart_block(svg, table, "Camden’s referrals fell for three quarters.", "Concord") }}
{{ ui.empty("No queries are open.", "See last quarter’s", "#") }}
<form method="post" novalidate data-guard>
  {{ forms.fields(form) }}
  {% call ui.actions() %}{{ govuk.button(text="Save") }}{% endcall %}
</form>
{% endblock %}
"""
SVG = Markup(
    '<svg viewBox="0 0 400 80" width="900" role="img" aria-label="Referrals by quarter">'
    '<path d="M0 60 L400 10" stroke="#0f4c54"/></svg>'
)
TABLE = Markup('<table class="govuk-table app-dense"><tr><th scope="row">Q1</th><td>3</td></tr></table>')


class Sample(forms.Form):
    """One field of each kind."""

    words = forms.CharField(help_text="As on the return")
    why = forms.CharField(widget=forms.Textarea, required=False)
    one = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    pick = forms.ChoiceField(choices=[("", "Choose"), ("a", "First"), ("b", "Second")])
    many = forms.MultipleChoiceField(
        choices=[("a", "First"), ("b", "Second")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agree = forms.BooleanField(label="I agree")
    day = forms.DateField()
    count = forms.IntegerField(required=False)
    workbook = forms.FileField()
    secret = forms.CharField(widget=forms.PasswordInput)


def context() -> dict[str, object]:
    """All that the layout can show at once."""
    return {
        "title": "Return for April to June 2026",
        "caption": "Camden",
        "period": Period.parse("2026-27Q1"),
        "due": date(2026, 8, 3),
        "said": datetime(2026, 8, 3, 13, 5, tzinfo=UTC),
        "states": STATES,
        "svg": SVG,
        "table": TABLE,
        "form": Sample({"why": "<b>kept</b>", "one": "b", "many": ["a"]}, {}),
        "demo": True,
        "alliance": "London",
        "navigation": [
            {"text": text, "href": "#", "current": text == "Returns"} for text in ("Home", "Returns")
        ],
        "person": "Data lead, Camden",
        "person_links": [{"text": "Sign out", "href": "#"}],
        "breadcrumbs": [{"text": "Home", "href": "/"}, {"text": "Returns", "href": "#"}],
        "who_sees": "members of the London alliance and the Department for Education",
        "messages": [
            SimpleMessage("Draft saved.", "success"),
            SimpleMessage("Two people are editing.", "info"),
        ],
        "footer_links": [{"text": "Accessibility", "href": "#"}],
    }


class SimpleMessage(SimpleNamespace):
    """As one of Django's messages."""

    def __init__(self, text: str, tags: str) -> None:
        super().__init__(text=text, tags=tags)

    def __str__(self) -> str:
        return str(self.text)


def show(request: HttpRequest) -> HttpResponse:
    """The page."""
    return HttpResponse(environment().from_string(TEMPLATE).render(context() | {"state_cell": state_cell}))


urlpatterns = [path("layout/", show)]

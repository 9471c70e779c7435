"""What the pages of looks back ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.pages.asking import DayField, Questions
from concord.rules.follow_ups import OUTCOMES


class HandForm(Questions):
    """To whom a look back is handed."""

    to = forms.ChoiceField(label="Who does it")

    def __init__(self, people: Iterable[tuple[Any, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(str(person.pk), f"{person.name}: {title}") for person, title in people]
        self.fields["to"].choices = [("", "Choose somebody"), *chosen]  # type: ignore[attr-defined]


class CheckForm(Questions):
    """What was checked, how much, and what was found."""

    activity = forms.ChoiceField(label="What was done", widget=forms.RadioSelect)
    on = DayField(label="On which day")
    number = forms.IntegerField(label="How many audits or cases", required=False)
    agreed = forms.IntegerField(label="On how many of them both sides agreed", required=False)
    found = forms.CharField(
        label="What was found", widget=forms.Textarea, help_text="Name no child, no family and no worker."
    )

    def __init__(self, activities: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].choices = [(a, a) for a in activities or ("Reading at the desk",)]  # type: ignore[attr-defined]


class ReviewForm(Questions):
    """What the review found."""

    outcome = forms.ChoiceField(
        label="What did you find?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect
    )
    text = forms.CharField(label="Why", widget=forms.Textarea)


class SetUpForm(Questions):
    """What happened, and when, that sets a look back up."""

    since = DayField(label="The day on which the concern was recorded")

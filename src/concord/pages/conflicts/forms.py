"""What declaring and waiving a conflict asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.pages.asking import DayField, Questions
from concord.rules.conflicts import NATURES


class Declare(Questions):
    """What could cloud one's judgement of an authority."""

    authority = forms.ChoiceField(label="Authority")
    nature = forms.ChoiceField(
        label="What kind it is", choices=list(NATURES.items()), widget=forms.RadioSelect
    )
    what = forms.CharField(
        label="What it is",
        widget=forms.Textarea,
        help_text="A sentence is enough. Those who form the groups, and those in its challenge, read it.",
    )
    ends = DayField(label="Until when it holds", required=False, help_text="Leave empty if it does not end")

    def __init__(self, *args: Any, members: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].choices = [("", "Choose"), *members]  # type: ignore[attr-defined]


class Waive(Questions):
    """Why somebody may sit all the same."""

    because = forms.CharField(label="Why it does not stand in the way", widget=forms.Textarea)

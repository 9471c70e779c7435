"""What the pages of plans ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.pages.asking import DayField, Questions
from concord.rules.plans import PROGRESS


def _lines(text: str) -> str:
    """Browsers send their own line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class BeginForm(Questions):
    """The year of a plan, and what it begins from."""

    period = forms.ChoiceField(label="Year", widget=forms.RadioSelect)
    sources = forms.MultipleChoiceField(
        label="What it begins from", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, years: Iterable[str], sources: Iterable[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [(y, y) for y in years]  # type: ignore[attr-defined]
        self.fields["sources"].choices = list(sources)  # type: ignore[attr-defined]
        if not self.fields["sources"].choices:  # type: ignore[attr-defined]
            del self.fields["sources"]


class TextForm(Questions):
    """A text of the plan: its summary, a strength, an area, support wanted, a word of a peer or the answer to it."""

    text = forms.CharField(label="Text", widget=forms.Textarea)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, label: str, *args: Any, required: bool = True, help: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].required = label, required
        self.fields["text"].help_text = help
        self.fields["text"].error_messages["required"] = f"Answer “{label}”"

    def clean_text(self) -> str:
        """As it is kept."""
        return _lines(str(self.cleaned_data["text"]))


class ActionForm(Questions):
    """What will be done, by whom, by when, and by what it will be known."""

    text = forms.CharField(label="What will be done", widget=forms.Textarea)
    area = forms.ChoiceField(label="The area that it belongs to", required=False)
    owner = forms.CharField(
        label="Who sees to it", help_text="An office, such as Head of quality assurance", max_length=160
    )
    due = DayField(label="By when")
    measure = forms.CharField(
        label="How it will be known, in words",
        required=False,
        help_text="What will be different for children",
    )
    indicator = forms.ChoiceField(
        label="An indicator that will show it",
        required=False,
        help_text="With its latest released figure, which is the baseline unless you enter another",
    )
    baseline = forms.FloatField(
        label="Baseline", required=False, help_text="Leave it empty to take the latest released figure"
    )
    aim = forms.FloatField(
        label="Aim", required=False, help_text="In the indicator’s unit; needed where an indicator is chosen"
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        areas: Iterable[tuple[str, str]],
        indicators: Iterable[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "None in particular"), *areas]  # type: ignore[attr-defined]
        self.fields["indicator"].choices = [("", "None"), *indicators]  # type: ignore[attr-defined]


class ProgressForm(Questions):
    """How an action stands."""

    state = forms.ChoiceField(label="How it stands", choices=list(PROGRESS.items()), widget=forms.RadioSelect)
    on = DayField(label="On which day")
    text = forms.CharField(
        label="What was done, and what came of it", required=False, widget=forms.Textarea,
        help_text="Needed unless it is on track. Name no child and no family.",
    )  # fmt: skip

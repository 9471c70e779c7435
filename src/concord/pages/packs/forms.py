"""What the pages of packs ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from concord.pages.asking import Questions
from concord.rules.packs import CONVERSATION


class AskForm(Questions):
    """The year of a pack; and for the talk with Ofsted, what was considered."""

    period = forms.ChoiceField(label="Year", widget=forms.RadioSelect)
    considered = forms.CharField(
        label="How does the self-evaluation inform the conversation?",
        help_text="What you learnt, what you will raise, and what you expect to be asked. It opens the pack.",
        widget=forms.Textarea,
    )

    include = forms.MultipleChoiceField(
        label="What you choose to put in besides", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, kind: str, years: Iterable[str], choices: Mapping[str, str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if choices:
            self.fields["include"].choices = list(choices.items())  # type: ignore[attr-defined]
        else:
            del self.fields["include"]
        self.fields["period"].choices = [(y, y) for y in years]  # type: ignore[attr-defined]
        if kind != CONVERSATION:
            del self.fields["considered"]

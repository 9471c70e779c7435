"""What forming groups asks: weights, wishes, two places to swap, why they are formed anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from concord.pages.asking import Questions
from concord.rules.grouping import HEAVIEST, TERMS

Choices = Iterable[tuple[str, str]]


class Weights(Questions):
    """How much each thing that should hold counts, beside the others."""

    def __init__(self, *args: Any, weights: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, (title, how) in TERMS.items():
            self.fields[key] = forms.IntegerField(
                label=title, help_text=how, initial=weights.get(key, 0), min_value=0, max_value=HEAVIEST
            )


class WishForm(Questions):
    """Two authorities, together or apart."""

    one = forms.ChoiceField(label="Authority")
    kind = forms.ChoiceField(
        label="What is wished",
        choices=[("together", "Together with"), ("apart", "Apart from")],
        widget=forms.RadioSelect,
        initial="apart",
    )
    other = forms.ChoiceField(label="Other authority")
    must = forms.BooleanField(
        label="It must be, whatever it costs", required=False, help_text="A wish gives way; a must does not."
    )
    reason = forms.CharField(label="Reason", required=False, max_length=400)

    def __init__(self, *args: Any, members: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].choices = [("", "Choose"), *members]  # type: ignore[attr-defined]


class Swap(Questions):
    """Two places whose authorities are exchanged."""

    one = forms.ChoiceField(label="Exchange")
    other = forms.ChoiceField(label="With")

    def __init__(self, *args: Any, places: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].choices = [("", "Choose"), *places]  # type: ignore[attr-defined]


class Reopening(Questions):
    """Why agreed groups are formed anew."""

    reason = forms.CharField(
        label="Why they are formed anew",
        help_text="Everybody who was invited reads this.",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
    )

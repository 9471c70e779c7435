"""What the register asks: a nomination, training, when somebody can be asked, the day they leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.pages.asking import DayField, Questions
from concord.rules.challengers import TIERS

Choices = Iterable[tuple[str, str]]


class Nominate(Questions):
    """Somebody of one's authority who is to challenge others."""

    person = forms.ChoiceField(label="Who", help_text="Somebody who holds an office of the authority.")
    tier = forms.TypedChoiceField(
        label="Tier", choices=list(TIERS.items()), coerce=int, widget=forms.RadioSelect, initial=2
    )
    experience_since = DayField(
        label="At this tier since", help_text="Years of experience are counted from this day."
    )
    roles = forms.MultipleChoiceField(
        label="Parts", required=False, widget=forms.CheckboxSelectMultiple, help_text="None ticked: any part."
    )
    expertise = forms.CharField(label="What they know well", required=False, max_length=200)
    available_from = DayField(label="Can be asked from", required=False)
    available_to = DayField(label="Can be asked until", required=False)

    def __init__(self, *args: Any, people: Choices = (), roles: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Choose somebody"), *people]  # type: ignore[attr-defined]
        self.fields["roles"].choices = list(roles)  # type: ignore[attr-defined]


class Train(Questions):
    """Training that was had."""

    title = forms.CharField(label="What it was", max_length=160)
    on = DayField(label="When")
    role = forms.ChoiceField(label="For which part", required=False)
    meets = forms.MultipleChoiceField(
        label="Which needs it meets", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, roles: Choices = (), needs: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "Any part"), *roles]  # type: ignore[attr-defined]
        self.fields["meets"].choices = list(needs)  # type: ignore[attr-defined]
        if not self.fields["meets"].choices:  # type: ignore[attr-defined]
            del self.fields["meets"]


class Offer(Questions):
    """When somebody can be asked, and what they know well."""

    available_from = DayField(label="Can be asked from", required=False)
    available_to = DayField(label="Can be asked until", required=False)
    expertise = forms.CharField(label="What they know well", required=False, max_length=200)


class Need(Questions):
    """Training that is needed."""

    need = forms.CharField(label="Which training is needed", max_length=400)


class Leave(Questions):
    """The day from which somebody is off the register."""

    on = DayField(label="From which day")

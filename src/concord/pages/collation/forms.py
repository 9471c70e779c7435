"""What is asked before a release is made."""

from __future__ import annotations

from django import forms


class Reason(forms.Form):
    """Why a correction is made; ``number`` is the one that the release would get when it was looked at."""

    number = forms.IntegerField(min_value=1)
    reason = forms.CharField(
        label="What it corrects, and why",
        help_text="Everyone who sees the release reads this.",
        required=False,
        widget=forms.Textarea,
    )

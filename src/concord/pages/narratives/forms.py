"""The three parts of a narrative."""

from __future__ import annotations

from django import forms

from concord.rules.narratives import PARTS


class NarrativeForm(forms.Form):
    """What it means, why, and what is being done; a draft may leave any part empty."""

    meaning = forms.CharField(label=PARTS["meaning"], required=False, widget=forms.Textarea)
    reason = forms.CharField(label=PARTS["reason"], required=False, widget=forms.Textarea)
    doing = forms.CharField(label=PARTS["doing"], required=False, widget=forms.Textarea)
    version = forms.IntegerField(widget=forms.HiddenInput)

"""What the pages of papers ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.charter.forms import FormSection
from concord.pages.asking import DayField, Questions


class SectionForm(forms.Form):
    """A section's text, its grade where it is graded, and whether it is ready."""

    text = forms.CharField(label="Text", required=False, strip=False, widget=forms.Textarea)
    grade = forms.ChoiceField(label="Your own grade", required=False, widget=forms.RadioSelect)
    ready = forms.BooleanField(label="Nothing is missing: this section is ready", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, asked: FormSection, grades: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(g, g.capitalize()) for g in grades]
        self.fields["grade"].choices = [*chosen, ("", "No grade")]  # type: ignore[attr-defined]
        if not asked.graded:
            del self.fields["grade"]
        about = f" About {asked.words:,} words are enough." if asked.words else ""
        help = "A blank line begins a paragraph; # a heading, - a list item, **bold**."
        self.fields["text"].help_text = help + about

    def clean_text(self) -> str:
        """Browsers send their own line ends."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\r", "\n")


class RemarkForm(Questions):
    """A comment; a peer may say what grade they would give."""

    text = forms.CharField(label="Your comment", widget=forms.Textarea)
    grade = forms.ChoiceField(label="The grade that you would give", required=False)

    def __init__(self, grades: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(g, g.capitalize()) for g in grades]
        self.fields["grade"].choices = [("", "None"), *chosen]  # type: ignore[attr-defined]
        if not chosen:
            del self.fields["grade"]


class AnswerForm(Questions):
    """The answer to a comment."""

    answer = forms.CharField(label="Answer", widget=forms.Textarea)


class AssignForm(Questions):
    """Who writes a section, and by when."""

    writer = forms.ChoiceField(label="Who writes it", required=False)
    due = DayField(label="By when", required=False)

    def __init__(self, people: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["writer"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody in particular"),
            *((str(p.pk), p.name) for p in people),
        ]


class BeginForm(Questions):
    """Which document an authority that was judged inadequate writes."""

    kind = forms.ChoiceField(label="Which document do you hand in?", widget=forms.RadioSelect)


class ReasonForm(Questions):
    """Why."""

    reason = forms.CharField(label="Why", widget=forms.Textarea)


class SignedForm(Questions):
    """A signature made on paper."""

    name = forms.CharField(label="Name under the signature", max_length=160)
    on = DayField(label="Day beside it")


class EquivalentForm(Questions):
    """The office in which somebody signs in the place of another."""

    equivalent = forms.CharField(label="Your office, in words", max_length=100)

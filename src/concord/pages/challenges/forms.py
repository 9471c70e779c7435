"""What the pages of a challenge ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.timezone import make_aware

from concord.actions.themes import CONTACTS
from concord.pages.asking import DayField, Questions
from concord.rules.challenge import ACTIVITIES, PARTS
from concord.rules.conflicts import NATURES
from concord.rules.records import KINDS, RESPONSES

Choices = Iterable[tuple[str, str]]


def _long(label: str, hint: str = "", required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=required, widget=forms.Textarea)


class Reason(Questions):
    """Why."""

    reason = forms.CharField(label="Why", widget=forms.Textarea)


class SeatAndReason(Reason):
    """Whose seat, and why."""

    seat = forms.CharField(label="Who")


class Because(Questions):
    """Why, where something is missing."""

    because = _long("Reason, where something is still missing")


class Act(Questions):
    """An act is done, with a word about it."""

    note = _long("A word about it")


class Held(Questions):
    """The day of the conversation."""

    on = DayField(label="The day on which it was held")
    note = _long("A word about it")


class Answer(Questions):
    """Taking a seat: nothing clouds one's judgement, or something does."""

    declares_none = forms.BooleanField(
        label="Nothing in my past or present could cloud my judgement of this authority", required=False
    )
    nature = forms.ChoiceField(
        label="Or say what could", choices=[("", "Nothing"), *NATURES.items()], required=False
    )
    what = _long("What it is", "Those who form the groups and those in this challenge read it.")


class Invite(Questions):
    """Asking somebody to take a part."""

    role = forms.ChoiceField(label="Part")
    person = forms.ChoiceField(label="Who")
    why = forms.CharField(label="What they bring", required=False)

    def __init__(self, *args: Any, roles: Choices = (), people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = list(roles)  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", "Choose somebody"), *people]  # type: ignore[attr-defined]


class Reading(forms.Form):
    """One's own reading of the papers."""

    strengths = _long(PARTS["strengths"], "Where the papers show what they say.")
    doubts = _long(PARTS["doubts"], "Where they say more than they show, or leave something out.")
    questions = _long(PARTS["questions"], "What you would ask on the day, and whom.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class Line(Questions):
    """A line of enquiry."""

    question = forms.CharField(label="The question", widget=forms.Textarea)
    why = _long("Why it is worth asking")
    source = forms.CharField(widget=forms.HiddenInput, required=False)
    indicator = forms.CharField(widget=forms.HiddenInput, required=False)
    section = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class Clock(forms.CharField):
    """An hour and minutes: 9:30, 09.30 or 14:00."""

    def clean(self, value: Any) -> Any:
        """The time of day, or a fault that says how to write it."""
        text = super().clean(value)
        hour, _, minute = text.replace(".", ":").partition(":")
        try:
            return time(int(hour), int(minute or 0))
        except ValueError:
            raise forms.ValidationError(f"“{self.label}” must be a time such as 9:30 or 14:00") from None


class Meeting(Questions):
    """An entry of the timetable."""

    title = forms.CharField(label="What it is", max_length=160)
    on = DayField(label="Day")
    begins = Clock(label="From", help_text="Such as 9:30")
    until = Clock(label="Until", help_text="Such as 16:00")
    place = forms.CharField(label="Where", required=False, max_length=160)
    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def span(self) -> tuple[datetime, datetime]:
        """From when to when, in London."""
        day: date = self.cleaned_data["on"]
        return tuple(  # type: ignore[return-value]
            make_aware(datetime.combine(day, self.cleaned_data[name])) for name in ("begins", "until")
        )


class Permission(Questions):
    """What the host permits, to whom, and for how long."""

    seat = forms.ChoiceField(label="Who", required=False)
    what = forms.CharField(label="What they may do or see", max_length=200)
    starts = DayField(label="From")
    ends = DayField(label="To, the day included")

    def __init__(self, *args: Any, seats: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = [("", "The whole team"), *seats]  # type: ignore[attr-defined]


class Finding(Questions):
    """One finding, as it is written in the room."""

    kind = forms.ChoiceField(label="What it is", choices=list(KINDS.items()))
    line = forms.ChoiceField(label="Line of enquiry", required=False)
    text = forms.CharField(label="In words", widget=forms.Textarea)
    evidence = _long(
        "What shows it", "A document, a figure, what was said; no child, family or worker by name."
    )
    owner = forms.CharField(label="Who does it", required=False, max_length=160)
    due = DayField(label="By when", required=False)
    client_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, lines: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [("", "None"), *lines]  # type: ignore[attr-defined]


class Response(Questions):
    """The host's answer to a recommendation."""

    response = forms.ChoiceField(
        label="Your answer",
        choices=list(RESPONSES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your answer"},
    )
    text = _long("In words", "What you will do; or, where you do not accept it, why.")


class Weighed(Questions):
    """What the group thinks of an answer."""

    proportionate = forms.ChoiceField(
        label="Is the answer in proportion?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    text = _long("In words", "Where it is not: why, and what follows.")


class Incident(Questions):
    """Something grave."""

    what = forms.CharField(
        label="What was met with",
        help_text="So much that the host director can act. Name no child, family or worker: say where it can be found.",
        widget=forms.Textarea,
    )
    names_nobody = forms.BooleanField(label="No child or family can be known from this text", required=False)


class Note(Questions):
    """A word, if there is one."""

    note = _long("What is being done")


class Dispute(Questions):
    """What could not be settled."""

    what = forms.CharField(label="What it is about", widget=forms.Textarea)


class Step(Questions):
    """What was done about a dispute."""

    text = forms.CharField(label="What was said, agreed or decided", widget=forms.Textarea)


class Theme(Questions):
    """What a challenge taught."""

    kind = forms.ChoiceField(
        label="What it is for",
        choices=[
            ("learning", "Learning for others"),
            ("improvement", "Improvement that several need"),
            ("leadership", "Growing leaders"),
        ],
    )
    title = forms.CharField(label="The theme in a few words", max_length=160)
    text = _long("More about it", "It is shared more widely than the report: name nobody.")


class Contact(Questions):
    """A word of coaching."""

    kind = forms.ChoiceField(label="What it was", choices=list(CONTACTS.items()))
    on = DayField(label="When")
    note = _long("What was talked about")


class Activity(Questions):
    """A visit, a team review, a thematic challenge."""

    activity = forms.ChoiceField(
        label="What it is", choices=[(k, a.title) for k, a in ACTIVITIES.items()], widget=forms.RadioSelect
    )
    title = forms.CharField(label="Its title", max_length=160)
    theme = forms.CharField(label="Its theme", required=False, max_length=160)
    lead = forms.ChoiceField(label="Who leads it", required=False)

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", "Nobody yet"), *people]  # type: ignore[attr-defined]

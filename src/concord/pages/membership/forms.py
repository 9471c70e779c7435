"""Forms of membership. What they ask is checked again by the actions; here is only the shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from concord.actions.judgements import AREAS
from concord.actions.people import NOT_LENT
from concord.charter import Charter, vocabulary
from concord.pages.asking import DayField, Questions
from concord.queries.accounts import Held
from concord.queries.authorities import FRAMEWORKS, GRADES
from concord.queries.standing import Standing

Choices = list[tuple[str, Any]]


def _text(label: str, hint: str = "", *, rows: int = 0, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label, help_text=hint, widget=widget, required=required, max_length=4000 if rows else 160
    )


def duties_of_authorities(charter: Charter, only: Iterable[str] = ()) -> Choices:
    """Commitments that an authority owes, as choices: clause and duty."""
    keep = set(only)
    return [
        (c.id, f"{c.cited or c.clause}: {c.duty}")
        for c in charter.commitments
        if c.owed_by == "authority" and (not keep or c.clause in keep)
    ]


class ParticipationForm(Questions):
    """How far an authority takes part, from a day."""

    level = forms.ChoiceField(label="How does the authority take part?", widget=forms.RadioSelect)
    agreed = forms.MultipleChoiceField(
        label="If on a limited basis, what does it agree to?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Nothing else will be asked of the authority.",
    )
    starts = DayField(
        label="From which day?",
        help_text="For example, 1 4 2026. The day before is the last of what held until then.",
    )
    note = _text("Note", "Who decided it, and where it is written down.", rows=3, required=False)

    def __init__(self, *args: Any, charter: Charter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {**vocabulary.PARTICIPATION_LEVELS, "left": "leaves the alliance"}
        levels = [*charter.participation.levels, "left"]
        self.fields["level"].choices = [(k, words[k][0].upper() + words[k][1:]) for k in levels]  # type: ignore[attr-defined]
        self.fields["agreed"].choices = duties_of_authorities(charter)  # type: ignore[attr-defined]


class JoinForm(ParticipationForm):
    """An authority that is not in the alliance joins it."""

    code = forms.ChoiceField(label="Which authority?")
    field_order = ("code", "level", "agreed", "starts", "note")

    def __init__(self, *args: Any, authorities: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "Choose an authority"), *authorities]  # type: ignore[attr-defined]


class SubRegionForm(Questions):
    """To which sub-region an authority belongs, from a day."""

    sub_region = forms.ChoiceField(label="Sub-region", widget=forms.RadioSelect)
    starts = DayField(label="From which day?", help_text="Its past stays where it was.")

    def __init__(self, *args: Any, parts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sub_region"].choices = parts  # type: ignore[attr-defined]


class VariationForm(Questions):
    """What is proposed for an authority in intervention."""

    side = forms.ChoiceField(label="For whom do you propose this?", widget=forms.RadioSelect)
    effect = forms.ChoiceField(
        label="What should happen to the commitments?",
        widget=forms.RadioSelect,
        choices=[
            ("waive", "They are waived for a time"),
            ("change", "They fall due on other dates for a time"),
        ],
    )
    commitments = forms.MultipleChoiceField(label="Which commitments?", widget=forms.CheckboxSelectMultiple)
    due = _text(
        "If changed, when do they fall due?",
        "For example, “60 working days after the quarter ends” or “by 30 June”.",
        required=False,
    )
    reason = _text("Why?", rows=4)
    starts = DayField(label="From which day?")
    ends = DayField(label="Up to and including which day?")

    def __init__(self, *args: Any, charter: Charter, sides: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = sides  # type: ignore[attr-defined]
        if len(sides) == 1:
            self.fields["side"].initial = sides[0][0]
        self.fields["commitments"].choices = duties_of_authorities(charter, charter.participation.waivable)  # type: ignore[attr-defined]


class LastDayForm(Questions):
    """Something ends after a day."""

    last_day = DayField(label="What is the last day?")


class ReasonForm(Questions):
    """Something is declined or taken back, and why."""

    reason = _text("Why?", "This is kept and shown with the answer.", rows=4)


class PaperForm(Questions):
    """A signature made on paper."""

    name = _text("Name under the signature")
    on = DayField(label="Day beside the signature")


class AppointForm(Questions):
    """Somebody takes an office."""

    place = forms.ChoiceField(label="Which office, and where?")
    name = _text("Full name")
    email = forms.CharField(
        label="E-mail address",
        help_text="An invitation is sent there if they are new to Concord.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        max_length=254,
    )
    starts = DayField(label="From which day?")
    succeeds = forms.BooleanField(
        label="They take over from whoever holds this office now",
        help_text="Whoever holds it leaves the day before. Open duties pass to the new holder.",
        required=False,
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "Choose an office"), *places]  # type: ignore[attr-defined]


class DelegationForm(Questions):
    """The holder of an office hands on a part of it."""

    name = _text("Full name of whoever will act for you")
    email = forms.CharField(
        label="Their e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}), max_length=254
    )
    abilities = forms.MultipleChoiceField(
        label="What may they do?",
        widget=forms.CheckboxSelectMultiple,
        help_text="They also see what your office sees. The duty stays yours.",
    )
    starts = DayField(label="From which day?")
    ends = DayField(
        label="Up to and including which day?", required=False, help_text="Empty: until you take it back."
    )
    note = _text("Note", required=False)

    def __init__(self, *args: Any, charter: Charter, held: Held, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["abilities"].choices = [  # type: ignore[attr-defined]
            (a, vocabulary.ABILITIES[a][0].upper() + vocabulary.ABILITIES[a][1:])
            for a in charter.office(held.office).may
            if a not in NOT_LENT and a != "feed.own"
        ]


class ReviewForm(Questions):
    """A party asks for a review of the memorandum."""

    party = forms.ChoiceField(label="Who asks?", widget=forms.RadioSelect)
    reason = _text("What should be looked at, and why?", rows=5)

    def __init__(self, *args: Any, parties: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]


class HeldForm(Questions):
    """A review was held."""

    held_on = DayField(label="On which day was it held?")
    outcome = _text("What came of it?", rows=5)


class RevokeForm(Questions):
    """The parties revoke an edition."""

    on = DayField(label="What is the last day on which it binds?")
    because = _text("Why do the parties revoke it?", rows=4)


class JudgementForm(Questions):
    """One inspection, as Ofsted published it."""

    framework = forms.ChoiceField(
        label="Kind of inspection",
        widget=forms.RadioSelect,
        choices=[(k, v) for k, v in FRAMEWORKS.items() if k],
    )
    published = DayField(label="When was the report published?")
    inspected_from = DayField(label="First day of the inspection", required=False)
    inspected_to = DayField(label="Last day of the inspection", required=False)
    source = _text("Where was it published?", "The address of the report, or its title and number.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [("", "Not given"), *((g, g.capitalize()) for g in GRADES)]
        for area, label in AREAS.items():
            self.fields[area] = forms.ChoiceField(label=label, choices=grades, required=area == "overall")
        self.fields["overall"].error_messages["required"] = f"Answer “{AREAS['overall']}”"
        self.order_fields(["framework", "published", "inspected_from", "inspected_to", *AREAS, "source"])


def sides_of(standing: Standing) -> dict[str, str]:
    """The two sides of a variation in this alliance, in words."""
    office = standing.charter.office(standing.charter.participation.varied_with)
    return {"authority": "The authority", "lead": f"The {office.title[0].lower()}{office.title[1:]}"}

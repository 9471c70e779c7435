"""What forms share: days in three boxes, numbers that name things, an action's refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django import forms

from concord.actions._run import Invalid
from concord.charter.due import MONTHS
from concord.rules.lifecycle import NotNow

T = TypeVar("T")


class Day(forms.Widget):
    """Day, month and year in three boxes; drawn by ``forms.field``. Months may be written as words."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The three texts as they were typed, or None where none was."""
        parts = tuple((data.get(f"{name}-{part}") or "").strip() for part in ("day", "month", "year"))
        return parts if any(parts) else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether the form did not have the boxes at all."""
        return f"{name}-day" not in data

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The first box, so that an error leads there."""
        return f"{id_}-day" if id_ else id_


class DayField(forms.Field):
    """A date. What was typed stays in the boxes when it is not one."""

    widget = Day

    def to_python(self, value: Any) -> date | None:
        """The date, or a fault that says which part is missing or wrong."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        day, month, year = value
        if missing := [n for n, v in (("day", day), ("month", month), ("year", year)) if not v]:
            raise forms.ValidationError(f"“{self.label}” must have a {' and a '.join(missing)}")
        try:
            if not (len(year) == 4 and year.isdecimal()):
                raise ValueError
            return date(int(year), _month(month), int(day))
        except ValueError:
            raise forms.ValidationError(
                f"“{self.label}” must be a real date, with a year of four figures"
            ) from None


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    found = [i for i, m in enumerate(MONTHS, 1) if len(text) > 2 and m.lower().startswith(text.lower())]
    if not found:
        raise ValueError(text)
    return found[0]


def numbered(text: str) -> int:
    """The number that an address or a form names a thing by; 0, which nothing is called, where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


class Questions(forms.Form):
    """A form whose faults say which question they are about: the summary above stands far from the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.error_messages["required"] = f"Answer “{field.label or name}”"


def attempt(form: forms.Form, do: Callable[[Mapping[str, Any]], T]) -> T | None:
    """Run an action with a bound form's cleaned data. None when the form or the action refuses; the form says why.

    A fault that an action finds stands beside the field of its name, else above the form.
    """
    if not form.is_valid():
        return None
    try:
        return do(form.cleaned_data)
    except Invalid as fault:
        placed = {name: text for name, text in fault.fields.items() if name in form.fields}
        for name, text in placed.items():
            form.add_error(name, text)
        if not placed:
            form.add_error(None, str(fault))
    except NotNow as fault:
        form.add_error(None, str(fault))
    return None


class Confirmation(Questions):
    """A button without questions."""

"""Jinja for the pages: the GOV.UK components, the few helpers every template may use, and how figures
and dates are said in words.

Undefined names raise. The GOV.UK macros lean on undefined names being empty, so they live in an
environment of their own, each compiled once per process, and are called as ``govuk.button(text="Save")``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.forms import BaseForm
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import is_aware, localtime
from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
)
from markupsafe import Markup, escape

from concord.pages.prose import prose
from concord.rules.phrases import the

TEMPLATES = Path(__file__).parent / "templates"
UNKNOWN = "not available"

_COMPONENTS = Environment(
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def environment(**options: Any) -> Environment:
    """The environment for Django's Jinja2 backend.

    ``options`` are the backend's; without a ``loader`` the pages' own templates are read.
    """
    loader: BaseLoader = options.pop("loader", None) or FileSystemLoader(TEMPLATES)
    options |= {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    made = Environment(loader=loader, **options)  # noqa: S701  it is on, in options
    made.globals |= {"url": url, "static": static, "govuk": Components(), "state_cells": state_cells}
    made.filters |= {
        "day": day,
        "when": when,
        "number": number,
        "percent": percent,
        "plural": plural,
        "faults": faults,
        "prose": prose,
        "the": the,
    }
    return made


class Components:
    """The GOV.UK components by name: ``govuk.character_count(...)`` draws ``govukCharacterCount``.

    Parameters are the GOV.UK ones, given by name or as one mapping. An unknown component raises
    AttributeError.
    """

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        macro = _macro(name)

        def draw(params: Mapping[str, Any] | None = None, **named: Any) -> Markup:
            asked = {**(params or {}), **named}
            if name == "select" and _plain(asked):
                return _select(_Asked(repr(asked), asked))
            return Markup(macro(asked).strip())  # noqa: S704  escaped by the macro

        return draw


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a component; the same as another that says the same."""

    said: str
    params: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=256)
def _select(asked: _Asked) -> Markup:
    """A choice of a hundred takes longer to draw than the rest of its page, and says the same every time."""
    return Markup(_macro("select")(asked.params).strip())  # noqa: S704  escaped by the macro


def _plain(value: Any) -> bool:
    """Whether it says by itself all that it is: text that is marked as safe looks like text that is not."""
    kind = type(value)
    if kind is dict:
        return all(map(_plain, value.values()))
    return all(map(_plain, value)) if kind is list else kind in (str, int, bool, type(None))


@cache
def _macro(name: str) -> Callable[[Mapping[str, Any]], str]:
    path = f"govuk_frontend_jinja/components/{name.replace('_', '-')}/macro.html"
    try:
        module = _COMPONENTS.get_template(path).module
    except TemplateNotFound:
        raise AttributeError(f"GOV.UK has no component “{name}”") from None
    words = "".join(part.capitalize() for part in name.split("_"))
    macro: Callable[[Mapping[str, Any]], str] = getattr(module, f"govuk{words}")
    return macro


def state_cells(cells: Iterable[Any]) -> Markup:
    """The cells of one row of a board (``queries.board.Cell``), empty where there is None."""
    drawn = (
        state_cell(cell.mark.letter, cell.label, cell.mark.colour, cell.link) if cell else ""
        for cell in cells
    )
    return Markup("".join(f"<td>{cell}</td>" for cell in drawn))  # noqa: S704  every cell is escaped


@lru_cache(maxsize=4096)
def state_cell(letter: str, label: str, state: str, href: str = "") -> Markup:
    """One cell of a board: a letter in the colour of its state, the label for those who hear it or point at it.

    ``state`` names the colour: not-due, due, done, late, missed, waived, and where a table has them not-started,
    draft, submitted, queried, accepted, released. (A board has thousands of cells, and a macro takes ten times as
    long.)
    """
    said, colour = escape(label), escape(state.lower().replace("_", "-").replace(" ", "-"))
    tag, to = ("a", f' href="{escape(href)}"') if href else ("span", "")
    return Markup(  # noqa: S704  every part is escaped
        f'<{tag} class="app-state app-state--{colour}"{to} title="{said}"><span aria-hidden="true">{escape(letter)}'
        f'</span><span class="govuk-visually-hidden">{said}</span></{tag}>'
    )


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named page. Raises NoReverseMatch."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def day(value: date | datetime | None, weekday: bool = False) -> str:
    """A date in words: “3 August 2026”, or with ``weekday`` “Monday 3 August 2026”.

    A moment is taken in the time zone in force (London's). None reads “not available”.
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime) and is_aware(value):
        value = localtime(value)
    words = f"{value.day} {value:%B %Y}"
    return f"{value:%A} {words}" if weekday else words


def when(value: datetime | None) -> str:
    """A moment in words: “3 August 2026 at 2:05pm”. None reads “not available”."""
    if value is None:
        return UNKNOWN
    if is_aware(value):
        value = localtime(value)
    clock = f"{value.hour % 12 or 12}:{value:%M}".removesuffix(":00") + ("am" if value.hour < 12 else "pm")
    named = {"12am": "midnight", "12pm": "midday"}
    return f"{day(value)} at {named.get(clock, clock)}"


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """A figure with thousands marked, halves rounded away from nought: “1,204”, “−3.5”.

    Without ``decimals`` a figure keeps the places it has. None reads “not available”.
    """
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"{value} is not a figure that can be shown")
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    return f"{exact + 0:,f}".replace("-", "−")


def percent(value: float | Decimal | None, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.126 reads “12.6%”. None reads “not available”."""
    return UNKNOWN if value is None else number(Decimal(str(value)) * 100, decimals) + "%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: “1 authority”, “33 authorities”. Without ``many`` an s is added."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def faults(form: BaseForm) -> list[dict[str, str]]:
    """A form's errors for the GOV.UK error summary: those of the whole form, then each with its field."""
    whole = [{"text": str(text)} for text in form.non_field_errors()]
    return whole + [
        {"text": str(text), "href": f"#{form[name].auto_id}"}
        for name, texts in form.errors.items()
        if name in form.fields
        for text in texts
    ]

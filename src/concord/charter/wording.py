"""What pydantic finds wrong with a charter, as a clerk would say it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, get_args

from pydantic_core import ErrorDetails

from concord.charter.base import Part
from concord.charter.findings import Finding, meant
from concord.charter.lines import Path
from concord.charter.schema import Charter

_EXPECTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false, without quotes",
    "int_type": "a whole number, without quotes",
    "date_type": "a date without quotes, such as 2019-04-01",
    "tuple_type": "a list in square brackets",
    "model_type": "a table of keys and values",
    "model_attributes_type": "a table of keys and values",
    "string_too_short": "some text",
    "too_short": "at least one",
}


_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "small letters and figures with hyphens, such as lead-member",
    r"[A-Za-z0-9]": "some letters from a to z, which make the alliance’s address",
    r"^\d{3}$": 'the DfE’s three-figure code in quotes, such as "201"',
    r"^[A-Z]{1,3}$": "one to three capital letters",
    r"^\d+(\.\d+)*[a-z]?$": "a clause number, such as 2.1 or 2.1c",
}


def worded(detail: ErrorDetails, model: type[Part] = Charter) -> Finding:
    """One of pydantic’s errors about a file of some model as a finding."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    path: Path = detail["loc"]
    key = str(path[-1]) if path else ""
    if kind == "charter":
        at = (*path, context["key"]) if context["key"] else path
        return Finding(at, context["problem"], context["expected"])
    if kind == "missing":
        return Finding(path, f"“{key}” is missing", f"a value for “{key}”")
    if kind == "extra_forbidden":
        keys = _keys(path, model)
        return Finding(path, f"there is no key “{key}” here{meant(key, keys)}", f"one of: {', '.join(keys)}")
    if kind == "literal_error":
        known = [word for word in str(context["expected"]).split("'") if word.strip(", or")]
        problem = f"{_shown(value)} is not known here{meant(str(value), known)}"
        return Finding(path, problem, f"one of: {', '.join(known)}")
    if kind == "string_pattern_mismatch":
        return Finding(path, f"{_shown(value)} is not well formed", _PATTERNS[context["pattern"]])
    if kind == "string_too_long":
        problem = f"the text has {len(value)} characters"
        return Finding(path, problem, f"at most {context['max_length']} characters")
    expected = _EXPECTED.get(kind, detail["msg"].removeprefix("Input should be "))
    return Finding(path, f"{_shown(value)} will not do", expected)


def _keys(path: Path, model: type[Part]) -> list[str]:
    """The keys that may stand where the last part of a path stands."""
    for part in path[:-1]:
        for name, field in model.model_fields.items():
            if part in (name, field.alias):
                model = next(_parts(field.annotation), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _parts(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


def _shown(value: Any) -> str:
    """A value as a clerk would name it: “the number 302”, “a list”."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f"the text “{value}”" if value else "empty text"
        case int() | float():
            return f"the number {value}"
        case datetime():
            return f"the date and time {value}"
        case date():
            return f"the date {value}"
        case time():
            return f"the time {value}"
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
    return "this"

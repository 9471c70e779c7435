"""What every part of a charter is made of: frozen models, strict days, words, rules of time."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from concord.charter.due import EXAMPLES, Due, DueError, parse, recurs

Owner = Literal["authority", "sub-region", "alliance", "partner"]


def fault(problem: str, expected: str, key: str = "") -> PydanticCustomError:
    """An error that carries what was expected, for the loader to show, and at which key of the part."""
    return PydanticCustomError("charter", "{problem}", {"problem": problem, "expected": expected, "key": key})


def _listed(value: Any) -> Any:
    """One word where several may stand."""
    return (value,) if isinstance(value, str) else value


def _readable(value: str) -> str:
    """Text that can be read on one line of a page."""
    if not value.strip():
        raise fault("there is nothing but blanks", "some text")
    if not value.isprintable():
        raise fault("the text holds what cannot be printed", "text on one line")
    return value


def _due(value: Any) -> Due:
    if not isinstance(value, str):
        raise fault(f"{value!r} is not text", "a rule in quotes, such as “by 31 January”")
    try:
        return parse(value)
    except DueError as error:
        raise fault(error.problem, error.expected) from error


def in_order(first: Any, last: Any, first_name: str, last_name: str) -> None:
    """Refuse a first that lies after its last."""
    if first is not None and last is not None and first > last:
        raise fault(
            f"“{first_name}” ({first}) is after “{last_name}” ({last})",
            f"“{first_name}” on or before “{last_name}”",
            last_name,
        )


def fitting(due: Due, every: str | None) -> None:
    """Refuse a rule that does not fit its cadence."""
    if problem := recurs(due, every):
        raise fault(problem, EXAMPLES, "due")


Day = Annotated[date, Field(strict=True)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
Code = Annotated[str, Field(pattern=r"^\d{3}$")]
Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_readable)]
Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_readable)]
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
DueRule = Annotated[Due, PlainValidator(_due)]


class Part(BaseModel):
    """Every part of a charter: frozen, and without room for a misspelt key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

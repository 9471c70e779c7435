"""What changed between two editions of a charter, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from concord.charter import words
from concord.charter.base import Part
from concord.charter.due import After, EndOf, Yearly
from concord.charter.schema import UNSET, Charter, Commitment, Member, Span

# Lists whose parts have names: where they are, what one is called, what names it, what it is called by.
_LISTS = (
    ("sub_regions", "Sub-region", ("key",), "title"),
    ("members", "Member", ("code",), "name"),
    ("bodies", "Body", ("key",), "name"),
    ("partners", "Partner", ("key",), "title"),
    ("offices", "Office", ("key",), "title"),
    ("datasets", "Dataset", ("key",), "title"),
    ("templates", "Template", ("key",), "title"),
    ("events", "Event", ("key",), "title"),
    ("groups", "Group", ("key",), "title"),
    ("contributions", "Contribution", ("title",), "title"),
    ("follow_ups", "Follow-up", ("key",), "title"),
    ("ladder", "Rung", ("rung",), "rung"),
    ("sharing", "Sharing", ("what", "of"), "what"),
    ("commitments", "Clause", ("clause",), "clause"),
)
_CHAPTERS = ("memorandum", "participation", "benchmark", "challenge", "support")


def differences(a: Charter, b: Charter) -> tuple[str, ...]:
    """Sentences on everything that differs, ``a`` being the earlier; none if nothing does."""
    found: list[str] = []
    for chapter in _CHAPTERS:
        found += _chapter(chapter.capitalize(), getattr(a, chapter), getattr(b, chapter))
    for attribute, title, names, called in _LISTS:
        found += _parts(title, called, *(_by_name(_listed(charter, attribute), names) for charter in (a, b)))
    if (old := [r.rung for r in a.ladder]) != (new := [r.rung for r in b.ladder]) and set(old) == set(new):
        found.append(f"The rungs of the ladder now come in this order: {words.listed(new)}.")
    return tuple(found)


def _listed(charter: Charter, attribute: str) -> tuple[Part, ...]:
    if attribute != "members":
        return tuple(getattr(charter, attribute))
    start = charter.memorandum.commences  # a later edition is not a later joining
    return tuple(m.model_copy(update={"joins": UNSET}) if m.joins == start else m for m in charter.members)


def _chapter(title: str, old: Part | None, new: Part | None) -> Iterator[str]:
    if old is not None and new is not None:
        yield from _fields(title, old, new)
    elif old is not None or new is not None:
        yield f"The chapter “{title.lower()}” is {'new' if old is None else 'gone'}."


_Named = Mapping[tuple[Any, ...], Part]


def _by_name(parts: Sequence[Part], names: Sequence[str]) -> _Named:
    """Parts by name; a second part of one name (a member that came back) by its place too."""
    found: dict[tuple[Any, ...], Part] = {}
    for part in parts:
        key = tuple(getattr(part, name) for name in names)
        found[(*key, sum(key == other[:-1] for other in found))] = part
    return found


def _parts(title: str, called: str, before: _Named, after: _Named) -> Iterator[str]:
    for key, part in before.items():
        if key not in after:
            yield f"{_called(title, part, called)} is gone."
    for key, part in after.items():
        if key in before:
            yield from _fields(_called(title, part, called), before[key], part)
        else:
            yield f"{_called(title, part, called)} is new{_detail(part)}."


def _called(title: str, part: Part, called: str) -> str:
    of = getattr(part, "of", None) if title == "Sharing" else None
    return f"{title} {getattr(part, called)}" + (f" of {of}" if of else "")


def _detail(part: Part) -> str:
    if isinstance(part, Commitment):
        return f": {part.duty}, {words.timing(part)}"
    if isinstance(part, Member) and part.joins != UNSET:
        return f", from {words.day(part.joins)}"
    return ""


def _fields(title: str, old: Part, new: Part) -> Iterator[str]:
    """A sentence for each field that differs; parts within parts are looked into."""
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        label = f"{title}: {name.replace('_', ' ')}"
        if before == after or name == "id":
            continue
        if isinstance(before, Part) and type(before) is type(after):
            yield from _fields(label, before, after)
        elif named := next((n for n in ("role", "title") if _all_have(n, before, after)), None):
            yield from _parts(f"{title}:", named, _by_name(before, [named]), _by_name(after, [named]))
        elif _plain(before) and _plain(after) and before and after:
            gained = [word for word in after if word not in before]
            lost = [word for word in before if word not in after]
            changes = [f"gains {words.listed(gained)}"] * bool(gained) + [
                f"loses {words.listed(lost)}"
            ] * bool(lost)
            yield f"{label} {' and '.join(changes) or 'come in another order'}."
        else:
            yield f"{label} changes from {_shown(before)} to {_shown(after)}."


def _all_have(name: str, *values: Any) -> bool:
    """Whether these are lists of parts that go by this name."""
    parts = [part for value in values for part in (value if isinstance(value, tuple) else [None])]
    return bool(parts) and all(isinstance(part, Part) and hasattr(part, name) for part in parts)


def _plain(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(word, str) for word in value)


def _shown(value: Any) -> str:
    match value:
        case None | () | "" | date.min:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case date():
            return words.day(value)
        case After() | EndOf() | Yearly():
            return f"“{value.text}”"
        case tuple():
            return words.listed([_shown(item) for item in value])
        case Span():
            return value.key + _until(value)
        case Part():
            shown = (getattr(value, name) for name in type(value).model_fields)
            return "(" + ", ".join(_shown(item) for item in shown if item not in (None, (), "")) + ")"
    return f"“{value}”"


def _until(span: Span) -> str:
    starts = f" from {words.day(span.starts)}" if span.starts else ""
    return starts + (f" to {words.day(span.ends)}" if span.ends else "")

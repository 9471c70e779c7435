"""Text as a document can hold it: what people paste out of Word or a PDF has marks that none may have."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

T = TypeVar("T")
# Line ends and bullets of Word’s own, as its clipboard gives them: the bullets are letters of its Symbol fonts.
_MEANT = {"\x0b": "\n", "\x0c": "\n", "\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_OF_ONE_FONT = re.compile("[\ue000-\uf8ff]")


def printable(value: T) -> T:
    """The same, plain rows and dataclasses all through, with every text in it fit to be printed.

    Control marks have no shape and go; a letter that only one font knows is shown as unknown (“�”).
    """
    found: Any = value
    if isinstance(value, str):
        for mark, meant in _MEANT.items():
            found = found.replace(mark, meant)
        found = _OF_ONE_FONT.sub("\ufffd", _CONTROL.sub("", found))
    elif isinstance(value, list | tuple):
        found = type(value)(map(printable, value))
    elif isinstance(value, dict):
        found = {key: printable(one) for key, one in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        found = replace(
            value, **{field.name: printable(getattr(value, field.name)) for field in fields(value)}
        )
    return cast(T, found)

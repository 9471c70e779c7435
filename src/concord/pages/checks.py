"""The start-up check: a page without a declared ability does not start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from concord.charter import vocabulary
from concord.rules import access

# Brought by a library, with its own door; tests/contracts/test_addresses.py names what it opens.
LIBRARY = "allauth."


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        else:
            yield route, pattern


def known(ability: str) -> bool:
    """Whether an ability is one that the policy decides, or several of them joined by “ or ”."""
    if " or " in ability:
        return all(known(one) for one in ability.split(" or "))
    if ability.partition(" ")[0] == "sit":
        return set(ability.split()[1:]) <= set(vocabulary.CHALLENGE_ROLES)
    if ability.startswith("see "):
        return ability.removeprefix("see ") in vocabulary.RECORDS
    return ability in vocabulary.ABILITIES or ability in (access.SIGNED_IN, access.ANYONE, access.OPERATE)


@register()
def every_page_declares(app_configs: Any, **kwargs: Any) -> list[Error]:
    """One error for each address whose view declares no ability, or one that nobody decides."""
    errors = []
    for route, pattern in addresses():
        module = getattr(pattern.callback, "__module__", "")
        if module.startswith(LIBRARY):
            continue
        ability = getattr(pattern.callback, "ability", None)
        if ability is None or not known(ability):
            errors.append(Error(f"/{route} declares no known ability ({ability!r})", id="concord.E001"))
    return errors

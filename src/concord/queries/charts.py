"""Charts drawn once: the picture is kept under the hash of its specification, so it can never be out of date."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from concord.rules.hashing import content_hash

KEPT = 90 * 86400  # seconds


def kept(kind: str, spec: dict[str, Any]) -> str:
    """The key of a picture (“svg”, “png”) of a specification."""
    return f"chart-{kind}-{content_hash(_plain(spec))}"


def _plain(value: Any) -> Any:
    """Floats as text, so that the hash is of plain JSON."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return repr(value) if isinstance(value, float) else value


def get(kind: str, spec: dict[str, Any]) -> Any:
    """The picture, or None when it has not been drawn here yet."""
    return cache.get(kept(kind, spec))


def keep(kind: str, spec: dict[str, Any], picture: Any) -> None:
    """Keep a picture for whoever asks next."""
    cache.set(kept(kind, spec), picture, KEPT)

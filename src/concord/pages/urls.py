"""Every address, by subject."""

from __future__ import annotations

from django.urls import include, path

SUBJECTS: tuple[str, ...] = (
    "returns",
    "collation",
    "releases",
    "membership",
    "journal",
    "duties",
    "alliance",
    "benchmarks",
    "published",
    "narratives",
    "analysis",
)

urlpatterns = [path("", include(f"concord.pages.{subject}.urls")) for subject in SUBJECTS]

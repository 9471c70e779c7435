"""Every address, by subject."""

from __future__ import annotations

from django.urls import include, path

SUBJECTS: tuple[str, ...] = (
    "returns",
    "tally",
    "collation",
    "documents",  # before releases, which take any word there for an indicator
    "releases",
    "membership",
    "journal",
    "duties",
    "alliance",
    "benchmarks",
    "published",
    "narratives",
    "papers",
    "self_evaluations",
    "plans",
    "follow_ups",
    "packs",
    "analysis",
    "challenges",
    "service",
    "groups",
    "conflicts",
    "challengers",
)

urlpatterns = [path("", include(f"concord.pages.{subject}.urls")) for subject in SUBJECTS]

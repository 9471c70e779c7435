"""Addresses of an authority’s benchmark."""

from __future__ import annotations

from django.urls import path

from concord.pages.benchmarks import views

_MEMBER = "alliances/<slug:alliance>/members/<slug:code>/"

urlpatterns = [
    path(_MEMBER, views.authority, name="authority"),
    path(f"{_MEMBER}indicators/<slug:indicator>/", views.indicator, name="authority_indicator"),
]

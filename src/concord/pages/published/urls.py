"""Addresses of published figures."""

from __future__ import annotations

from django.urls import path

from concord.pages.published import analysed, views

_ONE = "published/authorities/<slug:code>/<slug:indicator>/"

urlpatterns = [
    path("published/", views.index, name="published"),
    path("published/map/", analysed.england_map, name="published_map"),
    path("published/map.<str:kind>", analysed.map_file, name="published_map_file"),
    path("published/authorities/<slug:code>/", analysed.authority, name="published_authority"),
    path(_ONE, analysed.indicator, name="published_indicator"),
    path(f"{_ONE}<slug:picture>.<str:kind>", analysed.indicator_file, name="published_indicator_file"),
    path("published/<slug:publication>/<str:measure>/", views.measure, name="published_measure"),
]

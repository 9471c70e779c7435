"""Addresses of releases, their downloads, and definitions."""

from __future__ import annotations

from django.urls import path

from concord.pages.releases import views

_ALL = "alliances/<slug:alliance>/releases/"
_ONE = _ALL + "<slug:dataset>/<str:period>/<int:number>/"

urlpatterns = [
    path(_ALL, views.releases, name="releases"),
    path(_ONE, views.release, name="release"),
    path(_ONE + "workbook.xlsx", views.workbook, name="release_workbook"),
    path(_ONE + "data.csv", views.data, name="release_data"),
    path(_ONE + "public.csv", views.public, name="release_public"),
    path(_ONE + "data.meta.csv", views.meta, name="release_meta"),
    path(_ONE + "<slug:indicator>/", views.release_indicator, name="release_indicator"),
    path("alliances/<slug:alliance>/indicators/<slug:indicator>/", views.indicator, name="indicator"),
]

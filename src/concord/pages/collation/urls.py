"""Addresses of the collation board and of making a release."""

from __future__ import annotations

from django.urls import path

from concord.pages.collation import views

urlpatterns = [
    path("alliances/<slug:alliance>/returns/<slug:dataset>/<str:period>/", views.board, name="board"),
    path(
        "alliances/<slug:alliance>/releases/<slug:dataset>/<str:period>/new/", views.make, name="release_make"
    ),
]
